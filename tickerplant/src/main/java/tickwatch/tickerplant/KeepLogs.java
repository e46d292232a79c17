package tickwatch.tickerplant;

import java.time.Duration;

/**
 * How long the logs of ended days are kept.
 *
 * <p>Unless all are kept as they are, the log of the last day that ended stays as it is, for
 * followers that were away at its end, and older ones are compressed.
 *
 * @param count this many ended days' logs at most
 * @param age of days that ended at most this long ago
 * @param asTheyAre never removed, never compressed
 */
public record KeepLogs(int count, Duration age, boolean asTheyAre) {
  /** All, as they are. */
  public static final KeepLogs ALL =
      new KeepLogs(Integer.MAX_VALUE, Duration.ofDays(1_000_000), true);

  public KeepLogs {
    if (count < 1 || age.compareTo(Duration.ofDays(1)) < 0) {
      throw new IllegalArgumentException(
          "keepLogs: " + count + ", " + age + " (expected: 1 or more, a day or more)");
    }
  }

  /** Those of the last days that ended. */
  public static KeepLogs last(int count) {
    return new KeepLogs(count, ALL.age, false);
  }

  /** Those of days that ended at most this long ago. */
  public static KeepLogs since(Duration age) {
    return new KeepLogs(ALL.count, age, false);
  }

  @Override
  public String toString() {
    return asTheyAre ? "all" : count < ALL.count ? String.valueOf(count) : age.toDays() + "d";
  }
}
