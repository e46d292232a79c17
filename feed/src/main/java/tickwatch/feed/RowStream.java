package tickwatch.feed;

import java.util.function.Consumer;

/**
 * The rows of a source in the order in which they are sent; the same source always gives the same
 * order.
 *
 * <p>Each row has a position, which rises from row to row and says where to go on after a restart.
 *
 * <p><b>Threads.</b> One thread.
 */
interface RowStream extends AutoCloseable {

  /** Says what the source has that the table has not. */
  void eachLeftOut(Consumer<String> sentence);

  /**
   * Passes over all rows up to a position, which have been sent before.
   *
   * @return the rows passed over
   */
  long skipTo(long position);

  /**
   * Moves to the next row.
   *
   * @return false at the end
   */
  boolean next();

  /** The current row, overwritten by the next one. */
  Row row();

  /** The current row's time in nanoseconds since 2000. */
  long time();

  /** The current row's position. */
  long position();

  /**
   * Called at the end of the rows.
   *
   * @throws FeedException when there was none and never will be
   */
  void checkNotBarren();

  /** Bytes of the source that have been read, to show how far it is; 0 where there are none. */
  long bytesRead();

  /** Bytes of the source; 0 where there are none. */
  long byteLength();

  @Override
  void close();
}
