package tickwatch.series.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
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
    double[][] columns = new double[1][rows];
    simulation.rows(0).fill(0, columns, rows);
    List<Simulation.ChannelLabel> labels = simulation.rows(0).labels(0, rows);
    boolean[] labelled = new boolean[rows];
    labels.forEach(label -> labelled[(int) label.label().start()] = true);
    double added =
        labels.stream().mapToDouble(label -> label.label().amount()).average().orElseThrow();
    double squares = 0;
    int normal = 0;
    for (int i = 0; i < rows; i++) {
      if (!labelled[i]) {
        double rest = columns[0][i] - 50 - 10 * Math.sin(2 * Math.PI * i / 50);
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
    double[][] whole = new double[3][30_000];
    double[][] part = new double[3][100];
    simulation.rows(1).fill(0, whole, 30_000);
    simulation.rows(1).fill(20_000, part, 100);

    for (int c = 0; c < 3; c++) {
      assertThat(part[c]).isEqualTo(Arrays.copyOfRange(whole[c], 20_000, 20_100));
    }
    double[][] other = new double[3][30_000];
    simulation.rows(0).fill(0, other, 30_000);
    assertThat(other[0]).isNotEqualTo(whole[0]);
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
    List<Simulation.ChannelLabel> all = simulation.rows(0).labels(0, 50_000);
    List<Simulation.ChannelLabel> some = simulation.rows(0).labels(10_010, 10);

    assertThat(some)
        .isEqualTo(
            all.stream()
                .filter(
                    l ->
                        l.label().start() < 10_020
                            && l.label().start() + l.label().length() > 10_010)
                .toList());
    assertThat(all).isNotEmpty().allSatisfy(label -> assertThat(label.channel()).isEqualTo("a"));
  }

  @Test
  void saysWhatIsMissing() {
    assertThatThrownBy(() -> simulation(Map.of()))
        .isInstanceOf(SeriesException.class)
        .hasMessage(
            "simulate.channels: null (expected: a list of channels, or a preset: ewma or plant)");
    assertThatThrownBy(() -> simulation(Map.of("preset", "sea")))
        .hasMessage("simulate.preset: \"sea\" (expected: ewma or plant)");
    assertThatThrownBy(() -> simulation(Map.of("channels", List.of(Map.of("std", 1)))))
        .hasMessage("simulate.channels.name: null (expected: the channel's name)");
    assertThatThrownBy(
            () -> simulation(Map.of("channels", List.of(Map.of("name", "a"), Map.of("name", "a")))))
        .hasMessageContaining("different names");
  }
}
