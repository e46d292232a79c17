package tickwatch.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tickwatch.detector.Pipeline;
import tickwatch.detector.PipelineFile;
import tickwatch.detector.model.Architecture;
import tickwatch.detector.model.ModelException;
import tickwatch.detector.training.EnsembleTraining;
import tickwatch.detector.training.NetworkTraining;
import tickwatch.detector.training.TrainedModel;
import tickwatch.detector.training.TrainingSeries;
import tickwatch.detector.training.TrainingSettings;
import tickwatch.feed.FeedException;
import tickwatch.feed.LabelledCsv;

@Command(
    name = "train",
    abbreviateSynopsis = true,
    description =
        "Learn what is normal from CSV files and write a model directory: a network, trained on the"
            + " CPU without Python, with scales and thresholds for each sensor. The last quarter of"
            + " the rows is held out.",
    sortOptions = false,
    footerHeading = "%nExamples%n",
    footer = {
      "  tickwatch train --csv boiler.csv --out models/boiler",
      "  tickwatch train --csv data/servers/omi-1.csv.gz data/servers/omi-7.csv.gz --out models/mine",
      "  tickwatch train --csv boiler.csv --train 20000 --model autoencoder --window 64 --out models/boiler-ae",
      "  tickwatch evaluate --csv boiler.csv --label fault --model models/boiler --detector forecast",
      "  tickwatch train --csv boiler.csv --model ensemble --out models/boiler-e4",
      "  scripts/run-all.sh --csv boiler.csv --model models/boiler"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class TrainCommand extends Subcommand implements Callable<Integer> {
  @Option(
      names = "--csv",
      paramLabel = "FILE",
      arity = "1..*",
      split = ",",
      required = true,
      description = "CSV files, plain or gzip, one sensor each or with a column of sensors.")
  private List<Path> files = List.of();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "The model directory to write.")
  private Path directory;

  @Option(names = "--force", description = "Take the place of a model that is there.")
  private boolean force;

  @Option(
      names = "--model",
      paramLabel = "KIND",
      defaultValue = "cnn",
      description =
          "cnn, dlinear, gru or transformer (forecast the next row), autoencoder (give the window"
              + " back), or ensemble (detectors that need no network); default: ${DEFAULT-VALUE}.")
  private String kind;

  @Option(
      names = "--pipeline",
      paramLabel = "FILE",
      description =
          "With --model ensemble: a JSON file with detectors, weights and threshold"
              + " (docs/detection-quality.md; default: var, var10, pca, windows).")
  private @Nullable Path pipelineFile;

  @Option(
      names = "--split",
      paramLabel = "COL",
      description =
          "The column that says train for rows that are normal (default: split, if there is one;"
              + " else all rows count as normal).")
  private @Nullable String split;

  @Option(
      names = "--train",
      paramLabel = "ROWS",
      description = "So many first rows of each sensor are normal, whatever a column says.")
  private @Nullable Integer train;

  @Mixin private CsvFlags csvFlags;

  @Option(
      names = "--label",
      paramLabel = "COL",
      description = "A column of labels, which is no channel (default: label).")
  private @Nullable String label;

  @Option(
      names = "--channels",
      paramLabel = "COL",
      arity = "1..*",
      split = ",",
      description = "The channels, in this order (default: all columns of numbers).")
  private List<String> channels = List.of();

  @Option(
      names = "--window",
      paramLabel = "ROWS",
      defaultValue = "32",
      description = "Rows that a forecast is made from (default: ${DEFAULT-VALUE}).")
  private int window;

  @Option(
      names = "--horizon",
      paramLabel = "ROWS",
      description = "How many rows ahead the forecast is (default: 1).")
  private @Nullable Integer horizon;

  @Option(
      names = "--hidden",
      paramLabel = "N",
      description = "Width of the network's layers (default: 24).")
  private @Nullable Integer hidden;

  @Option(
      names = "--layers",
      paramLabel = "N",
      description = "Layers (default: 2 of cnn, 1 of the others).")
  private @Nullable Integer layers;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      defaultValue = "15",
      description = "Times through the rows, at most (default: ${DEFAULT-VALUE}).")
  private int epochs;

  @Option(
      names = "--patience",
      paramLabel = "EPOCHS",
      defaultValue = "5",
      description =
          "Stop after so many epochs without a better held-out loss (default: ${DEFAULT-VALUE}).")
  private int patience;

  @Option(
      names = "--batch",
      paramLabel = "WINDOWS",
      defaultValue = "256",
      description = "Windows in a step, 1 to 256 (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--learning-rate",
      paramLabel = "RATE",
      defaultValue = "0.001",
      description = "The largest learning rate (default: ${DEFAULT-VALUE}).")
  private double rate;

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

  @Option(
      names = "--native-cache",
      paramLabel = "DIR",
      description =
          "Where PyTorch's libraries are unpacked, once, 432 MB (default: ~/.cache/tickwatch/djl).")
  private @Nullable Path nativeCache;

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
    String modelName = checkOut();
    TrainedModel model =
        kind.equals("ensemble") ? ensemble(modelName) : network(modelName, settings());
    model.write(directory, force);
    err().println(model.summary());
    out().println(directory);
    return ExitCode.OK;
  }

  private TrainedModel ensemble(String modelName) throws IOException {
    Pipeline file = pipelineFile == null ? null : PipelineFile.read(pipelineFile).detection();
    Pipeline pipeline = file == null ? Pipeline.standard(falseAlarms) : file;
    if (pipeline.network() != null || pipeline.parts().isEmpty()) {
      throw new OperatorException(
          ExitCode.USAGE,
          "--pipeline " + pipelineFile + " (expected: detectors without a network)");
    }
    List<TrainingSeries> series = series();
    tell(series);
    return new EnsembleTraining(
            pipeline.parts(),
            pipeline.preparation(),
            pipeline.combination(),
            pipeline.threshold(),
            seed)
        .run(modelName, created(), series);
  }

  private TrainedModel network(String modelName, TrainingSettings settings) throws IOException {
    if (pipelineFile != null) {
      throw new OperatorException(ExitCode.USAGE, "--pipeline goes with --model ensemble");
    }
    List<TrainingSeries> series = series();
    NetworkTraining training = new NetworkTraining(settings, series);
    tell(series);
    try (TrainingDisplay display = TrainingDisplay.create(err())) {
      return training.run(modelName, created(), cache(), display);
    }
  }

  private void tell(List<TrainingSeries> series) {
    int rows = series.stream().mapToInt(TrainingSeries::rows).sum();
    err()
        .printf(
            Locale.ROOT,
            "%s of %d channels: %,d normal rows of %d %s, the last quarter held out%n",
            kind,
            series.get(0).channels().size(),
            rows,
            series.size(),
            series.size() == 1 ? "sensor" : "sensors");
  }

  /** Before anything that takes time. */
  private String checkOut() throws IOException {
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

  private TrainingSettings settings() {
    atLeastOne("--window", window);
    atLeastOne("--epochs", epochs);
    atLeastOne("--patience", patience);
    atLeastOne("--batch", batch);
    if (!(rate > 0) || !(falseAlarms > 0)) {
      throw new OperatorException(
          ExitCode.USAGE, "--learning-rate and --false-alarms (expected: above 0)");
    }
    Architecture architecture = Architecture.of(kind);
    int wantedHidden = hidden == null ? architecture.defaultHidden() : hidden;
    int wantedLayers = layers == null ? architecture.defaultLayers() : layers;
    atLeastOne("--hidden", wantedHidden);
    atLeastOne("--layers", wantedLayers);
    int ahead = horizon != null ? horizon : architecture.isReconstructor() ? 0 : 1;
    return new TrainingSettings(
        architecture,
        window,
        ahead,
        wantedHidden,
        wantedLayers,
        epochs,
        patience,
        batch,
        rate,
        falseAlarms,
        seed);
  }

  private static void atLeastOne(String flag, int value) {
    if (value < 1) {
      throw new OperatorException(ExitCode.USAGE, flag + " " + value + " (expected: at least 1)");
    }
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

  private Path cache() {
    return nativeCache != null
        ? nativeCache
        : Path.of(System.getProperty("user.home", "."), ".cache", "tickwatch", "djl");
  }

  // ---- the rows

  private List<TrainingSeries> series() throws IOException {
    List<TrainingSeries> all = new ArrayList<>();
    for (Path file : files) {
      List<LabelledCsv> found =
          LabelledCsv.readSensors(file, csvFlags.time(), split, label, csvFlags.sym());
      String sha256 = sha256(file);
      LabelledCsv first = found.get(0);
      if (first.badLines() > 0) {
        err().println(file + ": " + first.badLines() + " bad lines are left out");
      }
      if (channels.isEmpty()) {
        first.leftOut().forEach(column -> err().println(file + ": left out: " + column));
      }
      for (LabelledCsv one : found) {
        all.add(series(file, one, sha256));
      }
    }
    return all;
  }

  private TrainingSeries series(Path file, LabelledCsv csv, String sha256) {
    int rows = normalRows(file, csv);
    for (int t = 1; t < rows; t++) {
      if (csv.times()[t] < csv.times()[t - 1]) {
        throw new OperatorException(
            ExitCode.USAGE,
            file
                + ": row "
                + (t + 1)
                + " of "
                + csv.name()
                + " is earlier than the one before it (expected: rows in order of time; sort them)");
      }
    }
    int labelled = 0;
    for (int t = 0; t < rows; t++) {
      labelled += csv.labels()[t] ? 1 : 0;
    }
    if (labelled > 0) {
      err()
          .println(
              file
                  + ": "
                  + labelled
                  + " of the rows of "
                  + csv.name()
                  + " that count as normal are labelled anomalous");
    }
    List<String> names = channels.isEmpty() ? csv.channels() : channels;
    double[][] values = new double[names.size()][];
    for (int c = 0; c < values.length; c++) {
      int at = csv.channels().indexOf(names.get(c));
      if (at < 0) {
        throw new OperatorException(ExitCode.USAGE, notThere(file, csv, names.get(c)));
      }
      values[c] = Arrays.copyOf(csv.values(at), rows);
    }
    return new TrainingSeries(
        csv.name(),
        names,
        Arrays.copyOf(csv.times(), rows),
        values,
        String.valueOf(file.getFileName()),
        sha256);
  }

  private static String notThere(Path file, LabelledCsv csv, String channel) {
    return csv.leftOut().stream()
        .filter(column -> column.startsWith(channel + " "))
        .findFirst()
        .map(
            column ->
                file + ": --channels " + column + " (expected: a column of numbers or nothing)")
        .orElse(
            file
                + ": --channels "
                + channel
                + ": no such column of numbers (columns: "
                + String.join(", ", csv.channels())
                + ")");
  }

  private int normalRows(Path file, LabelledCsv csv) {
    if (train != null) {
      if (train > csv.rowCount()) {
        throw new OperatorException(
            ExitCode.USAGE,
            file + ": --train " + train + " of " + csv.rowCount() + " rows of " + csv.name());
      }
      return train;
    }
    if (!csv.isSplit()) {
      return csv.rowCount();
    }
    int rows = 0;
    while (rows < csv.rowCount() && csv.train()[rows]) {
      rows++;
    }
    for (int t = rows; t < csv.rowCount(); t++) {
      if (csv.train()[t]) {
        throw new OperatorException(
            ExitCode.USAGE,
            file
                + ": row "
                + (t + 1)
                + " of "
                + csv.name()
                + " is of the train part, row "
                + (rows + 1)
                + " is not (expected: all train rows first)");
      }
    }
    if (rows == 0) {
      throw new OperatorException(
          ExitCode.USAGE,
          file
              + ": no row of "
              + csv.name()
              + " says train in its column "
              + (split == null ? "split" : split)
              + " (expected: train for the first, normal rows; --train ROWS counts them instead)");
    }
    return rows;
  }

  private static String sha256(Path file) throws IOException {
    try (InputStream in =
        new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
      in.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(((DigestInputStream) in).getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
