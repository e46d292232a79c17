package tickwatch.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tickwatch.feed.FieldText.BadField;

class FieldTextTest {
  private static double number(String text) throws BadField {
    // Inside a buffer, as the reader hands it over.
    return FieldText.number(("9" + text + "9").toCharArray(), 1, text.length());
  }

  private static Instant time(String text) throws BadField {
    return ColumnKind.instant(FieldText.time(("9" + text + "9").toCharArray(), 1, text.length()));
  }

  private static long whole(String text) throws BadField {
    return FieldText.whole(
        ("9" + text + "9").toCharArray(), 1, text.length(), Long.MIN_VALUE, Long.MAX_VALUE);
  }

  @Test
  void numbersAreTheNearestDoubles() throws BadField {
    Random random = new Random(7);
    for (int i = 0; i < 200_000; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      String text =
          switch (i % 4) {
            case 0 -> String.valueOf(random.nextInt(100_000) / 100.0);
            case 1 -> String.format(Locale.ROOT, "%.9f", random.nextGaussian() * 1e6);
            case 2 -> String.valueOf(random.nextLong());
            default -> Double.isFinite(value) ? String.valueOf(value) : "-0.0";
          };
      assertThat(Double.compare(number(text), Double.parseDouble(text))).as(text).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "' 1.5 ',1.5",
    "+2,2",
    "5.,5",
    ".5,0.5",
    "-Infinity,-Infinity",
    "INF,Infinity",
    "1e3,1000"
  })
  void numbersOfOtherForms(String text, double expected) throws BadField {
    assertThat(number(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "'1,5',1.5",
    "'-,5',-0.5",
    "2.5,2.5",
    "'1,5e3',1500",
    "'12345678901234567890,5',12345678901234567890.5"
  })
  void decimalsBehindACommaAreReadWhereTheyMayStand(String text, double expected) throws BadField {
    assertThat(FieldText.number(text.toCharArray(), 0, text.length(), ',')).isEqualTo(expected);
    assertThatThrownBy(() -> FieldText.number("1.234,5".toCharArray(), 0, 7, ','))
        .hasMessage("\"1.234,5\" is not a number");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "-", ".", "+", "1d", "1f", "0x1p3", "1,5", "1 2", "--1", "1e", "one", "1.2.3"})
  void whatIsNoNumberIsRefused(String text) {
    assertThatThrownBy(() -> number(text))
        .isInstanceOf(BadField.class)
        .hasMessageContaining("is not a number");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "  ", "NaN", "nan", "NA", "null", " NULL ", "None", "N/A", "#N/A", "<NA>", "-nan", "-",
        " -- ", "?"
      })
  void nulls(String text) {
    assertThat(FieldText.isNull(text.toCharArray(), 0, text.length())).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "12,12",
    "-3,-3",
    "+3,3",
    "12.0,12",
    "9223372036854775807,9223372036854775807",
    "-9223372036854775808,-9223372036854775808"
  })
  void wholeNumbers(String text, long expected) throws BadField {
    assertThat(whole(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "-", "1.5", "9223372036854775808", "99999999999999999999", "1e3", ".0"})
  void whatIsNoWholeNumberIsRefused(String text) {
    assertThatThrownBy(() -> whole(text)).isInstanceOf(BadField.class);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-01-31T12:00:00Z,2026-01-31T12:00:00Z",
    "2026-01-31 12:00:00,2026-01-31T12:00:00Z",
    "2026/01/31 12:00,2026-01-31T12:00:00Z",
    "2026-01-31,2026-01-31T00:00:00Z",
    "20260131,2026-01-31T00:00:00Z",
    "2026.01.31D12:00:00.123456789,2026-01-31T12:00:00.123456789Z",
    "2026-01-31T12:00:00.25+01:00,2026-01-31T11:00:00.25Z",
    "2026-01-31T12:00:00-0530,2026-01-31T17:30:00Z",
    "2026-01-31T12:00+01,2026-01-31T11:00:00Z",
    "2024-02-29T00:00:00Z,2024-02-29T00:00:00Z",
    "1969-12-31T23:59:59.5Z,1969-12-31T23:59:59.5Z",
    "1769860800,2026-01-31T12:00:00Z",
    "1769860800.5,2026-01-31T12:00:00.5Z",
    "'1769860800,5',2026-01-31T12:00:00.5Z",
    "31.01.2026,2026-01-31T00:00:00Z",
    "31.01.2026 12:00:00.25,2026-01-31T12:00:00.25Z",
    "2026-01-31 12:00:00 +0100,2026-01-31T11:00:00Z",
    "2026-01-31 12:00:00 UTC,2026-01-31T12:00:00Z",
    "1769860800123,2026-01-31T12:00:00.123Z",
    "1769860800123456,2026-01-31T12:00:00.123456Z",
    "1769860800123456789,2026-01-31T12:00:00.123456789Z",
    "0,1970-01-01T00:00:00Z",
  })
  void times(String text, Instant expected) throws BadField {
    assertThat(time(text)).isEqualTo(expected);
  }

  @Test
  void everyDayOfTwoCenturiesIsItsOwn() throws BadField {
    for (LocalDate day = LocalDate.of(1899, 12, 28); day.getYear() < 2101; day = day.plusDays(1)) {
      assertThat(time(day.toString())).isEqualTo(day.atStartOfDay(ZoneOffset.UTC).toInstant());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "yesterday",
        "2026-13-01",
        "2025-02-29",
        "2026-01-31T24:00:00",
        "2026-01-31T12",
        "2026-01-31T12:00:00X",
        "31/01/2026",
        "32.01.2026",
        "2026-01-31T12:60",
        "9999-01-01",
        "2026-01/31",
        "-5",
        "99999999999999999999",
        "2026-01-31T12:00:00+1",
        "2026-01-31 12:00:00 CET"
      })
  void whatIsNoTimeIsRefused(String text) {
    assertThatThrownBy(() -> time(text)).isInstanceOf(BadField.class);
  }
}
