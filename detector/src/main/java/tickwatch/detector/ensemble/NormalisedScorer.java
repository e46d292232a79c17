package tickwatch.detector.ensemble;

import tickwatch.detector.model.Scoring;

/** The full form: the mean of powers of normalised residuals, at several speeds. */
final class NormalisedScorer implements RowScorer {
  private final Scoring.Normalised scoring;
  private final int channels;
  private final double power;
  private final Speeds speeds;

  NormalisedScorer(Scoring.Normalised scoring, int channels) {
    this.scoring = scoring;
    this.channels = channels;
    this.power = scoring.power();
    double[] halfLives = new double[scoring.speeds()];
    double[] q99 = new double[scoring.speeds()];
    for (int i = 0; i < q99.length; i++) {
      halfLives[i] = scoring.halfLife(i);
      q99[i] = scoring.q99(i);
    }
    this.speeds = new Speeds(halfLives, q99, scoring.cap());
  }

  @Override
  public boolean score(double[] z, int zFrom, float[] forecast, int forecastFrom, Verdict verdict) {
    if (!rowScore(z, zFrom, forecast, forecastFrom, verdict)) {
      return false;
    }
    speeds(verdict, true);
    return true;
  }

  @Override
  public boolean peek(double[] z, int zFrom, float[] forecast, int forecastFrom, Verdict verdict) {
    if (!rowScore(z, zFrom, forecast, forecastFrom, verdict)) {
      return false;
    }
    speeds(verdict, false);
    return true;
  }

  private boolean rowScore(
      double[] z, int zFrom, float[] forecast, int forecastFrom, Verdict verdict) {
    double clip = scoring.clip();
    double sum = 0;
    int there = 0;
    for (int c = 0; c < channels; c++) {
      double error = z[zFrom + c] - forecast[forecastFrom + c];
      if (Double.isNaN(error) || !Float.isFinite(forecast[forecastFrom + c])) {
        verdict.residuals[c] = Double.NaN;
        verdict.shares[c] = 0;
        continue;
      }
      double residual = Math.max(-clip, Math.min(clip, error / scoring.residualScale(c)));
      double share = Power.raised(Math.abs(residual), power);
      verdict.residuals[c] = residual;
      verdict.shares[c] = share;
      sum += share;
      there++;
    }
    verdict.shareSum = sum;
    verdict.rowScore = sum / there;
    return there > 0;
  }

  private void speeds(Verdict verdict, boolean remember) {
    if (verdict.speeds.length != speeds.count()) {
      verdict.speeds = new double[speeds.count()];
    }
    verdict.score = speeds.next(verdict.rowScore, remember, verdict.speeds);
  }

  @Override
  public double[] save() {
    return speeds.save();
  }

  @Override
  public void restore(double[] saved) {
    speeds.restore(saved);
  }
}
