package tickwatch.tick;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far a follower has come in a log.
 *
 * <p>Rows are counted by table, since that is what stays the same however a tickerplant cuts them
 * into messages: a batching one logs many messages and publishes one. A checkpoint, a place between
 * two messages of the log and the counts there, says from where the log must be read again.
 *
 * <p><b>Threads.</b> One at a time.
 */
final class TickPosition {
  /** Rows of one table in this log. */
  private static final class Counts {
    final String table;

    /** Delivered. */
    long applied;

    /** Up to where the log was last read. */
    long read;

    Counts(String table) {
      this.table = table;
    }
  }

  private final @Nullable String log;
  private final Map<String, Counts> counts = new HashMap<>();

  /** Those of the table that the last rows were of, and the next ones probably are. */
  private Counts last = new Counts("");

  private long offset = TickLog.HEADER_BYTES;
  private long messages;

  /**
   * @param log its path; null before the first subscription
   */
  TickPosition(@Nullable String log) {
    this.log = log;
  }

  @Nullable String log() {
    return log;
  }

  /** Where the log was last read up to. */
  long offset() {
    return offset;
  }

  /** Messages before {@link #offset}. */
  long messages() {
    return messages;
  }

  /** Reads the log from its start again; what was delivered stays delivered. */
  void rewind() {
    offset = TickLog.HEADER_BYTES;
    messages = 0;
    counts.values().forEach(table -> table.read = 0);
  }

  private Counts counts(String table) {
    Counts known = last;
    if (!known.table.equals(table)) {
      known = counts.computeIfAbsent(table, Counts::new);
      last = known;
    }
    return known;
  }

  /** Counts rows that came live. */
  void live(String table, int rows) {
    counts(table).applied += rows;
  }

  /** Counts messages of the log. */
  void passed(int byteLength, int count) {
    offset += byteLength;
    messages += count;
  }

  /** Whether the next rows of this table in the log have not been delivered yet. */
  boolean isFresh(String table) {
    Counts known = counts(table);
    return known.read >= known.applied;
  }

  /**
   * Counts rows of the log.
   *
   * @return how many of them, the last ones, have not been delivered yet; they count as delivered
   *     now
   */
  int read(String table, int rows) {
    Counts known = counts(table);
    known.read += rows;
    int fresh = (int) Math.max(0, Math.min(rows, known.read - known.applied));
    known.applied += fresh;
    return fresh;
  }

  /** Rows that were delivered and are not in the log up to where it was read. */
  long unread() {
    long rows = 0;
    for (Counts table : counts.values()) {
      rows += Math.max(0, table.applied - table.read);
    }
    return rows;
  }
}
