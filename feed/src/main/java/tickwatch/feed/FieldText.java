package tickwatch.feed;

import java.util.Locale;

/**
 * The texts of numbers and times in a CSV field, read where they stand in the reader's buffer: no
 * string is made of them.
 *
 * <p>An empty field, {@code NaN}, {@code NA}, {@code N/A}, {@code null}, {@code none} (any case)
 * and what spreadsheets, pandas and data sheets write for no value ({@code #N/A}, {@code <NA>},
 * {@code -nan}, {@code -}, {@code --}, {@code ?}) are q's null. Blanks around a text do not count.
 *
 * <p><b>Times</b> are points in time as nanoseconds since 2000-01-01 UTC:
 *
 * <pre>
 *   2026-01-31                         2026-01-31T12:00   2026-01-31 12:00:00   2026/01/31 12:00:00.25
 *   2026-01-31T12:00:00.123456789Z     2026-01-31T12:00:00+01:00                2026.01.31D12:00:00.123
 *   31.01.2026 12:00:00                2026-01-31 12:00:00 +0100                2026-01-31 12:00:00 UTC
 *   20260131                           1769860800: seconds since 1970; milliseconds, microseconds or
 *                                      nanoseconds from 12, 15 and 18 digits on; a fraction may follow
 * </pre>
 *
 * <p>Without a zone it is UTC. A timestamp reaches from 1707-09-23 to 2292-04-10.
 */
final class FieldText {
  /** A text that is not what its column needs. */
  static final class BadField extends Exception {
    private static final long serialVersionUID = 1L;

    BadField(String message) {
      super(message, null, false, false);
    }
  }

  /** Times that can be read, for people. */
  static final String TIME_FORMS =
      "as 2026-01-31T12:00:00Z, 31.01.2026 12:00, 2026/01/31 12:00, or a Unix time";

  private static final double[] POWERS_OF_TEN = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };
  private static final long NANOS_PER_SECOND = 1_000_000_000L;
  private static final long SECONDS_PER_DAY = 86_400;
  private static final long EPOCH_2000_SECONDS = 946_684_800L;

  private FieldText() {}

  /** Whether the text stands for no value. */
  static boolean isNull(char[] text, int from, int length) {
    int start = skipBlanks(text, from, from + length);
    int end = dropBlanks(text, start, from + length);
    return switch (end - start) {
      case 0 -> true;
      case 1 -> text[start] == '-' || text[start] == '?';
      case 2 -> is(text, start, "na") || is(text, start, "--");
      case 3 -> is(text, start, "nan") || is(text, start, "n/a");
      case 4 ->
          is(text, start, "null")
              || is(text, start, "none")
              || is(text, start, "#n/a")
              || is(text, start, "<na>")
              || is(text, start, "-nan");
      default -> false;
    };
  }

  /** A number whose decimals stand behind a point. */
  static double number(char[] text, int from, int length) throws BadField {
    return number(text, from, length, '.');
  }

  /**
   * A decimal number, or an infinity ({@code inf}, {@code -Infinity}).
   *
   * @param decimal what decimals may stand behind beside a point
   */
  static double number(char[] text, int from, int length, char decimal) throws BadField {
    int start = skipBlanks(text, from, from + length);
    int end = dropBlanks(text, start, from + length);
    int at = start;
    boolean negative = at < end && text[at] == '-';
    if (negative || (at < end && text[at] == '+')) {
      at++;
    }
    long digits = 0;
    int digitCount = 0;
    int fraction = 0;
    boolean point = false;
    boolean anyDigit = false;
    for (; at < end; at++) {
      char c = text[at];
      if (isDigit(c)) {
        anyDigit = true;
        if (digitCount < 18) {
          digits = digits * 10 + (c - '0');
        }
        digitCount += digits == 0 ? 0 : 1;
        fraction += point ? 1 : 0;
      } else if ((c == '.' || c == decimal) && !point) {
        point = true;
      } else {
        break;
      }
    }
    // Both factors are exact doubles, so one rounding is made and the result is the nearest double.
    if (at == end
        && anyDigit
        && digits < (1L << 53)
        && digitCount < 18
        && fraction < POWERS_OF_TEN.length) {
      double value = digits / POWERS_OF_TEN[fraction];
      return negative ? -value : value;
    }
    String any = new String(text, start, end - start);
    return numberOfAnyForm(any, decimal == '.' ? any : any.replace(decimal, '.'));
  }

  private static double numberOfAnyForm(String found, String text) throws BadField {
    String bare = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
    if (bare.equalsIgnoreCase("inf") || bare.equalsIgnoreCase("infinity")) {
      return text.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    // Java would also read 1d, 1f, 0x1p3.
    boolean decimal = !bare.isEmpty() && (isDigit(bare.charAt(0)) || bare.charAt(0) == '.');
    for (int i = 0; i < bare.length() && decimal; i++) {
      decimal = isDigit(bare.charAt(i)) || "eE.+-".indexOf(bare.charAt(i)) >= 0;
    }
    if (decimal) {
      try {
        return Double.parseDouble(text);
      } catch (NumberFormatException e) {
        // said below
      }
    }
    throw new BadField("\"" + found + "\" is not a number");
  }

  /** A whole number from {@code least} to {@code most}; {@code 12.0} is one. */
  static long whole(char[] text, int from, int length, long least, long most) throws BadField {
    int start = skipBlanks(text, from, from + length);
    int end = dropBlanks(text, start, from + length);
    int at = start;
    boolean negative = at < end && text[at] == '-';
    if (negative || (at < end && text[at] == '+')) {
      at++;
    }
    long value = 0;
    int digitCount = 0;
    for (; at < end && isDigit(text[at]) && digitCount < 19; at++, digitCount++) {
      value = value * 10 - (text[at] - '0');
    }
    if (digitCount > 0 && at < end && text[at] == '.') {
      at++;
      while (at < end && text[at] == '0') {
        at++;
      }
    }
    // Counted downwards, since the least long has no positive twin.
    boolean overflow = value > 0 || (!negative && value == Long.MIN_VALUE);
    if (digitCount == 0 || at < end || overflow) {
      throw new BadField("\"" + string(text, start, end) + "\" is not a whole number");
    }
    long signed = negative ? value : -value;
    if (signed < least || signed > most) {
      throw new BadField(signed + " is out of range (expected: " + least + " to " + most + ")");
    }
    return signed;
  }

  /**
   * {@code true}, {@code false}, {@code 1}, {@code 0}, {@code 1b}, {@code 0b}, {@code yes}, {@code
   * no}.
   */
  static boolean truth(char[] text, int from, int length) throws BadField {
    String trimmed = trimmed(text, from, length);
    return switch (trimmed.toLowerCase(Locale.ROOT)) {
      case "true", "1", "1b", "yes" -> true;
      case "false", "0", "0b", "no" -> false;
      default -> throw new BadField("\"" + trimmed + "\" is neither true nor false");
    };
  }

  /** A point in time; the class comment has the forms. */
  static long time(char[] text, int from, int length) throws BadField {
    int start = skipBlanks(text, from, from + length);
    int end = dropBlanks(text, start, from + length);
    int firstOther = start;
    while (firstOther < end && isDigit(text[firstOther])) {
      firstOther++;
    }
    if (firstOther > start
        && (firstOther == end || (isPoint(text[firstOther]) && firstOther - start > 4))) {
      return epochTime(text, start, firstOther, end);
    }
    return calendarTime(text, start, end);
  }

  private static boolean isPoint(char c) {
    return c == '.' || c == ',';
  }

  private static long epochTime(char[] text, int start, int point, int end) throws BadField {
    int digitCount = point - start;
    if (digitCount > 19) {
      throw notATime(text, start, end);
    }
    if (digitCount == 8 && point == end) {
      int year = digits(text, start, 4);
      int month = digits(text, start + 4, 2);
      int day = digits(text, start + 6, 2);
      if (year >= 1900 && year < 2200 && isDate(year, month, day)) {
        return daysSince2000(year, month, day) * SECONDS_PER_DAY * NANOS_PER_SECOND;
      }
    }
    long unit =
        digitCount < 12
            ? NANOS_PER_SECOND
            : digitCount < 15 ? 1_000_000 : digitCount < 18 ? 1000 : 1;
    long nanos = 0;
    try {
      long whole = Long.parseLong(string(text, start, point));
      nanos =
          Math.multiplyExact(
              Math.subtractExact(whole, EPOCH_2000_SECONDS * (NANOS_PER_SECOND / unit)), unit);
    } catch (ArithmeticException | NumberFormatException e) {
      throw notATime(text, start, end);
    }
    long place = unit;
    for (int at = point + 1; at < end; at++) {
      if (!isDigit(text[at])) {
        throw notATime(text, start, end);
      }
      place /= 10;
      nanos += place * (text[at] - '0');
    }
    return nanos;
  }

  private static long calendarTime(char[] text, int start, int end) throws BadField {
    if (end - start < 10) {
      throw notATime(text, start, end);
    }
    // Where points part them, a day may stand before its month; with slashes it could be either.
    boolean dayFirst = text[start + 2] == '.' && text[start + 5] == '.';
    int year = digits(text, dayFirst ? start + 6 : start, 4);
    char dash = dayFirst ? '.' : text[start + 4];
    int month = digits(text, dayFirst ? start + 3 : start + 5, 2);
    int day = digits(text, dayFirst ? start : start + 8, 2);
    if (year < 0
        || (dash != '-' && dash != '/' && dash != '.')
        || (!dayFirst && text[start + 7] != dash)
        || !isDate(year, month, day)) {
      throw notATime(text, start, end);
    }
    long seconds = daysSince2000(year, month, day) * SECONDS_PER_DAY;
    long nanos = 0;
    int at = start + 10;
    if (at < end && (text[at] == 'T' || text[at] == 't' || text[at] == ' ' || text[at] == 'D')) {
      int hour = end - at >= 6 ? digits(text, at + 1, 2) : -1;
      int minute = hour >= 0 && text[at + 3] == ':' ? digits(text, at + 4, 2) : -1;
      if (hour < 0 || hour > 23 || minute < 0 || minute > 59) {
        throw notATime(text, start, end);
      }
      seconds += hour * 3600L + minute * 60L;
      at += 6;
      if (at < end && text[at] == ':') {
        int second = end - at >= 3 ? digits(text, at + 1, 2) : -1;
        if (second < 0 || second > 59) {
          throw notATime(text, start, end);
        }
        seconds += second;
        at += 3;
        if (at < end && isPoint(text[at])) {
          at++;
          long place = NANOS_PER_SECOND;
          for (; at < end && isDigit(text[at]); at++) {
            place /= 10;
            nanos += place * (text[at] - '0');
          }
        }
      }
      seconds -= zoneSeconds(text, start, at, end);
    } else if (at < end) {
      throw notATime(text, start, end);
    }
    if (Math.abs(seconds) >= Long.MAX_VALUE / NANOS_PER_SECOND) {
      throw new BadField(
          "\""
              + string(text, start, end)
              + "\" is out of range (expected: 1707-09-23 to 2292-04-10)");
    }
    return seconds * NANOS_PER_SECOND + nanos;
  }

  /**
   * Seconds east of UTC: nothing, {@code Z}, {@code UTC}, {@code GMT}, {@code +01}, {@code +0100}
   * or {@code +01:00}, with or without a blank before it.
   */
  private static long zoneSeconds(char[] text, int start, int from, int end) throws BadField {
    int at = skipBlanks(text, from, end);
    int length = end - at;
    if (length == 0
        || (length == 1 && is(text, at, "z"))
        || (length == 3 && (is(text, at, "utc") || is(text, at, "gmt")))) {
      return 0;
    }
    if ((text[at] == '+' || text[at] == '-') && (length == 3 || length == 5 || length == 6)) {
      int hours = digits(text, at + 1, 2);
      int minutes = length == 3 ? 0 : digits(text, end - 2, 2);
      if (hours >= 0
          && hours <= 18
          && minutes >= 0
          && minutes <= 59
          && (length != 6 || text[at + 3] == ':')) {
        long seconds = hours * 3600L + minutes * 60L;
        return text[at] == '-' ? -seconds : seconds;
      }
    }
    throw notATime(text, start, end);
  }

  private static boolean isDate(int year, int month, int day) {
    return month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month);
  }

  private static int daysOf(int year, int month) {
    return switch (month) {
      case 2 -> (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)) ? 29 : 28;
      case 4, 6, 9, 11 -> 30;
      default -> 31;
    };
  }

  /** Days of the Gregorian calendar, counted in years that start in March. */
  private static long daysSince2000(int year, int month, int day) {
    int marchYear = month <= 2 ? year - 1 : year;
    int marchMonth = (month + 9) % 12;
    long days = 365L * marchYear + marchYear / 4 - marchYear / 100 + marchYear / 400;
    return days + (153L * marchMonth + 2) / 5 + day - 1 - 730_425;
  }

  private static BadField notATime(char[] text, int start, int end) {
    return new BadField(
        "\"" + string(text, start, end) + "\" is not a time (expected: " + TIME_FORMS + ")");
  }

  /** The number of {@code count} digits at a place, or -1. */
  private static int digits(char[] text, int at, int count) {
    int value = 0;
    for (int i = at; i < at + count; i++) {
      if (!isDigit(text[i])) {
        return -1;
      }
      value = value * 10 + (text[i] - '0');
    }
    return value;
  }

  /** The text without the blanks around it; the string given if it holds just that. */
  static String sameOr(String previous, char[] text, int from, int length) {
    int start = skipBlanks(text, from, from + length);
    int end = dropBlanks(text, start, from + length);
    if (previous.length() == end - start) {
      int at = 0;
      while (at < previous.length() && previous.charAt(at) == text[start + at]) {
        at++;
      }
      if (at == previous.length()) {
        return previous;
      }
    }
    return string(text, start, end);
  }

  /** The text without the blanks around it. */
  static String trimmed(char[] text, int from, int length) {
    int start = skipBlanks(text, from, from + length);
    return string(text, start, dropBlanks(text, start, from + length));
  }

  private static String string(char[] text, int start, int end) {
    return new String(text, start, end - start);
  }

  private static boolean is(char[] text, int from, String lowerCase) {
    for (int i = 0; i < lowerCase.length(); i++) {
      if (Character.toLowerCase(text[from + i]) != lowerCase.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static int skipBlanks(char[] text, int from, int end) {
    int at = from;
    while (at < end && text[at] <= ' ') {
      at++;
    }
    return at;
  }

  private static int dropBlanks(char[] text, int from, int end) {
    int at = end;
    while (at > from && text[at - 1] <= ' ') {
      at--;
    }
    return at;
  }
}
