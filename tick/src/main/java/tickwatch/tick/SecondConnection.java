package tickwatch.tick;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.net.ClientConnection;
import tickwatch.ipc.net.ConnectionHandler;
import tickwatch.ipc.net.Endpoint;
import tickwatch.ipc.net.IpcClient;
import tickwatch.ipc.net.IpcServerConfig;
import tickwatch.ipc.net.NetException;
import tickwatch.ipc.value.Value;

/**
 * A connection to the tickerplant for what must be answered while nothing is read from the first;
 * opened when it is needed.
 *
 * <p><b>Threads.</b> The event loop's alone.
 */
final class SecondConnection implements AutoCloseable {
  private final Endpoint tickerplant;
  private final Duration timeout;
  private final EventLoop loop;
  private @Nullable ClientConnection connection;

  /** How often it was closed: one that opens meanwhile comes too late. */
  private int closings;

  SecondConnection(Endpoint tickerplant, Duration timeout, EventLoop loop) {
    this.tickerplant = tickerplant;
    this.timeout = timeout;
    this.loop = loop;
  }

  CompletableFuture<Value> ask(Value query) {
    return opened().thenCompose(open -> open.request(query));
  }

  private CompletableFuture<ClientConnection> opened() {
    ClientConnection open = connection;
    if (open != null) {
      return CompletableFuture.completedFuture(open);
    }
    int before = closings;
    ConnectionHandler ignoring = (c, type, buffer, start, length) -> {};
    return IpcClient.connect(
            tickerplant, timeout, IpcServerConfig.DEFAULT_MAX_MESSAGE_BYTES, loop, ignoring)
        .thenApply(
            fresh -> {
              if (closings != before) {
                fresh.close();
                throw new NetException("closed while it was opened");
              }
              ClientConnection earlier = connection;
              if (earlier != null) {
                fresh.close();
                return earlier;
              }
              connection = fresh;
              return fresh;
            });
  }

  /** Closes it; the next question opens another one. */
  @Override
  public void close() {
    closings++;
    ClientConnection open = connection;
    connection = null;
    if (open != null) {
      open.close();
    }
  }
}
