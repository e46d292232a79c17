package tickwatch.tick;

/**
 * Room for rows of one table in arrays that a listener owns. Rows are read straight from their
 * bytes into it, with no vector in between, and count once {@link TickListener#put} says how many
 * there are. What was written beyond that is to be ignored: messages that turn out not to fit their
 * table leave such traces.
 *
 * <p><b>Threads.</b> The thread that calls the listener.
 */
public interface RowSpace {
  /**
   * Makes room behind the rows that count, in every column.
   *
   * @param rows so many are wanted, at least 1
   * @return for how many there is room, in one piece: at least 1, perhaps fewer than wanted
   */
  int open(int rows);

  /** Where in the arrays the next row goes, after {@link #open}. */
  int first();

  /**
   * The array that a column's items go to, after {@link #open}: {@code byte[]}, {@code short[]},
   * {@code int[]}, {@code long[]}, {@code float[]} or {@code double[]} as the column's type wants,
   * and an {@code int[]} of {@linkplain #code codes} for symbols.
   */
  Object items(int column);

  /** What stands for a name in a column of symbols. */
  int code(int column, String name);

  /** Changes whenever the codes of a column that were given before lose their meaning. */
  Object codesOf(int column);
}
