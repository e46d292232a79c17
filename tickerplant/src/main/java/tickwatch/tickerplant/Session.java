package tickwatch.tickerplant;

import java.nio.ByteBuffer;
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
  private static final int LEARNT_BYTES = 4096;
  private static final int LEARNT_EVERY = 1024;

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

  /** Whether it waits for the log to be writable again. */
  boolean held;

  // Rows that are alike, by the length of their messages: syms of four lengths find room.
  private final @Nullable RowShape[] shapes = new RowShape[4];
  private int unlike;

  Session(Connection connection) {
    this.connection = connection;
    this.mayPublish = connection.user().may(Right.PUBLISH);
  }

  /** The shape that rows of such messages had before; null if that is not known. */
  @Nullable RowShape shape(int length) {
    RowShape shape = shapes[length & 3];
    return shape != null && shape.length == length ? shape : null;
  }

  /** Takes a row that was accepted as an example of those to come. */
  void learn(PublishedTable table, ByteBuffer bytes, int start, int rowAt, int end) {
    int slot = (end - start) & 3;
    // Where rows are all different each one would be learnt in vain.
    if (end - start <= LEARNT_BYTES && (shapes[slot] == null || ++unlike % LEARNT_EVERY == 0)) {
      shapes[slot] = RowShape.of(table, bytes, start, rowAt, end);
    }
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
