package tickwatch.dashboard.watch;

/**
 * Events a second over the last two seconds.
 *
 * <p><b>Threads.</b> One thread.
 */
final class Rate {
  private static final int SLOTS = 20;
  private static final long SLOT_NANOS = 100_000_000L;

  private final long[] counts = new long[SLOTS];
  private long slot = Long.MIN_VALUE;

  void add(long events, long nowNanos) {
    advance(nowNanos);
    counts[Math.floorMod(slot, SLOTS)] += events;
  }

  private void advance(long nowNanos) {
    long now = Math.floorDiv(nowNanos, SLOT_NANOS);
    if (slot == Long.MIN_VALUE) {
      slot = now;
    }
    long steps = Math.min(SLOTS, now - slot);
    for (long i = 1; i <= steps; i++) {
      counts[Math.floorMod(slot + i, SLOTS)] = 0;
    }
    slot = Math.max(slot, now);
  }

  double perSecond(long nowNanos) {
    advance(nowNanos);
    long sum = 0;
    for (long count : counts) {
      sum += count;
    }
    return sum / (SLOTS * SLOT_NANOS / 1e9);
  }
}
