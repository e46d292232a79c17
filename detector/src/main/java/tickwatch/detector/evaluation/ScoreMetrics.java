package tickwatch.detector.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How well scores rank labelled rows above the others, whatever the threshold.
 *
 * <p><b>VUS-PR</b> (Paparrizos et al., "Volume Under the Surface", VLDB 2022; as TSB-AD computes
 * it). For each buffer w = 0 to W each event [a, b] is given slopes of w / 2 rows on both sides,
 * worth {@code sqrt(1 - distance / w)}; overlapping slopes add, capped at 1, and buffered events
 * that meet are one. At each of 250 thresholds (the scores at evenly spaced ranks), with a row
 * predicted if its score is at least the threshold:
 *
 * <pre>
 *   soft      = the worth of predicted rows on slopes
 *   TP        = predicted rows inside events + soft
 *   recall    = min(TP / (P + soft / 2), 1) × share of buffered events touched     P: rows in events
 *   precision = TP / predicted rows
 *   AP(w)     = sum of (recall_k - recall_k-1) × precision_k, from recall 0
 * </pre>
 *
 * <p>VUS-PR is the mean of AP(w). <b>AUC-PR</b> is the average precision over all distinct scores.
 * A score that is missing counts as the lowest there is.
 *
 * @param vusPr NaN where there is no event
 * @param bestF1 the point-wise F1 at the threshold that is best for these labels: an oracle, never
 *     a system's result
 */
public record ScoreMetrics(
    double vusPr, double aucPr, double bestF1, double bestThreshold, double bestNab) {
  static final int DEFAULT_WINDOW = 100;
  private static final int THRESHOLDS = 250;

  /**
   * Judges scores.
   *
   * @param label true where a row is anomalous
   * @param score as long; higher is more anomalous
   * @param window the largest buffer in rows
   */
  public static ScoreMetrics of(boolean[] label, double[] score, int window) {
    if (label.length != score.length || label.length == 0) {
      throw new IllegalArgumentException(score.length + " scores of " + label.length + " rows");
    }
    double[] finite = finite(score);
    int[] order = descending(finite);
    double[] best = bestF1(label, finite, order);
    return new ScoreMetrics(
        vusPr(label, finite, order, window),
        aucPr(label, finite, order),
        best[0],
        best[1],
        NabScore.best(label, finite, order));
  }

  private static double[] finite(double[] score) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (double s : score) {
      if (Double.isFinite(s)) {
        low = Math.min(low, s);
        high = Math.max(high, s);
      }
    }
    if (low > high) {
      low = 0;
      high = 0;
    }
    double[] finite = score.clone();
    for (int i = 0; i < finite.length; i++) {
      if (!Double.isFinite(finite[i])) {
        finite[i] = finite[i] == Double.POSITIVE_INFINITY ? high : low;
      }
    }
    return finite;
  }

  /** Places by falling score; equal ones in their order. */
  private static int[] descending(double[] score) {
    Integer[] boxed = new Integer[score.length];
    Arrays.setAll(boxed, i -> i);
    Arrays.sort(boxed, (a, b) -> Double.compare(score[b] + 0.0, score[a] + 0.0));
    return Arrays.stream(boxed).mapToInt(Integer::intValue).toArray();
  }

  private static double aucPr(boolean[] label, double[] score, int[] order) {
    long positives = count(label);
    double area = 0;
    double lastRecall = 0;
    long found = 0;
    for (int i = 0; i < order.length; i++) {
      found += label[order[i]] ? 1 : 0;
      if (i + 1 == order.length || score[order[i + 1]] != score[order[i]]) {
        double recall = (double) found / Math.max(positives, 1);
        area += (recall - lastRecall) * (found / (i + 1.0));
        lastRecall = recall;
      }
    }
    return area;
  }

  private static double[] bestF1(boolean[] label, double[] score, int[] order) {
    long positives = count(label);
    double best = Double.NEGATIVE_INFINITY;
    double at = 0;
    long found = 0;
    for (int i = 0; i < order.length; i++) {
      found += label[order[i]] ? 1 : 0;
      if (i + 1 == order.length || score[order[i + 1]] != score[order[i]]) {
        double precision = found / (i + 1.0);
        double recall = (double) found / Math.max(positives, 1);
        double f1 = 2 * precision * recall / Math.max(precision + recall, 1e-12);
        if (f1 > best) {
          best = f1;
          at = score[order[i]];
        }
      }
    }
    return new double[] {best, at};
  }

  static int count(boolean[] label) {
    int count = 0;
    for (boolean one : label) {
      count += one ? 1 : 0;
    }
    return count;
  }

  private static double vusPr(boolean[] label, double[] score, int[] order, int window) {
    List<int[]> events = events(label);
    if (events.isEmpty()) {
      return Double.NaN;
    }
    int n = label.length;
    double[] thresholds = new double[THRESHOLDS];
    for (int k = 0; k < THRESHOLDS; k++) {
      // numpy's linspace: k × step, the last one exactly n - 1
      int rank = k == THRESHOLDS - 1 ? n - 1 : (int) (k * ((n - 1.0) / (THRESHOLDS - 1)));
      thresholds[k] = score[order[rank]];
    }
    // Rows by falling score, so that "predicted at threshold k" is a prefix of the order.
    int[] predicted = new int[THRESHOLDS];
    double[] inside = new double[THRESHOLDS];
    int at = 0;
    int hits = 0;
    for (int k = 0; k < THRESHOLDS; k++) {
      while (at < n && score[order[at]] >= thresholds[k]) {
        hits += label[order[at]] ? 1 : 0;
        at++;
      }
      predicted[k] = at;
      inside[k] = hits;
    }
    double positives = count(label);
    double sum = 0;
    double[] worth = new double[n];
    for (int w = 0; w <= window; w++) {
      sum +=
          averagePrecision(
              events, w, label, score, order, thresholds, predicted, inside, positives, worth);
    }
    return sum / (window + 1);
  }

  private static double averagePrecision(
      List<int[]> events,
      int w,
      boolean[] label,
      double[] score,
      int[] order,
      double[] thresholds,
      int[] predicted,
      double[] inside,
      double positives,
      double[] worth) {
    int n = label.length;
    int half = w / 2;
    Arrays.fill(worth, 0);
    List<int[]> buffered = new ArrayList<>();
    for (int[] event : events) {
      for (int x = event[1] + 1; half > 0 && x < Math.min(event[1] + half + 1, n); x++) {
        worth[x] += Math.sqrt(1 - (double) (x - event[1]) / w);
      }
      for (int x = Math.max(event[0] - half, 0); half > 0 && x < event[0]; x++) {
        worth[x] += Math.sqrt(1 - (double) (event[0] - x) / w);
      }
      int[] last = buffered.isEmpty() ? null : buffered.get(buffered.size() - 1);
      if (last != null && last[1] >= event[0] - half) {
        last[1] = event[1] + half;
      } else {
        buffered.add(new int[] {event[0] - half, event[1] + half});
      }
    }
    double[] highest = new double[buffered.size()];
    for (int i = 0; i < highest.length; i++) {
      int[] one = buffered.get(i);
      highest[i] = Double.NEGATIVE_INFINITY;
      for (int x = Math.max(one[0], 0); x <= Math.min(one[1], n - 1); x++) {
        highest[i] = Math.max(highest[i], score[x]);
      }
    }
    double area = 0;
    double lastRecall = 0;
    double soft = 0;
    int at = 0;
    for (int k = 0; k < thresholds.length; k++) {
      for (; at < predicted[k]; at++) {
        int row = order[at];
        if (!label[row]) {
          soft += Math.min(worth[row], 1);
        }
      }
      int touched = 0;
      for (double top : highest) {
        touched += top >= thresholds[k] ? 1 : 0;
      }
      double found = inside[k] + soft;
      double recall =
          Math.min(found / (positives + soft / 2), 1) * ((double) touched / highest.length);
      area += (recall - lastRecall) * (found / predicted[k]);
      lastRecall = recall;
    }
    return area;
  }

  /** First and last row of each run of labelled rows. */
  static List<int[]> events(boolean[] label) {
    List<int[]> events = new ArrayList<>();
    int start = -1;
    for (int i = 0; i <= label.length; i++) {
      boolean on = i < label.length && label[i];
      if (on && start < 0) {
        start = i;
      } else if (!on && start >= 0) {
        events.add(new int[] {start, i - 1});
        start = -1;
      }
    }
    return events;
  }

  /**
   * The buffer that TSB-AD takes: the lag of the highest local maximum of a channel's
   * autocorrelation, 125 where there is none.
   */
  public static int automaticWindow(double[] channel) {
    int n = Math.min(channel.length, 20_000);
    double mean = Arrays.stream(channel, 0, n).average().orElse(0);
    int lags = Math.min(n, 401);
    double[] correlation = new double[lags];
    for (int lag = 0; lag < lags; lag++) {
      double sum = 0;
      for (int i = lag; i < n; i++) {
        sum += (channel[i] - mean) * (channel[i - lag] - mean);
      }
      correlation[lag] = sum;
    }
    if (!(correlation[0] > 0)) {
      return 125;
    }
    int best = -1;
    for (int lag = 4; lag + 1 < lags; lag++) {
      boolean peak =
          correlation[lag] > correlation[lag - 1] && correlation[lag] > correlation[lag + 1];
      if (peak && (best < 0 || correlation[lag] > correlation[best])) {
        best = lag;
      }
    }
    return best < 6 || best > 303 ? 125 : best;
  }
}
