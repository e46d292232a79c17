package tickwatch.detector.model;

import java.util.Arrays;

/** Scales that a single quiet channel cannot blow up. */
public final class Scales {
  /** A channel's scale is at least this share of the median channel's. */
  public static final double INPUT_FLOOR = 0.1;

  /** An error's scale is at least this share of the median channel's. */
  public static final double ERROR_FLOOR = 0.25;

  private Scales() {}

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
