package tickwatch.tick;

import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.ipc.codec.CodecException;
import tickwatch.ipc.codec.ValueDecoder;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.Null;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;

/**
 * Reads logs piece by piece, from where a follower is to where its subscription began, and delivers
 * what is new of them.
 *
 * <p>Between two pieces the event loop serves others.
 *
 * <p><b>Threads.</b> The event loop's alone.
 */
final class LogReplay {
  private static final Logger LOG = LoggerFactory.getLogger(LogReplay.class);

  private static final int PIECE_BYTES = 1 << 20;
  private static final int MOST_LEFT_OUT_SAID = 10;

  /** Whose replay it is. */
  interface Follower {
    /** It goes on. */
    void heard();

    /** All was delivered. */
    void replayed();

    /** It cannot go on; {@link #stop} has been called, or comes. */
    void gaveUp(String why);
  }

  private final String processName;
  private final List<LogLeg> legs;

  /** The run of the tickerplant that the subscription is of. */
  private final long newRun;

  private final Delivery delivery;
  private final Function<String, @Nullable LogSource> files;
  private final SecondConnection tickerplant;
  private final EventLoop loop;
  private final Follower follower;

  private final ValueDecoder decoder = new ValueDecoder();
  private final TickLogParser parser = new TickLogParser(PIECE_BYTES);
  private final RunChecks checks = new RunChecks();
  private final long startedAt = System.nanoTime();
  private int legIndex = -1;
  private @Nullable LogSource source;
  private boolean isLocal;
  private boolean rewound;
  private long readOffset;
  private long replayedMessages;
  private long leftOut;
  private boolean stopped;

  /**
   * @param files gives the log of a path that this process can see, or null
   */
  LogReplay(
      String processName,
      List<LogLeg> legs,
      long newRun,
      Delivery delivery,
      Function<String, @Nullable LogSource> files,
      SecondConnection tickerplant,
      EventLoop loop,
      Follower follower) {
    this.processName = processName;
    this.legs = legs;
    this.newRun = newRun;
    this.delivery = delivery;
    this.files = files;
    this.tickerplant = tickerplant;
    this.loop = loop;
    this.follower = follower;
  }

  /** Starts; asks first what the log held whenever the tickerplant was started meanwhile. */
  void start() {
    String before = delivery.position().log();
    if (before == null || newRun == Null.LONG || newRun == delivery.run()) {
      nextLeg();
      return;
    }
    Value query = ListVector.of(new SymbolAtom(".u.runs"), SymbolAtom.ofText(":" + before));
    CompletableFuture<Value> unused =
        tickerplant
            .ask(query)
            .whenComplete((answer, failure) -> guarded(() -> begin(answer, failure)));
  }

  private void begin(@Nullable Value runs, @Nullable Throwable failure) {
    if (failure != null && !Unanswered.isRefusal(failure)) {
      follower.gaveUp(
          "the runs of the tickerplant are not to be had: " + Unanswered.reason(failure));
      return;
    }
    checks.note(runs instanceof Table table ? table : null, delivery.run(), newRun);
    nextLeg();
  }

  /** Does nothing more. */
  void stop() {
    stopped = true;
    closeSource();
  }

  private void closeSource() {
    LogSource open = source;
    source = null;
    if (open != null) {
      open.close();
    }
  }

  /** Others on this event loop come first. */
  private void soon(Runnable next) {
    loop.execute(() -> guarded(next));
  }

  private void guarded(Runnable next) {
    if (stopped) {
      return;
    }
    try {
      next.run();
    } catch (RuntimeException e) {
      LOG.error("the replay failed, by the listener or by the log log={}", logNow(), e);
      follower.gaveUp("the replay failed: " + e.getMessage());
    }
  }

  private String logNow() {
    return legIndex >= 0 && legIndex < legs.size() ? leg().log() : "";
  }

  private LogLeg leg() {
    return legs.get(legIndex);
  }

  // ---- from log to log

  private void nextLeg() {
    if (legIndex >= 0) {
      legEnded();
    }
    legIndex++;
    if (legIndex == legs.size()) {
      finish();
      return;
    }
    LogLeg leg = leg();
    String before = delivery.position().log();
    if (!leg.log().equals(before)) {
      if (before != null && LogLeg.isOfSameDay(before, leg.log())) {
        delivery.reset("the log of this day is another one now");
      }
      delivery.begin(leg.log());
      delivery.isOfRun(newRun);
    }
    if (delivery.position().messages() > leg.messages()) {
      // The log is shorter than it was: its counts must be taken anew.
      delivery.position().rewind();
    }
    rewound = false;
    delivery.logOpened();
    openSource();
    step();
  }

  private void legEnded() {
    LogLeg leg = leg();
    checks.clear();
    if (leg.isToItsEnd() && leg.day() != Null.INT) {
      delivery.endDay(leg.day());
    }
  }

  private void startAnew(String why) {
    LOG.warn("all is replayed again, since {} process={} log={}", why, processName, leg().log());
    checks.clear();
    delivery.isOfRun(newRun);
    delivery.startAnew(why);
    rewound = false;
    openSource();
    soon(this::step);
  }

  private void openSource() {
    closeSource();
    parser.clear();
    readOffset = delivery.position().offset();
    LogSource file = files.apply(leg().log());
    isLocal = file != null;
    source = file != null ? file : new WireLog(tickerplant, leg().log());
  }

  private void finish() {
    delivery.isOfRun(newRun);
    stop();
    LOG.info(
        "log replayed process={} messages={} leftOut={} ms={}",
        processName,
        replayedMessages,
        leftOut,
        (System.nanoTime() - startedAt) / 1_000_000);
    follower.replayed();
  }

  // ---- from piece to piece

  /** Delivers what is at hand of a piece, then asks for the next one. */
  private void step() {
    follower.heard();
    LogLeg leg = leg();
    while (true) {
      String missing = checks.whatIsMissing(delivery);
      if (missing != null) {
        startAnew(missing);
        return;
      }
      if (delivery.position().messages() >= leg.messages()) {
        caughtUp(leg);
        return;
      }
      if (addNext(leg)) {
        continue;
      }
      int length = parser.next();
      if (length <= 0) {
        if (length == ValueBytes.MALFORMED) {
          damaged(leg);
        } else {
          more(leg);
        }
        return;
      }
      decodeNext(leg, length);
    }
  }

  /** Takes the next messages, if they are all there and need not be decoded. */
  private boolean addNext(LogLeg leg) {
    TickPosition position = delivery.position();
    long before = position.messages();
    int start = parser.start();
    // Up to the next place at which something must be looked at.
    long most = Math.min(leg.messages(), checks.nextAt()) - before;
    int end = delivery.addLogged(parser.bytes(), start, start + parser.available(), most);
    if (end < 0) {
      return false;
    }
    parser.consume(end - start);
    replayedMessages += position.messages() - before;
    return true;
  }

  /** Decodes the next message and delivers what is new of it. */
  private void decodeNext(LogLeg leg, int length) {
    ByteBuffer bytes = parser.bytes();
    int start = parser.start();
    parser.consume(length);
    TickPosition position = delivery.position();
    position.passed(length, 1);
    replayedMessages++;
    delivery.handOver(true);
    Upd upd;
    try {
      Value value = decoder.decode(Unpooled.wrappedBuffer(bytes.slice(start, length)), true);
      upd = UpdMessages.upd(value, delivery.schema());
    } catch (CodecException | TickLogException e) {
      // kdb+'s own tickerplant logs what it is sent. One bad message must not keep all others
      // out.
      if (leftOut++ < MOST_LEFT_OUT_SAID) {
        LOG.warn(
            "message {} of log {} does not fit its table and is left out: {}",
            position.messages() - 1,
            leg.log(),
            e.getMessage());
      }
      return;
    }
    if (upd != null) {
      delivery.logged(upd);
    }
  }

  /** The log was read up to where it is live. */
  private void caughtUp(LogLeg leg) {
    if (delivery.position().unread() > 0 && !leg.isToItsEnd()) {
      startAnew("the log holds less than was delivered");
      return;
    }
    delivery.completeBatch(true);
    soon(this::nextLeg);
  }

  private void more(LogLeg leg) {
    delivery.completeBatch(true);
    LogSource from = source;
    if (from == null) {
      return;
    }
    CompletableFuture<Integer> unused =
        from.read(readOffset, PIECE_BYTES, parser)
            .whenComplete((added, failure) -> guarded(() -> read(leg, added, failure)));
  }

  private void read(LogLeg leg, @Nullable Integer added, @Nullable Throwable failure) {
    if (failure != null && leg.isToItsEnd() && Unanswered.isRefusal(failure)) {
      // A day without a log, or one that is no longer kept.
      LOG.warn(
          "the tickerplant has no log of that day: rows of it that did not come live are"
              + " missing here process={} log={}",
          processName,
          leg.log());
      soon(this::nextLeg);
    } else if (failure != null) {
      follower.gaveUp("log " + leg.log() + " cannot be read: " + Unanswered.reason(failure));
    } else if (added == null || added == 0) {
      exhausted(leg);
    } else {
      readOffset += added;
      soon(this::step);
    }
  }

  /** The source has no more bytes. */
  private void exhausted(LogLeg leg) {
    if (isLocal) {
      // Perhaps this file is another one of the same name, or is not up to date here.
      closeSource();
      isLocal = false;
      source = new WireLog(tickerplant, leg.log());
      parser.clear();
      readOffset = delivery.position().offset();
      if (!leg.isToItsEnd()) {
        soon(this::step);
        return;
      }
    }
    if (leg.isToItsEnd()) {
      soon(this::nextLeg);
    } else {
      damaged(leg);
    }
  }

  /** The log is not what it was, or not what it should be. */
  private void damaged(LogLeg leg) {
    TickPosition position = delivery.position();
    if (!rewound && position.messages() > 0) {
      rewound = true;
      position.rewind();
      openSource();
      soon(this::step);
    } else if (leg.isToItsEnd()) {
      LOG.warn("log {} is damaged behind message {}", leg.log(), position.messages());
      soon(this::nextLeg);
    } else {
      follower.gaveUp(
          ("log %s has %d whole messages (expected: %d, as the tickerplant says); if it is damaged,"
                  + " restart the tickerplant, which skips the damage")
              .formatted(leg.log(), position.messages(), leg.messages()));
    }
  }
}
