package tickwatch.series.detect;

/**
 * The three passes of a z-score over an array that fits a core's cache.
 *
 * <p><b>Invariants.</b> The sums are NumPy's: halves are added pairwise down to stretches of at
 * most 128 values, a stretch is summed in eight running sums which are added as {@code
 * ((0+1)+(2+3))+((4+5)+(6+7))}, all in the item's own type. Every implementation gives the same
 * bits.
 *
 * <p>Source: NumPy's pairwise summation, {@code loops_utils.h}, the order of which is part of what
 * its users see.
 */
interface ZScoreKernel {
  /** Values that are summed without halving. */
  int STRETCH = 128;

  float sum(float[] x, int from, int count);

  double sum(double[] x, int from, int count);

  /** The sum of {@code (x - mean)²}, each rounded to the item's type. */
  float squares(float[] x, int from, int count, float mean);

  /** The sum of {@code (x - mean)²}. */
  double squares(double[] x, int from, int count, double mean);

  /**
   * Notes the places of the first {@code count} values with {@code |x - mean| >= cut}; a NaN is
   * none of them.
   *
   * @param cut a number of at least 0, not NaN
   * @return how many there are
   */
  int beyond(float[] x, int count, float mean, float cut, int[] places);

  /** The same for doubles. */
  int beyond(double[] x, int count, double mean, double cut, int[] places);

  /** Where a stretch of more than {@link #STRETCH} values is halved. */
  static int half(int count) {
    int half = count / 2;
    return half - half % 8;
  }
}
