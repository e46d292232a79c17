package tickwatch.detector;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tickwatch.detector.evaluation.LabelledSeries;
import tickwatch.detector.model.Architecture;
import tickwatch.detector.model.LearntNumbers;
import tickwatch.detector.model.Model;
import tickwatch.detector.model.ModelDirectory;
import tickwatch.detector.model.ModelException;
import tickwatch.detector.model.TestModels;
import tickwatch.detector.model.TorchForecaster;
import tickwatch.detector.training.EnsembleTraining;
import tickwatch.detector.training.Epochs;
import tickwatch.detector.training.Golden;
import tickwatch.detector.training.NetworkTraining;
import tickwatch.detector.training.TrainedModel;
import tickwatch.detector.training.TrainingSeries;
import tickwatch.detector.training.TrainingSettings;

/** From rows to a model directory, and from that to verdicts. */
class TrainingTest {
  private static final List<String> CHANNELS = List.of("temperature", "pressure", "power");
  private static final long MINUTE = 60_000_000_000L;
  private static final int NORMAL = 900;
  private static final int ROWS = 1300;
  private static final int FAULT = 1200;
  private static final Epochs.Watch NOBODY = Epochs.Watch.NOBODY;

  @TempDir Path folder;

  /**
   * Three channels that follow one load; the pressure is off for 15 rows from {@link #FAULT} on.
   */
  private static LabelledSeries boiler() {
    Random random = new Random(5);
    double[][] values = new double[CHANNELS.size()][ROWS];
    long[] times = new long[ROWS];
    boolean[] train = new boolean[ROWS];
    boolean[] labels = new boolean[ROWS];
    for (int t = 0; t < ROWS; t++) {
      double load = Math.sin(t / 25.0) + 0.3 * Math.sin(t / 7.0);
      times[t] = t * MINUTE;
      train[t] = t < NORMAL;
      labels[t] = t >= FAULT && t < FAULT + 15;
      values[0][t] = 50 + 5 * load + 0.2 * random.nextGaussian();
      values[1][t] = 300 - 9 * load + 0.4 * random.nextGaussian() + (labels[t] ? 15 : 0);
      values[2][t] = t % 101 == 3 ? Double.NaN : 60 + 3 * load + 0.2 * random.nextGaussian();
    }
    return new LabelledSeries("boiler", CHANNELS, times, values, train, labels);
  }

  private static TrainingSeries normal(LabelledSeries series, int rows) {
    double[][] values = new double[series.values().length][];
    for (int c = 0; c < values.length; c++) {
      values[c] = Arrays.copyOf(series.values()[c], rows);
    }
    return new TrainingSeries(
        series.name(),
        series.channels(),
        Arrays.copyOf(series.times(), rows),
        values,
        "boiler.csv",
        "00");
  }

  private static TrainingSettings settings(Architecture architecture, long seed) {
    return new TrainingSettings(
        architecture,
        16,
        architecture.isReconstructor() ? 0 : 1,
        8,
        architecture.defaultLayers(),
        12,
        5,
        64,
        5e-3,
        1,
        seed);
  }

  private static TrainedModel train(Architecture architecture, long seed) {
    return new NetworkTraining(settings(architecture, seed), List.of(normal(boiler(), NORMAL)))
        .run("boiler", "2026-01-01T00:00:00Z", TestModels.NATIVE_CACHE, NOBODY);
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void whatWasTrainedFindsThePlantedFaultAndSaysWhere(Architecture architecture)
      throws IOException {
    Path directory = folder.resolve("boiler");
    TrainedModel trained = train(architecture, 1);
    trained.write(directory, false);

    ModelDirectory model = ModelDirectory.read(directory);
    Evaluation.Outcome outcome;
    try (TorchForecaster network = TestModels.load(model)) {
      outcome = Evaluation.run(boiler(), model.model(), network, null);
    }

    Epochs epochs = requireNonNull(trained.epochs());
    // What begins with its linear part solved may have nothing left to learn here.
    assertThat(epochs.heldOut().get(epochs.best())).isLessThanOrEqualTo(epochs.heldOut().get(0));
    assertThat(outcome.flags()[FAULT]).isTrue();
    assertThat(outcome.top()[3 * FAULT]).as("the channel to blame").isEqualTo(1);
    int falseFlags = 0;
    for (int t = NORMAL; t < FAULT; t++) {
      falseFlags += outcome.flags()[t] ? 1 : 0;
    }
    assertThat(falseFlags).isLessThan(4);
    assertThat(Files.readString(directory.resolve("loss.svg")))
        .startsWith("<svg")
        .endsWith("</svg>\n");
  }

  @Test
  void theLiveDetectorGivesWhatTheGoldenFileSays() throws IOException {
    Path directory = folder.resolve("boiler");
    train(Architecture.DLINEAR, 1).write(directory, false);

    GoldenTest.check(directory);
  }

  @Test
  void theSameSeedGivesTheSameFiles() {
    TrainedModel one = train(Architecture.CNN, 1);
    TrainedModel again = train(Architecture.CNN, 1);
    TrainedModel other = train(Architecture.CNN, 2);

    assertThat(again.files().get("model.json")).isEqualTo(one.files().get("model.json"));
    assertThat(again.files().get("model.pt")).isEqualTo(one.files().get("model.pt"));
    assertThat(other.files().get("model.pt")).isNotEqualTo(one.files().get("model.pt"));
  }

  @Test
  void aWindowGivenBackIsJudgedByRowsUpToItsOwnOnly() throws IOException {
    Path directory = folder.resolve("boiler");
    train(Architecture.AUTOENCODER, 1).write(directory, false);
    ModelDirectory model = ModelDirectory.read(directory);
    LabelledSeries whole = boiler();
    LabelledSeries changed = boiler();
    changed.values()[0][1000] += 100;
    try (TorchForecaster network = TestModels.load(model)) {
      double[] scores = Evaluation.run(whole, model.model(), network, null).scores();
      double[] others = Evaluation.run(changed, model.model(), network, null).scores();

      assertThat(scores[14]).isNaN();
      assertThat(scores[15]).as("the first full window").isNotNaN();
      assertThat(Arrays.copyOf(others, 1000)).containsExactly(Arrays.copyOf(scores, 1000));
      assertThat(others[1000]).isGreaterThan(2 * scores[1000]);
    }
  }

  @Test
  void aNetworkIsNotTakenForAnotherKind() throws IOException {
    Path directory = folder.resolve("boiler");
    train(Architecture.DLINEAR, 1).write(directory, false);
    ModelDirectory model = ModelDirectory.read(directory);

    assertThatThrownBy(() -> Pipeline.of(List.of("reconstruct"), 1).check(model.model()))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("model boiler, which forecasts (expected: detector forecast");
    assertThatThrownBy(() -> Pipeline.of(List.of("var", "forecast"), 1).check(null))
        .hasMessage("detector forecast needs --model DIR");
  }

  private static EnsembleTraining standard() {
    Pipeline pipeline = Pipeline.standard(1);
    return new EnsembleTraining(
        pipeline.parts(),
        pipeline.preparation(),
        pipeline.combination(),
        pipeline.threshold(),
        pipeline.seed());
  }

  private static TrainedModel ensemble(TrainingSeries... series) {
    return standard().run("boiler", "2026-01-01T00:00:00Z", List.of(series));
  }

  /** A network with the standard ensemble beside it. */
  private static TrainedModel both(Architecture architecture) {
    return new NetworkTraining(settings(architecture, 1), List.of(normal(boiler(), NORMAL)))
        .run(
            "boiler",
            "2026-01-01T00:00:00Z",
            TestModels.NATIVE_CACHE,
            NOBODY,
            standard(),
            Pipeline.NETWORK_WEIGHT);
  }

  @ParameterizedTest
  @EnumSource(
      value = Architecture.class,
      names = {"DLINEAR", "AUTOENCODER"})
  void aNetworkAndAnEnsembleOfOneDirectoryJudgeTogetherAsIfLearntLive(Architecture architecture)
      throws IOException {
    Path directory = folder.resolve("boiler");
    both(architecture).write(directory, false);
    ModelDirectory model = ModelDirectory.read(directory);
    assertThat(model.model().hasNetwork()).isTrue();
    assertThat(model.model().hasEnsemble()).isTrue();

    Evaluation.Outcome stored;
    Evaluation.Outcome live;
    Evaluation.Outcome alone;
    try (TorchForecaster network = TestModels.load(model)) {
      stored = Evaluation.run(boiler(), model.model(), network, null);
      Model networkAlone = model.model().networkAlone();
      live = Evaluation.run(boiler(), networkAlone, network, Pipeline.standard(1).withNetwork());
      alone = Evaluation.run(boiler(), networkAlone, network, null);
    }

    assertThat(stored.memberNames())
        .containsExactly(
            "var",
            "var10",
            "pca",
            "others",
            "windows",
            architecture == Architecture.AUTOENCODER ? "reconstruct" : "forecast");
    for (int t = NORMAL; t < ROWS; t++) {
      assertThat(stored.scores()[t])
          .as("row " + t)
          .isCloseTo(live.scores()[t], within(1e-4 * live.scores()[t]));
    }
    assertThat(stored.thresholds()[NORMAL]).isCloseTo(live.thresholds()[NORMAL], within(1e-4));
    assertThat(stored.scores()[NORMAL + 5]).isNotEqualTo(alone.scores()[NORMAL + 5]);
    assertThat(stored.flags()[FAULT]).isTrue();
    assertThat(stored.top()[3 * FAULT]).as("the channel to blame").isEqualTo(1);
  }

  @Test
  void anEnsembleIsLearntBesideANetworkFromElsewhere() throws IOException {
    ModelDirectory foreign = TestModels.forTests("lstm15");
    TrainingSeries normal = normal(boiler(), NORMAL);
    Path directory = folder.resolve("both");
    try (TorchForecaster network = TestModels.load(foreign)) {
      new TrainedModel(standard().beside(foreign, network, 1, List.of(normal)), null)
          .write(directory, false);
    }

    ModelDirectory both = ModelDirectory.read(directory);

    assertThat(both.model().name()).isEqualTo(foreign.model().name());
    assertThat(both.model().defaults().scoring().threshold()).isEqualTo(1);
    assertThat(both.network().readAllBytes()).isEqualTo(foreign.network().readAllBytes());
    assertThat(both.model().sha256()).isNotEqualTo(foreign.model().sha256());
    try (TorchForecaster network = TestModels.load(both)) {
      assertThat(Evaluation.run(boiler(), both.model(), network, null).flags()[FAULT]).isTrue();
    }
    TrainingSeries other =
        new TrainingSeries("b", List.of("x", "y", "z"), normal.times(), normal.values(), "b", "1");
    try (TorchForecaster network = TestModels.load(foreign)) {
      assertThatThrownBy(() -> standard().beside(foreign, network, 1, List.of(other)))
          .hasMessageContaining("channels [x, y, z] (expected: those of model");
    }
  }

  @Test
  void aNetworkThatGivesSomethingElseThanItsGoldenFileSaysIsRefused() throws IOException {
    Path directory = folder.resolve("boiler");
    both(Architecture.CNN).write(directory, false);
    ModelDirectory made = ModelDirectory.read(directory);
    try (TorchForecaster network = TestModels.load(made)) {
      Golden.check(made, network);

      Path golden = directory.resolve("golden.json");
      String text = Files.readString(golden);
      Files.writeString(
          golden, text.replaceFirst("\"score\": \\[((null,)+)[0-9.]+", "\"score\": [$17.5"));
      ModelDirectory changed = ModelDirectory.read(directory);

      assertThatThrownBy(() -> Golden.check(changed, network))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("golden.json: cases[0].score[16]: the network gives")
          .hasMessageContaining("(expected: 7.5, as when the model was made");
    }
  }

  @Test
  void halfOfADirectoryWithBothIsRefused() throws IOException {
    Path directory = folder.resolve("boiler");
    both(Architecture.DLINEAR).write(directory, false);
    byte[] learnt = Files.readAllBytes(directory.resolve("ensemble.bin"));
    learnt[learnt.length - 1]++;
    Files.write(directory.resolve("ensemble.bin"), learnt);

    assertThatThrownBy(() -> ModelDirectory.read(directory))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("ensemble.bin: sha256 is");
    Files.delete(directory.resolve("ensemble.bin"));
    assertThatThrownBy(() -> ModelDirectory.read(directory))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("ensemble.bin: no such file");
  }

  @Test
  void aStoredEnsembleScoresAsOneThatLearntFromTheSameRowsLive() throws IOException {
    Path directory = folder.resolve("boiler");
    ensemble(normal(boiler(), NORMAL)).write(directory, false);

    ModelDirectory model = ModelDirectory.read(directory);
    double[] stored = Evaluation.run(boiler(), model.model(), null, null).scores();
    double[] live = Evaluation.run(boiler(), null, null, Pipeline.standard(1)).scores();

    for (int t = NORMAL; t < ROWS; t++) {
      // While it learns, errors are remembered as float32.
      assertThat(stored[t]).as("row " + t).isCloseTo(live[t], within(1e-6));
    }
    assertThat(Files.readString(directory.resolve("model.json")))
        .contains("{\"name\":\"var\",\"weight\":3.0,\"q99\":[");
  }

  @Test
  void anEnsembleOfSeveralSensorsKnowsThemAndNoOther() throws IOException {
    TrainingSeries one = normal(boiler(), NORMAL);
    TrainingSeries two =
        new TrainingSeries("other", CHANNELS, one.times(), one.values(), "other.csv", "1");
    Path directory = folder.resolve("both");
    ensemble(one, two).write(directory, false);
    ModelDirectory model = ModelDirectory.read(directory);
    LabelledSeries boiler = boiler();
    LabelledSeries unknown =
        new LabelledSeries(
            "unknown", CHANNELS, boiler.times(), boiler.values(), boiler.train(), boiler.labels());

    assertThat(Evaluation.run(boiler, model.model(), null, null).flags()[FAULT]).isTrue();
    assertThatThrownBy(() -> Evaluation.run(unknown, model.model(), null, null))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("model boiler knows no sensor unknown");
  }

  @Test
  void anEnsemblesFileThatWasCutOffIsRefused() throws IOException {
    byte[] whole = requireNonNull(ensemble(normal(boiler(), NORMAL)).files().get("ensemble.bin"));

    for (int length : new int[] {0, 7, 8, 12, 20, whole.length - 1}) {
      assertThatThrownBy(() -> LearntNumbers.read(Arrays.copyOf(whole, length)))
          .isInstanceOf(IOException.class);
    }
    assertThatThrownBy(() -> LearntNumbers.read(Arrays.copyOf(whole, whole.length + 1)))
        .hasMessage("1 bytes too many");
  }

  @Test
  void aDeepAutoencoderStatisticsAndAnIsolationForestJudgeTogetherFromAPipelineFile()
      throws IOException {
    Path directory = folder.resolve("boiler");
    train(Architecture.AUTOENCODER, 1).write(directory, false);
    Path file =
        Files.writeString(
            folder.resolve("triple.json"),
            """
            {"name": "triple", "seed": 1, "combine": "mean",
             "detectors": [
               {"name": "reconstruct", "weight": 0.4},
               {"name": "stl", "weight": 0.15, "params": {"period": 24}},
               {"name": "features", "weight": 0.15, "params": {"windows": [12, 24, 48]}},
               {"name": "forest", "weight": 0.3}],
             "threshold": {"method": "pot", "perDay": 1}}
            """);
    Pipeline triple = requireNonNull(PipelineFile.read(file).detection());
    ModelDirectory model = ModelDirectory.read(directory);

    Evaluation.Outcome outcome;
    try (TorchForecaster network = TestModels.load(model)) {
      triple.check(model.model());
      outcome = Evaluation.run(boiler(), model.model(), network, triple);
    }

    assertThat(outcome.memberNames()).containsExactly("stl", "features", "forest", "reconstruct");
    assertThat(outcome.scores()[FAULT - 9])
        .isCloseTo(
            0.15 * outcome.memberScores()[0][FAULT - 9]
                + 0.15 * outcome.memberScores()[1][FAULT - 9]
                + 0.3 * outcome.memberScores()[2][FAULT - 9]
                + 0.4 * outcome.memberScores()[3][FAULT - 9],
            within(0.01));
    assertThat(triple.networkWeight()).isEqualTo(0.4);
    assertThat(outcome.flags()[FAULT]).as("the planted fault").isTrue();
    assertThat(outcome.top()[3 * FAULT]).as("the channel to blame").isEqualTo(1);
    int falseFlags = 0;
    for (int t = NORMAL; t < FAULT; t++) {
      falseFlags += outcome.flags()[t] ? 1 : 0;
    }
    assertThat(falseFlags).isLessThan(4);
  }

  @Test
  void tooFewRowsAreToldWithHowManyAreNeeded() {
    TrainingSeries few = normal(boiler(), 700);

    assertThatThrownBy(() -> new NetworkTraining(settings(Architecture.CNN, 1), List.of(few)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("boiler.csv: 700 normal rows of boiler (expected: at least 800");
  }

  @Test
  void severalSensorsShareANetworkAndHaveThresholdsOfTheirOwn() throws IOException {
    TrainingSeries one = normal(boiler(), NORMAL);
    TrainingSeries two =
        new TrainingSeries(
            "other", CHANNELS, one.times(), normal(boiler(), NORMAL).values(), "o", "1");
    for (int t = 0; t < NORMAL; t++) {
      two.values()[0][t] = 3 * two.values()[0][t] + 7;
    }
    Path directory = folder.resolve("both");

    new NetworkTraining(settings(Architecture.DLINEAR, 1), List.of(one, two))
        .run("both", "2026-01-01T00:00:00Z", TestModels.NATIVE_CACHE, NOBODY)
        .write(directory, false);

    ModelDirectory model = ModelDirectory.read(directory);
    assertThat(model.model().syms()).containsOnlyKeys("boiler", "other");
    assertThat(model.model().of("other").scaler().scale(0))
        .isGreaterThan(2.9 * model.model().of("boiler").scaler().scale(0));
  }

  @Test
  void aModelThatIsThereIsReplacedOnlyIfThatIsWanted() throws IOException {
    Path directory = folder.resolve("boiler");
    TrainedModel first = train(Architecture.DLINEAR, 1);
    first.write(directory, false);
    Files.writeString(directory.resolve("ensemble.bin"), "of the first");

    assertThatThrownBy(() -> first.write(directory, false))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is there already");
    TrainedModel second = train(Architecture.CNN, 1);
    second.write(directory, true);

    assertThat(Files.readAllBytes(directory.resolve("model.pt")))
        .isEqualTo(second.files().get("model.pt"));
    assertThat(directory.resolve("ensemble.bin")).doesNotExist();
    assertThat(folder.toFile().list()).containsExactly("boiler");
  }
}
