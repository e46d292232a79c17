package tickwatch.app;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import tickwatch.feed.CsvOptions;
import tickwatch.feed.Feed;
import tickwatch.feed.FeedConfig;
import tickwatch.feed.FeedException;
import tickwatch.feed.FeedSummary;
import tickwatch.feed.Pacing;
import tickwatch.feed.RowSource;
import tickwatch.feed.SimulationOptions;
import tickwatch.ipc.net.Endpoint;

@Command(
    name = "feed",
    abbreviateSynopsis = true,
    description =
        "Replay CSV files, or a simulation, into a tickerplant, each row once: whoever dies in"
            + " between, a restart goes on where the tickerplant is. Several files are merged by"
            + " time.",
    sortOptions = false,
    footerHeading = "%nExamples%n",
    footer = {
      "  tickwatch feed --csv data/servers/omi-*.csv.gz --table server --only split=test --interval 20ms --loop",
      "  tickwatch feed --csv boiler.csv --table plant --time when --sym =boiler-3 --rate 50000 --batch 100",
      "  tickwatch feed --simulate ewma --table signal --interval 1s --labels labels.csv",
      "  tickwatch feed --simulate '{\"sym\": [\"b1\", \"b2\"], \"seed\": 7, \"channels\": [{\"name\": \"level\","
          + " \"mean\": 20, \"std\": 0.5,",
      "    \"seasonality\": {\"amplitude\": 5, \"period\": 1440}, \"anomalies\": {\"rate\": 0.01}}]}' --table boiler",
      "",
      "--simulate: a preset (ewma, plant), or JSON: preset or channels, sym (a name or a list), seed,",
      "start (a time in UTC), stepSeconds. A channel: name, and what --params of generate takes.",
      "The table is what tickwatch schema --simulate prints.",
      "",
      "Exit code 3: --strict and a bad line, or rows that the tickerplant refused."
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class FeedCommand extends Subcommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(FeedCommand.class);
  private static final long SUMMARY_SECONDS = 2;

  @Option(
      names = "--tickerplant",
      paramLabel = "HOST:PORT[:USER[:PW]]",
      defaultValue = "localhost:5010",
      description = "Where the rows go (default: ${DEFAULT-VALUE}).")
  private Endpoint tickerplant;

  @Option(
      names = "--csv",
      paramLabel = "FILE",
      arity = "1..*",
      description = "CSV files, plain or gzip; commas may stand between them.")
  private List<String> files = List.of();

  @Option(
      names = "--simulate",
      paramLabel = "JSON",
      description = "Send a simulated stream, without end, instead of files; see below.")
  private @Nullable String simulate;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description = "With --simulate: a CSV file that says which rows are anomalous.")
  private @Nullable Path labels;

  @Option(
      names = "--table",
      paramLabel = "NAME",
      required = true,
      description = "The table they are for.")
  private String table;

  @Mixin private CsvFlags csv;

  @Option(
      names = "--only",
      paramLabel = "COL=VALUE",
      description = "Send only the rows that have this value there, as split=test.")
  private @Nullable String only;

  @Option(
      names = "--interval",
      paramLabel = "TIME",
      description = "Send one row of each sym, then wait until this time is over, as 100ms.")
  private @Nullable Duration interval;

  @Option(
      names = "--rate",
      paramLabel = "ROWS",
      description = "Send this many rows a second in all (default: as fast as it goes).")
  private @Nullable Double rate;

  @Option(
      names = "--batch",
      paramLabel = "ROWS",
      defaultValue = "0",
      description =
          "Rows a message (default: with --interval the rows of one interval, with --rate those of a"
              + " hundredth of a second but 100 at most, else 100).")
  private int batch;

  @Option(
      names = "--loop",
      description = "Start again at the end; times go on by the files' span and one step.")
  private boolean loop;

  @Option(
      names = "--limit",
      paramLabel = "ROWS",
      defaultValue = "0",
      description = "Stop after this many rows, counted from the replay's very start.")
  private long limit;

  @Option(
      names = "--stamp",
      paramLabel = "now",
      description = "Rows carry the time they are sent at instead of the file's.")
  private @Nullable Stamp stamp;

  /** What may stand instead of the file's times. */
  enum Stamp {
    NOW
  }

  @Option(
      names = "--strict",
      description = "Stop at a bad line or a refused row; without it they are said and counted.")
  private boolean strict;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description =
          "Under which the tickerplant knows how far this replay is (default: made of the table and"
              + " the files). Another name starts anew.")
  private @Nullable String name;

  @Option(
      names = "--wait",
      paramLabel = "TIME",
      defaultValue = "30s",
      description = "How long to wait for a tickerplant at the start (default: ${DEFAULT-VALUE}).")
  private Duration wait;

  @Mixin private ReportFlags report;

  FeedConfig config() {
    return new FeedConfig(
        tickerplant,
        table,
        source(),
        pacing(),
        batch,
        loop,
        limit,
        stamp == Stamp.NOW,
        strict,
        name,
        wait);
  }

  private RowSource source() {
    String json = simulate;
    // The files may stand in the environment for runs that say nothing of them.
    if (json == null ? files.isEmpty() : flags().hasMatchedOption("--csv")) {
      throw new OperatorException(ExitCode.USAGE, "give --csv or --simulate, one of them");
    }
    if (json == null) {
      if (labels != null) {
        throw new OperatorException(ExitCode.USAGE, "--labels goes with --simulate");
      }
      return csv.options(CsvFlags.files(files), only == null ? null : CsvOptions.Only.parse(only));
    }
    for (String flag : List.of("--time", "--sym", "--only")) {
      if (flags().hasMatchedOption(flag)) {
        throw new OperatorException(ExitCode.USAGE, flag + " goes with --csv");
      }
    }
    return new SimulationOptions(SimulationText.parse(json), labels);
  }

  private Pacing pacing() {
    Duration pause = interval;
    Double rows = rate;
    if (pause != null && rows != null) {
      // One of them may stand in the environment for runs that say nothing of it.
      ParseResult flags = flags();
      boolean intervalGiven = flags.hasMatchedOption("--interval");
      if (intervalGiven == flags.hasMatchedOption("--rate")) {
        throw new OperatorException(ExitCode.USAGE, "give --interval or --rate, not both");
      }
      return intervalGiven ? new Pacing.Interval(pause) : new Pacing.Rate(rows);
    }
    if (pause != null) {
      return new Pacing.Interval(pause);
    }
    return rows != null ? new Pacing.Rate(rows) : new Pacing.FullSpeed();
  }

  @Override
  public Integer call() {
    CountDownLatch said = new CountDownLatch(1);
    try {
      FeedSummary summary = run(said);
      say(summary, err());
      return summary.refused() > 0 ? ExitCode.BAD_DATA : ExitCode.OK;
    } catch (FeedException e) {
      throw forOperator(e);
    } finally {
      said.countDown();
    }
  }

  private FeedSummary run(CountDownLatch said) {
    try (FeedDisplay display = FeedDisplay.create(loop || simulate != null)) {
      Feed feed = new Feed(config(), display);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(feed, said), "stop"));
      report.start(tickerplant, "feed", () -> 0);
      return feed.run();
    }
  }

  /** The process ends when this does, so the summary has to be out. */
  private static void stop(Feed feed, CountDownLatch said) {
    feed.close();
    try {
      if (!said.await(SUMMARY_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("leaving without a summary");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void say(FeedSummary summary, PrintWriter err) {
    if (summary.wasComplete()) {
      err.println(
          "nothing to do: an earlier run has sent all "
              + summary.resumedAfter()
              + " source rows as "
              + summary.publisher()
              + "; to send them again, give another --name");
      return;
    }
    double seconds = summary.elapsed().toNanos() / 1e9;
    err.println(
        String.format(
            Locale.ROOT,
            "sent %,d rows in %.1f s (%,.0f a second): accepted %,d, refused %,d; skipped %,d bad lines",
            summary.sent(),
            seconds,
            seconds > 0 ? summary.sent() / seconds : 0,
            summary.accepted(),
            summary.refused(),
            summary.skipped()));
  }

  /** The exit code that goes with a feed's exception. */
  static OperatorException forOperator(FeedException e) {
    int exitCode =
        switch (e.kind()) {
          case PRECONDITION -> ExitCode.USAGE;
          case BAD_DATA -> ExitCode.BAD_DATA;
          case FAILURE -> ExitCode.FAILURE;
        };
    return new OperatorException(exitCode, String.valueOf(e.getMessage()), e);
  }
}
