package tickwatch.series.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeasonalEwmaTest {
  private static final Ewma.Config CONFIG = new Ewma.Config(0.1, 3, 19, 1e-6, 1e-9);

  /** A form and noise of deviation 1. */
  private static double[] rows(int count, long seed, IntToDoubleFunction form) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] x = new double[count];
    Arrays.setAll(x, t -> form.applyAsDouble(t) + random.nextGaussian());
    return x;
  }

  private static double sine(int t, double period) {
    return 5 * Math.sin(2 * Math.PI * t / period);
  }

  /** Each twentieth row, on average, is 15 to 30 off. */
  private static boolean[] plant(double[] x, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    boolean[] planted = new boolean[x.length];
    for (int t = 0; t < x.length; t++) {
      planted[t] = random.nextInt(20) == 0;
      x[t] += planted[t] ? 15 + 15 * random.nextDouble() : 0;
    }
    return planted;
  }

  private static SeasonalEwma learnt(double[] x, int rows, double period) {
    return new SeasonalEwma(CONFIG, Season.of(Arrays.copyOf(x, rows), period));
  }

  /** The z-scores of all rows. */
  private static double[] scores(SeasonalEwma ewma, double[] x) {
    double[] z = new double[x.length];
    for (int t = 0; t < x.length; t++) {
      z[t] = ewma.score(x[t]);
      ewma.accept(x[t]);
    }
    return z;
  }

  private static long beyond(double limit, double[] z, int from, int to) {
    return Arrays.stream(z, from, to).filter(score -> Math.abs(score) > limit).count();
  }

  @ParameterizedTest
  @ValueSource(doubles = {7, 24, 50, 61.3, 120})
  void findsThePeriodAmongOutliers(double period) {
    for (int seed = 1; seed <= 10; seed++) {
      double[] x =
          rows(Math.max(200, (int) (4 * period)), seed, t -> 100 + 0.01 * t + sine(t, period));
      plant(x, 100 + seed);

      Season season = Season.of(x, 0);

      // Of few rows a multiple may do as well.
      double cycles = Math.rint(season.period() / period);
      assertThat(cycles).as("seed %d", seed).isBetween(1.0, 3.0);
      assertThat(season.period() / cycles)
          .as("seed %d", seed)
          .isEqualTo(period, within(0.03 * period));
      assertThat(season.deviation()).as("seed %d", seed).isBetween(0.6, 1.4);
    }
  }

  @Test
  void findsAFormOfSeveralSinesAndItsWholePeriod() {
    IntToDoubleFunction form = t -> (t % 48 < 12 ? 8 : 0) + (t % 48 == 30 ? 12 : 0);
    double[] x = rows(480, 3, form);

    Season season = Season.of(x, 0);

    assertThat(season.period()).isEqualTo(48, within(0.3));
    assertThat(season.harmonics()).isGreaterThan(2);
  }

  @Test
  void seesNoSeasonInNoiseOrInTooFewRowsOrInRowsThatNeverMove() {
    for (int seed = 1; seed <= 30; seed++) {
      assertThat(Season.of(rows(150, seed, t -> 7), 0)).as("seed %d", seed).isSameAs(Season.NONE);
      assertThat(Season.of(rows(1500, seed, t -> 7), 0)).as("seed %d", seed).isSameAs(Season.NONE);
      assertThat(Season.of(rows(150, seed, t -> 7), 25))
          .as("told a period that is not there, seed %d", seed)
          .isSameAs(Season.NONE);
    }
    assertThat(Season.of(rows(100, 1, t -> sine(t, 50)), 50)).isSameAs(Season.NONE);
    assertThat(Season.of(new double[200], 0)).isSameAs(Season.NONE);
    assertThat(Season.of(new double[200], 20)).isSameAs(Season.NONE);
    assertThat(Season.of(new double[0], 0)).isSameAs(Season.NONE);
    double[] missing = new double[200];
    Arrays.fill(missing, Double.NaN);
    assertThat(Season.of(missing, 0)).isSameAs(Season.NONE);
    assertThat(Season.of(missing, 20)).isSameAs(Season.NONE);
  }

  @Test
  void everyPlantedRowStandsOutAndHardlyAnyOther() {
    int others = 0;
    for (int seed = 1; seed <= 10; seed++) {
      double[] x = rows(5000, seed, t -> sine(t, 50));
      boolean[] planted = plant(x, 50 + seed);

      double[] z = scores(learnt(x, 150, 0), x);

      for (int t = 200; t < x.length; t++) {
        if (planted[t]) {
          assertThat(Math.abs(z[t])).as("seed %d row %d", seed, t).isGreaterThan(4);
        } else {
          others += Math.abs(z[t]) > 4 ? 1 : 0;
        }
      }
    }
    assertThat(others).as("of some 45,000").isLessThan(10);
  }

  @Test
  void withoutASeasonItIsThePlainAverageBitForBit() {
    double[] x = rows(1000, 5, t -> 3);
    x[300] = Double.NaN;
    x[400] = Double.POSITIVE_INFINITY;
    x[500] = 60;
    Ewma plain = new Ewma(CONFIG);
    SeasonalEwma ewma = new SeasonalEwma(CONFIG, Season.NONE);
    for (double value : x) {
      assertThat(new double[] {ewma.score(value), ewma.mean(), ewma.deviation()})
          .isEqualTo(new double[] {plain.score(value), plain.mean(), plain.deviation()});
      plain.accept(value);
      ewma.accept(value);
    }
    assertThat(ewma.isSeasonal()).isFalse();
  }

  @Test
  void missingAndInfiniteValuesLeaveTheSeasonInStep() {
    double[] x = rows(3000, 6, t -> sine(t, 40));
    SeasonalEwma ewma = learnt(x, 300, 0);
    for (int t = 1000; t < 1337; t++) {
      x[t] = t % 3 == 0 ? Double.NEGATIVE_INFINITY : Double.NaN;
    }

    double[] z = scores(ewma, x);

    assertThat(z[1001]).isNaN();
    assertThat(z[1002]).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(beyond(4, z, 1337, 3000)).isLessThan(3);
    assertThat(ewma.mean()).isEqualTo(sine(3000, 40), within(1.5));
  }

  @Test
  void followsADriftAndASlipInTime() {
    // Half a period is left out at row 2000, and from row 3000 on the level climbs by 60.
    double[] x =
        rows(
            6000,
            7,
            t -> (t < 2000 ? sine(t, 50) : sine(t + 25, 50)) + Math.max(0, t - 3000) * 0.02);

    double[] z = scores(learnt(x, 150, 0), x);

    assertThat(beyond(4, z, 200, 2000)).isLessThan(3);
    assertThat(beyond(4, z, 2150, 3000)).as("caught up").isLessThan(3);
    assertThat(beyond(4, z, 3000, 6000)).as("drifting").isLessThan(3);
  }

  @Test
  void aLastingShiftIsLearntWithinDozensOfRows() {
    double[] x = rows(3000, 8, t -> sine(t, 50) + (t < 1500 ? 0 : 40));

    double[] z = scores(learnt(x, 150, 0), x);

    assertThat(beyond(4, z, 1500, 1510)).isEqualTo(10);
    assertThat(beyond(4, z, 1650, 3000)).isLessThan(5);
  }

  @Test
  void aSeasonThatIsOverOrIsAnotherOneIsNoWorseThanThePlainAverage() {
    // Of another period, and none: the level wanders.
    double[] wander = new double[4000];
    SplittableRandom random = new SplittableRandom(9);
    for (int t = 1; t < wander.length; t++) {
      wander[t] = wander[t - 1] + 1.5 * random.nextGaussian();
    }
    for (IntToDoubleFunction later :
        new IntToDoubleFunction[] {t -> sine(t, 31), t -> 0, t -> wander[t]}) {
      double[] x = rows(4000, 10, t -> t < 1000 ? sine(t, 50) : later.applyAsDouble(t));
      boolean[] planted = new boolean[x.length];
      for (int t = 1500; t < x.length; t += 100) {
        planted[t] = true;
        x[t] += 25;
      }
      Ewma plain = new Ewma(CONFIG);
      SeasonalEwma ewma = learnt(x, 300, 0);
      int[] found = new int[2];
      int[] wrong = new int[2];
      for (int t = 0; t < x.length; t++) {
        double[] z = {ewma.score(x[t]), plain.score(x[t])};
        for (int i = 0; i < 2 && t >= 1500; i++) {
          found[i] += planted[t] && z[i] > 4 ? 1 : 0;
          wrong[i] += !planted[t] && Math.abs(z[i]) > 4 ? 1 : 0;
        }
        ewma.accept(x[t]);
        plain.accept(x[t]);
      }

      assertThat(found[0]).as("planted rows found").isGreaterThanOrEqualTo(found[1]);
      assertThat(wrong[0]).as("others flagged").isLessThanOrEqualTo(wrong[1] + 3);
    }
  }

  @Test
  void manyValuesAtOnceGiveTheBitsOfOneByOneHoweverTheyAreCut() {
    double[] x = rows(4000, 13, t -> t < 2000 ? sine(t, 50) : sine(t, 17));
    plant(x, 14);
    x[5] = Double.POSITIVE_INFINITY;
    x[900] = Double.NaN;
    x[901] = Double.NEGATIVE_INFINITY;
    SeasonalEwma single = learnt(x, 300, 0);
    List<Integer> expected = new ArrayList<>();
    for (int i = 0; i < x.length; i++) {
      if (single.accept(x[i]) == Ewma.Verdict.ANOMALOUS) {
        expected.add(i);
      }
    }
    for (int chunk : new int[] {1, 7, 1000, 4000}) {
      SeasonalEwma bulk = learnt(x, 300, 0);
      List<Integer> found = new ArrayList<>();
      int[] places = new int[chunk];
      double[] scores = new double[chunk];
      for (int from = 0; from < x.length; from += chunk) {
        double[] part = Arrays.copyOfRange(x, from, Math.min(x.length, from + chunk));
        int count = bulk.accept(part, part.length, places, scores);
        for (int i = 0; i < count; i++) {
          found.add(from + places[i]);
          assertThat(Math.abs(scores[i])).isGreaterThan(CONFIG.threshold());
        }
      }

      assertThat(found).as("chunk %d", chunk).isEqualTo(expected);
      assertThat(bulk.state()).as("chunk %d", chunk).isEqualTo(single.state());
    }
    assertThat(expected).contains(5, 901).doesNotContain(900).hasSizeGreaterThan(150);
  }

  @Test
  void goesOnFromAState() {
    double[] x = rows(1200, 11, t -> sine(t, 33) + sine(t, 11));
    plant(x, 12);
    SeasonalEwma whole = learnt(x, 300, 0);
    SeasonalEwma first = learnt(x, 300, 0);
    scores(first, Arrays.copyOf(x, 700));

    SeasonalEwma second = SeasonalEwma.restore(CONFIG, first.state());

    double[] expected = scores(whole, x);
    double[] actual = scores(second, Arrays.copyOfRange(x, 700, 1200));
    assertThat(actual).isEqualTo(Arrays.copyOfRange(expected, 700, 1200));
    assertThat(second.isSeasonal()).isTrue();
    Ewma plain = new Ewma(CONFIG);
    Arrays.stream(x).forEach(plain::accept);
    assertThat(SeasonalEwma.restore(CONFIG, plain.state()).state())
        .as("what a plain average has put down")
        .isEqualTo(plain.state());
  }
}
