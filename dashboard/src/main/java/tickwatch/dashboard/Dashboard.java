package tickwatch.dashboard;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.dashboard.watch.Board;
import tickwatch.dashboard.web.WebServer;
import tickwatch.tick.TickSubscriber;
import tickwatch.tick.TickSubscriberConfig;

/**
 * A page that shows the stream, the forecast, the anomalies and why.
 *
 * <p>It starts whether the tickerplant is there or not, and says on the page what is missing. After
 * a restart it replays the tick log; browsers find it again by themselves.
 *
 * <p><b>Threads.</b> One event loop follows the tickerplant and serves the browsers, so that what
 * they see needs no locks. A slow dashboard costs nobody: the tickerplant serves it from the log.
 *
 * <pre>
 *   tickerplant ──▶ Board (rings, anomalies) ──frame, 10 a second──▶ browsers
 *                      ▲                                                 │ feedback
 *   rdb ◀──q── Api ────┴─────────────────────────────────────────────────┘
 * </pre>
 */
public final class Dashboard implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Dashboard.class);

  private final WebServer server;
  private final TickSubscriber subscriber;
  private final EventLoopGroup loops;

  private Dashboard(WebServer server, TickSubscriber subscriber, EventLoopGroup loops) {
    this.server = server;
    this.subscriber = subscriber;
    this.loops = loops;
  }

  /**
   * Listens, and starts to follow the tickerplant.
   *
   * @throws tickwatch.ipc.net.NetException when it cannot listen
   */
  public static Dashboard start(DashboardConfig config) {
    EventLoopGroup loops =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("dashboard", true), NioIoHandler.newFactory());
    AtomicReference<@Nullable WebServer> made = new AtomicReference<>();
    Board board =
        new Board(
            config.maxRows(),
            config.maxBytes(),
            config.maxSensors(),
            config.maxAnomalies(),
            Long.toString(System.currentTimeMillis(), Character.MAX_RADIX),
            System::nanoTime,
            out -> {
              WebServer around = made.get();
              if (around != null) {
                around.writeSurroundings(out);
              }
            });
    WebServer server = new WebServer(loops, board, config.rdb());
    made.set(server);
    AtomicReference<@Nullable TickSubscriber> following = new AtomicReference<>();
    try {
      server.start(
          new WebServer.Door(
              config.listen(), config.port(), config.access(), config.tls(), config.maxClients()),
          (table, rows) -> {
            TickSubscriber to = following.get();
            return to != null && to.publish(table, rows);
          },
          Clock.systemUTC());
    } catch (RuntimeException e) {
      Future<?> unused = loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
      throw e;
    }
    TickSubscriber subscriber =
        TickSubscriber.start(
            new TickSubscriberConfig(config.tickerplant(), List.of(), List.of(), "dashboard"),
            loops,
            board);
    following.set(subscriber);
    LOG.info(
        "listening: page={}://{}:{} letsIn=\"{}\" tickerplant={} rdb={} maxRows={} maxBytes={}",
        config.tls() == null ? "http" : "https",
        config.listen(),
        server.port(),
        config.access(),
        config.tickerplant(),
        config.rdb(),
        config.maxRows(),
        config.maxBytes());
    return new Dashboard(server, subscriber, loops);
  }

  /** The port it listens on. */
  public int port() {
    return server.port();
  }

  /** Leaves the tickerplant, closes all browsers' connections and the port. */
  @Override
  public void close() {
    subscriber.close();
    server.close();
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3000);
  }
}
