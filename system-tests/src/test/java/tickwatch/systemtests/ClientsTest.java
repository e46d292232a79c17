package tickwatch.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.kx.c;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Clients that others wrote subscribe, query and get errors: KX's own for Java, and node-q. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientsTest {
  private TickSystem system;

  @BeforeAll
  void startWithAFeedThatGoesOn(
      @TempDir(cleanup = org.junit.jupiter.api.io.CleanupMode.NEVER) Path directory)
      throws Exception {
    Path csv = directory.resolve("pump.csv");
    StringBuilder rows = new StringBuilder("time,sym,pressure,flow\n");
    for (int i = 0; i < 600; i++) {
      rows.append(
          String.format(
              "2026-01-01T00:%02d:%02dZ,%s,%.2f,%d%n",
              i / 60, i % 60, i % 2 == 0 ? "north" : "south", 3 + i * 0.01, i));
    }
    Files.writeString(csv, rows);
    Path schema =
        Files.writeString(
            directory.resolve("pump.q"),
            "pump:([]time:`timestamp$();sym:`symbol$();pressure:`float$();flow:`float$())\n");
    system = new TickSystem(directory);
    system.tickerplant(schema);
    system.rdb();
    system.feed(
        "--csv", csv.toString(), "--table", "pump", "--rate", "200", "--batch", "2", "--loop");
    system.awaitRows("pump", 100);
  }

  @AfterAll
  void stop() {
    system.close();
  }

  @Test
  void javakdbQueriesAndGetsErrorsInQsWords() throws Exception {
    c rdb = new c("localhost", system.port("rdb"));
    try {
      assertThat(rdb.k("1+1")).isEqualTo(2L);
      assertThat((String[]) rdb.k("cols pump")).containsExactly("time", "sym", "pressure", "flow");
      c.Dict bySym = (c.Dict) rdb.k("select n:count i,last pressure by sym from pump");
      assertThat((String[]) ((c.Flip) bySym.x).at("sym")).containsExactly("north", "south");
      assertThat(
              (double[])
                  rdb.k(
                      "{[t;s] exec pressure from 3 sublist select from t where sym=s}",
                      rdb.k("pump"),
                      "north"))
          .containsExactly(3.00, 3.02, 3.04);
      assertThatThrownBy(() -> rdb.k("no_such_name"))
          .isInstanceOf(c.KException.class)
          .hasMessage("no_such_name");
      assertThatThrownBy(() -> rdb.k("1+`a")).isInstanceOf(c.KException.class).hasMessage("type");
      assertThatThrownBy(() -> rdb.k("1 2+1 2 3"))
          .isInstanceOf(c.KException.class)
          .hasMessage("length");
      assertThat(rdb.k(""))
          .as("an empty query is answered, so it can be used to wait for what was sent before")
          .isNull();
    } finally {
      rdb.close();
    }
  }

  @Test
  void javakdbSubscribesAndGetsUpdAsATable() throws Exception {
    c tickerplant = new c("localhost", system.port("tickerplant"));
    try {
      Object[] subscribed = (Object[]) tickerplant.k(".u.sub", "pump", "north");
      assertThat(subscribed[0]).isEqualTo("pump");
      assertThat(((c.Flip) subscribed[1]).x).containsExactly("time", "sym", "pressure", "flow");
      for (int i = 0; i < 3; i++) {
        Object[] upd = (Object[]) tickerplant.k();
        assertThat(upd[0]).isEqualTo("upd");
        assertThat(upd[1]).isEqualTo("pump");
        assertThat((String[]) ((c.Flip) upd[2]).at("sym")).isNotEmpty().containsOnly("north");
      }
    } finally {
      tickerplant.close();
    }
  }

  @Test
  void javakdbPublishesARowAndIsRefusedAWrongOne() throws Exception {
    c tickerplant = new c("localhost", system.port("tickerplant"));
    try {
      tickerplant.k(
          ".u.upd",
          "pump",
          new Object[] {new String[] {"east"}, new double[] {1.5}, new double[] {7}});
      system.awaitRows("(select from pump where sym=`east)", 1);
      assertThat((double[]) system.ask("rdb", "exec pressure from pump where sym=`east"))
          .containsExactly(1.5);
      assertThatThrownBy(
              () ->
                  tickerplant.k(
                      ".u.upd",
                      "pump",
                      new Object[] {new String[] {"east"}, new String[] {"x"}, new double[] {7}}))
          .isInstanceOf(c.KException.class)
          .hasMessage("type");
      assertThatThrownBy(
              () -> tickerplant.k(".u.upd", "nowhere", new Object[] {new String[] {"east"}}))
          .isInstanceOf(c.KException.class)
          .hasMessage("nowhere");
    } finally {
      tickerplant.close();
    }
  }

  @Test
  void nodeQueriesSubscribesAndGetsErrors() throws Exception {
    Path client = TickSystem.PROJECT.resolve("system-tests/target/node");
    assumeTrue(
        Files.isDirectory(client.resolve("node_modules/node-q")),
        "node-q is not installed (scripts/test.sh does that where npm is)");
    Process node =
        new ProcessBuilder(
                List.of(
                    "node",
                    client.resolve("client.js").toString(),
                    String.valueOf(system.port("tickerplant")),
                    String.valueOf(system.port("rdb")),
                    "pump"))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String answer = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(node.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(node.exitValue()).as(answer).isZero();
    assertThat(answer)
        .contains("\"sum\":6")
        .contains("\"applied\":1,")
        .containsPattern("\"tables\":\\[[^\\]]*\"pump\"")
        .containsPattern("\"bySym\":\\[\\{\"sym\":\"(east|north)\"")
        .contains("\"first\":[{")
        .contains("\"unknown\":{\"error\":\"no_such_name\"}")
        .contains("\"type\":{\"error\":\"type\"}")
        .contains("\"after\":2")
        .contains("\"schemaName\":\"pump\"")
        .contains("\"badTable\":{\"error\":\"no_such_table\"}")
        .containsPattern("\"updates\":3");
  }
}
