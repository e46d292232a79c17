package tickwatch.detector.model;

import tickwatch.series.detect.Ewma;
import tickwatch.series.detect.Season;
import tickwatch.series.detect.SeasonalEwma;

/**
 * Each channel against its own exponentially weighted mean and deviation: the error is the z-score
 * against what was expected before the value came. It adapts to drift; what was learnt from normal
 * rows is where it begins. A channel that repeats itself is judged against its season too.
 *
 * <p>Deviations are never taken below a twentieth of the channel's normal one, so that a constant
 * channel neither divides by zero nor alarms, and its first different value is judged by that.
 */
final class EwmaDetector implements RowDetector {
  private static final double FLOOR = 0.05;
  private static final double THRESHOLD = 3;

  private final double span;
  private final SeasonalEwma[] channels;

  private EwmaDetector(double span, SeasonalEwma[] channels) {
    this.span = span;
    this.channels = channels;
  }

  private static Ewma.Config config(double span) {
    int warmUp = (int) Math.max(2, Math.round(span));
    return new Ewma.Config(2 / (span + 1), THRESHOLD, warmUp, FLOOR, 1e-9);
  }

  /**
   * Learns what repeats. Averages begin with the first row to be judged, since the same rows come
   * again to be scored, as to every detector.
   *
   * @param span rows that count: the weight of a value is {@code 2 / (span + 1)}
   * @param period rows in a cycle; 0 to find it, channel by channel; 1 for no season
   */
  static EwmaDetector fit(NormalRows rows, double span, double period) {
    SeasonalEwma[] channels = new SeasonalEwma[rows.channels()];
    double[] x = new double[rows.rows()];
    for (int c = 0; c < channels.length; c++) {
      for (int t = 0; t < x.length; t++) {
        x[t] = rows.there(t, c);
      }
      channels[c] = new SeasonalEwma(config(span), Season.of(x, period));
    }
    return new EwmaDetector(span, channels);
  }

  @Override
  public boolean row(double[] z, int from, double[] filled, Reading reading) {
    boolean any = false;
    for (int c = 0; c < channels.length; c++) {
      SeasonalEwma channel = channels[c];
      double value = z[from + c];
      reading.errors[c] = channel.score(value);
      reading.expected[c] = channel.mean();
      reading.units[c] = channel.deviation();
      any |= channel.seen() >= span;
      channel.accept(value);
    }
    return any;
  }

  @Override
  public boolean expects() {
    return true;
  }

  @Override
  public void save(Numbers to) {
    to.put(span).put(channels.length);
    for (SeasonalEwma channel : channels) {
      to.put(channel.state());
    }
  }

  static EwmaDetector restore(Numbers from) {
    double span = from.take();
    SeasonalEwma[] channels = new SeasonalEwma[from.takeCount()];
    for (int c = 0; c < channels.length; c++) {
      channels[c] = SeasonalEwma.restore(config(span), from.takeArray());
    }
    return new EwmaDetector(span, channels);
  }
}
