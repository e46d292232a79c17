package tickwatch.ipc.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The client's part of what {@link ServerHandshake} specifies. */
final class ClientHandshake extends ChannelInboundHandlerAdapter {
  private final Endpoint endpoint;
  private final long deadlineNanos;
  private final int maxMessageBytes;
  private final ConnectionHandler handler;
  private final CompletableFuture<ClientConnection> result;
  private @Nullable ScheduledFuture<?> timeout;

  ClientHandshake(
      Endpoint endpoint,
      long deadlineNanos,
      int maxMessageBytes,
      ConnectionHandler handler,
      CompletableFuture<ClientConnection> result) {
    this.endpoint = endpoint;
    this.deadlineNanos = deadlineNanos;
    this.maxMessageBytes = maxMessageBytes;
    this.handler = handler;
    this.result = result;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    timeout =
        ctx.executor()
            .schedule(
                () -> fail(ctx, endpoint + " did not answer the handshake in time", null),
                deadlineNanos - System.nanoTime(),
                TimeUnit.NANOSECONDS);
    ByteBuf credentials = ctx.alloc().buffer();
    credentials.writeCharSequence(
        endpoint.user() + ":" + endpoint.password(), StandardCharsets.UTF_8);
    credentials.writeByte(ServerHandshake.CAPABILITY).writeByte(0);
    Outbound.writeAndFlush(ctx, credentials);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    if (result.isDone() || !bytes.isReadable()) {
      bytes.release();
      return;
    }
    int capability = bytes.readUnsignedByte();
    if (capability > ServerHandshake.CAPABILITY) {
      bytes.release();
      fail(
          ctx,
          endpoint
              + " answered the handshake with "
              + capability
              + " (expected: 0 to 3): does it speak kdb+ IPC?",
          null);
      return;
    }
    OpenedConnection connection =
        new OpenedConnection(
            ctx.channel(),
            handler,
            new User(endpoint.user(), Set.of()),
            capability,
            maxMessageBytes,
            endpoint);
    ctx.pipeline().replace(this, "connection", connection);
    connection.open();
    if (!result.complete(connection)) {
      // Whoever wanted it has given up.
      connection.close();
    }
    connection.channelRead(ctx, bytes);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    fail(
        ctx,
        endpoint + " refused user \"" + endpoint.user() + "\", or closed for another reason",
        null);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    fail(ctx, endpoint + " broke the connection in the handshake: " + cause.getMessage(), cause);
  }

  private void fail(ChannelHandlerContext ctx, String why, @Nullable Throwable cause) {
    result.completeExceptionally(new NetException(why, cause));
    Outbound.close(ctx);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    Future<?> running = timeout;
    if (running != null) {
      running.cancel(false);
    }
  }
}
