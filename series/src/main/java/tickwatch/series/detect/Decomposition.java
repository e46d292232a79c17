package tickwatch.series.detect;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tickwatch.series.Params;
import tickwatch.series.SeriesException;

/**
 * Takes a series apart: {@code value = trend + season + residual}, and flags residuals beyond a
 * threshold.
 *
 * <p>The trend of value i is a centred mean over one period (for an even period the mean of the two
 * windows that a half step shifts), or a local line (loess) through the deseasonalised values. The
 * season of phase {@code i mod period} is the mean over the whole series of what is left without
 * the trend; the season's mean over a cycle is 0. The residual is the rest, judged by its own
 * standard deviation over the series.
 *
 * <p><b>Rounds.</b> Each round is one run over the series that yields a season and a deviation.
 * Round 1 has the moving mean. With a loess trend round 2 repeats with the line through the values
 * less round 1's season. The robust option adds two rounds in which values whose residual was
 * beyond the threshold in the round before are left out, as if missing, so that an anomaly bends
 * neither trend nor season nor deviation; it is judged all the same. A series with missing values
 * that would have one round has a second, with the mean of the values less round 1's season: a
 * window with a hole would let some of the season into the trend.
 *
 * <p><b>Edges.</b> Within half a period of the series' ends a centred mean has no full window:
 * there the trend goes on along the line that it has over the nearest period, is not used for
 * season and deviation, and residuals are judged. Loess needs no such help. A series needs two
 * whole periods.
 *
 * <p><b>Blocks.</b> Work is done by blocks of {@link #block} values, with values on either side
 * read as far as a round's trend needs them. What comes out for a value depends on the series and
 * the parameters alone, not on how the blocks are given to threads.
 *
 * <p><b>Missing values.</b> NaN is left out everywhere and not flagged; an infinity is left out and
 * flagged.
 */
public final class Decomposition {
  /** The longest period; its scratch space is some 80 MB a thread. */
  public static final int MAX_PERIOD = 131_072;

  /** What the trend is. */
  public enum Trend {
    /** A centred mean over one period. */
    AVERAGE,
    /**
     * A weighted line through the neighbourhood of 1.5 periods, at every tenth of it, joined by
     * straight lines: as STL has it.
     */
    LOESS
  }

  /**
   * What to take apart and how to judge.
   *
   * @param period values in a cycle, 2 to {@link #MAX_PERIOD}
   * @param threshold standard deviations of the residual
   */
  public record Config(int period, Trend trend, boolean robust, double threshold) {
    public Config {
      if (period < 2 || period > MAX_PERIOD) {
        throw new SeriesException(
            "stl: period " + period + " (expected: 2 to " + MAX_PERIOD + " values)");
      }
      if (!(threshold > 0)) {
        throw new SeriesException("stl: threshold " + threshold + " (expected: a number above 0)");
      }
    }

    /**
     * From parameters: {@code period} or {@code seasonal}, which must be given; {@code trend}
     * (average, loess), {@code robust}, {@code threshold}.
     */
    public static Config of(Params params) {
      String name = params.has("seasonal") && !params.has("period") ? "seasonal" : "period";
      if (!params.has(name)) {
        throw params.wrong("period", null, "the values in one cycle, 2 to " + MAX_PERIOD);
      }
      String trend = params.text("trend");
      if (trend != null && !trend.equals("average") && !trend.equals("loess")) {
        throw params.wrong("trend", trend, "average or loess");
      }
      Config config =
          new Config(
              (int) params.whole(name, 2, MAX_PERIOD, 2),
              "loess".equals(trend) ? Trend.LOESS : Trend.AVERAGE,
              params.flag("robust", false),
              params.positive("threshold", 3));
      params.done();
      return config;
    }

    int roundCount() {
      return 1 + (trend == Trend.LOESS ? 1 : 0) + (robust ? 2 : 0);
    }
  }

  /** Gives a stretch of the series. */
  @FunctionalInterface
  public interface Reader {
    /** Writes the values {@code from} to {@code from + count - 1} to the start of {@code out}. */
    void read(long from, double[] out, int count);
  }

  /** What a round found out. */
  private static final class Round {
    private final double[] season;
    private final double centre;
    private final double deviation;

    /**
     * Keeps what was found.
     *
     * @param season one cycle, beginning with phase 0
     * @param centre mean of the residuals
     * @param deviation their standard deviation
     */
    Round(double[] season, double centre, double deviation) {
      this.season = season;
      this.centre = centre;
      this.deviation = deviation;
    }

    boolean isOutlier(double residual, double threshold) {
      return Math.abs(residual - centre) > threshold * deviation;
    }
  }

  private final Config config;
  private final long length;
  private final int block;
  private final int reach;

  /**
   * @param length values in the series, at least two periods
   */
  public Decomposition(Config config, long length) {
    if (length < 2L * config.period()) {
      throw new SeriesException(
          "stl: " + length + " values (expected: at least two periods of " + config.period() + ")");
    }
    this.config = config;
    this.length = length;
    this.block = Math.max(1 << 16, Integer.highestOneBit(config.period()) * 8);
    this.reach = Math.max(2 * config.period() + 2, window() + jump() + 2);
  }

  public Config config() {
    return config;
  }

  /** Values in a block; the last one may be shorter. */
  public int block() {
    return block;
  }

  /** Blocks in the series. */
  public long blocks() {
    return (length + block - 1) / block;
  }

  /** How many runs over the series fitting takes; judging is one more. */
  public int rounds() {
    return config.roundCount();
  }

  /** Values in the neighbourhood of the loess: the next odd number from 1.5 periods on. */
  private int window() {
    return (config.period() * 3 / 2) | 1;
  }

  private int jump() {
    return Math.max(1, window() / 10);
  }

  /** Everything about a series that fits memory; arrays as long as the series. */
  public static final class Parts {
    private final double[] trend;
    private final double[] season;
    private final double[] residual;
    private final boolean[] flagged;
    private final double deviation;

    private Parts(
        double[] trend, double[] season, double[] residual, boolean[] flagged, double deviation) {
      this.trend = trend;
      this.season = season;
      this.residual = residual;
      this.flagged = flagged;
      this.deviation = deviation;
    }

    public double[] trend() {
      return trend;
    }

    public double[] season() {
      return season;
    }

    /** NaN where the value is. */
    public double[] residual() {
      return residual;
    }

    public boolean[] flagged() {
      return flagged;
    }

    /** Standard deviation that the residuals are judged by. */
    public double deviation() {
      return deviation;
    }
  }

  /** Takes an array apart. */
  public static Parts decompose(double[] x, Config config) {
    Decomposition decomposition = new Decomposition(config, x.length);
    Reader reader = (from, out, count) -> System.arraycopy(x, (int) from, out, 0, count);
    Worker worker = decomposition.worker(reader);
    Fit fit = decomposition.newFit();
    while (!fit.isReady()) {
      Totals totals = decomposition.totals();
      for (long b = 0; b < decomposition.blocks(); b++) {
        worker.explain(b, fit, totals);
      }
      fit.add(totals);
    }
    double[] residual = new double[x.length];
    double[] trend = new double[x.length];
    double[] season = new double[x.length];
    boolean[] flagged = new boolean[x.length];
    for (long b = 0; b < decomposition.blocks(); b++) {
      int found = worker.judge(b, fit);
      int at = (int) (b * decomposition.block());
      int count = Math.min(decomposition.block(), x.length - at);
      System.arraycopy(worker.residuals(), 0, residual, at, count);
      for (int i = 0; i < found; i++) {
        flagged[at + worker.places()[i]] = true;
      }
    }
    for (int i = 0; i < x.length; i++) {
      season[i] = fit.season()[i % config.period()];
      trend[i] = x[i] - residual[i] - season[i];
    }
    return new Parts(trend, season, residual, flagged, fit.deviation());
  }

  /** A fit that knows nothing yet. */
  public Fit newFit() {
    return new Fit();
  }

  /** Totals for one share of a round's work. */
  public Totals totals() {
    return new Totals(config.period());
  }

  /** Scratch space for one thread. */
  public Worker worker(Reader reader) {
    return new Worker(reader);
  }

  /** Sums over the values of some blocks, by phase. */
  public static final class Totals {
    private final double[] sums;
    private final long[] counts;
    private double squares;
    private boolean gaps;

    Totals(int period) {
      sums = new double[period];
      counts = new long[period];
    }

    /** Adds what comes later in the series; shares must be added in one order for the same bits. */
    public void add(Totals later) {
      for (int p = 0; p < sums.length; p++) {
        sums[p] += later.sums[p];
        counts[p] += later.counts[p];
      }
      squares += later.squares;
      gaps |= later.gaps;
    }
  }

  /** The rounds done so far. Changed between runs by one thread, read within a run by all. */
  public final class Fit {
    private List<Round> rounds = List.of();
    private boolean gaps;

    /** Whether all rounds are done. */
    public boolean isReady() {
      boolean again = gaps && config.roundCount() == 1;
      return rounds.size() == config.roundCount() + (again ? 1 : 0);
    }

    /** Closes a round with the sums over all blocks. */
    public void add(Totals totals) {
      gaps |= totals.gaps;
      int period = config.period();
      double[] season = new double[period];
      double mean = 0;
      int phases = 0;
      for (int p = 0; p < period; p++) {
        if (totals.counts[p] > 0) {
          season[p] = totals.sums[p] / totals.counts[p];
          mean += season[p];
          phases++;
        }
      }
      mean = phases == 0 ? 0 : mean / phases;
      double squares = totals.squares;
      double rest = 0;
      long count = 0;
      for (int p = 0; p < period; p++) {
        season[p] -= totals.counts[p] > 0 ? mean : 0;
        double s = season[p];
        squares += s * (s * totals.counts[p] - 2 * totals.sums[p]);
        rest += totals.sums[p] - s * totals.counts[p];
        count += totals.counts[p];
      }
      double centre = count == 0 ? 0 : rest / count;
      double variance = count == 0 ? 0 : squares / count - centre * centre;
      // What cancellation leaves of a variance that is nothing is rounding: a series without noise
      // has no outliers within it.
      double rounding = 1e-12 * totals.squares / Math.max(1, count);
      rounds = append(rounds, new Round(season, centre, Math.sqrt(Math.max(variance, rounding))));
    }

    private static List<Round> append(List<Round> rounds, Round round) {
      Round[] all = Arrays.copyOf(rounds.toArray(Round[]::new), rounds.size() + 1);
      all[rounds.size()] = round;
      return List.of(all);
    }

    private Round last() {
      return rounds.get(rounds.size() - 1);
    }

    /** The season of one cycle. */
    public double[] season() {
      return last().season;
    }

    /** Standard deviation of the residuals. */
    public double deviation() {
      return last().deviation;
    }

    /** Mean of the residuals, which scores are counted from. */
    public double centre() {
      return last().centre;
    }
  }

  /**
   * Works on blocks.
   *
   * <p><b>Threads.</b> One thread.
   */
  public final class Worker {
    private final Reader reader;

    /** Values as read, from {@link #start} on. */
    private double[] x = new double[0];

    /** What the trend is made of: x, or x less season with outliers missing. */
    private double[] y = new double[0];

    private double[] trend = new double[0];
    private double[] residual = new double[0];
    private int[] places = new int[0];
    private long start;
    private boolean gaps;
    private int missing;

    private Worker(Reader reader) {
      this.reader = reader;
    }

    /** Adds a block's values to the totals of the round that comes next. */
    public void explain(long number, Fit fit, Totals totals) {
      long from = number * block;
      long to = Math.min(length, from + block);
      int round = fit.rounds.size();
      load(from, to, round + 1);
      run(from, to, fit, round);
      // Here the trend of the new round stands in trend, for [from, to).
      int period = config.period();
      boolean average = isAverage(round);
      long low = average ? Math.max(from, period / 2) : from;
      long high = average ? Math.min(to, length - period / 2) : to;
      double[] sums = totals.sums;
      long[] counts = totals.counts;
      double squares = 0;
      boolean all = !gaps && round == 0;
      int phase = (int) (low % period);
      for (long i = low; i < high; ) {
        int step = (int) Math.min(period - phase, high - i);
        int at = (int) (i - start);
        if (all) {
          for (int k = 0; k < step; k++) {
            double d = x[at + k] - trend[at + k];
            sums[phase + k] += d;
            counts[phase + k]++;
            squares += d * d;
          }
        } else {
          for (int k = 0; k < step; k++) {
            if (!Double.isNaN(y[at + k])) {
              double d = x[at + k] - trend[at + k];
              sums[phase + k] += d;
              counts[phase + k]++;
              squares += d * d;
            }
          }
        }
        i += step;
        phase = 0;
      }
      totals.squares += squares;
      totals.gaps |= gaps;
    }

    /** Judges a block with a fit that is ready; returns how many values are flagged. */
    public int judge(long number, Fit fit) {
      long from = number * block;
      long to = Math.min(length, from + block);
      int round = fit.rounds.size() - 1;
      load(from, to, round + 1);
      run(from, to, fit, round);
      Round last = fit.last();
      int count = (int) (to - from);
      if (residual.length < block) {
        residual = new double[block];
        places = new int[block];
      }
      int period = config.period();
      double[] season = last.season;
      int phase = (int) (from % period);
      double centre = last.centre;
      double limit = config.threshold() * last.deviation;
      int found = 0;
      missing = 0;
      int offset = (int) (from - start);
      for (int i = 0; i < count; ) {
        int step = Math.min(period - phase, count - i);
        for (int k = 0; k < step; k++) {
          double value = x[offset + i + k];
          double r = value - trend[offset + i + k] - season[phase + k];
          residual[i + k] = r;
          if (!(Math.abs(r - centre) <= limit)) {
            if (Double.isNaN(value)) {
              missing++;
            } else {
              places[found++] = i + k;
            }
          }
        }
        i += step;
        phase = 0;
      }
      return found;
    }

    /** Places within the block of its flagged values, rising; valid until the next. */
    public int[] places() {
      return places;
    }

    /** Residuals of the judged block, from its first value on; valid until the next. */
    public double[] residuals() {
      return residual;
    }

    /** The value at a place of the judged block. */
    public double value(long number, int place) {
      return x[(int) (number * block - start) + place];
    }

    /** NaNs of the judged block. */
    public int missing() {
      return missing;
    }

    /** Reads a block and what lies within {@code rounds} times the reach of it. */
    private void load(long from, long to, int rounds) {
      long margin = (long) reach * rounds;
      start = Math.max(0, from - margin);
      int count = (int) (Math.min(length, to + margin) - start);
      if (x.length < count) {
        x = new double[count];
        y = new double[count];
        trend = new double[count];
      }
      reader.read(start, x, count);
      // Nothing times a finite value is 0, times any other NaN; so one sum tells of all.
      // Four sums, since each addition waits for the one before it.
      double zeros = 0;
      double zeros1 = 0;
      double zeros2 = 0;
      double zeros3 = 0;
      int i = 0;
      for (; i + 3 < count; i += 4) {
        zeros += x[i] * 0.0;
        zeros1 += x[i + 1] * 0.0;
        zeros2 += x[i + 2] * 0.0;
        zeros3 += x[i + 3] * 0.0;
      }
      for (; i < count; i++) {
        zeros += x[i] * 0.0;
      }
      gaps = zeros + zeros1 + zeros2 + zeros3 != 0;
    }

    /**
     * Leaves in {@link #trend} the trend of the given round, and in {@link #y} a NaN for what that
     * round left out.
     */
    private void run(long from, long to, Fit fit, int round) {
      for (int r = 0; r <= round; r++) {
        // Each earlier round is needed a reach further out than the one after it.
        long margin = (long) reach * (round - r);
        long low = Math.max(0, from - margin);
        long high = Math.min(length, to + margin);
        long deepLow = Math.max(0, low - reach);
        long deepHigh = Math.min(length, high + reach);
        prepare(deepLow, deepHigh, r == 0 ? null : fit.rounds.get(r - 1), r);
        if (isAverage(r)) {
          average(low, high, r == 0 && !gaps ? x : y, r > 0 || gaps);
        } else {
          loess(low, high);
        }
      }
    }

    private boolean isAverage(int round) {
      return round == 0 || config.trend() == Trend.AVERAGE;
    }

    private boolean isTrimmed(int round) {
      return config.robust() && round >= config.roundCount() - 2;
    }

    /**
     * Fills y for a round: NaN where missing or, in a robust round, beyond the threshold of the
     * round before.
     */
    private void prepare(long low, long high, @Nullable Round before, int round) {
      int at = (int) (low - start);
      int end = (int) (high - start);
      if (before == null) {
        for (int i = at; i < end && gaps; i++) {
          y[i] = Double.isFinite(x[i]) ? x[i] : Double.NaN;
        }
        return;
      }
      int period = config.period();
      boolean trimmed = isTrimmed(round);
      double[] season = before.season;
      int phase = (int) (low % period);
      for (int i = at; i < end; i++) {
        double deseasoned = x[i] - season[phase];
        boolean out =
            !Double.isFinite(x[i])
                || (trimmed && before.isOutlier(deseasoned - trend[i], config.threshold()));
        y[i] = out ? Double.NaN : deseasoned;
        phase = phase + 1 == period ? 0 : phase + 1;
      }
    }

    /** The centred mean for [low, high), from the values of {@code in}. */
    private void average(long low, long high, double[] in, boolean counted) {
      int period = config.period();
      int half = period / 2;
      long full = length - half;
      // The first place with a full window, and the last.
      long first = Math.max(low, half);
      long last = Math.min(high, full) - 1;
      // Ends without a full window go on along the line over the nearest period.
      boolean head = low < half;
      boolean tail = high > full;
      if (head) {
        first = half;
        last = Math.max(last, Math.min(half + period, full - 1));
      }
      if (tail) {
        last = full - 1;
        first = Math.min(first, Math.max(half, full - 1 - period));
      }
      if (counted) {
        countedMeans(first, last, in);
      } else {
        means(first, last, in);
      }
      if (head) {
        long other = Math.min(half + period, full - 1);
        extend(low, half, half, other);
      }
      if (tail) {
        long other = Math.max(half, full - 1 - period);
        extend(full, high, full - 1, other);
      }
    }

    /** Trend of [low, high) along the line through the places {@code near} and {@code far}. */
    private void extend(long low, long high, long near, long far) {
      double nearTrend = trend[(int) (near - start)];
      double slope = near == far ? 0 : (trend[(int) (far - start)] - nearTrend) / (far - near);
      for (long i = low; i < high; i++) {
        trend[(int) (i - start)] = nearTrend + slope * (i - near);
      }
    }

    private void means(long first, long last, double[] in) {
      int period = config.period();
      int half = period / 2;
      int at = (int) (first - start);
      int end = (int) (last - start);
      double sum = 0;
      for (int i = at - half; i < at - half + period; i++) {
        sum += in[i];
      }
      if ((period & 1) == 1) {
        double scale = 1.0 / period;
        for (int i = at; i < end; i++) {
          trend[i] = sum * scale;
          sum += in[i - half + period] - in[i - half];
        }
        trend[end] = sum * scale;
      } else {
        double scale = 0.5 / period;
        for (int i = at; i <= end; i++) {
          double next = sum + (in[i + half] - in[i - half]);
          trend[i] = (sum + next) * scale;
          sum = next;
        }
      }
    }

    /** Values at hand, which end where the series does. */
    private int inLength() {
      return (int) Math.min(x.length, length - start);
    }

    private void countedMeans(long first, long last, double[] in) {
      int period = config.period();
      int half = period / 2;
      int at = (int) (first - start);
      int end = (int) (last - start);
      double sum = 0;
      int count = 0;
      for (int i = at - half; i < at - half + period; i++) {
        boolean there = !Double.isNaN(in[i]);
        sum += there ? in[i] : 0;
        count += there ? 1 : 0;
      }
      boolean even = (period & 1) == 0;
      double known = count > 0 ? sum / count : 0;
      for (int i = at; i <= end; i++) {
        double mean = count > 0 ? sum / count : known;
        known = mean;
        int entering = i - half + period;
        if (entering < inLength()) {
          boolean inThere = !Double.isNaN(in[entering]);
          boolean outThere = !Double.isNaN(in[i - half]);
          sum += (inThere ? in[entering] : 0) - (outThere ? in[i - half] : 0);
          count += (inThere ? 1 : 0) - (outThere ? 1 : 0);
        }
        trend[i] = even ? (mean + (count > 0 ? sum / count : mean)) / 2 : mean;
      }
    }

    /**
     * The loess for [low, high): exact at the multiples of the jump and at the series' last value,
     * straight lines between.
     */
    private void loess(long low, long high) {
      int jump = jump();
      long left = low / jump * jump;
      double leftValue = fitAt(left);
      trendAt(left, leftValue, low, high);
      while (left < high) {
        long right = Math.min(left + jump, length - 1);
        if (right <= left) {
          break;
        }
        double rightValue = fitAt(right);
        for (long i = Math.max(left, low); i <= right && i < high; i++) {
          trend[(int) (i - start)] =
              leftValue + (rightValue - leftValue) * (i - left) / (right - left);
        }
        left = right;
        leftValue = rightValue;
      }
    }

    private void trendAt(long place, double value, long low, long high) {
      if (place >= low && place < high) {
        trend[(int) (place - start)] = value;
      }
    }

    /**
     * A line through the neighbourhood of a place, weighted by the distance (tricube), taken at the
     * place.
     */
    private double fitAt(long place) {
      int window = (int) Math.min(window(), length);
      long first = Math.max(0, Math.min(place - window / 2, length - window));
      long lastPlace = first + window - 1;
      double width = Math.max(place - first, lastPlace - place) + 1;
      double s0 = 0;
      double s1 = 0;
      double s2 = 0;
      double t0 = 0;
      double t1 = 0;
      for (int k = 0; k < window; k++) {
        double value = y[(int) (first + k - start)];
        if (Double.isNaN(value)) {
          continue;
        }
        double distance = first + k - place;
        double u = Math.abs(distance) / width;
        double cube = 1 - u * u * u;
        double weight = cube * cube * cube;
        s0 += weight;
        s1 += weight * distance;
        s2 += weight * distance * distance;
        t0 += weight * value;
        t1 += weight * distance * value;
      }
      if (s0 == 0) {
        return 0;
      }
      double spread = s2 - s1 * s1 / s0;
      double slope = spread > 1e-9 * width * width * s0 ? (t1 - s1 * t0 / s0) / spread : 0;
      return (t0 - slope * s1) / s0;
    }
  }
}
