package tickwatch.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tickwatch.detector.evaluation.LabelledSeries;
import tickwatch.detector.model.Architecture;
import tickwatch.detector.model.ModelDirectory;
import tickwatch.detector.model.TestModels;
import tickwatch.detector.model.TorchForecaster;
import tickwatch.detector.training.Epochs;
import tickwatch.detector.training.NetworkTraining;
import tickwatch.detector.training.TrainingSeries;
import tickwatch.detector.training.TrainingSettings;

/** A trained network's scores depend on what was measured, not on the unit it was measured in. */
class NetworkInvarianceTest {
  private static final List<String> CHANNELS = List.of("a", "b", "c", "d", "still", "zero", "off");
  private static final int STILL = CHANNELS.indexOf("still");
  private static final int NORMAL = 900;
  private static final int ROWS = 1200;
  private static final int FAULT = 1100;

  /** Four channels that move, two that never do, and one without a value. */
  private static double[][] values() {
    Random random = new Random(11);
    double[][] values = new double[CHANNELS.size()][ROWS];
    for (int t = 0; t < ROWS; t++) {
      double load = Math.sin(t / 25.0) + 0.3 * Math.sin(t / 7.0);
      values[0][t] = 50 + 5 * load + 0.2 * random.nextGaussian();
      values[1][t] = 300 - 9 * load + 0.4 * random.nextGaussian();
      values[2][t] = random.nextInt(100) == 0 ? 1 : 0;
      values[3][t] = t % 41 == 3 ? Double.NaN : load + 0.1 * random.nextGaussian();
      values[STILL][t] = 0.1;
      values[6][t] = Double.NaN;
      if (t >= FAULT && t < FAULT + 15) {
        values[1][t] += 12;
      }
    }
    return values;
  }

  private static Evaluation.Outcome outcome(Architecture architecture, double[][] values) {
    long[] times = new long[ROWS];
    boolean[] train = new boolean[ROWS];
    for (int t = 0; t < ROWS; t++) {
      times[t] = t * 60_000_000_000L;
      train[t] = t < NORMAL;
    }
    LabelledSeries series =
        new LabelledSeries("plant", CHANNELS, times, values, train, new boolean[ROWS]);
    TrainingSettings settings =
        new TrainingSettings(
            architecture,
            16,
            architecture.isReconstructor() ? 0 : 1,
            8,
            architecture.defaultLayers(),
            4,
            4,
            64,
            5e-3,
            1,
            1);
    ModelDirectory made =
        ModelDirectory.of(
            Path.of("plant"),
            new NetworkTraining(
                    settings, List.of(TrainingSeries.firstRows(series, NORMAL, "plant.csv", "00")))
                .run("plant", "2026-01-01T00:00:00Z", TestModels.NATIVE_CACHE, Epochs.Watch.NOBODY)
                .files());
    try (TorchForecaster network = TestModels.load(made)) {
      return Evaluation.run(series, made.model(), network, null);
    }
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void unitsAndZeroesOfChannelsChangeNoScore(Architecture architecture) {
    double[][] values = values();
    double[] factors = {1e3, 1e-3, 1e6, 1, 1e3, 1, 1};
    double[] shifts = {0, 40, 1e9, 1e9, 0, 0, 0};
    double[][] scaled = new double[values.length][ROWS];
    for (int c = 0; c < factors.length; c++) {
      for (int t = 0; t < ROWS; t++) {
        scaled[c][t] = shifts[c] + factors[c] * values[c][t];
      }
    }

    double[] scores = outcome(architecture, scaled).scores();

    double[] expected = outcome(architecture, values).scores();
    assertThat(expected[FAULT]).isGreaterThan(1);
    for (int t = 0; t < ROWS; t++) {
      if (Double.isNaN(expected[t])) {
        assertThat(scores[t]).as("row %d", t).isNaN();
      } else {
        assertThat(scores[t]).as("row %d", t).isCloseTo(expected[t], within(1e-3 * expected[t]));
      }
    }
  }
}
