package tickwatch.detector.ensemble;

import java.util.Arrays;
import tickwatch.detector.model.Scoring;

/** The full form: the mean of powers of normalised residuals, at several speeds. */
final class NormalisedScorer implements RowScorer {
  private final Scoring.Normalised scoring;
  private final int channels;
  private final double power;
  private final double[] alpha;

  /** The weighted mean of each speed; NaN before the first row with a score. */
  private final double[] means;

  NormalisedScorer(Scoring.Normalised scoring, int channels) {
    this.scoring = scoring;
    this.channels = channels;
    this.power = scoring.power();
    this.alpha = new double[scoring.speeds()];
    this.means = new double[scoring.speeds()];
    for (int i = 0; i < alpha.length; i++) {
      double halfLife = scoring.halfLife(i);
      alpha[i] = halfLife == 0 ? 1 : 1 - Math.pow(2, -1 / halfLife);
    }
    Arrays.fill(means, Double.NaN);
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
      double share = raised(Math.abs(residual));
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
    if (verdict.speeds.length != means.length) {
      verdict.speeds = new double[means.length];
    }
    double a = verdict.rowScore;
    double capped = Math.min(a, scoring.cap());
    double score = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < means.length; i++) {
      double mean = means[i];
      double next;
      if (scoring.halfLife(i) == 0) {
        next = a;
      } else {
        next = Double.isNaN(mean) ? capped : mean + alpha[i] * (capped - mean);
      }
      if (remember) {
        means[i] = next;
      }
      verdict.speeds[i] = next / scoring.q99(i);
      score = Math.max(score, verdict.speeds[i]);
    }
    verdict.score = score;
  }

  /** The power of a residual; the usual powers cost no logarithm. */
  private double raised(double size) {
    if (power == 1) {
      return size;
    }
    if (power == 1.5) {
      return size * Math.sqrt(size);
    }
    return power == 2 ? size * size : Math.pow(size, power);
  }

  @Override
  public double[] save() {
    return means.clone();
  }

  @Override
  public void restore(double[] saved) {
    if (saved.length != means.length) {
      throw new IllegalArgumentException(saved.length + " means for " + means.length + " speeds");
    }
    System.arraycopy(saved, 0, means, 0, means.length);
  }
}
