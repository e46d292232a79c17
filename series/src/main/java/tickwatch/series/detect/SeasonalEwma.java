package tickwatch.series.detect;

import java.util.Arrays;

/**
 * The z-score of each value of one channel against a level and a season that were expected before
 * it: {@link Ewma} for a channel that repeats itself.
 *
 * <p>It begins with a {@link Season} and follows it. With e, what a value is off, cut at 1.5 times
 * the deviation: {@code level += alpha e}, each sine turns on by a row and its cosine part takes
 * {@code gain e}, and the variance moves towards {@code 1.29 e²}, which is the variance of normal
 * values that are cut so. Level and season are those of exponential smoothing with trigonometric
 * seasons; cutting keeps planted outliers out of all three.
 *
 * <ul>
 *   <li><b>Drift</b> of the level and of the season's form is followed, a season that has slipped
 *       (rows are missing) is caught up with within some {@code 1 / gain} rows.
 *   <li><b>A wrong season</b> must not harm: a plain {@link Ewma} goes along, and whichever of the
 *       two has been less off lately, over two periods or a hundred rows, judges.
 *   <li><b>Without a season</b> it is that plain one, bit for bit.
 *   <li>NaN and infinities turn the season on and teach nothing.
 * </ul>
 *
 * <p><b>Threads.</b> One thread.
 */
public final class SeasonalEwma {
  private static final double CUT = 1.5;

  /** Squares of standard normal values that are cut so have a mean of 0.7785. */
  private static final double CUT_VARIANCE = 1 / 0.7785;

  /** How much slower the deviation is than the level. */
  private static final double DEVIATION_SPANS = 5;

  private static final double MOST_GAIN = 0.3;
  private static final double LEAST_MEMORY = 100;
  private static final double FAR_OFF = 4;

  private static final int PLAIN_NUMBERS = 3;
  private static final int OWN_NUMBERS = 6;

  private final Ewma plain;
  private final Ewma.Config config;
  private final double alpha;
  private final double gain;
  private final double deviationAlpha;
  private final double comparedAlpha;
  private final double period;
  private final double[] turnCos;
  private final double[] turnSin;

  /** Each sine where the next value will be, and a quarter of its cycle on. */
  private final double[] cosines;

  private final double[] sines;
  private double level;
  private double variance;

  /** What the seasonal and the plain expectation have been off lately. */
  private double off;

  private double plainOff;

  /**
   * A stream of which no value was seen.
   *
   * @param config of the plain average; its alpha is that of the level too
   * @param season that begins with the first value
   */
  public SeasonalEwma(Ewma.Config config, Season season) {
    this.plain = new Ewma(config);
    this.config = config;
    this.alpha = config.alpha();
    this.period = season.period();
    int harmonics = season.harmonics();
    this.gain = Math.min(alpha / 2, MOST_GAIN / Math.max(1, harmonics));
    this.deviationAlpha = alpha / DEVIATION_SPANS;
    this.comparedAlpha = 1 / Math.max(LEAST_MEMORY, 2 * period);
    this.cosines = season.cosines().clone();
    this.sines = season.sines().clone();
    this.turnCos = new double[harmonics];
    this.turnSin = new double[harmonics];
    for (int j = 0; j < harmonics; j++) {
      turnCos[j] = Math.cos(2 * Math.PI * (j + 1) / period);
      turnSin[j] = Math.sin(2 * Math.PI * (j + 1) / period);
    }
    this.level = season.level();
    this.variance = season.deviation() * season.deviation();
  }

  /** Judges a value by {@link #score}, then learns from it. */
  public Ewma.Verdict accept(double x) {
    if (period == 0) {
      return plain.accept(x);
    }
    boolean isBySeason = isSeasonal() && Double.isFinite(x);
    boolean isFar = isBySeason && Math.abs(score(x)) > config.threshold();
    boolean isJudged = plain.seen() >= config.warmUp();
    if (Double.isFinite(x)) {
      learn(x);
    }
    turn();
    Ewma.Verdict byAverage = plain.accept(x);
    if (!isBySeason) {
      return byAverage;
    }
    return !isJudged ? Ewma.Verdict.UNKNOWN : isFar ? Ewma.Verdict.ANOMALOUS : Ewma.Verdict.NORMAL;
  }

  /**
   * Judges and learns from values in order, as {@link #accept(double)} does from each.
   *
   * @param places receives the places of flagged values; at least {@code length} long
   * @param scores receives their z-scores; as long
   * @return how many were flagged
   */
  public int accept(double[] x, int length, int[] places, double[] scores) {
    if (period == 0) {
      return plain.accept(x, length, places, scores);
    }
    int found = 0;
    for (int i = 0; i < length; i++) {
      double z = score(x[i]);
      if (accept(x[i]) == Ewma.Verdict.ANOMALOUS) {
        places[found] = i;
        scores[found++] = z;
      }
    }
    return found;
  }

  private void learn(double x) {
    double e = x - seasonal();
    double deviation = seasonalDeviation();
    if (plain.seen() > 0) {
      double plainE = Math.abs(x - plain.mean());
      // One value that is far off both tells nothing of either.
      double most = FAR_OFF * deviation;
      off += comparedAlpha * (Math.min(Math.abs(e), most) - off);
      plainOff += comparedAlpha * (Math.min(plainE, most) - plainOff);
    }
    double cut = Math.max(-CUT * deviation, Math.min(CUT * deviation, e));
    level += alpha * cut;
    for (int j = 0; j < cosines.length; j++) {
      cosines[j] += gain * cut;
    }
    variance += deviationAlpha * (CUT_VARIANCE * cut * cut - variance);
  }

  private void turn() {
    for (int j = 0; j < cosines.length; j++) {
      double next = cosines[j] * turnCos[j] + sines[j] * turnSin[j];
      sines[j] = sines[j] * turnCos[j] - cosines[j] * turnSin[j];
      cosines[j] = next;
    }
  }

  private double seasonal() {
    double sum = level;
    for (double cosine : cosines) {
      sum += cosine;
    }
    return sum;
  }

  private double seasonalDeviation() {
    return Math.max(Math.sqrt(variance), config.floor());
  }

  /** Whether the season judges the next value. */
  public boolean isSeasonal() {
    return period > 0 && off <= plainOff;
  }

  /** What is expected of the next value; NaN before the first without a season. */
  public double mean() {
    return isSeasonal() ? seasonal() : plain.mean();
  }

  /** The deviation that the next value is judged by, floor included. */
  public double deviation() {
    return isSeasonal() ? seasonalDeviation() : plain.deviation();
  }

  /** The z-score that {@code x} would have if it came now; NaN for a missing value. */
  public double score(double x) {
    return isSeasonal() ? (x - seasonal()) / seasonalDeviation() : plain.score(x);
  }

  /** Values learnt from. */
  public long seen() {
    return plain.seen();
  }

  /** The state, to go on later from {@link #restore}; without a season the plain average's. */
  public double[] state() {
    if (period == 0) {
      return plain.state();
    }
    double[] state = Arrays.copyOf(plain.state(), PLAIN_NUMBERS + OWN_NUMBERS + 2 * cosines.length);
    double[] own = {period, cosines.length, level, variance, off, plainOff};
    System.arraycopy(own, 0, state, PLAIN_NUMBERS, OWN_NUMBERS);
    int at = PLAIN_NUMBERS + OWN_NUMBERS;
    System.arraycopy(cosines, 0, state, at, cosines.length);
    System.arraycopy(sines, 0, state, at + cosines.length, sines.length);
    return state;
  }

  /**
   * A stream that goes on from a {@link #state}.
   *
   * @param config as it was
   */
  public static SeasonalEwma restore(Ewma.Config config, double[] state) {
    if (state.length == PLAIN_NUMBERS) {
      SeasonalEwma average = new SeasonalEwma(config, Season.NONE);
      average.plain.restore(state);
      return average;
    }
    int at = PLAIN_NUMBERS + OWN_NUMBERS;
    int harmonics = (int) state[PLAIN_NUMBERS + 1];
    Season season =
        new Season(
            state[PLAIN_NUMBERS],
            state[PLAIN_NUMBERS + 2],
            0,
            Arrays.copyOfRange(state, at, at + harmonics),
            Arrays.copyOfRange(state, at + harmonics, at + 2 * harmonics));
    SeasonalEwma restored = new SeasonalEwma(config, season);
    restored.plain.restore(state);
    restored.variance = state[PLAIN_NUMBERS + 3];
    restored.off = state[PLAIN_NUMBERS + 4];
    restored.plainOff = state[PLAIN_NUMBERS + 5];
    return restored;
  }
}
