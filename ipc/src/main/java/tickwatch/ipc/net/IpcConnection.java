package tickwatch.ipc.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.EventLoop;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.ipc.codec.CodecException;
import tickwatch.ipc.codec.Compression;
import tickwatch.ipc.codec.MessageType;
import tickwatch.ipc.codec.ValueEncoder;
import tickwatch.ipc.value.Value;

/**
 * What both ends of a connection have in common once they have shaken hands.
 *
 * <p><b>Reading.</b> The socket is read while the handler wants it and less than {@link
 * #MAX_WAITING_BYTES} wait to be delivered. While an answer is owed the rest waits; that the client
 * has gone is still noticed, so that a query can be stopped.
 *
 * <p><b>The end.</b> When the peer closes, what it sent before is delivered first: a publisher may
 * send and close, and the handler may have stopped reading at that moment. Only an answer that is
 * owed cannot be waited for.
 *
 * <p><b>Threads.</b> Fields without {@code volatile} belong to the event loop.
 */
abstract class IpcConnection extends ChannelInboundHandlerAdapter
    implements Connection, FrameReader.Sink, UnfinishedMessages.Sender {
  private static final Logger LOG = LoggerFactory.getLogger(IpcConnection.class);

  /** Beyond these bytes waiting to be delivered the socket is not read. */
  static final int MAX_WAITING_BYTES = 256 << 10;

  /** Shorter messages are never compressed. */
  private static final int COMPRESS_ABOVE_BYTES = 2000;

  /** Longer answers go out in slices. */
  private static final long MOST_AT_ONCE_BYTES = 1 << 20;

  /** And so do these where shorter ones are compressed. */
  private static final long MOST_COMPRESSED_BYTES = 32 << 20;

  /** Static because a handle must be unique in the process, whichever server or client has it. */
  private static final AtomicInteger HANDLES = new AtomicInteger(5);

  final Channel channel;
  final ConnectionHandler handler;
  private final int handle = HANDLES.incrementAndGet();
  private final User user;
  private final InetSocketAddress remote;
  private final boolean isLocal;
  private final int capability;
  private final int maxMessageBytes;
  private final FrameReader frames;
  private final Warnings warnings;
  private final UnfinishedMessages unfinished;
  private final @Nullable LongMessages longMessages;

  private volatile boolean closing;
  private boolean isReading = true;
  private boolean isGone;
  private boolean isClosed;
  private boolean deliveredAny;
  private boolean isCounted;
  private boolean isAside;
  private @Nullable Throwable failure;

  IpcConnection(
      Channel channel,
      ConnectionHandler handler,
      User user,
      int capability,
      int maxMessageBytes,
      Warnings warnings,
      UnfinishedMessages unfinished,
      @Nullable LongMessages longMessages) {
    this.channel = channel;
    this.handler = handler;
    this.user = user;
    this.capability = capability;
    this.maxMessageBytes = maxMessageBytes;
    this.warnings = warnings;
    this.unfinished = unfinished;
    this.longMessages = longMessages;
    this.remote = (InetSocketAddress) channel.remoteAddress();
    this.isLocal = isSameMachine(remote, (InetSocketAddress) channel.localAddress());
    this.frames = new FrameReader(channel.alloc(), maxMessageBytes, this);
  }

  private static boolean isSameMachine(InetSocketAddress remote, InetSocketAddress local) {
    return remote.getAddress().isLoopbackAddress()
        || remote.getAddress().equals(local.getAddress());
  }

  /** One whole plain message; the bytes are valid during the call. */
  abstract void plainMessage(MessageType type, ByteBuf buffer, int start, int length);

  /** Whether delivery waits for something that the end of the connection makes pointless. */
  abstract boolean isWaitingForAnswer();

  /** To be called once, in the pipeline, before anything else happens on the connection. */
  void open() {
    try {
      handler.opened(this);
    } catch (Throwable e) {
      fail(e);
    }
  }

  // Reading

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    frames.add((ByteBuf) message);
    deliver();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    readComplete();
  }

  /** Goes on with what waits. */
  final void resume() {
    deliver();
    readComplete();
  }

  private void deliver() {
    try {
      frames.deliver();
    } catch (Throwable e) {
      fail(e);
    }
    updateAutoRead();
    if (isGone) {
      finishIfAllIsDelivered();
    }
  }

  private void readComplete() {
    if (!deliveredAny || isClosed) {
      return;
    }
    deliveredAny = false;
    try {
      handler.readComplete(this);
    } catch (Throwable e) {
      fail(e);
    }
  }

  @Override
  public boolean isReady() {
    return isReading && !closing && !isAside && !isWaitingForAnswer();
  }

  @Override
  public void frame(MessageType type, ByteBuf buffer, int start, int length) {
    boolean isCompressed = buffer.getByte(start + 2) != 0;
    if (!isCompressed) {
      plainMessage(type, buffer, start, length);
      return;
    }
    ByteBuf packed = buffer.slice(start, length);
    if (longMessages == null
        || Compression.plainLength(packed) <= LongMessages.MOST_AT_ONCE_BYTES) {
      ByteBuf plain = Compression.decompress(packed, maxMessageBytes, channel.alloc());
      try {
        plainMessage(type, plain, plain.readerIndex(), plain.readableBytes());
      } finally {
        plain.release();
      }
      return;
    }
    int most = LongMessages.mostUnpackedBytes(maxMessageBytes);
    workAside(
        longMessages,
        packed.retain(),
        message -> Compression.decompress(message, most, channel.alloc()),
        plain -> plainMessage(type, plain, plain.readerIndex(), plain.readableBytes()));
  }

  @Override
  public <T> void aside(
      ByteBuf buffer, int start, int length, Function<ByteBuf, T> work, Consumer<T> then) {
    if (longMessages == null) {
      then.accept(work.apply(buffer.slice(start, length)));
      return;
    }
    workAside(
        longMessages,
        buffer.retainedSlice(start, length),
        work,
        result -> {
          deliveredAny = true;
          then.accept(result);
        });
  }

  private <T> void workAside(
      LongMessages elsewhere, ByteBuf message, Function<ByteBuf, T> work, Consumer<T> then) {
    // It counts until the work is done.
    try {
      takes(message.readableBytes());
    } catch (CodecException e) {
      message.release();
      throw e;
    }
    isAside = true;
    elsewhere.work(
        message, work, eventLoop(), (result, failure) -> workDone(then, result, failure));
  }

  /** Goes on with what came of work elsewhere. */
  private <T> void workDone(Consumer<T> then, @Nullable T result, @Nullable Throwable failure) {
    isAside = false;
    ended();
    try {
      if (isClosed || closing) {
        return;
      }
      if (failure != null) {
        fail(failure);
        return;
      }
      if (result != null) {
        then.accept(result);
      }
    } catch (Throwable e) {
      fail(e);
    } finally {
      ReferenceCountUtil.release(result);
    }
    resume();
  }

  @Override
  public void takes(int byteLength) {
    if (byteLength > UnfinishedMessages.FREE_BYTES) {
      isCounted = true;
      unfinished.takes(this, byteLength);
    }
  }

  @Override
  public void ended() {
    if (isCounted) {
      isCounted = false;
      unfinished.ended(this);
    }
  }

  @Override
  public void giveWay(CodecException why) {
    execute(() -> fail(why));
  }

  /** Offers messages to the handler; see {@link ConnectionHandler#messages}. */
  final int offerToHandler(ByteBuf buffer, int start, int end) {
    int taken = handler.messages(this, buffer, start, end);
    deliveredAny |= taken > start;
    return taken;
  }

  /** Hands a message to the handler. */
  final void deliverToHandler(MessageType type, ByteBuf buffer, int start, int length) {
    deliveredAny = true;
    handler.message(this, type, buffer, start, length);
  }

  @Override
  public void setReading(boolean reading) {
    if (eventLoop().inEventLoop()) {
      isReading = reading;
      updateAutoRead();
      if (reading && frames.waitingBytes() > 0) {
        // Not at once: the caller may be in the middle of something.
        execute(this::resume);
      }
    } else {
      execute(() -> setReading(reading));
    }
  }

  /** Reads from the socket, or not, as things stand. */
  final void updateAutoRead() {
    boolean wanted = isReading && frames.waitingBytes() <= MAX_WAITING_BYTES;
    if (channel.config().isAutoRead() != wanted) {
      channel.config().setAutoRead(wanted);
    }
  }

  // Writing

  @Override
  public void send(Value value) {
    if (closing) {
      return;
    }
    try {
      writeAndFlush(encode(MessageType.ASYNC, value));
    } catch (CodecException e) {
      warnings.notSent(this, e);
    }
  }

  /**
   * A whole message in a fresh buffer, compressed where that pays.
   *
   * @throws CodecException when the value cannot travel to this peer
   */
  final ByteBuf encode(MessageType type, Value value) {
    ByteBuf plain = channel.alloc().buffer();
    try {
      ValueEncoder.encodeMessage(type, value, capability, plain);
      boolean mayCompress =
          capability >= 1 && !isLocal && plain.readableBytes() > COMPRESS_ABOVE_BYTES;
      return mayCompress ? Compression.compress(plain, channel.alloc()) : plain.retain();
    } finally {
      plain.release();
    }
  }

  /**
   * Messages up to this length are encoded at once. Longer ones that are encoded in slices are not
   * compressed: for a peer elsewhere that begins where memory counts for more than the network.
   */
  final long mostAtOnceBytes() {
    return capability >= 1 && !isLocal ? MOST_COMPRESSED_BYTES : MOST_AT_ONCE_BYTES;
  }

  /** From any thread; ownership of the message is taken. */
  final void writeAndFlush(ByteBuf message) {
    if (eventLoop().inEventLoop()) {
      write(message);
      flush();
    } else if (!execute(
        () -> {
          write(message);
          flush();
        })) {
      message.release();
    }
  }

  @Override
  public void write(ByteBuf message) {
    assert eventLoop().inEventLoop() : "write() on another thread than the event loop";
    if (closing || !channel.isActive()) {
      message.release();
    } else {
      Outbound.write(channel, message);
    }
  }

  @Override
  public void flush() {
    channel.flush();
  }

  @Override
  public long pendingBytes() {
    ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
    return outbound == null ? 0 : outbound.totalPendingWriteBytes();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (isClosed) {
      return;
    }
    try {
      handler.writabilityChanged(this);
    } catch (Throwable e) {
      fail(e);
    }
  }

  // The end

  @Override
  public void close() {
    closing = true;
    Outbound.close(channel);
    // Where the peer has gone before and its last messages wait, nothing else would end this.
    execute(this::finishIfGone);
  }

  private void finishIfGone() {
    if (isGone) {
      finishIfAllIsDelivered();
    }
  }

  final boolean isClosing() {
    return closing;
  }

  /** Whether the event loop is within {@link #plainMessage}. */
  final boolean isDelivering() {
    return frames.isDelivering();
  }

  /** Closes because of this; the first call counts. */
  final void fail(Throwable cause) {
    if (failure == null && !closing) {
      failure = cause;
      if (cause instanceof IOException) {
        LOG.debug(
            "connection broke: handle={} remote={} cause={}", handle, remote, cause.toString());
      } else {
        warnings.connectionFailed(this, cause);
      }
    }
    close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    fail(cause);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    isGone = true;
    resume();
  }

  private void finishIfAllIsDelivered() {
    boolean isAllDelivered = frames.waitingBytes() == 0 && !isAside;
    if (!isClosed && (closing || isWaitingForAnswer() || isAllDelivered)) {
      closing = true;
      readComplete();
      isClosed = true;
      frames.close();
      closed(failure);
    }
  }

  /** The last thing to happen, once. */
  void closed(@Nullable Throwable cause) {
    try {
      handler.closed(this, cause);
    } catch (Throwable e) {
      warnings.connectionFailed(this, e);
    }
  }

  /** Runs it on the event loop; false when that has stopped. */
  final boolean execute(Runnable task) {
    try {
      eventLoop().execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  // Who it is

  @Override
  public int handle() {
    return handle;
  }

  @Override
  public User user() {
    return user;
  }

  @Override
  public InetSocketAddress remote() {
    return remote;
  }

  @Override
  public boolean isLocal() {
    return isLocal;
  }

  @Override
  public int capability() {
    return capability;
  }

  @Override
  public EventLoop eventLoop() {
    return channel.eventLoop();
  }

  /** For logs. */
  @Override
  public String toString() {
    return "handle=" + handle + " user=" + user.name() + " remote=" + remote;
  }
}
