package tickwatch.tickerplant;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalTime;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.ipc.net.Endpoint;
import tickwatch.ipc.net.IpcServer;
import tickwatch.ipc.net.IpcServerConfig;
import tickwatch.tick.Heartbeat;
import tickwatch.tick.Schema;
import tickwatch.tick.SystemTables;
import tickwatch.tick.TickLogWriter;

/**
 * A tickerplant: takes rows from publishers, checks and logs them, and hands them to subscribers.
 *
 * <pre>
 *   Ingress ── checks, rewrites ──▶ Sequencer ── one write a read ──▶ log
 *      │                               └──────── one flush a read ──▶ SubscriberGroup ─▶ subscribers
 *      └── q text, .u.sub ... ──▶ SystemFunctions
 * </pre>
 *
 * <p><b>Threads.</b> One event loop does all of it and owns the order. {@link #close} and {@link
 * #port} may be called from anywhere.
 */
public final class Tickerplant implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Tickerplant.class);

  private static final int CLOSE_SECONDS = 10;
  private static final int REPORT_MILLIS = 60_000;

  private final IpcServer server;
  private final EventLoop loop;
  private final Sequencer sequencer;
  private final Ingress ingress;
  private final LogDirectory directory;
  private final AtomicBoolean closed = new AtomicBoolean();
  private @Nullable Upstream upstream;
  private final Heartbeat heartbeat = new Heartbeat("tickerplant");
  private volatile boolean isReporting;

  private Tickerplant(
      IpcServer server,
      EventLoop loop,
      Sequencer sequencer,
      Ingress ingress,
      LogDirectory directory) {
    this.server = server;
    this.loop = loop;
    this.sequencer = sequencer;
    this.ingress = ingress;
    this.directory = directory;
  }

  /**
   * Recovers the log, then listens.
   *
   * @throws tickwatch.tick.SchemaException if the schema file is not one
   * @throws tickwatch.tick.TickLogException if the log cannot be read or written
   * @throws tickwatch.ipc.net.NetException if the port is taken
   */
  public static Tickerplant start(TickerplantConfig config) {
    return start(config, Clock.systemUTC());
  }

  /** As {@link #start(TickerplantConfig)}, by another clock. */
  public static Tickerplant start(TickerplantConfig config, Clock clock) {
    return start(config, Schema.load(config.schema()), clock);
  }

  static Tickerplant start(TickerplantConfig config, Schema schema, Clock clock) {
    return start(config, schema, clock, TickLogWriter::open);
  }

  static Tickerplant start(
      TickerplantConfig config, Schema schema, Clock clock, DayLog.Opener logs) {
    LogDirectory directory = LogDirectory.open(config.logDir(), schemaName(config.schema()));
    try {
      return start(config, SystemTables.addedTo(schema), clock, directory, logs);
    } catch (RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  private static Tickerplant start(
      TickerplantConfig config,
      Schema schema,
      Clock clock,
      LogDirectory directory,
      DayLog.Opener logs) {
    Sequencer sequencer =
        new Sequencer(
            schema,
            directory,
            logs,
            new DayClock(clock, config.zone(), config.endOfDayOffset()),
            ByteBufAllocator.DEFAULT,
            config);
    try {
      sequencer.carryPublishersOver();
      Refusals refusals = new Refusals();
      Ingress ingress = new Ingress(sequencer, refusals, config);
      TickerplantHttp http = new TickerplantHttp(sequencer, ingress, refusals);
      IpcServer server =
          IpcServer.start(
              IpcServerConfig.defaults(config.port())
                  .withListen(config.listen())
                  .withAccess(config.access())
                  .withTls(config.tls())
                  .withMaxMessageBytes(config.maxMessageBytes())
                  .withMaxUnfinishedBytes(config.maxUnfinishedBytes())
                  .withMaxConnections(config.maxConnections())
                  .withThreads(1)
                  .withHttp(http),
              ingress);
      ingress.functions().listeningOn(server.port());
      http.serve(server);
      EventLoop loop = server.eventLoops().next();
      loop.execute(
          () -> {
            sequencer.start(loop);
            RepeatedTask.start(loop, ingress.statistics()::report, REPORT_MILLIS);
          });
      Tickerplant tickerplant = new Tickerplant(server, loop, sequencer, ingress, directory);
      Endpoint upstream = config.upstream();
      if (upstream != null) {
        Upstream following = new Upstream(upstream, server.eventLoops(), sequencer, refusals);
        tickerplant.upstream = following;
        http.follow(following);
        loop.execute(following::start);
      }
      if (!config.heartbeat().isZero()) {
        tickerplant.isReporting = true;
        long millis = config.heartbeat().toMillis();
        loop.execute(() -> RepeatedTask.start(loop, tickerplant::beat, millis));
      }
      LOG.info(
          "tickerplant listening address={}:{} schema={} tables={} log={} sync={}"
              + " lostIfTheMachineFails=\"{}\" zone={} dayEndsAt={} batchMillis={} slow={} keepLogs={}",
          config.listen(),
          server.port(),
          config.schema(),
          sequencer.tables().all().size(),
          sequencer.log().path(),
          config.sync(),
          config.sync().lostWithTheMachine(),
          config.zone(),
          LocalTime.MIDNIGHT.minus(config.endOfDayOffset()),
          config.batchInterval().toMillis(),
          config.slowPolicy(),
          config.keepLogs());
      return tickerplant;
    } catch (RuntimeException e) {
      sequencer.close();
      throw e;
    }
  }

  /** The schema file's name without its ending. */
  private static String schemaName(Path schema) {
    String name = String.valueOf(schema.getFileName());
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  /** The port it listens on. */
  public int port() {
    return server.port();
  }

  private void beat() {
    sequencer.publishOwn(
        Heartbeat.TABLE, heartbeat.next(port(), sequencer.throughLatency.quantile(0.99)));
  }

  /**
   * Publishes a line of this process's log in the table {@code logmsg}, unless it is to publish
   * nothing of its own. Any thread.
   */
  public void report(String level, String text) {
    if (isReporting && !closed.get()) {
      loop.execute(() -> sequencer.publishOwn(Heartbeat.MESSAGES, heartbeat.message(level, text)));
    }
  }

  /** Waits until somebody calls {@link #close}. */
  public void awaitClosed() throws InterruptedException {
    server.awaitClosed();
  }

  /**
   * Ends in good order: takes no new connections; reads on until nothing more comes, for a second
   * at most; logs and hands out what there is; waits until the subscribers have taken it, for four
   * seconds at most; then closes all connections and the log.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      server.stopListening();
      Upstream following = upstream;
      if (following != null) {
        following.close();
      }
      Drain.start(loop, sequencer, ingress).get(CLOSE_SECONDS, TimeUnit.SECONDS);
      loop.submit(sequencer::close).get(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.error("the tick log could not be closed in good order", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      server.close();
      directory.close();
    }
    LOG.info("tickerplant closed");
  }
}
