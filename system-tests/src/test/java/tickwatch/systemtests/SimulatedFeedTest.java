package tickwatch.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A simulated stream from the command line to the rdb, its feed and its tickerplant killed. */
class SimulatedFeedTest {
  private static final int ROWS = 20_000;
  private static final String SIMULATION =
      "{\"preset\": \"ewma\", \"seed\": 3, \"sym\": [\"s1\", \"s2\"]}";

  @TempDir Path directory;

  /** The rows in their order, and the labels. */
  private record Outcome(List<Double> values, List<String> syms, List<String> labels) {}

  @Test
  void everySimulatedRowArrivesOnceAndTheLabelsSayWhichAreAnomalous() throws Exception {
    Outcome undisturbed = run("undisturbed", false);
    Outcome disturbed = run("disturbed", true);

    assertThat(disturbed.values()).hasSize(ROWS).isEqualTo(undisturbed.values());
    assertThat(disturbed.syms()).isEqualTo(undisturbed.syms());
    assertThat(disturbed.labels()).isEqualTo(undisturbed.labels());
    assertThat(outliers(disturbed)).isEqualTo(labelled(disturbed)).hasSizeGreaterThan(ROWS / 25);
  }

  private Outcome run(String name, boolean kill) throws IOException {
    Path runDirectory = Files.createDirectories(directory.resolve(name));
    Path labels = runDirectory.resolve("labels.csv");
    try (TickSystem system = new TickSystem(runDirectory)) {
      Path schema = runDirectory.resolve("signal.q");
      Files.writeString(
          schema, system.output("schema", "--simulate", SIMULATION, "--table", "signal"));
      system.tickerplant(schema);
      system.rdb();
      system.feed(
          "--simulate",
          SIMULATION,
          "--table",
          "signal",
          "--rate",
          "5000",
          "--limit",
          String.valueOf(ROWS),
          "--labels",
          labels.toString());
      if (kill) {
        system.awaitRows("signal", 4_000);
        system.kill("feed");
        system.restart("feed");
        system.awaitRows("signal", 9_000);
        system.kill("tickerplant");
        system.restart("tickerplant");
        system.awaitRows("signal", 13_000);
        system.kill("feed");
        system.restart("feed");
      }
      assertThat(system.awaitExit("feed")).as(() -> system.outputOf("feed")).isZero();
      system.awaitRows("signal", ROWS);
      return new Outcome(
          Arrays.stream((double[]) system.ask("rdb", "exec reading from signal")).boxed().toList(),
          List.of((String[]) system.ask("rdb", "exec sym from signal")),
          Files.readAllLines(labels));
    }
  }

  /** Rows further from the sine than the noise goes, by what the preset is documented to be. */
  private static Set<Integer> outliers(Outcome outcome) {
    Set<Integer> rows = new HashSet<>();
    for (int i = 0; i < ROWS; i++) {
      if (isFarAboveTheSine(outcome, i)) {
        rows.add(i);
      }
    }
    return rows;
  }

  private static boolean isFarAboveTheSine(Outcome outcome, int row) {
    int rowOfSym = row / 2;
    double sine = 50 + 10 * Math.sin(2 * Math.PI * rowOfSym / 50);
    return outcome.values().get(row) - sine > 9;
  }

  /** Labelled rows whose anomaly is large enough to stand out of the noise, by their labels. */
  private static Set<Integer> labelled(Outcome outcome) {
    Set<Integer> rows = new HashSet<>();
    for (String line : outcome.labels().subList(1, outcome.labels().size())) {
      String[] fields = line.split(",", -1);
      int row = 2 * Integer.parseInt(fields[3]) + (fields[0].equals("s1") ? 0 : 1);
      if (isFarAboveTheSine(outcome, row)) {
        rows.add(row);
      }
    }
    return rows;
  }
}
