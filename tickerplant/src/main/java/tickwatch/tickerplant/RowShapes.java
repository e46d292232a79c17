package tickwatch.tickerplant;

import org.jspecify.annotations.Nullable;

/**
 * The shapes of the single rows that came over a connection: a few of each length, as syms of
 * different lengths make them.
 *
 * <p><b>Threads.</b> The event loop's alone.
 */
final class RowShapes {
  private static final int LONGEST_MESSAGE = 4096;
  private static final int LENGTHS = 16;
  private static final int MOST_OF_A_LENGTH = 4;
  private static final int LEARNT_EVERY = 1024;

  /** By the lowest bits of their lengths. */
  private final @Nullable RowShape[] firsts = new RowShape[LENGTHS];

  private final int[] counts = new int[LENGTHS];
  private int unlike;

  /** Whether messages of that length may have a shape that is known. */
  boolean has(int length) {
    return firsts[length & (LENGTHS - 1)] != null;
  }

  /**
   * The shape of a message, or null.
   *
   * @param bytes with {@link RowShape#SLACK} behind {@code end}
   * @param end behind the last byte that is there
   */
  @Nullable RowShape of(byte[] bytes, int start, int length, int end) {
    RowShape shape = firsts[length & (LENGTHS - 1)];
    if (length > end - start) {
      return null;
    }
    while (shape != null && (shape.length != length || !shape.fits(bytes, start))) {
      shape = shape.next;
    }
    return shape;
  }

  /** Whether a row that has no shape yet should be an example of those to come. */
  boolean wants(int length) {
    // Where rows are all different each one would be learnt in vain.
    return length <= LONGEST_MESSAGE
        && (counts[length & (LENGTHS - 1)] < MOST_OF_A_LENGTH || ++unlike % LEARNT_EVERY == 0);
  }

  void add(RowShape shape) {
    if (!RowRun.canHave(shape)) {
      return;
    }
    int of = shape.length & (LENGTHS - 1);
    if (counts[of] == MOST_OF_A_LENGTH) {
      firsts[of] = null;
      counts[of] = 0;
    }
    shape.next = firsts[of];
    firsts[of] = shape;
    counts[of]++;
  }
}
