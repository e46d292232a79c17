package tickwatch.rdb.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RetentionTest {
  @Test
  void readsAgesRowsAndBytes() {
    assertThat(Retention.parse("24h"))
        .isEqualTo(new Retention(Duration.ofHours(24), Long.MAX_VALUE, Long.MAX_VALUE));
    assertThat(Retention.parse("1000000rows"))
        .isEqualTo(new Retention(null, 1_000_000, Long.MAX_VALUE));
    assertThat(Retention.parse("90m, 1 row,4GB"))
        .isEqualTo(new Retention(Duration.ofMinutes(90), 1, 4L << 30));
    assertThat(Retention.parse("")).isEqualTo(Retention.ALL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"24h", "90m", "45s", "1500ms", "1000000rows", "4096MB", "2h,5rows,1MB"})
  void isPrintedAsItIsWritten(String text) {
    assertThat(Retention.parse(text)).hasToString(text);
    assertThat(Retention.ALL).hasToString("all");
  }

  @ParameterizedTest
  @ValueSource(strings = {"24", "h", "-1h", "1h;2h", "1h,", "5 parsecs", "0s", "0rows", "99999d"})
  void saysWhatItExpects(String text) {
    assertThatThrownBy(() -> Retention.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("keep")
        .hasMessageContaining("expected");
  }

  @Test
  void refusesMoreBytesThanALongHolds() {
    assertThatThrownBy(() -> Retention.parse("999999999999999GB"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("too much to count");
  }
}
