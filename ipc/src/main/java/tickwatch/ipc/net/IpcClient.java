package tickwatch.ipc.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.Future;
import java.net.ConnectException;
import java.net.UnknownHostException;
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
    CompletableFuture<ClientConnection> result = new CompletableFuture<>();
    long deadlineNanos = System.nanoTime() + timeout.toNanos();
    ReadBuffers readBuffers = new ReadBuffers();
    ChannelFuture connecting =
        new Bootstrap()
            .group(loops)
            .channel(EventLoops.clientChannel(loops))
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                (int) Math.min(Integer.MAX_VALUE, Math.max(1, timeout.toMillis())))
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, IpcServer.WATER_MARK)
            .option(ChannelOption.RECVBUF_ALLOCATOR, readBuffers)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    Future<?> unused =
                        channel.closeFuture().addListener(closed -> readBuffers.close());
                    ClientTls tls = endpoint.tls();
                    if (tls != null) {
                      tls.addTo(channel, endpoint, (deadlineNanos - System.nanoTime()) / 1_000_000);
                    }
                    channel
                        .pipeline()
                        .addLast(
                            "handshake",
                            new ClientHandshake(
                                endpoint, deadlineNanos, maxMessageBytes, handler, result));
                  }
                })
            .connect(endpoint.host(), endpoint.port());
    Future<?> unused =
        connecting.addListener(
            connected -> {
              if (!connected.isSuccess()) {
                result.completeExceptionally(
                    new NetException(
                        whyNotConnected(endpoint, timeout, connected.cause()), connected.cause()));
              }
            });
    return result;
  }

  private static String whyNotConnected(Endpoint endpoint, Duration timeout, Throwable cause) {
    if (cause instanceof ConnectTimeoutException) {
      return endpoint + " did not answer within " + timeout.toMillis() + " ms";
    }
    if (cause instanceof ConnectException) {
      return "nothing listens on " + endpoint + ": is it started, and is that its port?";
    }
    if (cause instanceof UnknownHostException) {
      return "unknown host \"" + endpoint.host() + "\"";
    }
    return "cannot connect to " + endpoint + ": " + cause.getMessage();
  }
}
