package tickwatch.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static tickwatch.detector.training.Generation.Outcome.TAKEN;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tickwatch.detector.Pipeline;
import tickwatch.detector.ensemble.EnsembleLearner;
import tickwatch.detector.ensemble.RowScore;
import tickwatch.detector.model.ModelDirectory;
import tickwatch.detector.threshold.AlarmLevel;
import tickwatch.detector.threshold.Threshold;
import tickwatch.detector.training.Generation;
import tickwatch.detector.training.Generations;

class ModelCommandTest {
  private static final String FIRST = "boiler.b%2F1.000000299";
  private static final String SECOND = "boiler.b%2F1.000000999";

  @TempDir Path folder;
  private StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    out = new StringWriter();
    return Main.run(
        List.of(args), Map.of(), folder, new PrintWriter(out, true), new PrintWriter(err, true));
  }

  private static EnsembleLearner.Learnt learnt(double noise) {
    Random random = new Random(1);
    EnsembleLearner learner = new EnsembleLearner(2, 300);
    for (int t = 0; t < 300; t++) {
      double load = Math.sin(t / 20.0);
      learner.add(
          new double[] {load + noise * random.nextGaussian(), 3 * load + random.nextGaussian()},
          0,
          Double.NaN,
          false);
    }
    Pipeline standard = Pipeline.standard(1);
    return learner.learn(
        standard.parts(),
        standard.preparation(),
        standard.combination(),
        RowScore.OF_MEMBERS,
        0,
        1);
  }

  @BeforeEach
  void keepThreeGenerations() {
    Generations generations = new Generations(folder);
    AlarmLevel level = AlarmLevel.fixed(new Threshold(2, 0.5));
    List<String> channels = List.of("temperature", "pressure");
    double none = Double.NaN;
    generations.keep(
        new Generation("boiler", "b/1", 299, 299, 300, none, none, "", Generation.Outcome.TAKEN),
        channels,
        learnt(0.2).untouched(),
        level,
        1);
    generations.keep(
        new Generation("boiler", "b/1", 999, 1199, 300, 0.7, 0.5, "", Generation.Outcome.TAKEN),
        channels,
        learnt(0.4).untouched(),
        level,
        1);
    generations.keep(
        new Generation("boiler", "b/1", 1999, 2199, 300, 0.5, 0.6, "", Generation.Outcome.WORSE),
        channels,
        learnt(0.3).untouched(),
        level,
        1);
  }

  @Test
  void listsWhatBecameOfEach() {
    assertThat(run("model", "list", folder.toString())).isEqualTo(ExitCode.OK);

    List<String> lines = out.toString().lines().toList();
    assertThat(lines).hasSize(4);
    assertThat(lines.get(1)).startsWith(FIRST).endsWith("taken");
    assertThat(lines.get(2)).contains("0.7000", "0.5000").endsWith("in force");
    assertThat(lines.get(3)).endsWith("worse");
  }

  @Test
  void saysHowTwoDiffer() {
    assertThat(run("model", "diff", folder.toString(), FIRST, SECOND)).isEqualTo(ExitCode.OK);

    assertThat(out.toString())
        .contains(
            FIRST,
            SECOND,
            "var        weight 3.000 -> 3.000  q99 ",
            "channel 0          error scale");
    assertThat(run("model", "diff", folder.toString(), FIRST, "nobody")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("has no generation nobody");
  }

  @Test
  void aGenerationIsWithdrawnAndTheOneBeforeItHolds() {
    assertThat(run("model", "rollback", folder.toString())).isEqualTo(ExitCode.OK);
    assertThat(out.toString()).contains(SECOND + " is withdrawn", "judge by " + FIRST);

    run("model", "list", folder.toString());
    List<String> lines = out.toString().lines().toList();
    assertThat(lines.get(1)).endsWith("in force");
    assertThat(lines.get(2)).endsWith("withdrawn");

    assertThat(run("model", "rollback", folder.toString())).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("is the first of its sensor");
  }

  private void keep(String sym, int row) {
    double none = Double.NaN;
    new Generations(folder)
        .keep(
            new Generation("boiler", sym, row, row, 300, none, none, "", TAKEN),
            List.of("temperature", "pressure"),
            learnt(0.2).untouched(),
            AlarmLevel.fixed(new Threshold(2, 0.5)),
            1);
  }

  @Test
  void allThatCanBeAreWithdrawnAndTheOthersAreSaid() {
    keep("a", 299);

    assertThat(run("model", "rollback", folder.toString())).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("has 2 generations in force");
    assertThat(run("model", "rollback", folder.toString(), "--all")).isEqualTo(ExitCode.OK);
    assertThat(out.toString())
        .contains("boiler.a.000000299 is the first of its sensor and stays in force")
        .contains(SECOND + " is withdrawn", "judge by " + FIRST);
    assertThat(run("model", "rollback", folder.toString(), "--all")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("every one in force is the first of its sensor");
  }

  @Test
  void whatIsNotJudgedByCannotBeWithdrawn() {
    String worse = "boiler.b%2F1.000001999";

    assertThat(run("model", "rollback", folder.toString(), worse)).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains(worse + " is not judged by, it is worse");
    run("model", "rollback", folder.toString(), SECOND);
    assertThat(run("model", "rollback", folder.toString(), SECOND)).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("it is withdrawn already (expected: one that is in force");
  }

  @Test
  void anEarlierOneIsWithdrawnUnderTheOneInForce() {
    keep("b/1", 2999);

    assertThat(run("model", "rollback", folder.toString(), SECOND)).isEqualTo(ExitCode.OK);

    assertThat(out.toString())
        .contains("judge by " + FIRST + " in its place, until the next one that is taken");
    run("model", "list", folder.toString());
    assertThat(out.toString().lines().filter(line -> line.endsWith("in force")).toList())
        .singleElement()
        .asString()
        .startsWith("boiler.b%2F1.000002999");
  }

  @Test
  void aTablesNetworkHasGenerationsToo() {
    byte[] network = {1};
    String json =
        """
        {"formatVersion": 1, "name": "boiler", "input": {"window": 4, "channels": [
           {"name": "temperature", "centre": 1, "scale": 2},
           {"name": "pressure", "centre": 3, "scale": 4}]},
         "sha256": "4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a",
         "residual": {"scale": [0.5, 0.25]}, "score": {"speeds": [{"halfLife": 0, "q99": 1.7}]},
         "threshold": {"method": "pot", "value": 1.4, "normal": 0.5}}
        """;
    ModelDirectory model =
        ModelDirectory.of(folder, Map.of("model.pt", network, "model.json", json.getBytes(UTF_8)));
    Generations generations = new Generations(folder);
    double none = Double.NaN;
    generations.keep(
        new Generation("boiler", Generation.NETWORK, 0, 0, 0, none, none, "", TAKEN),
        Generations.withNetwork(model, network, new double[] {1, 1}),
        1);
    generations.keep(
        new Generation("boiler", Generation.NETWORK, 4000, 4400, 600, 0.7, 0.5, "ab", TAKEN),
        Generations.withNetwork(model, new byte[] {2}, new double[] {0.8, 1.2}),
        1);
    String last = "boiler.~network.000004000";

    assertThat(run("model", "list", folder.toString())).isEqualTo(ExitCode.OK);
    List<String> lines = out.toString().lines().toList();
    assertThat(lines).hasSize(6);
    assertThat(lines.get(5)).startsWith(last).contains("4400", "0.7000").endsWith("in force");

    String first = "boiler.~network.000000000";
    assertThat(run("model", "diff", folder.toString(), first, last)).isEqualTo(ExitCode.OK);
    assertThat(out.toString())
        .contains("default temperature", "error scale 0.5000 -> 0.4000 (-20 %)", "(+20 %)");
    assertThat(run("model", "diff", folder.toString(), FIRST, last)).isEqualTo(ExitCode.USAGE);

    assertThat(run("model", "rollback", folder.toString(), last)).isEqualTo(ExitCode.OK);
    assertThat(out.toString()).contains(last + " is withdrawn", "judge by " + first);
  }

  @Test
  void aFolderWithoutGenerationsIsSaid() {
    assertThat(run("model", "list", folder.resolve("none").toString())).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("no such folder (expected: models in the --state folder");
    assertThat(run("model")).isEqualTo(ExitCode.USAGE);
  }
}
