package tickwatch.detector.model;

import java.util.Arrays;

/**
 * Normal rows to learn from, as z-scores, oldest first: {@code rows × channels}.
 *
 * <p>A missing value is NaN in {@link #there} and carried forward in {@link #filled}.
 */
public final class NormalRows {
  private final double[] there;
  private final double[] filled;
  private final int rows;
  private final int channels;

  /** The arrays are given away. */
  public NormalRows(double[] there, double[] filled, int channels) {
    if (there.length != filled.length || there.length % channels != 0) {
      throw new IllegalArgumentException(there.length + " values of " + channels + " channels");
    }
    this.there = there;
    this.filled = filled;
    this.channels = channels;
    this.rows = there.length / channels;
  }

  public int rows() {
    return rows;
  }

  public int channels() {
    return channels;
  }

  /** A value; NaN where it is missing. */
  public double there(int row, int channel) {
    return there[row * channels + channel];
  }

  /** A value, the last one before it where it is missing. */
  public double filled(int row, int channel) {
    return filled[row * channels + channel];
  }

  /** A value clipped to ± {@code clip}, the last one before it where it is missing. */
  double clipped(int row, int channel, double clip) {
    return Math.max(-clip, Math.min(clip, filled[row * channels + channel]));
  }

  /** All values, NaN where missing; not to be changed. */
  public double[] there() {
    return there;
  }

  /** All values, filled; not to be changed. */
  public double[] filled() {
    return filled;
  }

  /** The first {@code count} rows. */
  public NormalRows first(int count) {
    return new NormalRows(
        Arrays.copyOf(there, count * channels), Arrays.copyOf(filled, count * channels), channels);
  }
}
