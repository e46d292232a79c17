package tickwatch.detector.preprocess;

/**
 * Puts something in the place of one sensor's missing values. What it puts there is read by
 * detectors that need whole rows; it never has a part in a score.
 *
 * <p><b>Threads.</b> One thread.
 */
public sealed interface Imputer permits CarryForward, NearestRows {
  /**
   * Takes the next row of z-scores, NaN where a value is missing.
   *
   * @return the row with nothing missing; valid until the next call
   */
  double[] fill(double[] z, int from);

  /** The same before it had seen a row. */
  Imputer untouched();

  /** All that is known and remembered, for {@link #of}. */
  double[] save();

  /**
   * Goes on from what {@link #save} gave.
   *
   * @param imputation that the saved one was of
   */
  static Imputer of(Preparation.Imputation imputation, int channels, double[] saved) {
    return switch (imputation) {
      case CARRY_FORWARD -> {
        CarryForward carried = new CarryForward(channels);
        carried.restore(saved);
        yield carried;
      }
      case NEAREST -> NearestRows.restore(channels, saved);
    };
  }
}
