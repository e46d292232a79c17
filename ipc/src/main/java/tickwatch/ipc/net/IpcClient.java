package tickwatch.ipc.net;

import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Opens connections to kdb+ processes. */
public final class IpcClient {
  private IpcClient() {}

  /**
   * Connects and shakes hands.
   *
   * @param timeout for both together
   * @param maxMessageBytes longest message taken from the peer
   * @param loops one of them serves the connection
   * @param handler gets asynchronous messages; answers complete requests, and are decoded before
   *     the next message is delivered
   * @return fails with {@link NetException}; completes after {@link ConnectionHandler#opened}, on
   *     the event loop
   */
  public static CompletableFuture<ClientConnection> connect(
      Endpoint endpoint,
      Duration timeout,
      int maxMessageBytes,
      EventLoopGroup loops,
      ConnectionHandler handler) {
    throw new UnsupportedOperationException();
  }
}
