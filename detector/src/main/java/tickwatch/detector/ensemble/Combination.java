package tickwatch.detector.ensemble;

/** How the scores of several detectors become one. */
public enum Combination {
  /** Their weighted mean: one detector that is far off is enough. */
  MEAN {
    @Override
    double of(double score) {
      return score;
    }

    @Override
    double score(double mean) {
      return mean;
    }
  },
  /**
   * Their weighted geometric mean, each taken to be {@value #LEAST} at least: a detector that is
   * always off, since what it learnt is out of date, does not hide what the others see.
   */
  GEOMETRIC {
    @Override
    double of(double score) {
      return Math.log(Math.max(score, LEAST));
    }

    @Override
    double score(double mean) {
      return Math.exp(mean);
    }
  };

  private static final double LEAST = 0.05;

  /** What of a detector's score the mean is taken of. */
  abstract double of(double score);

  /** The score of a mean. */
  abstract double score(double mean);
}
