package tickwatch.detector.evaluation;

import java.util.Arrays;
import java.util.List;

/**
 * The Numenta Anomaly Benchmark's score, standard profile: a flag in a labelled window earns the
 * more the earlier it comes, only the best one of a window counts, a window without a flag costs 1,
 * and each flagged row outside costs 0.11 times a sigmoid of its distance behind the window before
 * it.
 *
 * @param raw what the flags earned
 * @param nothing what no flag at all earns
 * @param perfect what the best flags earn
 */
record NabScore(double raw, double nothing, double perfect) {
  private static final double FALSE_POSITIVE = 0.11;

  /** 0 for no flag, 100 for perfect ones; NaN where no window is labelled. */
  double scaled() {
    return perfect > nothing ? 100 * (raw - nothing) / (perfect - nothing) : Double.NaN;
  }

  /** What a flag at each row is worth, and which window the row is in, -1 for none. */
  @SuppressWarnings("ArrayRecordComponent") // its parts are read, never compared
  private record Worth(double[] row, int[] window, int windows) {
    static Worth of(boolean[] label) {
      List<int[]> events = ScoreMetrics.events(label);
      double[] row = new double[label.length];
      int[] window = new int[label.length];
      Arrays.fill(row, -FALSE_POSITIVE);
      Arrays.fill(window, -1);
      for (int k = 0; k < events.size(); k++) {
        int a = events.get(k)[0];
        int b = events.get(k)[1];
        double width = b - a + 1.0;
        for (int i = a; i <= b; i++) {
          row[i] = sigmoid(-(b - i + 1) / width) / sigmoid(-1);
          window[i] = k;
        }
        int next = k + 1 < events.size() ? events.get(k + 1)[0] : label.length;
        for (int i = b + 1; i < next; i++) {
          row[i] = sigmoid((i - b) / Math.max(width - 1, 1)) * FALSE_POSITIVE;
        }
      }
      return new Worth(row, window, events.size());
    }
  }

  private static double sigmoid(double position) {
    return position > 3 ? -1 : 2 / (1 + Math.exp(5 * position)) - 1;
  }

  static NabScore of(boolean[] label, boolean[] flag) {
    Worth worth = Worth.of(label);
    double[] best = new double[worth.windows()];
    Arrays.fill(best, Double.NEGATIVE_INFINITY);
    double raw = 0;
    for (int i = 0; i < flag.length; i++) {
      if (!flag[i]) {
        continue;
      }
      int window = worth.window()[i];
      if (window < 0) {
        raw += worth.row()[i];
      } else {
        best[window] = Math.max(best[window], worth.row()[i]);
      }
    }
    for (double one : best) {
      raw += one == Double.NEGATIVE_INFINITY ? -1 : one;
    }
    return new NabScore(raw, -worth.windows(), worth.windows());
  }

  /** The scaled score at the threshold that is best for these labels. */
  static double best(boolean[] label, double[] score, int[] descending) {
    Worth worth = Worth.of(label);
    if (worth.windows() == 0) {
      return Double.NaN;
    }
    double[] part = new double[worth.windows()];
    Arrays.fill(part, -1);
    double current = -worth.windows();
    double best = current;
    for (int i = 0; i < descending.length; i++) {
      int row = descending[i];
      int window = worth.window()[row];
      double value = worth.row()[row];
      if (window < 0) {
        current += value;
      } else if (value > part[window]) {
        current += value - part[window];
        part[window] = value;
      }
      if (i + 1 == descending.length || score[descending[i + 1]] != score[row]) {
        best = Math.max(best, current);
      }
    }
    return 100 * (best + worth.windows()) / (2.0 * worth.windows());
  }
}
