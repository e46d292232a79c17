package tickwatch.tickerplant;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads compressed logs for followers, who ask for one piece after the other: a log stays unpacked
 * until nobody has asked for a minute.
 *
 * <p><b>Threads.</b> Any may ask; one of its own does the work, and ends when there is none.
 */
final class KeptLogReader {
  private static final Logger LOG = LoggerFactory.getLogger(KeptLogReader.class);

  /** Disk space for so many unpacked logs at most. */
  private static final int MOST_OPEN = 4;

  private static final long IDLE_SECONDS = 60;

  /** The thread's alone, the least recently used first. */
  private final Map<Path, FileChannel> open = new LinkedHashMap<>(8, 0.75f, true);

  private long lastReadNanos;

  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(
          1,
          task -> {
            Thread started = new Thread(task, "tick log unpacking");
            started.setDaemon(true);
            return started;
          });

  KeptLogReader() {
    thread.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
    thread.allowCoreThreadTimeOut(true);
  }

  /**
   * Reads a piece.
   *
   * @param whenRead is given the bytes, none behind the log's end, or the reason why there are none
   */
  void read(
      Path log,
      long offset,
      int most,
      BiConsumer<byte @Nullable [], @Nullable IOException> whenRead) {
    thread.execute(
        () -> {
          byte[] bytes = null;
          IOException failure = null;
          try {
            bytes = read(log, offset, most);
          } catch (IOException e) {
            failure = e;
          }
          whenRead.accept(bytes, failure);
          lastReadNanos = System.nanoTime();
          Future<?> unused = thread.schedule(this::closeIdle, IDLE_SECONDS, TimeUnit.SECONDS);
        });
  }

  private byte[] read(Path log, long offset, int most) throws IOException {
    FileChannel channel = open.get(log);
    if (channel == null) {
      closeAllBut(MOST_OPEN - 1);
      channel = KeptLog.open(log);
      open.put(log, channel);
    }
    byte[] bytes = new byte[(int) Math.max(0, Math.min(most, channel.size() - offset))];
    ByteBuffer into = ByteBuffer.wrap(bytes);
    while (into.hasRemaining()) {
      if (channel.read(into, offset + into.position()) < 0) {
        throw new IOException("the log became shorter");
      }
    }
    return bytes;
  }

  private void closeIdle() {
    if (System.nanoTime() - lastReadNanos >= TimeUnit.SECONDS.toNanos(IDLE_SECONDS)) {
      closeAllBut(0);
    }
  }

  private void closeAllBut(int most) {
    Iterator<FileChannel> channels = open.values().iterator();
    while (open.size() > most && channels.hasNext()) {
      FileChannel channel = channels.next();
      channels.remove();
      try {
        channel.close();
      } catch (IOException e) {
        LOG.warn("an unpacked tick log cannot be closed", e);
      }
    }
  }
}
