package tickwatch.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The labelled incidents of the bundled data are found by the bundled models, through the whole
 * pipeline.
 *
 * <p>Measured (docs/training.md): servers, 18 incidents, 17 found, 64 % of alarms in an incident on
 * average over sensors; plant, 16 incidents. The floors below leave room for one more miss, not for
 * a broken detector.
 */
class QualityTest {
  @TempDir Path directory;

  /** Alarms are runs of flags; runs fewer than this many rows apart are one alarm. */
  private static final int MERGE_ROWS = 10;

  private record Found(int incidents, int found, int alarms, int alarmsInIncidents) {
    Found plus(Found other) {
      return new Found(
          incidents + other.incidents,
          found + other.found,
          alarms + other.alarms,
          alarmsInIncidents + other.alarmsInIncidents);
    }

    double recall() {
      return (double) found / incidents;
    }

    double precision() {
      return (double) alarmsInIncidents / alarms;
    }
  }

  @Test
  void incidentsOfTheServersAreFound() throws IOException {
    Path data = TickSystem.PROJECT.resolve("data/servers");
    List<Path> files =
        List.of(
            data.resolve("omi-1.csv.gz"),
            data.resolve("omi-7.csv.gz"),
            data.resolve("omi-9.csv.gz"));

    Found found =
        replay(
            "server",
            files,
            List.of("omi-1", "omi-7", "omi-9"),
            TickSystem.PROJECT.resolve("models/servers"));

    System.out.printf(
        "servers: %s recall %.2f precision %.2f%n", found, found.recall(), found.precision());
    assertThat(found.incidents()).isEqualTo(18);
    assertThat(found.recall()).isGreaterThanOrEqualTo(0.85);
    assertThat(found.precision()).isGreaterThanOrEqualTo(0.30);
  }

  @Test
  void incidentsOfThePlantAreFound() throws IOException {
    Found found =
        replay(
            "plant",
            List.of(TickSystem.PROJECT.resolve("data/plant/plant.csv.gz")),
            List.of("plant"),
            TickSystem.PROJECT.resolve("models/plant"));

    System.out.printf(
        "plant: %s recall %.2f precision %.2f%n", found, found.recall(), found.precision());
    assertThat(found.incidents()).isEqualTo(16);
    assertThat(found.recall()).isGreaterThanOrEqualTo(0.80);
    assertThat(found.precision()).isGreaterThanOrEqualTo(0.60);
  }

  private Found replay(String table, List<Path> files, List<String> syms, Path model)
      throws IOException {
    try (TickSystem system = new TickSystem(directory)) {
      system.tickerplant(TickSystem.PROJECT.resolve("schemas/" + table + ".q"));
      system.rdb();
      system.detector(model, table);
      List<String> args = new ArrayList<>();
      for (Path file : files) {
        args.addAll(List.of("--csv", file.toString()));
      }
      args.addAll(
          List.of("--table", table, "--only", "split=test", "--rate", "20000", "--batch", "100"));
      system.feed(args.toArray(String[]::new));
      assertThat(system.awaitExit("feed")).as(() -> system.outputOf("feed")).isZero();

      int[][] labels = new int[files.size()][];
      long scored = 0;
      for (int i = 0; i < labels.length; i++) {
        labels[i] = testLabels(files.get(i));
        scored += labels[i].length - 32; // rows before the first full window have no score
      }
      system.awaitRows("score", scored);
      Found all = new Found(0, 0, 0, 0);
      for (int i = 0; i < labels.length; i++) {
        boolean[] flags =
            (boolean[])
                system.ask("rdb", "exec flag from score where sym=`$\"" + syms.get(i) + "\"");
        assertThat(flags).hasSize(labels[i].length - 32);
        all = all.plus(compare(labels[i], flags));
      }
      return all;
    }
  }

  /** The flags belong to the last rows; the first window has none. */
  private static Found compare(int[] labels, boolean[] flags) {
    int warmUp = labels.length - flags.length;
    int incidents = 0;
    int found = 0;
    for (int row = 0; row < labels.length; row++) {
      if (labels[row] == 1 && (row == 0 || labels[row - 1] == 0)) {
        incidents++;
        for (int in = row; in < labels.length && labels[in] == 1; in++) {
          if (in >= warmUp && flags[in - warmUp]) {
            found++;
            break;
          }
        }
      }
    }
    int alarms = 0;
    int inIncidents = 0;
    int lastFlag = Integer.MIN_VALUE / 2;
    boolean counted = false;
    for (int row = warmUp; row < labels.length; row++) {
      if (!flags[row - warmUp]) {
        continue;
      }
      if (row - lastFlag > MERGE_ROWS) {
        alarms++;
        counted = false;
      }
      if (labels[row] == 1 && !counted) {
        inIncidents++;
        counted = true;
      }
      lastFlag = row;
    }
    return new Found(incidents, found, alarms, inIncidents);
  }

  private static int[] testLabels(Path csv) throws IOException {
    List<Integer> labels = new ArrayList<>();
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(csv)), StandardCharsets.UTF_8))) {
      List<String> header = Arrays.asList(in.readLine().split(","));
      int split = header.indexOf("split");
      int label = header.indexOf("label");
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] fields = line.split(",", -1);
        if (fields[split].equals("test")) {
          labels.add(Integer.parseInt(fields[label]));
        }
      }
    }
    return labels.stream().mapToInt(Integer::intValue).toArray();
  }
}
