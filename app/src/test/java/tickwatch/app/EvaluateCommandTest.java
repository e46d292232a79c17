package tickwatch.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluateCommandTest {
  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path csv = Path.of("");

  private int run(String... args) {
    return Main.run(
        List.of(args), Map.of(), folder, new PrintWriter(out, true), new PrintWriter(err, true));
  }

  /** 600 rows, of which 400 are learnt from; ten of the others are wrong. */
  @BeforeEach
  void writeSeries() throws IOException {
    Random random = new Random(3);
    List<String> lines = new ArrayList<>(List.of("ts,split,temperature,note,pressure,label"));
    for (int t = 0; t < 600; t++) {
      boolean wrong = t >= 500 && t < 510;
      double load = Math.sin(t / 20.0);
      lines.add(
          "2026-01-01T%02d:%02d:00Z,%s,%.3f,ok,%.3f,%d"
              .formatted(
                  t / 60,
                  t % 60,
                  t < 400 ? "train" : "test",
                  50 + 5 * load + 0.2 * random.nextGaussian(),
                  300 - 9 * load + 0.5 * random.nextGaussian() + (wrong ? 30 : 0),
                  wrong ? 1 : 0));
    }
    csv = Files.write(folder.resolve("boiler.csv"), lines);
  }

  @Test
  void printsTheMetricsAndWritesALineForEachRow() throws IOException {
    Path scores = folder.resolve("scores.csv");

    int code = run("evaluate", "--csv", csv.toString(), "--scores", scores.toString());

    assertThat(code).isEqualTo(ExitCode.OK);
    assertThat(out.toString()).contains("| series | VUS-PR | AUC-PR |", "| boiler | ");
    assertThat(err.toString()).contains("left out: note (text, as \"ok\")");
    List<String> lines = Files.readAllLines(scores);
    assertThat(lines).hasSize(601);
    assertThat(lines.get(0))
        .isEqualTo(
            "ts,score,threshold,flag,channel1,channel2,channel3,var,var10,pca,others,windows");
    List<String> ofMembers = List.of(lines.get(501).split(",", -1)).subList(7, 12);
    assertThat(ofMembers).allSatisfy(score -> assertThat(Double.parseDouble(score)).isPositive());
    assertThat(lines.get(501)).startsWith("2026-01-01T08:20:00Z,").contains(",1,pressure,");
    assertThat(lines.get(401)).contains(",0,");
  }

  @Test
  void flagsAndFileThatBothSayWhoJudgesAreRefused() throws IOException {
    Path file =
        Files.writeString(folder.resolve("p.json"), "{\"detectors\": [{\"name\": \"var\"}]}");
    List<String> judged =
        List.of("evaluate", "--csv", csv.toString(), "--pipeline", file.toString());

    assertThat(said(ExitCode.USAGE, with(judged, "--false-alarms", "3")))
        .contains("--false-alarms 3.0 beside a --pipeline that names detectors", "\"perDay\": 3.0");
    assertThat(said(ExitCode.USAGE, with(judged, "--detector", "pca")))
        .contains("--detector pca beside a --pipeline that names detectors");
    assertThat(
            said(
                ExitCode.USAGE,
                "detector",
                "--model",
                folder.toString(),
                "--detector",
                "forecast",
                "--pipeline",
                file.toString()))
        .contains("--detector forecast beside a --pipeline that names detectors");
  }

  private static String[] with(List<String> some, String... more) {
    return Stream.concat(some.stream(), Stream.of(more)).toArray(String[]::new);
  }

  @Test
  void aFolderGivesATableByDataSet() throws IOException {
    Path page = folder.resolve("report.html");
    Files.createDirectories(folder.resolve("suite/a"));
    Files.createDirectories(folder.resolve("suite/b"));
    for (String name : List.of("a/one.csv", "a/two.csv", "b/one.csv")) {
      Files.copy(csv, folder.resolve("suite").resolve(name));
    }

    int code =
        run(
            "evaluate",
            "--suite",
            folder.resolve("suite").toString(),
            "--detector",
            "var,pca",
            "--html",
            page.toString());

    assertThat(code).isEqualTo(ExitCode.OK);
    assertThat(out.toString()).contains("**a, mean of 2**", "**mean of data sets**");
    assertThat(Files.readString(page)).contains("b / one");
  }

  @Test
  void aBadFileOfAFolderIsToldAndTheOthersAreJudged() throws IOException {
    Path suite = Files.createDirectories(folder.resolve("suite"));
    Files.writeString(suite.resolve("a.csv"), "ts,temperature\n");
    Files.writeString(suite.resolve("b.csv"), "no,times\n1,2\n");
    Files.copy(csv, suite.resolve("c.csv"));
    Files.write(suite.resolve("d.csv"), Files.readAllLines(csv).subList(0, 50));

    String said =
        said(ExitCode.FAILURE, "evaluate", "--suite", suite.toString(), "--detector", "pca");

    assertThat(out.toString()).contains("| c | ").doesNotContain("| d | ");
    assertThat(said)
        .contains("a.csv has no row (expected: some below its header line)")
        .contains("b.csv has no column time, ts")
        .contains("d.csv: 49 of 49 rows to learn from (expected: at least 100")
        .containsPattern("not judged, .*a.csv, .*b.csv, [^,]*d.csv");
  }

  @Test
  void whereNoFileCanBeJudgedThereIsNoTable() throws IOException {
    Path a = file("a.csv", "ts,temperature");
    Path b = file("b.csv", "ts,temperature");

    assertThat(said(ExitCode.FAILURE, "evaluate", "--csv", a.toString(), b.toString()))
        .contains("a.csv has no row", "b.csv has no row");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void seriesOfOneNameHaveScoresOfTheirOwn() throws IOException {
    Path scores = folder.resolve("scores");
    Files.createDirectories(folder.resolve("suite/a"));
    Files.createDirectories(folder.resolve("suite/b"));
    Files.copy(csv, folder.resolve("suite/a/one.csv"));
    Files.copy(csv, folder.resolve("suite/b/one.csv"));

    int code =
        run(
            "evaluate",
            "--suite",
            folder.resolve("suite").toString(),
            "--detector",
            "pca",
            "--scores",
            scores.toString());

    assertThat(code).isEqualTo(ExitCode.OK);
    assertThat(scores.resolve("one.csv")).exists();
    assertThat(scores.resolve("one-2.csv")).exists();
  }

  @Test
  void aSymIsNoPath() {
    FileNames names = new FileNames();

    assertThat(List.of(names.of("../../x"), names.of("EUR/USD"), names.of(".."), names.of("a\\b")))
        .containsExactly(".._.._x", "EUR_USD", "_", "a_b");
  }

  @Test
  void filesAndChannelsMayHaveCommasInTheirNames() throws IOException {
    Path odd = folder.resolve("a,b.csv");
    Files.writeString(odd, Files.readString(csv).replace("pressure,label", "\"p, kPa\",label"));
    Path scores = folder.resolve("scores.csv");

    int code =
        run(
            "evaluate",
            "--csv",
            odd.toString(),
            "--channels",
            "temperature,p, kPa",
            "--scores",
            scores.toString());

    assertThat(err.toString()).doesNotContain("no such");
    assertThat(code).isEqualTo(ExitCode.OK);
    assertThat(Files.readAllLines(scores).get(501)).contains(",1,pkPa,");
  }

  @Test
  void whatCannotBeEvaluatedIsSaid() {
    assertThat(run("evaluate", "--csv", csv.toString(), "--window", "wide"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("--window: \"wide\" (expected: rows, as 100, or auto)");
    assertThat(run("evaluate", "--csv", csv.toString(), "--train", "50")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("50 of 600 rows to learn from (expected: at least 100");
    assertThat(run("evaluate", "--csv", csv.toString(), "--detector", "magic"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("detector \"magic\" (expected: one of var, var10");
    assertThat(run("evaluate", "--csv", csv.toString(), "--label", "fault"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString())
        .contains("--label fault: ", "has no such column (columns: ts, split");
  }

  private String said(int code, String... args) {
    err.getBuffer().setLength(0);
    assertThat(run(args)).as(err::toString).isEqualTo(code);
    return err.toString();
  }

  private Path file(String name, String... lines) throws IOException {
    return Files.write(folder.resolve(name), List.of(lines));
  }

  @Test
  void filesOfWhichNothingCanBeMadeAreRefusedWithTheReason() throws IOException {
    Path header = file("header.csv", "ts,a,label");
    Path words = file("words.csv", "ts,a,label", "2026-01-01T00:00:00Z,1,no");
    List<String> reversed = new ArrayList<>(Files.readAllLines(csv));
    Collections.reverse(reversed.subList(1, reversed.size()));
    Path backwards = Files.write(folder.resolve("backwards.csv"), reversed);

    assertThat(said(ExitCode.USAGE, "evaluate", "--csv", header.toString()))
        .contains("header.csv has no row (expected: some below its header line)");
    assertThat(said(ExitCode.USAGE, "evaluate", "--csv", words.toString()))
        .contains("none of its 1 lines can be read; line 2: label \"no\" (expected: 0 or 1, true");
    assertThat(
            said(
                ExitCode.FAILURE,
                "evaluate",
                "--csv",
                backwards.toString(),
                "--train",
                "400",
                "--split",
                "note"))
        .contains(
            "599 of 600 rows of backwards are earlier than one before them (expected: rows in the"
                + " order of their times)");
  }

  @Test
  void whatWouldBeFoundOutOnlyAtTheEndIsFoundOutAtOnce() throws IOException {
    Path taken = file("taken", "");

    assertThat(said(ExitCode.USAGE, "evaluate", "--csv", csv.toString(), "--window", "wide"))
        .contains("--window: \"wide\" (expected: rows, as 100, or auto)");
    assertThat(
            said(
                ExitCode.FAILURE,
                "evaluate",
                "--csv",
                csv.toString(),
                "--html",
                taken.resolve("report.html").toString()))
        .contains("taken is no folder and cannot be made one");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void withoutAnyLabelOnlyFlagsAreCountedAndThatIsSaid() throws IOException {
    List<String> lines = Files.readAllLines(csv);
    lines.replaceAll(line -> line.substring(0, line.lastIndexOf(',')));
    Path plain = Files.write(folder.resolve("plain.csv"), lines);

    assertThat(said(ExitCode.OK, "evaluate", "--csv", plain.toString()))
        .contains("no row of plain is labelled anomalous, so all that can be said is how many")
        .contains("plain: VUS-PR -, F1");
    assertThat(out.toString()).doesNotContain("NaN");
  }

  @Test
  void aModelOfOtherChannelsIsRefusedByTheFileThatLacksThem() {
    assertThat(
            said(
                ExitCode.USAGE,
                "evaluate",
                "--csv",
                csv.toString(),
                "--model",
                Path.of("..", "models", "plant").toAbsolutePath().toString()))
        .contains("boiler.csv has no column of numbers power, which --model")
        .contains("(channels: temperature, pressure)");
  }
}
