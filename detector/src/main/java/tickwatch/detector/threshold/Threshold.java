package tickwatch.detector.threshold;

import tickwatch.detector.model.Scoring;

/**
 * Where flags begin, and how far above a score is.
 *
 * @param value a score strictly above it is a flag
 * @param normal the score in the middle of normal data, below {@code value}
 */
public record Threshold(double value, double normal) {
  public Threshold {
    if (!(normal < value)) {
      throw new IllegalArgumentException("normal " + normal + " of threshold " + value);
    }
  }

  public static Threshold of(Scoring scoring) {
    return new Threshold(scoring.threshold(), scoring.normal());
  }

  public boolean isExceededBy(double score) {
    return score > value;
  }

  /**
   * How far above the threshold, 0 to 1: 0 up to it, 0.5 as far above it as it is above the middle
   * of normal data, 0.75 twice as far.
   */
  public double grade(double score) {
    return score > value ? 1 - Math.pow(2, -(score - value) / (value - normal)) : 0;
  }

  /** Whether a score is so near that float32 rounding of the forecast could turn the flag. */
  public boolean isNear(double score) {
    return Math.abs(score - value) <= 1e-4 * (value - normal);
  }
}
