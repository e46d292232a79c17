package tickwatch.tickerplant;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.ipc.value.IntAtom;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.Null;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Value;
import tickwatch.tick.TickLogException;

/**
 * Feeds subscribers that are behind from the log, until they are live.
 *
 * <p>When the queue of one is nearly empty, a piece of the log is read, made into the messages that
 * it would have been sent, and queued; and so on to the end of what was published. A log that was
 * compressed meanwhile is unpacked for it.
 *
 * <p><b>Damage.</b> What is in the log was checked before it was written; if it is no message any
 * more, the disk has changed it under the running tickerplant. The subscriber is disconnected then,
 * since nothing else would tell it, and {@link #damage} says so until a restart skips the damage.
 *
 * <p><b>Threads.</b> The event loop's alone; a thread of its own reads, all but the last bytes.
 */
final class LogFeed implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogFeed.class);

  /** A subscriber gets more while no more than this waits for it. */
  private static final long FEED_BELOW_BYTES = 1 << 20;

  /** So little is read on the event loop, so that a subscriber can go live under load. */
  private static final long READ_AT_ONCE_BYTES = 1 << 18;

  private static final int RETRY_MILLIS = 100;

  private final Consumer<Session> whenLive;
  private final LogFrames framesHere;
  private final LogFrames framesThere;
  private final ExecutorService reader;
  private @Nullable EventLoop loop;
  private @Nullable BooleanSupplier flushGathered;
  private @Nullable String damage;
  private int behind;

  /**
   * @param mostSymbols different ones in a message of the log that has to be decoded
   * @param whenLive is told of those who have caught up
   */
  LogFeed(
      PublishedTable[] tables,
      ByteBufAllocator allocator,
      int mostSymbols,
      Consumer<Session> whenLive) {
    this.whenLive = whenLive;
    framesHere = new LogFrames(tables, allocator, mostSymbols);
    framesThere = new LogFrames(tables, allocator, mostSymbols);
    ThreadPoolExecutor one =
        new ThreadPoolExecutor(
            1,
            1,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "tick log catch-up");
              thread.setDaemon(true);
              return thread;
            });
    one.allowCoreThreadTimeOut(true);
    reader = one;
  }

  /**
   * Starts to feed.
   *
   * @param flush logs what is gathered; false if the log cannot be written
   */
  void start(EventLoop eventLoop, BooleanSupplier flush) {
    loop = eventLoop;
    flushGathered = flush;
  }

  /** Subscribers that are fed. */
  int behind() {
    return behind;
  }

  /** What is wrong with a log that was read, and what to do; null if nothing is. */
  @Nullable String damage() {
    return damage;
  }

  static Value endMessage(int day) {
    return ListVector.of(new SymbolAtom(".u.end"), new IntAtom(QType.DATE, day));
  }

  /**
   * Feeds a session that is not fed yet.
   *
   * @param from that stretch of the log, of which the newest is one of those that follow
   * @param offset in the log
   * @param skip messages from there that it does not want
   * @param queued bytes that wait for it; it is fed when they are few
   */
  void begin(Session session, LogStretch from, long offset, long skip, long queued) {
    session.catchUp = new CatchUp(session, from, offset, skip);
    behind++;
    EventLoop on = loop;
    if (queued <= FEED_BELOW_BYTES && on != null) {
      on.execute(() -> feed(session));
    }
  }

  /** Forgets a session, whether it is fed or not. */
  void forget(Session session) {
    CatchUp catchUp = session.catchUp;
    if (catchUp != null) {
      session.catchUp = null;
      behind--;
      catchUp.close();
    }
  }

  /** Queues for a subscriber that is behind what its queue has room for. */
  void feed(Session session) {
    CatchUp catchUp = session.catchUp;
    EventLoop on = loop;
    BooleanSupplier flush = flushGathered;
    if (catchUp == null || catchUp.isReading || catchUp.isFeeding || on == null || flush == null) {
      return;
    }
    // What is queued may be gone at once, which calls this again.
    catchUp.isFeeding = true;
    try {
      feed(session, catchUp, on, flush);
    } finally {
      catchUp.isFeeding = false;
    }
  }

  private void feed(Session session, CatchUp catchUp, EventLoop on, BooleanSupplier flush) {
    while (session.catchUp == catchUp && session.connection.pendingBytes() <= FEED_BELOW_BYTES) {
      long end = catchUp.end();
      if (catchUp.offset() < end) {
        if (catchUp.stretch().next != null || end - catchUp.offset() > READ_AT_ONCE_BYTES) {
          readElsewhere(catchUp, end, on);
          return;
        }
        readHere(catchUp, end);
      } else if (!catchUp.takeChange()) {
        if (catchUp.stretch().next != null) {
          if (catchUp.stretch().endedDay != Null.INT) {
            session.connection.send(endMessage(catchUp.stretch().endedDay));
          }
          catchUp.nextStretch();
        } else if (!goLive(catchUp, on, flush)) {
          return;
        }
      }
    }
  }

  private void readHere(CatchUp catchUp, long end) {
    try {
      queue(
          catchUp,
          framesHere.read(
              catchUp.channel(), catchUp.offset(), end, catchUp.skip(), catchUp.subscription()));
    } catch (IOException | RuntimeException e) {
      cannotRead(catchUp, e);
    }
  }

  private void readElsewhere(CatchUp catchUp, long end, EventLoop on) {
    long offset = catchUp.offset();
    long skip = catchUp.skip();
    Map<String, SymFilter> subscription = catchUp.subscription();
    catchUp.isReading = true;
    try {
      reader.execute(
          () -> {
            LogFrames.Piece piece = null;
            Exception failure = null;
            long known = end;
            try {
              // Opened here: a compressed one takes a while.
              FileChannel channel = catchUp.channel();
              known = end == LogStretch.UNKNOWN ? channel.size() : end;
              piece = framesThere.read(channel, offset, known, skip, subscription);
            } catch (IOException | RuntimeException e) {
              failure = e;
            }
            wasRead(catchUp, piece, known, failure, on);
          });
    } catch (RejectedExecutionException e) {
      catchUp.isReading = false;
      cannotRead(catchUp, e);
    }
  }

  private void wasRead(
      CatchUp catchUp,
      LogFrames.@Nullable Piece piece,
      long end,
      @Nullable Exception failure,
      EventLoop on) {
    try {
      on.execute(
          () -> {
            catchUp.isReading = false;
            if (catchUp.isClosed()) {
              if (piece != null) {
                piece.frames().release();
              }
              catchUp.close();
            } else if (piece == null) {
              cannotRead(catchUp, failure == null ? new TickLogException("unknown") : failure);
            } else {
              catchUp.stretch().endsAt(end);
              queue(catchUp, piece);
              feed(catchUp.session);
            }
          });
    } catch (RejectedExecutionException e) {
      if (piece != null) {
        piece.frames().release();
      }
    }
  }

  private static void queue(CatchUp catchUp, LogFrames.Piece piece) {
    catchUp.passed(piece);
    if (piece.leftOut() > 0) {
      LOG.warn(
          "messages of tick log {} before byte {} do not fit the schema, or are damaged, and are left"
              + " out messages={} {}",
          catchUp.stretch().log,
          piece.offset(),
          piece.leftOut(),
          catchUp.session);
    }
    catchUp.session.connection.write(piece.frames());
    catchUp.session.connection.flush();
  }

  private void cannotRead(CatchUp catchUp, Exception e) {
    Path log = catchUp.stretch().log;
    damage =
        "the tick log "
            + log
            + " cannot be read for subscribers: "
            + e.getMessage()
            + (Files.isRegularFile(log)
                ? ". If it is damaged, restart the tickerplant, which skips the damage"
                : ". If it is damaged, tickwatch log repair %s --out %s saves what can be unpacked, and that is used"
                    .formatted(KeptLog.compressed(log), log));
    LOG.error("{}; disconnected {}", damage, catchUp.session, e);
    forget(catchUp.session);
    catchUp.session.connection.close();
  }

  /** All that was published is queued: from here on the subscriber is live. */
  private boolean goLive(CatchUp catchUp, EventLoop on, BooleanSupplier flush) {
    Session session = catchUp.session;
    // What is gathered may not have been gathered for this session's group.
    boolean isFlushed = flush.getAsBoolean();
    if (catchUp.stretch().next != null || catchUp.offset() < catchUp.end()) {
      return true;
    }
    if (!isFlushed) {
      Future<?> unused = on.schedule(() -> feed(session), RETRY_MILLIS, TimeUnit.MILLISECONDS);
      return false;
    }
    forget(session);
    whenLive.accept(session);
    if (session.saidBehind) {
      session.saidBehind = false;
      LOG.info(
          "subscriber live again {} messages={} ms={} times={}",
          session,
          catchUp.messages,
          (System.nanoTime() - catchUp.startedAtNanos) / 1_000_000,
          session.timesBehind);
    }
    return true;
  }

  /** Ends the thread that reads; what comes from now on is dropped. */
  @Override
  public void close() {
    reader.shutdownNow();
  }
}
