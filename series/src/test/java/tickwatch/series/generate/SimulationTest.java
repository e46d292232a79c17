package tickwatch.series.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tickwatch.series.Params;
import tickwatch.series.SeriesException;

class SimulationTest {

  private static Simulation simulation(Map<String, ?> params) {
    return Simulation.of(new Params("simulate", params));
  }

  @Test
  void thePresetHasASeasonNoiseAndOneValueInTwentyFarAbove() {
    Simulation simulation = simulation(Map.of("preset", "ewma"));
    int rows = 200_000;
    double[] values = new double[rows];
    simulation.reader().fill(0, 0, 0, values, rows);
    List<Label> labels = simulation.reader().labels(0, 0, 0, rows);
    boolean[] labelled = new boolean[rows];
    labels.forEach(label -> labelled[(int) label.start()] = true);
    double added = labels.stream().mapToDouble(Label::amount).average().orElseThrow();
    double squares = 0;
    int normal = 0;
    for (int i = 0; i < rows; i++) {
      if (!labelled[i]) {
        double rest = values[i] - 50 - 10 * Math.sin(2 * Math.PI * i / 50);
        squares += rest * rest;
        normal++;
      }
    }

    assertThat((double) labels.size() / rows).isCloseTo(0.05, within(0.003));
    assertThat(added).isCloseTo(30, within(0.5));
    assertThat(Math.sqrt(squares / normal)).isCloseTo(2, within(0.02));
  }

  @Test
  void anyRowsCanBeHadAtOnce() {
    Simulation simulation =
        simulation(Map.of("preset", "plant", "sym", List.of("p1", "p2"), "seed", 9));
    Simulation.Reader reader = simulation.reader();
    for (int c = 0; c < 3; c++) {
      double[] whole = new double[30_000];
      double[] part = new double[100];
      double[] other = new double[30_000];
      simulation.reader().fill(1, c, 0, whole, 30_000);
      reader.fill(1, c, 20_000, part, 100);
      reader.fill(0, c, 0, other, 30_000);

      assertThat(part).isEqualTo(Arrays.copyOfRange(whole, 20_000, 20_100));
      assertThat(other).isNotEqualTo(whole);
    }
    assertThat(simulation.channels())
        .extracting(Simulation.Channel::name)
        .containsExactly("temperature", "pressure", "power");
  }

  @Test
  void labelsOfAStretchAreThoseThatTouchIt() {
    Simulation simulation =
        simulation(
            Map.of(
                "channels",
                List.of(
                    Map.of(
                        "name",
                        "a",
                        "anomalies",
                        Map.of("rate", 0.1, "kinds", "shift", "length", 30)),
                    Map.of("name", "b", "type", "uniform", "low", 1, "high", 2))));
    Simulation.Reader reader = simulation.reader();
    List<Label> all = reader.labels(0, 0, 0, 50_000);
    List<Label> some = reader.labels(0, 0, 10_010, 10);

    assertThat(some)
        .isEqualTo(
            all.stream()
                .filter(l -> l.start() < 10_020 && l.start() + l.length() > 10_010)
                .toList());
    assertThat(all).isNotEmpty().isSortedAccordingTo(Comparator.comparingLong(Label::start));
    assertThat(reader.labels(0, 1, 0, 50_000)).isEmpty();
  }

  @Test
  void saysWhatIsMissing() {
    assertThatThrownBy(() -> simulation(Map.of()))
        .isInstanceOf(SeriesException.class)
        .hasMessage(
            "simulate.channels: missing (expected: a list of channels, or a preset: ewma or plant)");
    assertThatThrownBy(() -> simulation(Map.of("preset", "sea")))
        .hasMessage("simulate.preset: \"sea\" (expected: ewma or plant)");
    assertThatThrownBy(() -> simulation(Map.of("channels", List.of(Map.of("std", 1)))))
        .hasMessage("simulate.channels.name: missing (expected: the channel's name)");
    assertThatThrownBy(
            () -> simulation(Map.of("channels", List.of(Map.of("name", "a"), Map.of("name", "a")))))
        .hasMessageContaining("different names");
    assertThatThrownBy(() -> simulation(Map.of("preset", "ewma", "start", "yesterday")))
        .hasMessage(
            "simulate.start: \"yesterday\" (expected: a time in UTC from 1970 to 2261, as 2026-01-01T00:00:00Z)");
    assertThatThrownBy(() -> simulation(Map.of("preset", "ewma", "stepSeconds", 0)))
        .hasMessageStartingWith("simulate.stepSeconds: 0 (expected: a number from ");
  }

  @Test
  void whatTheRowsDependOnIsSaidAsJson() {
    Simulation simulation =
        simulation(Map.of("preset", "ewma", "sym", List.of("a\"b", "c"), "seed", 3));

    assertThat(simulation.json())
        .startsWith(
            "{\"start\": \"2026-01-01T00:00:00Z\", \"stepNanos\": 1000000000, \"sym\": [\"a\\\"b\", \"c\"], ")
        .contains("\"name\": \"reading\"", "\"seed\": 3");
    assertThat(simulation(Map.of("preset", "ewma", "stepSeconds", 0.5)).json())
        .isNotEqualTo(simulation(Map.of("preset", "ewma")).json());
  }
}
