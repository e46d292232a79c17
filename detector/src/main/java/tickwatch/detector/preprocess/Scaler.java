package tickwatch.detector.preprocess;

/** Centre and scale of each channel: {@code z = (x − centre) / scale}, in double. */
public final class Scaler {
  private final double[] centre;
  private final double[] scale;

  /**
   * The arrays are given away.
   *
   * @param centre of each channel, finite
   * @param scale of each channel, above 0
   */
  public Scaler(double[] centre, double[] scale) {
    if (centre.length != scale.length) {
      throw new IllegalArgumentException(centre.length + " centres, " + scale.length + " scales");
    }
    this.centre = centre;
    this.scale = scale;
  }

  public int channels() {
    return centre.length;
  }

  /** The z-score of a value of a channel; NaN stays NaN. */
  public double standardised(int channel, double value) {
    return (value - centre[channel]) / scale[channel];
  }

  /** The value that has this z-score. */
  public double value(int channel, double z) {
    return centre[channel] + scale[channel] * z;
  }

  public double scale(int channel) {
    return scale[channel];
  }

  /** The centre of each channel. */
  public double[] centres() {
    return centre.clone();
  }

  /** The scale of each channel. */
  public double[] scales() {
    return scale.clone();
  }
}
