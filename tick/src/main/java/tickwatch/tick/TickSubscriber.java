package tickwatch.tick;

import io.netty.channel.EventLoopGroup;
import java.util.concurrent.CompletableFuture;
import tickwatch.ipc.value.Table;

/**
 * Follows a tickerplant: subscribes, replays the log up to where the subscription began, goes live,
 * and after a lost connection resumes where it was. The listener gets each message exactly once, in
 * log order.
 */
public final class TickSubscriber implements AutoCloseable {
  private TickSubscriber() {}

  /** Starts to connect, and returns at once; the listener hears of the rest. */
  public static TickSubscriber start(
      TickSubscriberConfig config, EventLoopGroup loops, TickListener listener) {
    throw new UnsupportedOperationException("not yet");
  }

  /**
   * Publishes rows on the same connection, async, in order. Any thread.
   *
   * @return false if there is no connection, and nothing was sent; true if the rows were handed to
   *     the connection (they are lost if it breaks before the tickerplant has read them: number
   *     what must not be lost)
   */
  public boolean publish(String table, Table rows) {
    throw new UnsupportedOperationException("not yet");
  }

  /**
   * Publishes rows under a publisher's name and number: a message whose number is not above the
   * last one accepted from that publisher is a resend, and the tickerplant ignores it. Any thread.
   *
   * @param seq the publisher's own count after this message, rising
   * @return as {@link #publish}
   */
  public boolean publishNumbered(String publisher, long seq, String table, Table rows) {
    throw new UnsupportedOperationException("not yet");
  }

  /**
   * The number of the last message the tickerplant accepted from a publisher, 0 if none: everything
   * above it must be published again after a reconnect. Any thread.
   */
  public CompletableFuture<Long> lastSeq(String publisher) {
    throw new UnsupportedOperationException("not yet");
  }

  /** Messages delivered to the listener since the start, of the tables and syms subscribed to. */
  public long applied() {
    throw new UnsupportedOperationException("not yet");
  }

  /** Whether the replay is done and rows arrive as they are published. */
  public boolean isLive() {
    throw new UnsupportedOperationException("not yet");
  }

  /** Closes the connection; no call to the listener follows. */
  @Override
  public void close() {
    throw new UnsupportedOperationException("not yet");
  }
}
