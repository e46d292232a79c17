package tickwatch.app;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.series.Progress;

/**
 * How far a bulk run is: a bar with rate and remaining time on a terminal, a log line every ten
 * seconds elsewhere.
 */
final class BulkDisplay implements Progress, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BulkDisplay.class);
  private static final long SAY_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long MILLION = 1_000_000;

  private final @Nullable ProgressBar bar;
  private final String task;
  private final AtomicLong nextNanos = new AtomicLong(System.nanoTime() + SAY_NANOS);

  private BulkDisplay(String task, @Nullable ProgressBar bar) {
    this.task = task;
    this.bar = bar;
  }

  static BulkDisplay create(String task) {
    if (!Terminal.STDERR.isOne()) {
      return new BulkDisplay(task, null);
    }
    return new BulkDisplay(task, TerminalBar.of(task).setUnit("M", MILLION).showSpeed().build());
  }

  @Override
  public void at(long done, long total) {
    if (bar != null) {
      // A series with missing values takes one more run than was foreseen.
      bar.maxHint(Math.max(done, total));
      bar.stepTo(done);
      return;
    }
    long now = System.nanoTime();
    long next = nextNanos.get();
    if (now - next >= 0 && nextNanos.compareAndSet(next, now + SAY_NANOS)) {
      LOG.info("{} values={} percent={}", task, done, 100 * done / Math.max(1, total));
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
