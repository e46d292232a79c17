package tickwatch.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.kx.c;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every row and every verdict once, whatever dies.
 *
 * <p>The rows are the bundled plant's, each with its number in a column of its own, so that a lost,
 * doubled or swapped row shows.
 */
class ExactlyOnceTest {
  private static final int ROWS = 12_000;
  private static final Path PLANT = TickSystem.PROJECT.resolve("data/plant/plant.csv.gz");
  private static final Path MODEL = TickSystem.PROJECT.resolve("models/plant");

  @TempDir Path directory;

  /** What a run left behind, for comparing one run with another. */
  private record Outcome(
      List<Long> rows,
      List<Long> scoreSeqs,
      List<Boolean> flags,
      List<String> anomalies,
      List<String> alerts) {}

  /**
   * By a network alone; and by it and by detectors that learn again and again beside the stream.
   */
  @ParameterizedTest
  @ValueSource(strings = {"", "--train 600 --refit 1500 --refit-delay 300"})
  void everyRowAndVerdictArrivesOnceWhenEachProcessIsKilledInTurn(String learning)
      throws Exception {
    Path csv = numberedPlant();
    Outcome undisturbed = run("undisturbed", csv, false, learning);
    assertThat(undisturbed.anomalies()).as("anomalies of the undisturbed run").isNotEmpty();

    Outcome disturbed = run("disturbed", csv, true, learning);

    assertThat(disturbed.rows())
        .isEqualTo(undisturbed.rows())
        .isEqualTo(LongStream.range(0, ROWS).boxed().toList());
    assertThat(disturbed.scoreSeqs()).isEqualTo(undisturbed.scoreSeqs());
    assertThat(disturbed.flags()).isEqualTo(undisturbed.flags());
    assertThat(disturbed.anomalies()).isEqualTo(undisturbed.anomalies());
    assertThat(disturbed.alerts()).isEqualTo(undisturbed.alerts());
  }

  private Outcome run(String name, Path csv, boolean kill, String learning) throws IOException {
    Path runDirectory = Files.createDirectories(directory.resolve(name));
    Path schema =
        Files.writeString(
            runDirectory.resolve("plant.q"),
            "plant:([]time:`timestamp$();sym:`symbol$();row:`long$();temperature:`float$();pressure:`float$();power:`float$())\n");
    try (TickSystem system = new TickSystem(runDirectory);
        AlertReceiver receiver = new AlertReceiver()) {
      system.tickerplant(schema);
      system.rdb();
      List<String> options = new ArrayList<>(List.of("--alert-webhook", receiver.url()));
      if (!learning.isEmpty()) {
        options.addAll(Arrays.asList(learning.split(" ")));
      }
      system.detector(MODEL, "plant", options.toArray(String[]::new));
      system.feed(
          "--csv",
          csv.toString(),
          "--table",
          "plant",
          "--sym",
          "=plant",
          "--rate",
          "2500",
          "--batch",
          "20");
      if (kill) {
        system.awaitRows("plant", 1_500);
        system.kill("rdb");
        system.restart("rdb");
        system.awaitRows("plant", 4_000);
        system.kill("detector");
        system.restart("detector");
        system.awaitRows("plant", 6_500);
        system.kill("tickerplant");
        system.restart("tickerplant");
        system.awaitRows("plant", 9_000);
        system.kill("feed");
        system.restart("feed");
      }
      assertThat(system.awaitExit("feed")).as(() -> system.outputOf("feed")).isZero();
      system.awaitRows("plant", ROWS);
      long scored = (long) ROWS - windowOf(MODEL);
      system.awaitRows("score", scored);
      // one more restart of everything that follows the log: what is there must come from the log
      // alone
      system.kill("rdb");
      system.restart("rdb");
      long[] rows = (long[]) system.ask("rdb", "exec row from plant");
      long[] seqs = (long[]) system.ask("rdb", "exec seq from score");
      boolean[] flags = (boolean[]) system.ask("rdb", "exec flag from score");
      c.Flip table = (c.Flip) system.ask("rdb", "select id,state,kind,channel,grade from anomaly");
      List<String> alerts =
          alerts((c.Flip) system.ask("rdb", "select id,state from alert where sink=`log"));
      // What a target took may be told twice after a kill, but nothing is left out.
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() -> assertThat(receiver.taken()).containsAll(alerts));
      List<Boolean> flagged = new ArrayList<>();
      for (boolean flag : flags) {
        flagged.add(flag);
      }
      return new Outcome(
          LongStream.of(rows).boxed().toList(),
          LongStream.of(seqs).boxed().toList(),
          flagged,
          lines(table),
          alerts);
    }
  }

  private static List<String> alerts(c.Flip table) {
    String[] ids = (String[]) table.at("id");
    String[] states = (String[]) table.at("state");
    List<String> alerts = new ArrayList<>();
    for (int i = 0; i < ids.length; i++) {
      alerts.add(ids[i] + " " + states[i]);
    }
    return alerts;
  }

  private static List<String> lines(c.Flip table) {
    String[] ids = (String[]) table.at("id");
    String[] states = (String[]) table.at("state");
    String[] kinds = (String[]) table.at("kind");
    String[] channels = (String[]) table.at("channel");
    double[] grades = (double[]) table.at("grade");
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < ids.length; i++) {
      lines.add(
          String.format("%s %s %s %s %.4f", ids[i], states[i], kinds[i], channels[i], grades[i]));
    }
    return lines;
  }

  private static int windowOf(Path model) throws IOException {
    String json = Files.readString(model.resolve("model.json"));
    return Integer.parseInt(json.replaceAll("(?s).*?\"window\"\\s*:\\s*(\\d+).*", "$1"));
  }

  /** The plant's test rows without split and label, each with its number. */
  private Path numberedPlant() throws IOException {
    Path csv = directory.resolve("numbered.csv");
    try (BufferedReader in =
            new BufferedReader(
                new InputStreamReader(
                    new GZIPInputStream(Files.newInputStream(PLANT)), StandardCharsets.UTF_8));
        BufferedWriter out = Files.newBufferedWriter(csv)) {
      List<String> header = Arrays.asList(in.readLine().split(","));
      int ts = header.indexOf("ts");
      int split = header.indexOf("split");
      int[] values = {
        header.indexOf("temperature"), header.indexOf("pressure"), header.indexOf("power")
      };
      out.write("time,row,temperature,pressure,power\n");
      int row = 0;
      for (String line = in.readLine(); line != null && row < ROWS; line = in.readLine()) {
        String[] fields = line.split(",", -1);
        if (fields[split].equals("test")) {
          out.write(
              fields[ts]
                  + ","
                  + row++
                  + ","
                  + fields[values[0]]
                  + ","
                  + fields[values[1]]
                  + ","
                  + fields[values[2]]
                  + "\n");
        }
      }
      assertThat(row).isEqualTo(ROWS);
    }
    return csv;
  }
}
