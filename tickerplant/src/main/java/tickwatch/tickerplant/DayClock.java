package tickwatch.tickerplant;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
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

  /**
   * Milliseconds since 1970 of the instant at which this day ends. Where clocks are put forward
   * over that time of day, they are at the end of the day when that happens; where they are put
   * back over it, the first time counts.
   */
  long endOfDayMillis(int day) {
    LocalDateTime end = Epoch.dateOf(day).plusDays(1).atStartOfDay().minus(offset);
    ZoneOffsetTransition change = zone.getRules().getTransition(end);
    Instant instant =
        change != null && change.isGap() ? change.getInstant() : end.atZone(zone).toInstant();
    return instant.toEpochMilli();
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
