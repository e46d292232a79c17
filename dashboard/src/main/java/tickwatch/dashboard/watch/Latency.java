package tickwatch.dashboard.watch;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Times of the last half minute to a minute, as percentiles.
 *
 * <p><b>Threads.</b> One thread.
 */
final class Latency {
  private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long HIGHEST_MICROS = TimeUnit.MINUTES.toMicros(10);

  private Histogram current = new Histogram(HIGHEST_MICROS, 2);
  private Histogram previous = new Histogram(HIGHEST_MICROS, 2);
  private long windowStartNanos;
  private boolean isStarted;

  void record(long nanos, long nowNanos) {
    turn(nowNanos);
    current.recordValue(Math.max(0, Math.min(HIGHEST_MICROS, nanos / 1000)));
  }

  private void turn(long nowNanos) {
    if (!isStarted) {
      isStarted = true;
      windowStartNanos = nowNanos;
    }
    long elapsed = nowNanos - windowStartNanos;
    if (elapsed >= WINDOW_NANOS) {
      Histogram oldest = previous;
      previous = current;
      current = oldest;
      current.reset();
      if (elapsed >= 2 * WINDOW_NANOS) {
        previous.reset();
      }
      windowStartNanos = nowNanos;
    }
  }

  /** Milliseconds; NaN if nothing was recorded lately. */
  double percentileMillis(double percentile, long nowNanos) {
    turn(nowNanos);
    if (current.getTotalCount() + previous.getTotalCount() == 0) {
      return Double.NaN;
    }
    Histogram both = previous.copy();
    both.add(current);
    return both.getValueAtPercentile(percentile) / 1000.0;
  }
}
