package tickwatch.series.bulk;

/** Takes what a scan finds. */
interface Findings {
  /** Nobody asks. */
  Findings NONE = stretch -> {};

  /** What was found in one stretch of a column. */
  final class Stretch {
    private final int column;
    private final long from;
    private final int length;
    private final int[] places;
    private final double[] values;
    private final double[] scores;
    private final int found;

    /**
     * Takes the arrays as they are.
     *
     * @param places flagged values counted from {@code from}, rising; the first {@code found} are
     *     valid
     * @param values the flagged values, in the same order
     * @param scores their scores
     */
    Stretch(
        int column,
        long from,
        int length,
        int[] places,
        double[] values,
        double[] scores,
        int found) {
      this.column = column;
      this.from = from;
      this.length = length;
      this.places = places;
      this.values = values;
      this.scores = scores;
      this.found = found;
    }

    int column() {
      return column;
    }

    long from() {
      return from;
    }

    int length() {
      return length;
    }

    int found() {
      return found;
    }

    /** Place number {@code i} of the flagged values, counted from {@link #from}. */
    int place(int i) {
      return places[i];
    }

    double value(int i) {
      return values[i];
    }

    double score(int i) {
      return scores[i];
    }
  }

  /**
   * Takes a stretch; its arrays are reused afterwards. Several threads, unless {@link #inOrder}.
   */
  void take(Stretch stretch);

  /** Whether anybody reads the scores; where not, they may be anything. */
  default boolean wantsScores() {
    return true;
  }

  /** Whether stretches must come one at a time, in order. */
  default boolean inOrder() {
    return false;
  }
}
