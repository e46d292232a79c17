package tickwatch.series.detect;

/**
 * The passes of a z-score over an array that fits a core's cache: one that mostly suffices, and the
 * three that are NumPy's own.
 *
 * <p><b>Invariants.</b> The sums are NumPy's: halves are added pairwise down to stretches of at
 * most 128 values, a stretch is summed in eight running sums which are added as {@code
 * ((0+1)+(2+3))+((4+5)+(6+7))}, all in the item's own type. Every implementation gives the same
 * bits, but for the squares of {@link Survey}, which have a bound.
 *
 * <p>Source: NumPy's pairwise summation, {@code loops_utils.h}, the order of which is part of what
 * its users see.
 */
interface ZScoreKernel {
  /** Values that are summed without halving. */
  int STRETCH = 128;

  /** What {@code survey} notes beside the sum; one for all stretches of a chunk. */
  final class Survey {
    /**
     * The sum of {@code (x - centre)²}: within {@link #SQUARES_ROUNDINGS} roundings of the item
     * type and one of doubles for every stretch.
     */
    double squares;

    /** Places in the chunk of values with {@code (x - centre)² >= near}, rising. */
    int[] places = new int[0];

    /** The values at those places. */
    double[] values = new double[0];

    int found;

    /** Makes it ready for a chunk. */
    void clear(int length) {
      if (places.length < length) {
        places = new int[length];
        values = new double[length];
      }
      found = 0;
      squares = 0;
    }
  }

  /**
   * Roundings, one upon the other, that a square may have gone through in {@link Survey}: 3 make
   * it, the rest is for its way into the sum of a stretch, or of four that are summed together.
   */
  int SQUARES_ROUNDINGS = 48;

  /**
   * Sums {@code count} values as {@link #sum} does and notes on the way what they are about a guess
   * at their mean.
   *
   * @param place the place of {@code x[from]} in its chunk
   * @param near a square, at least 0; each {@code (x - centre)²} is rounded twice to the item's
   *     type before it is compared
   */
  float survey(float[] x, int from, int count, int place, float centre, float near, Survey noted);

  /** The same for doubles. */
  double survey(
      double[] x, int from, int count, int place, double centre, double near, Survey noted);

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
