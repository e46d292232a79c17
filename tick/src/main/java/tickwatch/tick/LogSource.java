package tickwatch.tick;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Where the bytes of a log come from. */
interface LogSource extends AutoCloseable {
  /**
   * Bytes of the log from an offset on; none at its end.
   *
   * @param most at most this many
   */
  CompletableFuture<byte[]> read(long offset, int most);

  @Override
  void close();

  /** The log as a file that this process can see, or null if it cannot. */
  static @Nullable LogSource file(String path) {
    try {
      return new FileSource(FileChannel.open(Path.of(path), StandardOpenOption.READ));
    } catch (IOException | InvalidPathException e) {
      return null;
    }
  }

  /** A log file. */
  final class FileSource implements LogSource {
    private final FileChannel channel;

    FileSource(FileChannel channel) {
      this.channel = channel;
    }

    @Override
    public CompletableFuture<byte[]> read(long offset, int most) {
      try {
        ByteBuffer bytes = ByteBuffer.allocate(most);
        while (bytes.hasRemaining()) {
          if (channel.read(bytes, offset + bytes.position()) < 0) {
            break;
          }
        }
        return CompletableFuture.completedFuture(
            bytes.hasRemaining() ? Arrays.copyOf(bytes.array(), bytes.position()) : bytes.array());
      } catch (IOException e) {
        return CompletableFuture.failedFuture(e);
      }
    }

    @Override
    public void close() {
      try {
        channel.close();
      } catch (IOException e) {
        throw new TickLogException("a tick log cannot be closed: " + e, e);
      }
    }
  }
}
