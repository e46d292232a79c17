package tickwatch.detector.preprocess;

/**
 * One sensor's last value of each channel, in z-scores, in the place of missing ones; 0, the
 * centre, before a channel's first value.
 *
 * <p><b>Threads.</b> One thread.
 */
public final class CarryForward implements Imputer {
  private final double[] last;

  public CarryForward(int channels) {
    last = new double[channels];
  }

  @Override
  public double[] fill(double[] z, int from) {
    for (int c = 0; c < last.length; c++) {
      double value = z[from + c];
      if (!Double.isNaN(value)) {
        last[c] = value;
      }
    }
    return last;
  }

  @Override
  public CarryForward untouched() {
    return new CarryForward(last.length);
  }

  @Override
  public double[] save() {
    return last.clone();
  }

  /** Goes on from what {@link #save} gave. */
  public void restore(double[] saved) {
    if (saved.length != last.length) {
      throw new IllegalArgumentException(saved.length + " values for " + last.length + " channels");
    }
    System.arraycopy(saved, 0, last, 0, last.length);
  }
}
