package tickwatch.dashboard.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tickwatch.dashboard.Stream;
import tickwatch.tick.Schema;
import tickwatch.tick.Upd;

class BoardTest {
  private long now = 1_000_000_000L;
  private final Board board = new Board(4096, 64 << 20, 100, 50, "run", () -> now, out -> {});

  BoardTest() {
    board.subscribed(Schema.of(List.of(Stream.PLANT)));
    board.live();
  }

  private void rows(int from, int to, Integer... planted) {
    board.upd(new Upd("plant", Stream.rows("a", from, to, planted)), false);
  }

  private void scores(int from, int to, Integer... planted) {
    board.upd(new Upd("score", Stream.scores("a", from, to, planted)), false);
  }

  private void anomaly(String id, String state) {
    board.upd(new Upd("anomaly", Stream.anomaly("a", id, state, 1, 2)), false);
  }

  private @Nullable JsonNode frame(Viewer viewer, Viewer... others) {
    List<Viewer> all = new ArrayList<>(List.of(others));
    all.add(viewer);
    board.turn(all);
    byte[] frame = board.frame(viewer);
    return frame == null ? null : json(frame);
  }

  private static JsonNode json(byte[] text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JsonNode view(Viewer viewer) {
    JsonNode frame = frame(viewer);
    assertThat(frame).isNotNull();
    return frame == null ? new ObjectMapper().nullNode() : frame.path("view");
  }

  private static long[] longs(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToLong(JsonNode::asLong).toArray();
  }

  @Test
  void tellsAllRowsFirstAndThenOnlyTheNewOnes() {
    rows(0, 10);
    Viewer viewer = new Viewer("plant/a", 100, 500, null);

    JsonNode whole = view(viewer);
    rows(10, 13);
    JsonNode more = view(viewer);

    assertThat(longs(whole.path("r"))).containsExactly(LongStream.range(0, 10).toArray());
    assertThat(whole.path("whole").asBoolean()).isTrue();
    assertThat(more.path("from").asLong()).isEqualTo(10);
    assertThat(longs(more.path("r"))).containsExactly(10, 11, 12);
  }

  @Test
  void tellsRowsAgainOnceTheirVerdictsCame() {
    rows(0, 10);
    Viewer viewer = new Viewer("plant/a", 100, 500, null);
    frame(viewer);

    scores(4, 8, 5);
    JsonNode view = view(viewer);

    assertThat(view.path("from").asLong()).isEqualTo(4);
    assertThat(longs(view.path("flags").path("r"))).containsExactly(5);
    assertThat(longs(view.path("flags").path("c").get(0))).as("heat alone").containsExactly(0);
    assertThat(view.path("hi").get(0).get(0).asDouble())
        .isCloseTo(Stream.heat(4, false) + 1, org.assertj.core.data.Offset.offset(1e-4));
  }

  @Test
  void tellsASlowBrowserInOneFrameWhatItMissed() {
    rows(0, 10);
    Viewer slow = new Viewer("plant/a", 1000, 500, null);
    Viewer quick = new Viewer("plant/a", 1000, 500, null);
    frame(slow, quick);

    for (int i = 10; i < 60; i++) {
      rows(i, i + 1);
      scores(i, i + 1, 20);
      anomaly("id-" + i, "open");
      frame(quick, slow);
    }
    JsonNode frame = java.util.Objects.requireNonNull(frame(slow, quick));

    assertThat(longs(frame.path("view").path("r")))
        .containsExactly(LongStream.range(10, 60).toArray());
    assertThat(longs(frame.path("view").path("flags").path("r"))).containsExactly(20);
    assertThat(frame.path("anomalies")).hasSize(50);
  }

  @Test
  void goesOnFromTheMarkOfABrowserThatComesBack() {
    rows(0, 20);
    scores(0, 15);
    Viewer before = new Viewer("plant/a", 100, 500, null);
    String mark = java.util.Objects.requireNonNull(frame(before)).path("mark").asText();
    rows(20, 25);
    scores(15, 25);

    JsonNode resumed = view(new Viewer("plant/a", 100, 500, mark));

    assertThat(resumed.path("whole").asBoolean()).isFalse();
    assertThat(longs(resumed.path("r"))).containsExactly(LongStream.range(15, 25).toArray());
  }

  @Test
  void tellsEverythingToABrowserWithTheMarkOfAnotherRun() {
    rows(0, 20);

    JsonNode view = view(new Viewer("plant/a", 100, 500, "earlier.0.15"));

    assertThat(view.path("whole").asBoolean()).isTrue();
    assertThat(longs(view.path("r"))).hasSize(20);
  }

  @Test
  void thinsToTwoPointsAPixelAndKeepsExtremesAndFlags() {
    rows(0, 4000, 1717);
    scores(0, 4000, 1717, 1718);

    JsonNode view = view(new Viewer("plant/a", 4000, 100, null));

    assertThat(view.path("every").asInt()).isEqualTo(40);
    assertThat(view.path("t")).hasSize(200);
    List<Double> heats = new ArrayList<>();
    view.path("v").get(0).forEach(value -> heats.add(value.asDouble()));
    assertThat(heats).hasSize(200).anyMatch(heat -> heat > 99);
    assertThat(longs(view.path("flags").path("r"))).containsExactly(1717, 1718);
  }

  @Test
  void boundsSensorsRowsAndAnomalies() {
    Board small = new Board(1024, 1 << 20, 10, 5, "run", () -> now, out -> {});
    small.subscribed(Schema.of(List.of(Stream.PLANT)));
    for (int i = 0; i < 40; i++) {
      small.upd(new Upd("plant", Stream.rows("s" + i, 0, 2000)), false);
      small.upd(new Upd("anomaly", Stream.anomaly("s" + i, "id" + i, "open", 1, 2)), false);
    }

    assertThat(small.sensorCount()).isEqualTo(10);
    assertThat(small.sensor("plant/s39")).isNotNull();
    assertThat(small.sensor("plant/s0")).as("silent longest").isNull();
    assertThat(json(Json.bytes(small::anomalies))).hasSize(5);
  }

  @Test
  void measuresTheTimeFromARowToItsVerdict() throws IOException {
    rows(0, 1);
    now += 7_000_000;
    scores(0, 1);

    JsonNode stats = new ObjectMapper().readTree(Json.text(board::stats));

    assertThat(stats.path("p50").asDouble()).isCloseTo(7, org.assertj.core.data.Offset.offset(0.2));
    assertThat(stats.path("rows").asLong()).isEqualTo(1);
  }

  @Test
  void tellsEveryAnomalyToABrowserThatMissedThousands() {
    Board large = new Board(64, 1 << 20, 10, 5000, "run", () -> now, out -> {});
    Viewer slow = new Viewer("", 100, 100, null);
    for (int i = 0; i < 1234; i++) {
      large.upd(new Upd("anomaly", Stream.anomaly("a", "id" + i, "open", i, i)), false);
    }
    List<String> told = new ArrayList<>();
    for (int frame = 0; frame < 5; frame++) {
      large.turn(List.of(slow));
      JsonNode anomalies = json(Objects.requireNonNull(large.frame(slow))).path("anomalies");
      anomalies.forEach(anomaly -> told.add(anomaly.path("id").asText()));
    }

    assertThat(told).doesNotHaveDuplicates().hasSize(1234);
    large.turn(List.of(slow));
    assertThat(large.frame(slow)).isNull();
  }

  @Test
  void aProcessIsLateAndThenGoneByTheTimeBetweenItsOwnBeats() {
    beat("feed", 11, 0, 1);
    now += 10 * SECOND;
    beat("feed", 11, 0, 2);
    beat("detector", 12, 5016, 7);
    now += SECOND;
    beat("detector", 12, 5016, 8);

    assertThat(states()).containsExactly("feed ok", "detector ok");
    now += 2 * SECOND;
    assertThat(states()).containsExactly("feed ok", "detector late");
    now += 2 * SECOND;
    assertThat(states()).containsExactly("feed ok", "detector gone");
    now += 11 * SECOND;
    assertThat(states()).containsExactly("feed late", "detector gone");
    now += 15 * SECOND;
    assertThat(states()).containsExactly("feed gone", "detector gone");
  }

  @Test
  void aProcessThatWasStartedAgainTakesThePlaceOfTheOneBeforeIt() {
    beat("feed", 11, 0, 1);
    now += SECOND;
    beat("feed", 12, 0, 1);
    assertThat(states()).as("two feeds, as far as one can tell").hasSize(2);
    for (int second = 0; second < 2; second++) {
      now += 10 * SECOND;
      beat("feed", 12, 0, 2L + second);
    }
    assertThat(states()).containsExactly("feed ok");

    beat("rdb", 13, 5011, 1);
    now += SECOND;
    beat("rdb", 14, 5011, 1);
    assertThat(states()).as("nobody else has its port").containsExactly("feed ok", "rdb ok");
  }

  private static final long SECOND = 1_000_000_000L;

  private void beat(String process, long pid, int port, long counter) {
    board.upd(new Upd("heartbeat", Stream.heartbeat(process, pid, port, counter)), false);
  }

  private List<String> states() {
    JsonNode processes = json(Json.bytes(board::stats)).path("processes");
    return StreamSupport.stream(processes.spliterator(), false)
        .map(one -> one.path("name").asText() + " " + one.path("state").asText())
        .toList();
  }

  @Test
  void findsASensorAmongThousandsInCapitalsOrNot() {
    Board large = new Board(64, 64 << 20, 5000, 10, "run", () -> now, out -> {});
    large.subscribed(Schema.of(List.of(Stream.PLANT)));
    for (int i = 0; i < 1000; i++) {
      large.upd(new Upd("plant", Stream.rows("Boiler-" + i, 0, 1)), false);
    }

    assertThat(json(Json.bytes(out -> large.sensors(out, "")))).hasSize(200);
    assertThat(json(Json.bytes(out -> large.sensors(out, "boiler-777"))).path(0).path("key"))
        .hasToString("\"plant/Boiler-777\"");
  }

  @Test
  void ranksTheChannelThatMovedFirst() throws IOException {
    rows(0, 200, 150, 151, 152, 153);
    Sensor sensor = java.util.Objects.requireNonNull(board.sensor("plant/a"));

    JsonNode moved =
        new ObjectMapper()
            .readTree(
                Json.text(out -> board.moved(out, sensor, Stream.time(150), Stream.time(153))));

    assertThat(moved.path("rows").asInt()).isEqualTo(4);
    assertThat(moved.path("moved").get(0).path("name").asText()).isEqualTo("heat");
    assertThat(moved.path("moved").get(0).path("change").asDouble()).isGreaterThan(50);
  }

  @Test
  void writesNumbersToTenDigits() {
    assertThat(Json.text(out -> Json.number(out, 0.1 + 0.2))).isEqualTo("0.3");
    assertThat(Json.text(out -> Json.number(out, -12345.678901234))).isEqualTo("-12345.6789");
    assertThat(Json.text(out -> Json.number(out, 1e300))).isEqualTo("1.0E300");
    assertThat(Json.text(out -> Json.number(out, 9.99999999999))).isEqualTo("10");
    assertThat(Json.text(out -> Json.number(out, 0))).isEqualTo("0");
    assertThat(Json.text(out -> Json.number(out, 0.001234567890123))).isEqualTo("0.00123456789");
    assertThat(Json.text(out -> Json.number(out, -1.234567891e-6))).isEqualTo("-0.000001234567891");
    assertThat(Json.text(out -> Json.number(out, Double.NaN))).isEqualTo("null");
  }
}
