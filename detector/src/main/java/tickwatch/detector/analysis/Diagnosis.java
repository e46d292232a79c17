package tickwatch.detector.analysis;

import java.util.Arrays;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What one channel did around the beginning of an anomaly, from a bounded stretch of rows: when it
 * left its ways, and how. Nothing after the last row of the stretch is known, so what is said while
 * an anomaly is open may be refined when it closes.
 *
 * <p>A channel's value is compared with what it would have been: where up to three other channels
 * that stayed in their usual range explain it well in the rows before, a ridge regression on them;
 * else its mean in the rows before. The deviation from that is measured in its own standard
 * deviation before. Then, in this order:
 *
 * <pre>
 *   gap                rows or values are missing right before the first flag
 *   flat line          a run of one value, longer than any before, that makes nearly all of it
 *   spike              far off for at most 3 rows, or in few rows between usual ones; not flagged
 *                      more than 6 times, or so far that flags remember it; or a leap and the
 *                      same leap back, and no other that comes near, in a channel that wanders
 *   drift, level shift off to one side; drift if it grew from less than half of what it came to
 *   variance change    off to both sides, and the steps from row to row are larger or smaller
 *   correlation break  off to both sides from what other channels say, with its usual steps
 * </pre>
 */
final class Diagnosis {
  /** Fewer rows before say nothing. */
  private static final int LEAST_BASE_ROWS = 12;

  /** The rows right before the first flag, in which the beginning is looked for. */
  private static final int ONSET_ROWS = 48;

  private static final double FAR = 3.5;

  /**
   * The mean size of usual deviations is 0.8, and a little more right after those they are from.
   */
  private static final double NEAR = 1.2;

  private static final double ONSET_DEVIATION = 2.5;
  private static final double MOST_A_ROW = 6;
  private static final int SPIKE_ROWS = 3;
  private static final int MOST_SPIKES = 6;

  /** A leap is so many times the root mean square of usual steps. */
  private static final double LEAP_STEPS = 4;

  private static final int LEAST_FLAT_ROWS = 6;

  /** A flat line makes this much of the rows from its beginning to the last that is far off. */
  private static final double FLAT_SHARE = 0.9;

  /**
   * And of those to the last flag, if it began so early that nothing before it says what is far.
   */
  private static final double FLAT_LEAST_SHARE = 0.65;

  private static final int PARTNERS = 3;
  private static final double LEAST_CORRELATION = 0.5;
  private static final double PARTNER_MOVED = 4;
  private static final double EXPLAINED = 0.5;

  /** A channel whose deviations are not larger than this has not moved. */
  private static final double KEPT = 2;

  private static final double LEAST_SCALE = 0.01;
  private static final double ROUGHER = 1.6;
  private static final double SMOOTHER = 0.4;
  private static final double FOLLOWS = 0.5;
  private static final int LEAST_FOLLOWED_ROWS = 8;

  private final Stretch stretch;
  private final int channel;
  private final long flags;

  /** The row after the last flag, as far as the stretch goes. */
  private final int end;

  /** Rows whose ways count as usual. */
  private int baseRows;

  private final double[] deviations;
  private double explained;

  /** What the partners say the channel should be, in the deviations' unit. */
  private double[] said = {};

  private int onset;

  /**
   * Looks at a channel.
   *
   * @param flags flagged rows so far
   * @param lastFlag rows from the first flag to the last one
   * @param isMoved whether another channel is itself to blame, and no partner to compare with
   */
  Diagnosis(Stretch stretch, int channel, long flags, long lastFlag, boolean[] isMoved) {
    this.stretch = stretch;
    this.channel = channel;
    this.flags = flags;
    this.end = (int) Math.min(stretch.rows(), stretch.first() + lastFlag + 1);
    int first = stretch.first();
    this.baseRows = Math.max(first - ONSET_ROWS / 2, Math.min(first, first * 2 / 3));
    this.deviations = deviations(isMoved);
    this.onset = first;
    if (isKnown()) {
      this.onset = findOnset();
      // What lies before the beginning is usual too, and nearer.
      int guarded = Math.max(baseRows, onset - 2);
      if (guarded != baseRows && guarded <= first) {
        baseRows = guarded;
        System.arraycopy(deviations(isMoved), 0, deviations, 0, deviations.length);
      }
    }
  }

  private boolean isKnown() {
    return baseRows >= LEAST_BASE_ROWS;
  }

  /** The row at which it began; the row of the first flag if nothing earlier is clear. */
  int onset() {
    return onset;
  }

  /** What it is; null if too few rows are known. */
  @Nullable Kind kind() {
    if (isGap()) {
      return Kind.GAP;
    }
    if (!isKnown()) {
      return null;
    }
    if (isFlat()) {
      return Kind.FLAT_LINE;
    }
    int last = lastFar();
    if (last < 0 && explained >= EXPLAINED) {
      // The score saw what this channel alone does not show.
      return Kind.CORRELATION_BREAK;
    }
    int from = Math.min(onset, last < 0 ? onset : last);
    boolean isShort = last - from < SPIKE_ROWS;
    if (flags <= MOST_SPIKES && (isShort || areSpikes(from, last + 1))) {
      return Kind.SPIKE;
    }
    if ((isShort && last >= 0 && isAloneFar(from, last)) || isOutAndBack(from)) {
      return Kind.SPIKE;
    }
    return isShort ? longer(onset, Math.max(end, onset + 1)) : longer(from, last + 1);
  }

  private Kind longer(int from, int to) {
    double mean = mean(deviations, from, to);
    double spread = spread(from, to, mean);
    boolean oneSided = sameSide(from, to, mean) >= 0.8 && Math.abs(mean) > 0.8 * spread;
    double rough = usualStep(from + 1, to) / Math.max(1e-12, usualStep(1, baseRows));
    if ((rough > ROUGHER && !oneSided) || rough > 2 * ROUGHER) {
      return Kind.VARIANCE_CHANGE;
    }
    if (follows(from, to) < FOLLOWS) {
      return Kind.CORRELATION_BREAK;
    }
    if (oneSided) {
      int quarter = Math.max(1, (to - from) / 4);
      double begin = Math.abs(mean(deviations, from, from + quarter));
      double end = Math.abs(mean(deviations, to - quarter, to));
      return begin < 0.55 * end ? Kind.DRIFT : Kind.LEVEL_SHIFT;
    }
    if (rough > ROUGHER || rough < SMOOTHER) {
      return Kind.VARIANCE_CHANGE;
    }
    return explained >= EXPLAINED ? Kind.CORRELATION_BREAK : Kind.LEVEL_SHIFT;
  }

  /**
   * How much of what the partners do the channel does too, since: 1 is all of it, as before. Level
   * and slope are left out. 1 where nothing can be said.
   */
  private double follows(int from, int to) {
    if (explained < EXPLAINED || to - from < LEAST_FOLLOWED_ROWS) {
      return 1;
    }
    double[] partner = detrended(said, from, to);
    double[] own = detrended(deviations, from, to);
    double products = 0;
    double squares = 0;
    for (int i = 0; i < own.length; i++) {
      products += partner[i] * own[i];
      squares += partner[i] * partner[i];
    }
    // Partners that hardly move say nothing.
    return squares / own.length < 1 ? 1 : 1 + products / squares;
  }

  private static double[] detrended(double[] values, int from, int to) {
    int n = to - from;
    double middle = (n - 1) / 2.0;
    double mean = mean(values, from, to);
    double products = 0;
    double squares = 0;
    for (int i = 0; i < n; i++) {
      products += (i - middle) * values[from + i];
      squares += (i - middle) * (i - middle);
    }
    double[] rest = new double[n];
    for (int i = 0; i < n; i++) {
      rest[i] = values[from + i] - mean - products / squares * (i - middle);
    }
    return rest;
  }

  // ---- gap and flat line

  private boolean isGap() {
    int first = stretch.first();
    int missing = 0;
    for (int row = Math.max(0, first - 5); row <= first && row < stretch.rows(); row++) {
      if (row >= first - 2 && stretch.isAfterGap(row)) {
        return true;
      }
      if (row < first && Float.isNaN(stretch.value(row, channel))) {
        missing++;
      }
    }
    return missing >= 3;
  }

  /** A run of one value that holds at the first flag or after, longer than any before it. */
  private boolean isFlat() {
    int first = stretch.first();
    int begin = 0;
    int length = 0;
    int run = 0;
    for (int row = 1; row < stretch.rows(); row++) {
      run = stretch.value(row, channel) == stretch.value(row - 1, channel) ? run + 1 : 0;
      if (row >= first && run + 1 > length) {
        length = run + 1;
        begin = row - run;
      }
    }
    int last = lastFar();
    int until = last < 0 ? end : Math.min(end, Math.max(last + 1, begin + length));
    if (length < LEAST_FLAT_ROWS
        || (length < FLAT_SHARE * (until - begin) && length < FLAT_LEAST_SHARE * (end - begin))
        || length <= 2 * longestRun(0, begin)) {
      return false;
    }
    onset = Math.min(first, begin + 1);
    return true;
  }

  private int longestRun(int from, int to) {
    int longest = 0;
    int run = 0;
    float before = Float.NaN;
    for (int row = from; row < to; row++) {
      float value = stretch.value(row, channel);
      run = value == before ? run + 1 : 1;
      before = value;
      longest = Math.max(longest, run);
    }
    return longest;
  }

  // ---- deviations

  /** How far off each row is, in standard deviations of the rows before; 0 where missing. */
  private double[] deviations(boolean[] isMoved) {
    int rows = stretch.rows();
    double[] off = new double[rows];
    double[] usual = meanAndDeviation(channel, 0, baseRows);
    double scale = Math.max(LEAST_SCALE, usual[1]);
    for (int row = 0; row < rows; row++) {
      double value = stretch.value(row, channel);
      off[row] = Double.isNaN(value) ? 0 : (value - usual[0]) / scale;
    }
    explained = 0;
    if (baseRows < LEAST_BASE_ROWS || usual[1] < LEAST_SCALE) {
      return off;
    }
    int[] partners =
        partners(
            channel, off, other -> other != channel && (!isMoved[other] || keepsItsWays(other)));
    Explained by = explained(off, channel, partners);
    if (by == null) {
      return off;
    }
    explained = by.share();
    said = by.said();
    return by.rest();
  }

  /**
   * What is left of a channel.
   *
   * @param rest how far off each row is from what others say, in deviations of the rows before
   * @param said what the others say, in the same unit
   * @param share of the channel's squares before that they explain
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
  private record Explained(double[] rest, double[] said, double share) {}

  /** What others leave of a channel; null where they did not explain it well before. */
  private @Nullable Explained explained(double[] off, int which, int[] partners) {
    if (partners.length == 0) {
      return null;
    }
    double[][] beside = new double[partners.length][];
    for (int p = 0; p < partners.length; p++) {
      beside[p] = standardised(partners[p]);
    }
    double[] weights = ridge(beside, off);
    double[] rest = new double[off.length];
    double[] partnersSay = new double[off.length];
    for (int row = 0; row < rest.length; row++) {
      double sum = 0;
      for (int p = 0; p < weights.length; p++) {
        sum += weights[p] * beside[p][row];
      }
      partnersSay[row] = sum;
      rest[row] = Float.isNaN(stretch.value(row, which)) ? 0 : off[row] - sum;
    }
    double before = squares(off, baseRows);
    double after = squares(rest, baseRows);
    double share = before > 0 ? 1 - after / before : 0;
    if (share < EXPLAINED) {
      return null;
    }
    double restScale =
        Math.max(LEAST_SCALE, Math.sqrt(after / Math.max(1, baseRows - 1 - weights.length)));
    for (int row = 0; row < rest.length; row++) {
      rest[row] /= restScale;
      partnersSay[row] /= restScale;
    }
    return new Explained(rest, partnersSay, share);
  }

  /**
   * Whether a channel that has a large part in the score goes on as third ones say: then its part
   * comes of the channel that is looked at, with which it no longer goes.
   */
  private boolean keepsItsWays(int other) {
    double[] off = standardised(other);
    int[] third = partners(other, off, one -> one != channel && one != other);
    Explained by = explained(off, other, third);
    if (by == null) {
      return false;
    }
    double sum = 0;
    int first = stretch.first();
    for (int row = first; row < off.length; row++) {
      double size = Math.min(MOST_A_ROW, Math.abs(by.rest()[row]));
      sum += size * size;
    }
    return sum <= KEPT * KEPT * Math.max(1, off.length - first);
  }

  private double[] standardised(int other) {
    double[] usual = meanAndDeviation(other, 0, baseRows);
    double scale = Math.max(LEAST_SCALE, usual[1]);
    double[] values = new double[stretch.rows()];
    for (int row = 0; row < values.length; row++) {
      double value = stretch.value(row, other);
      values[row] = Double.isNaN(value) ? 0 : (value - usual[0]) / scale;
    }
    return values;
  }

  /** The channels that went with one before and are in their usual range since. */
  private int[] partners(int which, double[] off, IntPredicate mayBe) {
    int[] best = new int[PARTNERS];
    double[] strength = new double[PARTNERS];
    int found = 0;
    for (int other = 0; other < stretch.channels(); other++) {
      if (other == which) {
        continue;
      }
      double[] values = standardised(other);
      double products = 0;
      double ones = 0;
      double others = 0;
      for (int row = 0; row < baseRows; row++) {
        products += off[row] * values[row];
        ones += off[row] * off[row];
        others += values[row] * values[row];
      }
      double correlation =
          ones > 0 && others > 0 ? Math.abs(products) / Math.sqrt(ones * others) : 0;
      if (correlation < LEAST_CORRELATION
          || Math.abs(mean(values, stretch.first(), stretch.rows())) > PARTNER_MOVED
          || !mayBe.test(other)) {
        continue;
      }
      int at = found < PARTNERS ? found++ : PARTNERS;
      while (at > 0 && strength[at - 1] < correlation) {
        if (at < PARTNERS) {
          strength[at] = strength[at - 1];
          best[at] = best[at - 1];
        }
        at--;
      }
      if (at < PARTNERS) {
        strength[at] = correlation;
        best[at] = other;
      }
    }
    return Arrays.copyOf(best, found);
  }

  /** Ridge regression over the usual rows, by elimination. */
  private double[] ridge(double[][] beside, double[] off) {
    int n = beside.length;
    double[][] system = new double[n][n + 1];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= n; j++) {
        double[] right = j == n ? off : beside[j];
        double sum = i == j ? 0.01 * baseRows : 0;
        for (int row = 0; row < baseRows; row++) {
          sum += beside[i][row] * right[row];
        }
        system[i][j] = sum;
      }
    }
    for (int i = 0; i < n; i++) {
      for (int below = i + 1; below < n; below++) {
        double factor = system[below][i] / system[i][i];
        for (int j = i; j <= n; j++) {
          system[below][j] -= factor * system[i][j];
        }
      }
    }
    double[] weights = new double[n];
    for (int i = n - 1; i >= 0; i--) {
      double sum = system[i][n];
      for (int j = i + 1; j < n; j++) {
        sum -= system[i][j] * weights[j];
      }
      weights[i] = sum / system[i][i];
    }
    return weights;
  }

  // ---- onset

  /** Back from the first flag to where the sum of what is above the usual is largest. */
  private int findOnset() {
    int first = stretch.first();
    int best = first;
    double most = 0;
    double sum = 0;
    for (int row = first - 1; row >= Math.max(0, first - ONSET_ROWS); row--) {
      sum += Math.min(MOST_A_ROW, Math.abs(deviations[row])) - ONSET_DEVIATION;
      if (sum > most) {
        most = sum;
        best = row;
      }
      if (sum < -2 * MOST_A_ROW) {
        break;
      }
    }
    return best;
  }

  // ---- sums

  private int lastFar() {
    for (int row = stretch.rows() - 1; row >= onset; row--) {
      if (Math.abs(deviations[row]) > FAR) {
        return row;
      }
    }
    return -1;
  }

  /** Few rows are far off, and those between them are as usual. */
  private boolean areSpikes(int from, int to) {
    int far = 0;
    double between = 0;
    for (int row = from; row < to; row++) {
      double size = Math.abs(deviations[row]);
      if (size > FAR) {
        far++;
      } else {
        between += size;
      }
    }
    return 3 * far < to - from && between < NEAR * (to - from - far);
  }

  /** Very far off, while the flagged rows after it are as usual: flags that remember it. */
  private boolean isAloneFar(int from, int last) {
    double largest = 0;
    for (int row = from; row <= last; row++) {
      largest = Math.max(largest, Math.abs(deviations[row]));
    }
    double after = 0;
    for (int row = last + 1; row < end; row++) {
      after += Math.abs(deviations[row]);
    }
    return largest > 3 * FAR && after <= NEAR * (end - last - 1);
  }

  /**
   * Two steps in opposite directions, at most 3 rows apart, far larger than any that are usual and
   * than all others since; behind them the channel goes on near where it was. What it does slowly,
   * as many channels do, does not make such a spike a shift or a drift.
   */
  private boolean isOutAndBack(int from) {
    int start = Math.max(1, from - 1);
    int out = largestStep(start, end, -1, -1);
    int back = largestStep(start, end, out, -1);
    if (out < 0 || back < 0 || Math.abs(back - out) > SPIKE_ROWS) {
      return false;
    }
    double leap = Math.min(Math.abs(step(out)), Math.abs(step(back)));
    double squares = 0;
    for (int row = 1; row < baseRows; row++) {
      squares += step(row) * step(row);
    }
    int third = largestStep(start, end, out, back);
    int first = Math.min(out, back);
    int behind = Math.max(out, back);
    boolean is =
        step(out) * step(back) < 0
            && leap > LEAP_STEPS * Math.sqrt(squares / Math.max(1, baseRows - 1))
            && (third < 0 || Math.abs(step(third)) < leap / 2)
            && Math.abs(deviations[behind] - deviations[first - 1]) < leap / 2
            && Math.abs(mean(deviations, behind, end) - deviations[first - 1]) < leap / 2;
    // How far the channel had wandered before is none of it.
    onset = is ? Math.min(first, stretch.first()) : onset;
    return is;
  }

  private double step(int row) {
    return deviations[row] - deviations[row - 1];
  }

  /** The row, of two that do not count, to which the largest step was; -1 if there is none. */
  private int largestStep(int from, int to, int not, int norThis) {
    int largest = -1;
    for (int row = from; row < to; row++) {
      if (row != not
          && row != norThis
          && (largest < 0 || Math.abs(step(row)) > Math.abs(step(largest)))) {
        largest = row;
      }
    }
    return largest;
  }

  private double sameSide(int from, int to, double mean) {
    int same = 0;
    for (int row = from; row < to; row++) {
      if (deviations[row] * mean > 0) {
        same++;
      }
    }
    return (double) same / (to - from);
  }

  private double spread(int from, int to, double mean) {
    double squares = 0;
    for (int row = from; row < to; row++) {
      squares += (deviations[row] - mean) * (deviations[row] - mean);
    }
    return Math.sqrt(squares / (to - from));
  }

  /** The median size of a step from one row to the next; a single jump does not move it. */
  private double usualStep(int from, int to) {
    double[] steps = new double[Math.max(0, to - from)];
    int count = 0;
    for (int row = from; row < to; row++) {
      double step = Math.abs(stretch.value(row, channel) - stretch.value(row - 1, channel));
      if (!Double.isNaN(step)) {
        steps[count++] = step;
      }
    }
    Arrays.sort(steps, 0, count);
    return count == 0 ? 0 : steps[count / 2];
  }

  private double[] meanAndDeviation(int which, int from, int to) {
    double sum = 0;
    int count = 0;
    for (int row = from; row < to; row++) {
      double value = stretch.value(row, which);
      if (!Double.isNaN(value)) {
        sum += value;
        count++;
      }
    }
    double mean = count == 0 ? 0 : sum / count;
    double squares = 0;
    for (int row = from; row < to; row++) {
      double value = stretch.value(row, which);
      if (!Double.isNaN(value)) {
        squares += (value - mean) * (value - mean);
      }
    }
    return new double[] {mean, count < 2 ? 0 : Math.sqrt(squares / (count - 1))};
  }

  private static double mean(double[] values, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += values[i];
    }
    return to > from ? sum / (to - from) : 0;
  }

  private static double squares(double[] values, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += values[i] * values[i];
    }
    return sum;
  }
}
