package tickwatch.tickerplant;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds the memory of answers that were not read yet, over all connections. Where they would take
 * more, those make room that have had theirs for longest; one alone is bounded by what q may
 * answer.
 *
 * <p>What waits for a subscriber up to its queue's limit is none of this.
 *
 * <p><b>Threads.</b> The event loop's alone.
 */
final class UnreadAnswers {
  private static final Logger LOG = LoggerFactory.getLogger(UnreadAnswers.class);

  /** Less than this is not counted: the number of connections bounds it. */
  private static final long FREE_BYTES = 1 << 20;

  private static final long SAID_AGAIN_NANOS = 10_000_000_000L;

  private final long mostBytes;
  private final long queueBytes;

  /** Who has not read much, in the order in which that was seen. */
  private final Set<Session> counted = new LinkedHashSet<>();

  /**
   * @param mostBytes may wait over all connections
   * @param queueBytes may wait for a subscriber beside
   */
  UnreadAnswers(long mostBytes, long queueBytes) {
    this.mostBytes = mostBytes;
    this.queueBytes = queueBytes;
  }

  /** A session was answered. */
  void answered(Session session) {
    if (unread(session) > 0) {
      counted.add(session);
      makeRoom();
    }
  }

  void closed(Session session) {
    counted.remove(session);
  }

  private long unread(Session session) {
    long free = session.isSubscribed() ? Math.max(FREE_BYTES, queueBytes) : FREE_BYTES;
    return Math.max(0, session.connection.pendingBytes() - free);
  }

  private void makeRoom() {
    long bytes = 0;
    for (Iterator<Session> all = counted.iterator(); all.hasNext(); ) {
      long unread = unread(all.next());
      bytes += unread;
      if (unread == 0) {
        all.remove();
      }
    }
    while (bytes > mostBytes && counted.size() > 1) {
      Session oldest = counted.iterator().next();
      counted.remove(oldest);
      bytes -= unread(oldest);
      if (oldest.mayBeSaid(SAID_AGAIN_NANOS)) {
        LOG.warn(
            "answers that are not read take too much memory, disconnected {} unreadBytes={}"
                + " limit={}: more heap (-Xmx) moves the limit",
            oldest,
            oldest.connection.pendingBytes(),
            mostBytes);
      }
      oldest.connection.close();
    }
  }
}
