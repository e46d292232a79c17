package tickwatch.detector.ensemble;

/** Of a sensor without a forecaster: no row has a score before there is an {@link Ensemble}. */
final class UnlearntScorer implements RowScorer {
  @Override
  public boolean score(double[] z, int zFrom, float[] forecast, int forecastFrom, Verdict verdict) {
    return false;
  }

  @Override
  public boolean peek(double[] z, int zFrom, float[] forecast, int forecastFrom, Verdict verdict) {
    return false;
  }

  @Override
  public boolean isUnlearnt() {
    return true;
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
