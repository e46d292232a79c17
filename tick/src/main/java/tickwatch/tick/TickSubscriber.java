package tickwatch.tick;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.ipc.codec.CodecException;
import tickwatch.ipc.codec.MessageType;
import tickwatch.ipc.codec.ValueDecoder;
import tickwatch.ipc.net.ClientConnection;
import tickwatch.ipc.net.Connection;
import tickwatch.ipc.net.ConnectionHandler;
import tickwatch.ipc.net.IpcClient;
import tickwatch.ipc.net.IpcServerConfig;
import tickwatch.ipc.net.NetException;
import tickwatch.ipc.net.RemoteError;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.Null;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;

/**
 * Follows a tickerplant: subscribes, replays the log up to where the subscription began, goes live,
 * and after a lost connection resumes where it was. The listener gets each row exactly once, in log
 * order within a table.
 *
 * <pre>
 *   connect ──▶ (.u.sub[`;`];.u `i`L`run) ──▶ replay L up to i, live rows wait ──▶ live
 *      ▲                                                                        │
 *      └───────────── wait 0.1 to 5 s ◀──────── connection lost ◀───────────────┘
 * </pre>
 *
 * <p><b>The log</b> is read from its file where this process can see the path that the tickerplant
 * names, else over the wire on a second connection. Either way it comes in pieces, between which
 * the event loop serves others. When the tickerplant has gone on to a new log meanwhile, the old
 * one is read to its end first.
 *
 * <p><b>Counting.</b> What was delivered is counted in rows a table, so any way of cutting rows
 * into messages will do. A log can be less than what was delivered: a machine failed before the
 * disk had its end, or damage in it was skipped. Others may have written more since, so the counts
 * alone would not tell. The tickerplant notes how many messages the log held whenever it started;
 * where rows delivered before are missing there, the listener is reset and gets all of the log
 * again. The log is the truth: everybody ends with what is in it.
 *
 * <p>Works against kdb+'s own tick as well; only the log over the wire needs this tickerplant.
 *
 * <p><b>Threads.</b> One event loop of the group does everything and calls the listener. The public
 * methods may be called from any thread.
 */
public final class TickSubscriber implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TickSubscriber.class);

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final int PIECE_BYTES = 1 << 20;
  private static final int CHASE_SECONDS = 5;
  private static final int SILENCE_SECONDS = 20;
  private static final int MAX_DAYS_MISSED = 400;
  private static final int MOST_LEFT_OUT_SAID = 10;
  private static final int DATE_CHARS = 10;

  private static final String SUBSCRIBE_TO_ALL = "(.u.sub[`;`];.u `i`L`run)";
  private static final String SUBSCRIBE_TO_SOME = "{(.u.sub[;y]each x;.u `i`L`run)}";

  private final TickSubscriberConfig config;
  private final EventLoop loop;
  private final TickListener listener;
  private final Function<String, @Nullable LogSource> files;
  private final Set<String> syms;
  private final Backoff backoff = new Backoff(new SplittableRandom());
  private final ValueDecoder decoder = new ValueDecoder();

  // The loop's alone, but for what is volatile.
  private volatile @Nullable ClientConnection connection;
  private @Nullable ClientConnection second;
  private Schema schema = Schema.of(List.of());
  private UpdAssembler assembler = new UpdAssembler(schema, table -> null);
  private TickPosition position = new TickPosition(null);

  /** The run of the tickerplant that the log is known to hold everything delivered of; or null. */
  private long run = Null.LONG;

  private @Nullable Replay replay;
  private @Nullable Deque<Value> heldWhileRolling;
  private int lastEndedDay = Integer.MIN_VALUE;
  private boolean isFailing;
  private String lastFailure = "";
  private boolean deliveredSomething;
  private long heardAtNanos;
  private final AtomicLong applied = new AtomicLong();
  private volatile boolean live;
  private volatile boolean closed;
  private volatile @Nullable Future<?> chasing;

  private TickSubscriber(
      TickSubscriberConfig config,
      EventLoop loop,
      TickListener listener,
      Function<String, @Nullable LogSource> files) {
    this.files = files;
    this.config = config;
    this.loop = loop;
    this.listener = listener;
    this.syms = Set.copyOf(config.syms());
  }

  /** Starts to connect, and returns at once; the listener hears of the rest. */
  public static TickSubscriber start(
      TickSubscriberConfig config, EventLoopGroup loops, TickListener listener) {
    return start(config, loops, listener, LogSource::file);
  }

  /**
   * As {@link #start(TickSubscriberConfig, EventLoopGroup, TickListener)}.
   *
   * @param files gives the log of a path that this process can see, or null
   */
  static TickSubscriber start(
      TickSubscriberConfig config,
      EventLoopGroup loops,
      TickListener listener,
      Function<String, @Nullable LogSource> files) {
    TickSubscriber subscriber = new TickSubscriber(config, loops.next(), listener, files);
    subscriber.loop.execute(subscriber::connect);
    subscriber.chasing =
        subscriber.loop.scheduleAtFixedRate(
            subscriber::chase, CHASE_SECONDS, CHASE_SECONDS, TimeUnit.SECONDS);
    return subscriber;
  }

  // ---- what others ask

  /**
   * Publishes rows on the same connection, async, in order. Any thread.
   *
   * @return false if there is no connection, and nothing was sent; true if the rows were handed to
   *     the connection (they are lost if it breaks before the tickerplant has read them: number
   *     what must not be lost)
   */
  public boolean publish(String table, Table rows) {
    return send(new SymbolAtom(".u.upd"), new SymbolAtom(table), columns(rows));
  }

  /**
   * Publishes rows under a publisher's name and number: a message whose number is not above the
   * last one accepted from that publisher is a resend, and the tickerplant ignores it. Any thread.
   *
   * @param seq the publisher's own count after this message, rising
   * @return as {@link #publish}
   */
  public boolean publishNumbered(String publisher, long seq, String table, Table rows) {
    return send(
        new SymbolAtom(".u.updn"),
        new SymbolAtom(publisher),
        new LongAtom(QType.LONG, seq),
        new SymbolAtom(table),
        columns(rows));
  }

  private static ListVector columns(Table rows) {
    return ListVector.of(rows.columns().toArray(Value[]::new));
  }

  private boolean send(Value... message) {
    ClientConnection to = connection;
    if (to == null || closed) {
      return false;
    }
    to.send(ListVector.of(message));
    return true;
  }

  /**
   * The number of the last message the tickerplant accepted from a publisher, 0 if none: everything
   * above it must be published again after a reconnect. Any thread.
   *
   * @return fails with {@link NetException} while there is no connection
   */
  public CompletableFuture<Long> lastSeq(String publisher) {
    CompletableFuture<Long> answer = new CompletableFuture<>();
    loop.execute(
        () -> {
          ClientConnection main = connection;
          if (main == null) {
            answer.completeExceptionally(
                new NetException("no connection to the tickerplant at " + config.tickerplant()));
            return;
          }
          Value query = ListVector.of(new SymbolAtom(".u.chk"), new SymbolAtom(publisher));
          then(
              ask(main, query),
              (value, failure) -> {
                if (failure != null) {
                  answer.completeExceptionally(failure);
                } else if (value instanceof Dictionary counts
                    && counts.values() instanceof LongVector numbers
                    && numbers.length() > 0) {
                  answer.complete(Math.max(0, numbers.get(0)));
                } else {
                  answer.completeExceptionally(
                      new NetException("the answer of .u.chk is of type " + value.typeNumber()));
                }
              });
        });
    return answer;
  }

  /** Messages delivered to the listener since the start, of the tables and syms subscribed to. */
  public long applied() {
    return applied.get();
  }

  /** Whether the replay is done and rows arrive as they are published. */
  public boolean isLive() {
    return live;
  }

  /** Closes the connection; no call to the listener follows one that is under way. */
  @Override
  public void close() {
    closed = true;
    Future<?> repeated = chasing;
    if (repeated != null) {
      repeated.cancel(false);
    }
    loop.execute(
        () -> {
          live = false;
          stopReplay();
          ClientConnection open = connection;
          connection = null;
          if (open != null) {
            open.close();
          }
        });
  }

  // ---- connecting

  private void connect() {
    if (closed) {
      return;
    }
    Incoming incoming = new Incoming();
    then(
        IpcClient.connect(
            config.tickerplant(),
            CONNECT_TIMEOUT,
            IpcServerConfig.DEFAULT_MAX_MESSAGE_BYTES,
            loop,
            incoming),
        (opened, failure) -> {
          if (failure != null) {
            failed(reason(failure));
          } else if (closed) {
            opened.close();
          } else {
            subscribe(opened, incoming);
          }
        });
  }

  private void subscribe(ClientConnection opened, Incoming incoming) {
    connection = opened;
    incoming.opened = opened;
    heardAtNanos = System.nanoTime();
    then(
        opened.request(subscription()),
        (answer, failure) -> {
          if (connection != opened) {
            return;
          }
          if (failure != null) {
            drop(opened, "the subscription was refused: " + reason(failure));
            return;
          }
          // From here to the end of the replay what is published waits in the socket and in
          // the tickerplant.
          opened.setReading(false);
          try {
            subscribed(opened, answer);
          } catch (RuntimeException e) {
            LOG.error("the listener failed, or the tickerplant's answer is no subscription", e);
            drop(opened, String.valueOf(e.getMessage()));
          }
        });
  }

  private Value subscription() {
    if (config.tables().isEmpty() && config.syms().isEmpty()) {
      return ByteVector.string(SUBSCRIBE_TO_ALL);
    }
    Value wantedSyms =
        config.syms().isEmpty() ? SymbolAtom.NULL : UpdMessages.symbols(config.syms());
    if (config.tables().isEmpty()) {
      return ListVector.of(
          ByteVector.string("{(.u.sub[x;y];.u `i`L`run)}"), SymbolAtom.NULL, wantedSyms);
    }
    return ListVector.of(
        ByteVector.string(SUBSCRIBE_TO_SOME), UpdMessages.symbols(config.tables()), wantedSyms);
  }

  private void subscribed(ClientConnection opened, Value answer) {
    if (!(answer instanceof ListVector list) || list.length() != 2) {
      throw new SchemaException("the answer to a subscription is of type " + answer.typeNumber());
    }
    schema = UpdMessages.schema(list.get(0));
    long count = Null.LONG;
    long newRun = Null.LONG;
    String log = "";
    if (list.get(1) instanceof ListVector where
        && where.length() >= 2
        && where.get(0) instanceof LongAtom messages
        && where.get(1) instanceof SymbolAtom path) {
      count = messages.value();
      log = path.text().startsWith(":") ? path.text().substring(1) : path.text();
      // kdb+'s own tick has no such variable.
      if (where.length() > 2 && where.get(2) instanceof LongAtom number) {
        newRun = number.value();
      }
    }
    LOG.info(
        "subscribed process={} tickerplant={} tables={} log={} messages={}",
        config.processName(),
        config.tickerplant(),
        schema.tables().size(),
        log,
        count);
    listener.subscribed(schema);
    assembler = new UpdAssembler(schema, listener::space);
    if (log.isEmpty() || count == Null.LONG) {
      LOG.warn(
          "tickerplant {} keeps no log: rows published while this process was away are lost",
          config.tickerplant());
      goLive(opened);
      return;
    }
    replay = new Replay(opened, plan(log, count), newRun);
    String before = position.log();
    if (before == null || newRun == Null.LONG || newRun == run) {
      replay.run();
    } else {
      askRuns(replay, before);
    }
  }

  /** Asks what the log held when the tickerplant was started again, and then replays. */
  private void askRuns(Replay asking, String log) {
    then(
        second()
            .thenCompose(
                open ->
                    open.request(
                        ListVector.of(new SymbolAtom(".u.runs"), SymbolAtom.ofText(":" + log)))),
        (answer, failure) -> {
          if (replay != asking) {
            return;
          }
          if (failure != null && !isRefusal(failure)) {
            drop(asking.main, "the runs of the tickerplant are not to be had: " + reason(failure));
            return;
          }
          asking.check(answer instanceof Table runs ? runs : null);
          asking.run();
        });
  }

  /** The logs to read, in order, the last one up to a number of messages. */
  private List<Leg> plan(String log, long messages) {
    List<Leg> legs = new ArrayList<>();
    int to = TickLog.dayOf(log);
    String before = position.log();
    if (before == null && config.fromDay() != Null.INT && config.fromDay() < to) {
      before = stem(log) + TickLog.date(config.fromDay());
    }
    if (before != null && !before.equals(log) && !isOfSameDay(before, log)) {
      legs.add(new Leg(before, Long.MAX_VALUE));
      int from = TickLog.dayOf(before);
      String stem = stem(before);
      if (from != Null.INT && to != Null.INT && to - from < MAX_DAYS_MISSED) {
        for (int day = from + 1; day < to; day++) {
          legs.add(new Leg(stem + TickLog.date(day), Long.MAX_VALUE));
        }
      }
    }
    legs.add(new Leg(log, messages));
    return legs;
  }

  /** Whether these are logs of one day, as after the tickerplant was given another directory. */
  private static boolean isOfSameDay(String log, String other) {
    int day = TickLog.dayOf(log);
    return day != Null.INT && day == TickLog.dayOf(other);
  }

  /** A log's name without its date. */
  private static String stem(String log) {
    return log.substring(0, Math.max(0, log.length() - DATE_CHARS));
  }

  /** A run of the tickerplant: what the log held when it began. */
  private record Check(long run, long messages, boolean isChanged) {}

  /** A log to read, up to a number of messages or to its end. */
  private record Leg(String log, long messages) {
    boolean isToItsEnd() {
      return messages == Long.MAX_VALUE;
    }
  }

  private void goLive(ClientConnection opened) {
    backoff.reset();
    isFailing = false;
    lastFailure = "";
    live = true;
    heardAtNanos = System.nanoTime();
    closeSecond();
    listener.live();
    opened.setReading(true);
  }

  private void drop(ClientConnection opened, String why) {
    if (connection == opened) {
      connection = null;
      opened.close();
      failed(why);
    }
  }

  /** The connection is gone, or none came about: tries again after a while. */
  private void failed(String why) {
    connection = null;
    live = false;
    if (!closed) {
      // They count as delivered.
      try {
        pieceDone(replay != null);
      } catch (RuntimeException e) {
        LOG.error("the listener failed", e);
      }
    }
    heldWhileRolling = null;
    stopReplay();
    if (closed) {
      return;
    }
    long wait = backoff.nextMillis();
    if (!isFailing || !why.equals(lastFailure)) {
      LOG.warn(
          "no connection to the tickerplant process={} tickerplant={} retryMillis={} why={}",
          config.processName(),
          config.tickerplant(),
          wait,
          why);
      lastFailure = why;
    }
    Future<?> unused = loop.schedule(this::connect, wait, TimeUnit.MILLISECONDS);
    if (!isFailing) {
      isFailing = true;
      listener.disconnected(why);
    }
  }

  private void stopReplay() {
    Replay running = replay;
    replay = null;
    if (running != null) {
      running.stop();
    }
    closeSecond();
  }

  private static String reason(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }

  private static boolean isRefusal(Throwable failure) {
    return failure instanceof RemoteError
        || (failure instanceof CompletionException && failure.getCause() instanceof RemoteError);
  }

  /**
   * Asks on the second connection while the log is replayed, since nothing is read from the first
   * then. The end of the replay closes the second: what it has not answered is asked on the first.
   */
  private CompletableFuture<Value> ask(ClientConnection main, Value query) {
    if (replay == null) {
      return main.request(query);
    }
    return second()
        .thenCompose(opened -> opened.request(query))
        .exceptionallyCompose(
            failure ->
                connection == main && replay == null && !isRefusal(failure)
                    ? main.request(query)
                    : CompletableFuture.failedFuture(failure));
  }

  /** A connection for what must be answered while nothing is read from the first. */
  private CompletableFuture<ClientConnection> second() {
    ClientConnection open = second;
    if (open != null) {
      return CompletableFuture.completedFuture(open);
    }
    ConnectionHandler ignoring = (c, type, buffer, start, length) -> {};
    return IpcClient.connect(
            config.tickerplant(),
            CONNECT_TIMEOUT,
            IpcServerConfig.DEFAULT_MAX_MESSAGE_BYTES,
            loop,
            ignoring)
        .thenApply(
            opened -> {
              ClientConnection earlier = second;
              if (earlier != null) {
                opened.close();
                return earlier;
              }
              second = opened;
              return opened;
            });
  }

  private void closeSecond() {
    ClientConnection open = second;
    second = null;
    if (open != null) {
      open.close();
    }
  }

  /** Does something when an answer or a failure is there; what it throws ends the connection. */
  private <T> void then(
      CompletableFuture<T> asked, BiConsumer<? super T, ? super @Nullable Throwable> whatThen) {
    CompletableFuture<T> unused =
        asked.whenComplete(
            (answer, failure) -> {
              try {
                whatThen.accept(answer, failure);
              } catch (RuntimeException e) {
                LOG.error("the listener failed, or an answer of the tickerplant is none", e);
                ClientConnection open = connection;
                if (open != null) {
                  drop(open, String.valueOf(e.getMessage()));
                }
              }
            });
  }

  /** Asks for a sign of life, so that a connection that died without a word is noticed. */
  private void chase() {
    ClientConnection open = connection;
    if (closed || open == null) {
      return;
    }
    long silentNanos = System.nanoTime() - heardAtNanos;
    if (silentNanos > SILENCE_SECONDS * 1_000_000_000L) {
      drop(open, "nothing was heard for " + silentNanos / 1_000_000_000 + " s");
      return;
    }
    if (!live) {
      return;
    }
    then(
        open.request(ByteVector.string("")),
        (answer, failure) -> {
          if (failure == null || isRefusal(failure)) {
            heardAtNanos = System.nanoTime();
          }
        });
  }

  // ---- replay

  /** Reads logs piece by piece. */
  private final class Replay {
    private final ClientConnection main;
    private final List<Leg> legs;
    private final TickLogParser parser = new TickLogParser(PIECE_BYTES);
    private final long startedAt = System.nanoTime();
    private int legIndex = -1;
    private @Nullable LogSource source;
    private boolean isLocal;
    private boolean rewound;
    private long readOffset;
    private long replayedMessages;
    private long leftOut;
    private boolean stopped;

    /** The run that this connection is of. */
    private final long newRun;

    /** Runs that wrote the first log since {@link #run}. */
    private final Deque<Check> checks = new ArrayDeque<>();

    Replay(ClientConnection main, List<Leg> legs, long newRun) {
      this.main = main;
      this.legs = legs;
      this.newRun = newRun;
    }

    /**
     * Takes note of the runs that began since this followed one.
     *
     * @param runs all that wrote the log; null if nothing is known of them
     */
    void check(@Nullable Table runs) {
      boolean isKnown = false;
      if (runs != null
          && runs.columns().size() == 3
          && runs.columns().get(0) instanceof LongVector ids
          && runs.columns().get(1) instanceof LongVector messages
          && runs.columns().get(2) instanceof ByteVector changed) {
        for (int i = 0; i < ids.length(); i++) {
          if (isKnown) {
            checks.add(new Check(ids.get(i), messages.get(i), changed.get(i) != 0));
          }
          if (ids.get(i) == run) {
            isKnown = true;
            checks.clear();
          }
        }
      }
      if (!isKnown && run != Null.LONG) {
        checks.clear();
        checks.add(new Check(newRun, -1, false));
      }
      // What a later run no longer found was never there for those that followed.
      long fewest = Long.MAX_VALUE;
      for (int left = checks.size(); left > 0; left--) {
        Check check = checks.removeLast();
        fewest = Math.min(fewest, check.messages);
        checks.addFirst(new Check(check.run, fewest, check.isChanged));
      }
    }

    /** False if rows that were delivered are not in the log; it is replayed from its start then. */
    private boolean holdsWhatWasDelivered() {
      while (!checks.isEmpty() && position.messages() >= checks.getFirst().messages) {
        Check check = checks.removeFirst();
        long unread = position.unread();
        if (check.isChanged) {
          startAnew("damage in the log was skipped");
          return false;
        }
        if (position.messages() > check.messages || unread > 0) {
          startAnew(
              check.messages < 0
                  ? "the log is another one, or nothing is known of its past"
                  : "the end of the log was lost, with "
                      + (unread > 0 ? unread + " rows" : "rows")
                      + " that had been delivered");
          return false;
        }
        run = check.run;
      }
      return true;
    }

    private void startAnew(String why) {
      LOG.warn(
          "all is replayed again, since {} process={} log={}",
          why,
          config.processName(),
          leg().log);
      assembler.discard();
      deliveredSomething = false;
      checks.clear();
      run = newRun;
      position = new TickPosition(leg().log);
      listener.reset(why);
      listener.logOpened(TickLog.dayOf(leg().log));
      rewound = false;
      openSource();
      loop.execute(this::step);
    }

    void run() {
      nextLeg();
    }

    void stop() {
      stopped = true;
      LogSource open = source;
      source = null;
      if (open != null) {
        open.close();
      }
    }

    private Leg leg() {
      return legs.get(legIndex);
    }

    private void nextLeg() {
      if (legIndex >= 0) {
        legEnded();
      }
      legIndex++;
      if (legIndex == legs.size()) {
        finish();
        return;
      }
      Leg leg = leg();
      String before = position.log();
      if (!leg.log.equals(before)) {
        if (before != null && isOfSameDay(before, leg.log)) {
          listener.reset("the log of this day is another one now");
        }
        position = new TickPosition(leg.log);
        run = newRun;
      }
      if (position.messages() > leg.messages) {
        // The log is shorter than it was: its counts must be taken anew.
        position.rewind();
      }
      rewound = false;
      listener.logOpened(TickLog.dayOf(leg.log));
      openSource();
      step();
    }

    private void legEnded() {
      Leg leg = leg();
      checks.clear();
      int day = TickLog.dayOf(leg.log);
      if (leg.isToItsEnd() && day != Null.INT) {
        endDay(day);
      }
    }

    private void openSource() {
      LogSource before = source;
      if (before != null) {
        before.close();
      }
      parser.clear();
      readOffset = position.offset();
      LogSource file = files.apply(leg().log);
      isLocal = file != null;
      source = file != null ? file : new WireSource(leg().log);
    }

    /** Delivers what is at hand of a piece, then asks for the next one. */
    private void step() {
      if (stopped) {
        return;
      }
      heardAtNanos = System.nanoTime();
      try {
        Leg leg = leg();
        boolean isWanted = syms.isEmpty();
        while (holdsWhatWasDelivered()) {
          if (position.messages() >= leg.messages) {
            caughtUp(leg);
            return;
          }
          if (isWanted && addNext()) {
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
          replayed(length);
        }
      } catch (RuntimeException e) {
        LOG.error("the replay failed, by the listener or by the log log={}", leg().log, e);
        drop(main, "the replay failed: " + e.getMessage());
      }
    }

    /** The log was read up to where it is live. */
    private void caughtUp(Leg leg) {
      if (position.unread() > 0 && !leg.isToItsEnd()) {
        startAnew("the log holds less than was delivered");
        return;
      }
      pieceDone(true);
      loop.execute(this::nextLegUnlessStopped);
    }

    private void nextLegUnlessStopped() {
      if (!stopped) {
        nextLeg();
      }
    }

    /** Adds the next message to the rows that are put together, if it is all there and fits. */
    private boolean addNext() {
      ByteBuffer bytes = parser.bytes();
      int start = parser.start();
      int limit = start + parser.available();
      int rows = assembler.lookAtLogged(bytes, start, limit);
      if (rows < 0 || !position.isFresh(assembler.table())) {
        return false;
      }
      if (!assembler.fits(rows)) {
        deliverAssembled(true);
      }
      int end = assembler.addNext(bytes, limit, rows);
      if (end < 0) {
        return false;
      }
      int messages = 1;
      if (rows == 1) {
        end = assembler.addRun(bytes, end, limit, mostMessages() - 1);
        messages += assembler.messagesOfRun();
        rows = messages;
      }
      parser.consume(end - start);
      position.passed(end - start, messages);
      position.read(assembler.table(), rows);
      replayedMessages += messages;
      return true;
    }

    /** Messages up to the next place at which something must be looked at. */
    private long mostMessages() {
      long next = checks.isEmpty() ? Long.MAX_VALUE : checks.getFirst().messages;
      return Math.min(leg().messages, next) - position.messages();
    }

    /** Decodes the next message and delivers what is new of it. */
    private void replayed(int length) {
      ByteBuffer bytes = parser.bytes();
      int start = parser.start();
      parser.consume(length);
      position.passed(length, 1);
      replayedMessages++;
      deliverAssembled(true);
      Upd upd;
      try {
        Value value = decoder.decode(Unpooled.wrappedBuffer(bytes.slice(start, length)), true);
        upd = UpdMessages.upd(value, schema);
      } catch (CodecException | TickLogException e) {
        // kdb+'s own tickerplant logs what it is sent. One bad message must not keep all others
        // out.
        if (leftOut++ < MOST_LEFT_OUT_SAID) {
          LOG.warn(
              "message {} of log {} does not fit its table and is left out: {}",
              position.messages() - 1,
              leg().log,
              e.getMessage());
        }
        return;
      }
      if (upd != null) {
        Table rows = syms.isEmpty() ? upd.rows() : SymSelection.select(upd.rows(), syms);
        int fresh = position.read(upd.table(), rows.rowCount());
        if (fresh > 0) {
          int all = rows.rowCount();
          deliver(upd.table(), fresh == all ? rows : rows.slice(all - fresh, all), true);
        }
      }
    }

    private void more(Leg leg) {
      pieceDone(true);
      LogSource from = source;
      if (from == null) {
        return;
      }
      then(
          from.read(readOffset, PIECE_BYTES, parser),
          (added, failure) -> {
            if (stopped) {
              return;
            }
            if (failure != null && leg.isToItsEnd() && isRefusal(failure)) {
              // A day without a log, or one that is no longer kept.
              LOG.warn(
                  "the tickerplant has no log of that day: rows of it that did not come live are"
                      + " missing here process={} log={}",
                  config.processName(),
                  leg.log);
              loop.execute(this::nextLegUnlessStopped);
            } else if (failure != null) {
              drop(main, "log " + leg.log + " cannot be read: " + reason(failure));
            } else if (added == 0) {
              exhausted(leg);
            } else {
              readOffset += added;
              // Others on this event loop come first.
              loop.execute(this::step);
            }
          });
    }

    /** The source has no more bytes. */
    private void exhausted(Leg leg) {
      if (isLocal) {
        // Perhaps this file is another one of the same name, or is not up to date here.
        LogSource file = source;
        if (file != null) {
          file.close();
        }
        isLocal = false;
        source = new WireSource(leg.log);
        parser.clear();
        readOffset = position.offset();
        if (!leg.isToItsEnd()) {
          loop.execute(this::step);
          return;
        }
      }
      if (leg.isToItsEnd()) {
        loop.execute(this::nextLegUnlessStopped);
      } else {
        damaged(leg);
      }
    }

    /** The log is not what it was, or not what it should be. */
    private void damaged(Leg leg) {
      if (!rewound && position.messages() > 0) {
        rewound = true;
        position.rewind();
        openSource();
        loop.execute(this::step);
      } else if (leg.isToItsEnd()) {
        LOG.warn("log {} is damaged behind message {}", leg.log, position.messages());
        loop.execute(this::nextLegUnlessStopped);
      } else {
        drop(
            main,
            ("log %s has %d whole messages (expected: %d, as the tickerplant says); if it is damaged,"
                    + " restart the tickerplant, which skips the damage")
                .formatted(leg.log, position.messages(), leg.messages));
      }
    }

    private void finish() {
      run = newRun;
      LogSource open = source;
      source = null;
      if (open != null) {
        open.close();
      }
      replay = null;
      stopped = true;
      LOG.info(
          "log replayed process={} messages={} leftOut={} ms={}",
          config.processName(),
          replayedMessages,
          leftOut,
          (System.nanoTime() - startedAt) / 1_000_000);
      goLive(main);
    }
  }

  /** A log by way of the tickerplant. */
  private final class WireSource implements LogSource {
    private final String log;

    WireSource(String log) {
      this.log = log;
    }

    @Override
    public CompletableFuture<Integer> read(long offset, int most, TickLogParser into) {
      return second()
          .thenCompose(
              open ->
                  open.request(
                      ListVector.of(
                          new SymbolAtom(".u.logbytes"),
                          SymbolAtom.ofText(":" + log),
                          new LongAtom(QType.LONG, offset),
                          new LongAtom(QType.LONG, most))))
          .thenApply(
              answer -> {
                if (answer instanceof ByteVector bytes && bytes.type() == QType.BYTE) {
                  into.add(bytes.toArray(), bytes.length());
                  return bytes.length();
                }
                throw new NetException("the answer of .u.logbytes: type " + answer.typeNumber());
              });
    }

    @Override
    public void close() {}
  }

  // ---- delivering

  private void deliver(String table, Table rows, boolean replayed) {
    applied.incrementAndGet();
    deliveredSomething = true;
    listener.upd(new Upd(table, rows), replayed);
  }

  /** Hands on the rows that were put together. */
  private void deliverAssembled(boolean replayed) {
    for (int messages = assembler.messages(); messages > 0; messages = assembler.messages()) {
      applied.addAndGet(messages);
      deliveredSomething = true;
      assembler.deliver(listener, replayed);
    }
  }

  private void pieceDone(boolean replayed) {
    deliverAssembled(replayed);
    if (deliveredSomething) {
      deliveredSomething = false;
      listener.batchComplete();
    }
  }

  private void endDay(int day) {
    if (day > lastEndedDay) {
      lastEndedDay = day;
      pieceDone(false);
      listener.endOfDay(day);
    }
  }

  /** What one connection brings. */
  private final class Incoming implements ConnectionHandler {
    private @Nullable ClientConnection opened;

    // The bytes of the buffer that messages are delivered from.
    private @Nullable ByteBuf viewed;
    private int viewedCapacity;
    private long viewedAddress;
    private ByteBuffer view = ByteBuffer.allocate(0);

    @Override
    public void message(Connection from, MessageType type, ByteBuf buffer, int start, int length) {
      if (opened == null || opened != connection || closed) {
        return;
      }
      heardAtNanos = System.nanoTime();
      Deque<Value> held = heldWhileRolling;
      if (held == null && addLive(buffer, start, start + length)) {
        return;
      }
      deliverAssembled(false);
      Value value = decoder.decodeMessage(buffer.slice(start, length));
      if (held != null) {
        held.add(value);
      } else {
        live(opened, value);
      }
    }

    private boolean addLive(ByteBuf buffer, int start, int end) {
      ByteBuffer bytes = view(buffer);
      int rowCount = assembler.lookAtLive(bytes, start, end);
      if (rowCount < 0) {
        return false;
      }
      if (!assembler.fits(rowCount)) {
        deliverAssembled(false);
      }
      if (!assembler.add(bytes, end, rowCount)) {
        return false;
      }
      position.live(assembler.table(), rowCount);
      return true;
    }

    @SuppressWarnings("ReferenceEquality") // equals would compare the bytes
    private ByteBuffer view(ByteBuf buffer) {
      long address = buffer.hasMemoryAddress() ? buffer.memoryAddress() : 0;
      if (viewed != buffer
          || address == 0
          || viewedCapacity != buffer.capacity()
          || viewedAddress != address) {
        viewed = buffer;
        viewedCapacity = buffer.capacity();
        viewedAddress = address;
        view = buffer.nioBuffer(0, viewedCapacity).order(ByteOrder.LITTLE_ENDIAN);
      }
      return view;
    }

    @Override
    public void readComplete(Connection from) {
      if (opened != null && opened == connection && !closed) {
        pieceDone(false);
      }
    }

    @Override
    public void closed(Connection from, @Nullable Throwable cause) {
      if (opened != null && opened == connection) {
        failed(cause == null ? "the tickerplant closed the connection" : reason(cause));
      }
    }
  }

  private void live(ClientConnection from, Value value) {
    Upd upd = UpdMessages.upd(value, schema);
    if (upd != null) {
      position.live(upd.table(), upd.rows().rowCount());
      deliver(upd.table(), upd.rows(), false);
      return;
    }
    int day = UpdMessages.endOfDay(value);
    if (day != Null.INT) {
      endDay(day);
      roll(from);
    } else {
      LOG.debug("message ignored type={}", value.typeNumber());
    }
  }

  /** Asks for the new log's name; what is published meanwhile waits for the answer. */
  private void roll(ClientConnection from) {
    heldWhileRolling = new ArrayDeque<>();
    then(
        from.request(ByteVector.string(".u.L")),
        (answer, failure) -> {
          if (from != connection) {
            return;
          }
          if (failure != null) {
            drop(from, "the new log's name is not to be had: " + reason(failure));
            return;
          }
          try {
            rolled(from, answer);
          } catch (RuntimeException e) {
            LOG.error("the listener failed", e);
            drop(from, "the listener failed: " + e.getMessage());
          }
        });
  }

  private void rolled(ClientConnection from, Value answer) {
    String log = answer instanceof SymbolAtom path ? path.text() : "";
    log = log.startsWith(":") ? log.substring(1) : log;
    if (!log.equals(position.log()) && !log.isEmpty()) {
      position = new TickPosition(log);
      listener.logOpened(TickLog.dayOf(log));
    }
    Deque<Value> held = heldWhileRolling;
    heldWhileRolling = null;
    while (held != null && !held.isEmpty()) {
      Value next = held.removeFirst();
      if (heldWhileRolling != null) {
        // A second end of day was among them.
        heldWhileRolling.add(next);
      } else {
        live(from, next);
      }
    }
    pieceDone(false);
  }
}
