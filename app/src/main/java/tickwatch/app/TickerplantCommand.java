package tickwatch.app;

import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;
import tickwatch.ipc.net.Endpoint;
import tickwatch.ipc.net.IpcServerConfig;
import tickwatch.tickerplant.KeepLogs;
import tickwatch.tickerplant.LogSync;
import tickwatch.tickerplant.SlowPolicy;
import tickwatch.tickerplant.Tickerplant;
import tickwatch.tickerplant.TickerplantConfig;

@Command(
    name = "tickerplant",
    abbreviateSynopsis = true,
    description = "Check, log and publish the rows of feeds, as kdb+tick's tickerplant does.",
    sortOptions = false,
    footerHeading = "%nExamples%n",
    footer = {
      "  tickwatch tickerplant --schema schemas/server.q --log-dir var/log",
      "  tickwatch tickerplant --schema plant.q --log-dir /data --listen 0.0.0.0 --users users --sync interval"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class TickerplantCommand extends Subcommand implements Callable<Integer> {
  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "5010",
      converter = Texts.PortText.class,
      description = "The port for q clients and HTTP (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--schema",
      paramLabel = "FILE.q",
      required = true,
      description = "The tables; tickwatch schema prints one for a CSV file.")
  private Path schema;

  @Option(
      names = "--log-dir",
      paramLabel = "DIR",
      defaultValue = "var/log",
      description = "Where the tick logs go, one a day (default: ${DEFAULT-VALUE}).")
  private Path logDir;

  @Option(
      names = "--sync",
      paramLabel = "none|interval|always",
      defaultValue = "none",
      description =
          "When the log is forced to the disk (default: ${DEFAULT-VALUE}). The death of the process"
              + " loses nothing in any case; that of the machine loses with none what the system had"
              + " not written, with interval about the last 100 ms, with always nothing that was"
              + " published.")
  private LogSync sync;

  @Option(
      names = "--zone",
      paramLabel = "ZONE",
      description = "The time zone in which days end (default: this machine's).")
  private @Nullable String zone;

  @Option(
      names = "--day-ends-at",
      paramLabel = "HH:MM",
      defaultValue = "00:00",
      description = "The time of day at which days end, in that zone (default: ${DEFAULT-VALUE}).")
  private String dayEndsAt;

  @Option(
      names = "--upstream",
      paramLabel = "HOST:PORT[:USER[:PW]]",
      description =
          "Be a chained tickerplant: take the rows of this one, kdb+'s own too, of the tables that"
              + " both have, and end days when it does.")
  private @Nullable Endpoint upstream;

  @Option(
      names = "--batch",
      paramLabel = "TIME",
      converter = Texts.DurationText.class,
      description =
          "Publish the rows of this time together, a message a table, as 100ms. They are logged at"
              + " once all the same (default: publish each message at once).")
  private Duration batch = Duration.ZERO;

  @Option(
      names = "--slow",
      paramLabel = "log|disconnect",
      defaultValue = "log",
      description =
          "What becomes of a subscriber that does not keep up: it is fed from the log until it has"
              + " caught up, or disconnected (default: ${DEFAULT-VALUE}).")
  private SlowPolicy slow;

  @Option(
      names = "--keep-logs",
      paramLabel = "N|TIME",
      description =
          "Keep the logs of so many ended days, or of this time, as 30d, and compress all but the"
              + " newest of them (default: keep all as they are).")
  private @Nullable String keepLogs;

  @Option(
      names = "--max-queue",
      paramLabel = "SIZE",
      defaultValue = "16MB",
      converter = Texts.SizeText.class,
      description =
          "What may wait for one subscriber before it counts as slow (default: ${DEFAULT-VALUE}).")
  private long maxQueue;

  @Option(
      names = "--max-message",
      paramLabel = "SIZE",
      defaultValue = "256MB",
      converter = Texts.SizeText.class,
      description =
          "The longest message taken; from who may not publish, 16MB at most (default:"
              + " ${DEFAULT-VALUE}).")
  private long maxMessage;

  @Option(
      names = "--max-unfinished",
      paramLabel = "SIZE",
      converter = Texts.SizeText.class,
      description =
          "What the messages that have begun and not ended may take, over all connections; beyond"
              + " it who began first is closed (default: half of Java's heap).")
  private @Nullable Long maxUnfinished;

  @Option(
      names = "--max-connections",
      paramLabel = "N",
      defaultValue = "1024",
      description = "Connections at a time; one more is closed (default: ${DEFAULT-VALUE}).")
  private int maxConnections;

  @Mixin private ReportFlags report;

  @Mixin private ServerFlags server;

  TickerplantConfig config() {
    return TickerplantConfig.defaults(schema, logDir, port)
        .withListen(server.listen(), server.access())
        .withTls(server.tls())
        .withSync(sync)
        .withEndOfDay(zone(), endOfDayOffset())
        .withKeepLogs(keepLogs())
        .withUpstream(upstream)
        .withHeartbeat(report.interval())
        .withBatchInterval(batch)
        .withSlowPolicy(slow)
        .withMaxQueueBytes(maxQueue)
        .withMaxUnfinishedBytes(
            maxUnfinished == null ? IpcServerConfig.defaultMaxUnfinishedBytes() : maxUnfinished)
        .withLimits((int) Math.min(Integer.MAX_VALUE, maxMessage), maxConnections);
  }

  private KeepLogs keepLogs() {
    if (keepLogs == null) {
      return KeepLogs.ALL;
    }
    try {
      return keepLogs.matches("[0-9]+")
          ? KeepLogs.last(Integer.parseInt(keepLogs))
          : KeepLogs.since(new Texts.DurationText().convert(keepLogs));
    } catch (IllegalArgumentException | TypeConversionException e) {
      throw new OperatorException(
          ExitCode.USAGE,
          "--keep-logs: \""
              + keepLogs
              + "\" (expected: a number of days, 1 or more, or a time of a"
              + " day or more, as 30d)",
          e);
    }
  }

  private ZoneId zone() {
    try {
      return zone == null ? ZoneId.systemDefault() : ZoneId.of(zone);
    } catch (DateTimeException e) {
      throw new OperatorException(
          ExitCode.USAGE, "--zone: \"" + zone + "\" (expected: as Europe/Vienna, or UTC)", e);
    }
  }

  /** With days that end at 17:00, 17:00 is the next day's midnight: 7 hours are added. */
  private Duration endOfDayOffset() {
    try {
      Duration time = Duration.between(LocalTime.MIDNIGHT, LocalTime.parse(dayEndsAt));
      return time.isZero() ? time : Duration.ofDays(1).minus(time);
    } catch (DateTimeException e) {
      throw new OperatorException(
          ExitCode.USAGE, "--day-ends-at: \"" + dayEndsAt + "\" (expected: as 17:00)", e);
    }
  }

  @Override
  public Integer call() {
    Tickerplant process = RunningServer.start("tickerplant", () -> Tickerplant.start(config()));
    PublishedLog.start(process::report);
    return RunningServer.await(new CompletableFuture<>());
  }
}
