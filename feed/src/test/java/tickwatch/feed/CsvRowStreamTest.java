package tickwatch.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tickwatch.ipc.value.QType;
import tickwatch.tick.TableSchema;

class CsvRowStreamTest {
  private static final TableColumns TABLE =
      new TableColumns(
          new TableSchema(
              "t",
              List.of("time", "sym", "x"),
              List.of(QType.TIMESTAMP, QType.SYMBOL, QType.FLOAT),
              0));

  @TempDir Path folder;

  private Path file(String name, String... lines) throws IOException {
    return Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n");
  }

  private static CsvOptions options(String only, Path... files) {
    return new CsvOptions(
        List.of(files),
        null,
        CsvOptions.Sym.DEFAULT,
        only.isEmpty() ? null : CsvOptions.Only.parse(only));
  }

  private static List<String> rest(CsvRowStream rows, int most) {
    List<String> all = new ArrayList<>();
    while (all.size() < most && rows.next()) {
      all.add(rows.position() + " " + rows.row().sym + " " + rows.row().numbers[2]);
    }
    return all;
  }

  private static CsvRowStream stream(
      CsvOptions options, boolean loop, long limit, BadLines badLines) {
    return new CsvRowStream(options, TABLE, true, loop, limit, badLines);
  }

  @Test
  void onlyChosenRowsComeButAllCountAsPassed() throws IOException {
    Path file =
        file(
            "a.csv",
            "ts,split,x",
            "1,train,1",
            "2,test,2",
            "3,train,oops",
            "4,test,4",
            "5,train,5");
    BadLines badLines = new BadLines(false);

    try (CsvRowStream rows = stream(options("split=test", file), false, 0, badLines)) {
      assertThat(rest(rows, 9)).containsExactly("2 a 2.0", "4 a 4.0");
      assertThat(badLines.count()).isZero();
    }
  }

  @Test
  void badLinesOfATailAreCounted() throws IOException {
    Path file = file("a.csv", "ts,x", "1,1", "2,x", "3,x");
    BadLines badLines = new BadLines(false);

    try (CsvRowStream rows = stream(options("", file), false, 0, badLines)) {
      assertThat(rest(rows, 9)).containsExactly("1 a 1.0");
    }
    assertThat(badLines.count()).isEqualTo(2);
  }

  /** Wherever a stream is left, a new one that skips to that position has the same rest. */
  @Test
  void skippingToAnyPositionGivesTheRestOfTheRows() throws IOException {
    Random random = new Random(3);
    Path[] files = new Path[3];
    for (int f = 0; f < files.length; f++) {
      List<String> lines = new ArrayList<>(List.of("ts,x"));
      for (int i = 0; i < 10 + f; i++) {
        lines.add(random.nextInt(4) == 0 ? "bad" : (i * 2 + random.nextInt(3)) + "," + i);
      }
      files[f] = file("f" + f + ".csv", lines.toArray(String[]::new));
    }
    for (boolean loop : new boolean[] {false, true}) {
      List<String> all;
      try (CsvRowStream rows = stream(options("", files), loop, 90, new BadLines(false))) {
        all = rest(rows, 1000);
      }
      assertThat(all).hasSizeGreaterThan(loop ? 80 : 10);
      for (int taken = 0; taken <= all.size(); taken++) {
        long position = taken == 0 ? 0 : Long.parseLong(all.get(taken - 1).split(" ", -1)[0]);
        try (CsvRowStream rows = stream(options("", files), loop, 90, new BadLines(false))) {
          assertThat(rows.skipTo(position)).isEqualTo(taken);
          assertThat(rest(rows, 1000)).isEqualTo(all.subList(taken, all.size()));
        }
      }
    }
  }

  @Test
  void badLinesBehindThePositionSkippedToAreReportedAndThoseBeforeItAreNot() throws IOException {
    Path file = file("a.csv", "ts,x", "1,1", "2,x", "3,3", "4,x", "5,5");
    BadLines badLines = new BadLines(false);

    try (CsvRowStream rows = stream(options("", file), false, 0, badLines)) {
      rows.skipTo(3);
      assertThat(rest(rows, 9)).containsExactly("5 a 5.0");
    }
    assertThat(badLines.count()).isEqualTo(1);
  }

  @Test
  void rowsWithinAFileKeepTheirOrderEvenIfTheirTimesDoNot() throws IOException {
    Path a = file("a.csv", "ts,x", "5,1", "2,2", "6,3");
    Path b = file("b.csv", "ts,x", "4,4", "5,5", "7,6");

    try (CsvRowStream rows = stream(options("", a, b), false, 0, new BadLines(false))) {
      assertThat(rest(rows, 9).stream().map(row -> row.split(" ", -1)[2]))
          .isEqualTo(Arrays.asList("4.0", "1.0", "2.0", "5.0", "3.0", "6.0"));
    }
  }
}
