package tickwatch.app;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tickwatch.detector.Detector;
import tickwatch.detector.DetectorConfig;
import tickwatch.detector.event.EventRules;
import tickwatch.ipc.net.Endpoint;

@Command(
    name = "detector",
    abbreviateSynopsis = true,
    description = "Judge every row of a table with a forecaster, and publish scores and anomalies.",
    sortOptions = false,
    footerHeading = "%nExamples%n",
    footer = {
      "  tickwatch detector --tickerplant localhost:5010 --model models/servers --table server",
      "  tickwatch detector --model mine --anomalies /var/log/tickwatch/anomalies.jsonl"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class DetectorCommand extends Subcommand implements Callable<Integer> {
  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "5016",
      converter = Texts.PortText.class,
      description = "The port for q clients and HTTP (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--tickerplant",
      paramLabel = "HOST:PORT[:USER[:PW]]",
      defaultValue = "localhost:5010",
      description = "Whom to follow and to publish to (default: ${DEFAULT-VALUE}).")
  private Endpoint tickerplant;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      required = true,
      description = "A model directory: model.json and the TorchScript file that it names.")
  private Path model;

  @Option(
      names = "--table",
      paramLabel = "NAME",
      description = "The table to judge (default: all that have the model's channels).")
  private @Nullable String table;

  @Option(
      names = "--anomalies",
      paramLabel = "FILE",
      description = "Gets a JSON line for each anomaly (default: var/log/anomalies.jsonl).")
  private @Nullable Path anomalies;

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description = "What is remembered over an end of day (default: var/state).")
  private @Nullable Path state;

  @Option(
      names = "--native-cache",
      paramLabel = "DIR",
      description =
          "Where PyTorch's libraries are unpacked, once, 432 MB (default: ~/.cache/tickwatch/djl).")
  private @Nullable Path nativeCache;

  @Option(
      names = "--quiet-rows",
      paramLabel = "ROWS",
      defaultValue = "10",
      description =
          "Rows of a sensor without a flag that end an anomaly (default: ${DEFAULT-VALUE}).")
  private int quietRows;

  @Option(
      names = "--grade-step",
      paramLabel = "0..1",
      defaultValue = "0.1",
      description =
          "How much an anomaly's grade rises to be told again (default: ${DEFAULT-VALUE}).")
  private double gradeStep;

  @Mixin private ReportFlags report;

  @Mixin private ServerFlags server;

  DetectorConfig config() {
    DetectorConfig config =
        DetectorConfig.defaults(tickerplant, model)
            .withTable(table)
            .withListen(server.listen())
            .withAccess(server.access())
            .withTls(server.tls())
            .withPort(port)
            .withRules(new EventRules(quietRows, gradeStep));
    if (anomalies != null) {
      config = config.withAnomalies(anomalies);
    }
    if (state != null) {
      config = config.withState(state);
    }
    return nativeCache == null ? config : config.withNativeCache(nativeCache);
  }

  @Override
  public Integer call() {
    Detector process = RunningServer.start(() -> Detector.start(config()));
    report.start(tickerplant, "detector", process::port);
    return RunningServer.await("detector", process, process.failure());
  }
}
