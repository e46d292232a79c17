package tickwatch.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tickwatch.detector.DetectorConfig;
import tickwatch.feed.CsvOptions;
import tickwatch.feed.FeedConfig;
import tickwatch.feed.Pacing;
import tickwatch.feed.SimulationOptions;
import tickwatch.ipc.net.Endpoint;
import tickwatch.rdb.EndOfDay;
import tickwatch.rdb.RdbConfig;
import tickwatch.tickerplant.KeepLogs;
import tickwatch.tickerplant.LogSync;
import tickwatch.tickerplant.SlowPolicy;
import tickwatch.tickerplant.TickerplantConfig;

/** Flags, environment, properties file, defaults: in this order. */
class ConfigurationTest {
  @TempDir Path folder;

  private <T> T parse(Class<T> type, Map<String, String> environment, String... args) {
    PrintWriter nowhere = new PrintWriter(new StringWriter());
    CommandLine line = Main.commandLine(List.of(args), environment, folder, nowhere, nowhere);
    line.parseArgs(args);
    CommandLine command = Objects.requireNonNull(line.getSubcommands().get(args[0]));
    return type.cast(command.getCommandSpec().userObject());
  }

  private RdbConfig rdb(Map<String, String> environment, String... args) {
    return parse(RdbCommand.class, environment, args).config();
  }

  private FeedConfig feed(Map<String, String> environment, String... more) {
    String[] args = new String[more.length + 5];
    System.arraycopy(new String[] {"feed", "--csv", "a.csv", "--table", "t"}, 0, args, 0, 5);
    System.arraycopy(more, 0, args, 5, more.length);
    return parse(FeedCommand.class, environment, args).config();
  }

  private static CsvOptions csv(FeedConfig config) {
    return (CsvOptions) config.source();
  }

  @Test
  void flagWinsOverEnvironmentOverFileOverDefault() throws IOException {
    Path file = Files.writeString(folder.resolve("p"), "port=3\nrdb.keep=1h\nrdb.port=4\n");
    String config = "--config=" + file;
    Map<String, String> general = Map.of("TICKWATCH_PORT", "5");
    Map<String, String> both = Map.of("TICKWATCH_PORT", "5", "TICKWATCH_RDB_PORT", "6");

    assertThat(rdb(Map.of(), "rdb").port()).isEqualTo(5011);
    assertThat(rdb(Map.of(), "rdb", config).port()).isEqualTo(4);
    assertThat(rdb(general, "rdb", config).port()).isEqualTo(5);
    assertThat(rdb(both, "rdb", config).port()).isEqualTo(6);
    assertThat(rdb(both, "rdb", config, "--port", "7").port()).isEqualTo(7);
    assertThat(rdb(both, "rdb", config).keep().age()).isEqualTo(Duration.ofHours(1));
  }

  @Test
  void fileIsFoundInTheFolderOrNamedByTheEnvironment() throws IOException {
    Files.writeString(folder.resolve("tickwatch.properties"), "port=3\n");
    Path other = Files.writeString(folder.resolve("other"), "port=4\n");

    assertThat(rdb(Map.of(), "rdb").port()).isEqualTo(3);
    assertThat(rdb(Map.of("TICKWATCH_CONFIG", other.toString()), "rdb").port()).isEqualTo(4);
  }

  @Test
  void missingFileIsAnErrorOnlyIfItWasNamed() {
    assertThat(rdb(Map.of(), "rdb").port()).isEqualTo(5011);
    assertThatThrownBy(() -> rdb(Map.of(), "rdb", "--config", "nowhere"))
        .isInstanceOf(OperatorException.class)
        .hasMessageContaining("there is no configuration file");
  }

  @Test
  void clientsTakeTheUserOfTheEnvironmentWhereTheFlagNamesNone() {
    Map<String, String> user = Map.of("TICKWATCH_USER", "ann", "TICKWATCH_PASSWORD", "a:b");

    assertThat(rdb(user, "rdb", "--tickerplant", "tp:1").tickerplant())
        .isEqualTo(new Endpoint("tp", 1, "ann", "a:b"));
    assertThat(rdb(user, "rdb", "--tickerplant", "tp:1:bob:x").tickerplant())
        .isEqualTo(new Endpoint("tp", 1, "bob", "x"));
    assertThat(rdb(user, "rdb").tickerplant())
        .isEqualTo(new Endpoint("localhost", 5010, "ann", "a:b"));
  }

  @Test
  void timesAndSizesThatNobodyCanCountAreRefused() {
    assertThatThrownBy(() -> new Texts.DurationText().convert("999999999d"))
        .hasMessage("\"999999999d\" (expected: at most 36500d)");
    assertThatThrownBy(() -> new Texts.SizeText().convert("999999999999GB"))
        .hasMessage("\"999999999999GB\" (expected: less than 8 EB)");
    assertThat(new Texts.SizeText().convert("8GB")).isEqualTo(8L << 30);
  }

  @Test
  void flagsWithoutValueAreSetByTheEnvironmentToo() {
    assertThat(feed(Map.of("TICKWATCH_LOOP", "1")).loop()).isTrue();
    assertThat(feed(Map.of("TICKWATCH_FEED_LOOP", "no", "TICKWATCH_LOOP", "1")).loop()).isFalse();
    assertThat(feed(Map.of("TICKWATCH_STRICT", "true")).strict()).isTrue();
    assertThat(feed(Map.of()).loop()).isFalse();
  }

  @Test
  void requiredFlagsMayComeFromTheEnvironment() {
    FeedCommand command =
        parse(
            FeedCommand.class,
            Map.of("TICKWATCH_CSV", "a.csv,b.csv", "TICKWATCH_FEED_TABLE", "plant"),
            "feed");

    assertThat(command.config().table()).isEqualTo("plant");
    assertThat(csv(command.config()).files()).containsExactly(Path.of("a.csv"), Path.of("b.csv"));
  }

  @Test
  void aFeedHasFilesOrASimulation() {
    FeedCommand simulated =
        parse(
            FeedCommand.class,
            Map.of("TICKWATCH_CSV", "a.csv"),
            "feed",
            "--simulate",
            "ewma",
            "--table",
            "t",
            "--labels",
            "l.csv");
    SimulationOptions source = (SimulationOptions) simulated.config().source();

    assertThat(source.labels()).isEqualTo(Path.of("l.csv"));
    assertThat(source.simulation().channels()).hasSize(1);
    assertThatThrownBy(() -> feed(Map.of(), "--simulate", "ewma"))
        .hasMessage("give --csv or --simulate, one of them");
    assertThatThrownBy(() -> parse(FeedCommand.class, Map.of(), "feed", "--table", "t").config())
        .hasMessage("give --csv or --simulate, one of them");
    assertThatThrownBy(() -> feed(Map.of(), "--labels", "l.csv"))
        .hasMessage("--labels goes with --simulate");
    assertThatThrownBy(
            () ->
                parse(
                        FeedCommand.class,
                        Map.of(),
                        "feed",
                        "--table",
                        "t",
                        "--simulate",
                        "{\"preset\": \"ewma\"}",
                        "--only",
                        "a=b")
                    .config())
        .hasMessage("--only goes with --csv");
  }

  @Test
  void feedTakesSeveralFilesAndOnePace() {
    FeedConfig config =
        feed(
            Map.of(),
            "--csv",
            "b.csv",
            "c.csv",
            "--interval",
            "20ms",
            "--stamp",
            "now",
            "--sym",
            "=x");

    assertThat(csv(config).files()).hasSize(3);
    assertThat(config.pacing()).isEqualTo(new Pacing.Interval(Duration.ofMillis(20)));
    assertThat(config.stampNow()).isTrue();
    assertThat(csv(config).sym().constant()).isEqualTo("x");
    assertThat(feed(Map.of(), "--rate", "50000").pacing()).isEqualTo(new Pacing.Rate(50_000));
    assertThat(feed(Map.of()).pacing()).isEqualTo(new Pacing.FullSpeed());
    assertThatThrownBy(() -> feed(Map.of(), "--rate", "5", "--interval", "1s"))
        .isInstanceOf(OperatorException.class)
        .hasMessageContaining("--interval or --rate, not both");
  }

  @Test
  void paceMayComeFromTheEnvironment() {
    assertThat(feed(Map.of("TICKWATCH_INTERVAL", "1s")).pacing())
        .isEqualTo(new Pacing.Interval(Duration.ofSeconds(1)));
    assertThat(feed(Map.of("TICKWATCH_INTERVAL", "1s"), "--rate", "10").pacing())
        .isEqualTo(new Pacing.Rate(10));
  }

  @Test
  void tickerplantReadsItsFlags() {
    TickerplantConfig config =
        parse(
                TickerplantCommand.class,
                Map.of(),
                "tickerplant",
                "--schema",
                "s.q",
                "--log-dir",
                "d",
                "--sync",
                "always",
                "--zone",
                "Europe/Vienna",
                "--day-ends-at",
                "17:00",
                "--max-queue",
                "1GB",
                "--batch",
                "100ms",
                "--slow",
                "disconnect",
                "--max-message",
                "1MB",
                "--max-connections",
                "7")
            .config();

    assertThat(config.port()).isEqualTo(5010);
    assertThat(config.batchInterval()).isEqualTo(Duration.ofMillis(100));
    assertThat(config.slowPolicy()).isEqualTo(SlowPolicy.DISCONNECT);
    assertThat(config.maxMessageBytes()).isEqualTo(1 << 20);
    assertThat(config.maxConnections()).isEqualTo(7);
    assertThat(config.sync()).isEqualTo(LogSync.ALWAYS);
    assertThat(config.zone()).hasToString("Europe/Vienna");
    assertThat(config.endOfDayOffset()).isEqualTo(Duration.ofHours(7));
    assertThat(config.maxQueueBytes()).isEqualTo(1L << 30);
    assertThat(config.keepLogs()).isEqualTo(KeepLogs.ALL);
  }

  @Test
  void oldLogsAreKeptByNumberOrByAge() {
    assertThat(keepLogs("5")).isEqualTo(KeepLogs.last(5));
    assertThat(keepLogs("30d")).isEqualTo(KeepLogs.since(Duration.ofDays(30)));
    for (String wrong : List.of("0", "5m", "many", "99999999999")) {
      assertThatThrownBy(() -> keepLogs(wrong))
          .isInstanceOf(OperatorException.class)
          .hasMessageContaining("--keep-logs: \"" + wrong + "\"");
    }
  }

  private KeepLogs keepLogs(String text) {
    return parse(
            TickerplantCommand.class,
            Map.of(),
            "tickerplant",
            "--schema",
            "s.q",
            "--keep-logs",
            text)
        .config()
        .keepLogs();
  }

  @Test
  void otherAddressesThanLoopbackNeedUsersOrAnExplicitFlag() {
    assertThatThrownBy(() -> rdb(Map.of(), "rdb", "--listen", "0.0.0.0"))
        .isInstanceOf(OperatorException.class)
        .hasMessageContaining("--allow-anonymous");
    assertThat(rdb(Map.of(), "rdb", "--listen", "0.0.0.0", "--allow-anonymous").listen())
        .isEqualTo("0.0.0.0");
  }

  @Test
  void aCertificateNeedsItsKey() {
    assertThatThrownBy(() -> rdb(Map.of(), "rdb", "--tls-cert", "c.pem"))
        .isInstanceOf(OperatorException.class)
        .hasMessageContaining("--tls-key");
    assertThatThrownBy(() -> rdb(Map.of(), "rdb", "--tls-cert", "c.pem", "--tls-key", "k.pem"))
        .isInstanceOf(OperatorException.class)
        .hasMessageContaining("c.pem cannot be read");
  }

  @Test
  void rdbAndDetectorReadTheirFlags() {
    RdbConfig rdb =
        rdb(
            Map.of(),
            "rdb",
            "--end-of-day",
            "clear",
            "--query-timeout",
            "5s",
            "--query-memory",
            "1MB");
    DetectorConfig detector =
        parse(
                DetectorCommand.class,
                Map.of("TICKWATCH_MODEL", "m", "TICKWATCH_DETECTOR_TABLE", "server"),
                "detector",
                "--quiet-rows",
                "3")
            .config();

    assertThat(rdb.endOfDay()).isEqualTo(EndOfDay.CLEAR);
    assertThat(rdb.queries().timeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(rdb.queries().maxBytes()).isEqualTo(1 << 20);
    assertThat(detector.model()).isEqualTo(Path.of("m"));
    assertThat(detector.table()).isEqualTo("server");
    assertThat(detector.pipeline().events().quietRows()).isEqualTo(3);
  }

  @Test
  void theDetectorsFlagsWinOverItsPipelineFile(@TempDir Path directory) throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("pipeline.json"),
            """
            {"events": {"quietRows": 20, "coolDownRows": 7},
             "health": {"flatRows": 500},
             "alerts": {"dashboardUrl": "http://d", "sinks": [
               {"type": "webhook", "url": "http://a"}, {"type": "slack", "url": "http://s"}]}}
            """);

    DetectorConfig detector =
        parse(
                DetectorCommand.class,
                Map.of("TICKWATCH_MODEL", "m"),
                "detector",
                "--pipeline",
                file.toString(),
                "--quiet-rows",
                "3",
                "--alert-webhook",
                "http://b",
                "--alert-dry-run")
            .config();

    assertThat(detector.pipeline().events().quietRows()).isEqualTo(3);
    assertThat(detector.pipeline().events().coolDownRows()).isEqualTo(7);
    assertThat(detector.pipeline().health().flatRows()).isEqualTo(500);
    assertThat(detector.pipeline().alerts().isDryRun()).isTrue();
    assertThat(detector.pipeline().alerts().dashboard()).isEqualTo(URI.create("http://d"));
    assertThat(detector.pipeline().alerts().targets())
        .extracting(target -> target.url().toString())
        .containsExactly("http://s", "http://b");
  }

  @Test
  void aPipelineFileThatIsWrongIsNamedWithItsMember(@TempDir Path directory) throws IOException {
    Path file =
        Files.writeString(directory.resolve("pipeline.json"), "{\"events\": {\"quiet\": 20}}");

    assertThatThrownBy(
            () ->
                parse(
                        DetectorCommand.class,
                        Map.of("TICKWATCH_MODEL", "m"),
                        "detector",
                        "--pipeline",
                        file.toString())
                    .config())
        .hasMessageContaining("pipeline.json: events.quiet is not known (expected: closeAt");
  }
}
