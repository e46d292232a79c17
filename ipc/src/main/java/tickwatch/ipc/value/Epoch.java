package tickwatch.ipc.value;

import java.time.Instant;
import java.time.LocalDate;

/** q counts time from 2000.01.01, UTC: timestamps in nanoseconds, dates in days. */
public final class Epoch {
  /** 2000.01.01 in seconds since 1970. */
  private static final long SECONDS = 946_684_800L;

  /** 2000.01.01 in days since 1970. */
  private static final int DAYS = 10_957;

  public static final long NANOS_A_DAY = 86_400_000_000_000L;

  private Epoch() {}

  /**
   * The timestamp of an instant.
   *
   * @throws ArithmeticException outside the years 1707 to 2292
   */
  public static long timestampOf(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond() - SECONDS, 1_000_000_000L), instant.getNano());
  }

  public static Instant instantOf(long timestamp) {
    return Instant.ofEpochSecond(
        SECONDS + Math.floorDiv(timestamp, 1_000_000_000L),
        Math.floorMod(timestamp, 1_000_000_000L));
  }

  public static int dayOf(LocalDate date) {
    return Math.toIntExact(date.toEpochDay() - DAYS);
  }

  public static LocalDate dateOf(int day) {
    return LocalDate.ofEpochDay((long) day + DAYS);
  }
}
