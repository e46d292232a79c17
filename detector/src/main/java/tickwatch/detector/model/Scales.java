package tickwatch.detector.model;

import java.util.Arrays;

/** Scales that a single quiet channel cannot blow up. */
public final class Scales {
  /** The scale of a channel that never moved, in shares of its value. */
  public static final double OF_CONSTANT = 0.01;

  /**
   * The same for a network, which hears more quietly what it has never heard move: its weights for
   * that channel are as good as random, and the channel's error is in units of its own anyway.
   */
  public static final double OF_CONSTANT_HEARD = 0.1;

  /** A spread below this share of a channel's value is what rounding leaves of a constant. */
  private static final double ROUNDING = 1e-13;

  /** An error's scale is at least this share of the median channel's. */
  public static final double ERROR_FLOOR = 0.25;

  private Scales() {}

  /**
   * Gives a scale to channels that never moved: a share of their value, or that share where it is
   * 0. All others keep theirs, since channels may be of any units: a quiet one next to a loud one
   * may be as good as it.
   *
   * @param centre of each channel
   * @param scale of each channel, 0 where it never moved
   * @param share {@link #OF_CONSTANT} or {@link #OF_CONSTANT_HEARD}
   */
  public static void ofConstants(double[] centre, double[] scale, double share) {
    for (int c = 0; c < scale.length; c++) {
      double size = Math.abs(centre[c]);
      if (!(scale[c] > ROUNDING * size)) {
        scale[c] = size > 0 ? share * size : share;
      }
    }
  }

  /**
   * Raises what is below a share of the median of the scales above 0; where all are 0, they become
   * 1.
   */
  public static void floor(double[] scales, double share) {
    double[] sorted = Arrays.stream(scales).filter(s -> s > 0).sorted().toArray();
    double median = 1 / share;
    if (sorted.length > 0) {
      int middle = sorted.length / 2;
      median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
    for (int c = 0; c < scales.length; c++) {
      scales[c] = Math.max(scales[c], share * median);
    }
  }
}
