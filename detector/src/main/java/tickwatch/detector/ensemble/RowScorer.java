package tickwatch.detector.ensemble;

import tickwatch.detector.model.Scoring;

/**
 * One sensor's errors to scores, row by row, in order: steps 5 to 8 of {@code
 * docs/model-format.md}. It holds what the score remembers of earlier rows.
 *
 * <p><b>Threads.</b> One thread.
 */
public sealed interface RowScorer permits NormalisedScorer, PerChannelScorer, UnlearntScorer {
  /**
   * Judges the next row.
   *
   * @param z the row's z-scores from {@code zFrom} on, NaN where missing; neither clipped nor
   *     filled
   * @param forecast from {@code forecastFrom} on; a channel whose forecast is not finite counts as
   *     missing
   * @return false if all channels are missing: the row has no score, and nothing has changed
   */
  boolean score(double[] z, int zFrom, float[] forecast, int forecastFrom, Verdict verdict);

  /**
   * The score that {@link #score} would give; changes nothing but the verdict.
   *
   * @return false if all channels are missing
   */
  boolean peek(double[] z, int zFrom, float[] forecast, int forecastFrom, Verdict verdict);

  /** Whether no row will ever have a score, since there is no forecaster. */
  default boolean isUnlearnt() {
    return false;
  }

  /** What is remembered of earlier rows, for {@link #restore}. */
  double[] save();

  /** Goes on from what {@link #save} gave. */
  void restore(double[] saved);

  /** The scorer of a sensor whose first row is yet to come. */
  static RowScorer of(Scoring scoring, int channels) {
    if (scoring instanceof Scoring.Normalised normalised) {
      return new NormalisedScorer(normalised, channels);
    }
    if (scoring instanceof Scoring.PerChannel perChannel) {
      return new PerChannelScorer(perChannel, channels);
    }
    if (scoring instanceof Scoring.Combined) {
      return new UnlearntScorer();
    }
    throw new IllegalArgumentException("scoring of " + scoring.getClass());
  }
}
