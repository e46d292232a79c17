package tickwatch.ipc.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.ipc.codec.CodecException;
import tickwatch.ipc.codec.MessageType;
import tickwatch.ipc.value.ErrorValue;
import tickwatch.ipc.value.Value;

/**
 * A client, seen from the server.
 *
 * <p>A synchronous message stops delivery until it is answered, so answers come in the order of the
 * requests whoever computes them. What is written before the client's first message waits for that
 * message, so that it cannot arrive in one piece with the accept byte.
 */
final class ServerConnection extends IpcConnection {
  private static final Logger LOG = LoggerFactory.getLogger(ServerConnection.class);

  /** Whether an answer may be given; taken by whichever thread answers. */
  private final AtomicBoolean isOwed = new AtomicBoolean();

  /** Whether delivery waits for the answer; ends on the event loop, after it was written. */
  private boolean isWaiting;

  private boolean hasHeard;
  private final ArrayDeque<ByteBuf> early = new ArrayDeque<>();
  private final AtomicLong earlyBytes = new AtomicLong();

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
    if (hasHeard || isClosing()) {
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
    return earlyBytes.get() + super.pendingBytes();
  }

  @Override
  void closed(@Nullable Throwable cause) {
    early.forEach(ByteBuf::release);
    early.clear();
    earlyBytes.set(0);
    super.closed(cause);
  }
}
