package tickwatch.ipc.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import tickwatch.ipc.codec.Header;
import tickwatch.ipc.codec.MessageType;
import tickwatch.ipc.codec.ValueDecoder;
import tickwatch.ipc.codec.ValueEncoder;
import tickwatch.ipc.value.Value;

/** A peer of bytes and mistakes: a plain socket. */
final class RawPeer implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 10_000;

  final Socket socket;

  RawPeer(Socket socket) {
    this.socket = socket;
    try {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(PATIENCE_MILLIS);
    } catch (SocketException e) {
      throw new UncheckedIOException(e);
    }
  }

  static RawPeer connect(int port) {
    try {
      return new RawPeer(new Socket(InetAddress.getLoopbackAddress(), port));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Connects and shakes hands with capability 3. */
  static RawPeer open(int port) {
    RawPeer peer = connect(port);
    peer.send("joe:pw\3\0");
    byte[] accepted = peer.read(1);
    if (accepted[0] != 3) {
      throw new AssertionError("accepted with " + accepted[0]);
    }
    return peer;
  }

  /** One char a byte. */
  void send(String bytes) {
    send(bytes.getBytes(ISO_8859_1));
  }

  void send(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends as much as is taken: the other side may close meanwhile, which a read then shows. */
  void sendWhatIsTaken(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
    } catch (SocketException e) {
      // closed by the other side
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void send(MessageType type, Value value) {
    send(message(type, value));
  }

  /** A whole little-endian message. */
  static byte[] message(MessageType type, Value value) {
    ByteBuf out = Unpooled.buffer();
    ValueEncoder.encodeMessage(type, value, 3, out);
    return Arrays.copyOf(out.array(), out.writerIndex());
  }

  /** Exactly this many bytes. */
  byte[] read(int count) {
    try {
      byte[] bytes = socket.getInputStream().readNBytes(count);
      if (bytes.length < count) {
        throw new AssertionError("closed after " + bytes.length + " of " + count + " bytes");
      }
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One whole message, header included. */
  byte[] readMessage() {
    byte[] head = read(Header.BYTES);
    int length = Header.read(Unpooled.wrappedBuffer(head), 0, Integer.MAX_VALUE).length();
    byte[] message = Arrays.copyOf(head, length);
    byte[] rest = read(length - Header.BYTES);
    System.arraycopy(rest, 0, message, Header.BYTES, rest.length);
    return message;
  }

  Value readValue() {
    return new ValueDecoder().decodeMessage(Unpooled.wrappedBuffer(readMessage()));
  }

  /** All bytes until the peer closes, or breaks the connection. */
  byte[] readToEnd() {
    byte[] all = new byte[1 << 16];
    int count = 0;
    try {
      int n;
      while (count < all.length
          && (n = socket.getInputStream().read(all, count, all.length - count)) >= 0) {
        count += n;
      }
    } catch (SocketTimeoutException e) {
      throw new AssertionError("not closed", e);
    } catch (IOException e) {
      // broken: no more bytes either
    }
    return Arrays.copyOf(all, count);
  }

  /** Whether no byte comes for a tenth of a second. */
  boolean isSilent() {
    try {
      socket.setSoTimeout(100);
      int read = socket.getInputStream().read();
      throw new AssertionError("read " + read);
    } catch (SocketTimeoutException e) {
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      try {
        socket.setSoTimeout(PATIENCE_MILLIS);
      } catch (SocketException e) {
        // closed meanwhile: the next read says so
      }
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
