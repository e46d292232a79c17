package tickwatch.app;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tickwatch.series.bulk.BulkGenerate;
import tickwatch.series.npy.FileFormat;

@Command(
    name = "generate",
    abbreviateSynopsis = true,
    description =
        "Write random numbers to a file, on all cores. The same seed gives the same file for any"
            + " number of threads and any chunk; FILE.json says what it depends on.",
    sortOptions = false,
    footerHeading = "%nExamples%n",
    footer = {
      "  tickwatch generate --num-samples 1000000000 --file x.npy --dtype f4 --time",
      "  tickwatch generate --file x.npy --params '{\"mean\": 20, \"std\": 2}'"
          + " --seasonality '{\"amplitude\": 5, \"period\": 200}' --anomalies 0.01",
      "  tickwatch generate --file - --format raw --type uniform --params '{\"low\": -1, \"high\": 1}' | ...",
      "",
      "--params: mean, std (normal) or low, high (uniform); generator (ziggurat, box-muller), trend,",
      "drift {std, every}, anomalies {rate, kinds, length, size, spread, bothSigns, factor, dropTo}.",
      "box-muller is the faster one with TICKWATCH_JAVA_OPTS='--add-modules jdk.incubator.vector'."
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class GenerateCommand extends Subcommand implements Callable<Integer> {
  @Option(
      names = "--file",
      paramLabel = "FILE",
      required = true,
      description = "Where the values go; - for standard output.")
  private String file;

  @Option(
      names = "--format",
      paramLabel = "npy|raw",
      defaultValue = "npy",
      description = "NumPy's format, or doubles without a head (default: ${DEFAULT-VALUE}).")
  private String format;

  @Option(
      names = "--type",
      paramLabel = "normal|uniform",
      defaultValue = "normal",
      description = "The distribution (default: ${DEFAULT-VALUE}).")
  private String type;

  @Option(names = "--params", paramLabel = "JSON", description = "Its parameters; see below.")
  private @Nullable String params;

  @Mixin private SeriesFlags series;

  @Option(
      names = "--threads",
      paramLabel = "T",
      description = "Threads (default: one for each core).")
  private @Nullable Integer threads;

  @Option(
      names = "--chunk",
      paramLabel = "N",
      description = "Values that a thread makes and writes at a time (default: 65536).")
  private @Nullable Integer chunk;

  @Option(names = "--sync", description = "Write in order, for slow disks.")
  private boolean sync;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description =
          "With --file -: where the labels of injected anomalies go (else FILE.labels.csv).")
  private @Nullable Path labels;

  @Option(names = "--time", description = "Say how long it took.")
  private boolean time;

  @Override
  public Integer call() {
    if (labels != null && !file.equals("-")) {
      throw new OperatorException(
          ExitCode.USAGE, "--labels goes with --file -; a file has them in FILE.labels.csv");
    }
    Integer threadCount = threads;
    Integer chunkLength = chunk;
    BulkGenerate.Config config =
        SeriesFlags.read(
            () ->
                new BulkGenerate.Config(
                    series.recipe(type, "--params", params),
                    series.seed,
                    series.dtype(),
                    FileFormat.parse(format),
                    series.numSamples,
                    threadCount == null ? Runtime.getRuntime().availableProcessors() : threadCount,
                    chunkLength == null ? BulkGenerate.DEFAULT_CHUNK : chunkLength,
                    sync));
    BulkGenerate.Summary summary = run(config);
    err()
        .println(
            String.format(Locale.ROOT, "%,d values, %,d bytes", summary.values(), summary.bytes()));
    if (summary.anomalies() > 0) {
      err()
          .println(
              String.format(
                  Locale.ROOT,
                  "%,d anomalies in %s",
                  summary.anomalies(),
                  labels == null ? file + ".labels.csv" : labels));
    }
    if (time) {
      err()
          .println(
              String.format(
                  Locale.ROOT,
                  "%.3f s, %.1f million values a second",
                  summary.seconds(),
                  summary.rate() / 1e6));
    }
    return ExitCode.OK;
  }

  private BulkGenerate.Summary run(BulkGenerate.Config config) {
    try (BulkDisplay display = BulkDisplay.create("generate")) {
      BulkGenerate generate = new BulkGenerate(config, display);
      if (!file.equals("-")) {
        return generate.toFile(Path.of(file));
      }
      try (OutputStream out = new FileOutputStream(FileDescriptor.out)) {
        return generate.toStream(out, labels);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
