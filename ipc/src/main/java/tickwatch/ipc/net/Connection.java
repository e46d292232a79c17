package tickwatch.ipc.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import java.util.function.Function;
import tickwatch.ipc.value.Value;

/**
 * One open peer that has passed the handshake.
 *
 * <p><b>Threads.</b> Any thread may call any method, {@link #write} excepted.
 *
 * <p><b>Lifecycle.</b> {@link ConnectionHandler#opened}, messages, {@link ConnectionHandler#closed}
 * once. On a closed connection {@code send}, {@code respond}, {@code write} and {@code flush} do
 * nothing (a written buffer is released).
 *
 * <p>What a server sends before the client's first message is kept until that message: a client
 * that reads the accept byte together with other bytes may take it for a failure.
 */
public interface Connection {
  /** q's {@code .z.w}: unique, never used again while the process lives. */
  int handle();

  User user();

  InetSocketAddress remote();

  /** Whether the peer runs on this machine; nothing is compressed for it then. */
  boolean isLocal();

  /** What both ends can do, 0 to 3: 0 knows no timestamp and timespan, less than 3 no guid. */
  int capability();

  /**
   * Sends an asynchronous message. One that the peer's capability cannot hold is not sent, and a
   * warning says so.
   */
  void send(Value value);

  /**
   * Answers the synchronous message being handled: exactly once for each. A value that the peer's
   * capability cannot hold becomes the error {@code type}.
   *
   * @throws IllegalStateException when no answer is owed
   */
  void respond(Value value);

  /**
   * Does something that takes long about the message at hand beside the event loop, which serves
   * other connections meanwhile; what this one sends waits. In {@link ConnectionHandler#message}
   * alone, once a message at most.
   *
   * @param work gets the message, header included, on a thread for the long messages of all
   *     connections; what it throws closes the connection
   * @param then gets what came of it, on the event loop; not called if the connection was closed
   *     meanwhile
   */
  <T> void aside(
      ByteBuf buffer, int start, int length, Function<ByteBuf, T> work, Consumer<T> then);

  /**
   * Queues whole messages, headers included, without flushing. On the event loop only.
   *
   * @param message ownership is taken
   */
  void write(ByteBuf message);

  void flush();

  /**
   * Bytes that were written and that the socket has not taken yet, with about 100 bytes a buffer
   * for keeping it.
   */
  long pendingBytes();

  /**
   * Back-pressure: {@code false} stops reading from the socket, and what has been read is delivered
   * only after {@code true}. Called from the event loop it takes effect at once, even in the middle
   * of what one read brought.
   */
  void setReading(boolean reading);

  /** Closes; what was flushed but not yet taken by the socket is lost. */
  void close();

  EventLoop eventLoop();
}
