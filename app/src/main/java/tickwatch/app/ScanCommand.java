package tickwatch.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tickwatch.series.Params;
import tickwatch.series.bulk.BulkScan;
import tickwatch.series.bulk.Detection;
import tickwatch.series.bulk.Source;
import tickwatch.series.npy.CsvColumns;
import tickwatch.series.npy.FileFormat;
import tickwatch.series.npy.SeriesFile;

@Command(
    name = "scan",
    abbreviateSynopsis = true,
    description =
        "Look for anomalies in a file of numbers larger than memory, or in numbers generated on the way.",
    sortOptions = false,
    footerHeading = "%nExamples%n",
    footer = {
      "  tickwatch scan --file x.npy --out mask.npy --time",
      "  tickwatch scan --file x.npy --type stl --params '{\"period\": 200, \"robust\": true}' --out found.csv",
      "  tickwatch scan --file boiler.csv --column temperature --type ewma --params '{\"alpha\": 0.05}'",
      "  tickwatch scan --generate --num-samples 1000000000 --dtype f4 --time",
      "",
      "--params: threshold (3); ewma: alpha or span, warmUp, floor, relativeFloor, period (1: no season; 0: it is",
      "found), learn (its first 4096 values); stl: period (or seasonal), trend (average, loess), robust. NaN is a missing value, never flagged; an infinity always is."
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ScanCommand extends Subcommand implements Callable<Integer> {
  @Option(names = "--file", paramLabel = "FILE", description = "The file to scan.")
  private @Nullable Path file;

  @Option(
      names = "--generate",
      description = "Scan generated numbers that are stored nowhere; see generate --help.")
  private boolean generate;

  @Option(
      names = "--format",
      paramLabel = "npy|raw|csv",
      description = "What the file is (default: csv if its name ends so, else npy).")
  private @Nullable String format;

  @Option(
      names = "--column",
      paramLabel = "NAME",
      description =
          "Columns of a CSV file; commas may stand between them (default: all that hold numbers).")
  private List<String> columns = List.of();

  @Option(
      names = "--type",
      paramLabel = "zscore|ewma|stl",
      defaultValue = "zscore",
      description = "How to judge (default: ${DEFAULT-VALUE}).")
  private String type;

  @Option(names = "--params", paramLabel = "JSON", description = "Its parameters; see below.")
  private @Nullable String params;

  @Option(
      names = "--global",
      description = "zscore: mean and deviation of the whole column, not of each chunk.")
  private boolean global;

  @Option(
      names = "--chunk",
      paramLabel = "N",
      description = "Values that zscore judges by themselves (default: 32768).")
  private @Nullable Integer chunk;

  @Option(
      names = "--threads",
      paramLabel = "T",
      description = "Threads (default: one for each core).")
  private @Nullable Integer threads;

  @Option(
      names = "--out",
      paramLabel = "MASK.npy|LIST.csv",
      description = "A mask of all values, or a list of the flagged ones with their scores.")
  private @Nullable Path out;

  @Option(names = "--bits", description = "A bit a value in the mask, as numpy.packbits has them.")
  private boolean bits;

  @Mixin private SeriesFlags series;

  @Option(
      names = "--generate-type",
      paramLabel = "normal|uniform",
      defaultValue = "normal",
      description = "With --generate: the distribution (default: ${DEFAULT-VALUE}).")
  private String generateType;

  @Option(
      names = "--generate-params",
      paramLabel = "JSON",
      description = "With --generate: what --params are to generate.")
  private @Nullable String generateParams;

  @Option(names = "--time", description = "Say how long it took.")
  private boolean time;

  @Override
  public Integer call() {
    Integer threadCount = threads;
    Integer chunkLength = chunk;
    BulkScan.Config config =
        SeriesFlags.read(
            () ->
                new BulkScan.Config(
                    Detection.of(
                        type, new Params("--params", JsonText.object("--params", params)), global),
                    chunkLength == null ? BulkScan.DEFAULT_CHUNK : chunkLength,
                    threadCount == null ? Runtime.getRuntime().availableProcessors() : threadCount,
                    out,
                    bits));
    Path path = file;
    if (generate == (path != null)) {
      throw new OperatorException(ExitCode.USAGE, "give --file or --generate, one of them");
    }
    BulkScan.Summary summary =
        path == null
            ? scan(
                SeriesFlags.read(
                    () ->
                        Source.generated(
                            series.recipe(generateType, "--generate-params", generateParams),
                            series.seed,
                            series.dtype(),
                            series.numSamples)),
                config)
            : scan(path, config);
    out()
        .println(
            String.format(
                Locale.ROOT,
                "values %d flagged %d (%.4f %%) missing %d",
                summary.values(),
                summary.flagged(),
                100.0 * summary.flagged() / Math.max(1, summary.values()),
                summary.missing()));
    if (time) {
      err()
          .println(
              String.format(
                  Locale.ROOT,
                  "%.3f s, %.1f million values a second, %.2f GB/s",
                  summary.seconds(),
                  summary.rate() / 1e6,
                  summary.bytes() / summary.seconds() / 1e9));
    }
    return ExitCode.OK;
  }

  private BulkScan.Summary scan(Path path, BulkScan.Config config) {
    String kind = format;
    if (kind == null) {
      String name = path.toString().toLowerCase(Locale.ROOT);
      kind = name.endsWith(".csv") || name.endsWith(".csv.gz") ? "csv" : "npy";
    }
    if (!kind.equals("csv")) {
      String binary = kind;
      return scan(path, SeriesFlags.read(() -> FileFormat.parse(binary)), config);
    }
    try {
      Path folder = Files.createTempDirectory("tickwatch-scan");
      Path copy = folder.resolve("columns.npy");
      try {
        List<String> names = CsvColumns.copy(path, columns, copy);
        err().println("columns " + String.join(", ", names));
        return scan(copy, FileFormat.NPY, config);
      } finally {
        Files.deleteIfExists(copy);
        Files.deleteIfExists(folder);
      }
    } catch (IOException e) {
      throw new OperatorException(
          ExitCode.FAILURE,
          "no temporary file for the columns of " + path + ": " + e.getMessage(),
          e);
    }
  }

  private static BulkScan.Summary scan(Path path, FileFormat format, BulkScan.Config config) {
    try (SeriesFile open = SeriesFlags.read(() -> SeriesFile.open(path, format))) {
      return scan(Source.of(open), config);
    }
  }

  private static BulkScan.Summary scan(Source source, BulkScan.Config config) {
    try (BulkDisplay display = BulkDisplay.create("scan")) {
      return new BulkScan(source, config, display).run();
    }
  }
}
