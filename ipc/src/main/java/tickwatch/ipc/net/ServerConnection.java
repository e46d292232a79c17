package tickwatch.ipc.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.ipc.codec.CodecException;
import tickwatch.ipc.codec.MessageSlices;
import tickwatch.ipc.codec.MessageType;
import tickwatch.ipc.value.ErrorValue;
import tickwatch.ipc.value.Value;

/**
 * A client, seen from the server.
 *
 * <p>A synchronous message stops delivery until it is answered, so answers come in the order of the
 * requests whoever computes them. A long answer goes out in slices, each made when the client has
 * taken those before it; what is written meanwhile waits behind it. What is written before the
 * client's first message waits for that message, so that it cannot arrive in one piece with the
 * accept byte.
 */
final class ServerConnection extends IpcConnection {
  private static final Logger LOG = LoggerFactory.getLogger(ServerConnection.class);

  /** Slices that are written before others have their turn. */
  private static final int SLICES_AT_ONCE = 4;

  /** Whether an answer may be given; taken by whichever thread answers. */
  private final AtomicBoolean isOwed = new AtomicBoolean();

  /** Whether delivery waits for the answer; ends on the event loop, after it was written. */
  private boolean isWaiting;

  private boolean hasHeard;
  private final ArrayDeque<ByteBuf> early = new ArrayDeque<>();
  private final AtomicLong earlyBytes = new AtomicLong();

  /** The long answer that is under way, slice by slice as the client reads. */
  private @Nullable MessageSlices slices;

  private boolean isWritingSlices;
  private volatile int slicedBytes;

  ServerConnection(
      Channel channel,
      ConnectionHandler handler,
      User user,
      int capability,
      int maxMessageBytes,
      Warnings warnings,
      UnfinishedMessages unfinished,
      @Nullable LongMessages longMessages) {
    super(channel, handler, user, capability, maxMessageBytes, warnings, unfinished, longMessages);
  }

  @Override
  public int frames(ByteBuf buffer, int start, int end) {
    return hasHeard ? offerToHandler(buffer, start, end) : start;
  }

  @Override
  void plainMessage(MessageType type, ByteBuf buffer, int start, int length) {
    if (type == MessageType.RESPONSE) {
      throw new CodecException("a response to a server, which has asked nothing");
    }
    if (!hasHeard) {
      hasHeard = true;
      writeEarly();
    }
    if (type == MessageType.SYNC) {
      isWaiting = true;
      isOwed.set(true);
    }
    deliverToHandler(type, buffer, start, length);
  }

  @Override
  boolean isWaitingForAnswer() {
    return isWaiting;
  }

  @Override
  public void respond(Value value) {
    if (!isOwed.compareAndSet(true, false)) {
      throw new IllegalStateException("no answer is owed: " + this);
    }
    MessageSlices sliced = slicesOf(value);
    if (sliced != null) {
      slicedBytes = sliced.left();
      execute(() -> answerInSlices(sliced));
      return;
    }
    ByteBuf message = encodeAnswer(value);
    if (eventLoop().inEventLoop()) {
      answer(message);
      if (!isDelivering()) {
        // Not at once: the caller may be in the middle of something.
        execute(this::resume);
      }
    } else if (!execute(
        () -> {
          answer(message);
          resume();
        })) {
      message.release();
    }
  }

  /** The answer's slices where it is long; null where it goes out in one piece. */
  private @Nullable MessageSlices slicesOf(Value value) {
    try {
      return MessageSlices.isLonger(value, mostAtOnceBytes())
          ? MessageSlices.of(MessageType.RESPONSE, value, capability())
          : null;
    } catch (CodecException | OutOfMemoryError e) {
      // It is answered as one that was encoded at once would be.
      return null;
    }
  }

  /** Goes on once others had their turn, or when the client has read. */
  private void answerInSlices(MessageSlices answer) {
    slices = answer;
    writeSlices();
  }

  private void writeSlices() {
    if (isWritingSlices) {
      return;
    }
    isWritingSlices = true;
    try {
      for (int i = 0; slices != null && channel.isWritable(); i++) {
        if (i == SLICES_AT_ONCE) {
          execute(this::writeSlices);
          return;
        }
        writeSlice(slices);
      }
    } catch (RuntimeException | OutOfMemoryError e) {
      fail(e);
    } finally {
      isWritingSlices = false;
    }
  }

  private void writeSlice(MessageSlices answer) {
    if (isClosing()) {
      forgetSlices();
      return;
    }
    ByteBuf slice = channel.alloc().buffer(MessageSlices.SLICE_BYTES + 256);
    boolean isMade = false;
    try {
      answer.next(slice);
      isMade = true;
    } finally {
      if (!isMade) {
        slice.release();
      }
    }
    super.write(slice);
    slicedBytes = answer.left();
    if (answer.left() > 0) {
      flush();
      return;
    }
    slices = null;
    writeEarly();
    flush();
    isWaiting = false;
    execute(this::resume);
  }

  private void forgetSlices() {
    slices = null;
    slicedBytes = 0;
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    writeSlices();
    super.channelWritabilityChanged(ctx);
  }

  private ByteBuf encodeAnswer(Value value) {
    try {
      return encode(MessageType.RESPONSE, value);
    } catch (CodecException e) {
      LOG.debug("answer replaced by 'type: {} capability={}", this, capability(), e);
      return encode(MessageType.RESPONSE, new ErrorValue("type"));
    } catch (RuntimeException | OutOfMemoryError e) {
      LOG.warn("answer replaced by 'wsfull: {}", this, e);
      return encode(MessageType.RESPONSE, new ErrorValue("wsfull"));
    }
  }

  private void answer(ByteBuf message) {
    write(message);
    flush();
    isWaiting = false;
  }

  @Override
  public void write(ByteBuf message) {
    if ((hasHeard && slices == null) || isClosing()) {
      super.write(message);
    } else {
      early.add(message);
      earlyBytes.addAndGet(message.readableBytes());
    }
  }

  private void writeEarly() {
    if (early.isEmpty()) {
      return;
    }
    for (ByteBuf message : early) {
      super.write(message);
    }
    early.clear();
    earlyBytes.set(0);
    flush();
  }

  @Override
  public long pendingBytes() {
    return earlyBytes.get() + slicedBytes + super.pendingBytes();
  }

  @Override
  void closed(@Nullable Throwable cause) {
    forgetSlices();
    early.forEach(ByteBuf::release);
    early.clear();
    earlyBytes.set(0);
    super.closed(cause);
  }
}
