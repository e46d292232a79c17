package tickwatch.ipc.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The first bytes of a connection to a server.
 *
 * <pre>
 *   client   user:password  capability  00        server   capability
 *            61 3a 62       03          00                  03          accepted: one lone byte
 *                                                           (closed)    refused: no byte
 * </pre>
 *
 * <ul>
 *   <li>The bytes may come split in any way, 64 KiB of them before the capability.
 *   <li>The user name ends at the first colon; the password may hold more of them. Without a colon
 *       all is the name.
 *   <li>The byte before {@code 00} is a capability when it is below {@code 20}; else it belongs to
 *       the password and the client, an old one, has capability 0. The answer is the smaller of the
 *       client's and 3.
 *   <li>A name with a control character is refused. Such bytes are TLS, or a browser that was made
 *       to post to this port: {@code POST / HTTP/1.1}, line feeds, and a forged handshake in the
 *       body would pass for a user where anonymous ones are welcome.
 *   <li>{@code GET} or {@code HEAD} and a space at the start are HTTP/1.1: one answer, then the
 *       connection closes. They need no user.
 *   <li>The text protocol of {@code qcon} cannot be told from an old client and is not spoken.
 *   <li>All of it has {@link IpcServerConfig#handshakeTimeout}.
 * </ul>
 *
 * <p>Passwords are checked away from the event loop unless that {@link Access#isQuick is quick}.
 *
 * <p>Source: "Interprocess communication", kdb+ and q documentation.
 */
final class ServerHandshake extends ChannelInboundHandlerAdapter {
  /** The highest capability spoken here: guids, but no message above 2 GB. */
  static final int CAPABILITY = 3;

  static final int MAX_CREDENTIAL_BYTES = 64 << 10;
  private static final int MAX_HTTP_BYTES = 16 << 10;
  private static final byte[] GET = {'G', 'E', 'T', ' '};
  private static final byte[] HEAD = {'H', 'E', 'A', 'D', ' '};

  private enum State {
    READING,
    /** The password is being checked; what comes meanwhile belongs to the connection. */
    CHECKING,
    /** The client is refused or an HTTP answer is on its way; what comes meanwhile is dropped. */
    ENDING
  }

  private final IpcServerConfig config;
  private final ConnectionHandler handler;
  private final Executor passwordThreads;
  private final Warnings warnings;
  private final UnfinishedMessages unfinished;
  private final LongMessages longMessages;
  private @Nullable ByteBuf received;
  private int searched;
  private @Nullable ScheduledFuture<?> timeout;

  private State state = State.READING;

  ServerHandshake(
      IpcServerConfig config,
      ConnectionHandler handler,
      Executor passwordThreads,
      Warnings warnings,
      UnfinishedMessages unfinished,
      LongMessages longMessages) {
    this.config = config;
    this.handler = handler;
    this.passwordThreads = passwordThreads;
    this.warnings = warnings;
    this.unfinished = unfinished;
    this.longMessages = longMessages;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    timeout =
        ctx.executor()
            .schedule(
                () -> timedOut(ctx), config.handshakeTimeout().toNanos(), TimeUnit.NANOSECONDS);
  }

  private void timedOut(ChannelHandlerContext ctx) {
    refuse(ctx, "not finished within " + config.handshakeTimeout().toMillis() + " ms");
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf read = (ByteBuf) message;
    if (state == State.ENDING) {
      read.release();
      return;
    }
    ByteBuf bytes = received;
    if (bytes == null) {
      bytes = ctx.alloc().buffer(Math.max(256, read.readableBytes()));
      received = bytes;
    }
    bytes.writeBytes(read);
    read.release();
    if (state == State.CHECKING) {
      return;
    }
    if (startsWith(bytes, GET) || startsWith(bytes, HEAD)) {
      readHttp(ctx, bytes);
    } else {
      readCredentials(ctx, bytes);
    }
  }

  private static boolean startsWith(ByteBuf bytes, byte[] wanted) {
    if (bytes.readableBytes() < wanted.length) {
      return false;
    }
    for (int i = 0; i < wanted.length; i++) {
      if (bytes.getByte(i) != wanted[i]) {
        return false;
      }
    }
    return true;
  }

  // HTTP

  private void readHttp(ChannelHandlerContext ctx, ByteBuf bytes) {
    int limit = Math.min(bytes.writerIndex(), MAX_HTTP_BYTES);
    int end = endOfHead(bytes, Math.max(0, searched - 3), limit);
    searched = limit;
    if (end < 0 && limit < MAX_HTTP_BYTES) {
      return;
    }
    state = State.ENDING;
    HttpAnswer answer =
        end < 0
            ? HttpAnswer.tooLong()
            : HttpAnswer.to(bytes.toString(0, end, StandardCharsets.ISO_8859_1), config.http());
    if (answer.failure() != null) {
      warnings.httpFailed(ctx.channel().remoteAddress(), answer.failure());
    }
    Outbound.writeAndClose(ctx, answer.encode(ctx.alloc()));
  }

  /** Where the line feed lies that starts an empty line, or -1. */
  private static int endOfHead(ByteBuf bytes, int from, int limit) {
    for (int i = from; i < limit; i++) {
      if (bytes.getByte(i) == '\n') {
        int next = i + 1;
        if (next < limit && bytes.getByte(next) == '\r') {
          next++;
        }
        if (next < limit && bytes.getByte(next) == '\n') {
          return i;
        }
      }
    }
    return -1;
  }

  // IPC

  private void readCredentials(ChannelHandlerContext ctx, ByteBuf bytes) {
    int limit = Math.min(bytes.writerIndex(), MAX_CREDENTIAL_BYTES + 2);
    int end = searched < limit ? bytes.indexOf(searched, limit, (byte) 0) : -1;
    searched = limit;
    if (end < 0) {
      if (limit == MAX_CREDENTIAL_BYTES + 2) {
        refuse(ctx, "no byte 00 in the first " + limit + " bytes");
      }
      return;
    }
    int last = end > 0 ? bytes.getUnsignedByte(end - 1) : -1;
    boolean hasCapability = last >= 0 && last < 0x20;
    int capability = hasCapability ? Math.min(last, CAPABILITY) : 0;
    int credentialsEnd = hasCapability ? end - 1 : end;
    if (credentialsEnd > MAX_CREDENTIAL_BYTES) {
      refuse(ctx, "credentials of " + credentialsEnd + " bytes");
      return;
    }
    int colon = bytes.indexOf(0, credentialsEnd, (byte) ':');
    String user = text(bytes, 0, colon < 0 ? credentialsEnd : colon);
    String password = colon < 0 ? "" : text(bytes, colon + 1, credentialsEnd);
    bytes.readerIndex(end + 1);
    if (user.chars().anyMatch(Character::isISOControl)) {
      refuse(ctx, "a control character in the user name: not kdb+ IPC (TLS, or HTTP POST?)");
      return;
    }
    state = State.CHECKING;
    authenticate(ctx, user, password, capability);
  }

  /** UTF-8 where it is that, else one char a byte: javakdb sends ISO 8859-1. */
  private static String text(ByteBuf bytes, int from, int to) {
    byte[] copy = new byte[to - from];
    bytes.getBytes(from, copy);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(copy)).toString();
    } catch (CharacterCodingException e) {
      return new String(copy, StandardCharsets.ISO_8859_1);
    }
  }

  private void authenticate(
      ChannelHandlerContext ctx, String user, String password, int capability) {
    InetSocketAddress remote = (InetSocketAddress) ctx.channel().remoteAddress();
    Access access = config.access();
    if (access.isQuick()) {
      decide(ctx, user, check(access, user, password, remote), capability);
      return;
    }
    ctx.channel().config().setAutoRead(false);
    try {
      passwordThreads.execute(
          () -> {
            User found = check(access, user, password, remote);
            if (!ctx.executor().isShuttingDown()) {
              ctx.executor().execute(() -> decide(ctx, user, found, capability));
            }
          });
    } catch (RejectedExecutionException e) {
      refuse(ctx, "too many passwords are waiting to be checked");
    }
  }

  private @Nullable User check(
      Access access, String user, String password, InetSocketAddress remote) {
    try {
      return access.authenticate(user, password, remote);
    } catch (RuntimeException e) {
      warnings.handshakeFailed(remote, e);
      return null;
    }
  }

  private void decide(ChannelHandlerContext ctx, String name, @Nullable User user, int capability) {
    if (ctx.isRemoved() || !ctx.channel().isActive()) {
      return;
    }
    if (user == null) {
      warnings.refused(name, ctx.channel().remoteAddress());
      Outbound.close(ctx);
      return;
    }
    // On its own, in a flush of its own: node-q takes a longer first chunk for a failure.
    Outbound.writeAndFlush(ctx, ctx.alloc().buffer(1, 1).writeByte(capability));
    ServerConnection connection =
        new ServerConnection(
            ctx.channel(),
            handler,
            user,
            capability,
            config.maxMessageBytes(user),
            warnings,
            unfinished,
            longMessages);
    ByteBuf rest = received;
    received = null;
    ctx.pipeline().replace(this, "connection", connection);
    connection.open();
    if (rest != null) {
      connection.channelRead(ctx, rest);
      connection.channelReadComplete(ctx);
    }
    connection.updateAutoRead();
  }

  private void refuse(ChannelHandlerContext ctx, String why) {
    state = State.ENDING;
    warnings.badHandshake(ctx.channel().remoteAddress(), why);
    Outbound.close(ctx);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    Future<?> running = timeout;
    if (running != null) {
      running.cancel(false);
    }
    if (received != null) {
      received.release();
      received = null;
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof DecoderException && cause.getCause() instanceof SSLException tls) {
      warnings.badHandshake(ctx.channel().remoteAddress(), "TLS: " + tls.getMessage());
    } else if (!(cause instanceof IOException)) {
      warnings.handshakeFailed(ctx.channel().remoteAddress(), cause);
    }
    Outbound.close(ctx);
  }
}
