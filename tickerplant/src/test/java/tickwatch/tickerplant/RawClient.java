package tickwatch.tickerplant;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import tickwatch.ipc.codec.MessageType;
import tickwatch.ipc.codec.ValueDecoder;
import tickwatch.ipc.codec.ValueEncoder;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.ErrorValue;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Value;

/** A client of blocking sockets that shares nothing with the product's own but the codec. */
final class RawClient implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 10_000;

  private final Socket socket;
  private final DataInputStream in;

  private RawClient(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
  }

  static RawClient connect(int port) {
    return connect(port, "test:");
  }

  static RawClient connect(int port, String credentials) {
    return connect(port, credentials, 3);
  }

  static RawClient connect(int port, String credentials, int capability) {
    try {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      RawClient client = new RawClient(socket);
      socket
          .getOutputStream()
          .write(
              (credentials + (capability == 0 ? "" : "" + (char) capability) + "\0")
                  .getBytes(StandardCharsets.ISO_8859_1));
      client.in.readByte();
      return client;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void async(Value... list) {
    send(MessageType.ASYNC, ListVector.of(list));
  }

  /** The bytes of what {@link #async} sends. */
  static byte[] asyncFrame(Value... list) {
    ByteBuf message = Unpooled.buffer();
    ValueEncoder.encodeMessage(MessageType.ASYNC, ListVector.of(list), 3, message);
    return ByteBufUtil.getBytes(message);
  }

  void asyncText(String text) {
    send(MessageType.ASYNC, ByteVector.string(text));
  }

  /** Asks, and returns the answer: asynchronous messages before it must not come. */
  Value ask(Value question) {
    send(MessageType.SYNC, question);
    return response();
  }

  Value ask(String text) {
    return ask(ByteVector.string(text));
  }

  Value call(Value... list) {
    return ask(ListVector.of(list));
  }

  /** The text of the error that a call is answered with. */
  String refusal(Value... list) {
    Value answer = call(list);
    if (answer instanceof ErrorValue error) {
      return error.text();
    }
    throw new AssertionError("answered with " + answer);
  }

  /** Waits until everything sent before has been handled. */
  void chase() {
    ask("");
  }

  Value subscribe(String table, Value syms) {
    return call(ByteVector.string(".u.sub"), new SymbolAtom(table), syms);
  }

  void send(MessageType type, Value value) {
    ByteBuf message = Unpooled.buffer();
    ValueEncoder.encodeMessage(type, value, 3, message);
    send(ByteBufUtil.getBytes(message));
  }

  void sendHex(String hex) {
    send(HexFormat.of().parseHex(hex.replaceAll("\\s", "")));
  }

  void send(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Value response() {
    byte[] frame = frame();
    if (frame[1] != 2) {
      throw new AssertionError("an unexpected message: " + HexFormat.of().formatHex(frame));
    }
    return value(frame);
  }

  /** The next message, decoded. */
  Value next() {
    return value(frame());
  }

  /** Reads another message; false if the server has closed the connection. */
  boolean hasNext() {
    try {
      frame();
      return true;
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof SocketTimeoutException) {
        throw e;
      }
      return false;
    }
  }

  /** What a message holds. */
  static Value value(byte[] frame) {
    return new ValueDecoder().decodeMessage(Unpooled.wrappedBuffer(frame));
  }

  /** The next message's bytes, header included. */
  byte[] frame() {
    try {
      byte[] header = new byte[8];
      in.readFully(header);
      int length = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getInt(4);
      byte[] frame = Arrays.copyOf(header, length);
      in.readFully(frame, 8, length - 8);
      return frame;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether the server has closed the connection, or does so within the time-out. */
  boolean isClosedByServer() {
    try {
      return in.read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
