package tickwatch.detector.training;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import tickwatch.detector.ensemble.Quantile;
import tickwatch.detector.ensemble.RowScorer;
import tickwatch.detector.ensemble.Verdict;
import tickwatch.detector.model.Scales;
import tickwatch.detector.model.Scoring;
import tickwatch.detector.threshold.PeaksOverThreshold;

/**
 * What held-out normal rows say of a network's errors: their scales, what row scores seldom exceed,
 * and the threshold. {@code docs/model-format.md} says what each number means.
 *
 * @param scale of each channel's error, in z units
 * @param cap the largest row score that enters the averages
 * @param q99 what each speed is divided by
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
record Calibration(
    double[] scale,
    double cap,
    double[] q99,
    double[] sortedScores,
    double perDay,
    double rowsPerDay) {
  private static final double CLIP = 20;
  private static final double POWER = 1.5;
  private static final double BAND = 3;
  private static final double[] HALF_LIVES = {0, 3, 12};
  private static final double CAP = 10;
  private static final double QUANTILE = 0.99;

  /**
   * Rows without a gap, and what the network gives for them.
   *
   * @param z {@code rows × channels}, NaN where missing
   * @param out {@code rows × channels}
   */
  record Stretch(double[] z, float[] out) {}

  /**
   * Calibrates.
   *
   * @param perDay normal rows a day that may exceed the threshold
   * @throws IllegalArgumentException if no row has an error at all
   */
  static Calibration of(List<Stretch> stretches, int channels, double perDay, double rowsPerDay) {
    double[] scale = scale(stretches, channels);
    double[] ones = new double[HALF_LIVES.length];
    Arrays.fill(ones, 1);
    Scoring.Normalised plain = scoring(scale, Double.POSITIVE_INFINITY, ones);
    double cap = ModelJson.rounded(CAP * quantile(scores(stretches, channels, plain)[0]));
    double[][] speeds = scores(stretches, channels, scoring(scale, cap, ones));
    double[] q99 = new double[HALF_LIVES.length];
    for (int i = 0; i < q99.length; i++) {
      q99[i] = ModelJson.rounded(quantile(speeds[i]));
      if (!(q99[i] > 0)) {
        throw new IllegalArgumentException(
            "the held-out rows have no error at all (expected: data that moves; a threshold cannot"
                + " be set from constant data)");
      }
    }
    double[] sorted = new double[speeds[0].length];
    for (int t = 0; t < sorted.length; t++) {
      double most = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < q99.length; i++) {
        most = Math.max(most, speeds[i][t] / q99[i]);
      }
      sorted[t] = most;
    }
    Arrays.sort(sorted);
    return new Calibration(scale, cap, q99, sorted, perDay, rowsPerDay);
  }

  private static Scoring.Normalised scoring(double[] scale, double cap, double[] q99) {
    return new Scoring.Normalised(scale, CLIP, POWER, BAND, cap, HALF_LIVES, q99, 1, 0);
  }

  /** The standard deviation of each channel's errors. */
  private static double[] scale(List<Stretch> stretches, int channels) {
    double[] scale = new double[channels];
    for (int c = 0; c < channels; c++) {
      double sum = 0;
      double squares = 0;
      int there = 0;
      for (Stretch stretch : stretches) {
        for (int at = c; at < stretch.z().length; at += channels) {
          double error = stretch.z()[at] - stretch.out()[at];
          if (!Double.isNaN(error)) {
            sum += error;
            squares += error * error;
            there++;
          }
        }
      }
      double mean = there == 0 ? 0 : sum / there;
      scale[c] = there == 0 ? 0 : Math.sqrt(Math.max(0, squares / there - mean * mean));
    }
    Scales.floor(scale, Scales.ERROR_FLOOR);
    return ModelJson.rounded(scale);
  }

  /** Each speed's values of all rows that have a score. */
  private static double[][] scores(
      List<Stretch> stretches, int channels, Scoring.Normalised scoring) {
    int rows = stretches.stream().mapToInt(s -> s.z().length / channels).sum();
    double[][] all = new double[HALF_LIVES.length][rows];
    int count = 0;
    Verdict verdict = new Verdict(channels);
    for (Stretch stretch : stretches) {
      RowScorer scorer = RowScorer.of(scoring, channels);
      for (int at = 0; at < stretch.z().length; at += channels) {
        if (scorer.score(stretch.z(), at, stretch.out(), at, verdict)) {
          for (int i = 0; i < all.length; i++) {
            all[i][count] = verdict.speed(i);
          }
          count++;
        }
      }
    }
    for (int i = 0; i < all.length; i++) {
      all[i] = Arrays.copyOf(all[i], count);
    }
    return all;
  }

  private static double quantile(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return Quantile.of(sorted, QUANTILE);
  }

  /** Adds what a model's file says of a sensor's scores. */
  void put(ObjectNode to) {
    to.putObject("residual")
        .put("clip", CLIP)
        .put("power", POWER)
        .put("band", BAND)
        .set("scale", ModelJson.numbers(scale));
    ObjectNode score = to.putObject("score").put("cap", cap);
    ArrayNode speeds = score.putArray("speeds");
    for (int i = 0; i < q99.length; i++) {
      speeds.addObject().put("halfLife", HALF_LIVES[i]).put("q99", q99[i]);
    }
    PeaksOverThreshold tail = PeaksOverThreshold.fit(sortedScores);
    double normal = Quantile.of(sortedScores, 0.5);
    double value = tail.exceededWith(perDay / rowsPerDay);
    to.putObject("threshold")
        .put("method", "pot")
        .put("value", ModelJson.rounded(Math.max(value, normal + 1e-6)))
        .put("normal", ModelJson.rounded(normal))
        .put("perDay", perDay)
        .put("rowsPerDay", ModelJson.rounded(rowsPerDay))
        .put("level", ModelJson.rounded(tail.level()))
        .put("initial", ModelJson.rounded(tail.initial()))
        .put("shape", ModelJson.rounded(tail.shape()))
        .put("spread", ModelJson.rounded(tail.spread()))
        .put("rows", sortedScores.length);
  }
}
