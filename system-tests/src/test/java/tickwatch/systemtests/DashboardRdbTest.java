package tickwatch.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.kx.c;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** What the dashboard has from the rdb, and brings to it. */
@Timeout(120)
class DashboardRdbTest {
  private static final int ROWS = 2000;
  private static final int KEPT = 256;

  private static TickSystem system;

  @BeforeAll
  static void start(@TempDir(cleanup = CleanupMode.NEVER) Path directory) throws IOException {
    system = new TickSystem(directory);
    Path schema = directory.resolve("signal.q");
    Files.writeString(schema, system.output("schema", "--simulate", "ewma", "--table", "signal"));
    system.tickerplant(schema);
    system.rdb();
    system.dashboard("--max-rows", String.valueOf(KEPT));
    system.feed("--simulate", "ewma", "--table", "signal", "--rate", "5000", "--limit", "" + ROWS);
    assertThat(system.awaitExit("feed")).as(() -> system.outputOf("feed")).isZero();
    system.awaitRows("signal", ROWS);
    await().until(() -> body("/api/sensors?find=sim").contains("\"rows\":" + ROWS));
    await().until(() -> body("/api/state").contains("{\"state\":\"connected\""));
  }

  @AfterAll
  static void stop() {
    system.close();
  }

  private static String body(String path) {
    return Objects.requireNonNull(system.get("dashboard", path)).body();
  }

  private static HttpResponse<String> ask(String q, String format) {
    return Objects.requireNonNull(
        system.post(
            "dashboard", "/api/query", "{\"q\":\"" + q + "\",\"format\":\"" + format + "\"}"));
  }

  @Test
  void goesBackBeyondWhatItKeeps() {
    long thousandth = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli() + 1000 * 1000L;

    String view = body("/api/series?sensor=signal/sim&rows=100&px=1000&before=" + thousandth);

    double[] values = (double[]) system.ask("rdb", "100#900_exec reading from signal");
    assertThat(view)
        .contains("\"channels\":[\"reading\"]")
        .contains("\"t\":[" + (thousandth - 100_000) + ",");
    String written = view.substring(view.indexOf("\"v\":[[") + 6);
    String[] shown = written.substring(0, written.indexOf(']')).split(",", -1);
    assertThat(shown).hasSize(100);
    IntStream.range(0, 100)
        .forEach(
            i ->
                assertThat(Double.parseDouble(shown[i]))
                    .isCloseTo(values[i], org.assertj.core.data.Offset.offset(1e-6)));
  }

  @Test
  void asksWhatOneTypesAndTellsWhatTheRdbSays() {
    assertThat(ask("select rows:count i by sym from signal", "csv").body())
        .isEqualTo("sym,rows\r\nsim," + ROWS + "\r\n");
    assertThat(ask("select rows:count i by sym from signal", "json").body())
        .contains("\"rows\":[[\"sim\",\"" + ROWS + "\"]]");
    HttpResponse<String> refused = ask("select from nowhere", "json");
    assertThat(refused.statusCode()).isEqualTo(422);
    assertThat(refused.body()).isEqualTo("{\"error\":\"'nowhere\"}");
  }

  @Test
  void nothingThatOneTypesChangesTheRdb() {
    ask("delete from `signal", "json");
    ask("signal:0#signal", "json");
    ask("`signal insert (.z.p;`x;1f)", "json");

    assertThat(system.ask("rdb", "count signal")).isEqualTo((long) ROWS);
  }

  @Test
  void anAnswerOfAPersonArrivesInTheRdb() throws Exception {
    c publisher = new c("localhost", system.port("tickerplant"));
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    publisher.k(
        ".u.upd",
        "anomaly",
        new Object[] {
          now,
          "sim",
          "signal",
          "signal.sim.7",
          "open",
          now,
          0.9,
          5.0,
          1.0,
          "spike",
          "reading",
          90.0,
          50.0,
          40.0,
          60.0,
          new String[] {"reading"},
          new double[] {1},
          1.0,
          "test",
          "far off".toCharArray()
        });
    publisher.close();
    await().until(() -> body("/api/anomalies").contains("signal.sim.7"));

    HttpResponse<String> answer =
        Objects.requireNonNull(
            system.post(
                "dashboard",
                "/api/feedback",
                "{\"id\":\"signal.sim.7\",\"verdict\":\"falseAlarm\",\"note\":\"a maintenance\"}"));

    assertThat(answer.statusCode()).isEqualTo(202);
    system.awaitRows("feedback", 1);
    assertThat((String[]) system.ask("rdb", "exec verdict from feedback where id=`signal.sim.7"))
        .containsExactly("falseAlarm");
    await()
        .until(() -> body("/api/anomaly?id=signal.sim.7").contains("\"note\":\"a maintenance\""));
  }
}
