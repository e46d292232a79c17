package tickwatch.detector.analysis;

/** What sort of change an anomaly is. */
public enum Kind {
  /** A few values far off, then as before. */
  SPIKE("spike"),
  /** From one row to the next another level, for longer. */
  LEVEL_SHIFT("levelShift"),
  /** A new level, or another new habit, that has lasted for so long that it is the new normal. */
  LASTING_SHIFT("lastingShift"),
  /** Away from its level row by row. */
  DRIFT("drift"),
  /** One and the same value where values used to change. */
  FLAT_LINE("flatLine"),
  /** Stronger or weaker fluctuation around the same level. */
  VARIANCE_CHANGE("varianceChange"),
  /** As usual by itself, but no longer with the channels that it went with. */
  CORRELATION_BREAK("correlationBreak"),
  /** It began where rows or values were missing. */
  GAP("gap");

  private final String word;

  Kind(String word) {
    this.word = word;
  }

  /** The word in the {@code kind} column. */
  public String word() {
    return word;
  }
}
