package tickwatch.series.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tickwatch.series.Params;
import tickwatch.series.SeriesException;
import tickwatch.series.random.Noise;

class GeneratorTest {
  private static final Recipe RICH =
      new Recipe(
          Noise.Kind.ZIGGURAT,
          new Distribution.Normal(10, 2),
          List.of(
              new Seasonality(5, 200, 0.3),
              new Seasonality(1, 33.7, 0),
              new Seasonality(2, 1e6, 1)),
          1e-4,
          new Drift(3, 5000),
          Anomalies.ofRate(0.02, new Distribution.Normal(10, 2)));

  private static final Recipe SILENT =
      Recipe.of(Noise.Kind.ZIGGURAT, new Distribution.Normal(0, 0));

  @Test
  void piecesOfAnySizeGiveTheSameValues() {
    int length = 3 * Noise.BLOCK + 100;
    long from = 12_345;
    double[] whole = new double[length];
    float[] wholeFloats = new float[length];
    new Generator(RICH, 5).fill(from, whole, 0, length);
    new Generator(RICH, 5).fill(from, wholeFloats, 0, length);
    for (int chunk : new int[] {1000, 8192, 9999}) {
      double[] pieces = new double[length];
      float[] floats = new float[length];
      Generator generator = new Generator(RICH, 5);
      for (int at = 0; at < length; at += chunk) {
        generator.fill(from + at, pieces, at, Math.min(chunk, length - at));
        generator.fill(from + at, floats, at, Math.min(chunk, length - at));
      }

      assertThat(pieces).as("chunk %d", chunk).isEqualTo(whole);
      assertThat(floats).as("chunk %d", chunk).isEqualTo(wholeFloats);
    }
    List<Double> streamed = new ArrayList<>();
    new Generator(RICH, 5)
        .stream(
            from,
            length,
            777,
            (at, values, count) -> Arrays.stream(values, 0, count).forEach(streamed::add));
    assertThat(streamed.stream().mapToDouble(v -> v).toArray()).isEqualTo(whole);
  }

  @Test
  void anotherSeedGivesOtherValues() {
    double[] a = new double[100];
    double[] b = new double[100];
    new Generator(RICH, 5).fill(0, a, 0, 100);
    new Generator(RICH, 6).fill(0, b, 0, 100);

    assertThat(a).isNotEqualTo(b);
  }

  @ParameterizedTest
  @CsvSource({"200, 0", "33.7, 0", "1e6, 0", "200, 4000000000000", "33.7, 4000000000000", "0.5, 0"})
  void seasonsAreTheSinesTheySay(double period, long from) {
    Seasonality season = new Seasonality(3, period, 0.7);
    Recipe recipe =
        new Recipe(SILENT.kind(), SILENT.noise(), List.of(season), 0, Drift.NONE, Anomalies.NONE);
    double[] x = new double[20_000];
    new Generator(recipe, 1).fill(from, x, 0, x.length);
    for (int i = 0; i < x.length; i++) {
      double cycles = ((from + i) % period) / period;
      assertThat(x[i]).isCloseTo(3 * Math.sin(2 * Math.PI * cycles + 0.7), within(1e-9));
    }
  }

  @Test
  void trendRisesAndDriftWandersWithoutJumps() {
    Recipe recipe =
        new Recipe(
            SILENT.kind(),
            new Distribution.Normal(7, 0),
            List.of(),
            0.5,
            Drift.NONE,
            Anomalies.NONE);
    double[] x = new double[10_000];
    new Generator(recipe, 1).fill(100, x, 0, x.length);
    assertThat(x[0]).isEqualTo(57);
    assertThat(x[9_999]).isEqualTo(7 + 0.5 * 10_099);

    Recipe drifting =
        new Recipe(SILENT.kind(), SILENT.noise(), List.of(), 0, new Drift(2, 1000), Anomalies.NONE);
    double[] y = new double[2_000_000];
    new Generator(drifting, 1).fill(0, y, 0, y.length);
    double squares = 0;
    for (int i = 1; i < y.length; i++) {
      assertThat(Math.abs(y[i] - y[i - 1])).isLessThan(0.03);
      squares += y[i] * y[i];
    }
    // Between two heights of variance 4 the curve has 13/35 × 2 of it on average.
    assertThat(squares / y.length).isCloseTo(4 * 26.0 / 35, within(0.35));
  }

  @Test
  void uniformValuesStayBelowTheirHighEnd() {
    Recipe recipe = Recipe.of(Noise.Kind.ZIGGURAT, new Distribution.Uniform(1, 1 + 0x1p-22));
    float[] x = new float[100_000];
    new Generator(recipe, 2).fill(0, x, 0, x.length);
    float highest = 0;
    for (float v : x) {
      highest = Math.max(highest, v);
      assertThat(v).isGreaterThanOrEqualTo(1f);
    }

    assertThat(highest).isLessThan(1 + 0x1p-22f);
  }

  @Test
  void anomaliesStandWhereTheirLabelsSay() {
    Distribution noise = new Distribution.Normal(100, 1);
    Recipe clean = Recipe.of(Noise.Kind.ZIGGURAT, noise);
    Recipe recipe =
        new Recipe(clean.kind(), noise, List.of(), 0, Drift.NONE, Anomalies.ofRate(0.05, noise));
    int blocks = 100;
    double[] with = new double[blocks * Noise.BLOCK];
    double[] without = new double[with.length];
    new Generator(recipe, 8).fill(0, with, 0, with.length);
    new Generator(clean, 8).fill(0, without, 0, without.length);
    boolean[] labelled = new boolean[with.length];
    Generator generator = new Generator(recipe, 8);
    List<Label> labels = new ArrayList<>();
    for (long b = 0; b < blocks; b++) {
      labels.addAll(generator.labels(b));
    }
    for (Label label : labels) {
      for (int i = (int) label.start(); i < label.start() + label.length(); i++) {
        assertThat(labelled[i]).as("overlap at %d", i).isFalse();
        labelled[i] = true;
        double expected =
            switch (label.kind()) {
              case SPIKE, SHIFT -> without[i] + label.amount();
              case VARIANCE -> 100 + (without[i] - 100) * 4;
              case DROP_OUT -> 0;
            };
        assertThat(with[i]).isEqualTo(expected);
      }
    }
    int count = 0;
    for (int i = 0; i < with.length; i++) {
      count += labelled[i] ? 1 : 0;
      assertThat(labelled[i] || with[i] == without[i]).as("value %d", i).isTrue();
    }

    assertThat((double) count / with.length).isCloseTo(0.05, within(0.005));
    assertThat(
            labels.stream()
                .collect(Collectors.groupingBy(Label::kind, Collectors.counting()))
                .values())
        .hasSize(4)
        .allSatisfy(
            each ->
                assertThat((double) each)
                    .isCloseTo(labels.size() / 4.0, within(labels.size() / 12.0)));
  }

  @Test
  void readsARecipeFromParameters() {
    Recipe recipe =
        Recipe.of(
            "normal",
            new Params(
                "params",
                Map.of(
                    "mean",
                    50,
                    "std",
                    2,
                    "trend",
                    0.5,
                    "generator",
                    "box-muller",
                    "anomalies",
                    Map.of(
                        "rate",
                        0.05,
                        "kinds",
                        List.of("spike"),
                        "size",
                        30,
                        "spread",
                        10,
                        "bothSigns",
                        false))),
            Params.list(
                "seasonality", List.of(Map.of("amplitude", 10, "period", 50), Map.of("period", 7))),
            null);

    assertThat(recipe.kind()).isEqualTo(Noise.Kind.BOX_MULLER);
    assertThat(recipe.noise()).isEqualTo(new Distribution.Normal(50, 2));
    assertThat(recipe.seasons())
        .containsExactly(new Seasonality(10, 50, 0), new Seasonality(1, 7, 0));
    assertThat(recipe.anomalies().kinds()).containsExactly(AnomalyKind.SPIKE);
    assertThat(recipe.anomalies().size()).isEqualTo(30);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "std     | -1    | params.std: -1 (expected: a number from 0 to 1.7976931348623157E308)",
        "mean    | two   | params.mean: \"two\" (expected: a number)",
        "sdt     | 1     | params: \"sdt\" is not known (expected: anomalies, drift, generator, mean, seasonality, std, trend)",
        "generator | mt  | generator: \"mt\" (expected: ziggurat or box-muller)",
        "drift   | 1     | params.drift: 1 (expected: an object, {...})"
      })
  void saysWhichParameterIsWrong(String name, String value, String sentence) {
    Object parsed = value.matches("-?\\d+") ? (Object) Integer.valueOf(value) : value;
    assertThatThrownBy(
            () -> Recipe.of("normal", new Params("params", Map.of(name, parsed)), List.of(), null))
        .isInstanceOf(SeriesException.class)
        .hasMessage(sentence);
  }

  @Test
  void refusesAnUnknownDistribution() {
    assertThatThrownBy(() -> Distribution.of("cauchy", Params.none()))
        .hasMessage("type: \"cauchy\" (expected: normal or uniform)");
    assertThatThrownBy(
            () -> Distribution.of("uniform", new Params("params", Map.of("low", 2, "high", 1))))
        .hasMessage("params.low: 2.0 (expected: a number below high, 1.0)");
  }
}
