package tickwatch.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tickwatch.detector.evaluation.LabelledSeries;

/** Scores depend on what was measured, not on its unit, its zero or the order of columns. */
class InvarianceTest {
  private static final int ROWS = 2400;
  private static final int LEARNT = 1200;

  /** Eight channels of one plant; one hardly ever moves, one has few values, one counts. */
  private static double[][] values() {
    Random random = new Random(7);
    double[][] values = new double[8][ROWS];
    double drift = 0;
    for (int t = 0; t < ROWS; t++) {
      double load = Math.sin(t / 25.0);
      drift = 0.98 * drift + 0.2 * random.nextGaussian();
      values[0][t] = 50 + 5 * load + 0.3 * random.nextGaussian();
      values[1][t] = 300 - 9 * load + random.nextGaussian();
      values[2][t] = 2 * load + drift + 0.2 * random.nextGaussian();
      values[3][t] = random.nextInt(100) == 0 ? 1 : 0;
      values[4][t] = Math.rint(3 * load + drift);
      values[5][t] = t % 41 == 3 ? Double.NaN : drift + 0.1 * random.nextGaussian();
      values[6][t] = random.nextGaussian();
      values[7][t] = (t == 0 ? 900 : values[7][t - 1]) + 20 + 5 * load + random.nextGaussian();
      if (t >= 1800 && t < 1830) {
        values[1][t] += 12;
        values[6][t] += 5;
      }
    }
    return values;
  }

  private static double[] scores(double[][] values) {
    List<String> names = new ArrayList<>();
    long[] times = new long[ROWS];
    for (int c = 0; c < values.length; c++) {
      names.add("c" + c);
    }
    boolean[] train = new boolean[ROWS];
    for (int t = 0; t < ROWS; t++) {
      times[t] = t * 60_000_000_000L;
      train[t] = t < LEARNT;
    }
    LabelledSeries series =
        new LabelledSeries("plant", names, times, values, train, new boolean[ROWS]);
    return Evaluation.run(series, null, null, Pipeline.standard(1)).scores();
  }

  private static void assertAlike(double[] scores, double[] expected) {
    for (int t = 0; t < ROWS; t++) {
      if (Double.isNaN(expected[t])) {
        assertThat(scores[t]).as("row %d", t).isNaN();
      } else {
        assertThat(scores[t]).as("row %d", t).isCloseTo(expected[t], within(1e-3 * expected[t]));
      }
    }
  }

  @Test
  void theOrderOfChannelsChangesNoScore() {
    double[][] values = values();
    double[][] permuted = new double[values.length][];
    int[] order = {4, 2, 6, 0, 7, 5, 1, 3};
    for (int c = 0; c < order.length; c++) {
      permuted[c] = values[order[c]];
    }

    assertAlike(scores(permuted), scores(values));
  }

  @Test
  void unitsAndZeroesOfChannelsChangeNoScore() {
    double[][] values = values();
    double[] factors = {1e-6, 1000, -1, 1e9, 0.01, 1.8, 7e-3, -30};
    double[] shifts = {0, 5, 40, -3e9, 100, 32, 0.5, 1e6};
    double[][] scaled = new double[values.length][ROWS];
    for (int c = 0; c < factors.length; c++) {
      for (int t = 0; t < ROWS; t++) {
        scaled[c][t] = shifts[c] + factors[c] * values[c][t];
      }
    }

    assertAlike(scores(scaled), scores(values));
  }
}
