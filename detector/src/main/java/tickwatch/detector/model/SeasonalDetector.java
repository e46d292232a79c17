package tickwatch.detector.model;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;
import tickwatch.series.detect.Decomposition;

/**
 * What a seasonal-trend decomposition leaves of each channel.
 *
 * <p>The season is that of the last {@value #PERIODS} periods, decomposed again after each period.
 * That is done beside the stream: begun with a period's last row, it takes effect a tenth of a
 * period later, whatever the clock, so a replay gives the same. Between, it is extended row by row:
 * the trend is the mean of the last period's values less their season.
 *
 * <p>Without a period in the parameters the one with the highest autocorrelation in the normal rows
 * is taken, over all channels, from 4 to a third of the rows; where none is above 0.3 the trend
 * alone is taken off.
 */
final class SeasonalDetector implements RowDetector {
  private static final int PERIODS = 4;
  private static final int MIN_PERIOD = 4;
  private static final double LEAST_CORRELATION = 0.3;
  private static final double CLIP = 20;
  private static final int TREND_ROWS = 24;

  private final int channels;

  /** Rows in a cycle; 0 where there is no season. */
  private final int period;

  private final Decomposition.Trend trend;
  private final int history;
  private final Executor beside;

  /** The last rows, {@code history × channels}, a ring. */
  private final float[] ring;

  /** {@code period × channels}. */
  private double[] season;

  /** Sums over the trend's rows of values less their season. */
  private final double[] sums;

  private final int trendRows;
  private long rows;
  private @Nullable CompletableFuture<double[]> pending;

  private SeasonalDetector(int channels, int period, Decomposition.Trend trend, Executor beside) {
    this.channels = channels;
    this.period = period;
    this.trend = trend;
    this.beside = beside;
    this.trendRows = period == 0 ? TREND_ROWS : period;
    this.history = period == 0 ? TREND_ROWS : PERIODS * period;
    this.ring = new float[history * channels];
    this.season = new double[Math.max(1, period) * channels];
    this.sums = new double[channels];
  }

  /**
   * Learns the season of normal rows.
   *
   * @param wanted rows in a cycle; 0 to find it
   * @param trend that the season is found beside
   */
  static SeasonalDetector fit(NormalRows normal, int wanted, Decomposition.Trend trend) {
    int period = wanted > 0 ? wanted : period(normal);
    if (2 * period > normal.rows()) {
      period = 0;
    }
    SeasonalDetector fitted =
        new SeasonalDetector(normal.channels(), period, trend, ForkJoinPool.commonPool());
    if (period > 0) {
      int from = Math.max(0, normal.rows() - PERIODS * period);
      int count = normal.rows() - from;
      float[] last = new float[count * normal.channels()];
      for (int t = 0; t < count; t++) {
        for (int c = 0; c < normal.channels(); c++) {
          last[t * normal.channels() + c] = (float) normal.clipped(from + t, c, CLIP);
        }
      }
      // The rows come again from the first one on, so phases are counted from there.
      fitted.season = season(last, normal.channels(), period, from % period, trend);
    }
    return fitted;
  }

  private static int period(NormalRows normal) {
    int most = normal.rows() / 3;
    int best = 0;
    double highest = LEAST_CORRELATION;
    double before = 0;
    double[] at = new double[most + 2];
    for (int lag = MIN_PERIOD - 1; lag <= Math.min(most, 3000); lag++) {
      double product = 0;
      double squares = 0;
      int step = Math.max(1, normal.rows() / 4000);
      for (int c = 0; c < normal.channels(); c++) {
        for (int t = lag; t < normal.rows(); t += step) {
          double now = normal.clipped(t, c, 5);
          product += now * normal.clipped(t - lag, c, 5);
          squares += now * now;
        }
      }
      at[lag] = squares > 0 ? product / squares : 0;
      boolean peak = lag > MIN_PERIOD && at[lag - 1] > before && at[lag - 1] > at[lag];
      if (peak && at[lag - 1] > highest) {
        highest = at[lag - 1];
        best = lag - 1;
      }
      before = at[lag - 1];
    }
    return best;
  }

  /** The season of each channel, {@code period × channels}, from the phase of the first row on. */
  private static double[] season(
      float[] rows, int channels, int period, int phase, Decomposition.Trend trend) {
    int count = rows.length / channels;
    double[] season = new double[period * channels];
    Decomposition.Config config = new Decomposition.Config(period, trend, true, 3);
    double[] x = new double[count];
    for (int c = 0; c < channels; c++) {
      for (int t = 0; t < count; t++) {
        x[t] = rows[t * channels + c];
      }
      double[] found = Decomposition.decompose(x, config).season();
      for (int p = 0; p < period; p++) {
        season[(p + phase) % period * channels + c] = found[p];
      }
    }
    return season;
  }

  @Override
  public boolean row(double[] z, int from, double[] filled, Reading reading) {
    takeEffect();
    boolean judged = rows >= trendRows;
    int phase = period == 0 ? 0 : (int) (rows % period) * channels;
    int at = (int) (rows % history) * channels;
    for (int c = 0; c < channels; c++) {
      double expected = season[phase + c] + sums[c] / trendRows;
      reading.expected[c] = expected;
      reading.errors[c] = z[from + c] - expected;
      ring[at + c] = (float) Math.max(-CLIP, Math.min(CLIP, filled[c]));
    }
    rows++;
    add();
    begin();
    return judged;
  }

  /** The trend gains the newest row and loses the one a period before it. */
  private void add() {
    if (rows % Math.max(trendRows, 64) == 0) {
      sumAgain();
      return;
    }
    for (int c = 0; c < channels; c++) {
      sums[c] += left(rows - 1, c) - (rows > trendRows ? left(rows - 1 - trendRows, c) : 0);
    }
  }

  /** Sums anew, so that rounding does not add up. */
  private void sumAgain() {
    Arrays.fill(sums, 0);
    for (long row = Math.max(0, rows - trendRows); row < rows; row++) {
      for (int c = 0; c < channels; c++) {
        sums[c] += left(row, c);
      }
    }
  }

  private double left(long row, int channel) {
    int phase = period == 0 ? 0 : (int) (row % period);
    return ring[(int) (row % history) * channels + channel] - season[phase * channels + channel];
  }

  private int delay() {
    return Math.max(1, period / 10);
  }

  private void begin() {
    if (period == 0 || rows < history || rows % period != 0) {
      return;
    }
    // The ring begins with a period, since the history is whole periods.
    float[] last = new float[ring.length];
    int oldest = (int) (rows % history) * channels;
    System.arraycopy(ring, oldest, last, 0, ring.length - oldest);
    System.arraycopy(ring, 0, last, ring.length - oldest, oldest);
    pending = CompletableFuture.supplyAsync(() -> season(last, channels, period, 0, trend), beside);
  }

  private void takeEffect() {
    CompletableFuture<double[]> ready = pending;
    if (ready != null && rows % period == delay()) {
      season = ready.join();
      pending = null;
      sumAgain();
    }
  }

  @Override
  public boolean expects() {
    return true;
  }

  @Override
  public void save(Numbers to) {
    to.put(channels)
        .put(period)
        .put(trend == Decomposition.Trend.LOESS ? 1 : 0)
        .put(ring)
        .put(season)
        .put(sums)
        .put((double) rows);
    CompletableFuture<double[]> ready = pending;
    to.put(ready == null ? new double[0] : ready.join());
  }

  static SeasonalDetector restore(Numbers from) {
    SeasonalDetector restored =
        new SeasonalDetector(
            from.takeCount(),
            from.takeCount(),
            from.takeCount() == 1 ? Decomposition.Trend.LOESS : Decomposition.Trend.AVERAGE,
            ForkJoinPool.commonPool());
    System.arraycopy(from.takeFloats(), 0, restored.ring, 0, restored.ring.length);
    restored.season = from.takeArray();
    System.arraycopy(from.takeArray(), 0, restored.sums, 0, restored.channels);
    restored.rows = (long) from.take();
    double[] ready = from.takeArray();
    if (ready.length > 0) {
      restored.pending = CompletableFuture.completedFuture(ready);
    }
    return restored;
  }
}
