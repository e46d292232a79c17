package tickwatch.app;

import java.time.Instant;

/** Timestamps for people and other programs. */
final class TimestampText {
  private static final long EPOCH_2000_SECONDS = 946_684_800L;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private TimestampText() {}

  /** ISO-8601 in UTC. */
  static String of(long timestamp) {
    return Instant.ofEpochSecond(
            Math.floorDiv(timestamp, NANOS_PER_SECOND) + EPOCH_2000_SECONDS,
            Math.floorMod(timestamp, NANOS_PER_SECOND))
        .toString();
  }
}
