package tickwatch.detector.ensemble;

import java.util.Arrays;
import tickwatch.detector.model.DetectorKind;
import tickwatch.detector.model.Numbers;
import tickwatch.detector.model.Reading;
import tickwatch.detector.model.RowDetector;

/**
 * A detector in an ensemble: its errors become a row score, that becomes a score in units of what
 * normal rows seldom exceed.
 *
 * <pre>
 *   channels with a scale each   mean of |clip(error / scale, ± 20)| ^ 1.5
 *   parts of one distance        (root of the mean of error²) ^ 1.5
 *   deviations                   the largest of |clip(error, ± 20)|, at one speed, in no unit
 * </pre>
 *
 * <p><b>Threads.</b> One thread.
 */
final class Member {
  static final double CLIP = 20;
  static final double POWER = 1.5;
  static final double[] HALF_LIVES = {0, 1, 3, 9};

  /**
   * What each speed counts, in what normal rows seldom exceed. Single rows have longer tails than
   * averages, so a row by itself must be a quarter further off than an average.
   */
  static final double[] COUNTS = {0.8, 1, 1, 1};

  /** The largest error learnt is taken to be so many scales at least: few rows have a small one. */
  static final double LEAST_LARGEST = 4;

  /**
   * What speeds are divided by where deviations count: the row is as it is, averages are nothing.
   */
  static final double[] DEVIATIONS = {1, Double.MAX_VALUE, Double.MAX_VALUE, Double.MAX_VALUE};

  private final DetectorKind kind;
  private final double weight;
  private final RowDetector detector;
  private final Form form;

  /** What a channel's error is divided by. */
  private final double[] scale;

  /** Of each channel in the rows learnt from; empty where errors are not those of channels. */
  private final double[] largestErrors;

  private final Speeds speeds;
  private final double[] q99;
  private final double cap;

  private final Reading reading;
  private final double[] shares;
  private final double[] calibrated = new double[HALF_LIVES.length];
  private double shareSum;
  private double score = Double.NaN;

  /** How errors become a row score. */
  enum Form {
    MEAN,
    DISTANCE,
    LARGEST;

    static Form of(RowDetector detector, boolean countsDeviations) {
      return countsDeviations ? LARGEST : detector.isDistance() ? DISTANCE : MEAN;
    }
  }

  /** The arrays are kept, not copied. */
  Member(
      DetectorKind kind,
      double weight,
      RowDetector detector,
      double[] scale,
      double[] largestErrors,
      double[] q99,
      double cap) {
    this.kind = kind;
    this.weight = weight;
    this.detector = detector;
    this.form = Form.of(detector, Arrays.equals(q99, DEVIATIONS));
    this.scale = scale;
    this.largestErrors = largestErrors;
    this.q99 = q99;
    this.cap = cap;
    this.speeds = new Speeds(HALF_LIVES, q99, cap);
    this.reading = new Reading(scale.length);
    this.shares = new double[scale.length];
  }

  DetectorKind kind() {
    return kind;
  }

  double weight() {
    return weight;
  }

  boolean expects() {
    return detector.expects();
  }

  /** Takes the next row. */
  void row(double[] z, int from, double[] filled) {
    score = Double.NaN;
    if (!detector.row(z, from, filled, reading)) {
      return;
    }
    double rowScore = rowScore(reading.errors(), scale, form, shares);
    if (!Double.isNaN(rowScore)) {
      shareSum = 0;
      for (double share : shares) {
        shareSum += share;
      }
      score = speeds.next(rowScore, true, calibrated);
    }
  }

  /**
   * A row's score before speeds and calibration.
   *
   * @param errors of the channels; NaN where missing
   * @param shares takes each channel's part; 0 where it is missing
   * @return NaN if all channels are missing
   */
  static double rowScore(double[] errors, double[] scale, Form form, double[] shares) {
    double sum = 0;
    double largest = 0;
    int there = 0;
    for (int c = 0; c < scale.length; c++) {
      double error = errors[c] / scale[c];
      if (Double.isNaN(error)) {
        shares[c] = 0;
        continue;
      }
      double size = Math.min(Math.abs(error), CLIP);
      shares[c] = form == Form.DISTANCE ? size * size : Power.raised(size, POWER);
      sum += shares[c];
      largest = Math.max(largest, size);
      there++;
    }
    if (there == 0) {
      return Double.NaN;
    }
    return switch (form) {
      case MEAN -> sum / there;
      case DISTANCE -> Power.raised(Math.sqrt(sum / there), POWER);
      case LARGEST -> largest;
    };
  }

  /** The last row's score; NaN if it has none. */
  double score() {
    return score;
  }

  /**
   * How many times the largest error in the rows learnt from the last row's was, of the channel
   * where that is most; 0 where errors are not those of channels.
   */
  double beyondLearnt() {
    double most = 0;
    for (int c = 0; c < largestErrors.length; c++) {
      double times = Math.abs(reading.error(c)) / largestErrors[c];
      most = times > most ? times : most;
    }
    return most;
  }

  /** A channel's part of the last row's score, 0 to 1. */
  double contribution(int channel) {
    return shareSum > 0 ? shares[channel] / shareSum : 0;
  }

  /** What a channel was off in the last row, as it enters the row's score; NaN if it has none. */
  double part(int channel) {
    return Double.isNaN(score) ? Double.NaN : part(reading.error(channel), scale[channel]);
  }

  /** What an error is as a part of a score; NaN where it is missing. */
  static double part(double error, double scale) {
    return Power.raised(Math.min(Math.abs(error / scale), CLIP), POWER);
  }

  /** A channel's last error in its scales; NaN where it is missing. */
  double residual(int channel) {
    return Math.max(-CLIP, Math.min(CLIP, reading.error(channel) / scale[channel]));
  }

  /** What the last row's channel should have been, in z-scores. */
  double expected(int channel) {
    return reading.expected(channel);
  }

  double scale(int channel) {
    return scale[channel];
  }

  /** What an error of 1 of the last row's channel is in z-scores. */
  double unit(int channel) {
    return reading.unit(channel);
  }

  boolean countsDeviations() {
    return form == Form.LARGEST;
  }

  /** What each speed is divided by. */
  double[] q99() {
    return q99.clone();
  }

  /**
   * The same before it had seen a row.
   *
   * @param before what its detector saved then
   */
  Member untouched(double[] before) {
    return new Member(
        kind, weight, kind.restore(new Numbers(before)), scale, largestErrors, q99, cap);
  }

  void restoreSpeeds(double[] means) {
    speeds.restore(means);
  }

  void save(Numbers to) {
    to.put(kind.code())
        .put(weight)
        .put(scale)
        .put(largestErrors)
        .put(q99)
        .put(cap)
        .put(speeds.save());
    detector.save(to);
  }

  static Member restore(Numbers from) {
    DetectorKind kind = DetectorKind.ofCode(from.takeCount());
    double weight = from.take();
    double[] scale = from.takeArray();
    double[] largestErrors = from.takeArray();
    double[] q99 = from.takeArray();
    double cap = from.take();
    double[] means = from.takeArray();
    Member member =
        new Member(
            kind,
            weight,
            kind.restore(from),
            scale,
            largestErrors,
            Arrays.copyOf(q99, HALF_LIVES.length),
            cap);
    member.restoreSpeeds(means);
    return member;
  }
}
