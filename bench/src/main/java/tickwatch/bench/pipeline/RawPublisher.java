package tickwatch.bench.pipeline;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A feed that does nothing but write ready-made messages to a blocking socket. */
final class RawPublisher implements AutoCloseable {
  private final SocketChannel channel;

  /** Connects; shakes hands as an anonymous kdb+ client when {@code handshake}. */
  RawPublisher(int port, boolean handshake) throws IOException {
    channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    if (handshake) {
      channel.write(ByteBuffer.wrap(new byte[] {'b', 'e', 'n', 'c', 'h', 3, 0}));
      if (channel.read(ByteBuffer.allocate(1)) != 1) {
        throw new EOFException("the handshake was refused");
      }
    }
  }

  void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
