package tickwatch.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tickwatch.detector.ensemble.Ensemble;
import tickwatch.detector.ensemble.EnsembleLearner;
import tickwatch.detector.ensemble.Verdict;
import tickwatch.detector.evaluation.LabelledSeries;
import tickwatch.detector.model.Numbers;
import tickwatch.series.Params;
import tickwatch.series.generate.Label;
import tickwatch.series.generate.Simulation;

/**
 * The pipeline of {@code run-all.sh --demo ewma} on its stream: noise of deviation 2 on a sine of
 * amplitude 10 and period 50 about 50, one value in twenty off by some 30.
 */
class SeasonalStreamTest {
  private static final Path PIPELINE = Path.of("..", "models", "ewma", "pipeline.json");
  private static final int ROWS = 5000;
  private static final int LEARNT = 200;
  private static final double NOISE = 2;
  private static final Map<String, Object> STEADY =
      Map.of(
          "name",
          "reading",
          "mean",
          50,
          "std",
          NOISE,
          "seasonality",
          Map.of("amplitude", 10, "period", 50));
  private static final Map<String, Object> DRIFTING = withDrift(STEADY);

  private static Map<String, Object> withDrift(Map<String, Object> channel) {
    Map<String, Object> drifting = new HashMap<>(channel);
    drifting.put("drift", Map.of("std", 20, "every", 2000));
    return drifting;
  }

  private static double[] values(Simulation simulation) {
    double[] x = new double[ROWS];
    simulation.reader().fill(0, 0, 0, x, ROWS);
    return x;
  }

  private static Simulation simulation(String what, Object value, int seed) {
    return Simulation.of(new Params("simulate", Map.of(what, value, "seed", seed)));
  }

  private static Evaluation.Outcome judged(double[] x) {
    long[] times = new long[ROWS];
    Arrays.setAll(times, t -> t * 1_000_000_000L);
    LabelledSeries series =
        new LabelledSeries(
                "sim",
                List.of("reading"),
                times,
                new double[][] {x},
                new boolean[ROWS],
                new boolean[ROWS])
            .withTrainRows(LEARNT);
    return Evaluation.run(series, null, null, PipelineFile.read(PIPELINE).detection());
  }

  private static boolean[] planted(Simulation simulation) {
    boolean[] planted = new boolean[ROWS];
    for (Label label : simulation.reader().labels(0, 0, 0, ROWS)) {
      planted[(int) label.start()] = true;
    }
    return planted;
  }

  private static double expected(int row) {
    return 50 + 10 * Math.sin(2 * Math.PI * row / 50);
  }

  @Test
  void everyPlantedPointSixDeviationsOfTheNoiseOffIsFlaggedAndHardlyAnyOtherRow() {
    int planted = 0;
    int wrong = 0;
    for (int seed = 1; seed <= 10; seed++) {
      Simulation simulation = simulation("preset", "ewma", seed);
      boolean[] isPlanted = planted(simulation);
      double[] x = values(simulation);

      Evaluation.Outcome outcome = judged(x);

      List<String> missed = new ArrayList<>();
      for (int t = LEARNT; t < ROWS; t++) {
        double off = x[t] - expected(t);
        if (isPlanted[t] && Math.abs(off) >= 6 * NOISE) {
          planted++;
          if (!outcome.flags()[t]) {
            missed.add("row " + t + " off by " + off + ", score " + outcome.scores()[t]);
          }
        }
        wrong += !isPlanted[t] && outcome.flags()[t] ? 1 : 0;
      }
      assertThat(missed).as("seed %d", seed).isEmpty();
    }
    assertThat(planted).isGreaterThan(2000);
    assertThat(wrong).as("others flagged, of some 45,000").isLessThan(6);
  }

  @Test
  void whatIsExpectedIsTheSineAndItsBandIsAsWideAsTheNoise() {
    Simulation simulation = simulation("preset", "ewma", 1);
    Evaluation.Outcome outcome = judged(values(simulation));
    double squares = 0;
    for (int t = LEARNT; t < ROWS; t++) {
      double d = outcome.expected()[t] - expected(t);
      squares += d * d / (ROWS - LEARNT);
    }

    assertThat(Math.sqrt(squares)).isLessThan(NOISE / 2);
    assertThat(outcome.halfBand()[0])
        .as("four deviations")
        .isBetween(4 * 0.7 * NOISE, 4 * 1.5 * NOISE);
    assertThat(outcome.thresholds()[ROWS - 1]).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void noiseAloneIsHardlyEverFlaggedWhetherTheLevelDriftsOrNot(boolean drifting) {
    int flagged = 0;
    for (int seed = 1; seed <= 10; seed++) {
      boolean[] flags =
          judged(values(simulation("channels", List.of(drifting ? DRIFTING : STEADY), seed)))
              .flags();
      for (boolean flag : flags) {
        flagged += flag ? 1 : 0;
      }
    }

    // Of normal values one in 16,000 is more than four deviations off.
    assertThat(flagged).as("of 48,000 rows").isLessThan(15);
  }

  @Test
  void whatWasLearntGoesOnCountingDeviationsWhenItIsReadAgain() {
    double[] x = values(simulation("preset", "ewma", 4));
    Pipeline pipeline = Objects.requireNonNull(PipelineFile.read(PIPELINE).detection());
    EnsembleLearner learner = new EnsembleLearner(1, LEARNT);
    for (int t = 0; t < LEARNT; t++) {
      learner.add(x, t, Double.NaN, false);
    }
    Ensemble ensemble =
        learner
            .learn(
                pipeline.parts(),
                pipeline.preparation(),
                pipeline.combination(),
                pipeline.threshold().rowScore(),
                0,
                pipeline.seed())
            .ensemble();
    Numbers numbers = new Numbers();
    ensemble.save(numbers);

    Ensemble restored = Ensemble.restore(new Numbers(numbers.toArray()));

    assertThat(restored.countsDeviations()).isTrue();
    Verdict expected = new Verdict(1);
    Verdict actual = new Verdict(1);
    for (int t = LEARNT; t < ROWS; t++) {
      ensemble.row(x, t, false);
      restored.row(x, t, false);
      assertThat(ensemble.combine(null, expected)).isTrue();
      assertThat(restored.combine(null, actual)).isTrue();
      assertThat(actual.score()).as("row %d", t).isEqualTo(expected.score());
    }
  }

  @Test
  void deviationsAreCountedByOneDetectorThatKnowsThem() throws IOException {
    String two =
        "{\"detectors\": [{\"name\": \"ewma\"}, {\"name\": \"var\"}],"
            + " \"threshold\": {\"method\": \"deviations\", \"value\": 4}}";
    assertThatThrownBy(() -> PipelineJson.read(new ObjectMapper().readTree(two)))
        .hasMessage(
            "threshold of deviations with detectors [ewma, var] (expected: ewma alone, which"
                + " counts in deviations)");
    String far =
        "{\"detectors\": [{\"name\": \"ewma\"}], \"threshold\": {\"method\": \"deviations\", \"value\": 30}}";
    assertThatThrownBy(() -> PipelineJson.read(new ObjectMapper().readTree(far)))
        .hasMessage("threshold of 30.0 deviations (expected: above 0, below 20)");
  }
}
