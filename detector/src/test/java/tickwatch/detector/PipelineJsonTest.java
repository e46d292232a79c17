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
import java.util.stream.IntStream;
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

  /** Two channels that go together; a few normal rows are wild, and later ones have holes. */
  private static LabelledSeries withHoles() {
    Random random = new Random(4);
    int rows = 1600;
    long[] times = new long[rows];
    double[][] values = new double[3][rows];
    boolean[] labels = new boolean[rows];
    double level = 0;
    for (int t = 0; t < rows; t++) {
      times[t] = t * 60_000_000_000L;
      level = 0.9 * level + random.nextGaussian();
      labels[t] = t >= 1400 && t < 1420;
      boolean wild = t < 800 && t % 100 == 50;
      values[0][t] = level + 0.2 * random.nextGaussian() + (wild ? 400 : 0);
      values[1][t] = 2 * level + 0.2 * random.nextGaussian() + (labels[t] ? 8 : 0);
      values[2][t] = t > 1000 && t % 3 > 0 ? Double.NaN : -level + 0.2 * random.nextGaussian();
    }
    return new LabelledSeries(
            "holes", List.of("a", "b", "c"), times, values, new boolean[rows], labels)
        .withTrainRows(1000);
  }

  @Test
  void robustScalesAndNeighboursSeeWhatWildRowsAndHolesHide() throws IOException {
    LabelledSeries series = withHoles();
    String detectors = "\"detectors\": [{\"name\": \"var\"}, {\"name\": \"pca\"}]";

    double plain =
        Evaluation.run(series, null, null, read("{" + detectors + "}")).ranking(10, false).aucPr();
    double prepared =
        Evaluation.run(
                series,
                null,
                null,
                read(
                    "{\"preprocess\": {\"scale\": \"robust\", \"impute\": \"knn\"}, "
                        + detectors
                        + "}"))
            .ranking(10, false)
            .aucPr();

    assertThat(prepared).isGreaterThan(plain + 0.1);
  }

  @Test
  void aChannelWithALevelOfItsOwnIsHeardAmongManyQuietOnes() throws IOException {
    Random random = new Random(6);
    int rows = 3000;
    int channels = 30;
    long[] times = new long[rows];
    double[][] values = new double[channels][rows];
    boolean[] labels = new boolean[rows];
    for (int t = 0; t < rows; t++) {
      times[t] = t * 60_000_000_000L;
      labels[t] = t >= 2600 && t < 2603;
      for (int c = 0; c < channels; c++) {
        values[c][t] = random.nextGaussian() + (labels[t] && c == 17 ? 8 : 0);
      }
    }
    LabelledSeries series =
        new LabelledSeries(
                "noise",
                IntStream.range(0, channels).mapToObj(c -> "c" + c).toList(),
                times,
                values,
                new boolean[rows],
                labels)
            .withTrainRows(2000);
    String detectors = "{\"detectors\": [{\"name\": \"var\"}, {\"name\": \"pca\"}], ";

    Evaluation.Outcome together =
        Evaluation.run(
            series,
            null,
            null,
            read(detectors + "\"threshold\": {\"method\": \"pot\", \"perDay\": 1}}"));
    Evaluation.Outcome each =
        Evaluation.run(
            series,
            null,
            null,
            read(
                detectors
                    + "\"threshold\": {\"method\": \"pot\", \"perDay\": 1, \"per\": \"channel\"}}"));

    assertThat(Arrays.copyOfRange(together.flags(), 2600, 2603)).doesNotContain(true);
    assertThat(Arrays.copyOfRange(each.flags(), 2600, 2603)).contains(true);
    assertThat(each.thresholds()[2000]).isEqualTo(1);
    assertThat(each.top()[2601 * Evaluation.TOP_CHANNELS]).isEqualTo(17);
    int falseAlarms = 0;
    for (int t = 2000; t < 2600; t++) {
      falseAlarms += each.flags()[t] ? 1 : 0;
    }
    assertThat(falseAlarms).isLessThan(10);
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
  void aSeasonThatIsLongerThanHalfOfWhatIsLearntFromIsRefused() throws IOException {
    Pipeline yearly = read("{\"detectors\": [{\"name\": \"stl\", \"params\": {\"period\": 400}}]}");

    assertThatThrownBy(() -> new Learning(yearly, 1000))
        .hasMessageContaining(
            "detector stl cannot learn from 1000 rows (expected: at least 1067; see --train)");
  }

  @Test
  void aFileThatCannotBeReadIsNamed() {
    assertThatThrownBy(() -> PipelineFile.read(directory))
        .hasMessage("pipeline file " + directory + " cannot be read: Is a directory");
    assertThatThrownBy(() -> PipelineFile.read(directory.resolve("none.json")))
        .hasMessage("there is no pipeline file " + directory.resolve("none.json"));
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
        "{'detectors': [{'name': 'var', 'wait': 1}]} | detectors.wait is not known (expected: name, params, weight",
        "{'detectors': [{'name': 'var', 'weight': 0}]} | weight 0.0 (expected: above 0, at most 1e6)",
        "{'detectors': [{'name': 'stl', 'params': {'perod': 24}}]} | detectors.stl.params: \"perod\" is not known (expected: method, period)",
        "{'detectors': [{'name': 'windows', 'params': {'length': 1}}]} | length: 1 (expected: a whole number from 2",
        "{'detectors': [{'name': 'features', 'params': {'judge': 'magic'}}]} | judge: \"magic\" (expected: pca or forest)",
        "{'detectors': [{'name': 'features', 'params': {'windows': [24, 12]}}]} | [24, 12]\" (expected: ascending",
        "{'detectors': [{'name': 'features', 'params': {'trees': 9}}]} | \"trees\" is not known",
        "{'detectors': [{'name': 'stl', 'params': {'method': 'x11'}}]} | method: \"x11\" (expected: classical or stl)",
        "{'detectors': [{'name': 'wavelet', 'params': {'family': 'db8'}}]} | family: \"db8\" (expected: haar or db4)",
        "{'detectors': [{'name': 'var'}], 'preprocess': {'scale': 'log'}} | preprocess.scale: \"log\" (expected: standard or robust)",
        "{'detectors': [{'name': 'var'}], 'preprocess': {'impute': 'zero'}} | preprocess.impute: \"zero\" (expected: carryForward or knn)",
        "{'detectors': [{'name': 'var'}], 'preprocess': {'scaling': 'robust'}} | preprocess.scaling is not known (expected: impute, scale)",
        "{'detectors': [{'name': 'var'}], 'threshold': {'method': 'pot', 'per': 'table'}} | threshold.per: \"table\" (expected: row or channel)",
        "{'detectors': [{'name': 'var'}, {'name': 'forecast'}], 'threshold': {'method': 'pot', 'per': 'channel'}} | threshold.per: \"channel\" with detector forecast",
        "{'detectors': [{'name': 'var'}], 'combine': 'max'} | combine: \"max\" (expected: mean or geometric)",
        "{'detectors': [{'name': 'var'}], 'threshold': {'method': 'guess'}} | \"guess\" (expected: pot, fixed",
        "{'detectors': [{'name': 'var'}], 'threshold': {'method': 'fixed'}} | threshold.value is missing",
        "{'detector': [{'name': 'var'}]} | pipeline.json: detector is not known (expected: alerts, combine, detectors, events",
        "{'detectors': [{'name': 'var'}], 'treshold': {'method': 'fixed'}} | pipeline.json: treshold is not known",
        "{'preprocess': {'impute': 'knn'}} | preprocess without detectors (expected: \"detectors\" beside it",
        "{'detectors': [{'name': 'var'}], 'detectors': [{'name': 'pca'}]} | is no JSON: Duplicate field 'detectors'",
        "{'detectors': [{'name': 'var'}]} {} | is no JSON: Trailing token",
        "{'detectors': [{'name': 'var', 'weight': 1e400}]} | detectors.var: weight Infinity (expected: above 0, at most 1e6)",
        "{'detectors': [{'name': 'stl', 'params': {'period': 1}}]} | detectors.stl.params.period: 1 (expected: 2 rows or more",
        "{'detectors': [{'name': 'var'}], 'seed': 1.5} | seed: 1.5 (expected: a whole number)",
        "{'detectors': [{'name': 'var'}], 'name': ''} | name: \"\" (expected: a text",
        "{'detectors': [{'name': 'var'}], 'threshold': {'method': 'pot', 'perDay': -1}} | threshold: -1.0 false alarms a day (expected: above 0)"
      })
  void whatIsWrongIsSaid(String json, String message) {
    assertThatThrownBy(() -> read(json.replace('\'', '"')))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
