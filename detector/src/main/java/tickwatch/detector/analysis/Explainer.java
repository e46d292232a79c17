package tickwatch.detector.analysis;

import tickwatch.detector.model.SensorModel;
import tickwatch.detector.preprocess.Scaler;

/** What a sensor's forecasts say in its channels' own units: expectation and band. */
public final class Explainer {
  private final Scaler scaler;
  private final double[] halfBand;

  public Explainer(int channels, SensorModel model) {
    this.scaler = model.scaler();
    this.halfBand = new double[channels];
    for (int c = 0; c < halfBand.length; c++) {
      halfBand[c] = model.scoring().halfBand(c) * scaler.scale(c);
    }
  }

  /** What a channel's value should have been. */
  public double expected(int channel, float forecast) {
    return scaler.value(channel, forecast);
  }

  /** Half the width of a channel's expected band, in units of the error. */
  public double halfBand(int channel) {
    return halfBand[channel];
  }
}
