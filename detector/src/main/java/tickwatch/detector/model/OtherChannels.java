package tickwatch.detector.model;

import java.util.Arrays;

/**
 * Each channel against what all others say of it in the same row: a ridge regression on them,
 * learnt from normal rows clipped to ± 5. It sees at once a channel that leaves its company, where
 * principal components may count a small rest of many channels for little.
 *
 * <p>A missing value says of the others what the last one of its channel did.
 */
final class OtherChannels implements RowDetector {
  private static final double LEARNT_CLIP = 5;
  private static final double CLIP = 20;

  private final int channels;

  /** By {@link GivenOthers}. */
  private final float[] given;

  private final double[] row;

  private OtherChannels(int channels, float[] given) {
    this.channels = channels;
    this.given = given;
    this.row = new double[channels];
  }

  /**
   * Learns from normal rows.
   *
   * @param shrinkage of the regression, in variances of a channel, above 0
   */
  static OtherChannels fit(NormalRows rows, double shrinkage) {
    int channels = rows.channels();
    double[] correlation = new double[channels * channels];
    double[] x = new double[channels];
    for (int t = 0; t < rows.rows(); t++) {
      for (int c = 0; c < channels; c++) {
        x[c] = rows.clipped(t, c, LEARNT_CLIP);
      }
      for (int i = 0; i < channels; i++) {
        for (int j = 0; j < channels; j++) {
          correlation[i * channels + j] += x[i] * x[j] / rows.rows();
        }
      }
    }
    double[] ones = new double[channels];
    Arrays.fill(ones, 1);
    return new OtherChannels(channels, GivenOthers.of(correlation, ones, shrinkage));
  }

  @Override
  public boolean row(double[] z, int from, double[] filled, Reading reading) {
    for (int c = 0; c < channels; c++) {
      row[c] = Math.max(-CLIP, Math.min(CLIP, filled[c]));
    }
    GivenOthers.apply(given, row, reading.errors);
    for (int c = 0; c < channels; c++) {
      reading.expected[c] = row[c] - reading.errors[c];
      if (Double.isNaN(z[from + c])) {
        reading.errors[c] = Double.NaN;
      }
    }
    return true;
  }

  @Override
  public boolean expects() {
    return true;
  }

  @Override
  public void save(Numbers to) {
    to.put(channels).put(given);
  }

  static OtherChannels restore(Numbers from) {
    return new OtherChannels(from.takeCount(), from.takeFloats());
  }
}
