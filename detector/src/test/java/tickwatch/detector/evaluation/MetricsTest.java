package tickwatch.detector.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The metrics agree with an independent implementation in numpy, which was checked against the ones
 * that TSB-AD and NAB publish. {@code cases.json} holds its results for random scores with ties,
 * missing and infinite ones, events at both ends and none at all.
 */
class MetricsTest {
  private static final double CLOSE = 1e-9;

  static Stream<JsonNode> cases() throws IOException {
    JsonNode all =
        new ObjectMapper()
            .readTree(Path.of("src", "test", "resources", "evaluation", "cases.json").toFile());
    assertThat(all).isNotEmpty();
    return StreamSupport.stream(all.spliterator(), false);
  }

  private static boolean[] truths(JsonNode list) {
    boolean[] truths = new boolean[list.size()];
    for (int i = 0; i < truths.length; i++) {
      truths[i] = list.get(i).asInt() > 0;
    }
    return truths;
  }

  private static double[] numbers(JsonNode list) {
    return IntStream.range(0, list.size())
        .mapToDouble(i -> Double.parseDouble(list.get(i).asText()))
        .toArray();
  }

  private static void same(JsonNode expected, String name, double actual) {
    if (expected.get(name).isNull()) {
      assertThat(actual).as(name).isNaN();
    } else {
      double value = expected.get(name).asDouble();
      assertThat(actual).as(name).isCloseTo(value, within(CLOSE * Math.max(1, Math.abs(value))));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void scoresAreJudgedAsTheReferenceJudgesThem(JsonNode one) {
    ScoreMetrics metrics =
        ScoreMetrics.of(truths(one.get("y")), numbers(one.get("s")), one.get("window").asInt());

    JsonNode expected = one.get("expected");
    same(expected, "vus_pr", metrics.vusPr());
    same(expected, "auc_pr", metrics.aucPr());
    same(expected, "best_f1", metrics.bestF1());
    same(expected, "best_thr", metrics.bestThreshold());
    same(expected, "best_nab", metrics.bestNab());
    assertThat(ScoreMetrics.automaticWindow(numbers(one.get("x"))))
        .isEqualTo(expected.get("auto").asInt());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void flagsAreJudgedAsTheReferenceJudgesThem(JsonNode one) {
    FlagMetrics metrics =
        FlagMetrics.of(
            truths(one.get("y")), truths(one.get("f")), 86_400 / one.get("seconds").asDouble(), 10);

    JsonNode expected = one.get("expected");
    same(expected, "f1", metrics.f1());
    same(expected, "prec", metrics.precision());
    same(expected, "rec", metrics.recall());
    same(expected, "ev_rec", metrics.eventRecall());
    same(expected, "ev_prec", metrics.eventPrecision());
    same(expected, "fa_day", metrics.falseAlarmsPerDay());
    same(expected, "delay_rows", metrics.delayRows());
    same(expected, "nab", metrics.nab());
    assertThat(metrics.alarms()).isEqualTo(expected.get("n_alarms").asInt());
  }

  @Test
  void aScoreThatIsTheLabelIsPerfectAndAConstantOneIsNot() {
    Random random = new Random(4);
    boolean[] label = new boolean[500];
    double[] same = new double[500];
    for (int i = 0; i < label.length; i++) {
      label[i] = i % 100 < 10;
      same[i] = label[i] ? 1 + random.nextDouble() : random.nextDouble();
    }

    assertThat(ScoreMetrics.of(label, same, 0).aucPr()).isEqualTo(1);
    assertThat(ScoreMetrics.of(label, same, 0).vusPr()).isGreaterThan(0.999);
    assertThat(ScoreMetrics.of(label, new double[500], 0).aucPr()).isEqualTo(0.1, within(1e-12));
  }
}
