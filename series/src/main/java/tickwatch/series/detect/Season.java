package tickwatch.series.detect;

import java.util.Arrays;
import tickwatch.series.linear.LinearAlgebra;

/**
 * What repeats in a channel: a sum of sines about a line, learnt from rows that may hold outliers.
 *
 * <pre>
 *   expected(t) = line(t) + Σ cosines[j] cos(2π (j + 1) t / period) + sines[j] sin(2π (j + 1) t / period)
 * </pre>
 *
 * <p>Line and sines are fitted together by reweighted least squares: Huber's weights, then Tukey's,
 * which leave far outliers out. How many sines are taken is decided by Schwarz's criterion. Sines
 * need few numbers, so that three periods are enough where a mean for each place in the period
 * would still carry every outlier.
 *
 * <p>A period that is not given is that of the highest autocorrelation, and need not be a whole
 * number of rows. There is no season where the rows hold fewer than {@value #LEAST_PERIODS} periods
 * or where it explains less than a third of the variance that a line leaves.
 *
 * @param period rows in a cycle; 0 without a season
 * @param level what the line is in the first row
 * @param deviation of the rows from season and line, outliers left out
 * @param cosines of one, two, ... cycles in a period
 * @param sines as many
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
public record Season(
    double period, double level, double deviation, double[] cosines, double[] sines) {
  private static final double LEAST_PERIODS = 2.5;
  private static final int SHORTEST = 4;
  private static final int MOST_SINES = 10;
  private static final int ROWS_OF_A_NUMBER = 8;
  private static final double LEAST_CORRELATION = 0.3;
  private static final double LEAST_EXPLAINED = 1.0 / 3;

  /** A multiple of the true period correlates as highly; so near is as high. */
  private static final double AS_HIGH = 0.85;

  private static final int SINES_OF_A_PERIOD = 3;
  private static final int STEPS = 20;
  private static final int MOST_ROWS = 4096;
  private static final double DEVIATION_OF_MEDIAN = 1.4826;
  private static final double HUBER = 1.345;
  private static final double TUKEY = 4.685;
  private static final int HUBER_ROUNDS = 10;
  private static final int TUKEY_ROUNDS = 10;

  /** Nothing repeats. */
  public static final Season NONE = new Season(0, 0, 0, new double[0], new double[0]);

  /** Sines in a period. */
  public int harmonics() {
    return cosines.length;
  }

  /**
   * Learns the season of rows.
   *
   * @param x oldest first; NaN where missing. Of more than {@value #MOST_ROWS} the first count.
   * @param wanted rows in a cycle; 0 to find it
   * @return {@link #period} 0 if there is none
   */
  public static Season of(double[] x, double wanted) {
    double[] rows = Arrays.copyOf(x, Math.min(x.length, MOST_ROWS));
    double period = wanted;
    if (wanted == 0) {
      double[] clipped = clipped(rows);
      period = clipped.length == 0 ? 0 : lag(clipped);
      if (period > 0) {
        period = refined(rows, refined(rows, period, 0.1), 0.02);
      }
    }
    return period < 2 || rows.length < LEAST_PERIODS * period ? NONE : fit(rows, period);
  }

  /** Values about their median, far ones and missing ones tamed; empty if nothing moves. */
  private static double[] clipped(double[] x) {
    double[] there = Arrays.stream(x).filter(Double::isFinite).toArray();
    double median = median(there);
    for (int i = 0; i < there.length; i++) {
      there[i] = Math.abs(there[i] - median);
    }
    double most = 1.5 * DEVIATION_OF_MEDIAN * median(there);
    if (!(most > 0)) {
      return new double[0];
    }
    double[] clipped = new double[x.length];
    double mean = 0;
    double slope = 0;
    double squares = 0;
    double middle = (x.length - 1) / 2.0;
    for (int t = 0; t < x.length; t++) {
      double d = Double.isNaN(x[t]) ? 0 : x[t] - median;
      clipped[t] = Math.max(-most, Math.min(most, d));
      mean += clipped[t] / x.length;
      slope += clipped[t] * (t - middle);
      squares += (t - middle) * (t - middle);
    }
    for (int t = 0; t < x.length; t++) {
      clipped[t] -= mean + slope / squares * (t - middle);
    }
    return clipped;
  }

  /**
   * The lag of the highest autocorrelation, the least of several that are as high; 0 if none is.
   */
  private static int lag(double[] x) {
    int longest = (int) (x.length / LEAST_PERIODS);
    double[] at = new double[longest + 1];
    // Neighbours are alike without any season.
    int fallen = SHORTEST;
    int best = 0;
    at[0] = correlation(x, 0);
    for (int i = 1; i <= longest; i++) {
      at[i] = correlation(x, i) / at[0];
      if (best == 0 && at[i] > LEAST_CORRELATION / 2) {
        fallen = Math.max(fallen, i + 1);
      }
      if (i >= fallen && (best == 0 || at[i] > at[best])) {
        best = i;
      }
    }
    if (best == 0 || at[best] < LEAST_CORRELATION) {
      return 0;
    }
    for (int parts = best / fallen; parts > 1; parts--) {
      int highest = 0;
      for (int i = best * 9 / (10 * parts); i <= best * 11 / (10 * parts) + 1; i++) {
        highest = i >= fallen && (highest == 0 || at[i] > at[highest]) ? i : highest;
      }
      if (highest > 0 && at[highest] > AS_HIGH * at[best]) {
        return highest;
      }
    }
    return best;
  }

  private static double correlation(double[] x, int lag) {
    double sum = 0;
    for (int t = lag; t < x.length; t++) {
      sum += x[t] * x[t - lag];
    }
    return sum / (x.length - lag);
  }

  private static Season fit(double[] x, double period) {
    int most = mostSines(x, period);
    if (most < 1) {
      return NONE;
    }
    int count = 2 + 2 * most;
    double[] terms = terms(x.length, period, count);
    double[] weights = weights(terms, count, x);
    // How good fewer sines are, by the same weights.
    double total = Arrays.stream(weights).sum();
    double leftByLine = left(terms, count, solve(terms, count, 2, x, weights), x, weights);
    double best = Double.POSITIVE_INFINITY;
    double[] chosen = new double[0];
    double leftByChosen = leftByLine;
    for (int sines = 0; sines <= most; sines++) {
      double[] found = solve(terms, count, 2 + 2 * sines, x, weights);
      double left = left(terms, count, found, x, weights);
      double criterion =
          total * Math.log(Math.max(left, 1e-12 * leftByLine)) + 2 * sines * Math.log(total);
      if (criterion < best) {
        best = criterion;
        chosen = found;
        leftByChosen = left;
      }
    }
    if (!(leftByLine - leftByChosen > LEAST_EXPLAINED * leftByLine)) {
      return NONE;
    }
    double[] cosines = new double[chosen.length / 2 - 1];
    double[] sines = new double[cosines.length];
    for (int j = 0; j < sines.length; j++) {
      cosines[j] = chosen[2 + 2 * j];
      sines[j] = chosen[3 + 2 * j];
    }
    double deviation = Math.sqrt(leftByChosen / Math.max(1, total - chosen.length));
    // The line is at -1 in the first row.
    return new Season(period, chosen[0] - chosen[1], deviation, cosines, sines);
  }

  /** The most sines that the rows can tell, and that differ between rows. */
  private static int mostSines(double[] x, double period) {
    int there = (int) Arrays.stream(x).filter(Double::isFinite).count();
    return Math.min(
        Math.min(MOST_SINES, (int) Math.ceil(period / 2) - 1), (there / ROWS_OF_A_NUMBER - 2) / 2);
  }

  /** The weights of rows by how far they are from all terms: far outliers have none. */
  private static double[] weights(double[] terms, int count, double[] x) {
    double[] weights = new double[x.length];
    for (int t = 0; t < x.length; t++) {
      weights[t] = Double.isFinite(x[t]) ? 1 : 0;
    }
    for (int round = 1; round <= HUBER_ROUNDS + TUKEY_ROUNDS; round++) {
      double[] found = solve(terms, count, count, x, weights);
      if (!reweight(terms, count, x, found, weights, round >= HUBER_ROUNDS)) {
        break;
      }
    }
    return weights;
  }

  /** The period within a share of {@code about} whose first sines leave the least of the rows. */
  private static double refined(double[] x, double about, double within) {
    int most = Math.min(SINES_OF_A_PERIOD, mostSines(x, about));
    if (most < 1) {
      return about;
    }
    int count = 2 + 2 * most;
    double[] weights = weights(terms(x.length, about, count), count, x);
    double best = about;
    double least = Double.POSITIVE_INFINITY;
    for (int i = -STEPS; i <= STEPS; i++) {
      double period = about / (1 + within * i / STEPS);
      double[] terms = terms(x.length, period, count);
      double left = left(terms, count, solve(terms, count, count, x, weights), x, weights);
      if (left < least) {
        least = left;
        best = period;
      }
    }
    return best;
  }

  /** {@code rows × count}: one, a line from -1 to 1, and the sines. */
  private static double[] terms(int rows, double period, int count) {
    double[] terms = new double[rows * count];
    for (int t = 0; t < rows; t++) {
      int at = t * count;
      terms[at] = 1;
      terms[at + 1] = 2.0 * t / (rows - 1) - 1;
      for (int j = 1; 2 * j < count; j++) {
        double angle = 2 * Math.PI * j * t / period;
        terms[at + 2 * j] = Math.cos(angle);
        terms[at + 2 * j + 1] = Math.sin(angle);
      }
    }
    return terms;
  }

  /** Weighted least squares on the first {@code used} terms. */
  private static double[] solve(double[] terms, int count, int used, double[] x, double[] weights) {
    double[] a = new double[used * used];
    double[] b = new double[used];
    for (int t = 0; t < x.length; t++) {
      double w = weights[t];
      if (w == 0) {
        continue;
      }
      for (int i = 0; i < used; i++) {
        double term = w * terms[t * count + i];
        b[i] += term * x[t];
        for (int j = 0; j <= i; j++) {
          a[i * used + j] += term * terms[t * count + j];
        }
      }
    }
    // The ridge keeps it going where weights have left too few rows.
    for (int i = 0; i < used; i++) {
      a[i * used + i] += 1e-9 * (1 + a[i * used + i]);
    }
    LinearAlgebra.solve(a, used, b, 1);
    return b;
  }

  private static double residual(double[] terms, int count, double[] found, double[] x, int t) {
    double sum = x[t];
    for (int i = 0; i < found.length; i++) {
      sum -= found[i] * terms[t * count + i];
    }
    return sum;
  }

  private static double left(
      double[] terms, int count, double[] found, double[] x, double[] weights) {
    double sum = 0;
    for (int t = 0; t < x.length; t++) {
      if (weights[t] > 0) {
        double r = residual(terms, count, found, x, t);
        sum += weights[t] * r * r;
      }
    }
    return sum;
  }

  /** Sets the weights by the residuals; false if most are nothing. */
  private static boolean reweight(
      double[] terms, int count, double[] x, double[] found, double[] weights, boolean tukey) {
    double[] sizes = new double[x.length];
    for (int t = 0; t < x.length; t++) {
      sizes[t] = Double.isFinite(x[t]) ? Math.abs(residual(terms, count, found, x, t)) : Double.NaN;
    }
    double scale =
        DEVIATION_OF_MEDIAN * median(Arrays.stream(sizes).filter(s -> !Double.isNaN(s)).toArray());
    if (!(scale > 0)) {
      return false;
    }
    for (int t = 0; t < x.length; t++) {
      double u = sizes[t] / (tukey ? TUKEY * scale : HUBER * scale);
      if (Double.isNaN(u)) {
        weights[t] = 0;
      } else if (tukey) {
        weights[t] = u < 1 ? (1 - u * u) * (1 - u * u) : 0;
      } else {
        weights[t] = Math.min(1, 1 / u);
      }
    }
    return true;
  }

  private static double median(double[] values) {
    if (values.length == 0) {
      return Double.NaN;
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }
}
