package tickwatch.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainCommandTest {
  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path csv = Path.of("");

  private int run(String... args) {
    return Main.run(
        List.of(args), Map.of(), folder, new PrintWriter(out, true), new PrintWriter(err, true));
  }

  /** Two sensors in turn, 900 rows each; the last hundred are no train rows. */
  @BeforeEach
  void writeSeries() throws IOException {
    Random random = new Random(3);
    List<String> lines = new ArrayList<>(List.of("ts,sym,part,temperature,note,pressure,label"));
    for (int t = 0; t < 900; t++) {
      double load = Math.sin(t / 20.0);
      for (int s = 0; s < 2; s++) {
        lines.add(
            "2026-01-01T%02d:%02d:00Z,boiler%d,%s,%.3f,ok,%.3f,0"
                .formatted(
                    t / 60,
                    t % 60,
                    s,
                    t < 800 ? "train" : "test",
                    50 + 5 * load + 0.2 * random.nextGaussian(),
                    300 - 9 * load + 0.5 * random.nextGaussian()));
      }
    }
    csv = Files.write(folder.resolve("plant.csv"), lines);
  }

  @Test
  void trainsOnTheTrainPartOfEachSensorAndTheModelCanBeEvaluated() throws IOException {
    Path model = folder.resolve("models/plant");

    int code =
        run(
            "train",
            "--csv",
            csv.toString(),
            "--split",
            "part",
            "--model",
            "dlinear",
            "--window",
            "12",
            "--epochs",
            "2",
            "--out",
            model.toString());

    assertThat(err.toString())
        .contains("1,600 normal rows of 2 sensors", "epoch   2", "left out: note");
    assertThat(code).isEqualTo(ExitCode.OK);
    assertThat(out.toString()).isEqualTo(model + System.lineSeparator());
    assertThat(Files.readString(model.resolve("model.json")))
        .contains("\"name\": \"plant\"", "\"boiler0\": {", "\"boiler1\": {", "\"kind\":\"dlinear\"")
        .containsPattern("\"framework\": ?\\{\"format\": ?\"torchscript\",\"torch\": ?\"[12]\\.")
        .contains("\"file\": \"ensemble.bin\"", "\"networkWeight\": 1.0");
    assertThat(model.toFile().list())
        .containsExactlyInAnyOrder(
            "model.json", "model.pt", "ensemble.bin", "golden.json", "loss.svg");
    assertThat(run("evaluate", "--csv", csv.toString(), "--split", "part", "--model", model + ""))
        .isEqualTo(ExitCode.OK);
    assertThat(out.toString()).contains("| boiler0 |", "| boiler1 |");
    assertThat(
            run(
                "evaluate",
                "--csv",
                csv.toString(),
                "--split",
                "part",
                "--model",
                model.toString(),
                "--detector",
                "reconstruct"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("which forecasts (expected: detector forecast");
  }

  @Test
  void anEnsembleNeedsNoNetworkAndIsEvaluatedByItself() throws IOException {
    Path model = folder.resolve("e4");
    List<String> one =
        Files.readAllLines(csv).stream().filter(line -> !line.contains("boiler1")).toList();
    Path boiler = Files.write(folder.resolve("boiler0.csv"), one);

    int code =
        run(
            "train",
            "--csv",
            boiler.toString(),
            "--split",
            "part",
            "--model",
            "ensemble",
            "--out",
            model.toString());

    assertThat(err.toString()).contains("wrote ensemble.bin, model.json");
    assertThat(code).isEqualTo(ExitCode.OK);
    assertThat(
            run(
                "evaluate",
                "--csv",
                boiler.toString(),
                "--split",
                "part",
                "--model",
                model.toString()))
        .isEqualTo(ExitCode.OK);
    assertThat(out.toString()).contains("| boiler0 |");
    assertThat(
            run(
                "evaluate",
                "--csv",
                boiler.toString(),
                "--model",
                model.toString(),
                "--detector",
                "pca"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("is an ensemble that has learnt (expected: no --detector");
  }

  @Test
  void anEnsembleIsLearntBesideANetworkThatIsThere() throws IOException {
    String network = folder.resolve("network").toString();
    String both = folder.resolve("both").toString();
    String file = csv.toString();
    assertThat(
            run(
                "train",
                "--csv",
                file,
                "--split",
                "part",
                "--model",
                "dlinear",
                "--epochs",
                "1",
                "--window",
                "12",
                "--no-ensemble",
                "--out",
                network))
        .isEqualTo(ExitCode.OK);
    assertThat(folder.resolve("network/ensemble.bin")).doesNotExist();

    assertThat(run("train", "--csv", file, "--split", "part", "--network", network, "--out", both))
        .isEqualTo(ExitCode.OK);

    assertThat(err.toString())
        .contains("ensemble beside network of 2 channels: 1,600 normal rows of 2 sensors");
    for (String same : List.of("model.pt", "golden.json", "loss.svg")) {
      assertThat(Path.of(both, same)).hasSameBinaryContentAs(Path.of(network, same));
    }
    assertThat(Path.of(both, "ensemble.bin")).exists();
    assertThat(run("train", "--csv", file, "--network", network, "--no-ensemble", "--out", both))
        .isEqualTo(ExitCode.USAGE);
  }

  @Test
  void whatCannotBeTrainedIsSaidBeforeItTakesTime() throws IOException {
    String file = csv.toString();
    String out = folder.resolve("m").toString();
    assertThat(run("train", "--csv", file, "--out", out, "--split", "fold"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString())
        .contains("--split fold: ", "has no such column (columns: ts, sym, part");
    assertThat(run("train", "--csv", file, "--out", out, "--channels", "pressure,note"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString())
        .contains("--channels note (text, as \"ok\") (expected: a column of numbers or nothing)");
    assertThat(run("train", "--csv", file, "--out", out, "--train", "300"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("300 normal rows of boiler0 (expected: at least 800");
    assertThat(run("train", "--csv", file, "--out", out, "--model", "magic"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("network \"magic\" (expected: one of cnn, dlinear, gru");
    assertThat(run("train", "--csv", file, "--out", out, "--window", "5"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString())
        .contains("window 5 is too short for cnn of 2 layers (expected: at least 9");
    Files.createDirectories(folder.resolve("m"));
    Files.writeString(folder.resolve("m/model.json"), "{}");
    assertThat(run("train", "--csv", file, "--out", out)).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("holds a model already; --force takes its place");
    assertThat(run("train", "--csv", file, "--out", file)).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("is a file (expected: a directory to be made)");
  }

  @Test
  void printsTheRowsThatItWouldLearnFromForAnotherProgram() {
    int code =
        run(
            "train",
            "--print-rows",
            "--csv",
            csv.toString(),
            "--split",
            "part",
            "--channels",
            "pressure,temperature");

    assertThat(code).isEqualTo(ExitCode.OK);
    List<String> lines = out.toString().lines().toList();
    assertThat(lines).hasSize(1 + 2 * 900);
    assertThat(lines.get(0)).isEqualTo("file,sym,ts,split,label,\"pressure\",\"temperature\"");
    assertThat(lines.get(1))
        .matches("\"\\Q" + csv + "\\E\",\"boiler0\",2026-01-01T00:00:00Z,train,0,[0-9.]+,[0-9.]+");
    assertThat(lines.subList(1, 901)).allMatch(line -> line.contains("\"boiler0\""));
    assertThat(lines.stream().filter(line -> line.contains(",train,"))).hasSize(1600);
  }

  @Test
  void saysWhatIsMissingOrTooLarge() {
    assertThat(run("train", "--csv", csv.toString())).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("--out is missing");
    assertThat(run("train", "--csv", "nosuch.csv", "--out", folder.resolve("m").toString()))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("there is no file nosuch.csv");
    assertThat(run("train", "--csv", csv.toString(), "--batch", "257", "--out", folder + "/m"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("--batch 257 (expected: 1 to 256)");
  }
}
