package tickwatch.tickerplant;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.GZIPInputStream;
import tickwatch.tick.TickLog;

/** Opens logs, also those that were compressed meanwhile. */
final class KeptLog {
  private static final int PIECE_BYTES = 1 << 16;

  private KeptLog() {}

  /** Where a log lies when it is compressed. */
  static Path compressed(Path log) {
    return log.resolveSibling(log.getFileName() + TickLog.COMPRESSED);
  }

  /** Whether there is a log of that name, compressed or not. */
  static boolean exists(Path log) {
    return Files.isRegularFile(log) || Files.isRegularFile(compressed(log));
  }

  /**
   * Opens a log for reading. One that is compressed is unpacked beside it, which takes a second for
   * some hundreds of megabytes; that file goes with the channel.
   */
  static FileChannel open(Path log) throws IOException {
    try {
      return FileChannel.open(log, StandardOpenOption.READ);
    } catch (NoSuchFileException e) {
      Path packed = compressed(log);
      if (!Files.isRegularFile(packed)) {
        throw e;
      }
      return unpack(packed);
    }
  }

  private static FileChannel unpack(Path packed) throws IOException {
    Path unpacked = Files.createTempFile(packed.getParent(), packed.getFileName() + ".", ".open");
    FileChannel channel =
        FileChannel.open(
            unpacked,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE);
    try (InputStream in = new GZIPInputStream(Files.newInputStream(packed), PIECE_BYTES)) {
      OutputStream out = Channels.newOutputStream(channel);
      in.transferTo(out);
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }
}
