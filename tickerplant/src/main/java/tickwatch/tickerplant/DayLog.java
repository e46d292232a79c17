package tickwatch.tickerplant;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.tick.TickLog;
import tickwatch.tick.TickLogWriter;

/**
 * The log of one day, open for writing.
 *
 * <p><b>Threads.</b> The event loop's alone; {@link LogForcer} says what another thread does.
 */
final class DayLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DayLog.class);

  /** Opens a recovered log of this length for appending. */
  interface Opener {
    TickLogWriter open(Path log, long bytes);
  }

  private final TickLogWriter writer;
  private final LogSync sync;
  private final Map<String, Long> publishers;
  private final long recoveredBytes;
  private long messages;
  private boolean isClosed;

  private DayLog(TickLogWriter writer, LogSync sync, TickLog.Recovered recovered) {
    this.writer = writer;
    this.sync = sync;
    this.publishers = recovered.publishers();
    this.recoveredBytes = recovered.bytes();
    this.messages = recovered.messages();
  }

  /**
   * Recovers a log, or begins it.
   *
   * @param run which tells this run of the tickerplant from all others
   * @throws tickwatch.tick.TickLogException if it cannot be read or written
   */
  static DayLog open(Path path, long run, LogSync sync, Opener opener) {
    long startedAt = System.nanoTime();
    TickLog.Recovered recovered = LogRecovery.recover(path, run);
    DayLog log = new DayLog(opener.open(path, recovered.bytes()), sync, recovered);
    LOG.info(
        "tick log open path={} messages={} bytes={} publishers={} ms={}",
        path,
        recovered.messages(),
        recovered.bytes(),
        recovered.publishers().size(),
        (System.nanoTime() - startedAt) / 1_000_000);
    return log;
  }

  Path path() {
    return writer.path();
  }

  /** Messages that it holds. */
  long messages() {
    return messages;
  }

  long bytes() {
    return writer.bytes();
  }

  /** How long it was when it was opened: the disk has that much. */
  long recoveredBytes() {
    return recoveredBytes;
  }

  /** What it said of publishers when it was opened: the last number of each. */
  Map<String, Long> publishers() {
    return publishers;
  }

  /**
   * Appends a batch, and waits for the disk where each write has to.
   *
   * @throws LogFailure if it cannot; the log ends where it ended before then
   */
  void append(LogBatch batch) throws LogFailure {
    long before = writer.bytes();
    try {
      batch.writeTo(writer);
    } catch (IOException e) {
      throw LogFailure.ofWrite(path(), e);
    }
    if (sync == LogSync.ALWAYS) {
      try {
        writer.force();
      } catch (IOException e) {
        // Nobody knows what the disk has: it is written anew.
        writer.cutBackTo(before);
        throw LogFailure.ofForce(path(), e);
      }
    }
    messages += batch.messages();
  }

  TickLogWriter writer() {
    return writer;
  }

  boolean isClosed() {
    return isClosed;
  }

  /** Forces it to the disk, unless {@link LogSync#NONE}, and closes it. */
  @Override
  public void close() {
    isClosed = true;
    try {
      if (sync != LogSync.NONE) {
        writer.force();
      }
    } catch (IOException e) {
      LOG.error("tick log {} cannot be forced to the disk", path(), e);
    }
    writer.close();
  }
}
