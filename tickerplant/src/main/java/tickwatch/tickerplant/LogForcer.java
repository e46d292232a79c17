package tickwatch.tickerplant;

import io.netty.channel.EventLoop;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.tick.TickLogWriter;

/**
 * Forces the log to the disk in the background, for {@link LogSync#INTERVAL}.
 *
 * <p><b>When that fails</b> the system may have given up what it could not write, and nobody knows
 * what the disk has behind what was forced before. Nothing is appended then until all of that was
 * written anew and forced.
 *
 * <p><b>Threads.</b> One of its own forces; everything else is the event loop's alone.
 */
final class LogForcer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogForcer.class);

  private final EventLoop loop;
  private final LogOutage outage;
  private final Runnable retry;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread created = new Thread(task, "tick log force");
            created.setDaemon(true);
            return created;
          });

  private boolean isForcing;
  private boolean hasFailed;

  /** The log that was forced last, and up to where the disk has it. */
  private DayLog known;

  private long knownBytes;

  /** Something that ends with the log on the disk. */
  private interface Forcing {
    void force(TickLogWriter log) throws IOException;
  }

  /**
   * @param retry called when all is well again after a failure
   */
  LogForcer(EventLoop loop, DayLog log, LogOutage outage, Runnable retry) {
    this.loop = loop;
    this.outage = outage;
    this.retry = retry;
    known = log;
    knownBytes = log.recoveredBytes();
  }

  /** Another log is written from now on. */
  void opened(DayLog log) {
    known = log;
    knownBytes = log.recoveredBytes();
  }

  /** Forces what was appended since the last time, soon. */
  void force() {
    if (!isForcing && outage.why() == null && known.bytes() != knownBytes) {
      inBackground(known, TickLogWriter::force);
    }
  }

  /** Whether the last force failed, so that nobody knows what the disk has behind that. */
  boolean hasFailed() {
    return hasFailed;
  }

  /** Writes anew what the disk may not have, soon. */
  void rewrite() {
    long from = knownBytes;
    inBackground(known, log -> log.rewrite(from));
  }

  private void inBackground(DayLog log, Forcing how) {
    isForcing = true;
    long upTo = log.bytes();
    thread.execute(
        () -> {
          IOException why = null;
          try {
            how.force(log.writer());
          } catch (IOException e) {
            why = e;
          }
          IOException failed = why;
          try {
            loop.execute(() -> forced(log, upTo, failed));
          } catch (RejectedExecutionException e) {
            LOG.debug("tick log forced while the tickerplant was closing", e);
          }
        });
  }

  private void forced(DayLog log, long upTo, @Nullable IOException failed) {
    isForcing = false;
    if (failed instanceof ClosedChannelException) {
      LOG.debug("tick log closed while it was forced", failed);
    } else if (failed != null && log.isClosed()) {
      LOG.error("tick log {} cannot be forced to the disk", log.path(), failed);
    } else if (failed != null) {
      hasFailed = true;
      outage.began(LogFailure.ofForce(log.path(), failed));
    } else if (!log.isClosed()) {
      knownBytes = upTo;
      if (hasFailed) {
        hasFailed = false;
        retry.run();
      }
    }
  }

  @Override
  public void close() {
    thread.shutdown();
  }
}
