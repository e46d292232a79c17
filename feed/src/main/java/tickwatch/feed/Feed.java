package tickwatch.feed;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replays CSV files, or a simulation, into a tickerplant.
 *
 * <p><b>Each row once.</b> A message carries the publisher's name and the position of its last row
 * (see {@link RowStream}). Messages go out without waiting; every 100 ms, and at the latest after
 * {@value #UNCONFIRMED_ROWS} rows, a checkpoint waits for the tickerplant and learns what it has
 * accepted and refused. When the tickerplant has gone away, or this process was killed and started
 * again, the first thing asked is the position the tickerplant has reached, and the replay goes on
 * behind it. Messages that were on the way when the connection broke are so either in the
 * tickerplant's log or sent again, never both.
 *
 * <p><b>Threads.</b> All work is done by the thread that calls {@link #run}. {@link #close} may be
 * called from any other: the rows at hand are still sent and confirmed, then {@code run} returns.
 */
public final class Feed implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Feed.class);

  private static final int UNCONFIRMED_ROWS = 50_000;
  private static final long CHECKPOINT_NANOS = 100_000_000L;
  private static final long FALLEN_BEHIND_NANOS = 1_000_000_000L;
  private static final long FIRST_BACK_OFF_MILLIS = 100;
  private static final long LAST_BACK_OFF_MILLIS = 5_000;
  private static final long CLOSE_PATIENCE_MILLIS = 2_000;

  private final FeedConfig config;
  private final FeedProgress progress;
  private final String publisher;
  private final BadLines badLines;
  private final CountDownLatch ended = new CountDownLatch(1);

  private volatile boolean stopping;
  private volatile @Nullable Thread runner;
  private volatile @Nullable Tickerplant tickerplant;

  // Counted in rows from the replay's very start.
  private long firstRow = -1;
  private long sentRows;
  private long confirmedRows;

  private long firstPosition;
  private long sentPosition;
  private long refusedRows;
  private long refusedAtLastCheckpoint;
  private long lastCheckpointNanos;
  private long nextDueNanos;
  private long startedNanos;
  private boolean everConnected;
  private boolean saidWhatIsLeftOut;
  private long repeatedFrom = -1;

  public Feed(FeedConfig config) {
    this(config, FeedProgress.NONE);
  }

  public Feed(FeedConfig config, FeedProgress progress) {
    this.config = config;
    this.progress = progress;
    this.publisher = config.publisherName();
    this.badLines = new BadLines(config.strict());
  }

  /**
   * Sends all rows, or as many as there is time for until {@link #close}.
   *
   * @throws FeedException when it cannot start or go on
   */
  public FeedSummary run() {
    runner = Thread.currentThread();
    startedNanos = System.nanoTime();
    try {
      checkFiles();
      long backOffMillis = FIRST_BACK_OFF_MILLIS;
      boolean saidLost = false;
      while (!stopping) {
        try (Tickerplant connected = Tickerplant.connect(config.tickerplant())) {
          tickerplant = connected;
          if (saidLost) {
            LOG.info("tickerplant is there again tickerplant={}", config.tickerplant());
          }
          saidLost = false;
          backOffMillis = FIRST_BACK_OFF_MILLIS;
          if (!everConnected) {
            startedNanos = System.nanoTime();
          }
          if (replay(connected)) {
            break;
          }
        } catch (Tickerplant.Lost e) {
          if (stopping) {
            break;
          }
          giveUpOrSay(e, saidLost);
          saidLost = true;
          pause(TimeUnit.MILLISECONDS.toNanos(backOffMillis));
          backOffMillis = Math.min(2 * backOffMillis, LAST_BACK_OFF_MILLIS);
        } finally {
          tickerplant = null;
        }
      }
      return summary();
    } finally {
      runner = null;
      ended.countDown();
    }
  }

  /** Files that are not there are said before anyone waits for a tickerplant. */
  private void checkFiles() {
    if (config.source() instanceof CsvOptions csv) {
      for (var path : csv.files()) {
        try (CsvFile file = CsvFile.open(path)) {
          TableColumns.timeColumn(path, file.header(), csv.timeColumn(), !config.stampNow());
          TableColumns.symColumn(path, file.header(), csv.sym());
        }
      }
    }
    if (config.source() instanceof SimulationOptions simulation && simulation.labels() != null) {
      AnomalyLabels.checkFolder(simulation.labels());
    }
  }

  private RowStream open(TableColumns table) {
    if (config.source() instanceof CsvOptions csv) {
      return new CsvRowStream(
          csv, table, !config.stampNow(), config.loop(), config.limit(), badLines);
    }
    if (config.source() instanceof SimulationOptions simulation) {
      return new SimulatedRowStream(simulation, table, config.limit(), config.stampNow());
    }
    throw new IllegalStateException(config.source().getClass().getName());
  }

  private void giveUpOrSay(Tickerplant.Lost e, boolean saidBefore) {
    if (!everConnected && System.nanoTime() - startedNanos > config.connectWait().toNanos()) {
      throw new FeedException(
          FeedException.Kind.FAILURE,
          "no tickerplant at "
              + config.tickerplant()
              + ": "
              + e.getMessage()
              + "; start one with: tickwatch tickerplant --port "
              + config.tickerplant().port()
              + " --schema FILE.q",
          e);
    }
    if (!saidBefore) {
      LOG.warn(
          "{} tickerplant={} reason={}; trying again",
          everConnected ? "tickerplant is gone" : "no tickerplant yet",
          config.tickerplant(),
          e.getMessage());
    }
  }

  /** Sends from where the tickerplant is; true when there is nothing left to send. */
  private boolean replay(Tickerplant connected) throws Tickerplant.Lost {
    TableColumns table = new TableColumns(connected.schema(config.table()));
    Tickerplant.Checkpoint reached = connected.checkpoint(publisher);
    if (everConnected) {
      countRefused(reached);
    } else {
      refusedAtLastCheckpoint = reached.refused();
    }
    checkPosition(reached.position());
    try (RowStream rows = open(table)) {
      if (!saidWhatIsLeftOut) {
        saidWhatIsLeftOut = true;
        rows.eachLeftOut(LOG::info);
      }
      long before = rows.skipTo(reached.position());
      if (firstRow < 0) {
        firstRow = before;
        firstPosition = reached.position();
      }
      sayWhere(reached.position());
      everConnected = true;
      sentRows = before;
      confirmedRows = before;
      sentPosition = reached.position();
      lastCheckpointNanos = System.nanoTime();
      nextDueNanos = System.nanoTime();
      boolean complete = send(connected, rows, new Message(table, config.rowsPerMessage()));
      rows.checkNotBarren();
      return complete;
    }
  }

  private void sayWhere(long position) {
    if (everConnected) {
      LOG.info("going on publisher={} afterSourceRow={}", publisher, position);
    } else if (position > 0) {
      LOG.info(
          "an earlier run has brought this replay up to source row {}: going on after it publisher={}"
              + " (give another --name to start anew)",
          position,
          publisher);
    } else {
      LOG.info("replay starts table={} publisher={}", config.table(), publisher);
    }
  }

  /** A tickerplant may know less than was sent, when messages were on the way, but never more. */
  private void checkPosition(long position) {
    if (everConnected && position > sentPosition) {
      throw new FeedException(
          FeedException.Kind.FAILURE,
          "another process publishes as "
              + publisher
              + ": the tickerplant has reached source row "
              + position
              + " of it, this feed row "
              + sentPosition
              + "; stop one of them, or give it another --name");
    }
  }

  private boolean send(Tickerplant connected, RowStream rows, Message message)
      throws Tickerplant.Lost {
    boolean byInterval = config.pacing() instanceof Pacing.Interval;
    boolean wholeTicks = byInterval && config.batch() == 0;
    Set<String> symsOfTick = new HashSet<>();
    try {
      while (!stopping && rows.next()) {
        Row row = rows.row();
        if (byInterval && !symsOfTick.add(row.sym)) {
          // The sym has had its row of this interval.
          if (wholeTicks) {
            send(connected, message, rows);
          }
          awaitInterval(connected);
          symsOfTick.clear();
          symsOfTick.add(row.sym);
          if (stopping) {
            break;
          }
        }
        message.add(row, rows.time(), rows.position());
        if (message.isFull()) {
          awaitRate(connected, message.rows());
          send(connected, message, rows);
        }
      }
    } catch (FeedException e) {
      // --strict: what came before the bad line counts.
      send(connected, message, rows);
      checkpoint(connected);
      throw e;
    }
    send(connected, message, rows);
    checkpoint(connected);
    return true;
  }

  private void send(Tickerplant connected, Message message, RowStream rows)
      throws Tickerplant.Lost {
    if (message.rows() == 0) {
      return;
    }
    if (config.stampNow()) {
      message.stamp(Instant.now());
    }
    connected.send(publisher, message.position(), config.table(), message.columns());
    sentRows += message.rows();
    sentPosition = message.position();
    message.clear();
    progress.advanced(sentRows - firstRow, rows.bytesRead(), rows.byteLength());
    if (sentRows - confirmedRows >= UNCONFIRMED_ROWS
        || System.nanoTime() - lastCheckpointNanos >= CHECKPOINT_NANOS) {
      checkpoint(connected);
    }
  }

  private void checkpoint(Tickerplant connected) throws Tickerplant.Lost {
    Tickerplant.Checkpoint reached = connected.checkpoint(publisher);
    lastCheckpointNanos = System.nanoTime();
    checkPosition(reached.position());
    if (reached.position() < sentPosition) {
      if (repeatedFrom == reached.position()) {
        throw new FeedException(
            FeedException.Kind.FAILURE,
            "tickerplant "
                + config.tickerplant()
                + " does not get beyond source row "
                + reached.position()
                + " of "
                + publisher
                + ", though later rows were sent twice; its log says why");
      }
      repeatedFrom = reached.position();
      throw new Tickerplant.Lost(
          "it has reached row " + reached.position() + " of " + sentPosition + " sent", null);
    }
    confirmedRows = sentRows;
    countRefused(reached);
  }

  /**
   * Adds and tells the rows that were refused since the last checkpoint, on this connection or on
   * one that broke.
   *
   * @throws FeedException if there are any, where the replay is strict
   */
  private void countRefused(Tickerplant.Checkpoint reached) {
    long refusedNow = reached.refused() - refusedAtLastCheckpoint;
    refusedAtLastCheckpoint = reached.refused();
    // One that was started anew counts from 0: it has refused nothing of this yet.
    if (refusedNow <= 0) {
      return;
    }
    refusedRows += refusedNow;
    LOG.warn("tickerplant refused rows={} table={}; its log says why", refusedNow, config.table());
    if (config.strict()) {
      throw new FeedException(
          FeedException.Kind.BAD_DATA,
          "the tickerplant refused " + refusedNow + " rows up to source row " + reached.position());
    }
  }

  private void awaitInterval(Tickerplant connected) throws Tickerplant.Lost {
    if (config.pacing() instanceof Pacing.Interval pacing) {
      awaitNext(connected, pacing.interval().toNanos());
    }
  }

  private void awaitRate(Tickerplant connected, int rows) throws Tickerplant.Lost {
    if (config.pacing() instanceof Pacing.Rate pacing) {
      awaitNext(connected, Math.round(rows * 1e9 / pacing.rowsPerSecond()));
    }
  }

  /** Waits until a time after the last due one; checkpoints do not wait with it. */
  private void awaitNext(Tickerplant connected, long afterNanos) throws Tickerplant.Lost {
    long now = System.nanoTime();
    // After a stop of the machine or the tickerplant no flood makes up for it.
    nextDueNanos =
        now - nextDueNanos > FALLEN_BEHIND_NANOS + afterNanos ? now : nextDueNanos + afterNanos;
    while (!stopping && nextDueNanos - now > 0) {
      long wait = nextDueNanos - now;
      if (sentRows > confirmedRows) {
        long checkpointIn = lastCheckpointNanos + CHECKPOINT_NANOS - now;
        if (checkpointIn <= 0) {
          checkpoint(connected);
        } else {
          wait = Math.min(wait, checkpointIn);
        }
      }
      LockSupport.parkNanos(this, wait);
      now = System.nanoTime();
    }
  }

  private void pause(long nanos) {
    long until = System.nanoTime() + nanos;
    while (!stopping && until - System.nanoTime() > 0) {
      LockSupport.parkNanos(this, until - System.nanoTime());
    }
  }

  private FeedSummary summary() {
    long first = Math.max(firstRow, 0);
    long confirmed = confirmedRows - first;
    return new FeedSummary(
        publisher,
        firstPosition,
        Math.max(sentRows - first, 0),
        Math.max(confirmed - refusedRows, 0),
        refusedRows,
        badLines.count(),
        !stopping,
        Duration.ofNanos(System.nanoTime() - startedNanos));
  }

  /** Ends the replay and waits until it has ended. */
  @Override
  public void close() {
    stopping = true;
    Thread thread = runner;
    if (thread == null) {
      return;
    }
    LockSupport.unpark(thread);
    try {
      if (!ended.await(CLOSE_PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
        // The tickerplant takes nothing more: what was not confirmed is sent by the next run.
        Tickerplant connected = tickerplant;
        if (connected != null) {
          connected.close();
        }
        ended.await(CLOSE_PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
