package tickwatch.rdb;

import io.netty.channel.EventLoopGroup;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.ipc.net.EventLoops;
import tickwatch.ipc.net.IpcServer;
import tickwatch.ipc.net.IpcServerConfig;
import tickwatch.tick.TickSubscriber;
import tickwatch.tick.TickSubscriberConfig;

/**
 * A real-time database: today's rows of a tickerplant, in memory, for any client that speaks the
 * kdb+ protocol.
 *
 * <p>It starts whether the tickerplant is there or not, answers what it can, and says on {@code
 * /ready} when its tables are up to date. After a restart it replays the tick log.
 *
 * <p><b>Threads.</b> One event loop follows the tickerplant and fills the tables; another serves
 * the sockets of clients; a small pool evaluates queries on snapshots. A query, however long, holds
 * up neither of the first two. A last thread goes after the rows and keeps the tables' indexes.
 *
 * <pre>
 *   tickerplant ──▶ rdb-ingest ──▶ GrowingTable ──snapshot──▶ rdb-query-1..n ◀── rdb-clients ◀── clients
 * </pre>
 */
public final class Rdb implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Rdb.class);

  private final IpcServer server;
  private final Queries queries;
  private final TickSubscriber subscriber;
  private final EventLoopGroup ingestLoop;
  private final Indexer indexer;

  private Rdb(
      IpcServer server,
      Queries queries,
      TickSubscriber subscriber,
      EventLoopGroup ingestLoop,
      Indexer indexer) {
    this.indexer = indexer;
    this.server = server;
    this.queries = queries;
    this.subscriber = subscriber;
    this.ingestLoop = ingestLoop;
  }

  /**
   * Listens, and starts to follow the tickerplant.
   *
   * @throws tickwatch.ipc.net.NetException when it cannot listen
   */
  public static Rdb start(RdbConfig config) {
    Database database = new Database(config.keep());
    Ingest ingest = new Ingest(database, config.endOfDay(), config.tickerplant().toString());
    QueryStats stats = new QueryStats();
    State state = new State(database, ingest);
    Queries queries = new Queries(state, config.queries(), stats, Runtime.getRuntime().maxMemory());
    IpcServer server =
        IpcServer.start(
            IpcServerConfig.defaults(config.port())
                .withListen(config.listen())
                .withAccess(config.access())
                .withTls(config.tls())
                .withMaxMessageBytes(config.maxMessageBytes())
                .withHttp(new RdbHttp(database, ingest, state::messages, stats)),
            queries);
    state.port = server.port();
    // Not earlier: the tables come first.
    ingest.onceLive(queries::warmUp);
    EventLoopGroup ingestLoop = EventLoops.create(1, "rdb-ingest");
    TickSubscriber subscriber =
        TickSubscriber.start(
            new TickSubscriberConfig(config.tickerplant(), List.of(), List.of(), "rdb"),
            ingestLoop,
            ingest);
    state.subscriber = subscriber;
    LOG.info(
        "listening: address={} port={} tickerplant={} keep={} endOfDay={} queryThreads={}"
            + " queryTimeout={}",
        config.listen(),
        server.port(),
        config.tickerplant(),
        config.keep(),
        config.endOfDay(),
        config.queries().threads(),
        config.queries().timeout());
    return new Rdb(server, queries, subscriber, ingestLoop, Indexer.start(database));
  }

  /** The port it listens on. */
  public int port() {
    return server.port();
  }

  /** Waits until somebody calls {@link #close}. */
  public void awaitClosed() throws InterruptedException {
    server.awaitClosed();
  }

  /** Stops the queries that run, leaves the tickerplant and closes the port. */
  @Override
  public void close() {
    subscriber.close();
    indexer.close();
    queries.close();
    server.close();
    ingestLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2_000);
  }

  private static final class State implements RdbState {
    private static final long RECENT_NANOS = 100_000_000;

    private final Database database;
    private final Ingest ingest;
    private final LocalDate startedOn = LocalDate.now(ZoneOffset.UTC);
    private volatile int port;
    private volatile @Nullable TickSubscriber subscriber;

    State(Database database, Ingest ingest) {
      this.database = database;
      this.ingest = ingest;
    }

    @Override
    public Database database() {
      return database;
    }

    @Override
    public long messages() {
      TickSubscriber counting = subscriber;
      return counting == null ? 0 : counting.applied();
    }

    @Override
    public boolean isReady() {
      return ingest.waitingFor() == null;
    }

    @Override
    public boolean rowsAreComing() {
      return System.nanoTime() - ingest.lastReceivedNanos() < RECENT_NANOS;
    }

    @Override
    public int port() {
      return port;
    }

    @Override
    public String hostName() {
      return HostName.NAME;
    }

    @Override
    public LocalDate startedOn() {
      return startedOn;
    }

    /** Looked up when somebody first asks: a name service may take seconds to answer. */
    private static final class HostName {
      static final String NAME = localHostName();

      private static String localHostName() {
        try {
          return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
          return "localhost";
        }
      }
    }
  }
}
