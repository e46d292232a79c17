package tickwatch.feed;

import java.time.Duration;

/** How fast rows are sent. */
public sealed interface Pacing {
  /** As fast as the tickerplant takes them. */
  record FullSpeed() implements Pacing {}

  /** One row of each sym, then a pause until the interval is over. */
  record Interval(Duration interval) implements Pacing {
    public Interval {
      if (interval.isZero() || interval.isNegative()) {
        throw FeedException.precondition(
            "interval: " + interval + " (expected: more than nothing, as 100ms)");
      }
    }
  }

  /** This many rows a second, of all syms together. */
  record Rate(double rowsPerSecond) implements Pacing {
    public Rate {
      if (!(rowsPerSecond > 0) || Double.isInfinite(rowsPerSecond)) {
        throw FeedException.precondition(
            "rate: " + rowsPerSecond + " (expected: more than 0 rows a second)");
      }
    }
  }
}
