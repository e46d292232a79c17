package tickwatch.detector.model;

/**
 * A detector of one sensor: a row in; how far each channel is off and, where the detector can tell,
 * what was expected of it, out. How errors become a score is the same for all detectors and is not
 * its matter.
 *
 * <p>A row is judged by earlier rows, by itself and by what was learnt from normal rows; never by
 * rows after it. Judging a row allocates nothing.
 *
 * <p><b>Threads.</b> One thread.
 */
public interface RowDetector {
  /**
   * Judges the next row, and remembers it.
   *
   * @param z z-scores from {@code from} on, NaN where missing; neither clipped nor filled
   * @param filled the row's z-scores from 0 on, the last value in the place of missing ones
   * @param reading takes what is found; undefined if false is returned
   * @return false before the detector has seen the rows that it needs
   */
  boolean row(double[] z, int from, double[] filled, Reading reading);

  /** Whether {@link Reading#expected} is filled. */
  boolean expects();

  /** Whether errors are parts of one distance, instead of each having a scale of its own. */
  default boolean isDistance() {
    return false;
  }

  /** Puts down all that is learnt and remembered, for {@link DetectorKind#restore}. */
  void save(Numbers to);
}
