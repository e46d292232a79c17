package tickwatch.rdb;

import static org.assertj.core.api.Assertions.assertThat;

import com.kx.c;
import java.io.IOException;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import tickwatch.ipc.net.Access;
import tickwatch.ipc.net.IpcServer;
import tickwatch.ipc.net.IpcServerConfig;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.rdb.store.Retention;
import tickwatch.tick.Schema;
import tickwatch.tick.TableSchema;
import tickwatch.tick.Upd;

/**
 * An rdb without its tickerplant: the test plays the writer through {@link #ingest}, clients
 * connect over real sockets.
 *
 * <p>A query of {@code .u.i} waits until {@link #letGo}: a query that takes as long as the test
 * wants. It can be interrupted.
 */
final class TestServer implements AutoCloseable {
  static final TableSchema TRADE =
      new TableSchema(
          "trade",
          List.of("time", "sym", "price", "size"),
          List.of(QType.TIMESTAMP, QType.SYMBOL, QType.FLOAT, QType.LONG),
          0);
  static final TableSchema STATUS =
      new TableSchema("status", List.of("sym", "state"), List.of(QType.SYMBOL, QType.SYMBOL), 1);

  /** Stands for {@code .u.i} being asked for. */
  private final CountDownLatch queryRuns = new CountDownLatch(1);

  private final CountDownLatch queryStopped = new CountDownLatch(1);
  private final CountDownLatch mayGoOn = new CountDownLatch(1);

  final Database database = new Database(Retention.ALL);
  final Ingest ingest = new Ingest(database, EndOfDay.KEEP, "nowhere");
  final QueryStats stats = new QueryStats();
  private final Queries queries;
  private final IpcServer server;

  TestServer() {
    this(QueryLimits.defaults(), Access.anonymousLoopback());
  }

  TestServer(QueryLimits limits, Access access) {
    this(limits, access, Runtime.getRuntime().maxMemory());
  }

  TestServer(QueryLimits limits, Access access, long heapBytes) {
    queries = new Queries(new State(), limits, stats, heapBytes);
    server =
        IpcServer.start(
            IpcServerConfig.defaults(0)
                .withAccess(access)
                .withHttp(new RdbHttp(database, ingest, () -> 0, stats)),
            queries);
    ingest.subscribed(Schema.of(List.of(TRADE, STATUS)));
  }

  int port() {
    return server.port();
  }

  c connect() throws IOException, c.KException {
    return new c("localhost", port(), "joe:secret");
  }

  /** Row n has time n seconds, one of three syms, price n and size 10 n. */
  void trades(int from, int count) {
    ingest.upd(new Upd("trade", tradeRows(from, count)), false);
    ingest.batchComplete();
  }

  static Table tradeRows(int from, int count) {
    long[] times = new long[count];
    String[] syms = new String[count];
    double[] prices = new double[count];
    long[] sizes = new long[count];
    for (int i = 0; i < count; i++) {
      int n = from + i;
      times[i] = n * 1_000_000_000L;
      syms[i] = List.of("a", "b", "c").get(n % 3);
      prices[i] = n;
      sizes[i] = 10L * n;
    }
    return new Table(
        TRADE.columns(),
        List.of(
            LongVector.of(QType.TIMESTAMP, times),
            SymbolVector.of(syms),
            FloatVector.of(QType.FLOAT, prices),
            LongVector.of(QType.LONG, sizes)));
  }

  /** Until a query asks for {@code .u.i}. */
  void awaitQuery() throws InterruptedException {
    assertThat(queryRuns.await(10, TimeUnit.SECONDS)).isTrue();
  }

  /** Until a query that waits is interrupted. */
  void awaitInterrupt() throws InterruptedException {
    assertThat(queryStopped.await(10, TimeUnit.SECONDS)).isTrue();
  }

  /** Lets the queries that wait go on. */
  void letGo() {
    mayGoOn.countDown();
  }

  @Override
  public void close() {
    letGo();
    queries.close();
    server.close();
  }

  private final class State implements RdbState {
    @Override
    public Database database() {
      return database;
    }

    @Override
    public long messages() {
      queryRuns.countDown();
      try {
        if (!mayGoOn.await(30, TimeUnit.SECONDS)) {
          throw new AssertionError("nobody let the query go on");
        }
      } catch (InterruptedException e) {
        queryStopped.countDown();
        Thread.currentThread().interrupt();
      }
      return 0;
    }

    @Override
    public boolean isReady() {
      return ingest.waitingFor() == null;
    }

    @Override
    public boolean rowsAreComing() {
      return true;
    }

    @Override
    public int port() {
      return TestServer.this.port();
    }

    @Override
    public String hostName() {
      return "testhost";
    }

    @Override
    public LocalDate startedOn() {
      return LocalDate.of(2026, 1, 2);
    }
  }
}
