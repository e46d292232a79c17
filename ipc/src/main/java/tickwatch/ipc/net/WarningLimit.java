package tickwatch.ipc.net;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Lets one warning of a kind through in each interval, so that a hostile or broken peer cannot fill
 * the log, and counts those kept back.
 *
 * <p><b>Threads.</b> Any. Of several at the same moment one gets through; a count may then be told
 * with the next warning.
 */
public final class WarningLimit {
  private final long intervalNanos;
  private final LongSupplier nanoClock;
  private final AtomicLong nextNanos;
  private final AtomicLong keptBack = new AtomicLong();

  WarningLimit(long intervalNanos, LongSupplier nanoClock) {
    this.intervalNanos = intervalNanos;
    this.nanoClock = nanoClock;
    this.nextNanos = new AtomicLong(nanoClock.getAsLong());
  }

  /** By this machine's clock. */
  public static WarningLimit onceASecond() {
    return new WarningLimit(1_000_000_000L, System::nanoTime);
  }

  /** How many were kept back since the last one let through, or -1 to keep this one back too. */
  public long permit() {
    long now = nanoClock.getAsLong();
    long next = nextNanos.get();
    if (now - next < 0 || !nextNanos.compareAndSet(next, now + intervalNanos)) {
      keptBack.incrementAndGet();
      return -1;
    }
    return keptBack.getAndSet(0);
  }
}
