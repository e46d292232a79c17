package tickwatch.detector.preprocess;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class CountersTest {
  private static final double MISSING = Double.NaN;

  private static boolean counts(double... values) {
    return Counters.find(values, values.length, 1, new boolean[values.length]).isOne(0);
  }

  private static double[] meter(int rows, double perRow) {
    double[] values = new double[rows];
    for (int t = 0; t < rows; t++) {
      values[t] = 7 + perRow * t;
    }
    return values;
  }

  /** What is judged of a meter that goes on with these values. */
  private static double[] judged(double... values) {
    Counters counters = Counters.find(meter(100, 1), 100, 1, new boolean[100]);
    double[] judged = new double[values.length];
    for (int t = 0; t < values.length; t++) {
      counters.row(values, t, false, judged, t);
    }
    return judged;
  }

  @Test
  void whatOnlyEverRisesCountsAndSoDoesWhatOnlyEverFalls() {
    assertThat(counts(meter(100, 0.1))).isTrue();
    assertThat(counts(meter(100, -3))).isTrue();
  }

  @Test
  void whatFallsOnceOrRisesSeldomIsALevel() {
    double[] fallen = meter(1000, 1);
    fallen[999] = 0;
    double[] stepped = new double[2000];
    for (int t = 0; t < stepped.length; t++) {
      stepped[t] = Math.floor(t / 30.0);
    }

    assertThat(counts(fallen)).isFalse();
    assertThat(counts(stepped)).isFalse();
    assertThat(counts(meter(50, 1))).isFalse();
    assertThat(counts(new double[1000])).isFalse();
  }

  @Test
  void whatWandersDoesNotCount() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      double[] walk = new double[1000];
      for (int t = 1; t < walk.length; t++) {
        walk[t] = walk[t - 1] + random.nextGaussian() + 1;
      }
      assertThat(counts(walk)).as("seed %d", seed).isFalse();
    }
  }

  @Test
  void aFallBehindAGapDoesNotMakeALevelOfACounter() {
    double[] values = meter(200, 1);
    boolean[] isAfterGap = new boolean[200];
    isAfterGap[120] = true;
    for (int t = 120; t < 200; t++) {
      values[t] -= 120;
    }

    assertThat(Counters.find(values, 200, 1, isAfterGap).isOne(0)).isTrue();
  }

  @Test
  void incrementsAreJudgedAndAResetIsMissing() {
    assertThat(judged(10, 13, 13, 2, 4)).containsExactly(MISSING, 3, 0, MISSING, 2);
  }

  @Test
  void whatGoesOnFallingIsJudged() {
    assertThat(judged(10, 9, 8, 6, 7)).containsExactly(MISSING, MISSING, -1, -2, 1);
  }

  @Test
  void anIncrementOverMissingValuesIsThatOfOneRow() {
    assertThat(judged(10, MISSING, MISSING, 19, 21))
        .containsExactly(MISSING, MISSING, MISSING, 3, 2);
  }

  @Test
  void anIncrementOverAGapIsMissing() {
    Counters counters = Counters.find(meter(100, 1), 100, 1, new boolean[100]);
    double[] row = new double[1];
    counters.row(new double[] {10}, 0, false, row, 0);

    counters.row(new double[] {500}, 0, true, row, 0);
    assertThat(row[0]).isNaN();
    assertThat(counters.value(0, 3)).isNaN();
    counters.row(new double[] {504}, 0, false, row, 0);
    assertThat(row[0]).isEqualTo(4);
    assertThat(counters.value(0, 3)).isEqualTo(503);
  }

  @Test
  void whatIsExpectedIsToldInTheCountersOwnUnit() {
    Counters counters = Counters.find(meter(100, 1), 100, 1, new boolean[100]);
    double[] row = new double[1];
    counters.row(new double[] {10}, 0, false, row, 0);
    counters.row(new double[] {MISSING}, 0, false, row, 0);
    counters.row(new double[] {20}, 0, false, row, 0);

    assertThat(counters.value(0, 3)).isEqualTo(16);
    assertThat(counters.unit(0)).isEqualTo(2);
    counters.row(new double[] {5}, 0, false, row, 0);
    assertThat(counters.value(0, 3)).as("at a reset").isNaN();
  }
}
