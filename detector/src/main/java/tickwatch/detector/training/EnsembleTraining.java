package tickwatch.detector.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tickwatch.detector.ensemble.Combination;
import tickwatch.detector.ensemble.Ensemble;
import tickwatch.detector.ensemble.EnsembleLearner;
import tickwatch.detector.model.Forecaster;
import tickwatch.detector.model.LearntNumbers;
import tickwatch.detector.model.Model;
import tickwatch.detector.model.ModelDirectory;
import tickwatch.detector.model.Numbers;
import tickwatch.detector.preprocess.Preparation;
import tickwatch.detector.threshold.AlarmLevel;
import tickwatch.detector.threshold.Threshold;
import tickwatch.detector.threshold.ThresholdRule;
import tickwatch.detector.window.RowOrder;

/**
 * Ensembles of detectors that need no network, learnt from normal rows, each sensor's its own: what
 * the live detector learns from a sensor's first rows, ahead of time. They are a model by
 * themselves, or stand beside a network whose score is one of theirs.
 *
 * @param parts the members
 * @param preparation of values, before detectors read them
 * @param combination how their scores become one
 * @param rule how the threshold comes of held-out scores
 */
public record EnsembleTraining(
    List<EnsembleLearner.Part> parts,
    Preparation preparation,
    Combination combination,
    ThresholdRule rule,
    long seed) {
  public EnsembleTraining {
    parts = List.copyOf(parts);
  }

  /** What was learnt of one sensor. */
  private record One(Ensemble ensemble, AlarmLevel level) {
    double[] numbers() {
      Numbers numbers = new Numbers();
      level.save(numbers);
      ensemble.save(numbers);
      return numbers.toArray();
    }

    /** The members and the level, for people to read. */
    void put(ObjectNode ensembleTo, ObjectNode thresholdTo) {
      ModelJson.putEnsemble(ensembleTo, ensemble);
      Threshold threshold = level.now();
      thresholdTo
          .putObject("threshold")
          .put("method", "level")
          .put("value", ModelJson.rounded(threshold.value()))
          .put("normal", ModelJson.rounded(threshold.normal()));
    }
  }

  /**
   * Learns ensembles that judge by themselves.
   *
   * @param name of the model
   * @param createdAt for the record
   * @throws IllegalArgumentException if there are too few rows, or none with a value
   */
  public TrainedModel run(String name, String createdAt, List<TrainingSeries> all) {
    TrainingSeries.requireAlike(all);
    Map<String, One> learnt = new LinkedHashMap<>();
    for (TrainingSeries one : all) {
      learnt.put(one.sym(), learn(one, null, 0));
    }
    byte[] file = file(learnt, all.size() == 1);
    ObjectNode json = ModelJson.ensemble(name, file).put("createdAt", createdAt);
    ObjectNode input = json.putObject("input").put("window", 1).put("horizon", 1);
    List<String> channels = all.get(0).channels();
    One first = learnt.values().iterator().next();
    input.set("channels", ModelJson.channels(channels, first.ensemble().scaler()));
    first.put(json.putObject("ensemble"), json);
    if (all.size() > 1) {
      ObjectNode syms = json.putObject("syms");
      learnt.forEach(
          (sym, one) -> {
            ObjectNode own = syms.putObject(sym);
            own.set("channels", ModelJson.channels(channels, one.ensemble().scaler()));
            one.put(own.putObject("ensemble"), own);
          });
    }
    json.set("training", record(all));
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put(ModelJson.ENSEMBLE_FILE, file);
    files.put("model.json", ModelJson.text(json));
    return new TrainedModel(files, null);
  }

  /**
   * Learns ensembles beside a network, which has a part in their score. The network, its scales and
   * its own threshold stay as they are.
   *
   * @param weight of the network's score
   * @return the files of a directory with both
   * @throws IllegalArgumentException if there are too few rows, or none with a value
   */
  public Map<String, byte[]> beside(
      ModelDirectory network, Forecaster forecaster, double weight, List<TrainingSeries> all) {
    TrainingSeries.requireAlike(all);
    Model model = network.model();
    Map<String, One> learnt = new LinkedHashMap<>();
    for (TrainingSeries one : all) {
      if (!one.channels().equals(model.channels())) {
        throw new IllegalArgumentException(
            one.file()
                + ": channels "
                + one.channels()
                + " (expected: those of model "
                + model.name()
                + ": "
                + model.channels()
                + ")");
      }
      learnt.put(one.sym(), learn(one, NetworkRows.of(model, forecaster, one).scores(), weight));
    }
    boolean isOfAny = all.size() == 1 && model.syms().isEmpty();
    byte[] file = file(learnt, isOfAny);
    ObjectNode json = ModelJson.read(network.files().get("model.json"));
    ObjectNode node =
        json.putObject("ensemble")
            .put("file", ModelJson.ENSEMBLE_FILE)
            .put("sha256", ModelJson.sha256(file))
            .put("networkWeight", weight);
    if (isOfAny) {
      One only = learnt.values().iterator().next();
      only.put(node, node);
    } else {
      ObjectNode syms = node.putObject("syms");
      learnt.forEach(
          (sym, one) -> {
            ObjectNode own = syms.putObject(sym);
            one.put(own, own);
          });
    }
    node.set("training", record(all));
    Map<String, byte[]> files = new LinkedHashMap<>(network.files());
    files.put(ModelJson.ENSEMBLE_FILE, file);
    files.put("model.json", ModelJson.text(json));
    return files;
  }

  private static byte[] file(Map<String, One> learnt, boolean isOfAny) {
    Map<String, double[]> numbers = new LinkedHashMap<>();
    learnt.forEach((sym, one) -> numbers.put(isOfAny ? LearntNumbers.ANY : sym, one.numbers()));
    return new LearntNumbers(numbers).bytes();
  }

  private ObjectNode record(List<TrainingSeries> all) {
    return ModelJson.training(all)
        .put("rows", all.stream().mapToInt(TrainingSeries::rows).sum())
        .put("seed", seed);
  }

  private One learn(TrainingSeries series, double @Nullable [] networkScores, double weight) {
    if (series.rows() < EnsembleLearner.MIN_ROWS) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: %d normal rows of %s (expected: at least %d)",
              series.file(),
              series.rows(),
              series.sym(),
              EnsembleLearner.MIN_ROWS));
    }
    EnsembleLearner.check(parts, series.rows());
    int channels = series.channels().size();
    EnsembleLearner learner = new EnsembleLearner(channels, series.rows());
    double[] row = new double[channels];
    RowOrder order = new RowOrder();
    for (int t = 0; t < series.rows(); t++) {
      for (int c = 0; c < channels; c++) {
        row[c] = series.values()[c][t];
      }
      learner.add(
          row,
          0,
          networkScores == null ? Double.NaN : networkScores[t],
          order.next(series.times()[t]) == RowOrder.Arrival.AFTER_GAP);
    }
    EnsembleLearner.Learnt learnt =
        learner.learn(parts, preparation, combination, rule.rowScore(), weight, seed);
    double[] heldOut = learnt.heldOutScores();
    if (heldOut.length == 0) {
      throw new IllegalArgumentException(
          series.file() + ": no held-out row of " + series.sym() + " has a value");
    }
    AlarmLevel level = rule.of(learnt, series.rowsPerDay());
    return new One(learnt.untouched(), level);
  }
}
