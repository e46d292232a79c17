package tickwatch.app;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tickwatch.ipc.net.Endpoint;
import tickwatch.rdb.EndOfDay;
import tickwatch.rdb.QueryLimits;
import tickwatch.rdb.Rdb;
import tickwatch.rdb.RdbConfig;
import tickwatch.rdb.store.Retention;

@Command(
    name = "rdb",
    abbreviateSynopsis = true,
    description = "Keep the day's rows in memory and answer q.",
    sortOptions = false,
    footerHeading = "%nExamples%n",
    footer = {
      "  tickwatch rdb --tickerplant localhost:5010",
      "  tickwatch rdb --tickerplant tp:5010:rdb:secret --keep 24h,4GB --query-timeout 5s"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class RdbCommand extends Subcommand implements Callable<Integer> {
  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "5011",
      converter = Texts.PortText.class,
      description = "The port for q clients and HTTP (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--tickerplant",
      paramLabel = "HOST:PORT[:USER[:PW]]",
      defaultValue = "localhost:5010",
      description = "The tickerplant to follow (default: ${DEFAULT-VALUE}).")
  private Endpoint tickerplant;

  @Option(
      names = "--keep",
      paramLabel = "HOW MUCH",
      defaultValue = "",
      description =
          "Which rows of each table stay: 24h (counted from its newest row), 1000000rows, 4GB, or"
              + " several of them with commas (default: all).")
  private String keep;

  @Option(
      names = "--end-of-day",
      paramLabel = "keep|clear",
      defaultValue = "keep",
      description = "What happens to the tables when a day ends (default: ${DEFAULT-VALUE}).")
  private EndOfDay endOfDay;

  @Option(
      names = "--query-threads",
      paramLabel = "N",
      description = "Queries evaluated at a time (default: the processors less one, at least 2).")
  private @Nullable Integer queryThreads;

  @Option(
      names = "--query-timeout",
      paramLabel = "TIME",
      defaultValue = "30s",
      description = "What a query may take; 0s for no limit (default: ${DEFAULT-VALUE}).")
  private Duration queryTimeout;

  @Option(
      names = "--query-memory",
      paramLabel = "SIZE",
      converter = Texts.SizeText.class,
      description = "What a query may allocate, and a connection's variables hold (default: 4GB).")
  private @Nullable Long queryMemory;

  @Option(
      names = "--query-cores",
      paramLabel = "N",
      description =
          "Threads that go through the columns of one query together (default: half of the"
              + " processors, at most 4).")
  private @Nullable Integer queryCores;

  @Option(
      names = "--result-limit",
      paramLabel = "SIZE",
      converter = Texts.SizeText.class,
      description = "How long an answer may be; a longer one is 'limit (default: 1GB).")
  private @Nullable Long resultLimit;

  @Mixin private ReportFlags report;

  @Mixin private ServerFlags server;

  RdbConfig config() {
    QueryLimits limits = QueryLimits.defaults().withTimeout(queryTimeout);
    if (queryThreads != null) {
      limits = limits.withThreads(queryThreads);
    }
    if (queryMemory != null) {
      limits = limits.withMaxBytes(queryMemory);
    }
    if (queryCores != null) {
      limits = limits.withCores(queryCores);
    }
    if (resultLimit != null) {
      limits = limits.withMaxResultBytes(resultLimit);
    }
    return RdbConfig.defaults(tickerplant)
        .withListen(server.listen())
        .withAccess(server.access())
        .withTls(server.tls())
        .withPort(port)
        .withKeep(Retention.parse(keep))
        .withEndOfDay(endOfDay)
        .withQueries(limits);
  }

  @Override
  public Integer call() {
    Rdb process = RunningServer.start("rdb", () -> Rdb.start(config()));
    report.start(tickerplant, "rdb", process::port);
    return RunningServer.await(new CompletableFuture<>());
  }
}
