package tickwatch.detector.model;

import java.util.Arrays;

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

  /** What an error of 1 is of each channel, in z-scores: 1 but for z-scores of a detector's own. */
  final double[] units;

  public Reading(int channels) {
    errors = new double[channels];
    expected = new double[channels];
    units = new double[channels];
    Arrays.fill(units, 1);
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

  /** What an error of 1 of a channel is in z-scores. */
  public double unit(int channel) {
    return units[channel];
  }
}
