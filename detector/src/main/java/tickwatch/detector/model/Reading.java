package tickwatch.detector.model;

/**
 * What a detector says of one row, channel by channel. Filled for each row anew.
 *
 * <p><b>Threads.</b> One thread.
 */
public final class Reading {
  /** How far each channel is off, in the detector's own unit, with a sign where it has one. */
  final double[] errors;

  /** What each channel should have been, in z-scores. */
  final double[] expected;

  public Reading(int channels) {
    errors = new double[channels];
    expected = new double[channels];
  }

  /** How far the channels are off; not to be changed. */
  public double[] errors() {
    return errors;
  }

  /** How far a channel is off; NaN where it is missing or not judged. */
  public double error(int channel) {
    return errors[channel];
  }

  /** What a channel should have been, in z-scores; NaN where the detector cannot tell. */
  public double expected(int channel) {
    return expected[channel];
  }
}
