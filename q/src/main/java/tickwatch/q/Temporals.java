package tickwatch.q;

import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Null;
import tickwatch.ipc.value.QType;

/**
 * Points in time and lengths of time: their texts, and one in terms of another.
 *
 * <p>A time is a whole number of its type's unit since 2000.01.01 or midnight, {@link Null#LONG}
 * for null; a datetime is a double of days, kept apart by its callers.
 */
final class Temporals {
  static final long DAY = 86_400_000_000_000L;
  static final long HOUR = 3_600_000_000_000L;
  static final long MINUTE = 60_000_000_000L;
  static final long SECOND = 1_000_000_000L;
  static final long MILLI = 1_000_000L;

  /** Days from 0000.03.01 to 2000.01.01 in the proleptic Gregorian calendar. */
  private static final int CIVIL_SHIFT = 730_425;

  private static final int FIRST_DAY = dayOf(1, 1, 1);
  private static final int LAST_DAY = dayOf(9999, 12, 31);

  private Temporals() {}

  // ---- calendar

  /** The days since 2000.01.01 of a date; the arguments need not be in range. */
  static int dayOf(int year, int month, int day) {
    int y = month <= 2 ? year - 1 : year;
    int era = Math.floorDiv(y, 400);
    int yearOfEra = y - era * 400;
    int dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
    return era * 146_097 + dayOfEra - CIVIL_SHIFT;
  }

  /** Year, month and day of the days since 2000.01.01. */
  static int[] civil(long day) {
    long shifted = day + CIVIL_SHIFT;
    long era = Math.floorDiv(shifted, 146_097L);
    int dayOfEra = (int) (shifted - era * 146_097L);
    int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
    int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    int shiftedMonth = (5 * dayOfYear + 2) / 153;
    int d = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1;
    int m = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
    int y = (int) (yearOfEra + era * 400 + (m <= 2 ? 1 : 0));
    return new int[] {y, m, d};
  }

  /** The months since 2000.01 that a day lies in. */
  static int monthOfDay(long day) {
    int[] civil = civil(day);
    return (civil[0] - 2000) * 12 + civil[1] - 1;
  }

  static int dayOfMonth(long month) {
    long year = 2000 + Math.floorDiv(month, 12L);
    return dayOf((int) year, (int) Math.floorMod(month, 12L) + 1, 1);
  }

  private static boolean isDate(int year, int month, int day) {
    if (month < 1 || month > 12 || day < 1 || year < 0) {
      return false;
    }
    int next = month == 12 ? dayOf(year + 1, 1, 1) : dayOf(year, month + 1, 1);
    return day <= next - dayOf(year, month, 1);
  }

  // ---- conversion

  /** Nanoseconds in the unit of a length of time; 0 for other types. */
  static long unit(QType type) {
    return switch (type) {
      case TIMESPAN -> 1;
      case MINUTE -> MINUTE;
      case SECOND -> SECOND;
      case TIME -> MILLI;
      default -> 0;
    };
  }

  static boolean isSpan(QType type) {
    return unit(type) != 0;
  }

  /** A time of one type as a time of another, as a cast does; both whole numbers. */
  static long convert(QType from, QType to, long item) {
    if (from == to || item == Null.LONG || !from.isTemporal() || !to.isTemporal()) {
      return item;
    }
    if (isSpan(from)) {
      long nanos = item * unit(from);
      if (isSpan(to)) {
        return nanos / unit(to);
      }
      return switch (to) {
        case TIMESTAMP -> nanos;
        case DATE -> Math.floorDiv(nanos, DAY);
        case MONTH -> monthOfDay(Math.floorDiv(nanos, DAY));
        default -> item;
      };
    }
    if (to == QType.MONTH) {
      return from == QType.DATE ? monthOfDay(item) : monthOfDay(Math.floorDiv(item, DAY));
    }
    if (from == QType.TIMESTAMP) {
      if (to == QType.DATE) {
        return Math.floorDiv(item, DAY);
      }
      return isSpan(to) ? Math.floorMod(item, DAY) / unit(to) : item;
    }
    long day = from == QType.MONTH ? dayOfMonth(item) : item;
    if (to == QType.DATE) {
      return day;
    }
    if (to == QType.TIMESTAMP) {
      return timestampOfDay(day);
    }
    return isSpan(to) ? 0 : item;
  }

  /** The midnight of a day; infinity outside what nanoseconds reach. */
  static long timestampOfDay(long day) {
    if (day > Long.MAX_VALUE / DAY) {
      return Long.MAX_VALUE;
    }
    return day < Long.MIN_VALUE / DAY ? -Long.MAX_VALUE : day * DAY;
  }

  /** A time as days since 2000.01.01, as a datetime counts. */
  static double days(QType from, long item) {
    if (item == Null.LONG) {
      return Null.FLOAT;
    }
    return switch (from) {
      case DATE -> item;
      case MONTH -> dayOfMonth(item);
      case TIMESTAMP -> (double) item / DAY;
      case TIMESPAN, MINUTE, SECOND, TIME -> (double) item * unit(from) / DAY;
      default -> item;
    };
  }

  /** Days since 2000.01.01 as a time of another type. */
  static long ofDays(QType to, double days) {
    if (Double.isNaN(days)) {
      return Null.LONG;
    }
    return switch (to) {
      case DATE -> (long) Math.floor(days);
      case MONTH -> monthOfDay((long) Math.floor(days));
      case TIMESTAMP -> Math.round(days * 86_400_000d) * MILLI;
      case TIMESPAN, MINUTE, SECOND, TIME -> {
        long millis = Math.round((days - Math.floor(days)) * 86_400_000d);
        yield millis * MILLI / unit(to);
      }
      default -> (long) days;
    };
  }

  // ---- texts

  static void date(StringBuilder out, long day) {
    if (day < FIRST_DAY || day > LAST_DAY) {
      out.append("0000.00.00");
      return;
    }
    int[] civil = civil(day);
    digits(out, civil[0], 4);
    out.append('.');
    digits(out, civil[1], 2);
    out.append('.');
    digits(out, civil[2], 2);
  }

  static void digits(StringBuilder out, long number, int width) {
    String text = Long.toString(number);
    for (int i = text.length(); i < width; i++) {
      out.append('0');
    }
    out.append(text);
  }

  private static void clock(StringBuilder out, long nanos, int parts) {
    digits(out, nanos / HOUR, 2);
    out.append(':');
    digits(out, nanos / MINUTE % 60, 2);
    if (parts > 2) {
      out.append(':');
      digits(out, nanos / SECOND % 60, 2);
    }
  }

  /** The text of a whole-number time that is not null. */
  static String text(QType type, long item) {
    StringBuilder out = new StringBuilder();
    switch (type) {
      case TIMESTAMP -> {
        date(out, Math.floorDiv(item, DAY));
        out.append('D');
        long rest = Math.floorMod(item, DAY);
        clock(out, rest, 3);
        out.append('.');
        digits(out, rest % SECOND, 9);
      }
      case DATE -> date(out, item);
      case MONTH -> {
        long year = 2000 + Math.floorDiv(item, 12L);
        if (year < 0 || year > 9999) {
          out.append("0000.00");
        } else {
          digits(out, year, 4);
          out.append('.');
          digits(out, Math.floorMod(item, 12L) + 1, 2);
        }
      }
      case TIMESPAN -> {
        if (item < 0) {
          out.append('-');
        }
        long nanos = Math.abs(item);
        out.append(nanos / DAY).append('D');
        clock(out, nanos % DAY, 3);
        out.append('.');
        digits(out, nanos % SECOND, 9);
      }
      case MINUTE, SECOND, TIME -> {
        if (item < 0) {
          out.append('-');
        }
        clock(out, Math.abs(item) * unit(type), type == QType.MINUTE ? 2 : 3);
        if (type == QType.TIME) {
          out.append('.');
          digits(out, Math.abs(item) % 1000, 3);
        }
      }
      default -> throw new IllegalArgumentException("a time of type " + type);
    }
    return out.toString();
  }

  static String datetimeText(double days) {
    StringBuilder out = new StringBuilder();
    long millis = Math.round(days * 86_400_000d);
    long day = Math.floorDiv(millis, 86_400_000L);
    if (day < FIRST_DAY || day > LAST_DAY) {
      return "0000.00.00T00:00:00.000";
    }
    date(out, day);
    out.append('T');
    long rest = Math.floorMod(millis, 86_400_000L);
    clock(out, rest * MILLI, 3);
    out.append('.');
    digits(out, rest % 1000, 3);
    return out.toString();
  }

  // ---- parsing

  /** The days of a text such as 2000.01.31, or null where it is no date. */
  private static final String MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";

  /**
   * A date as people write it: {@link #parseDate}'s forms, yymmdd, ddMMMyyyy, mm/dd/yyyy and months
   * by their names; null for none.
   */
  static @Nullable Integer parseWrittenDate(String text) {
    Integer plain = parseDate(text);
    if (plain != null) {
      return plain;
    }
    if (text.length() == 6 && isDigits(text)) {
      return dateOf(text.substring(0, 2), text.substring(2, 4), text.substring(4));
    }
    if (text.indexOf('/') < 0 && (text.length() == 7 || text.length() == 9)) {
      return dateOf(text.substring(5), text.substring(2, 5), text.substring(0, 2));
    }
    String[] parts = text.split("/", -1);
    if (parts.length != 3) {
      return null;
    }
    return parts[0].length() == 4 && isDigits(parts[0])
        ? dateOf(parts[0], parts[1], parts[2])
        : dateOf(parts[2], parts[0], parts[1]);
  }

  private static @Nullable Integer dateOf(String year, String month, String day) {
    int at = month.length() == 3 ? MONTHS.indexOf(month.toLowerCase(java.util.Locale.ROOT)) : -1;
    if (!isDigits(year)
        || year.length() > 4
        || !isDigits(day)
        || day.length() > 2
        || (at % 3 != 0 && (!isDigits(month) || month.length() > 2))) {
      return null;
    }
    int y = Integer.parseInt(year);
    int m = at >= 0 ? at / 3 + 1 : Integer.parseInt(month);
    // Two digits are a year from 1950 to 2049.
    int full = year.length() > 2 ? y : y < 50 ? 2000 + y : 1900 + y;
    int d = Integer.parseInt(day);
    return isDate(full, m, d) ? dayOf(full, m, d) : null;
  }

  static @Nullable Integer parseDate(String text) {
    String[] parts = text.split("[./-]", -1);
    int[] numbers = new int[3];
    if (parts.length == 1 && text.length() == 8 && isDigits(text)) {
      numbers =
          new int[] {
            Integer.parseInt(text.substring(0, 4)),
            Integer.parseInt(text.substring(4, 6)),
            Integer.parseInt(text.substring(6, 8))
          };
    } else {
      if (parts.length != 3) {
        return null;
      }
      for (int i = 0; i < 3; i++) {
        if (!isDigits(parts[i]) || parts[i].length() > 4) {
          return null;
        }
        numbers[i] = Integer.parseInt(parts[i]);
      }
    }
    return isDate(numbers[0], numbers[1], numbers[2])
        ? dayOf(numbers[0], numbers[1], numbers[2])
        : null;
  }

  static boolean isDigits(String text) {
    if (text.isEmpty()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  /** The months of a text such as 2000.01 or 2000.01m, or null. */
  static @Nullable Integer parseMonth(String text) {
    String body = text.endsWith("m") ? text.substring(0, text.length() - 1) : text;
    String year;
    String month;
    if (body.length() == 6 && isDigits(body)) {
      year = body.substring(0, 4);
      month = body.substring(4);
    } else {
      String[] parts = body.split("[./-]", -1);
      if (parts.length != 2) {
        return null;
      }
      year = parts[0];
      month = parts[1];
    }
    if (!isDigits(year) || !isDigits(month) || year.length() > 4 || month.length() > 2) {
      return null;
    }
    int m = Integer.parseInt(month);
    return m < 1 || m > 12 ? null : (Integer.parseInt(year) - 2000) * 12 + m - 1;
  }

  /** The nanoseconds of a clock text, hh, hh:mm, hh:mm:ss or with a fraction, or null. */
  static @Nullable Long parseClock(String text) {
    boolean negative = text.startsWith("-");
    String body = negative ? text.substring(1) : text;
    String fraction = "";
    int dot = body.indexOf('.');
    if (dot >= 0) {
      fraction = body.substring(dot + 1);
      body = body.substring(0, dot);
    }
    String[] parts = body.split(":", -1);
    if (parts.length > 3 || fraction.length() > 9 || (!fraction.isEmpty() && !isDigits(fraction))) {
      return null;
    }
    long nanos = 0;
    long unit = HOUR;
    for (int i = 0; i < parts.length; i++) {
      if (!isDigits(parts[i])
          || parts[i].length() > 6
          || (i > 0 && Integer.parseInt(parts[i]) > 59)) {
        return null;
      }
      nanos += Integer.parseInt(parts[i]) * unit;
      unit /= 60;
    }
    if (!fraction.isEmpty()) {
      nanos += Long.parseLong((fraction + "000000000").substring(0, 9));
    }
    return negative ? -nanos : nanos;
  }

  /** The nanoseconds of a length of time such as 1D02:03:04.5, or null. */
  static @Nullable Long parseSpan(String text) {
    int d = text.indexOf('D');
    if (d < 0) {
      return parseClock(text);
    }
    boolean negative = text.startsWith("-");
    String days = text.substring(negative ? 1 : 0, d);
    if (!isDigits(days) || days.length() > 6) {
      return null;
    }
    Long rest = d + 1 == text.length() ? Long.valueOf(0) : parseClock(text.substring(d + 1));
    if (rest == null || rest < 0) {
      return null;
    }
    long nanos = Long.parseLong(days) * DAY + rest;
    return negative ? -nanos : nanos;
  }

  /** The nanoseconds of a text such as 2000.01.01D12:00, or null. */
  static @Nullable Long parseTimestamp(String text) {
    if (text.length() >= 11 && text.charAt(2) == ' ' && text.charAt(6) == ' ') {
      // 04 Jun 2013 07:00:13
      Integer written = dateOf(text.substring(7, 11), text.substring(3, 6), text.substring(0, 2));
      Long clock = text.length() < 13 ? Long.valueOf(0) : parseClock(text.substring(12));
      return written == null || clock == null ? null : timestampOfDay(written) + clock;
    }
    int d = text.indexOf('D');
    if (d < 0) {
      d = text.indexOf('T');
    }
    if (d < 0) {
      d = text.indexOf(' ');
    }
    if (d < 0 && text.length() > 9 && isDigits(text.substring(0, 8)) && text.charAt(8) == '-') {
      d = 8;
    }
    Integer day = parseDate(d < 0 ? text : text.substring(0, d));
    if (day == null) {
      return null;
    }
    String rest = d < 0 ? "" : text.substring(d + 1);
    if (rest.endsWith("Z")) {
      rest = rest.substring(0, rest.length() - 1);
    }
    Long nanos = rest.isEmpty() ? Long.valueOf(0) : parseClock(rest);
    return nanos == null ? null : timestampOfDay(day) + nanos;
  }

  /** The days of a text such as 2000.01.01T12:00:00.000, or null. */
  static @Nullable Double parseDatetime(String text) {
    Long nanos = parseTimestamp(text);
    return nanos == null ? null : (double) (nanos / MILLI) / 86_400_000d;
  }
}
