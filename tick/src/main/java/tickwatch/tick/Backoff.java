package tickwatch.tick;

import java.util.SplittableRandom;

/**
 * How long to wait before the next attempt: 0.1 s at first, twice as long each time, 5 s at most;
 * of that, between a half and the whole, at random, so that many followers of one tickerplant do
 * not all come back at once.
 */
final class Backoff {
  private static final long FIRST_MILLIS = 100;
  private static final long LAST_MILLIS = 5_000;

  private final SplittableRandom random;
  private long millis = FIRST_MILLIS;

  Backoff(SplittableRandom random) {
    this.random = random;
  }

  long nextMillis() {
    long wait = millis / 2 + random.nextLong(millis / 2 + 1);
    millis = Math.min(LAST_MILLIS, 2 * millis);
    return wait;
  }

  /** An attempt succeeded. */
  void reset() {
    millis = FIRST_MILLIS;
  }
}
