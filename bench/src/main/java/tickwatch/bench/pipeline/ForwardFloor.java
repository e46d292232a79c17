package tickwatch.bench.pipeline;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The floor of a tickerplant: takes one publisher and one reader, appends what it reads to a file
 * and passes it on. It checks nothing, knows no message and keeps nothing.
 *
 * <p>Usage: {@code ForwardFloor PORT FILE}; the first connection is the reader, the second the
 * publisher.
 */
public final class ForwardFloor {
  private ForwardFloor() {}

  public static void main(String[] args) throws IOException {
    try (ServerSocketChannel server =
            ServerSocketChannel.open()
                .bind(
                    new InetSocketAddress(
                        InetAddress.getLoopbackAddress(), Integer.parseInt(args[0])));
        FileChannel file =
            FileChannel.open(
                Path.of(args[1]),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
      try (SocketChannel reader = server.accept()) {
        while (true) {
          try (SocketChannel publisher = server.accept()) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
            while (publisher.read(buffer) >= 0) {
              buffer.flip();
              file.write(buffer.duplicate());
              while (buffer.hasRemaining()) {
                reader.write(buffer);
              }
              buffer.clear();
            }
          }
        }
      }
    }
  }
}
