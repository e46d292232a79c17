package tickwatch.tickerplant;

import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.tick.TickLog;

/**
 * The day that the log is of, and when it is over: by the clock, or, where another tickerplant ends
 * the days, when that one says so. A clock that goes back changes nothing.
 *
 * <p><b>Threads.</b> The event loop's alone.
 */
final class CurrentDay {
  private static final Logger LOG = LoggerFactory.getLogger(CurrentDay.class);

  private static final int TRY_AGAIN_MILLIS = 1000;

  private final DayClock clock;
  private final boolean endsByClock;
  private int day;
  private long endMillis;

  /**
   * Begins with today, unless there is a log of a later day: a day that has ended stays so over a
   * restart. With the last day there is a log of, where another tickerplant ends the days: it may
   * have rows of that day that are missing here.
   */
  CurrentDay(DayClock clock, LogDirectory directory, boolean endsByClock) {
    this.clock = clock;
    this.endsByClock = endsByClock;
    begin(first(directory));
  }

  private int first(LogDirectory directory) {
    int today = clock.day();
    Path latest = directory.latest();
    int last = latest == null ? today : LogDirectory.dayOf(latest);
    if (!endsByClock && latest != null && !TickLog.isCompressed(latest)) {
      return last;
    }
    if (last > today) {
      LOG.warn(
          "tick log {} is of a later day than today and goes on: the day was ended early, or a clock"
              + " was wrong; if it was, move the file away and start again",
          latest);
    }
    return Math.max(today, last);
  }

  /** Days since 2000.01.01. */
  int number() {
    return day;
  }

  void begin(int newDay) {
    day = newDay;
    endMillis = endsByClock ? clock.endOfDayMillis(newDay) : Long.MAX_VALUE;
  }

  /** Whether {@link #isOver} is worth asking: cheap, for every message. */
  boolean mayBeOver() {
    return clock.millis() >= endMillis;
  }

  /** Whether the clock says that it is a later day. */
  boolean isOver() {
    return endsByClock && clock.day() > day;
  }

  /** The day could not be ended: {@link #mayBeOver} has it tried again in a second. */
  void goesOn() {
    endMillis = clock.millis() + TRY_AGAIN_MILLIS;
  }
}
