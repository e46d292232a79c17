package tickwatch.bench.rdb;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import tickwatch.ipc.codec.MessageType;
import tickwatch.ipc.codec.ValueEncoder;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.QType;

/**
 * Asks and reads the bytes of the answer, which it does not decode: what the server's part costs.
 */
final class QueryClient implements AutoCloseable {
  private static final int HEADER_BYTES = 8;
  private static final int ERROR = 128;

  private final Socket socket;
  private final OutputStream out;
  private final DataInputStream in;
  private byte[] answer = new byte[1 << 16];

  QueryClient(int port) throws IOException {
    socket = new Socket("localhost", port);
    socket.setTcpNoDelay(true);
    out = socket.getOutputStream();
    in = new DataInputStream(socket.getInputStream());
    out.write(new byte[] {'b', ':', 3, 0});
    in.readByte();
  }

  /** A message that asks for the value of a text. */
  static byte[] message(String q) {
    ByteBuf bytes = Unpooled.buffer();
    ValueEncoder.encodeMessage(
        MessageType.SYNC,
        ByteVector.of(QType.CHAR, q.getBytes(StandardCharsets.ISO_8859_1)),
        3,
        bytes);
    byte[] message = new byte[bytes.readableBytes()];
    bytes.readBytes(message);
    return message;
  }

  /** Sends it and waits for the whole answer, whose length it gives. */
  int ask(byte[] message) throws IOException {
    out.write(message);
    in.readFully(answer, 0, HEADER_BYTES);
    int length = 0;
    for (int i = 7; i >= 4; i--) {
      length = (length << 8) | (answer[i] & 255);
    }
    int left = length - HEADER_BYTES;
    if (left > answer.length) {
      answer = new byte[left];
    }
    in.readFully(answer, 0, left);
    if ((answer[0] & 255) == ERROR) {
      throw new IOException(
          "the answer is the error "
              + new String(answer, 1, left - 2, StandardCharsets.ISO_8859_1));
    }
    return length;
  }

  /** The long that the answer is. */
  long askLong(byte[] message) throws IOException {
    ask(message);
    long value = 0;
    for (int i = 8; i >= 1; i--) {
      value = (value << 8) | (answer[i] & 255);
    }
    return value;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
