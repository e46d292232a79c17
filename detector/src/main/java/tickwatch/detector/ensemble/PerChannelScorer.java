package tickwatch.detector.ensemble;

import tickwatch.detector.model.Scoring;

/** The short form: the largest error over its channel's own limit; nothing is remembered. */
final class PerChannelScorer implements RowScorer {
  /** Stands for an endless error, so that parts of a whole can still be told. */
  private static final double LARGEST_SHARE = 1e100;

  private final Scoring.PerChannel scoring;
  private final int channels;

  PerChannelScorer(Scoring.PerChannel scoring, int channels) {
    this.scoring = scoring;
    this.channels = channels;
  }

  @Override
  public boolean score(double[] z, int zFrom, float[] forecast, int forecastFrom, Verdict verdict) {
    double sum = 0;
    double largest = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < channels; c++) {
      double error = z[zFrom + c] - forecast[forecastFrom + c];
      if (Double.isNaN(error) || !Float.isFinite(forecast[forecastFrom + c])) {
        verdict.residuals[c] = Double.NaN;
        verdict.shares[c] = 0;
        continue;
      }
      double size = Math.abs(error);
      double limit = scoring.value(c);
      double share = Math.min(size / limit, LARGEST_SHARE);
      // A quotient can round to 1 where the error is larger; the comparison of the two decides.
      if (size > limit) {
        share = Math.max(share, Math.nextUp(1.0));
      } else {
        share = Math.min(share, 1.0);
      }
      verdict.residuals[c] = error;
      verdict.shares[c] = share;
      sum += share;
      largest = Math.max(largest, share);
    }
    verdict.shareSum = sum;
    verdict.rowScore = largest;
    verdict.score = largest;
    if (verdict.speeds.length != 1) {
      verdict.speeds = new double[1];
    }
    verdict.speeds[0] = largest;
    return largest > Double.NEGATIVE_INFINITY;
  }

  @Override
  public boolean peek(double[] z, int zFrom, float[] forecast, int forecastFrom, Verdict verdict) {
    return score(z, zFrom, forecast, forecastFrom, verdict);
  }

  @Override
  public double[] save() {
    return new double[0];
  }

  @Override
  public void restore(double[] saved) {
    if (saved.length != 0) {
      throw new IllegalArgumentException(saved.length + " means (expected: none)");
    }
  }
}
