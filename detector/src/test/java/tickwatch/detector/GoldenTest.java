package tickwatch.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tickwatch.detector.event.EventRules;
import tickwatch.detector.model.ModelDirectory;
import tickwatch.detector.model.ModelException;
import tickwatch.detector.model.TestModels;
import tickwatch.detector.model.TorchForecaster;
import tickwatch.detector.training.Golden;

/** The shipped models give what their trainer wrote down. */
class GoldenTest {
  @ParameterizedTest
  @ValueSource(strings = {"servers", "plant"})
  void givesTheTrainersNumbers(String name) throws IOException {
    check(Path.of("..", "models", name));
  }

  /** All that a golden file says, by the code of the live detector. */
  static void check(Path folder) throws IOException {
    ModelDirectory directory = ModelDirectory.read(folder);
    JsonNode golden = new ObjectMapper().readTree(folder.resolve("golden.json").toFile());
    double forecastTolerance = golden.at("/tolerance/forecast").asDouble();
    double scoreTolerance = golden.at("/tolerance/score").asDouble();
    try (TorchForecaster forecaster = TestModels.load(directory)) {
      Golden.check(directory, forecaster);
      assertThat(golden.get("cases")).isNotEmpty();
      for (JsonNode oneCase : golden.get("cases")) {
        check(directory, forecaster, oneCase, forecastTolerance, scoreTolerance);
      }
      assertThat(golden.get("windows")).isNotEmpty();
      for (JsonNode oneWindow : golden.get("windows")) {
        checkWindow(directory, forecaster, oneWindow, forecastTolerance);
      }
    }
  }

  private static void check(
      ModelDirectory directory,
      TorchForecaster forecaster,
      JsonNode golden,
      double forecastTolerance,
      double scoreTolerance) {
    List<String> channels = directory.model().channels();
    Found found = new Found(channels.size());
    Judge judge = new Judge(directory.model(), forecaster, EventRules.defaults(), found);
    Source source = judge.source(Rows.schema("golden", channels));
    Rows rows = new Rows("golden", channels);
    for (JsonNode row : golden.get("rows")) {
      rows.add(rows.count(), golden.get("sym").asText(), numbers(row));
    }
    judge.take(source, rows.table());
    judge.complete();

    int scored = 0;
    for (int t = 0; t < golden.get("rows").size(); t++) {
      if (golden.get("score").get(t).isNull()) {
        continue;
      }
      Found.Row row = found.rows.get(scored++);
      assertThat(row.seq()).isEqualTo(t);
      double score = golden.get("score").get(t).asDouble();
      assertThat(row.score()).isCloseTo(score, within(scoreTolerance * Math.max(1, score)));
      assertThat(row.rowScore())
          .isCloseTo(
              golden.get("rowScore").get(t).asDouble(),
              within(scoreTolerance * Math.max(1, row.rowScore())));
      assertThat(row.flag()).isEqualTo(golden.get("flag").get(t).asBoolean());
      assertThat(row.grade()).isCloseTo(golden.get("grade").get(t).asDouble(), within(1e-3));
      for (int c = 0; c < channels.size(); c++) {
        assertThat((double) row.forecast()[c])
            .isCloseTo(golden.get("forecast").get(t).get(c).asDouble(), within(forecastTolerance));
        JsonNode residual = golden.get("residual").get(t).get(c);
        if (residual.isNull()) {
          assertThat(row.residual()[c]).isNaN();
        } else {
          assertThat(row.residual()[c])
              .isCloseTo(
                  residual.asDouble(), within(0.01 * Math.max(1, Math.abs(residual.asDouble()))));
        }
        assertThat(row.expected()[c])
            .isCloseTo(golden.get("expected").get(t).get(c).asDouble(), within(0.01));
        assertThat(row.lower()[c])
            .isCloseTo(golden.get("lower").get(t).get(c).asDouble(), within(0.01));
        assertThat(row.upper()[c])
            .isCloseTo(golden.get("upper").get(t).get(c).asDouble(), within(0.01));
        assertThat(row.contribution()[c])
            .isCloseTo(golden.get("contribution").get(t).get(c).asDouble(), within(1e-3));
      }
    }
    assertThat(found.rows).hasSize(scored).isNotEmpty();
  }

  /** What a golden file says that is not as it should be, and what is said of that. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"cases\": [ | golden.json: not JSON: Unexpected end-of-input: expected close marker for"
            + " Array at line 1, column",
        "{} | golden.json: no cases (expected: a list of at least one; or no such file)",
        "{\"cases\": [{\"sym\": \"plant\"}]} | cases[0]: no rows or no forecast (expected: both)",
        "{\"cases\": [{\"rows\": [[1]], \"forecast\": [null]}]} | cases[0].rows[0]: 1 values"
            + " (expected: 3, one a channel)"
      })
  void aGoldenFileThatChecksNothingIsRefused(String golden, String message) {
    ModelDirectory shipped = TestModels.shipped("plant");
    Map<String, byte[]> files = new HashMap<>(shipped.files());
    files.put("golden.json", golden.getBytes(StandardCharsets.UTF_8));
    try (TorchForecaster forecaster = TestModels.load(shipped)) {
      assertThatThrownBy(
              () -> Golden.check(ModelDirectory.of(shipped.directory(), files), forecaster))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining(message);
    }
  }

  private static void checkWindow(
      ModelDirectory directory, TorchForecaster forecaster, JsonNode golden, double tolerance) {
    int channels = directory.model().channels().size();
    float[] window = new float[directory.model().window() * channels];
    double clip = directory.model().inputClip();
    for (int t = 0; t < directory.model().window(); t++) {
      double[] values = numbers(golden.get("window").get(t));
      for (int c = 0; c < channels; c++) {
        double z =
            directory.model().of(golden.get("sym").asText()).scaler().standardised(c, values[c]);
        window[t * channels + c] = (float) Math.max(-clip, Math.min(clip, z));
      }
    }
    float[] forecast = new float[channels];
    forecaster.put(0, window, 0);
    forecaster.forecast(1, forecast);
    for (int c = 0; c < channels; c++) {
      assertThat((double) forecast[c])
          .isCloseTo(golden.get("forecast").get(c).asDouble(), within(tolerance));
    }
  }

  private static double[] numbers(JsonNode list) {
    List<Double> numbers = new ArrayList<>();
    list.forEach(item -> numbers.add(item.isNull() ? Double.NaN : item.asDouble()));
    return numbers.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
