package tickwatch.rdb;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.net.HttpHandler;
import tickwatch.ipc.net.HttpReply;
import tickwatch.rdb.store.StoredTable;

/**
 * {@code /health}, {@code /ready} and {@code /metrics}.
 *
 * <p>Health is 200 while rows arrive or are being replayed and all of them fit; 503 with a reason
 * while there is no tickerplant or once rows were refused. Ready is 200 while the tables are up to
 * date.
 *
 * <p>The meters are made when somebody first asks for them: they cost a start-up time that most
 * starts need not pay.
 */
final class RdbHttp implements HttpHandler {
  private final Database database;
  private final Ingest ingest;
  private final LongSupplier messages;
  private final QueryStats stats;

  private @Nullable PrometheusMeterRegistry registry;
  private final Set<String> measuredTables = new HashSet<>();

  /**
   * @param messages taken since the start
   */
  RdbHttp(Database database, Ingest ingest, LongSupplier messages, QueryStats stats) {
    this.database = database;
    this.ingest = ingest;
    this.messages = messages;
    this.stats = stats;
  }

  @Override
  public HttpReply get(String path) {
    return switch (path) {
      case "/health" -> health();
      case "/ready" -> ready();
      case "/metrics" -> HttpReply.metrics(metrics());
      default -> HttpReply.text(404, "not found (there are /health, /ready and /metrics)\n");
    };
  }

  private HttpReply health() {
    String waitingFor = ingest.waitingFor();
    if (ingest.refused() > 0) {
      return HttpReply.state(
          503,
          "refused",
          ingest.refused() + " messages do not fit, the last one: " + ingest.lastRefusal());
    }
    if (waitingFor == null) {
      return HttpReply.state(200, "up", "");
    }
    return ingest.isReplaying()
        ? HttpReply.state(200, "replaying", waitingFor)
        : HttpReply.state(503, "waiting", waitingFor);
  }

  private HttpReply ready() {
    String waitingFor = ingest.waitingFor();
    return waitingFor == null
        ? HttpReply.state(200, "ready", "")
        : HttpReply.state(503, "not ready", waitingFor);
  }

  private synchronized String metrics() {
    PrometheusMeterRegistry meters = registry;
    if (meters == null) {
      meters = newRegistry();
      registry = meters;
    }
    for (Map.Entry<String, StoredTable> table : database.tables().entrySet()) {
      if (measuredTables.add(table.getKey())) {
        measure(meters, table.getKey(), table.getValue());
      }
    }
    return meters.scrape();
  }

  private PrometheusMeterRegistry newRegistry() {
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    FunctionCounter.builder("tickwatch.rdb.messages", messages, LongSupplier::getAsLong)
        .description("Messages taken since the start, replayed ones included")
        .register(meters);
    FunctionCounter.builder("tickwatch.rdb.refused", ingest, Ingest::refused)
        .description("Messages that did not fit their table")
        .register(meters);
    Gauge.builder(
            "tickwatch.rdb.ingest.lag",
            ingest,
            rows -> (System.nanoTime() - rows.lastReceivedNanos()) / 1e9)
        .baseUnit("seconds")
        .description("Time since rows last came")
        .register(meters);
    Gauge.builder("tickwatch.rdb.ready", ingest, rows -> rows.waitingFor() == null ? 1 : 0)
        .description("1 while the tables are up to date")
        .register(meters);
    FunctionTimer.builder(
            "tickwatch.rdb.query",
            stats,
            queries -> queries.queries.sum(),
            queries -> queries.nanos.sum(),
            TimeUnit.NANOSECONDS)
        .description("Queries, failed ones included")
        .register(meters);
    FunctionCounter.builder("tickwatch.rdb.query.errors", stats, queries -> queries.errors.sum())
        .description("Queries that failed")
        .register(meters);
    Gauge.builder("tickwatch.rdb.query.running", stats, queries -> queries.running.get())
        .description("Queries being evaluated")
        .register(meters);
    Gauge.builder("tickwatch.rdb.connections", stats, queries -> queries.connections.get())
        .description("Clients connected")
        .register(meters);
    new JvmMemoryMetrics().bindTo(meters);
    return meters;
  }

  private static void measure(PrometheusMeterRegistry meters, String name, StoredTable table) {
    Gauge.builder("tickwatch.rdb.rows", table, StoredTable::rowCount)
        .tag("table", name)
        .description("Rows that queries see")
        .register(meters);
    Gauge.builder("tickwatch.rdb.column.bytes", table, StoredTable::allocatedBytes)
        .tag("table", name)
        .description("Memory of the columns")
        .register(meters);
    FunctionCounter.builder("tickwatch.rdb.rows.taken", table, StoredTable::rowsTaken)
        .tag("table", name)
        .description("Rows since the start, those no longer kept included")
        .register(meters);
  }
}
