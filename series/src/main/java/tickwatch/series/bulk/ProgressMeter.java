package tickwatch.series.bulk;

import java.util.concurrent.atomic.AtomicLong;
import tickwatch.series.Progress;

/** Adds up what threads have done and passes it on ten times a second at most. */
final class ProgressMeter {
  private static final long PAUSE_NANOS = 100_000_000;

  private final Progress progress;
  private final long total;
  private final AtomicLong done = new AtomicLong();
  private final AtomicLong told = new AtomicLong(System.nanoTime() - PAUSE_NANOS);

  ProgressMeter(Progress progress, long total) {
    this.progress = progress;
    this.total = total;
  }

  void add(long values) {
    long now = done.addAndGet(values);
    long last = told.get();
    long time = System.nanoTime();
    if (now == total || (time - last > PAUSE_NANOS && told.compareAndSet(last, time))) {
      progress.at(now, total);
    }
  }
}
