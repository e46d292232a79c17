package tickwatch.detector;

/**
 * The numbers of published rows, by the row of the log that they were found in:
 *
 * <pre>
 *   day of the log, since 2000.01.01 | row of the source in that log, from 1 | part
 *   14 bits                            39 bits                                 2 bits
 * </pre>
 *
 * so they rise, are the same whenever the same log is read, and need no memory of earlier days.
 *
 * <p><b>Threads.</b> One thread.
 */
final class RowNumbers {
  private static final int PARTS = 4;
  private static final int DAY_SHIFT = 41;
  private static final int SECOND_SHIFT = 23;

  private long base;

  /** The rows that follow are of this day's log. */
  void logOpened(int day) {
    base = (long) day << DAY_SHIFT;
  }

  /** The rows that follow are of no dated log; their numbers go on from here. */
  void numberFrom(long from) {
    base = from;
  }

  /**
   * The number of a part of what was found in a row.
   *
   * @param part 0 to 3
   */
  long of(long row, int part) {
    return base + PARTS * row + part;
  }

  /**
   * Makes sure that the numbers of the rows after {@code row} are above {@code accepted}.
   *
   * @return whether that took a change
   */
  boolean goOnAbove(long accepted, long row) {
    long last = of(row, PARTS - 1);
    if (accepted <= last) {
      return false;
    }
    base += (accepted - last + PARTS - 1) / PARTS * PARTS;
    return true;
  }

  /** The number that {@link #numberFrom} takes for a moment of a day. */
  static long atMoment(int day, int secondOfDay) {
    // 2^23 numbers a second leave room for two million rows a second.
    return ((long) day << DAY_SHIFT) + ((long) secondOfDay << SECOND_SHIFT);
  }
}
