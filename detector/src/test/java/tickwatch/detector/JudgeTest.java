package tickwatch.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tickwatch.detector.analysis.Anomaly;
import tickwatch.detector.analysis.Similar;
import tickwatch.detector.event.EventRules;
import tickwatch.detector.model.ModelDirectory;
import tickwatch.detector.model.TestModels;
import tickwatch.detector.model.TorchForecaster;
import tickwatch.ipc.value.QType;
import tickwatch.tick.TableSchema;

class JudgeTest {
  private static final Path LSTM = Path.of("src", "test", "resources", "models", "lstm15");

  /** The rows of the plainest foreign model, and the numbers of those a plain loop flags. */
  private record Plain(Rows rows, List<Long> flags, List<Double> scores) {
    static Plain read() throws IOException {
      Rows rows = new Rows("plain", List.of("temperature", "pressure", "power"));
      for (String line : Files.readAllLines(LSTM.resolve("rows.csv")).stream().skip(1).toList()) {
        String[] fields = line.split(",", -1);
        double[] values = new double[3];
        for (int c = 0; c < 3; c++) {
          values[c] = fields[c + 1].isEmpty() ? Double.NaN : Double.parseDouble(fields[c + 1]);
        }
        rows.add(rows.count(), "s", values);
      }
      List<Long> flags = new ArrayList<>();
      List<Double> scores = new ArrayList<>();
      List<String> expected = Files.readAllLines(LSTM.resolve("expected.csv"));
      for (int t = 0; t < rows.count(); t++) {
        String[] fields = expected.get(t + 1).split(",", -1);
        if (!fields[1].isEmpty()) {
          scores.add(Double.parseDouble(fields[1]));
          if (fields[2].equals("1")) {
            flags.add((long) t);
          }
        }
      }
      return new Plain(rows, flags, scores);
    }
  }

  private static Found judged(
      ModelDirectory directory, TorchForecaster forecaster, Rows rows, List<Integer> cuts) {
    List<String> channels = directory.model().channels();
    Found found = new Found(channels.size());
    Judge judge = new Judge(directory.model(), forecaster, EventRules.defaults(), found);
    Source source = judge.source(Rows.schema(rows.name(), channels));
    int from = 0;
    for (int cut : cuts) {
      judge.take(source, rows.table(from, cut));
      judge.complete();
      from = cut;
    }
    judge.take(source, rows.table(from, rows.count()));
    judge.complete();
    return found;
  }

  private static List<Integer> cuts(int rows, int size) {
    List<Integer> cuts = new ArrayList<>();
    for (int at = size; at < rows; at += size) {
      cuts.add(at);
    }
    return cuts;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 8, 33, 128, 129, 10_000})
  void aForeignForecasterFlagsExactlyWhatAPlainLoopFlags(int rowsAMessage) throws IOException {
    Plain plain = Plain.read();
    ModelDirectory directory = TestModels.forTests("lstm15");
    try (TorchForecaster forecaster = TestModels.load(directory)) {
      Found found =
          judged(directory, forecaster, plain.rows(), cuts(plain.rows().count(), rowsAMessage));

      assertThat(plain.flags()).isNotEmpty();
      assertThat(found.flags("s")).isEqualTo(plain.flags());
      assertThat(found.rows).hasSameSizeAs(plain.scores());
      for (int i = 0; i < found.rows.size(); i++) {
        double score = plain.scores().get(i);
        assertThat(found.rows.get(i).score()).isCloseTo(score, within(1e-4 * Math.max(1, score)));
      }
    }
  }

  /** The test part of the bundled servers, interleaved as they would arrive, with holes. */
  private static Rows servers(int perSensor, Random random) throws IOException {
    List<List<double[]>> all = new ArrayList<>();
    List<String> syms = List.of("omi-1", "omi-7", "omi-9");
    List<String> channels = List.of();
    for (String sym : syms) {
      List<double[]> rows = new ArrayList<>();
      try (BufferedReader in =
          new BufferedReader(
              new InputStreamReader(
                  new GZIPInputStream(
                      Files.newInputStream(Path.of("..", "data", "servers", sym + ".csv.gz"))),
                  StandardCharsets.UTF_8))) {
        String[] header = in.readLine().split(",");
        channels = List.of(header).subList(2, header.length - 1);
        for (String line = in.readLine(); line != null; line = in.readLine()) {
          String[] fields = line.split(",", -1);
          if (fields[1].equals("test") && rows.size() < perSensor) {
            double[] row = new double[channels.size()];
            for (int c = 0; c < row.length; c++) {
              row[c] =
                  fields[c + 2].isEmpty() || random.nextInt(50) == 0
                      ? Double.NaN
                      : Double.parseDouble(fields[c + 2]);
            }
            rows.add(row);
          }
        }
      }
      all.add(rows);
    }
    Rows rows = new Rows("server", channels);
    for (int t = 0; t < perSensor; t++) {
      for (int s = 0; s < syms.size(); s++) {
        rows.add(t, syms.get(s), all.get(s).get(t));
      }
    }
    return rows;
  }

  @Test
  void messagesMayBeCutAnyhow() throws IOException {
    ModelDirectory directory = TestModels.shipped("servers");
    Random random = new Random(11);
    Rows rows = servers(1500, random);
    try (TorchForecaster forecaster = TestModels.load(directory)) {
      Found single = judged(directory, forecaster, rows, cuts(rows.count(), 1));
      Found whole = judged(directory, forecaster, rows, List.of());
      List<Integer> anyhow = new ArrayList<>();
      for (int at = random.nextInt(200); at < rows.count(); at += random.nextInt(200)) {
        anyhow.add(at);
      }
      Found cut = judged(directory, forecaster, rows, anyhow);

      assertThat(single.anomalies).isNotEmpty();
      for (Found other : List.of(whole, cut)) {
        assertThat(other.rows).hasSameSizeAs(single.rows);
        for (int i = 0; i < single.rows.size(); i++) {
          Found.Row one = single.rows.get(i);
          Found.Row same = other.rows.get(i);
          assertThat(same.sym()).isEqualTo(one.sym());
          assertThat(same.seq()).isEqualTo(one.seq());
          assertThat(same.row()).isEqualTo(one.row());
          assertThat(same.flag()).isEqualTo(one.flag());
          assertThat(same.score()).isCloseTo(one.score(), within(1e-5 * Math.max(1, one.score())));
        }
        assertThat(other.anomalies.stream().map(JudgeTest::told).toList())
            .isEqualTo(single.anomalies.stream().map(JudgeTest::told).toList());
        assertThat(other.health).isEqualTo(single.health);
      }
    }
  }

  /** What of an anomaly does not depend on the rounding of forecasts. */
  private static List<Object> told(Anomaly anomaly) {
    return List.of(
        anomaly.id(),
        anomaly.state(),
        anomaly.start(),
        anomaly.kind(),
        anomaly.top().channel(),
        anomaly.companions(),
        anomaly.similar().stream().map(Similar::id).toList(),
        anomaly.impact().flags());
  }

  @Test
  void anAnomalyNamesTheChannelThatWasMoved() throws IOException {
    Plain plain = Plain.read();
    ModelDirectory directory = TestModels.forTests("lstm15");
    Rows rows = new Rows("plain", directory.model().channels());
    for (int t = 0; t < 40; t++) {
      double pressure = t == 30 ? 110 : 101;
      rows.add(t, "s", 20, pressure, 50);
    }
    try (TorchForecaster forecaster = TestModels.load(directory)) {
      Found found = judged(directory, forecaster, rows, List.of());

      assertThat(plain.rows().count()).isPositive();
      Anomaly last = found.anomalies.get(found.anomalies.size() - 1);
      assertThat(found.flags("s")).contains(30L);
      assertThat(last.top().channel()).isEqualTo("pressure");
      assertThat(last.top().actual()).isEqualTo(110);
      assertThat(last.top().upper()).isLessThan(110);
      assertThat(last.top().expected()).isBetween(last.top().lower(), last.top().upper());
      assertThat(last.cause()).startsWith("pressure 110, expected 1");
    }
  }

  @Test
  void lateRowsChangeNothingAndAreCounted() throws IOException {
    Plain plain = Plain.read();
    ModelDirectory directory = TestModels.forTests("lstm15");
    Rows disturbed = new Rows("plain", directory.model().channels());
    Rows only = new Rows("plain", directory.model().channels());
    for (int t = 0; t < 60; t++) {
      double[] row = {20 + Math.sin(t), 101, 50};
      disturbed.add(1000L + t / 2, "s", row);
      only.add(1000L + t / 2, "s", row);
      if (t % 7 == 3) {
        disturbed.add(999L + t / 2, "s", 90, 90, 90);
      }
    }
    try (TorchForecaster forecaster = TestModels.load(directory)) {
      Found found = new Found(3);
      Judge judge = new Judge(directory.model(), forecaster, EventRules.defaults(), found);
      Source source = judge.source(Rows.schema("plain", directory.model().channels()));
      judge.take(source, disturbed.table());
      judge.complete();
      Found undisturbed = judged(directory, forecaster, only, List.of());

      assertThat(plain.flags()).isNotEmpty();
      assertThat(judge.counts().late()).isEqualTo(disturbed.count() - 60);
      assertThat(judge.counts().sameTime()).isEqualTo(30);
      assertThat(found.rows.stream().map(Found.Row::score).toList())
          .isEqualTo(undisturbed.rows.stream().map(Found.Row::score).toList());
      assertThat(found.rows.get(0).seq()).isEqualTo(15);
    }
  }

  @Test
  void missingValuesAreCarriedForwardAndNotJudged() {
    ModelDirectory directory = TestModels.forTests("lstm15");
    Rows holes = new Rows("plain", directory.model().channels());
    Rows filled = new Rows("plain", directory.model().channels());
    for (int t = 0; t < 40; t++) {
      double temperature = 20 + 0.01 * t;
      boolean hole = t > 16 && t % 3 == 0;
      double held = hole ? 20 + 0.01 * (t - 1) : temperature;
      holes.add(t, "s", hole ? Double.NaN : temperature, hole ? Double.POSITIVE_INFINITY : 101, 50);
      filled.add(t, "s", held, 101, 50);
    }
    holes.add(40, "s", Double.NaN, Double.NaN, Double.NaN);
    try (TorchForecaster forecaster = TestModels.load(directory)) {
      Found found = judged(directory, forecaster, holes, List.of());
      Found oracle = judged(directory, forecaster, filled, List.of());

      assertThat(found.rows).hasSize(25);
      for (int i = 0; i < 25; i++) {
        assertThat(found.rows.get(i).forecast()).containsExactly(oracle.rows.get(i).forecast());
        boolean hole = found.rows.get(i).seq() > 16 && found.rows.get(i).seq() % 3 == 0;
        assertThat(Double.isNaN(found.rows.get(i).residual()[0])).isEqualTo(hole);
        assertThat(found.rows.get(i).contribution()[1] == 0).isEqualTo(hole);
      }
    }
  }

  @Test
  void refusesATableThatLacksAChannelAndNamesIt() {
    ModelDirectory directory = TestModels.forTests("lstm15");
    TableSchema schema = Rows.schema("trade", List.of("power", "price", "temperature"));

    assertThatThrownBy(() -> Source.check(schema, directory.model()))
        .isInstanceOf(DetectorException.class)
        .hasMessageContaining("table trade has no column pressure, which model lstm needs");
  }

  @Test
  void refusesAChannelThatIsNoNumberAndATimeThatIsNone() {
    ModelDirectory directory = TestModels.forTests("lstm15");
    List<String> columns = List.of("time", "sym", "temperature", "pressure", "power");
    TableSchema symbols =
        new TableSchema(
            "t",
            columns,
            List.of(QType.TIMESTAMP, QType.SYMBOL, QType.FLOAT, QType.SYMBOL, QType.FLOAT),
            0);
    TableSchema timespans =
        new TableSchema(
            "t",
            columns,
            List.of(QType.TIMESPAN, QType.SYMBOL, QType.FLOAT, QType.FLOAT, QType.FLOAT),
            0);

    assertThatThrownBy(() -> Source.check(symbols, directory.model()))
        .hasMessageContaining("column pressure is of type SYMBOL (expected: numbers");
    assertThatThrownBy(() -> Source.check(timespans, directory.model()))
        .hasMessageContaining("column time is of type TIMESPAN (expected: of type TIMESTAMP");
  }
}
