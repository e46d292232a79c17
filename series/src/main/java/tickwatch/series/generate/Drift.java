package tickwatch.series.generate;

import tickwatch.series.Params;
import tickwatch.series.SeriesException;

/**
 * A slow wandering of the level: normal heights at every {@code every} values, with a smooth curve
 * (flat at each height) between them. It stays within a few {@code std} for ever, so any stretch of
 * a stream can be computed on its own.
 *
 * @param std standard deviation of the heights
 * @param every values from one height to the next, at least 2
 */
public record Drift(double std, long every) {
  /** The drift of a level that stays. */
  public static final Drift NONE = new Drift(0, 100_000);

  public Drift {
    if (!(std >= 0) || Double.isInfinite(std) || every < 2) {
      throw new SeriesException(
          "drift: std "
              + std
              + ", every "
              + every
              + " (expected: std at least 0, every at least 2)");
    }
  }

  static Drift of(Params params) {
    Drift drift =
        new Drift(
            params.between("std", 0, Double.MAX_VALUE, 1),
            params.whole("every", 2, 1L << 50, 100_000));
    params.done();
    return drift;
  }

  String json() {
    return "{\"std\": " + std + ", \"every\": " + every + "}";
  }
}
