package tickwatch.detector.event;

import java.util.Arrays;

/**
 * A deviation that people have called normal: for each channel the range of {@code actual −
 * expected} that is accepted; an empty range, {@code low > high}, accepts nothing.
 */
public final class AcceptedDeviation {
  private final String id;
  private final double[] low;
  private final double[] high;

  /**
   * The arrays are given away.
   *
   * @param id of the anomaly that was called normal
   */
  public AcceptedDeviation(String id, double[] low, double[] high) {
    if (low.length != high.length) {
      throw new IllegalArgumentException(low.length + " lows, " + high.length + " highs");
    }
    this.id = id;
    this.low = low;
    this.high = high;
  }

  /** The anomaly that was called normal. */
  public String id() {
    return id;
  }

  public double[] low() {
    return low.clone();
  }

  public double[] high() {
    return high.clone();
  }

  boolean accepts(int channel, double deviation) {
    return deviation >= low[channel] && deviation <= high[channel];
  }

  @Override
  public String toString() {
    return id + " " + Arrays.toString(low) + " to " + Arrays.toString(high);
  }
}
