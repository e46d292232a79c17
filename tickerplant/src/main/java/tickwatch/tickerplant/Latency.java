package tickwatch.tickerplant;

import org.HdrHistogram.Histogram;

/**
 * How long something takes, in nanoseconds up to a minute, to two digits; recording costs no
 * object.
 *
 * <p><b>Threads.</b> The event loop's alone.
 */
final class Latency {
  private static final long MOST_NANOS = 60_000_000_000L;
  private static final int DIGITS = 2;

  private final Histogram sinceStart = new Histogram(MOST_NANOS, DIGITS);
  private final Histogram sinceReport = new Histogram(MOST_NANOS, DIGITS);

  void record(long nanos) {
    long recorded = Math.max(0, Math.min(MOST_NANOS, nanos));
    sinceStart.recordValue(recorded);
    sinceReport.recordValue(recorded);
  }

  /** Since the start; 0 if there was nothing. */
  long quantile(double quantile) {
    return sinceStart.getValueAtPercentile(100 * quantile);
  }

  /** Since the start; 0 if there was nothing. */
  long max() {
    return sinceStart.getMaxValue();
  }

  /** Median, 99 % quantile and maximum since the last report, in microseconds; begins anew. */
  String report() {
    String report =
        "%d/%d/%d"
            .formatted(
                sinceReport.getValueAtPercentile(50) / 1000,
                sinceReport.getValueAtPercentile(99) / 1000,
                sinceReport.getMaxValue() / 1000);
    sinceReport.reset();
    return report;
  }
}
