package tickwatch.detector.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SensorHealthTest {
  private static final long SECOND = 1_000_000_000L;
  private static final List<String> CHANNELS = List.of("a", "b");

  private final List<HealthEvent> told = new ArrayList<>();
  private final Random random = new Random(3);
  private SensorHealth health = health();
  private long seq;
  private long time;

  private SensorHealth health() {
    HealthRules.Range range =
        new HealthRules.Range(
            new tickwatch.detector.event.NamePattern("*"),
            new tickwatch.detector.event.NamePattern("b"),
            -50,
            50);
    return new SensorHealth(
        "t", "s", CHANNELS, new HealthRules(10, 20, 40, 5, List.of(range)), told::add);
  }

  private void row(double a, double b) {
    long before = time;
    time += SECOND;
    health.row(seq++, time, false, before, SECOND, new double[] {a, b}, 0);
  }

  private void normal(int rows) {
    for (int i = 0; i < rows; i++) {
      row(random.nextGaussian(), random.nextGaussian());
    }
  }

  private List<String> texts() {
    return told.stream().map(HealthEvent::text).toList();
  }

  @Test
  void nothingIsToldOfRowsThatAreWell() {
    normal(1000);

    assertThat(told).isEmpty();
  }

  @Test
  void aChannelThatNoLongerChangesIsFlatUntilItDoes() {
    normal(100);
    for (int i = 0; i < 60; i++) {
      row(7, random.nextGaussian());
    }
    normal(5);

    assertThat(texts())
        .containsExactly("s: a flat: 7.0 for 40 rows", "s: a flat: changes again after 59 rows");
    assertThat(told).extracting(HealthEvent::isOver).containsExactly(false, true);
    assertThat(told).extracting(HealthEvent::id).containsOnly("t.s.flat.a.140");
    assertThat(told.get(0).since()).isEqualTo(101 * SECOND);
  }

  @Test
  void aChannelThatOftenStandsStillIsNotFlat() {
    for (int run = 0; run < 40; run++) {
      double value = random.nextInt();
      for (int i = 0; i < 30; i++) {
        row(value, random.nextGaussian());
      }
    }
    for (int i = 0; i < 100; i++) {
      row(7, random.nextGaussian());
    }
    assertThat(told).isEmpty();
    for (int i = 0; i < 30; i++) {
      row(7, random.nextGaussian());
    }
    assertThat(told).extracting(HealthEvent::ailment).containsExactly(Ailment.FLAT);
  }

  @Test
  void aSensorThatRepeatsItsRowIsStuckAndItsChannelsAreNotAlsoFlat() {
    normal(100);
    for (int i = 0; i < 80; i++) {
      row(7, 8);
    }
    normal(5);

    assertThat(texts())
        .containsExactly(
            "s stuck: 20 rows the same in all channels", "s stuck: changes again after 79 rows");
  }

  @Test
  void aChannelThatIsMissingForLongIsTold() {
    normal(100);
    for (int i = 0; i < 7; i++) {
      row(Double.NaN, random.nextGaussian());
    }
    normal(3);
    for (int i = 0; i < 4; i++) {
      row(Double.NaN, random.nextGaussian());
    }

    assertThat(texts())
        .containsExactly(
            "s: a imputed: missing for 5 rows, its last value stands in",
            "s: a imputed: there again after 7 rows");
  }

  @Test
  void aValueOutOfItsRangeIsToldOnceUntilItStaysIn() {
    normal(100);
    for (int i = 0; i < 4; i++) {
      row(1000 + i, 60 + i);
      normal(3);
    }
    normal(10);

    assertThat(texts())
        .containsExactly(
            "s: b range: 60.0 is outside -50.0 to 50.0", "s: b range: in its range again");
  }

  @Test
  void lateRowsAreToldOnceWithTheirNumberWhenTheyAreOver() {
    normal(100);
    health.late(seq, time - 2 * SECOND, time);
    normal(5);
    health.late(seq, time - 3 * SECOND, time);
    normal(100);

    assertThat(texts())
        .containsExactly(
            "s late: rows come late and are left out",
            "s late: 2 rows came late, by up to 3.000 s");
  }

  @Test
  void aGapIsToldWithItsLength() {
    normal(100);
    long before = time;
    time += 30 * SECOND;
    health.row(seq++, time, true, before, SECOND, new double[] {1, 2}, 0);

    assertThat(texts())
        .containsExactly(
            "s gap: no row for 30.000 s, 30 usual steps", "s gap: rows again after 30.000 s");
    assertThat(told.get(0).since()).isEqualTo(before);
  }

  @Test
  void aSensorThatIsSilentWhileOthersGoOnIsToldBeforeItIsBack() {
    normal(100);
    health.silence(seq, time, time + 9 * SECOND, SECOND, SECOND);
    assertThat(told).isEmpty();
    health.silence(seq, time, time + 11 * SECOND, SECOND, SECOND);
    health.silence(seq, time, time + 12 * SECOND, SECOND, SECOND);
    assertThat(texts()).containsExactly("s gap: no row for 11.000 s, 11 usual steps");
    normal(1);
    assertThat(told).extracting(HealthEvent::isOver).containsExactly(false, true);
  }

  @Test
  void aSensorThatFallsSilentAfterItsFirstRowsIsTold() {
    normal(3);
    health.silence(seq, time, time + 11 * SECOND, SECOND, 0);
    normal(1);

    assertThat(texts())
        .containsExactly(
            "s gap: no row for 11.000 s, after its first 3 rows",
            "s gap: rows again after 1.000 s");
  }

  @Test
  void goesOnFromWhatItSaved() throws IOException {
    normal(100);
    for (int i = 0; i < 30; i++) {
      row(7, i % 3 == 0 ? Double.NaN : 60 + i);
    }
    health.late(seq, time - SECOND, time);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    health.save(new DataOutputStream(bytes));
    told.clear();
    for (int i = 0; i < 20; i++) {
      row(7, i);
    }
    normal(120);
    List<HealthEvent> undisturbed = List.copyOf(told);
    assertThat(undisturbed).extracting(HealthEvent::ailment).contains(Ailment.FLAT, Ailment.LATE);

    told.clear();
    seq -= 140;
    time -= 140 * SECOND;
    health = health();
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
    health.restore(in);
    for (int i = 0; i < 20; i++) {
      row(7, i);
    }
    normal(120);

    assertThat(in.read()).isEqualTo(-1);
    assertThat(told)
        .extracting(HealthEvent::id)
        .isEqualTo(undisturbed.stream().map(HealthEvent::id).toList());
  }

  @Test
  void noGapIsToldWhereSilenceIsOfNoInterest() {
    HealthRules rules = new HealthRules(0, 20, 40, 5, List.of());
    SensorHealth deaf = new SensorHealth("t", "s", CHANNELS, rules, told::add);

    deaf.row(1, 100 * SECOND, true, SECOND, SECOND, new double[] {1, 2}, 0);
    deaf.silence(2, 100 * SECOND, 1000 * SECOND, SECOND, SECOND);

    assertThat(told).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'stuckRows': -5} | health: silentSteps 20, stuckRows -5",
        "{'ranges': 5} | health.ranges: 5 (expected: a list of objects)",
        "{'ranges': [{'low': 5, 'high': 1}]} | health.ranges[]: low 5.0, high 1.0 (expected: low < high)",
        "{'ranges': [{'channels': 'a'}]} | (expected: low, high or both)",
        "{'ranges': [{'syms': 5, 'low': 1}]} | health.ranges[].syms: 5 (expected: a text)"
      })
  void whatIsWrongInJsonIsNamed(String json, String message) {
    assertThatThrownBy(() -> HealthRules.read(new ObjectMapper().readTree(json.replace('\'', '"'))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void rulesAreReadFromJson() throws JsonProcessingException {
    HealthRules rules =
        HealthRules.read(
            new ObjectMapper()
                .readTree("{\"flatRows\": 0, \"ranges\": [{\"channels\": \"t*\", \"low\": -40}]}"));

    assertThat(rules.flatRows()).isZero();
    assertThat(rules.stuckRows()).isEqualTo(60);
    assertThat(rules.ranges().get(0).high()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThatThrownBy(() -> HealthRules.read(new ObjectMapper().readTree("{\"flat\": 1}")))
        .hasMessageContaining("health.flat is not known (expected: flatRows");
    assertThatThrownBy(
            () ->
                HealthRules.read(new ObjectMapper().readTree("{\"ranges\": [{\"low\": \"-4\"}]}")))
        .hasMessageContaining("health.ranges[].low: \"-4\" (expected: a number)");
  }
}
