package tickwatch.tick;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Null;

/**
 * A log to read.
 *
 * @param messages up to where; {@link Long#MAX_VALUE} is to its end
 */
record LogLeg(String log, long messages) {
  private static final int MAX_DAYS_MISSED = 400;
  private static final int DATE_CHARS = 10;

  /**
   * The logs to read, in order: the rest of that which was followed before, those of the days
   * between, and the tickerplant's own up to a number of messages.
   *
   * @param before the log that was followed before; null if there is none
   * @param fromDay the day to begin with where there is none; the null int for the log's
   */
  static List<LogLeg> plan(@Nullable String before, int fromDay, String log, long messages) {
    List<LogLeg> legs = new ArrayList<>();
    int to = TickLog.dayOf(log);
    String first = before;
    if (first == null && fromDay != Null.INT && fromDay < to) {
      first = stem(log) + TickLog.date(fromDay);
    }
    if (first != null && !first.equals(log) && !isOfSameDay(first, log)) {
      legs.add(new LogLeg(first, Long.MAX_VALUE));
      int from = TickLog.dayOf(first);
      String stem = stem(first);
      if (from != Null.INT && to != Null.INT && to - from < MAX_DAYS_MISSED) {
        for (int day = from + 1; day < to; day++) {
          legs.add(new LogLeg(stem + TickLog.date(day), Long.MAX_VALUE));
        }
      }
    }
    legs.add(new LogLeg(log, messages));
    return legs;
  }

  /** A log's name without its date. */
  private static String stem(String log) {
    return log.substring(0, Math.max(0, log.length() - DATE_CHARS));
  }

  /** Whether these are logs of one day, as after the tickerplant was given another directory. */
  static boolean isOfSameDay(String log, String other) {
    int day = TickLog.dayOf(log);
    return day != Null.INT && day == TickLog.dayOf(other);
  }

  /** Whether it is the log of a day that has ended. */
  boolean isToItsEnd() {
    return messages == Long.MAX_VALUE;
  }

  /** Days since 2000.01.01, or the null int. */
  int day() {
    return TickLog.dayOf(log);
  }
}
