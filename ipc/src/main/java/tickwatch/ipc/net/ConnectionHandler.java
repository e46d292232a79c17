package tickwatch.ipc.net;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.codec.MessageType;

/**
 * What happens on connections.
 *
 * <p><b>Threads.</b> All calls about a connection come from its event loop. What any of these
 * methods throws closes that connection and no other.
 */
public interface ConnectionHandler {
  /** The handshake is done. */
  default void opened(Connection connection) {}

  /**
   * One whole message, decompressed, header included, at {@code start} to {@code start + length -
   * 1} of the buffer; byte 0 says its endianness. Messages of one read usually lie back to back in
   * one buffer.
   *
   * <p>The bytes stay valid during the call only. To keep them take {@code retainedSlice(start,
   * length)}; do not change the buffer or its indexes.
   *
   * <p>After a {@link MessageType#SYNC} message, later messages of that connection are held back
   * until {@link Connection#respond}.
   *
   * @param type {@code ASYNC} or {@code SYNC} at a server, {@code ASYNC} at a client
   */
  void message(Connection connection, MessageType type, ByteBuf buffer, int start, int length);

  /**
   * Offers what a client's read brought, before any of its messages, so that those which are alike
   * can be taken many at a time. Taken may be only plain asynchronous messages whose every byte is
   * known to be good, headers included: nothing has been checked. The first that is not taken comes
   * to {@link #message}, then the rest is offered.
   *
   * @param start where a message begins
   * @param end behind the last byte that is there; the last message may be cut off
   * @return where the first message begins that was not taken; {@code start} if none was taken
   */
  default int messages(Connection connection, ByteBuf buffer, int start, int end) {
    return start;
  }

  /**
   * All messages that the socket had to give for now have been delivered; there was at least one.
   */
  default void readComplete(Connection connection) {}

  /** {@link Connection#pendingBytes} crossed a water mark (1 MiB up, 512 KiB down). */
  default void writabilityChanged(Connection connection) {}

  /**
   * The connection is gone; the last call about it. A client that closes while its request is being
   * answered loses what it sent after the request.
   *
   * @param cause what went wrong; null when either side simply closed
   */
  default void closed(Connection connection, @Nullable Throwable cause) {}
}
