package tickwatch.detector;

import io.netty.channel.EventLoopGroup;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.detector.alert.AnomalyFile;
import tickwatch.detector.model.Model;
import tickwatch.detector.model.ModelDirectory;
import tickwatch.detector.model.TorchForecaster;
import tickwatch.detector.training.Golden;
import tickwatch.ipc.net.EventLoops;
import tickwatch.ipc.net.HttpReply;
import tickwatch.ipc.net.IpcServer;
import tickwatch.ipc.net.IpcServerConfig;
import tickwatch.ipc.net.NetException;
import tickwatch.ipc.value.Table;
import tickwatch.tick.Schema;
import tickwatch.tick.TableSchema;
import tickwatch.tick.TickListener;
import tickwatch.tick.TickSubscriber;
import tickwatch.tick.TickSubscriberConfig;
import tickwatch.tick.Upd;

/**
 * The detector's process: a model, a subscription, a port.
 *
 * <p><b>Lifecycle.</b> {@link #start} listens, loads and warms the model and returns; where the
 * tickerplant is not up yet, it is asked again until it is. Ready is when the replay is done. What
 * the detector cannot survive, as a table without the model's channels, is thrown by {@code start}
 * if it shows by then, and else told by {@link #failure}.
 *
 * <p><b>Threads.</b> All rows are judged on the subscriber's event loop.
 */
public final class Detector implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Detector.class);

  private static final long RETRY_AFTER_MILLIS = 250;

  private final DetectorConfig config;
  private final Clock clock;
  private final EventLoopGroup loops;
  private final IpcServer server;
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
  private final CompletableFuture<TickSubscriber> subscriber = new CompletableFuture<>();
  private final Thread connecting = new Thread(this::connect, "detector-connect");
  private @Nullable Loaded loaded;
  private volatile @Nullable Follower follower;

  /** Of what people say and of what targets took, the tables that this tickerplant has. */
  private volatile List<String> alsoFollowed = List.of();

  private volatile @Nullable DetectorMetrics metrics;
  private volatile String waitingFor = "the model is being loaded";
  private volatile boolean closed;

  /** What is read from disk at the start. */
  private record Loaded(
      @Nullable Model model,
      @Nullable TorchForecaster forecaster,
      @Nullable Networks networks,
      AnomalyFile anomalyFile) {}

  private Detector(DetectorConfig config, Clock clock) {
    this.config = config;
    this.clock = clock;
    this.server =
        IpcServer.start(
            IpcServerConfig.defaults(config.port())
                .withListen(config.listen())
                .withAccess(config.access())
                .withTls(config.tls())
                .withHttp(this::get),
            new Queries(this::counts, clock));
    this.loops = EventLoops.create(1, "detector");
    connecting.setDaemon(true);
  }

  /**
   * Starts a detector.
   *
   * @throws tickwatch.detector.model.ModelException if the model cannot be used
   * @throws NetException if the port cannot be listened on
   * @throws DetectorException if the tickerplant has no table to judge
   * @throws tickwatch.detector.alert.AlertException if the file of anomalies cannot be written
   */
  public static Detector start(DetectorConfig config) {
    Detector detector = new Detector(config, Clock.systemUTC());
    try {
      detector.load();
      Schema schema = detector.askOnce();
      if (schema == null) {
        detector.connecting.start();
      } else {
        detector.follow(schema);
      }
      return detector;
    } catch (RuntimeException e) {
      detector.close();
      throw e;
    }
  }

  private void load() {
    ModelDirectory directory = null;
    Model model = null;
    TorchForecaster forecaster = null;
    if (config.model() != null) {
      directory = ModelDirectory.read(config.model());
      model = directory.model();
      if (!config.ensembleOfModel()) {
        if (model.hasEnsemble()) {
          LOG.info(
              "what the ensemble of the model has learnt is passed over, since --detector, --train"
                  + " or a pipeline file asks for other detectors model={}",
              config.model());
        }
        model = model.networkAlone();
      }
      if (model.hasNetwork()) {
        forecaster = TorchForecaster.load(directory, config.nativeCache());
      }
    }
    try {
      if (directory != null && forecaster != null) {
        Golden.check(directory, forecaster);
      }
      if (config.learning() != null) {
        config.learning().pipeline().check(model);
      }
      loaded =
          new Loaded(
              model,
              forecaster,
              directory == null ? null : new Networks(directory, config.nativeCache()),
              AnomalyFile.open(config.anomalies()));
    } catch (RuntimeException e) {
      if (forecaster != null) {
        forecaster.close();
      }
      throw e;
    }
    waitingFor = "the tickerplant at " + at() + " does not answer yet";
  }

  private String at() {
    return TickerplantTables.at(config.tickerplant());
  }

  /** The port it listens on. */
  public int port() {
    return server.port();
  }

  /** Completes if the detector cannot go on, with the reason. */
  public CompletableFuture<Throwable> failure() {
    return failure.copy();
  }

  /** Whether the model is warm, the replay done and the connection up. */
  public boolean isReady() {
    Follower now = follower;
    return now != null && now.isLive() && !failure.isDone();
  }

  /** What was seen so far; null before the tickerplant has answered. */
  public @Nullable JudgeCounts counts() {
    Follower now = follower;
    return now == null ? null : now.counts();
  }

  /** Waits until somebody calls {@link #close}. */
  public void awaitClosed() throws InterruptedException {
    server.awaitClosed();
  }

  // ---- the tickerplant's schema

  private void connect() {
    try {
      Schema schema = null;
      while (schema == null && !closed) {
        Thread.sleep(RETRY_AFTER_MILLIS);
        schema = askOnce();
      }
      if (schema != null && !closed) {
        follow(schema);
      }
    } catch (InterruptedException e) {
      LOG.debug("no longer connecting", e);
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  /** The tickerplant's schema; null if it cannot be reached now. */
  private @Nullable Schema askOnce() {
    try {
      TickerplantTables found = TickerplantTables.ask(config.tickerplant(), loops);
      alsoFollowed = found.ofPeopleAndTargets();
      return found.ofData();
    } catch (ExecutionException e) {
      notYet(e.getCause() == null ? e : e.getCause());
      return null;
    } catch (TimeoutException e) {
      notYet(e);
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private void notYet(Throwable why) {
    String reason =
        "the tickerplant at "
            + at()
            + " does not answer: "
            + (why.getMessage() == null ? why.toString() : why.getMessage());
    if (!reason.equals(waitingFor)) {
      waitingFor = reason;
      LOG.warn("{}; trying again", reason);
    }
  }

  // ---- following

  private void follow(Schema schema) {
    Loaded ready = loaded;
    if (ready == null) {
      throw new IllegalStateException("nothing is loaded");
    }
    Model model = ready.model();
    List<TableSchema> tables =
        model == null
            ? TablesToJudge.withNumbers(schema, config.table())
            : TablesToJudge.fitting(schema, model, config.table());
    Follower next = newFollower(ready, tables);
    List<String> names = tables.stream().map(TableSchema::name).toList();
    List<String> wanted = new ArrayList<>(names);
    wanted.addAll(alsoFollowed);
    LOG.info(
        "following tickerplant={} tables={} model={} version={} channels={} rowsToLearn={}",
        at(),
        names,
        model == null ? "" : model.name(),
        model == null ? "" : model.version(),
        model == null ? "all" : model.channels().size(),
        config.learning() == null ? 0 : config.learning().rows());
    subscriber.complete(
        TickSubscriber.start(
            new TickSubscriberConfig(config.tickerplant(), wanted, List.of(), "detector"),
            loops,
            new Guard(next, () -> newFollower(ready, tables))));
  }

  /** What sensors learn; those that a model's ensemble does not know learn as without it. */
  private @Nullable Learning learning(@Nullable Model model) {
    if (config.learning() != null || model == null || !model.hasEnsemble()) {
      return config.learning();
    }
    Pipeline standard = Pipeline.standard(Pipeline.DEFAULT_PER_DAY);
    return new Learning(
        model.hasNetwork() ? standard.withNetwork() : standard, Learning.DEFAULT_ROWS);
  }

  private Follower newFollower(Loaded ready, List<TableSchema> tables) {
    Follower next =
        new Follower(
            ready.model(),
            ready.forecaster(),
            ready.networks(),
            learning(ready.model()),
            config.pipeline().events(),
            config.pipeline().health(),
            config.pipeline().alerts(),
            tables,
            new Subscription(),
            ready.anomalyFile(),
            config.state(),
            clock);
    DetectorMetrics before = metrics;
    DetectorMetrics counted =
        new DetectorMetrics(next.counts(), next::unconfirmedRows, () -> next.isLive() ? 1 : 0);
    counted.alerts(next.desk());
    metrics = counted;
    if (before != null) {
      before.close();
    }
    closeFollower();
    follower = next;
    return next;
  }

  private void closeFollower() {
    Follower following = follower;
    if (following != null) {
      following.close();
    }
  }

  private void fail(Throwable cause) {
    if (closed || !failure.complete(cause)) {
      return;
    }
    LOG.error("the detector cannot go on: {}", cause.getMessage(), cause);
    if (subscriber.isDone()) {
      subscriber.join().close();
    }
  }

  /** The subscriber's connection is also the way back. */
  private final class Subscription implements Outbox.Link {
    @Override
    public boolean send(String publisher, long seq, String table, Table rows) {
      return subscriber.join().publishNumbered(publisher, seq, table, rows);
    }

    @Override
    public CompletableFuture<Long> lastSeq(String publisher) {
      return subscriber.join().lastSeq(publisher);
    }
  }

  /** Whatever goes wrong while judging ends the detector with a reason, not the connection. */
  private final class Guard implements TickListener {
    private final Supplier<Follower> another;
    private Follower inner;
    private Schema schema = Schema.of(List.of());

    Guard(Follower inner, Supplier<Follower> another) {
      this.inner = inner;
      this.another = another;
    }

    private void guarded(Runnable call) {
      if (failure.isDone()) {
        return;
      }
      try {
        call.run();
      } catch (RuntimeException | Error e) {
        // After an error too: the rows at hand count as delivered, and without them those that
        // follow would be judged by other windows.
        fail(e);
      }
    }

    @Override
    public void subscribed(Schema subscribed) {
      schema = subscribed;
      guarded(() -> inner.subscribed(subscribed));
    }

    /** Goes on as after a restart of the process. */
    @Override
    public void reset(String why) {
      guarded(
          () -> {
            LOG.warn("all rows are judged again, from the tick log: {}", why);
            inner.disconnected(why);
            inner = another.get();
            inner.subscribed(schema);
          });
    }

    @Override
    public void logOpened(int day) {
      guarded(() -> inner.logOpened(day));
    }

    @Override
    public void upd(Upd upd, boolean replayed) {
      guarded(() -> inner.upd(upd, replayed));
    }

    @Override
    public void batchComplete() {
      guarded(inner::batchComplete);
    }

    @Override
    public void live() {
      guarded(inner::live);
    }

    @Override
    public void endOfDay(int day) {
      guarded(() -> inner.endOfDay(day));
    }

    @Override
    public void disconnected(String why) {
      guarded(() -> inner.disconnected(why));
    }
  }

  // ---- HTTP

  private HttpReply get(String path) {
    return switch (path) {
      case "/health" -> health();
      case "/ready" -> ready();
      case "/metrics" -> {
        DetectorMetrics now = metrics;
        yield HttpReply.metrics(now == null ? "" : now.scrape());
      }
      default -> HttpReply.text(404, "not found: /health, /ready and /metrics are\n");
    };
  }

  private HttpReply health() {
    Throwable failed = failure.getNow(null);
    if (failed != null) {
      return HttpReply.state(503, "failed", String.valueOf(failed.getMessage()));
    }
    Follower now = follower;
    String trouble = now == null ? waitingFor : now.trouble();
    if (trouble != null || now == null) {
      return HttpReply.state(503, "waiting", String.valueOf(trouble));
    }
    String late = now.counts().lateTrouble();
    if (late != null) {
      return HttpReply.state(200, "degraded", late);
    }
    String refit = now.counts().refitTrouble();
    return HttpReply.state(200, "ok", refit == null ? "" : refit);
  }

  private HttpReply ready() {
    if (isReady()) {
      return HttpReply.state(200, "ready", "");
    }
    HttpReply health = health();
    return health.status() == 200
        ? HttpReply.state(503, "replaying", "the tick log is being replayed")
        : health;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    connecting.interrupt();
    if (subscriber.isDone()) {
      subscriber.join().close();
    }
    server.close();
    // Rows are judged on these loops: the forecaster must outlive them.
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    Loaded ready = loaded;
    if (ready != null) {
      TorchForecaster forecaster = ready.forecaster();
      if (forecaster != null) {
        forecaster.close();
      }
      ready.anomalyFile().close();
    }
    closeFollower();
    DetectorMetrics counted = metrics;
    if (counted != null) {
      counted.close();
    }
  }
}
