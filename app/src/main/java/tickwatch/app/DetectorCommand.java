package tickwatch.app;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tickwatch.detector.Detector;
import tickwatch.detector.DetectorConfig;
import tickwatch.detector.Learning;
import tickwatch.detector.Pipeline;
import tickwatch.detector.PipelineFile;
import tickwatch.detector.Refit;
import tickwatch.detector.alert.AlertSettings;
import tickwatch.detector.alert.AlertTarget;
import tickwatch.detector.ensemble.EnsembleLearner;
import tickwatch.detector.event.EventRules;
import tickwatch.ipc.net.Endpoint;

@Command(
    name = "detector",
    abbreviateSynopsis = true,
    description =
        "Judge every row of a table, with a forecaster or by what was learnt from the first rows, and"
            + " publish scores and anomalies.",
    sortOptions = false,
    footerHeading = "%nExamples%n",
    footer = {
      "  tickwatch detector --table boiler --train 5000",
      "  tickwatch detector --tickerplant localhost:5010 --model models/servers --table server",
      "  tickwatch detector --model mine --anomalies /var/log/tickwatch/anomalies.jsonl",
      "  tickwatch detector --model mine --alert-alertmanager http://localhost:9093"
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
      description =
          "A model directory: model.json and what it names, a TorchScript network, an ensemble that"
              + " has learnt, or both, which then judge together (default: none; each sensor learns"
              + " from its own first rows).")
  private @Nullable Path model;

  @Option(
      names = "--train",
      paramLabel = "ROWS",
      description =
          "Learn from so many first rows of each sensor, which count as normal, and judge by detectors"
              + " that need no network; with --model its network judges until then and takes part"
              + " afterwards (default: 1000 without --model or with --detector, else nothing is"
              + " learnt).")
  private @Nullable Integer train;

  @Option(
      names = "--refit",
      paramLabel = "ROWS",
      description =
          "Learn again after so many rows of a sensor, from its last rows outside alarms; what was"
              + " learnt is kept in models/ of the --state folder (default: never).")
  private @Nullable Integer refit;

  @Option(
      names = "--refit-delay",
      paramLabel = "ROWS",
      description =
          "Rows from the beginning of a refit until it takes effect, which decide whether it does"
              + " (default: 200).")
  private int refitDelay = Refit.DEFAULT_DELAY;

  @Option(
      names = "--detector",
      paramLabel = "NAME",
      arity = "1..*",
      split = ",",
      description =
          "The detectors that learn (default: what --model has learnt; else var, var10, pca, others,"
              + " windows, and its network). forecast or reconstruct by itself is the network alone.")
  private List<String> detectors = List.of();

  @Option(
      names = "--false-alarms",
      paramLabel = "PER_DAY",
      description =
          "False alarms a day of each sensor that are acceptable, where it learns (default: 1).")
  private @Nullable Double falseAlarms;

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

  @Mixin private NativeCacheFlag nativeCache;

  @Option(
      names = "--quiet-rows",
      paramLabel = "ROWS",
      description = "Rows of a sensor without a flag that end an anomaly (default: 10).")
  private @Nullable Integer quietRows;

  @Option(
      names = "--grade-step",
      paramLabel = "0..1",
      description = "How much an anomaly's grade rises to be told again (default: 0.1).")
  private @Nullable Double gradeStep;

  @Option(
      names = "--pipeline",
      paramLabel = "FILE",
      description =
          "JSON: detectors, rules of events, data health and alerts, see docs/detection-quality.md,"
              + " docs/detector.md and docs/alerts.md.")
  private @Nullable Path pipeline;

  @Option(
      names = "--alert-webhook",
      paramLabel = "URL",
      description = "Posts alerts in the form of Alertmanager's webhooks.")
  private @Nullable URI webhook;

  @Option(
      names = "--alert-alertmanager",
      paramLabel = "URL",
      description = "Posts alerts to an Alertmanager's /api/v2/alerts.")
  private @Nullable URI alertmanager;

  @Option(
      names = "--alert-slack",
      paramLabel = "URL",
      description = "Posts alerts as text to an incoming webhook of Slack or Mattermost.")
  private @Nullable URI slack;

  @Option(names = "--alert-dry-run", description = "Log what would be posted, and post nothing.")
  private boolean alertDryRun;

  @Option(
      names = "--dashboard-url",
      paramLabel = "URL",
      description = "Where people open the dashboard, for links in alerts.")
  private @Nullable URI dashboardUrl;

  @Mixin private ReportFlags report;

  @Mixin private ServerFlags server;

  private EventRules rules(EventRules base) {
    EventRules rules = quietRows == null ? base : base.withQuietRows(quietRows);
    return gradeStep == null ? rules : rules.withGradeStep(gradeStep);
  }

  private AlertSettings alerts(AlertSettings base) {
    AlertSettings alerts = base;
    if (webhook != null) {
      alerts = alerts.with(new AlertTarget(AlertTarget.Form.WEBHOOK, webhook));
    }
    if (alertmanager != null) {
      alerts = alerts.with(new AlertTarget(AlertTarget.Form.ALERTMANAGER, alertmanager));
    }
    if (slack != null) {
      alerts = alerts.with(new AlertTarget(AlertTarget.Form.SLACK, slack));
    }
    if (dashboardUrl != null) {
      alerts = alerts.withDashboard(dashboardUrl);
    }
    return alertDryRun ? alerts.withDryRun(true) : alerts;
  }

  DetectorConfig config() {
    PipelineFile file = pipeline == null ? PipelineFile.none() : PipelineFile.read(pipeline);
    Learning learning = learning(file.detection());
    DetectorConfig config =
        (model == null && learning != null
                ? DetectorConfig.learning(tickerplant, learning)
                : DetectorConfig.defaults(tickerplant, requireNonNull(model))
                    .withLearning(learning))
            .withEnsembleOfModel(!learnsAnew(file.detection()))
            .withTable(table)
            .withListen(server.listen())
            .withAccess(server.access())
            .withTls(server.tls())
            .withPort(port)
            .withPipeline(
                new PipelineFile(rules(file.events()), file.health(), alerts(file.alerts())));
    if (anomalies != null) {
      config = config.withAnomalies(anomalies);
    }
    if (state != null) {
      config = config.withState(state);
    }
    return config.withNativeCache(nativeCache.folder());
  }

  /** Whether what the model's ensemble has learnt is passed over for what the flags ask for. */
  private boolean learnsAnew(@Nullable Pipeline file) {
    return train != null || !detectors.isEmpty() || file != null;
  }

  private boolean isNetworkAlone() {
    return train == null && detectors.size() == 1 && Pipeline.NETWORKS.contains(detectors.get(0));
  }

  /** What sensors learn; null for nothing. */
  private @Nullable Learning learning(@Nullable Pipeline file) {
    if (model != null && refit == null && (isNetworkAlone() || !learnsAnew(file))) {
      Detectors.pipeline(file, detectors, true, falseAlarms); // refuses what would be passed over
      return null;
    }
    int rows = train == null ? Learning.DEFAULT_ROWS : train;
    if (rows < EnsembleLearner.MIN_ROWS) {
      throw new OperatorException(
          ExitCode.USAGE,
          "--train " + rows + " (expected: at least " + EnsembleLearner.MIN_ROWS + " rows)");
    }
    try {
      return new Learning(
          Detectors.pipeline(file, detectors, model != null, falseAlarms),
          rows,
          refit == null ? null : new Refit(refit, refitDelay, models()));
    } catch (IllegalArgumentException e) {
      throw new OperatorException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  private Path models() {
    return (state == null ? Path.of("var", "state") : state).resolve("models");
  }

  @Override
  public Integer call() {
    Detector process = RunningServer.start("detector", () -> Detector.start(config()));
    report.start(tickerplant, "detector", process::port);
    return RunningServer.await(process.failure());
  }
}
