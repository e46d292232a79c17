package tickwatch.detector.ensemble;

import java.util.Arrays;

/**
 * Row scores at several speeds: the row's own and its exponential averages, each divided by what it
 * seldom exceeds on normal data. The largest counts.
 *
 * <p>An average begins with the first row score. What enters the averages is capped, so that one
 * enormous row does not hold an alarm long after it.
 *
 * <p><b>Threads.</b> One thread.
 */
final class Speeds {
  private final double[] alpha;
  private final double[] q99;
  private final double cap;

  /** The average of each speed; NaN before the first row score. */
  private final double[] means;

  /**
   * The arrays are kept, not copied.
   *
   * @param halfLives in rows; 0 is the row itself
   * @param q99 what each speed is divided by
   * @param cap the largest row score that enters an average
   */
  Speeds(double[] halfLives, double[] q99, double cap) {
    this.q99 = q99;
    this.cap = cap;
    this.alpha = new double[halfLives.length];
    this.means = new double[halfLives.length];
    for (int i = 0; i < alpha.length; i++) {
      alpha[i] = halfLives[i] == 0 ? 1 : 1 - Math.pow(2, -1 / halfLives[i]);
    }
    Arrays.fill(means, Double.NaN);
  }

  int count() {
    return means.length;
  }

  /**
   * Takes a row score.
   *
   * @param remember false to change nothing but {@code calibrated}
   * @param calibrated takes each speed's score
   * @return the largest of them
   */
  double next(double rowScore, boolean remember, double[] calibrated) {
    double capped = Math.min(rowScore, cap);
    double score = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < means.length; i++) {
      double mean = means[i];
      double next;
      if (alpha[i] == 1) {
        next = rowScore;
      } else {
        next = Double.isNaN(mean) ? capped : mean + alpha[i] * (capped - mean);
      }
      if (remember) {
        means[i] = next;
      }
      calibrated[i] = next / q99[i];
      score = Math.max(score, calibrated[i]);
    }
    return score;
  }

  double[] save() {
    return means.clone();
  }

  void restore(double[] saved) {
    if (saved.length != means.length) {
      throw new IllegalArgumentException(saved.length + " means for " + means.length + " speeds");
    }
    System.arraycopy(saved, 0, means, 0, means.length);
  }
}
