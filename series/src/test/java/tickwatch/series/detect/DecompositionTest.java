package tickwatch.series.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.github.servicenow.ds.stats.stl.SeasonalTrendLoess;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tickwatch.series.Params;
import tickwatch.series.SeriesException;
import tickwatch.series.detect.Decomposition.Config;
import tickwatch.series.detect.Decomposition.Parts;
import tickwatch.series.detect.Decomposition.Trend;

class DecompositionTest {

  /** Level 20, a bent trend, a season that is no sine, normal noise. */
  private static double[] series(int length, int period, double noise) {
    SplittableRandom random = new SplittableRandom(period);
    double[] x = new double[length];
    Arrays.setAll(
        x,
        i ->
            20
                + 8 * Math.sin(2.0 * i / length)
                + season(i % period, period)
                + noise * random.nextGaussian());
    return x;
  }

  private static double season(int phase, int period) {
    return 5 * Math.sin(2 * Math.PI * phase / period) + (phase < period / 4 ? 3 : 0);
  }

  @ParameterizedTest
  @CsvSource({
    "24, AVERAGE, false",
    "25, AVERAGE, false",
    "24, AVERAGE, true",
    "24, LOESS, false",
    "31, LOESS, true",
    "12, AVERAGE, false",
    "13, LOESS, false"
  })
  void findsPlantedAnomaliesAndLittleElse(int period, Trend trend, boolean robust) {
    double[] x = series(20_000, period, 0.5);
    int[] planted = {3, 5_000, 5_012, 12_345, 19_999};
    for (int i = 0; i < planted.length; i++) {
      x[planted[i]] += i % 2 == 0 ? 6 : -6;
    }
    Parts parts = Decomposition.decompose(x, new Config(period, trend, robust, 4));

    assertThat(flagged(parts)).contains(3, 5_000, 5_012, 12_345, 19_999).hasSizeLessThan(5 + 8);
    assertThat(parts.deviation()).isBetween(0.45, 0.55);
    for (int i = 0; i < x.length; i++) {
      assertThat(parts.trend()[i] + parts.season()[i] + parts.residual()[i])
          .isCloseTo(x[i], within(1e-9));
    }
  }

  @Test
  void takingTrendAndSeasonFromTheSameMeansLeavesNothingToFind() {
    // The mistake: trend = mean of each cycle's values, season = value - trend; whatever is planted
    // is in the "season".
    double[] x = series(2_400, 24, 0.5);
    x[1_000] += 50;
    double[] residual = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      double trend =
          Arrays.stream(x, Math.max(0, i - 12), Math.min(x.length, i + 12)).average().orElseThrow();
      double season = x[i] - trend;
      residual[i] = x[i] - trend - season;
    }
    double largest = Arrays.stream(residual).map(Math::abs).max().orElseThrow();

    assertThat(largest)
        .as("nothing but rounding is left of an anomaly of a hundred deviations")
        .isLessThan(1e-12);
    assertThat(flagged(Decomposition.decompose(x, new Config(24, Trend.AVERAGE, false, 6))))
        .contains(1_000);
  }

  @Test
  void agreesWithStlWhereTheSeasonIsPeriodic() {
    double[] x = series(2_400, 24, 0.3);
    SeasonalTrendLoess.Decomposition oracle =
        new SeasonalTrendLoess.Builder()
            .setPeriodLength(24)
            .setPeriodic()
            .setNonRobust()
            .buildSmoother(x)
            .decompose();
    Parts parts = Decomposition.decompose(x, new Config(24, Trend.LOESS, false, 3));
    double trend = 0;
    double season = 0;
    for (int i = 0; i < x.length; i++) {
      trend += Math.abs(parts.trend()[i] - oracle.getTrend()[i]) / x.length;
      season += Math.abs(parts.season()[i] - oracle.getSeasonal()[i]) / x.length;
    }

    assertThat(trend).isLessThan(0.05);
    assertThat(season).isLessThan(0.05);
  }

  @Test
  void anAverageTrendAndSeasonAreExactForALine() {
    double[] x = new double[500];
    Arrays.setAll(x, i -> 3 + 0.25 * i + season(i % 20, 20));
    Parts parts = Decomposition.decompose(x, new Config(20, Trend.AVERAGE, false, 3));
    double mean = IntStream.range(0, 20).mapToDouble(p -> season(p, 20)).average().orElseThrow();
    for (int i = 0; i < x.length; i++) {
      assertThat(parts.trend()[i]).isCloseTo(3 + 0.25 * i + mean, within(1e-9));
      assertThat(parts.residual()[i]).isCloseTo(0, within(1e-9));
    }
    assertThat(flagged(parts)).isEmpty();
  }

  @Test
  void robustlyKeepsAnomaliesOutOfSeasonAndDeviation() {
    double[] x = series(4_800, 24, 0.5);
    for (int cycle = 10; cycle < 60; cycle += 2) {
      x[cycle * 24 + 7] += 40;
    }
    Parts plain = Decomposition.decompose(x, new Config(24, Trend.AVERAGE, false, 3));
    Parts robust = Decomposition.decompose(x, new Config(24, Trend.AVERAGE, true, 3));
    double truth =
        season(7, 24)
            - IntStream.range(0, 24).mapToDouble(p -> season(p, 24)).average().orElseThrow();

    assertThat(plain.season()[7]).isGreaterThan(truth + 2);
    assertThat(robust.season()[7]).isCloseTo(truth, within(0.2));
    assertThat(robust.deviation()).isCloseTo(0.5, within(0.03));
    assertThat(plain.deviation()).isGreaterThan(1);
  }

  @ParameterizedTest
  @CsvSource({"AVERAGE, false", "AVERAGE, true", "LOESS, false", "LOESS, true"})
  void missingValuesAreLeftOutAndInfinitiesFlagged(Trend trend, boolean robust) {
    double[] x = series(5_000, 24, 0.5);
    Arrays.fill(x, 1_000, 1_100, Double.NaN);
    x[0] = Double.NaN;
    x[4_999] = Double.NaN;
    x[2_000] = Double.POSITIVE_INFINITY;
    x[3_000] += 8;
    Parts parts = Decomposition.decompose(x, new Config(24, trend, robust, 4));

    assertThat(flagged(parts)).contains(2_000, 3_000).hasSizeLessThan(8);
    assertThat(parts.deviation()).isBetween(0.4, 0.6);
    assertThat(parts.residual()[1_050]).isNaN();
    assertThat(Arrays.stream(parts.residual()).filter(Double::isNaN).count()).isEqualTo(102);
  }

  @ParameterizedTest
  @CsvSource({
    "24, AVERAGE, false",
    "1001, AVERAGE, true",
    "50, LOESS, true",
    "30000, AVERAGE, false"
  })
  void bordersOfBlocksDoNotShow(int period, Trend trend, boolean robust) {
    // The oracle smooths the whole series at once.
    int length = 200_000;
    double[] x = series(length, period, 0.5);
    x[30_000] = Double.NaN;
    Config config = new Config(period, trend, robust, 4);
    Parts parts = Decomposition.decompose(x, config);
    double[] jump = new double[length];
    for (int i = 1; i < length; i++) {
      jump[i] = Math.abs(parts.trend()[i] - parts.trend()[i - 1]);
    }
    double usual = Arrays.stream(jump).filter(v -> !Double.isNaN(v)).max().orElseThrow();
    if (trend == Trend.AVERAGE && !robust) {
      int half = period / 2;
      for (int i : new int[] {65_535, 65_536, 65_537, 131_071, 131_072, 100_000}) {
        double sum = 0;
        int count = 0;
        double other = 0;
        int otherCount = 0;
        for (int k = i - half; k < i - half + period; k++) {
          sum += Double.isNaN(x[k]) ? 0 : x[k];
          count += Double.isNaN(x[k]) ? 0 : 1;
          other += Double.isNaN(x[k + 1]) ? 0 : x[k + 1];
          otherCount += Double.isNaN(x[k + 1]) ? 0 : 1;
        }
        assertThat(parts.trend()[i])
            .isCloseTo((sum / count + other / otherCount) / 2, within(1e-9));
      }
    }
    for (int border = 65_536; border < length; border += 65_536) {
      assertThat(jump[border]).isLessThanOrEqualTo(usual);
    }
    assertThat(usual).isLessThan(0.6);
  }

  private static List<Integer> flagged(Parts parts) {
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < parts.flagged().length; i++) {
      if (parts.flagged()[i]) {
        places.add(i);
      }
    }
    return places;
  }

  @ParameterizedTest
  @CsvSource({"2, AVERAGE", "3, AVERAGE", "2, LOESS", "3, LOESS"})
  void theShortestPeriodsAndSeriesWork(int period, Trend trend) {
    double[] x = series(2 * period, period, 0.5);
    double[] y = series(5_000, period, 0.5);
    y[2_500] += 30;

    assertThat(Decomposition.decompose(x, new Config(period, trend, true, 3)).residual())
        .doesNotContain(Double.NaN);
    assertThat(flagged(Decomposition.decompose(y, new Config(period, trend, false, 4))))
        .contains(2_500);
  }

  @Test
  void readsItsParameters() {
    assertThat(
            Config.of(
                new Params(
                    "params",
                    Map.of("seasonal", 7, "robust", true, "trend", "loess", "threshold", 2.5))))
        .isEqualTo(new Config(7, Trend.LOESS, true, 2.5));
    assertThatThrownBy(() -> Config.of(new Params("params", Map.of())))
        .hasMessage("params.period: missing (expected: the values in one cycle, 2 to 131072)");
    assertThatThrownBy(() -> Config.of(new Params("params", Map.of("period", 1.5))))
        .hasMessage("params.period: 1.5 (expected: a whole number from 2 to 131072)");
    assertThatThrownBy(() -> Config.of(new Params("params", Map.of("period", 10, "trend", "up"))))
        .hasMessage("params.trend: \"up\" (expected: average or loess)");
    assertThatThrownBy(() -> new Decomposition(new Config(10, Trend.AVERAGE, false, 3), 19))
        .isInstanceOf(SeriesException.class)
        .hasMessage("stl: 19 values (expected: at least two periods of 10)");
  }
}
