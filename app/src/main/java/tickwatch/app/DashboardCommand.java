package tickwatch.app;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tickwatch.dashboard.Dashboard;
import tickwatch.dashboard.DashboardConfig;
import tickwatch.ipc.net.Endpoint;

@Command(
    name = "dashboard",
    abbreviateSynopsis = true,
    description = "Show the stream, its forecasts and its anomalies on a page.",
    sortOptions = false,
    footerHeading = "%nExamples%n",
    footer = {
      "  tickwatch dashboard --tickerplant localhost:5010 --rdb localhost:5011",
      "  tickwatch dashboard --http 443 --listen 0.0.0.0 --users users --tls-cert cert.pem --tls-key key.pem"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class DashboardCommand extends Subcommand implements Callable<Integer> {
  @Option(
      names = {"--http", "--port"},
      paramLabel = "PORT",
      defaultValue = "8080",
      converter = Texts.PortText.class,
      description = "The port for browsers (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--tickerplant",
      paramLabel = "HOST:PORT[:USER[:PW]]",
      defaultValue = "localhost:5010",
      description = "Whom to follow, and to publish feedback to (default: ${DEFAULT-VALUE}).")
  private Endpoint tickerplant;

  @Option(
      names = "--rdb",
      paramLabel = "HOST:PORT[:USER[:PW]]",
      description = "Whom to ask for older rows, and questions in q (default: nobody).")
  private @Nullable Endpoint rdb;

  @Option(
      names = "--max-rows",
      paramLabel = "ROWS",
      defaultValue = "16384",
      description = "Rows of each sensor kept for the charts (default: ${DEFAULT-VALUE}).")
  private int maxRows;

  @Option(
      names = "--max-memory",
      paramLabel = "SIZE",
      defaultValue = "256MB",
      converter = Texts.SizeText.class,
      description =
          "What the rows of all sensors may take; with many sensors fewer rows of each are kept"
              + " (default: ${DEFAULT-VALUE}).")
  private long maxMemory;

  @Option(
      names = "--max-sensors",
      paramLabel = "N",
      defaultValue = "2000",
      description = "Sensors kept; those silent longest go first (default: ${DEFAULT-VALUE}).")
  private int maxSensors;

  @Mixin private ReportFlags report;

  @Mixin private ServerFlags server;

  DashboardConfig config() {
    return DashboardConfig.defaults(tickerplant)
        .withPort(port)
        .withListen(server.listen(), server.access())
        .withTls(server.tls())
        .withRdb(rdb)
        .withMaxRows(maxRows)
        .withMaxBytes(maxMemory)
        .withMaxSensors(maxSensors);
  }

  @Override
  public Integer call() {
    Dashboard process = RunningServer.start("dashboard", () -> Dashboard.start(config()));
    report.start(tickerplant, "dashboard", process::port);
    return RunningServer.await(new CompletableFuture<>());
  }
}
