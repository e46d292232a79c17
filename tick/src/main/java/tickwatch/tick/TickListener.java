package tickwatch.tick;

import org.jspecify.annotations.Nullable;

/**
 * Takes what was published, in log order, each message exactly once.
 *
 * <p><b>Threads.</b> All calls come on one thread, the event loop of the subscriber's connection; a
 * call that takes long holds up the rows behind it (they wait in the socket and in the
 * tickerplant), never loses them.
 *
 * <p>A listener does not know whether rows come from a log file, over the wire or live.
 */
public interface TickListener {
  /**
   * Subscribed: before the first rows, and again after every reconnect.
   *
   * @param schema the tables subscribed to
   */
  void subscribed(Schema schema);

  /**
   * The rows that follow are of this day's log: called after {@link #subscribed} and before the
   * log's first row, at the start and after a reconnect (also when it is the same log as before),
   * and before the first row after an end of day.
   *
   * @param day days since 2000.01.01, from the log's name; the null int if its name ends in no date
   */
  default void logOpened(int day) {}

  /**
   * Rows that were delivered are no longer in the log: its end was lost with a machine, or damage
   * in it was skipped. What came before is void. Forget all of it: the rows come again, from the
   * log's first on, as if this had just subscribed. {@link #logOpened} follows.
   *
   * @param why for a log line
   */
  void reset(String why);

  /**
   * Rows of one table.
   *
   * <p>Small messages that follow each other in the log and belong to one table may come in one
   * call, in order.
   *
   * @param replayed whether it came from the log rather than live
   */
  void upd(Upd upd, boolean replayed);

  /**
   * Where rows of a table may be put instead of being handed to {@link #upd}; asked after each
   * {@link #subscribed}, for the tables whose columns have one type each.
   *
   * @return null if all rows of this table are to be handed over; rows that do not fit into the
   *     space in one piece are in any case
   */
  default @Nullable RowSpace space(TableSchema table) {
    return null;
  }

  /**
   * Rows were put into the {@link #space} of a table, from where it was open: they count now.
   *
   * @param rows how many, in log order with those that {@link #upd} hands over
   */
  default void put(String table, int rows) {
    throw new IllegalStateException("no space was given for table " + table);
  }

  /**
   * All rows that were at hand (one socket read, one piece of a replayed log) have been delivered:
   * the moment to publish a snapshot or to score a batch.
   */
  default void batchComplete() {}

  /** The replay is done; what follows is live. Called after every (re)connect. */
  default void live() {}

  /**
   * The tickerplant ended a day.
   *
   * @param day days since 2000.01.01
   */
  default void endOfDay(int day) {}

  /** The connection was lost or refused; it is tried again by itself and resumes where it was. */
  default void disconnected(String why) {}
}
