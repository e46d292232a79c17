package tickwatch.rdb.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How much of a table stays in memory; the oldest rows leave first. Limits may be combined.
 *
 * @param age rows whose time is older than the table's newest time less this leave; null for no
 *     limit. The wall clock plays no part: a replay of last year's rows keeps as many as it did
 *     last year. Needs a time column; null and infinite times are neither old nor new
 * @param rows at most this many rows of a table stay, at least 1
 * @param bytes the columns of a table take about this many bytes at most, at least 1; counted by
 *     whole chunks of {@link tickwatch.ipc.value.Vector#CHUNK} rows, of which the newest always
 *     stays
 */
public record Retention(@Nullable Duration age, long rows, long bytes) {
  /** No limit but the table's own, {@link GrowingTable#MAX_ROWS}. */
  public static final Retention ALL = new Retention(null, Long.MAX_VALUE, Long.MAX_VALUE);

  private static final Duration LONGEST = Duration.ofDays(36_500);

  private static final Pattern TERM =
      Pattern.compile("(\\d{1,15})\\s*(ms|s|m|h|d|rows?|kb|mb|gb)", Pattern.CASE_INSENSITIVE);

  public Retention {
    if (age != null && (age.isNegative() || age.isZero() || age.compareTo(LONGEST) > 0)) {
      throw new IllegalArgumentException(
          "age to keep: " + age + " (expected: more than 0, at most 36500 days)");
    }
    if (rows < 1 || bytes < 1) {
      throw new IllegalArgumentException(
          "rows and bytes to keep: " + rows + ", " + bytes + " (expected: at least 1)");
    }
  }

  /** As an operator writes it, {@code all} for no limit. */
  @Override
  public String toString() {
    List<String> limits = new ArrayList<>();
    if (age != null) {
      limits.add(text(age));
    }
    if (rows != Long.MAX_VALUE) {
      limits.add(rows + "rows");
    }
    if (bytes != Long.MAX_VALUE) {
      limits.add(bytes % (1 << 20) == 0 ? (bytes >> 20) + "MB" : bytes + " bytes");
    }
    return limits.isEmpty() ? "all" : String.join(",", limits);
  }

  private static String text(Duration age) {
    if (age.toMillis() % 1_000 != 0) {
      return age.toMillis() + "ms";
    }
    long seconds = age.toSeconds();
    if (seconds % 3_600 == 0) {
      return seconds / 3_600 + "h";
    }
    return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }

  /**
   * Reads what an operator writes: {@code 24h}, {@code 1000000rows}, {@code 4GB}, or several of
   * them with commas between; an empty text keeps all.
   *
   * @throws IllegalArgumentException with a sentence for the operator
   */
  public static Retention parse(String text) {
    Duration age = null;
    long rows = Long.MAX_VALUE;
    long bytes = Long.MAX_VALUE;
    for (String term : text.isBlank() ? new String[0] : text.split(",", -1)) {
      Matcher matcher = TERM.matcher(term.trim());
      if (!matcher.matches()) {
        throw new IllegalArgumentException(
            "keep: \""
                + text
                + "\" (expected: as 24h, 90m, 7d, 1000000rows, 4GB, or several with commas)");
      }
      long amount = Long.parseLong(matcher.group(1));
      try {
        switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
          case "ms" -> age = Duration.ofMillis(amount);
          case "s" -> age = Duration.ofSeconds(amount);
          case "m" -> age = Duration.ofMinutes(amount);
          case "h" -> age = Duration.ofHours(amount);
          case "d" -> age = Duration.ofDays(amount);
          case "kb" -> bytes = Math.multiplyExact(amount, 1L << 10);
          case "mb" -> bytes = Math.multiplyExact(amount, 1L << 20);
          case "gb" -> bytes = Math.multiplyExact(amount, 1L << 30);
          default -> rows = amount;
        }
      } catch (ArithmeticException e) {
        throw new IllegalArgumentException("keep: \"" + text + "\" is too much to count", e);
      }
    }
    return new Retention(age, rows, bytes);
  }
}
