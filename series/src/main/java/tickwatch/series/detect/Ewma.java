package tickwatch.series.detect;

import tickwatch.series.Params;
import tickwatch.series.SeriesException;

/**
 * Exponentially weighted mean and variance of one channel, and the z-score of each value against
 * what was expected before it.
 *
 * <p>With d = x - mean and the weight w: {@code z = d / deviation}, then {@code mean += w d} and
 * {@code variance = (1 - w)(variance + w d²)}. So a value is judged before it teaches anything. The
 * weight of value number n is {@code max(alpha, 1/n)}: the first values give a plain running mean
 * and variance instead of one that hangs on the first value.
 *
 * <ul>
 *   <li>The first {@code warmUp} values are learnt from, not judged.
 *   <li>The deviation is never taken below {@code max(floor, relativeFloor × |mean|)}: a constant
 *       stream neither divides by zero nor alarms, and its first different value is judged against
 *       that floor.
 *   <li>A flagged value teaches as if it were at the threshold. One spike hardly moves mean or
 *       variance, a lasting shift of the level is learnt within a few dozen values, since the
 *       variance grows with every one.
 *   <li>NaN is a missing value: not judged, not learnt from. An infinity is flagged, and not learnt
 *       from.
 * </ul>
 *
 * <p>The form for one row and the form for many give the same bits; so does a stream cut into
 * chunks anywhere.
 *
 * <p><b>Threads.</b> One thread.
 */
public final class Ewma {
  /**
   * How it weighs and judges.
   *
   * @param alpha weight of a new value, above 0 and below 1; the memory is about 1 / alpha values
   * @param threshold deviations beyond which a value is flagged
   * @param warmUp values before the first is judged, at least 2
   * @param floor least deviation, in the channel's unit, above 0
   * @param relativeFloor least deviation as a share of the mean
   */
  public record Config(
      double alpha, double threshold, int warmUp, double floor, double relativeFloor) {
    public Config {
      if (!(alpha > 0 && alpha < 1)
          || !(threshold > 0)
          || warmUp < 2
          || !(floor > 0)
          || !(relativeFloor >= 0)) {
        throw new SeriesException(
            "ewma: alpha "
                + alpha
                + ", threshold "
                + threshold
                + ", warmUp "
                + warmUp
                + ", floor "
                + floor
                + ", relativeFloor "
                + relativeFloor
                + " (expected: alpha between 0 and 1, warmUp at least 2, the others above 0)");
      }
    }

    /** A memory of some 20 values, three deviations. */
    public static Config defaults() {
      return of(Params.none());
    }

    /**
     * From parameters: {@code alpha} or {@code span} (alpha = 2 / (span + 1)), {@code threshold},
     * {@code warmUp} (the span), {@code floor}, {@code relativeFloor}.
     */
    public static Config of(Params params) {
      double span = params.between("span", 1.001, 1e9, 19);
      double alpha = params.between("alpha", 1e-9, 0.999_999, 2 / (span + 1));
      Config config =
          new Config(
              alpha,
              params.positive("threshold", 3),
              (int)
                  params.whole(
                      "warmUp", 2, Integer.MAX_VALUE, Math.max(2, Math.round(2 / alpha - 1))),
              params.positive("floor", 1e-9),
              params.between("relativeFloor", 0, 1e9, 1e-6));
      params.done();
      return config;
    }
  }

  private final Config config;
  private final double limitSquare;
  private final double floorSquare;
  private final double relativeFloorSquare;
  private double mean;
  private double variance;
  private long seen;

  public Ewma(Config config) {
    this.config = config;
    this.limitSquare = config.threshold() * config.threshold();
    this.floorSquare = config.floor() * config.floor();
    this.relativeFloorSquare = config.relativeFloor() * config.relativeFloor();
  }

  /** What comes of one value. */
  public enum Verdict {
    /** As expected, or close enough. */
    NORMAL,
    /** Further than the threshold from what was expected. */
    ANOMALOUS,
    /** Not judged: missing, or within the warm-up. */
    UNKNOWN
  }

  /** Judges a value, then learns from it. */
  public Verdict accept(double x) {
    if (!Double.isFinite(x)) {
      return Double.isNaN(x) ? Verdict.UNKNOWN : Verdict.ANOMALOUS;
    }
    if (seen == 0) {
      mean = x;
      seen = 1;
      return Verdict.UNKNOWN;
    }
    boolean judged = seen >= config.warmUp();
    seen++;
    double w = Math.max(config.alpha(), 1.0 / seen);
    double d = x - mean;
    double square = d * d;
    double scale = scaleSquare(mean, variance);
    boolean flagged = judged && square > limitSquare * scale;
    if (flagged) {
      square = limitSquare * scale;
      d = Math.copySign(Math.sqrt(square), d);
    }
    mean = Math.fma(w, d, mean);
    variance = (1 - w) * Math.fma(w, square, variance);
    return flagged ? Verdict.ANOMALOUS : judged ? Verdict.NORMAL : Verdict.UNKNOWN;
  }

  private double scaleSquare(double mean, double variance) {
    double relative = relativeFloorSquare * (mean * mean);
    double floor = relative > floorSquare ? relative : floorSquare;
    return variance > floor ? variance : floor;
  }

  /**
   * Judges and learns from values in order, as {@link #accept} does from each.
   *
   * @param places receives the places of flagged values; at least {@code length} long
   * @param scores receives their z-scores; as long
   * @return how many were flagged
   */
  public int accept(double[] x, int length, int[] places, double[] scores) {
    int found = 0;
    int i = 0;
    while (i < length && (seen < config.warmUp() || 1.0 / (seen + 1) > config.alpha())) {
      double z = score(x[i]);
      if (accept(x[i]) == Verdict.ANOMALOUS) {
        places[found] = i;
        scores[found++] = z;
      }
      i++;
    }
    // From here on the weight is constant. Locals, because fields would be stored and loaded for
    // every value.
    double mean = this.mean;
    double variance = this.variance;
    double alpha = config.alpha();
    double keep = 1 - alpha;
    long learnt = 0;
    for (; i < length; i++) {
      double d = x[i] - mean;
      double square = d * d;
      double scale = scaleSquare(mean, variance);
      double limit = limitSquare * scale;
      // Not "if (square > limit)", so that NaN takes this way too.
      if (!(square <= limit)) {
        if (!Double.isFinite(x[i])) {
          if (!Double.isNaN(x[i])) {
            places[found] = i;
            scores[found++] = x[i];
          }
          continue;
        }
        places[found] = i;
        scores[found++] = d / Math.sqrt(scale);
        square = limit;
        d = Math.copySign(Math.sqrt(limit), d);
      }
      learnt++;
      mean = Math.fma(alpha, d, mean);
      variance = keep * Math.fma(alpha, square, variance);
    }
    this.mean = mean;
    this.variance = variance;
    seen += learnt;
    return found;
  }

  /**
   * The z-score that {@code x} would have if it came now: NaN for a missing value and before there
   * is anything to compare with.
   */
  public double score(double x) {
    return seen == 0 || Double.isNaN(x) ? Double.NaN : (x - mean) / deviation();
  }

  /** What is expected of the next value; NaN before the first. */
  public double mean() {
    return seen == 0 ? Double.NaN : mean;
  }

  /** The deviation that the next value is judged by, floor included. */
  public double deviation() {
    return Math.sqrt(scaleSquare(mean, variance));
  }

  /** Values learnt from. */
  public long seen() {
    return seen;
  }

  /** The state, to go on later from {@link #restore}: mean, variance, values seen. */
  public double[] state() {
    return new double[] {mean, variance, seen};
  }

  /** Goes on from a {@link #state}. */
  public void restore(double[] state) {
    mean = state[0];
    variance = state[1];
    seen = (long) state[2];
  }
}
