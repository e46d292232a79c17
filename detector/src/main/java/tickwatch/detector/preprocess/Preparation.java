package tickwatch.detector.preprocess;

/**
 * What is done to values before detectors read them.
 *
 * @param scaling what a channel's centre and scale are
 * @param imputation what stands in for a missing value
 */
public record Preparation(Scaling scaling, Imputation imputation) {
  /** What is done unless something else is asked for. */
  public static final Preparation STANDARD =
      new Preparation(Scaling.STANDARD, Imputation.CARRY_FORWARD);

  /** How centre and scale come of a channel's normal values. */
  public enum Scaling {
    /** Mean and standard deviation. */
    STANDARD,
    /**
     * Median and interquartile range over 1.349, which is the standard deviation where values are
     * normally distributed; the standard deviation where half of the values are the same.
     */
    ROBUST
  }

  /** What detectors that look at earlier rows read in the place of what is missing. */
  public enum Imputation {
    /** The channel's last value. */
    CARRY_FORWARD,
    /** What the channel was in the normal rows that are most like this one: {@link NearestRows}. */
    NEAREST
  }
}
