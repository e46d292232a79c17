package tickwatch.systemtests;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.kx.c;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An rdb that was told what to keep keeps that much, live and after a restart. */
class RetentionTest {
  private static final int ROWS = 300_000;
  private static final int BATCH = 1_000;

  @Test
  void theNewestRowsStayAndTheirMemoryIsBounded(@TempDir Path directory) throws Exception {
    Path schema =
        Files.writeString(
            directory.resolve("pump.q"),
            "pump:([]time:`timestamp$();sym:`symbol$();flow:`float$())\n");
    try (TickSystem system = new TickSystem(directory)) {
      system.tickerplant(schema);
      system.rdb("--keep", "1000rows,1h");
      c tickerplant = new c("localhost", system.port("tickerplant"));
      try {
        for (int from = 0; from < ROWS; from += BATCH) {
          tickerplant.ks(".u.upd", "pump", batch(from));
        }
        tickerplant.k("");
      } finally {
        tickerplant.close();
      }

      assertKept(system);
      system.kill("rdb");
      system.restart("rdb");
      assertKept(system);
    }
  }

  private static Object[] batch(int from) {
    String[] syms = new String[BATCH];
    double[] flows = new double[BATCH];
    Arrays.fill(syms, "north");
    Arrays.setAll(flows, i -> from + i);
    return new Object[] {syms, flows};
  }

  private static void assertKept(TickSystem system) {
    await("the last row is there")
        .atMost(Duration.ofSeconds(30))
        .until(() -> system.ask("rdb", "last pump`flow").equals(ROWS - 1.0));
    assertThat(system.ask("rdb", "exec (first flow;last flow;count i) from pump"))
        .isEqualTo(new Object[] {ROWS - 1_000.0, ROWS - 1.0, 1_000L});
    // Two chunks of 65,536 rows at most, 20 bytes a row and its place in the index.
    assertThat(metric(system, "tickwatch_rdb_column_bytes{table=\"pump\"}"))
        .isLessThan(2 * 65_536 * 30);
  }

  private static double metric(TickSystem system, String name) {
    return requireNonNull(system.get("rdb", "/metrics"))
        .body()
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .findFirst()
        .orElseThrow();
  }
}
