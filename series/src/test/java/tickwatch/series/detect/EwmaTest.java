package tickwatch.series.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import tickwatch.series.Params;
import tickwatch.series.SeriesException;
import tickwatch.series.detect.Ewma.Verdict;

class EwmaTest {
  private static final Ewma.Config CONFIG = new Ewma.Config(0.05, 4, 30, 1e-9, 1e-6);

  private static double[] noise(int length, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] x = new double[length];
    Arrays.setAll(x, i -> 10 + random.nextGaussian());
    return x;
  }

  @Test
  void manyValuesAtOnceGiveTheBitsOfOneByOneHoweverTheyAreCut() {
    double[] x = noise(5000, 1);
    x[700] = Double.NaN;
    x[701] = Double.POSITIVE_INFINITY;
    x[2000] = 40;
    x[15] = Double.NEGATIVE_INFINITY;
    Ewma single = new Ewma(CONFIG);
    List<Integer> expected = new ArrayList<>();
    List<Double> expectedScores = new ArrayList<>();
    for (int i = 0; i < x.length; i++) {
      double score = single.score(x[i]);
      if (single.accept(x[i]) == Verdict.ANOMALOUS) {
        expected.add(i);
        expectedScores.add(Double.isInfinite(x[i]) ? x[i] : score);
      }
    }
    for (int chunk : new int[] {1, 7, 29, 1000, 5000}) {
      Ewma bulk = new Ewma(CONFIG);
      List<Integer> found = new ArrayList<>();
      List<Double> foundScores = new ArrayList<>();
      for (int from = 0; from < x.length; from += chunk) {
        double[] part = Arrays.copyOfRange(x, from, Math.min(x.length, from + chunk));
        int[] places = new int[part.length];
        double[] scores = new double[part.length];
        int count = bulk.accept(part, part.length, places, scores);
        for (int i = 0; i < count; i++) {
          found.add(from + places[i]);
          foundScores.add(scores[i]);
        }
      }

      assertThat(found).as("chunk %d", chunk).isEqualTo(expected);
      assertThat(foundScores).as("chunk %d", chunk).isEqualTo(expectedScores);
      assertThat(bulk.state()).as("chunk %d", chunk).isEqualTo(single.state());
    }
    assertThat(expected).contains(15, 701, 2000);
  }

  @Test
  void startsAsAPlainMeanAndVariance() {
    double[] x = noise(15, 2);
    Ewma ewma = new Ewma(CONFIG);
    for (double value : x) {
      assertThat(ewma.accept(value)).isEqualTo(Verdict.UNKNOWN);
    }
    double mean = Arrays.stream(x).average().orElseThrow();
    double variance = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElseThrow();

    assertThat(ewma.mean()).isCloseTo(mean, within(1e-12));
    assertThat(ewma.deviation()).isCloseTo(Math.sqrt(variance), within(1e-12));
  }

  @Test
  void judgesAValueBeforeItTeaches() {
    Ewma ewma = new Ewma(CONFIG);
    for (double value : noise(500, 3)) {
      ewma.accept(value);
    }
    double mean = ewma.mean();
    double deviation = ewma.deviation();

    assertThat(ewma.score(mean + 5 * deviation)).isCloseTo(5, within(1e-9));
    assertThat(ewma.accept(mean + 5 * deviation)).isEqualTo(Verdict.ANOMALOUS);
    assertThat(ewma.mean())
        .as("taught as if at the threshold")
        .isCloseTo(mean + 0.05 * 4 * deviation, within(1e-9));
  }

  @Test
  void aConstantStreamIsQuietAndItsFirstDifferentValueIsJudgedByTheFloor() {
    Ewma ewma = new Ewma(CONFIG);
    for (int i = 0; i < 100; i++) {
      assertThat(ewma.accept(100)).isNotEqualTo(Verdict.ANOMALOUS);
    }

    assertThat(ewma.deviation()).isCloseTo(1e-4, within(1e-12));
    assertThat(ewma.score(100.0003)).isCloseTo(3, within(1e-6));
    assertThat(ewma.accept(100.0003)).isEqualTo(Verdict.NORMAL);
    assertThat(ewma.accept(101)).isEqualTo(Verdict.ANOMALOUS);
  }

  @Test
  void getsUsedToAnotherLevelButIsNotBentByASpike() {
    double[] x = noise(3000, 4);
    x[1000] = 1000;
    for (int i = 2000; i < 3000; i++) {
      x[i] += 20;
    }
    Ewma ewma = new Ewma(CONFIG);
    int[] places = new int[x.length];
    int found = ewma.accept(x, x.length, places, new double[x.length]);
    int[] flagged = Arrays.copyOf(places, found);

    assertThat(flagged).contains(1000, 2000);
    assertThat(Arrays.stream(flagged).filter(i -> i > 1000 && i < 1100).count()).isLessThan(3);
    assertThat(Arrays.stream(flagged).filter(i -> i > 2100).count()).isLessThan(10);
    assertThat(ewma.mean()).isCloseTo(30, within(1.0));
  }

  @Test
  void missingValuesChangeNothing() {
    Ewma ewma = new Ewma(CONFIG);
    for (double value : noise(100, 5)) {
      ewma.accept(value);
    }
    double[] before = ewma.state();

    assertThat(ewma.accept(Double.NaN)).isEqualTo(Verdict.UNKNOWN);
    assertThat(ewma.accept(Double.NEGATIVE_INFINITY)).isEqualTo(Verdict.ANOMALOUS);
    assertThat(ewma.state()).isEqualTo(before);
  }

  @Test
  void goesOnFromAState() {
    double[] x = noise(400, 6);
    Ewma whole = new Ewma(CONFIG);
    Ewma first = new Ewma(CONFIG);
    Ewma second = new Ewma(CONFIG);
    for (int i = 0; i < x.length; i++) {
      whole.accept(x[i]);
      if (i == 200) {
        second.restore(first.state());
      }
      (i < 200 ? first : second).accept(x[i]);
    }

    assertThat(second.state()).isEqualTo(whole.state());
  }

  @Test
  void saysWhichParameterIsWrong() {
    assertThatThrownBy(() -> Ewma.Config.of(new Params("params", Map.of("alpha", 2))))
        .isInstanceOf(SeriesException.class)
        .hasMessage("params.alpha: 2 (expected: a number from 1.0E-9 to 0.999999)");
    assertThatThrownBy(() -> Ewma.Config.of(new Params("params", Map.of("alhpa", 0.1))))
        .hasMessageStartingWith("params: \"alhpa\" is not known (expected: alpha, ");
  }
}
