package tickwatch.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A forecaster from elsewhere (an LSTM, 15 rows of 3 channels) with the shortest model.json: the
 * rows flagged are those that the plain loop in Python flagged.
 */
class PlainForecasterTest {
  private static final Path MODEL =
      TickSystem.PROJECT.resolve("detector/src/test/resources/models/lstm15");

  @TempDir Path directory;

  @ParameterizedTest(name = "{0} rows a message, {1} rows a second, detector killed: {2}")
  @CsvSource({"1, 500, false", "7, 20000, false", "100, 20000, false", "3, 150, true"})
  void flagsTheSameRowsHoweverTheyArrive(int batch, int rate, boolean kill) throws IOException {
    List<String> expected = new ArrayList<>(Files.readAllLines(MODEL.resolve("expected.csv")));
    List<String> columns = List.of(expected.remove(0).split(",", -1));
    int flag = columns.indexOf("flag");
    List<String> flagged =
        expected.stream()
            .map(line -> line.split(",", -1)[flag])
            .filter(cell -> !cell.isEmpty())
            .toList();
    Path rows = MODEL.resolve("rows.csv");
    String header = Files.readAllLines(rows).get(0);
    List<String> channels =
        List.of(header.split(",", -1)).stream().filter(name -> !name.equals("time")).toList();
    Path schema =
        Files.writeString(
            directory.resolve("line.q"),
            "line:([]time:`timestamp$();sym:`symbol$();"
                + String.join(";", channels.stream().map(name -> name + ":`float$()").toList())
                + ")\n");
    try (TickSystem system = new TickSystem(directory)) {
      system.tickerplant(schema);
      system.rdb();
      system.detector(MODEL, "line");
      system.feed(
          "--csv",
          rows.toString(),
          "--table",
          "line",
          "--sym",
          "=line",
          "--rate",
          String.valueOf(rate),
          "--batch",
          String.valueOf(batch));
      if (kill) {
        system.awaitRows("score", 60);
        system.kill("detector");
        system.restart("detector");
      }
      assertThat(system.awaitExit("feed")).as(() -> system.outputOf("feed")).isZero();
      system.awaitRows("score", flagged.size());

      boolean[] flags = (boolean[]) system.ask("rdb", "exec flag from score");

      List<String> got = new ArrayList<>();
      for (boolean each : flags) {
        got.add(each ? "1" : "0");
      }
      assertThat(got).isEqualTo(flagged);
      assertThat(((Number) system.ask("rdb", "exec sum flag from score")).longValue())
          .isEqualTo(flagged.stream().filter("1"::equals).count())
          .isPositive();
    }
  }
}
