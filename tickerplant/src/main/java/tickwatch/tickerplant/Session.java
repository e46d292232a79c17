package tickwatch.tickerplant;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.net.Connection;
import tickwatch.ipc.net.Right;

/**
 * What the tickerplant keeps about one connection.
 *
 * <p><b>Threads.</b> The event loop's alone.
 */
final class Session {
  final Connection connection;
  final boolean mayPublish;

  /** What it subscribes to, by table. */
  final Map<String, SymFilter> subscription = new LinkedHashMap<>();

  @Nullable SubscriberGroup group;

  /** How far it has come in the log; null if it is live. */
  @Nullable CatchUp catchUp;

  /** How often its queue was full. */
  long timesBehind;

  /** Whether the log knows that it is behind. */
  boolean saidBehind;

  private long saidAtNanos;
  private boolean isSaid;

  /** The table and the publisher of its last message, which the next one probably has too. */
  @Nullable PublishedTable lastTable;

  @Nullable Publisher lastPublisher;

  /** Whether the read that is under way brought something for the log. */
  boolean hasGathered;

  /** Whether a long message of it is being decoded. */
  boolean isBusyAside;

  /** Whether it waits for the log to be writable again. */
  boolean held;

  /** What the single rows that came over it look like; null if none came. */
  private @Nullable RowShapes shapes;

  Session(Connection connection) {
    this.connection = connection;
    this.mayPublish = connection.user().may(Right.PUBLISH);
  }

  @Nullable RowShapes shapesIfAny() {
    return shapes;
  }

  RowShapes shapes() {
    RowShapes of = shapes;
    if (of == null) {
      of = new RowShapes();
      shapes = of;
    }
    return of;
  }

  boolean isSubscribed() {
    return group != null;
  }

  /** Whether something may be said of it again: once in so long. */
  boolean mayBeSaid(long intervalNanos) {
    long now = System.nanoTime();
    if (isSaid && now - saidAtNanos < intervalNanos) {
      return false;
    }
    isSaid = true;
    saidAtNanos = now;
    return true;
  }

  @Override
  public String toString() {
    return "handle " + connection.handle() + " from " + connection.remote();
  }
}
