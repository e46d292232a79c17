package tickwatch.tickerplant;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.tick.TickLog;
import tickwatch.tick.TickLogException;

/**
 * Compresses and removes the logs of days that have ended.
 *
 * <p><b>Threads.</b> One of its own does the work; {@link #dayBegan} may be called from any.
 */
final class LogKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogKeeper.class);

  private static final int PIECE_BYTES = 1 << 16;

  private final LogDirectory directory;
  private final KeepLogs keep;
  private final ExecutorService worker =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "tick log keeper");
            thread.setDaemon(true);
            return thread;
          });

  LogKeeper(LogDirectory directory, KeepLogs keep) {
    this.directory = directory;
    this.keep = keep;
  }

  /** Looks at the logs of the days before, soon. */
  void dayBegan(int day) {
    if (keep.asTheyAre()) {
      return;
    }
    worker.execute(
        () -> {
          try {
            tidy(day);
          } catch (IOException | TickLogException e) {
            LOG.error("old tick logs cannot be compressed or removed", e);
          }
        });
  }

  private void tidy(int day) throws IOException {
    List<Path> ended = directory.endedBefore(day);
    for (int i = 0; i < ended.size(); i++) {
      Path log = ended.get(i);
      long daysAgo = (long) day - LogDirectory.dayOf(log);
      if (i >= keep.count() || daysAgo > keep.age().toDays()) {
        remove(log);
      } else if (i > 0 && !TickLog.isCompressed(log)) {
        compress(log);
      }
    }
  }

  private void remove(Path log) throws IOException {
    for (Path file : directory.filesOf(log)) {
      Files.deleteIfExists(file);
    }
    LOG.info("tick log removed path={} keepLogs={}", log, keep);
  }

  /** At any moment the log is there, compressed or not. */
  private static void compress(Path log) throws IOException {
    Path packed = KeptLog.compressed(log);
    Path part = log.resolveSibling(packed.getFileName() + ".part");
    try (FileChannel out =
            FileChannel.open(
                part,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
        OutputStream to = Channels.newOutputStream(out)) {
      try (FastGzip gzip = new FastGzip(to)) {
        Files.copy(log, gzip);
        gzip.finish();
        out.force(true);
      }
    }
    long before = Files.size(log);
    Files.move(part, packed, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Files.delete(log);
    LOG.info("tick log compressed path={} bytes={} was={}", packed, Files.size(packed), before);
  }

  /** Logs are large, and a tickerplant has better things to do. */
  private static final class FastGzip extends GZIPOutputStream {
    FastGzip(OutputStream to) throws IOException {
      super(to, PIECE_BYTES);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }

  /** What is under way is left as it is, and done again after the next start. */
  @Override
  public void close() {
    worker.shutdownNow();
  }
}
