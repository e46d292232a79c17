package tickwatch.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BulkCommandsTest {
  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return Main.run(
        List.of(args), Map.of(), folder, new PrintWriter(out, true), new PrintWriter(err, true));
  }

  @Test
  void whatIsGeneratedIsScannedAlikeFromTheFileAndOnTheWay() throws IOException {
    String file = folder.resolve("x.npy").toString();
    String list = folder.resolve("found.csv").toString();

    assertThat(
            run(
                "generate",
                "--num-samples",
                "100000",
                "--file",
                file,
                "--seed",
                "5",
                "--dtype",
                "f4",
                "--time"))
        .isZero();
    assertThat(run("scan", "--file", file, "--out", list)).isZero();
    assertThat(run("scan", "--generate", "--num-samples", "100000", "--seed", "5", "--dtype", "f4"))
        .isZero();

    List<String> lines = out.toString().lines().toList();
    assertThat(lines).hasSize(2);
    assertThat(lines.get(1)).isEqualTo(lines.get(0)).startsWith("values 100000 flagged ");
    assertThat(lines.get(0))
        .contains("flagged " + (Files.readAllLines(Path.of(list)).size() - 1) + " ");
    assertThat(err.toString())
        .contains("100,000 values, 400,128 bytes")
        .contains("million values a second");
  }

  @Test
  void aColumnOfACsvFileIsScanned() throws IOException {
    StringBuilder text = new StringBuilder("time,level\n");
    for (int i = 0; i < 200; i++) {
      text.append(i).append(',').append(i == 150 ? 99 : i % 3).append('\n');
    }
    Path csv = Files.writeString(folder.resolve("boiler.csv"), text);
    Path list = folder.resolve("found.csv");

    assertThat(run("scan", "--file", csv.toString(), "--column", "level", "--out", list.toString()))
        .isZero();
    assertThat(Files.readAllLines(list)).hasSize(2).last().asString().startsWith("0,150,99.0,");
  }

  @Test
  void aColumnWhoseNameHoldsACommaIsScanned() throws IOException {
    Path csv = Files.writeString(folder.resolve("a,b.csv"), "\"flow, l/min\",a,b\n1,2,3\n4,5,6\n");

    assertThat(run("scan", "--file", csv.toString(), "--column", "flow, l/min,b")).isZero();
    assertThat(err.toString()).contains("columns flow, l/min, b");
    assertThat(out.toString()).startsWith("values 4 ");
  }

  @Test
  void aFileThatIsNotThereCannotBeUsed() {
    assertThat(run("scan", "--file", folder.resolve("no.npy").toString()))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("there is no such file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--params {\"std\":-1}  | 2 | tickwatch generate: --params.std: -1 (expected: a number from 0 to 1.7976931348623157E308)",
        "--params {\"std\"      | 2 | tickwatch generate: --params: {\"std\" (expected: JSON; ",
        "--params [1]           | 2 | tickwatch generate: --params: [1] (expected: an object, {...})",
        "--dtype f2             | 2 | tickwatch generate: dtype: \"f2\" (expected: f4 or f8)",
        "--labels l.csv         | 2 | --labels goes with --file -; a file has them in FILE.labels.csv",
        "--threads 0            | 2 | tickwatch generate: threads: 0 (expected: 1 to 1024)"
      })
  void aWrongFlagIsSaidInASentence(String flag, int exitCode, String sentence) {
    int space = flag.indexOf(' ');
    Path file = folder.resolve("x.npy");

    assertThat(
            run(
                "generate",
                "--file",
                file.toString(),
                flag.substring(0, space),
                flag.substring(space + 1)))
        .isEqualTo(exitCode);
    assertThat(err.toString()).contains(sentence);
    assertThat(file).doesNotExist();
  }

  @Test
  void aTerminalHasAProgressBar() {
    PrintStream before = System.err;
    ByteArrayOutputStream drawn = new ByteArrayOutputStream();
    System.setErr(new PrintStream(drawn, true, StandardCharsets.UTF_8));
    System.setProperty("tickwatch.terminal", "12");
    try {
      assertThat(run("scan", "--generate", "--num-samples", "3000000")).isZero();
    } finally {
      System.clearProperty("tickwatch.terminal");
      System.setErr(before);
    }

    assertThat(drawn.toString(StandardCharsets.UTF_8)).contains("scan", "100%", "M/s");
  }

  @Test
  void scanWantsAFileOrNumbersToGenerate() {
    assertThat(run("scan")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("give --file or --generate, one of them");
  }
}
