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
  private final @Nullable String log;

  /** Rows of the log that were delivered, by table. */
  private final Map<String, Long> applied = new HashMap<>();

  /** Rows of the log up to where it was last read, by table. */
  private Map<String, Long> read = new HashMap<>();

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
    read = new HashMap<>();
  }

  /** Counts rows that came live. */
  void live(String table, int rows) {
    applied.merge(table, (long) rows, Long::sum);
  }

  /** Counts a message of the log. */
  void passed(int byteLength) {
    offset += byteLength;
    messages++;
  }

  /**
   * Counts rows of the log.
   *
   * @return how many of them, the last ones, have not been delivered yet; they count as delivered
   *     now
   */
  int read(String table, int rows) {
    long readNow = read.merge(table, (long) rows, Long::sum);
    long appliedBefore = applied.getOrDefault(table, 0L);
    int fresh = (int) Math.max(0, Math.min(rows, readNow - appliedBefore));
    if (fresh > 0) {
      applied.put(table, appliedBefore + fresh);
    }
    return fresh;
  }

  /**
   * The log has been read to its end: forgets what was delivered and is not in it, because the
   * tickerplant lost it.
   *
   * @return rows forgotten
   */
  long forgetLost() {
    long lost = 0;
    for (Map.Entry<String, Long> table : applied.entrySet()) {
      long there = read.getOrDefault(table.getKey(), 0L);
      if (table.getValue() > there) {
        lost += table.getValue() - there;
        table.setValue(there);
      }
    }
    return lost;
  }
}
