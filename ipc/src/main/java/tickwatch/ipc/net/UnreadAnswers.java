package tickwatch.ipc.net;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds the memory of answers that were not read yet, over all connections of a server. Where they
 * would take more, those make room that have had theirs for longest; one alone is bounded by what q
 * may answer.
 *
 * <p><b>Threads.</b> Any.
 */
public final class UnreadAnswers {
  private static final Logger LOG = LoggerFactory.getLogger(UnreadAnswers.class);

  /** Less than this is not counted: the number of connections bounds it. */
  public static final long FREE_BYTES = 1 << 20;

  private final LongSupplier mostBytes;
  private final ToLongFunction<Connection> freeBytes;
  private final WarningLimit limit = WarningLimit.onceASecond();

  /** Who has not read much, in the order in which that was seen. */
  private final Set<Connection> counted = new LinkedHashSet<>();

  /**
   * @param mostBytes may wait over all connections
   * @param freeBytes of what waits for a connection, what is not counted
   */
  public UnreadAnswers(LongSupplier mostBytes, ToLongFunction<Connection> freeBytes) {
    this.mostBytes = mostBytes;
    this.freeBytes = freeBytes;
  }

  /** A connection was answered. */
  public void answered(Connection connection) {
    if (unread(connection) > 0) {
      makeRoomFor(connection);
    }
  }

  /** It is gone, and with it what it has not read. */
  public synchronized void closed(Connection connection) {
    counted.remove(connection);
  }

  private long unread(Connection connection) {
    long pending = connection.pendingBytes();
    return pending <= FREE_BYTES ? 0 : Math.max(0, pending - freeBytes.applyAsLong(connection));
  }

  private synchronized void makeRoomFor(Connection connection) {
    counted.add(connection);
    long bytes = 0;
    for (Iterator<Connection> all = counted.iterator(); all.hasNext(); ) {
      long unread = unread(all.next());
      bytes += unread;
      if (unread == 0) {
        all.remove();
      }
    }
    long most = mostBytes.getAsLong();
    while (bytes > most && counted.size() > 1) {
      Connection oldest = counted.iterator().next();
      counted.remove(oldest);
      long unread = unread(oldest);
      bytes -= unread;
      long keptBack = limit.permit();
      if (keptBack >= 0) {
        LOG.warn(
            "answers that are not read take too much memory, disconnected {} unreadBytes={}"
                + " limit={} keptBack={}: more heap (-Xmx) moves the limit",
            oldest,
            unread,
            most,
            keptBack);
      }
      oldest.close();
    }
  }
}
