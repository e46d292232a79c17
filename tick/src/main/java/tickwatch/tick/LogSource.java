package tickwatch.tick;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Where the bytes of a log come from. */
interface LogSource extends AutoCloseable {
  /**
   * Reads bytes of the log from an offset on.
   *
   * @param most at most this many
   * @return how many were added to the parser; 0 at the log's end
   */
  CompletableFuture<Integer> read(long offset, int most, TickLogParser into);

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
    public CompletableFuture<Integer> read(long offset, int most, TickLogParser into) {
      try {
        return CompletableFuture.completedFuture(Math.max(0, into.fill(channel, offset, most)));
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
