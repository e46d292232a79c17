package tickwatch.detector.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tickwatch.detector.ensemble.MemberScore;
import tickwatch.detector.event.AnomalyTracker.Step;

class EventRulesTest {
  private static EventRules read(String json) {
    try {
      return EventRulesJson.read(
          new ObjectMapper().readTree(json.replace('\'', '"')), EventRules.defaults());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** Runs rows through a tracker: F a flag, n neither flag nor quiet, . quiet. */
  private static List<String> told(EventRules rules, String rows) {
    AnomalyTracker tracker = new AnomalyTracker(rules);
    List<String> told = new ArrayList<>();
    for (int seq = 0; seq < rows.length(); seq++) {
      char row = rows.charAt(seq);
      Step step = tracker.row(seq, seq * 10L, row == 'F', row == '.', 2, 0.5);
      if (step != Step.NONE) {
        told.add(step + " at " + seq + " since " + tracker.firstSeq());
      }
    }
    return told;
  }

  @Test
  void aFewFlagsAmongTheLastRowsOpenAnAnomalyThatBeginsAtTheFirstOfThem() {
    EventRules rules = read("{'openFlags': 3, 'ofRows': 5, 'quietRows': 2}");

    assertThat(told(rules, "F...F...F.F.F.."))
        .containsExactly("OPENED at 12 since 8", "CLOSED at 14 since 8");
    assertThat(told(rules, "F....F....F....F")).isEmpty();
  }

  @Test
  void aRowThatIsNotQuietKeepsAnAnomalyOpen() {
    assertThat(told(read("{'quietRows': 2}"), "F.n.n.n.."))
        .containsExactly("OPENED at 0 since 0", "CLOSED at 8 since 0");
  }

  @Test
  void flagsInTheCoolDownOpenNothing() {
    assertThat(told(read("{'quietRows': 1, 'coolDownRows': 3}"), "F.FFFF.."))
        .containsExactly(
            "OPENED at 0 since 0",
            "CLOSED at 1 since 0",
            "OPENED at 5 since 5",
            "CLOSED at 6 since 5");
  }

  @Test
  void whatHoldsForASymIsTheFirstRuleThatMatches() {
    EventRules rules =
        read(
            "{'quietRows': 4, 'syms': [{'match': 'omi-7', 'quietRows': 30},"
                + " {'match': 'omi-*,web-?', 'gradeStep': 0.5}]}");

    assertThat(rules.of("omi-7").quietRows()).isEqualTo(30);
    assertThat(rules.of("omi-8").quietRows()).isEqualTo(4);
    assertThat(rules.of("omi-8").gradeStep()).isEqualTo(0.5);
    assertThat(rules.of("web-1").gradeStep()).isEqualTo(0.5);
    assertThat(rules.of("web-11").gradeStep()).isEqualTo(0.1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'quietRows': 0} | events.quietRows: 0 (expected: at least 1)",
        "{'quietRows': 1.5} | events.quietRows: 1.5 (expected: a whole number)",
        "{'openFlags': 3, 'ofRows': 2} | events.openFlags: 3 (expected: 1 to ofRows)",
        "{'coolDown': 3} | events.coolDown is not known (expected: closeAt, coolDownRows",
        "{'suppress': [{'direction': 'sideways'}]} | events.suppress[].direction: \"sideways\"",
        "{'suppress': [{'channel': 'a'}]} | events.suppress[].channel is not known",
        "{'suppress': [{'syms': ['a'], 'absolute': 1}]} | events.suppress[].syms: [\"a\"] (expected: a text)",
        "{'suppress': [{'channels': 'a'}]} | (expected: absolute, relative or direction)",
        "{'syms': [{'quietRows': 3}]} | events.syms[].match",
        "[] | events: [] (expected: an object)"
      })
  void whatIsWrongIsNamed(String json, String message) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  // ---- suppression

  /** Two channels that were expected to be 100. */
  private record Pair(double a, double b) implements JudgedRow {
    @Override
    public int channels() {
      return 2;
    }

    @Override
    public double actual(int channel) {
      return channel == 0 ? a : b;
    }

    @Override
    public double expected(int channel) {
      return 100;
    }

    @Override
    public double halfBand(int channel) {
      return 1;
    }

    @Override
    public List<MemberScore> members() {
      return List.of();
    }

    @Override
    public double share(int channel) {
      double[] off = {Math.abs(a - 100), Math.abs(b - 100)};
      return off[channel] / (off[0] + off[1]);
    }
  }

  private static double remaining(String suppress, double a, double b) {
    EventRules rules = read("{'suppress': [" + suppress + "]}");
    return new Suppressor(rules.suppressions(), "s", List.of("a", "b"), false)
        .remaining(new Pair(a, b), 8);
  }

  @Test
  void aSuppressedChannelTakesItsShareOutOfTheScore() {
    assertThat(remaining("{'absolute': 5}", 104, 112)).isEqualTo(6);
    assertThat(remaining("{'absolute': 5}", 96, 104)).isZero();
    assertThat(remaining("{'relative': 0.1}", 104, 112)).isEqualTo(6);
    assertThat(remaining("{'relative': 0.01}", 104, 112)).isEqualTo(8);
    assertThat(remaining("{'direction': 'up'}", 104, 88)).isEqualTo(2);
    assertThat(remaining("{'direction': 'down'}", 104, 88)).isEqualTo(6);
    assertThat(remaining("{'channels': 'b', 'absolute': 500}", 104, 112)).isEqualTo(2);
    assertThat(remaining("{'syms': 'x*', 'absolute': 500}", 104, 112)).isEqualTo(8);
  }

  @Test
  void whereTheLargestChannelDecidesTheLargestLeftDoes() {
    Suppressor suppressor =
        new Suppressor(
            read("{'suppress': [{'channels': 'b', 'absolute': 500}]}").suppressions(),
            "s",
            List.of("a", "b"),
            true);

    assertThat(suppressor.remaining(new Pair(104, 116), 8)).isEqualTo(2);
    assertThat(suppressor.remaining(new Pair(116, 104), 8)).isEqualTo(8);
  }
}
