package tickwatch.series.generate;

import tickwatch.series.Params;
import tickwatch.series.SeriesException;

/**
 * A sine: {@code amplitude × sin(2π × i / period + phase)} at value number i.
 *
 * @param period values in one cycle, above 0, not necessarily whole
 * @param phase radians at value 0
 */
public record Seasonality(double amplitude, double period, double phase) {
  /** Whole periods up to this many values are kept as a table of one cycle. */
  static final int TABLE = 1 << 16;

  public Seasonality {
    if (!Double.isFinite(amplitude)
        || !Double.isFinite(phase)
        || !(period > 0)
        || Double.isInfinite(period)) {
      throw new SeriesException(
          "seasonality: amplitude "
              + amplitude
              + ", period "
              + period
              + ", phase "
              + phase
              + " (expected: finite, period above 0)");
    }
  }

  static Seasonality of(Params params) {
    Seasonality seasonality =
        new Seasonality(
            params.number("amplitude", 1),
            params.positive("period", 200),
            params.number("phase", 0));
    params.done();
    return seasonality;
  }

  /**
   * The value at position {@code i}; the cycles are taken off before the sine, so that a far
   * position loses no digits.
   */
  double at(long i) {
    double cycles = i % period / period;
    return amplitude * StrictMath.sin(2 * Math.PI * cycles + phase);
  }

  boolean isTable() {
    return period == Math.rint(period) && period <= TABLE;
  }

  /** One cycle, for whole periods. */
  double[] table() {
    double[] cycle = new double[(int) period];
    for (int i = 0; i < cycle.length; i++) {
      cycle[i] = at(i);
    }
    return cycle;
  }

  String json() {
    return "{\"amplitude\": "
        + amplitude
        + ", \"period\": "
        + period
        + ", \"phase\": "
        + phase
        + "}";
  }
}
