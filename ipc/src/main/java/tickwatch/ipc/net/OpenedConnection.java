package tickwatch.ipc.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.codec.CodecException;
import tickwatch.ipc.codec.MessageType;
import tickwatch.ipc.codec.ValueDecoder;
import tickwatch.ipc.value.ErrorValue;
import tickwatch.ipc.value.Value;

/**
 * A server, seen from the client that connected to it.
 *
 * <p>A server that asks something synchronously gets the error {@code nyi}: nothing here answers
 * questions, and it would wait for ever.
 */
final class OpenedConnection extends IpcConnection implements ClientConnection {
  private final Endpoint endpoint;
  private final ValueDecoder decoder = new ValueDecoder();
  private final ArrayDeque<CompletableFuture<Value>> asked = new ArrayDeque<>();

  OpenedConnection(
      Channel channel,
      ConnectionHandler handler,
      User user,
      int capability,
      int maxMessageBytes,
      Endpoint endpoint) {
    super(
        channel,
        handler,
        user,
        capability,
        maxMessageBytes,
        new Warnings(),
        new UnfinishedMessages(Long.MAX_VALUE),
        null);
    this.endpoint = endpoint;
  }

  @Override
  public CompletableFuture<Value> request(Value query) {
    CompletableFuture<Value> answer = new CompletableFuture<>();
    ByteBuf message;
    try {
      message = encode(MessageType.SYNC, query);
    } catch (CodecException e) {
      return CompletableFuture.failedFuture(e);
    }
    if (eventLoop().inEventLoop()) {
      ask(message, answer);
    } else if (!execute(() -> ask(message, answer))) {
      message.release();
      answer.completeExceptionally(lost(null));
    }
    return answer;
  }

  private void ask(ByteBuf message, CompletableFuture<Value> answer) {
    if (isClosing() || !channel.isActive()) {
      message.release();
      answer.completeExceptionally(lost(null));
      return;
    }
    asked.add(answer);
    write(message);
    flush();
  }

  @Override
  void plainMessage(MessageType type, ByteBuf buffer, int start, int length) {
    switch (type) {
      case ASYNC -> deliverToHandler(type, buffer, start, length);
      case SYNC -> writeAndFlush(encode(MessageType.RESPONSE, new ErrorValue("nyi")));
      case RESPONSE -> complete(decoder.decodeMessage(buffer.slice(start, length)));
    }
  }

  private void complete(Value value) {
    CompletableFuture<Value> answer = asked.poll();
    if (answer == null) {
      throw new CodecException("a response from " + endpoint + ", which was asked nothing");
    }
    if (value instanceof ErrorValue error) {
      answer.completeExceptionally(new RemoteError(error.text()));
    } else {
      answer.complete(value);
    }
  }

  @Override
  boolean isWaitingForAnswer() {
    return false;
  }

  @Override
  public void respond(Value value) {
    throw new IllegalStateException("no answer is owed: " + this);
  }

  @Override
  void closed(@Nullable Throwable cause) {
    CompletableFuture<Value> answer;
    while ((answer = asked.poll()) != null) {
      answer.completeExceptionally(lost(cause));
    }
    super.closed(cause);
  }

  private NetException lost(@Nullable Throwable cause) {
    return new NetException("the connection to " + endpoint + " is closed", cause);
  }
}
