package tickwatch.detector.ensemble;

/** Quantiles, between values as numpy's default has them. */
public final class Quantile {
  private Quantile() {}

  /**
   * The value that a share of the values is below.
   *
   * @param sorted ascending
   * @return NaN where there is no value
   */
  public static double of(double[] sorted, double share) {
    if (sorted.length == 0) {
      return Double.NaN;
    }
    double at = share * (sorted.length - 1);
    int below = (int) Math.floor(at);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}
