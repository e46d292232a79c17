package tickwatch.tickerplant;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import tickwatch.ipc.value.Epoch;

/**
 * Which day it is for the log: the date of the local time plus an offset.
 *
 * @param zone whose local time
 * @param offset added to the local time before its date is taken
 */
record DayClock(Clock clock, ZoneId zone, Duration offset) {
  /** Days since 2000.01.01. */
  int day() {
    return Epoch.dayOf(clock.instant().atZone(zone).toLocalDateTime().plus(offset).toLocalDate());
  }

  /** Milliseconds since 1970 of the instant at which this day ends. */
  long endOfDayMillis(int day) {
    LocalDate next = Epoch.dateOf(day).plusDays(1);
    return next.atStartOfDay().minus(offset).atZone(zone).toInstant().toEpochMilli();
  }

  long millis() {
    return clock.millis();
  }

  /** Now, UTC. */
  long timestamp() {
    return Epoch.timestampOf(clock.instant());
  }

  /** Now, since local midnight. */
  long timespan() {
    Instant now = clock.instant();
    return now.atZone(zone).toLocalTime().toNanoOfDay();
  }
}
