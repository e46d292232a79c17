package tickwatch.ipc.net;

import io.netty.buffer.ByteBuf;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.codec.MessageType;
import tickwatch.ipc.codec.ValueDecoder;
import tickwatch.ipc.value.Value;

/** Notes what happens on connections; what it does with a message can be said. */
class Recorder implements ConnectionHandler {
  /** One call; the value for a message, the cause for an end. */
  record Event(
      String what, Connection connection, @Nullable Value value, @Nullable Throwable cause) {
    Value theValue() {
      return Objects.requireNonNull(value);
    }
  }

  final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

  /** Called for each message after it was noted. */
  volatile Consumer<Event> onMessage =
      event -> {
        if (event.what().equals("SYNC")) {
          event.connection().respond(event.theValue());
        }
      };

  @Override
  public void opened(Connection connection) {
    events.add(new Event("opened", connection, null, null));
  }

  @Override
  public void message(
      Connection connection, MessageType type, ByteBuf buffer, int start, int length) {
    Value value = new ValueDecoder().decodeMessage(buffer.slice(start, length));
    Event event = new Event(type.name(), connection, value, null);
    events.add(event);
    onMessage.accept(event);
  }

  @Override
  public void closed(Connection connection, @Nullable Throwable cause) {
    events.add(new Event("closed", connection, null, cause));
  }

  /** The next event, waited for. */
  Event next() {
    try {
      Event event = events.poll(10, TimeUnit.SECONDS);
      if (event == null) {
        throw new AssertionError("nothing happened");
      }
      return event;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The next event, which has to be this one. */
  Event next(String what) {
    Event event = next();
    if (!event.what().equals(what)) {
      throw new AssertionError("happened: " + event + " (expected: " + what + ")");
    }
    return event;
  }
}
