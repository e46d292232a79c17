package tickwatch.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tickwatch.detector.Pipeline;
import tickwatch.detector.PipelineFile;
import tickwatch.detector.model.ModelDirectory;
import tickwatch.detector.model.ModelException;
import tickwatch.detector.model.TorchForecaster;
import tickwatch.detector.training.EnsembleTraining;
import tickwatch.detector.training.NetworkTraining;
import tickwatch.detector.training.TrainedModel;
import tickwatch.detector.training.TrainingSeries;
import tickwatch.detector.training.TrainingSettings;
import tickwatch.feed.FeedException;

@Command(
    name = "train",
    abbreviateSynopsis = true,
    description =
        "Learn what is normal from CSV files and write a model directory: a network, trained on the"
            + " CPU without Python, and beside it an ensemble of other detectors, with scales and"
            + " thresholds for each sensor. The last quarter of the rows is held out.",
    sortOptions = false,
    footerHeading = "%nExamples%n",
    footer = {
      "  tickwatch train --csv boiler.csv --out models/boiler",
      "  tickwatch train --csv data/servers/omi-1.csv.gz data/servers/omi-7.csv.gz --out models/mine",
      "  tickwatch train --csv boiler.csv --train 20000 --model autoencoder --window 64 --out models/boiler-ae",
      "  tickwatch evaluate --csv boiler.csv --label fault --model models/boiler",
      "  tickwatch train --csv boiler.csv --model ensemble --out models/boiler-e4",
      "  tickwatch train --csv boiler.csv --network models/from-elsewhere --out models/both",
      "  scripts/run-all.sh --csv boiler.csv --model models/boiler"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class TrainCommand extends Subcommand implements Callable<Integer> {
  @Mixin private TrainingRows rows;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The model directory to write; needed but for --print-rows.")
  private @Nullable Path out;

  @Option(names = "--force", description = "Take the place of a model that is there.")
  private boolean force;

  @Option(
      names = "--model",
      paramLabel = "KIND",
      defaultValue = "cnn",
      description =
          "cnn, dlinear, gru or transformer (forecast the next row), autoencoder (give the window"
              + " back), each with an ensemble of detectors beside it, or ensemble (no network);"
              + " default: ${DEFAULT-VALUE}.")
  private String kind;

  @Option(
      names = "--pipeline",
      paramLabel = "FILE",
      description =
          "A JSON file with the ensemble's detectors, weights and threshold"
              + " (docs/detection-quality.md; default: var, var10, pca, others, windows).")
  private @Nullable Path pipelineFile;

  @Option(
      names = "--no-ensemble",
      description =
          "Only the network: a detector judges by it alone, unless it learns from its stream's first"
              + " rows (--train).")
  private boolean noEnsemble;

  @Option(
      names = "--network",
      paramLabel = "DIR",
      description =
          "Take the network of this model directory as it is, wherever it is from, and learn the"
              + " ensemble beside it.")
  private @Nullable Path networkFrom;

  @Option(
      names = "--print-rows",
      description =
          "Learn nothing, but print all rows as they are read, as one plain CSV: what"
              + " scripts/train_forecaster.py learns from.")
  private boolean isPrinted;

  @Mixin private NetworkFlags networkFlags;

  @Option(
      names = "--false-alarms",
      paramLabel = "ROWS",
      description = "Normal rows a day that may exceed the threshold (default: 1).")
  private double falseAlarms = Pipeline.DEFAULT_PER_DAY;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "The same seed and rows give the same model (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "The model's name (default: the directory's).")
  private @Nullable String name;

  @Option(
      names = "--created-at",
      paramLabel = "TIME",
      description = "For the record, as 2026-01-31T12:00:00Z (default: now).")
  private @Nullable String createdAt;

  @Mixin private NativeCacheFlag nativeCache;

  @Override
  public Integer call() {
    try {
      return learn();
    } catch (FeedException e) {
      throw FeedCommand.forOperator(e);
    } catch (ModelException | IllegalArgumentException e) {
      throw new OperatorException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new OperatorException(ExitCode.FAILURE, String.valueOf(e.getMessage()), e);
    }
  }

  private int learn() throws IOException {
    if (isPrinted) {
      rows.print(out(), err());
      return ExitCode.OK;
    }
    if (out == null) {
      throw new OperatorException(
          ExitCode.USAGE, "--out is missing (expected: the model directory to write)");
    }
    Path directory = out;
    String modelName = checkOut(directory);
    TrainedModel model =
        networkFrom != null
            ? beside(networkFrom)
            : kind.equals("ensemble")
                ? ensemble(modelName)
                : network(modelName, networkFlags.settings(kind, falseAlarms, seed));
    model.write(directory, force);
    err().println(model.summary());
    out().println(directory);
    return ExitCode.OK;
  }

  private TrainedModel ensemble(String modelName) throws IOException {
    Pipeline pipeline = pipeline();
    if (pipeline.network() != null || pipeline.parts().isEmpty()) {
      throw new OperatorException(
          ExitCode.USAGE,
          "--pipeline " + pipelineFile + " (expected: detectors without a network)");
    }
    List<TrainingSeries> series = rows.read(err());
    tell("ensemble", series);
    return training(pipeline, series).run(modelName, created(), series);
  }

  private TrainedModel network(String modelName, TrainingSettings settings) throws IOException {
    if (noEnsemble && pipelineFile != null) {
      throw new OperatorException(
          ExitCode.USAGE, "--pipeline with --no-ensemble (expected: one or the other)");
    }
    Pipeline pipeline = pipelineBeside();
    List<TrainingSeries> series = rows.read(err());
    NetworkTraining training = new NetworkTraining(settings, series);
    tell(kind, series);
    try (TrainingDisplay display = TrainingDisplay.create(err())) {
      return training.run(
          modelName,
          created(),
          nativeCache.folder(),
          display,
          noEnsemble ? null : training(pipeline, series),
          pipeline.networkWeight());
    }
  }

  private TrainedModel beside(Path network) throws IOException {
    if (noEnsemble) {
      throw new OperatorException(
          ExitCode.USAGE, "--network with --no-ensemble (expected: one or the other)");
    }
    Pipeline pipeline = pipelineBeside();
    ModelDirectory whole = ModelDirectory.read(network);
    whole.model().networkAlone();
    List<TrainingSeries> series = rows.read(err());
    tell("ensemble beside " + whole.model().name(), series);
    try (TorchForecaster forecaster = TorchForecaster.load(whole, nativeCache.folder())) {
      return new TrainedModel(
          training(pipeline, series).beside(whole, forecaster, pipeline.networkWeight(), series),
          null);
    }
  }

  private Pipeline pipeline() {
    Pipeline file = pipelineFile == null ? null : PipelineFile.read(pipelineFile).detection();
    return file == null ? Pipeline.standard(falseAlarms) : file;
  }

  /** For an ensemble in which a network takes part. */
  private Pipeline pipelineBeside() {
    Pipeline pipeline = pipeline();
    if (pipeline.parts().isEmpty()) {
      throw new OperatorException(
          ExitCode.USAGE,
          "--pipeline " + pipelineFile + " (expected: detectors beside the network)");
    }
    return pipeline.networkWeight() > 0 ? pipeline : pipeline.withNetwork();
  }

  private EnsembleTraining training(Pipeline whole, List<TrainingSeries> series) {
    Pipeline pipeline = whole.forChannels(series.get(0).channels().size());
    return new EnsembleTraining(
        pipeline.parts(),
        pipeline.preparation(),
        pipeline.combination(),
        pipeline.threshold(),
        seed);
  }

  private void tell(String what, List<TrainingSeries> series) {
    int count = series.stream().mapToInt(TrainingSeries::rows).sum();
    err()
        .printf(
            Locale.ROOT,
            "%s of %d channels: %,d normal rows of %d %s, the last quarter held out%n",
            what,
            series.get(0).channels().size(),
            count,
            series.size(),
            series.size() == 1 ? "sensor" : "sensors");
  }

  /** Before anything that takes time. */
  private String checkOut(Path directory) throws IOException {
    if (Files.isRegularFile(directory)) {
      throw new OperatorException(
          ExitCode.USAGE, "--out " + directory + " is a file (expected: a directory to be made)");
    }
    if (Files.isDirectory(directory)) {
      boolean model = Files.isRegularFile(directory.resolve("model.json"));
      boolean empty;
      try (var entries = Files.list(directory)) {
        empty = entries.findAny().isEmpty();
      }
      if (!model && !empty) {
        throw new OperatorException(
            ExitCode.USAGE,
            "--out "
                + directory
                + " holds something else (expected: a new directory or a model's)");
      }
      if (model && !force) {
        throw new OperatorException(
            ExitCode.USAGE,
            "--out " + directory + " holds a model already; --force takes its place");
      }
    }
    if (name != null) {
      return name;
    }
    Path last = directory.toAbsolutePath().normalize().getFileName();
    return last == null ? "model" : last.toString();
  }

  private String created() {
    if (createdAt == null) {
      return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }
    try {
      return Instant.parse(createdAt).toString();
    } catch (DateTimeParseException e) {
      throw new OperatorException(
          ExitCode.USAGE,
          "--created-at " + createdAt + " (expected: a time as 2026-01-31T12:00:00Z)",
          e);
    }
  }
}
