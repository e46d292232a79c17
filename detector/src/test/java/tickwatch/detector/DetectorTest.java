package tickwatch.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tickwatch.detector.model.Model;
import tickwatch.detector.model.TestModels;
import tickwatch.ipc.net.Endpoint;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.tick.Schema;
import tickwatch.tick.SystemTables;
import tickwatch.tick.TableSchema;
import tickwatch.tick.fixtures.FakeTickerplant;

class DetectorTest {
  private static final Path MODEL = Path.of("src", "test", "resources", "models", "lstm15");
  private static final List<String> CHANNELS = List.of("temperature", "pressure", "power");

  @TempDir Path directory;

  private DetectorConfig config(int tickerplant) {
    return DetectorConfig.defaults(Endpoint.parse("localhost:" + tickerplant), MODEL)
        .withPort(0)
        .withAnomalies(directory.resolve("anomalies.jsonl"))
        .withState(directory.resolve("state"))
        .withNativeCache(TestModels.NATIVE_CACHE);
  }

  private FakeTickerplant tickerplant(int port, TableSchema schema) throws IOException {
    List<TableSchema> tables = new ArrayList<>(SystemTables.schema().tables());
    tables.add(schema);
    return new FakeTickerplant(
        port, directory.resolve("plant2026.11.23"), tables.toArray(TableSchema[]::new));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static HttpResponse<String> get(Detector detector, String path) {
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(URI.create("http://localhost:" + detector.port() + path))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static long seq(Table score) {
    return ((LongVector) score.columns().get(3)).get(0);
  }

  private static boolean flag(Table score) {
    return ((ByteVector) score.columns().get(7)).get(0) == 1;
  }

  @Test
  void publishesEachRowsScoreOnceThroughLateStartsLostConnectionsAndRestarts() throws IOException {
    Rows rows = new Rows("plant", CHANNELS);
    for (String line : Files.readAllLines(MODEL.resolve("rows.csv")).stream().skip(1).toList()) {
      String[] fields = line.split(",", -1);
      double[] values = new double[3];
      for (int c = 0; c < 3; c++) {
        values[c] = fields[c + 1].isEmpty() ? Double.NaN : Double.parseDouble(fields[c + 1]);
      }
      rows.add(rows.count(), "s", values);
    }
    List<Long> expectedFlags = new ArrayList<>();
    List<Long> expectedSeqs = new ArrayList<>();
    List<String> expected = Files.readAllLines(MODEL.resolve("expected.csv"));
    for (int t = 0; t < rows.count(); t++) {
      String[] fields = expected.get(t + 1).split(",", -1);
      if (!fields[1].isEmpty()) {
        expectedSeqs.add((long) t);
        if (fields[2].equals("1")) {
          expectedFlags.add((long) t);
        }
      }
    }
    int third = rows.count() / 3;
    int port = freePort();

    Detector first = Detector.start(config(port));
    HttpResponse<String> waiting = get(first, "/ready");
    assertThat(waiting.statusCode()).isEqualTo(503);
    assertThat(waiting.body()).contains("tickerplant at localhost:" + port);

    try (FakeTickerplant tickerplant = tickerplant(port, Rows.schema("plant", CHANNELS))) {
      await().until(first::isReady);
      assertThat(get(first, "/ready").statusCode()).isEqualTo(200);
      assertThat(get(first, "/health").statusCode()).isEqualTo(200);
      for (int at = 0; at < third; at++) {
        tickerplant.publish("plant", rows.table(at, at + 1));
      }
      await().until(() -> tickerplant.numbered("score").size() == third - 15);

      tickerplant.hangUp();
      tickerplant.publish("plant", rows.table(third, third + 10));
      await().until(() -> tickerplant.numbered("score").size() == third + 10 - 15);
      assertThat(get(first, "/metrics").body())
          .contains("tickwatch_detector_scored_total " + (third + 10 - 15.0));
      first.close();

      tickerplant.publish("plant", rows.table(third + 10, 2 * third));
      try (Detector second = Detector.start(config(port))) {
        await().until(second::isReady);
        for (int at = 2 * third; at < rows.count(); at += 13) {
          tickerplant.publish("plant", rows.table(at, Math.min(rows.count(), at + 13)));
        }
        await().until(() -> tickerplant.numbered("score").size() >= expectedSeqs.size());
        await().until(() -> second.isReady());
      }

      List<Table> scores = tickerplant.numbered("score");
      assertThat(scores.stream().map(DetectorTest::seq).toList()).isEqualTo(expectedSeqs);
      assertThat(scores.stream().filter(DetectorTest::flag).map(DetectorTest::seq).toList())
          .isEqualTo(expectedFlags);
      List<String> told =
          tickerplant.numbered("anomaly").stream()
              .map(
                  row ->
                      ((SymbolVector) row.columns().get(3)).get(0)
                          + ((SymbolVector) row.columns().get(4)).get(0))
              .filter(idAndState -> !idAndState.endsWith("update"))
              .toList();
      assertThat(told).isNotEmpty().doesNotHaveDuplicates();
      assertThat(Files.readAllLines(directory.resolve("anomalies.jsonl"))).hasSameSizeAs(told);
    }
  }

  @Test
  void refusesATickerplantWithoutATableOfTheModel() throws IOException {
    try (FakeTickerplant tickerplant =
        tickerplant(0, Rows.schema("trade", List.of("price", "power")))) {
      assertThatThrownBy(() -> Detector.start(config(tickerplant.port())))
          .isInstanceOf(DetectorException.class)
          .hasMessageContaining("no table has the channels of model lstm")
          .hasMessageContaining("table trade lacks temperature, pressure");
    }
  }

  @Test
  void judgesTheTableThatIsNamedAndNeverTheSystemsOwn() {
    Model model = TestModels.forTests("lstm15").model();
    TableSchema plant = Rows.schema("plant", CHANNELS);
    TableSchema other = Rows.schema("other", List.of("power", "x", "temperature", "pressure"));
    TableSchema trade = Rows.schema("trade", List.of("price"));
    Schema schema = Schema.of(List.of(plant, other, trade)).with(SystemTables.schema());

    assertThat(TablesToJudge.fitting(schema, model, null)).containsExactly(plant, other);
    assertThat(TablesToJudge.fitting(schema, model, "other")).containsExactly(other);
    assertThatThrownBy(() -> TablesToJudge.fitting(schema, model, "score"))
        .hasMessageContaining("table score is the system's own and is never judged");
    assertThatThrownBy(() -> TablesToJudge.fitting(schema, model, "plants"))
        .hasMessageContaining("no table plants (tables: plant, other, trade");
    assertThatThrownBy(() -> TablesToJudge.fitting(schema, model, "trade"))
        .hasMessageContaining("table trade has no column temperature, pressure, power");
  }
}
