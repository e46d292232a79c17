package tickwatch.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tickwatch.detector.ensemble.Combination;
import tickwatch.detector.evaluation.LabelledSeries;
import tickwatch.detector.threshold.ThresholdRule;

class PipelineJsonTest {
  @TempDir Path directory;

  private Pipeline read(String json) throws IOException {
    Path file = Files.writeString(directory.resolve("pipeline.json"), json);
    return Objects.requireNonNull(PipelineFile.read(file).detection());
  }

  @Test
  void aSeasonalAStatisticalAndAForestDetectorJudgeTogether() throws IOException {
    Pipeline triple =
        read(
            """
            {"name": "triple", "combine": "mean", "seed": 3,
             "detectors": [
               {"name": "stl", "weight": 0.4, "params": {"period": 24}},
               {"name": "ewma", "weight": 0.3},
               {"name": "forest", "weight": 0.3, "params": {"trees": 30}}],
             "threshold": {"method": "quantile", "share": 1, "factor": 1.2}}
            """);
    int rows = 1200;
    Random random = new Random(1);
    long[] times = new long[rows];
    double[][] values = new double[2][rows];
    boolean[] labels = new boolean[rows];
    for (int t = 0; t < rows; t++) {
      times[t] = t * 3_600_000_000_000L;
      values[0][t] = 20 + 5 * Math.sin(t * Math.PI / 12) + 0.3 * random.nextGaussian();
      values[1][t] = 100 + 3 * Math.cos(t * Math.PI / 12) + 0.3 * random.nextGaussian();
      labels[t] = t >= 1000 && t < 1006;
      values[0][t] += labels[t] ? 9 : 0;
    }

    Evaluation.Outcome outcome =
        Evaluation.run(
            new LabelledSeries(
                    "hours",
                    List.of("temperature", "pressure"),
                    times,
                    values,
                    new boolean[rows],
                    labels)
                .withTrainRows(600),
            null,
            null,
            triple);

    assertThat(triple.combination()).isEqualTo(Combination.MEAN);
    assertThat(outcome.memberNames()).containsExactly("stl", "ewma", "forest");
    double mean =
        0.4 * outcome.memberScores()[0][1002]
            + 0.3 * outcome.memberScores()[1][1002]
            + 0.3 * outcome.memberScores()[2][1002];
    assertThat(outcome.scores()[1002]).isEqualTo(mean, within(0.2 * mean));
    assertThat(outcome.flags()[1000]).isTrue();
    assertThat(outcome.top()[1000 * Evaluation.TOP_CHANNELS]).isZero();
    assertThat(Arrays.copyOfRange(outcome.flags(), 600, 1000)).doesNotContain(true);
  }

  @Test
  void aForestOfWindowFeaturesSeesWhatARowAloneDoesNotShow() throws IOException {
    Pipeline features =
        read(
            """
            {"detectors": [{"name": "features",
                            "params": {"windows": [12, 24], "judge": "forest", "trees": 30}}]}
            """);
    Random random = new Random(2);
    int rows = 1500;
    long[] times = new long[rows];
    double[][] values = new double[2][rows];
    boolean[] labels = new boolean[rows];
    for (int t = 0; t < rows; t++) {
      times[t] = t * 60_000_000_000L;
      labels[t] = t >= 1200 && t < 1260;
      // The period doubles; each value alone is as usual.
      values[0][t] = Math.sin(t * Math.PI / (labels[t] ? 12 : 6)) + 0.1 * random.nextGaussian();
      values[1][t] = random.nextGaussian();
    }

    LabelledSeries waves =
        new LabelledSeries(
                "waves", List.of("wave", "noise"), times, values, new boolean[rows], labels)
            .withTrainRows(1000);

    Evaluation.Outcome outcome = Evaluation.run(waves, null, null, features);
    Evaluation.Outcome rowByRow =
        Evaluation.run(waves, null, null, Pipeline.of(List.of("forest"), 1));

    assertThat(rowByRow.ranking(10, false).aucPr()).isLessThan(0.2);
    assertThat(outcome.ranking(10, false).aucPr()).isGreaterThan(0.5);
    assertThat(outcome.top()[1240 * Evaluation.TOP_CHANNELS]).isZero();
  }

  @Test
  void tooFewRowsToLearnFromAreRefusedBeforeTheFirstRow() throws IOException {
    Pipeline wide =
        read("{\"detectors\": [{\"name\": \"features\", \"params\": {\"windows\": [500]}}]}");

    assertThatThrownBy(() -> new Learning(wide, 400))
        .hasMessageContaining(
            "detector features cannot learn from 400 rows (expected: at least 670");
  }

  @Test
  void whatIsNotSaidHasDefaults() throws IOException {
    Pipeline one = read("{\"detectors\": [{\"name\": \"var\"}, {\"name\": \"forecast\"}]}");

    assertThat(one.parts()).hasSize(1);
    assertThat(one.networkWeight()).isEqualTo(1);
    assertThat(one.combination()).isEqualTo(Combination.GEOMETRIC);
    assertThat(one.threshold()).isEqualTo(new ThresholdRule.Pot(1));
    assertThat(PipelineFile.none().detection()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'detectors': []} | detectors: [] (expected: a list of at least one object)",
        "{'detectors': [{'name': 'magic'}]} | detector \"magic\" (expected: one of var, var10",
        "{'detectors': [{'name': 'var', 'wait': 1}]} | \"wait\" is not known (expected: name, params, weight",
        "{'detectors': [{'name': 'var', 'weight': 0}]} | weight 0.0 (expected: above 0)",
        "{'detectors': [{'name': 'stl', 'params': {'perod': 24}}]} | detectors.stl.params: \"perod\" is not known (expected: period)",
        "{'detectors': [{'name': 'windows', 'params': {'length': 1}}]} | length: 1 (expected: a whole number from 2",
        "{'detectors': [{'name': 'features', 'params': {'judge': 'magic'}}]} | judge: \"magic\" (expected: pca or forest)",
        "{'detectors': [{'name': 'features', 'params': {'windows': [24, 12]}}]} | [24, 12]\" (expected: ascending",
        "{'detectors': [{'name': 'features', 'params': {'trees': 9}}]} | \"trees\" is not known",
        "{'detectors': [{'name': 'var'}], 'combine': 'max'} | combine: \"max\" (expected: mean or geometric)",
        "{'detectors': [{'name': 'var'}], 'threshold': {'method': 'guess'}} | \"guess\" (expected: pot, fixed",
        "{'detectors': [{'name': 'var'}], 'threshold': {'method': 'fixed'}} | threshold.value is missing"
      })
  void whatIsWrongIsSaid(String json, String message) {
    assertThatThrownBy(() -> read(json.replace('\'', '"')))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
