package tickwatch.detector.analysis;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import tickwatch.detector.ensemble.Verdict;
import tickwatch.detector.model.SensorModel;
import tickwatch.detector.preprocess.Scaler;

/** What a sensor's forecasts say in its channels' own units: expectation, band, blame. */
public final class Explainer {
  private final List<String> channels;
  private final Scaler scaler;
  private final double[] halfBand;

  public Explainer(List<String> channels, SensorModel model) {
    this.channels = List.copyOf(channels);
    this.scaler = model.scaler();
    this.halfBand = new double[channels.size()];
    for (int c = 0; c < halfBand.length; c++) {
      halfBand[c] = model.scoring().halfBand(c) * scaler.scale(c);
    }
  }

  /** What a channel's value should have been. */
  public double expected(int channel, float forecast) {
    return scaler.value(channel, forecast);
  }

  /** Half the width of a channel's expected band, the same in every row. */
  public double halfBand(int channel) {
    return halfBand[channel];
  }

  /**
   * The channels of a row, those that contributed most first; equal ones in the model's order.
   *
   * @param values what came, from {@code valuesFrom} on
   * @param forecast z-scores, from {@code forecastFrom} on
   */
  public List<ChannelPart> explain(
      double[] values, int valuesFrom, float[] forecast, int forecastFrom, Verdict verdict) {
    List<ChannelPart> parts = new ArrayList<>(halfBand.length);
    for (int c = 0; c < halfBand.length; c++) {
      double expected = expected(c, forecast[forecastFrom + c]);
      parts.add(
          new ChannelPart(
              channels.get(c),
              values[valuesFrom + c],
              expected,
              expected - halfBand[c],
              expected + halfBand[c],
              verdict.contribution(c)));
    }
    parts.sort(Comparator.comparingDouble(ChannelPart::contribution).reversed());
    return parts;
  }
}
