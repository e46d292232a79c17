package tickwatch.detector.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tickwatch.detector.ensemble.Combination;
import tickwatch.detector.ensemble.Ensemble;
import tickwatch.detector.ensemble.EnsembleLearner;
import tickwatch.detector.model.LearntNumbers;
import tickwatch.detector.model.Numbers;
import tickwatch.detector.preprocess.Preparation;
import tickwatch.detector.preprocess.Scaler;
import tickwatch.detector.threshold.AlarmLevel;
import tickwatch.detector.threshold.Threshold;
import tickwatch.detector.threshold.ThresholdRule;

/**
 * Ensembles of detectors that need no network, learnt from normal rows, each sensor's its own: what
 * the live detector learns from a sensor's first rows, ahead of time.
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
  }

  /**
   * Learns.
   *
   * @param name of the model
   * @param createdAt for the record
   * @throws IllegalArgumentException if there are too few rows, or none with a value
   */
  public TrainedModel run(String name, String createdAt, List<TrainingSeries> all) {
    Map<String, One> learnt = new LinkedHashMap<>();
    for (TrainingSeries one : all) {
      if (!one.channels().equals(all.get(0).channels())) {
        throw new IllegalArgumentException(
            one.file()
                + ": channels "
                + one.channels()
                + " (expected: as in "
                + all.get(0).file()
                + ": "
                + all.get(0).channels()
                + ")");
      }
      if (learnt.put(one.sym(), learn(one)) != null) {
        throw new IllegalArgumentException(
            "two sensors are called " + one.sym() + " (expected: different names; rename a file)");
      }
    }
    Map<String, double[]> numbers = new LinkedHashMap<>();
    learnt.forEach(
        (sym, one) -> numbers.put(all.size() == 1 ? LearntNumbers.ANY : sym, one.numbers()));
    byte[] file = new LearntNumbers(numbers).bytes();
    ObjectNode json = ModelJson.ensemble(name, file).put("createdAt", createdAt);
    ObjectNode input = json.putObject("input").put("window", 1).put("horizon", 1);
    List<String> channels = all.get(0).channels();
    Scaler first = learnt.values().iterator().next().ensemble().scaler();
    input.set("channels", ModelJson.channels(channels, first));
    put(json, learnt.values().iterator().next());
    if (all.size() > 1) {
      ObjectNode syms = json.putObject("syms");
      learnt.forEach(
          (sym, one) -> {
            ObjectNode own = syms.putObject(sym);
            own.set("channels", ModelJson.channels(channels, one.ensemble().scaler()));
            put(own, one);
          });
    }
    ObjectNode training = ModelJson.training(all);
    training.put("rows", all.stream().mapToInt(TrainingSeries::rows).sum()).put("seed", seed);
    json.set("training", training);
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put(ModelJson.ENSEMBLE_FILE, file);
    files.put("model.json", ModelJson.text(json));
    return new TrainedModel(files, null);
  }

  private One learn(TrainingSeries series) {
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
    int channels = series.channels().size();
    EnsembleLearner learner = new EnsembleLearner(channels, series.rows());
    double[] row = new double[channels];
    for (int t = 0; t < series.rows(); t++) {
      for (int c = 0; c < channels; c++) {
        row[c] = series.values()[c][t];
      }
      learner.add(row, 0, Double.NaN);
    }
    EnsembleLearner.Learnt learnt =
        learner.learn(parts, preparation, combination, rule.isByChannel(), 0, seed);
    double[] heldOut = learnt.heldOutScores();
    if (heldOut.length == 0) {
      throw new IllegalArgumentException(
          series.file() + ": no held-out row of " + series.sym() + " has a value");
    }
    AlarmLevel level = rule.of(learnt, series.rowsPerDay());
    return new One(learnt.untouched(), level);
  }

  private static void put(ObjectNode to, One one) {
    ModelJson.putEnsemble(to, one.ensemble());
    Threshold threshold = one.level().now();
    to.putObject("threshold")
        .put("method", "level")
        .put("value", ModelJson.rounded(threshold.value()))
        .put("normal", ModelJson.rounded(threshold.normal()));
  }
}
