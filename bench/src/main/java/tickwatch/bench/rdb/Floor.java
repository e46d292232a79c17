package tickwatch.bench.rdb;

import java.util.Arrays;

/**
 * The queries as hand-written loops over plain arrays: symbols are ints, nothing is indexed but for
 * the binary search on time, one thread. Each gives back all that the query answers, in arrays of
 * its own.
 */
final class Floor {
  private final Readings readings;
  private final long[] time;
  private final int[] sym;
  private final double[][] channels;
  private final int rows;

  Floor(Readings readings) {
    this.readings = readings;
    this.time = readings.time;
    this.sym = readings.sym;
    this.channels = readings.channels;
    this.rows = readings.count;
  }

  int count() {
    return readings.count;
  }

  Object lastBySym() {
    int[] last = new int[Readings.SYMS];
    Arrays.fill(last, -1);
    int found = 0;
    for (int row = rows - 1; row >= 0 && found < last.length; row--) {
      if (last[sym[row]] < 0) {
        last[sym[row]] = row;
        found++;
      }
    }
    return rows(last, last.length);
  }

  Object lastMinutes(int wanted, long nanos) {
    int from = firstAbove(time[rows - 1] - nanos);
    int[] found = new int[rows - from];
    int count = 0;
    for (int row = from; row < rows; row++) {
      if (sym[row] == wanted) {
        found[count++] = row;
      }
    }
    return rows(found, count);
  }

  Object averageBySym() {
    double[] channel = channels[0];
    double[] sums = new double[Readings.SYMS];
    long[] counts = new long[Readings.SYMS];
    double[] most = new double[Readings.SYMS];
    double[] least = new double[Readings.SYMS];
    Arrays.fill(most, Double.NEGATIVE_INFINITY);
    Arrays.fill(least, Double.POSITIVE_INFINITY);
    for (int row = 0; row < rows; row++) {
      int at = sym[row];
      double item = channel[row];
      sums[at] += item;
      counts[at]++;
      if (item > most[at]) {
        most[at] = item;
      }
      if (item < least[at]) {
        least[at] = item;
      }
    }
    for (int at = 0; at < sums.length; at++) {
      sums[at] /= counts[at];
    }
    return new double[][] {sums, most, least};
  }

  /** First, most, least and last of each bar; bars start at whole multiples of their length. */
  Object bars(int wanted, long barNanos) {
    double[] channel = channels[0];
    int most = (int) ((time[rows - 1] - time[0]) / barNanos) + 2;
    long[] starts = new long[most];
    double[] open = new double[most];
    double[] high = new double[most];
    double[] low = new double[most];
    double[] close = new double[most];
    int bar = -1;
    long until = Long.MIN_VALUE;
    for (int row = 0; row < rows; row++) {
      if (sym[row] != wanted) {
        continue;
      }
      double item = channel[row];
      if (time[row] >= until) {
        bar++;
        starts[bar] = Math.floorDiv(time[row], barNanos) * barNanos;
        until = starts[bar] + barNanos;
        open[bar] = item;
        high[bar] = item;
        low[bar] = item;
      }
      high[bar] = Math.max(high[bar], item);
      low[bar] = Math.min(low[bar], item);
      close[bar] = item;
    }
    return new Object[] {
      Arrays.copyOf(starts, bar + 1),
      Arrays.copyOf(open, bar + 1),
      Arrays.copyOf(high, bar + 1),
      Arrays.copyOf(low, bar + 1),
      Arrays.copyOf(close, bar + 1)
    };
  }

  int countAbove(double bound) {
    double[] channel = channels[0];
    int count = 0;
    for (int row = 0; row < rows; row++) {
      if (channel[row] > bound) {
        count++;
      }
    }
    return count;
  }

  Object asof(Readings probe) {
    int[] found = new int[probe.count];
    for (int i = 0; i < found.length; i++) {
      int row = firstAbove(probe.time[i]) - 1;
      while (row >= 0 && sym[row] != probe.sym[i]) {
        row--;
      }
      found[i] = row;
    }
    double[][] out = new double[channels.length][found.length];
    for (int channel = 0; channel < out.length; channel++) {
      double[] source = channels[channel];
      for (int i = 0; i < found.length; i++) {
        out[channel][i] = found[i] < 0 ? Double.NaN : source[found[i]];
      }
    }
    return out;
  }

  Object distinct() {
    boolean[] seen = new boolean[Readings.SYMS];
    int[] names = new int[seen.length];
    int count = 0;
    for (int row = 0; row < rows; row++) {
      if (!seen[sym[row]]) {
        seen[sym[row]] = true;
        names[count++] = sym[row];
      }
    }
    return Arrays.copyOf(names, count);
  }

  Object lastRows(int count) {
    int[] last = new int[count];
    for (int i = 0; i < count; i++) {
      last[i] = rows - count + i;
    }
    return rows(last, count);
  }

  Object correlationBySym() {
    double[] x = channels[0];
    double[] y = channels[1];
    double[] n = new double[Readings.SYMS];
    double[] sumX = new double[n.length];
    double[] sumY = new double[n.length];
    double[] sumXx = new double[n.length];
    double[] sumYy = new double[n.length];
    double[] sumXy = new double[n.length];
    for (int row = 0; row < rows; row++) {
      int at = sym[row];
      double p = x[row];
      double q = y[row];
      n[at]++;
      sumX[at] += p;
      sumY[at] += q;
      sumXx[at] += p * p;
      sumYy[at] += q * q;
      sumXy[at] += p * q;
    }
    double[] out = new double[n.length];
    for (int at = 0; at < out.length; at++) {
      double covariance = n[at] * sumXy[at] - sumX[at] * sumY[at];
      double deviations =
          Math.sqrt(n[at] * sumXx[at] - sumX[at] * sumX[at])
              * Math.sqrt(n[at] * sumYy[at] - sumY[at] * sumY[at]);
      out[at] = covariance / deviations;
    }
    return out;
  }

  private int firstAbove(long wanted) {
    int low = 0;
    int high = rows;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (time[middle] <= wanted) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private Object rows(int[] found, int count) {
    long[] times = new long[count];
    int[] syms = new int[count];
    for (int i = 0; i < count; i++) {
      times[i] = time[found[i]];
      syms[i] = sym[found[i]];
    }
    double[][] items = new double[channels.length][count];
    for (int channel = 0; channel < items.length; channel++) {
      double[] source = channels[channel];
      for (int i = 0; i < count; i++) {
        items[channel][i] = source[found[i]];
      }
    }
    return new Object[] {times, syms, items};
  }
}
