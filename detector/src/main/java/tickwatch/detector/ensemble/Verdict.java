package tickwatch.detector.ensemble;

/**
 * What one row's forecast errors came to. Filled by a {@link RowScorer} for each row anew.
 *
 * <p><b>Threads.</b> One thread.
 */
public final class Verdict {
  final double[] residuals;
  final double[] shares;
  double[] speeds = {};
  double shareSum;
  double rowScore;
  double score;

  public Verdict(int channels) {
    residuals = new double[channels];
    shares = new double[channels];
  }

  /**
   * A channel's error, in the units it is judged in: clipped residual scales, or z units where each
   * channel has its own limit; NaN where the channel is missing.
   */
  public double residual(int channel) {
    return residuals[channel];
  }

  /** A channel's part of the row's score, 0 to 1; all parts make 1, or 0 if nothing was wrong. */
  public double contribution(int channel) {
    return shareSum > 0 ? shares[channel] / shareSum : 0;
  }

  /** The row's own score before speeds and calibration. */
  public double rowScore() {
    return rowScore;
  }

  /** How many speeds the score is made of. */
  public int speeds() {
    return speeds.length;
  }

  /** The calibrated score of one speed. */
  public double speed(int speed) {
    return speeds[speed];
  }

  /** The row's score. */
  public double score() {
    return score;
  }
}
