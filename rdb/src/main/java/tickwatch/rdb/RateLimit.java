package tickwatch.rdb;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Lets one log line of a kind through in each interval and counts those kept back.
 *
 * <p><b>Threads.</b> Any.
 */
final class RateLimit {
  private final long intervalNanos;
  private final LongSupplier nanoClock;
  private final AtomicLong nextNanos;
  private final AtomicLong keptBack = new AtomicLong();

  RateLimit(long intervalNanos, LongSupplier nanoClock) {
    this.intervalNanos = intervalNanos;
    this.nanoClock = nanoClock;
    this.nextNanos = new AtomicLong(nanoClock.getAsLong());
  }

  static RateLimit onceASecond() {
    return new RateLimit(1_000_000_000L, System::nanoTime);
  }

  /** How many were kept back since the last one let through, or -1 to keep this one back too. */
  long permit() {
    long now = nanoClock.getAsLong();
    long next = nextNanos.get();
    if (now - next < 0 || !nextNanos.compareAndSet(next, now + intervalNanos)) {
      keptBack.incrementAndGet();
      return -1;
    }
    return keptBack.getAndSet(0);
  }
}
