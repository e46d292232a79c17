package tickwatch.detector.model;

import tickwatch.series.detect.Ewma;

/**
 * Each channel against its own exponentially weighted mean and deviation: the error is the z-score
 * against what was expected before the value came. It adapts to drift; what was learnt from normal
 * rows is where it begins.
 *
 * <p>Deviations are never taken below a twentieth of the channel's normal one, so that a constant
 * channel neither divides by zero nor alarms, and its first different value is judged by that.
 */
final class EwmaDetector implements RowDetector {
  private static final double FLOOR = 0.05;
  private static final double THRESHOLD = 3;

  private final double span;
  private final Ewma[] channels;

  private EwmaDetector(double span, int channels) {
    this.span = span;
    this.channels = new Ewma[channels];
    double alpha = 2 / (span + 1);
    int warmUp = (int) Math.max(2, Math.round(span));
    for (int c = 0; c < channels; c++) {
      this.channels[c] = new Ewma(new Ewma.Config(alpha, THRESHOLD, warmUp, FLOOR, 1e-9));
    }
  }

  /**
   * Begins with normal rows' last.
   *
   * @param span rows that count: the weight of a value is {@code 2 / (span + 1)}
   */
  static EwmaDetector fit(NormalRows rows, double span) {
    // The same rows come again to be scored, as to every detector; nothing is kept of them here.
    return new EwmaDetector(span, rows.channels());
  }

  @Override
  public boolean row(double[] z, int from, double[] filled, Reading reading) {
    boolean any = false;
    for (int c = 0; c < channels.length; c++) {
      Ewma channel = channels[c];
      double value = z[from + c];
      reading.errors[c] = channel.score(value);
      reading.expected[c] = channel.mean();
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
    for (Ewma channel : channels) {
      to.put(channel.state());
    }
  }

  static EwmaDetector restore(Numbers from) {
    EwmaDetector restored = new EwmaDetector(from.take(), from.takeCount());
    for (Ewma channel : restored.channels) {
      channel.restore(from.takeArray());
    }
    return restored;
  }
}
