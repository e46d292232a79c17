package tickwatch.tickerplant;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far a subscriber that is fed from the log has come.
 *
 * <p><b>Threads.</b> The event loop's alone; the channel is read by another thread while {@link
 * #isReading}.
 */
final class CatchUp implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CatchUp.class);

  /** From a place of the log on, another subscription. */
  private record Change(LogStretch stretch, long offset, Map<String, SymFilter> subscription) {}

  final Session session;
  final long startedAtNanos = System.nanoTime();

  private LogStretch stretch;
  private long offset;
  private long skip;
  private Map<String, SymFilter> subscription;
  private final ArrayDeque<Change> changes = new ArrayDeque<>();
  private @Nullable FileChannel channel;

  /** Whether a piece is being read on the other thread. */
  boolean isReading;

  /** Whether its queue is being filled. */
  boolean isFeeding;

  private boolean isClosed;

  /** Messages of the log that were passed. */
  long messages;

  CatchUp(Session session, LogStretch stretch, long offset, long skip) {
    this.session = session;
    this.stretch = stretch;
    this.offset = offset;
    this.skip = skip;
    this.subscription = Map.copyOf(session.subscription);
  }

  LogStretch stretch() {
    return stretch;
  }

  long offset() {
    return offset;
  }

  /** Messages that are still to be passed over. */
  long skip() {
    return skip;
  }

  Map<String, SymFilter> subscription() {
    return subscription;
  }

  /** From that place on the session subscribes to something else. */
  void changeAt(LogStretch at, Map<String, SymFilter> wanted) {
    changes.add(new Change(at, at.end, wanted));
  }

  /** Where the next piece must end: at a change of the subscription, or where all ends. */
  long end() {
    Change change = changes.peek();
    return change != null && change.stretch == stretch ? change.offset : stretch.end;
  }

  /** Goes behind messages that were read. */
  void passed(LogFrames.Piece piece) {
    offset = piece.offset();
    messages += piece.messages();
    skip = Math.max(0, skip - piece.messages());
  }

  /** Takes over a change of the subscription that has been reached; false if none has. */
  boolean takeChange() {
    Change change = changes.peek();
    if (change == null || change.stretch != stretch || change.offset > offset) {
      return false;
    }
    changes.remove();
    subscription = change.subscription;
    return true;
  }

  /** Goes to the next stretch of the log; there must be one. */
  void nextStretch() {
    LogStretch next = stretch.next;
    if (next == null) {
      throw new IllegalStateException("the newest part of the log has no next one");
    }
    if (!next.log.equals(stretch.log)) {
      closeChannel();
      skip = 0;
    }
    stretch = next;
    offset = next.start;
  }

  /** The log of the stretch, opened when it is first wanted; unpacked then, if it must be. */
  FileChannel channel() throws IOException {
    FileChannel open = channel;
    if (open == null) {
      open = KeptLog.open(stretch.log);
      channel = open;
    }
    return open;
  }

  boolean isClosed() {
    return isClosed;
  }

  /** Bytes of the log that it still has to read, compressed logs not counted that wait. */
  long bytesBehind() {
    long bytes = stretch.end == LogStretch.UNKNOWN ? 0 : stretch.end - offset;
    for (LogStretch next = stretch.next; next != null; next = next.next) {
      bytes += next.end == LogStretch.UNKNOWN ? 0 : next.end - next.start;
    }
    return bytes;
  }

  @Override
  public void close() {
    isClosed = true;
    if (!isReading) {
      closeChannel();
    }
  }

  private void closeChannel() {
    FileChannel open = channel;
    channel = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        LOG.warn("tick log {} cannot be closed after it was read", stretch.log, e);
      }
    }
  }
}
