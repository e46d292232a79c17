package tickwatch.detector.ensemble;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tickwatch.detector.model.DetectorKind;
import tickwatch.detector.model.NormalRows;
import tickwatch.detector.model.Numbers;
import tickwatch.detector.model.Reading;
import tickwatch.detector.model.RowDetector;
import tickwatch.detector.model.Scales;
import tickwatch.detector.preprocess.CarryForward;
import tickwatch.detector.preprocess.Counters;
import tickwatch.detector.preprocess.Imputer;
import tickwatch.detector.preprocess.NearestRows;
import tickwatch.detector.preprocess.Preparation;
import tickwatch.detector.preprocess.Scaler;
import tickwatch.series.Params;

/**
 * Collects a sensor's first rows, which count as normal, and makes an {@link Ensemble} of them that
 * goes on behind the last one.
 *
 * <p>Detectors are fitted on the first three quarters. The last quarter is held out: it gives the
 * scales of errors, what scores seldom exceed, and the scores that a threshold is made from. The
 * same rows and seed give the same ensemble, whatever the clock.
 *
 * <p>Channels that count are found first, and learnt from by their increments.
 *
 * <p><b>Threads.</b> One thread.
 */
public final class EnsembleLearner {
  /** The least rows that can be learnt from. */
  public static final int MIN_ROWS = 100;

  private static final double FITTED = 0.75;

  /** A spread of increments below this share of a counter's values is what rounding leaves. */
  private static final double ROUNDING = 1e-13;

  private static final double QUANTILE = 0.99;
  private static final double CAP = 5;

  /** The interquartile range of a normal distribution, in its deviations. */
  private static final double NORMAL_RANGE = 1.349;

  /** Half the trust is lost when channels have moved by this many deviations. */
  private static final double UNSTEADY = 0.33;

  /**
   * One part of an ensemble.
   *
   * @param weight above 0
   * @param fitting how the kind learns
   */
  public record Part(DetectorKind kind, double weight, DetectorKind.Fitting fitting) {
    /**
     * By parameters.
     *
     * @throws tickwatch.series.SeriesException for a parameter that is wrong or not known
     */
    public Part(DetectorKind kind, double weight, Params params) {
      this(kind, weight, kind.fitting(params));
    }

    public Part {
      if (!(weight > 0)) {
        throw new IllegalArgumentException(
            kind.text() + ": weight " + weight + " (expected: above 0)");
      }
    }
  }

  /**
   * What came of it.
   *
   * @param ensemble goes on behind the last row
   * @param scores of all rows, fitted ones too; NaN where a row has none
   * @param heldOut the first row that was not fitted
   * @param beforeRows what each member was before it had seen a row
   * @param channelScores of each channel in all rows, {@code rows × channels}; null where all
   *     channels have one score
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
  public record Learnt(
      Ensemble ensemble,
      double[] scores,
      int heldOut,
      List<double[]> beforeRows,
      double @Nullable [] channelScores) {
    /** The same ensemble as if it had seen no row yet, to be stored. */
    public Ensemble untouched() {
      return ensemble.untouched(beforeRows);
    }

    public int channels() {
      return ensemble.scaler().channels();
    }

    /**
     * A channel's scores of rows that were not fitted.
     *
     * @throws IllegalStateException where all channels have one score
     */
    public double[] heldOutScores(int channel) {
      double[] all = ofChannels();
      return IntStream.range(heldOut, scores.length)
          .mapToDouble(t -> all[t * channels() + channel])
          .filter(score -> !Double.isNaN(score))
          .toArray();
    }

    /**
     * From now on a row's score is that of the channel that is highest above its own level, in
     * levels; {@link #scores} too.
     *
     * @throws IllegalStateException where all channels have one score
     */
    public void judgeBy(double[] levels) {
      double[] all = ofChannels();
      ensemble.channelLevels(levels);
      for (int t = 0; t < scores.length; t++) {
        double highest = Double.NaN;
        for (int c = 0; c < levels.length; c++) {
          double score = all[t * levels.length + c] / levels[c];
          highest = Double.isNaN(score) || highest >= score ? highest : score;
        }
        scores[t] = highest;
      }
    }

    private double[] ofChannels() {
      if (channelScores == null) {
        throw new IllegalStateException("channels have no scores of their own");
      }
      return channelScores;
    }

    /** The scores of rows that were not fitted. */
    public double[] heldOutScores() {
      return Arrays.stream(scores, heldOut, scores.length)
          .filter(score -> !Double.isNaN(score))
          .toArray();
    }
  }

  private final int channels;
  private final int wanted;
  private double[] values;
  private double[] forecastScores;
  private boolean[] afterGap;
  private int rows;

  /** The rows as they are judged, once they are learnt from; their values where nothing counts. */
  private double[] judged = {};

  /**
   * No row yet.
   *
   * @param wanted rows to learn from
   */
  public EnsembleLearner(int channels, int wanted) {
    if (wanted < MIN_ROWS) {
      throw new IllegalArgumentException(
          wanted + " rows to learn from (expected: at least " + MIN_ROWS + ")");
    }
    this.channels = channels;
    this.wanted = wanted;
    this.values = new double[Math.min(wanted, MIN_ROWS) * channels];
    this.forecastScores = new double[Math.min(wanted, MIN_ROWS)];
    this.afterGap = new boolean[Math.min(wanted, MIN_ROWS)];
  }

  /**
   * Says at the start what would be found out when the last row has come.
   *
   * @param rows to learn from
   * @throws IllegalArgumentException if they are too few for one of the parts
   */
  public static void check(List<Part> parts, int rows) {
    for (Part part : parts) {
      int least = part.fitting().leastRows();
      if ((int) (rows * FITTED) < least) {
        throw new IllegalArgumentException(
            "detector "
                + part.kind().text()
                + " cannot learn from "
                + rows
                + " rows (expected: at least "
                + (int) Math.ceil(least / FITTED)
                + "; see --train)");
      }
    }
  }

  public int rows() {
    return rows;
  }

  /**
   * Takes a row.
   *
   * @param row values as they came, from {@code from} on; NaN where missing
   * @param forecastScore what a forecaster makes of the row; NaN if there is none
   * @param isAfterGap whether rows are missing before it
   * @return whether there are enough rows now
   */
  public boolean add(double[] row, int from, double forecastScore, boolean isAfterGap) {
    if (rows == forecastScores.length) {
      int more = Math.min(wanted, 2 * rows);
      values = Arrays.copyOf(values, more * channels);
      forecastScores = Arrays.copyOf(forecastScores, more);
      afterGap = Arrays.copyOf(afterGap, more);
    }
    System.arraycopy(row, from, values, rows * channels, channels);
    afterGap[rows] = isAfterGap;
    forecastScores[rows++] = forecastScore;
    return rows == wanted;
  }

  /**
   * Learns from the rows so far.
   *
   * @param preparation of values
   * @param rowScore what a row's score is made of
   * @param forecastWeight of a forecaster's score; 0 for none
   */
  public Learnt learn(
      List<Part> parts,
      Preparation preparation,
      Combination combination,
      RowScore rowScore,
      double forecastWeight,
      long seed) {
    Counters counters = Counters.find(values, rows, channels, afterGap);
    judged = values;
    if (counters.areAny()) {
      judged = new double[rows * channels];
      for (int t = 0; t < rows; t++) {
        counters.row(values, t * channels, afterGap[t], judged, t * channels);
      }
    }
    Scaler scaler = scaler((int) (rows * FITTED), preparation.scaling(), counters);
    return learnJudged(
        parts, preparation, combination, rowScore, forecastWeight, seed, scaler, counters);
  }

  /** As the other one, of rows as they are judged, with z-scores and counters that are given. */
  public Learnt learn(
      List<Part> parts,
      Preparation preparation,
      Combination combination,
      RowScore rowScore,
      double forecastWeight,
      long seed,
      Scaler scaler,
      Counters counters) {
    judged = values;
    return learnJudged(
        parts, preparation, combination, rowScore, forecastWeight, seed, scaler, counters);
  }

  private Learnt learnJudged(
      List<Part> parts,
      Preparation preparation,
      Combination combination,
      RowScore rowScore,
      double forecastWeight,
      long seed,
      Scaler scaler,
      Counters counters) {
    int fitted = (int) (rows * FITTED);
    double[] there = new double[rows * channels];
    double[] filled = new double[rows * channels];
    for (int i = 0; i < there.length; i++) {
      there[i] = scaler.standardised(i % channels, judged[i]);
    }
    Imputer imputer =
        switch (preparation.imputation()) {
          case CARRY_FORWARD -> new CarryForward(channels);
          case NEAREST -> NearestRows.of(there, fitted, channels);
        };
    for (int t = 0; t < rows; t++) {
      System.arraycopy(imputer.fill(there, t * channels), 0, filled, t * channels, channels);
    }
    NormalRows all = new NormalRows(there, filled, channels);
    NormalRows first = all.first(fitted);
    double[] scores = new double[rows];
    double[] weights = new double[rows];
    List<Member> members = new ArrayList<>();
    List<double[]> beforeRows = new ArrayList<>();
    List<float[]> channelParts = new ArrayList<>();
    double steadiness = steadiness(there, fitted);
    boolean byChannel = rowScore == RowScore.OF_CHANNELS;
    for (Part part : parts) {
      RowDetector detector = part.fitting().fit(first, seed);
      Numbers before = new Numbers();
      detector.save(before);
      beforeRows.add(before.toArray());
      double weight = part.weight() * (part.kind().judgesLevels() ? steadiness : 1);
      float[] ofChannels = new float[byChannel ? rows * channels : 0];
      members.add(
          member(
              part.kind(),
              weight,
              detector,
              all,
              fitted,
              combination,
              rowScore,
              scores,
              weights,
              ofChannels));
      channelParts.add(ofChannels);
    }
    for (int t = 0; t < rows; t++) {
      if (forecastWeight > 0 && !Double.isNaN(forecastScores[t])) {
        scores[t] += forecastWeight * combination.of(forecastScores[t]);
        weights[t] += forecastWeight;
      }
      scores[t] = weights[t] > 0 ? combination.score(scores[t] / weights[t]) : Double.NaN;
    }
    double[] found = null;
    ChannelScores channelScores = null;
    if (byChannel) {
      double[] memberWeights = members.stream().mapToDouble(Member::weight).toArray();
      found = new double[rows * channels];
      channelScores =
          ChannelScores.learn(channelParts, memberWeights, combination, channels, fitted, found);
    }
    Ensemble ensemble =
        new Ensemble(
            counters,
            scaler,
            preparation.imputation(),
            imputer,
            members,
            forecastWeight,
            combination,
            channelScores);
    ensemble.holdJudged(judged, (rows - 1) * channels);
    return new Learnt(ensemble, scores, fitted, beforeRows, found);
  }

  /**
   * How far detectors of levels are to be trusted, 0 to 1: little where the level of held-out rows
   * is no longer that of the rows before them.
   */
  private double steadiness(double[] there, int fitted) {
    double squares = 0;
    for (int c = 0; c < channels; c++) {
      double sum = 0;
      int count = 0;
      for (int t = fitted; t < rows; t++) {
        double z = there[t * channels + c];
        if (!Double.isNaN(z)) {
          sum += Math.max(-Member.CLIP, Math.min(Member.CLIP, z));
          count++;
        }
      }
      double mean = count == 0 ? 0 : sum / count;
      squares += mean * mean / channels;
    }
    return 1 / (1 + Math.pow(Math.sqrt(squares) / UNSTEADY, 6));
  }

  private Scaler scaler(int fitted, Preparation.Scaling scaling, Counters counters) {
    double[] centre = new double[channels];
    double[] scale = new double[channels];
    for (int c = 0; c < channels; c++) {
      int there = 0;
      // Summed from the first value on: the mean of a channel that never moved is its value.
      double first = 0;
      double sum = 0;
      for (int t = 0; t < fitted; t++) {
        double value = judged[t * channels + c];
        if (!Double.isNaN(value)) {
          first = there == 0 ? value : first;
          sum += value - first;
          there++;
        }
      }
      centre[c] = there == 0 ? 0 : first + sum / there;
      double squares = 0;
      for (int t = 0; t < fitted; t++) {
        double value = judged[t * channels + c];
        if (!Double.isNaN(value)) {
          squares += (value - centre[c]) * (value - centre[c]);
        }
      }
      scale[c] = there == 0 ? 0 : Math.sqrt(squares / there);
      if (scaling == Preparation.Scaling.ROBUST && there > 0) {
        double[] sorted = new double[there];
        int k = 0;
        for (int t = 0; t < fitted; t++) {
          if (!Double.isNaN(judged[t * channels + c])) {
            sorted[k++] = judged[t * channels + c];
          }
        }
        Arrays.sort(sorted);
        centre[c] = Quantile.of(sorted, 0.5);
        double range = Quantile.of(sorted, 0.75) - Quantile.of(sorted, 0.25);
        scale[c] = range > 0 ? range / NORMAL_RANGE : scale[c];
      }
      // A counter's increments are as exact as its values are.
      double rounding = counters.isOne(c) ? ROUNDING * largest(c) : 0;
      scale[c] = scale[c] > rounding ? scale[c] : 0;
    }
    Scales.ofConstants(centre, scale, Scales.OF_CONSTANT);
    return new Scaler(centre, scale);
  }

  /** The size of a channel's largest value. */
  private double largest(int channel) {
    double largest = 0;
    for (int t = 0; t < rows; t++) {
      double size = Math.abs(values[t * channels + channel]);
      largest = size > largest ? size : largest;
    }
    return largest;
  }

  /** Runs a fitted detector over all rows, and adds what it makes of them to the scores. */
  private Member member(
      DetectorKind kind,
      double weight,
      RowDetector detector,
      NormalRows all,
      int fitted,
      Combination combination,
      RowScore rowScore,
      double[] scores,
      double[] weights,
      float[] ofChannels) {
    Member.Form form = Member.Form.of(detector, rowScore == RowScore.OF_DEVIATIONS);
    float[] errors = new float[rows * channels];
    boolean[] read = new boolean[rows];
    Reading reading = new Reading(channels);
    double[] filled = new double[channels];
    for (int t = 0; t < rows; t++) {
      System.arraycopy(all.filled(), t * channels, filled, 0, channels);
      read[t] = detector.row(all.there(), t * channels, filled, reading);
      for (int c = 0; c < channels; c++) {
        errors[t * channels + c] = (float) reading.error(c);
      }
    }
    double[] scale = new double[channels];
    if (form != Member.Form.MEAN) {
      Arrays.fill(scale, 1);
    } else {
      scale = errorScale(errors, read, fitted);
    }
    for (int i = 0; i < ofChannels.length; i++) {
      ofChannels[i] =
          read[i / channels] ? (float) Member.part(errors[i], scale[i % channels]) : Float.NaN;
    }
    double[] rowScores = new double[rows];
    double[] shares = new double[channels];
    double[] row = new double[channels];
    for (int t = 0; t < rows; t++) {
      for (int c = 0; c < channels; c++) {
        row[c] = errors[t * channels + c];
      }
      rowScores[t] = read[t] ? Member.rowScore(row, scale, form, shares) : Double.NaN;
    }
    double cap = CAP * atLeast(quantile(rowScores, fitted));
    int speedCount = Member.HALF_LIVES.length;
    double[] ones = new double[speedCount];
    Arrays.fill(ones, 1);
    Speeds plain = new Speeds(Member.HALF_LIVES, ones, cap);
    double[][] smoothed = new double[speedCount][rows];
    double[] now = new double[speedCount];
    for (int t = 0; t < rows; t++) {
      boolean scored = !Double.isNaN(rowScores[t]);
      if (scored) {
        plain.next(rowScores[t], true, now);
      }
      for (int i = 0; i < speedCount; i++) {
        smoothed[i][t] = scored ? now[i] : Double.NaN;
      }
    }
    double[] q99 = new double[speedCount];
    for (int i = 0; i < speedCount; i++) {
      q99[i] =
          form == Member.Form.LARGEST
              ? Member.DEVIATIONS[i]
              : atLeast(quantile(smoothed[i], fitted)) / Member.COUNTS[i];
    }
    for (int t = 0; t < rows; t++) {
      double score = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < speedCount; i++) {
        score = Math.max(score, smoothed[i][t] / q99[i]);
      }
      if (!Double.isNaN(score)) {
        scores[t] += weight * combination.of(score);
        weights[t] += weight;
      }
    }
    double[] largest =
        form == Member.Form.MEAN ? largestErrors(errors, read, scale) : new double[0];
    Member member = new Member(kind, weight, detector, scale, largest, q99, cap);
    member.restoreSpeeds(plain.save());
    return member;
  }

  /** Scores that are all 0, as of a stream that never moves, must not divide by 0. */
  private static double atLeast(double quantile) {
    return Double.isNaN(quantile) ? 1 : Math.max(quantile, 1e-9);
  }

  private double[] errorScale(float[] errors, boolean[] read, int fitted) {
    double[] scale = new double[channels];
    for (int c = 0; c < channels; c++) {
      double squares = 0;
      int there = 0;
      for (int t = fitted; t < rows; t++) {
        double error = errors[t * channels + c];
        if (read[t] && !Double.isNaN(error)) {
          squares += error * error;
          there++;
        }
      }
      scale[c] = there == 0 ? 0 : Math.sqrt(squares / there);
    }
    Scales.floor(scale, Scales.ERROR_FLOOR);
    return scale;
  }

  /** Of each channel in all rows. */
  private double[] largestErrors(float[] errors, boolean[] read, double[] scale) {
    double[] largest = new double[channels];
    for (int c = 0; c < channels; c++) {
      largest[c] = Member.LEAST_LARGEST * scale[c];
      for (int t = 0; t < rows; t++) {
        double error = Math.abs(errors[t * channels + c]);
        largest[c] = read[t] && error > largest[c] ? error : largest[c];
      }
    }
    return largest;
  }

  private static double quantile(double[] values, int from) {
    double[] sorted =
        Arrays.stream(values, from, values.length).filter(v -> !Double.isNaN(v)).sorted().toArray();
    return Quantile.of(sorted, QUANTILE);
  }

  /**
   * Copies the rows so far, and what a forecaster made of them.
   *
   * @param toValues takes {@code rows × channels}
   * @param toJudged takes the same as they were judged when they were learnt from; may be the same
   *     where nothing counts
   * @param toScores takes as many as there are rows
   */
  public void copyTo(double[] toValues, double[] toJudged, double[] toScores) {
    System.arraycopy(judged, 0, toJudged, 0, rows * channels);
    System.arraycopy(values, 0, toValues, 0, rows * channels);
    System.arraycopy(forecastScores, 0, toScores, 0, rows);
  }

  /** Puts down the rows so far. */
  public void save(Numbers to) {
    to.put(Arrays.copyOf(values, rows * channels)).put(Arrays.copyOf(forecastScores, rows));
    for (int t = 0; t < rows; t++) {
      to.put(afterGap[t] ? 1 : 0);
    }
  }

  /** Goes on from what {@link #save} put down. */
  public void restore(Numbers from) {
    double[] saved = from.takeArray();
    double[] savedScores = from.takeArray();
    if (saved.length != savedScores.length * channels || savedScores.length >= wanted) {
      throw new IllegalArgumentException(
          saved.length + " values of " + savedScores.length + " rows × " + channels);
    }
    rows = 0;
    for (int t = 0; t < savedScores.length; t++) {
      add(saved, t * channels, savedScores[t], from.takeCount() == 1);
    }
  }
}
