package tickwatch.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tickwatch.detector.DetectorException;
import tickwatch.detector.Evaluation;
import tickwatch.detector.EvaluationReport;
import tickwatch.detector.Networks;
import tickwatch.detector.Pipeline;
import tickwatch.detector.PipelineFile;
import tickwatch.detector.Refit;
import tickwatch.detector.ensemble.EnsembleLearner;
import tickwatch.detector.evaluation.FlagMetrics;
import tickwatch.detector.evaluation.LabelledSeries;
import tickwatch.detector.evaluation.ScoreMetrics;
import tickwatch.detector.evaluation.SuiteTable;
import tickwatch.detector.model.Model;
import tickwatch.detector.model.ModelDirectory;
import tickwatch.detector.model.ModelException;
import tickwatch.detector.model.TorchForecaster;
import tickwatch.detector.training.Golden;
import tickwatch.feed.FeedException;
import tickwatch.series.SeriesException;

@Command(
    name = "evaluate",
    abbreviateSynopsis = true,
    description =
        "Say how good detectors are on labelled CSV files: each file goes once, in order, through the"
            + " code of the live detector. The rows of the train part are learnt from, the others are"
            + " judged.",
    sortOptions = false,
    footerHeading = "%nExamples%n",
    footer = {
      "  tickwatch evaluate --csv data/servers/omi-7.csv.gz",
      "  tickwatch evaluate --csv boiler.csv --train 5000 --label fault --scores boiler-scores.csv",
      "  tickwatch evaluate --csv data/servers/omi-7.csv.gz --model models/servers --detector forecast",
      "  tickwatch evaluate --suite data --html report.html"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class EvaluateCommand extends Subcommand implements Callable<Integer> {
  @ArgGroup(multiplicity = "1")
  private What what;

  /** One or the other. */
  static final class What {
    @Option(
        names = "--csv",
        paramLabel = "FILE",
        arity = "1..*",
        description = "Labelled CSV files, plain or gzip, one sensor each.")
    private List<String> files = List.of();

    @Option(
        names = "--suite",
        paramLabel = "DIR",
        description = "A folder of such files, or of folders of them: one data set a folder.")
    private @Nullable Path suite;
  }

  @Option(
      names = "--detector",
      paramLabel = "NAME",
      arity = "1..*",
      split = ",",
      description =
          "Detectors, alone or together: var, var10, pca, others, windows, ewma, stl, forest,"
              + " features, wavelet, and forecast or reconstruct for the network of --model (default: what"
              + " --model has learnt; else var, var10, pca, others, windows, and its network).")
  private List<String> detectors = List.of();

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description =
          "A model directory, judged by as a detector would: its ensemble with its network's part,"
              + " or its network beside detectors that learn.")
  private @Nullable Path model;

  @Option(
      names = "--pipeline",
      paramLabel = "FILE",
      description =
          "A JSON file with detectors, weights and threshold (docs/detection-quality.md).")
  private @Nullable Path pipelineFile;

  @Option(
      names = "--false-alarms",
      paramLabel = "PER_DAY",
      description = "False alarms a day that are acceptable (default: 1).")
  private @Nullable Double falseAlarms;

  @Option(
      names = "--train",
      paramLabel = "ROWS",
      description =
          "Learn from so many first rows (default: the train part; without one a quarter of the"
              + " rows).")
  private @Nullable Integer train;

  @Mixin private LabelledFlags labelled;

  @Option(
      names = "--refit",
      paramLabel = "ROWS",
      description =
          "Learn again after so many rows, as a detector with --refit does (default: never).")
  private @Nullable Integer refit;

  @Option(
      names = "--refit-delay",
      paramLabel = "ROWS",
      description = "Rows until a refit takes effect (default: 200).")
  private int refitDelay = Refit.DEFAULT_DELAY;

  @Option(
      names = "--models",
      paramLabel = "DIR",
      description = "Where the generations of --refit are kept, a folder for each file.")
  private @Nullable Path models;

  @Option(
      names = "--test-only",
      description =
          "Forget the train part: the first --train rows of the rest are learnt from, as TSB-AD has"
              + " it.")
  private boolean testOnly;

  @Option(
      names = "--judge-all",
      description = "Judge the scores of the rows learnt from too, as TSB-AD does.")
  private boolean judgeAll;

  @Option(
      names = "--window",
      paramLabel = "ROWS|auto",
      defaultValue = "100",
      description = "The largest buffer of VUS-PR (default: ${DEFAULT-VALUE}).")
  private String window;

  @Option(
      names = "--merge-gap",
      paramLabel = "ROWS",
      defaultValue = "10",
      description = "Runs of flags nearer than this are one alarm (default: ${DEFAULT-VALUE}).")
  private int mergeGap;

  @Option(
      names = "--scores",
      paramLabel = "OUT.csv",
      description =
          "Write a line for each row: ts,score,threshold,flag and the top channels; a folder for"
              + " several files.")
  private @Nullable Path scores;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description =
          "Write a page with each series, its scores, thresholds, labels and flags; it needs no"
              + " network.")
  private @Nullable Path html;

  @Mixin private NativeCacheFlag nativeCache;

  /** A file and the data set that it belongs to. */
  private record Item(String dataSet, Path file) {}

  @Override
  public Integer call() {
    try {
      return evaluate();
    } catch (RuntimeException e) {
      throw forOperator(e);
    } catch (IOException e) {
      throw new OperatorException(ExitCode.FAILURE, String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * As a sentence for an operator.
   *
   * @throws RuntimeException itself, where it has none
   */
  private static OperatorException forOperator(RuntimeException e) {
    if (e instanceof OperatorException known) {
      return known;
    }
    if (e instanceof FeedException known) {
      return FeedCommand.forOperator(known);
    }
    if (e instanceof UncheckedIOException) {
      return new OperatorException(ExitCode.FAILURE, String.valueOf(e.getMessage()), e);
    }
    if (e instanceof ModelException
        || e instanceof DetectorException
        || e instanceof SeriesException
        || e instanceof IllegalArgumentException) {
      return new OperatorException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
    throw e;
  }

  /** The files, or sensors of one, that cannot be judged: each is told, and the others are. */
  private final class Unjudged {
    private final Set<Path> files = new LinkedHashSet<>();

    /**
     * Tells one.
     *
     * @param isOnly whether there is no other to go on with; then this throws
     */
    void add(Path file, RuntimeException cause, boolean isOnly) {
      OperatorException known = forOperator(cause);
      if (isOnly) {
        throw known;
      }
      files.add(file);
      String why = String.valueOf(known.getMessage());
      err().println(why.contains(file.toString()) ? why : file + ": " + why);
      err().flush();
    }

    /**
     * @throws OperatorException if there is any
     */
    void check() {
      if (!files.isEmpty()) {
        throw new OperatorException(
            ExitCode.FAILURE,
            "not judged, or not all of it (why is said above): "
                + files.stream().map(Path::toString).collect(Collectors.joining(", ")));
      }
    }
  }

  private int evaluate() throws IOException {
    checkBeforehand();
    List<Item> items = items();
    Pipeline pipeline = pipeline();
    SuiteTable table = new SuiteTable();
    EvaluationReport report = new EvaluationReport();
    PrintWriter out = out();
    Integer fixedWindow = fixedWindow();
    FileNames fileNames = new FileNames();
    Unjudged unjudged = new Unjudged();
    ModelDirectory directory = model == null ? null : ModelDirectory.read(model);
    Model judged = directory == null ? null : judged(directory.model());
    boolean byItself = judged != null && judgesByItself(judged);
    pipeline.check(judged);
    try (TorchForecaster forecaster =
        directory == null || judged == null || !judged.hasNetwork()
            ? null
            : TorchForecaster.load(directory, nativeCache.folder())) {
      if (directory != null && forecaster != null) {
        Golden.check(directory, forecaster);
      }
      for (Item item : items) {
        List<LabelledFlags.Labelled> sensors;
        try {
          sensors = labelled.read(item.file(), err());
        } catch (RuntimeException e) {
          unjudged.add(item.file(), e, items.size() == 1);
          continue;
        }
        boolean isOnly = items.size() == 1 && sensors.size() == 1;
        for (LabelledFlags.Labelled sensor : sensors) {
          LabelledSeries series;
          String fileName = fileNames.of(sensor.series().name());
          Evaluation.Outcome outcome;
          try {
            series = series(item.file(), sensor.series());
            tell(item.file(), series, judged);
            outcome =
                Evaluation.run(
                    series,
                    judged,
                    forecaster,
                    byItself && refit == null ? null : pipeline,
                    refit(fileName),
                    directory == null ? null : new Networks(directory, nativeCache.folder()));
            requireScores(item.file(), outcome);
          } catch (RuntimeException e) {
            unjudged.add(item.file(), e, isOnly);
            continue;
          }
          int buffer =
              fixedWindow == null ? ScoreMetrics.automaticWindow(series.values()[0]) : fixedWindow;
          ScoreMetrics ranking = outcome.ranking(buffer, judgeAll);
          FlagMetrics flagging = outcome.flagging(mergeGap);
          table.add(item.dataSet(), series.name(), ranking, flagging, outcome.rowsPerSecond());
          if (html != null) {
            report.add(item.dataSet(), outcome, ranking, flagging);
          }
          if (scores != null) {
            Path file = isOnly ? scores : scores.resolve(fileName + ".csv");
            makeFolderOf(file);
            ScoresCsv.write(outcome, file);
          }
          err().println(table.last());
          err().flush();
        }
      }
    }
    if (html != null) {
      Files.writeString(html, report.html());
    }
    if (!table.isEmpty()) {
      out.print(table.markdown());
      out.flush();
    }
    unjudged.check();
    return ExitCode.OK;
  }

  /** What would else be found wrong only after all was judged. */
  private void checkBeforehand() throws IOException {
    for (Path file : new Path[] {html, scores}) {
      if (file != null) {
        makeFolderOf(file);
      }
    }
  }

  private static void makeFolderOf(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      return;
    }
    try {
      Files.createDirectories(folder);
    } catch (FileSystemException e) {
      throw new OperatorException(
          ExitCode.FAILURE, folder + " is no folder and cannot be made one", e);
    }
  }

  /**
   * Says what of a series cannot be judged, or not be said how well.
   *
   * @throws OperatorException if a model lacks its channels, or most rows come late
   */
  private void tell(Path file, LabelledSeries series, @Nullable Model judged) {
    if (judged != null && !series.channels().containsAll(judged.channels())) {
      List<String> missing = new ArrayList<>(judged.channels());
      missing.removeAll(series.channels());
      throw new OperatorException(
          ExitCode.USAGE,
          file
              + " has no column of numbers "
              + String.join(", ", missing)
              + ", which --model "
              + model
              + " needs (channels: "
              + String.join(", ", series.channels())
              + ")");
    }
    int late = series.lateRows();
    if (late > 0) {
      String said =
          file
              + ": "
              + late
              + " of "
              + series.rowCount()
              + " rows of "
              + series.name()
              + " are earlier than one before them";
      if (2 * late > series.rowCount()) {
        throw new OperatorException(
            ExitCode.FAILURE, said + " (expected: rows in the order of their times)");
      }
      err().println(said + " and are not judged; sort the file by time");
    }
    if (series.labelledRows(series.rowCount()) == 0) {
      err()
          .println(
              file
                  + ": no row of "
                  + series.name()
                  + " is labelled anomalous, so all that can be said is how many flags there are"
                  + " (--label COL names the column of labels)");
    }
  }

  private static void requireScores(Path file, Evaluation.Outcome outcome) {
    double[] scores = outcome.scores();
    for (int t = outcome.from(); t < scores.length; t++) {
      if (!Double.isNaN(scores[t])) {
        return;
      }
    }
    throw new OperatorException(
        ExitCode.FAILURE,
        file
            + ": no row of "
            + outcome.series().name()
            + " could be judged (expected: rows in the order of their times, with values)");
  }

  /** Null where it is found for each series. */
  private @Nullable Integer fixedWindow() {
    if (window.equals("auto")) {
      return null;
    }
    try {
      return Integer.valueOf(window);
    } catch (NumberFormatException e) {
      throw new OperatorException(
          ExitCode.USAGE, "--window: \"" + window + "\" (expected: rows, as 100, or auto)", e);
    }
  }

  private @Nullable Refit refit(String fileName) {
    if (refit == null) {
      return null;
    }
    if (models == null) {
      throw new OperatorException(
          ExitCode.USAGE, "--refit needs --models DIR, where generations are kept");
    }
    return new Refit(refit, refitDelay, models.resolve(fileName));
  }

  /** What of a model judges: its ensemble does where nothing else is asked for. */
  private Model judged(Model whole) {
    if (!whole.hasEnsemble() || (detectors.isEmpty() && pipelineFile == null)) {
      return whole;
    }
    if (!whole.hasNetwork()) {
      throw new OperatorException(
          ExitCode.USAGE,
          "--model "
              + model
              + " is an ensemble that has learnt (expected: no --detector or --pipeline)");
    }
    return whole.networkAlone();
  }

  /** By scales and thresholds of its own, or with what its ensemble has learnt. */
  private boolean judgesByItself(Model judged) {
    return isNetworkAlone() || judged.hasEnsemble();
  }

  private boolean isNetworkAlone() {
    return detectors.size() == 1 && Pipeline.NETWORKS.contains(detectors.get(0));
  }

  private Pipeline pipeline() {
    Pipeline file = pipelineFile == null ? null : PipelineFile.read(pipelineFile).detection();
    return Detectors.pipeline(file, detectors, model != null, falseAlarms);
  }

  private List<Item> items() throws IOException {
    if (what.suite == null) {
      return CsvFlags.files(what.files).stream().map(file -> new Item("", file)).toList();
    }
    if (!Files.isDirectory(what.suite)) {
      throw new OperatorException(
          ExitCode.USAGE,
          "--suite " + what.suite + ": no such folder (expected: one with CSV files)");
    }
    List<Item> items = new ArrayList<>();
    try (Stream<Path> found = Files.walk(what.suite, 2)) {
      found
          .filter(Files::isRegularFile)
          .filter(file -> file.toString().matches("(?i).*\\.(csv|tsv)(\\.gz)?"))
          .sorted()
          .forEach(
              file -> {
                Path folder = file.getParent();
                items.add(
                    new Item(
                        folder == null || folder.getFileName() == null
                            ? ""
                            : folder.getFileName().toString(),
                        file));
              });
    }
    if (items.isEmpty()) {
      throw new OperatorException(
          ExitCode.USAGE,
          "--suite " + what.suite + " holds no CSV file (expected: *.csv or *.csv.gz)");
    }
    return items;
  }

  /** As {@code --train} and its like want it. */
  private LabelledSeries series(Path file, LabelledSeries whole) {
    LabelledSeries series = testOnly ? whole.from(whole.trainRows()) : whole;
    if (isNetworkAlone() && train == null) {
      return series;
    }
    int rows =
        train != null ? train : series.trainRows() > 0 ? series.trainRows() : series.rowCount() / 4;
    if (rows < EnsembleLearner.MIN_ROWS || rows >= series.rowCount()) {
      throw new OperatorException(
          ExitCode.USAGE,
          file
              + ": "
              + rows
              + " of "
              + series.rowCount()
              + " rows to learn from (expected: at least "
              + EnsembleLearner.MIN_ROWS
              + " and not all; see --train)");
    }
    return series.withTrainRows(rows);
  }
}
