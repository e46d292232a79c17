package tickwatch.tick;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.ipc.codec.MessageType;
import tickwatch.ipc.codec.ValueDecoder;
import tickwatch.ipc.net.ClientConnection;
import tickwatch.ipc.net.Connection;
import tickwatch.ipc.net.ConnectionHandler;
import tickwatch.ipc.net.IpcClient;
import tickwatch.ipc.net.IpcServerConfig;
import tickwatch.ipc.net.NetException;
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
  private static final int CHASE_SECONDS = 5;
  private static final int SILENCE_SECONDS = 20;

  private final TickSubscriberConfig config;
  private final EventLoop loop;
  private final TickListener listener;
  private final Function<String, @Nullable LogSource> files;
  private final Backoff backoff = new Backoff(new SplittableRandom());
  private final ValueDecoder decoder = new ValueDecoder();
  private final Delivery delivery;
  private final SecondConnection second;

  // The loop's alone, but for what is volatile.
  private volatile @Nullable ClientConnection connection;
  private @Nullable LogReplay replay;
  private @Nullable Deque<Value> heldWhileRolling;
  private boolean isFailing;
  private String lastFailure = "";
  private long heardAtNanos;
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
    this.delivery = new Delivery(listener, Set.copyOf(config.syms()));
    this.second = new SecondConnection(config.tickerplant(), CONNECT_TIMEOUT, loop);
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
    return delivery.applied();
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
            failed(Unanswered.reason(failure));
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
        opened.request(Subscription.query(config)),
        (answer, failure) -> {
          if (connection != opened) {
            return;
          }
          if (failure != null) {
            drop(opened, "the subscription was refused: " + Unanswered.reason(failure));
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

  private void subscribed(ClientConnection opened, Value answer) {
    Subscription subscription = Subscription.of(answer);
    LOG.info(
        "subscribed process={} tickerplant={} tables={} log={} messages={}",
        config.processName(),
        config.tickerplant(),
        subscription.schema().tables().size(),
        subscription.log(),
        subscription.messages());
    delivery.subscribed(subscription.schema());
    if (!subscription.hasLog()) {
      LOG.warn(
          "tickerplant {} keeps no log: rows published while this process was away are lost",
          config.tickerplant());
      goLive(opened);
      return;
    }
    LogReplay begun = replay(opened, subscription);
    replay = begun;
    begun.start();
  }

  private LogReplay replay(ClientConnection main, Subscription subscription) {
    List<LogLeg> legs =
        LogLeg.plan(
            delivery.position().log(),
            config.fromDay(),
            subscription.log(),
            subscription.messages());
    return new LogReplay(
        config.processName(),
        legs,
        subscription.run(),
        delivery,
        files,
        second,
        loop,
        new LogReplay.Follower() {
          @Override
          public void heard() {
            heardAtNanos = System.nanoTime();
          }

          @Override
          public void replayed() {
            replay = null;
            goLive(main);
          }

          @Override
          public void gaveUp(String why) {
            drop(main, why);
          }
        });
  }

  private void goLive(ClientConnection opened) {
    backoff.reset();
    isFailing = false;
    lastFailure = "";
    live = true;
    heardAtNanos = System.nanoTime();
    second.close();
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
        delivery.completeBatch(replay != null);
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
    LogReplay running = replay;
    replay = null;
    if (running != null) {
      running.stop();
    }
    second.close();
  }

  /**
   * Asks on the second connection while the log is replayed, since nothing is read from the first
   * then. The end of the replay closes the second: what it has not answered is asked on the first.
   */
  private CompletableFuture<Value> ask(ClientConnection main, Value query) {
    if (replay == null) {
      return main.request(query);
    }
    return second
        .ask(query)
        .exceptionallyCompose(
            failure ->
                connection == main && replay == null && !Unanswered.isRefusal(failure)
                    ? main.request(query)
                    : CompletableFuture.failedFuture(failure));
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
          if (failure == null || Unanswered.isRefusal(failure)) {
            heardAtNanos = System.nanoTime();
          }
        });
  }

  // ---- live

  /** What one connection brings. */
  private final class Incoming implements ConnectionHandler {
    private @Nullable ClientConnection opened;

    private final MessageView view = new MessageView();

    @Override
    public void message(Connection from, MessageType type, ByteBuf buffer, int start, int length) {
      if (opened == null || opened != connection || closed) {
        return;
      }
      heardAtNanos = System.nanoTime();
      Deque<Value> held = heldWhileRolling;
      if (held == null && delivery.addLive(view.of(buffer), start, start + length)) {
        return;
      }
      delivery.handOver(false);
      Value value = decoder.decodeMessage(buffer.slice(start, length));
      if (held != null) {
        held.add(value);
      } else {
        live(opened, value);
      }
    }

    @Override
    public void readComplete(Connection from) {
      if (opened != null && opened == connection && !closed) {
        delivery.completeBatch(false);
      }
    }

    @Override
    public void closed(Connection from, @Nullable Throwable cause) {
      if (opened != null && opened == connection) {
        failed(cause == null ? "the tickerplant closed the connection" : Unanswered.reason(cause));
      }
    }
  }

  private void live(ClientConnection from, Value value) {
    Upd upd = UpdMessages.upd(value, delivery.schema());
    if (upd != null) {
      delivery.live(upd);
      return;
    }
    int day = UpdMessages.endOfDay(value);
    if (day != Null.INT) {
      delivery.endDay(day);
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
            drop(from, "the new log's name is not to be had: " + Unanswered.reason(failure));
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
    String log = answer instanceof SymbolAtom path ? Subscription.path(path) : "";
    if (!log.equals(delivery.position().log()) && !log.isEmpty()) {
      delivery.begin(log);
      delivery.logOpened();
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
    delivery.completeBatch(false);
  }
}
