package tickwatch.detector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tickwatch.detector.event.EventRules;
import tickwatch.detector.health.HealthRules;
import tickwatch.detector.model.Architecture;
import tickwatch.detector.model.Forecaster;
import tickwatch.detector.model.Model;
import tickwatch.detector.model.ModelDirectory;
import tickwatch.detector.model.TestModels;
import tickwatch.detector.model.TorchForecaster;
import tickwatch.detector.training.Epochs;
import tickwatch.detector.training.Generation;
import tickwatch.detector.training.Generations;
import tickwatch.detector.training.NetworkTraining;
import tickwatch.detector.training.TrainingSeries;
import tickwatch.detector.training.TrainingSettings;

/** A model's network is trained further on rows outside alarms. */
class NetworkRefitTest {
  private static final List<String> CHANNELS = List.of("temperature", "pressure", "power");
  private static final List<String> SYMS = List.of("a", "b");
  private static final long MINUTE = 60_000_000_000L;
  private static final int LEARNT = 200;
  private static final int EVERY = 400;
  private static final int DELAY = 60;
  private static final int ROWS = 1300;

  @TempDir static Path trained;
  @TempDir Path folder;
  private Path generations = Path.of("");

  /**
   * How much of a channel's last value is left in the next one is nine tenths in what the network
   * is trained on; it falls to nothing between {@code from} and {@code to}.
   */
  private static void plant(Random random, int rows, double from, double to, Taker taker) {
    double[][] state = new double[SYMS.size()][CHANNELS.size()];
    for (int t = 0; t < rows; t++) {
      double kept = 0.9 * Math.max(0, Math.min(1, (to - t) / (to - from)));
      for (int s = 0; s < state.length; s++) {
        for (int c = 0; c < CHANNELS.size(); c++) {
          state[s][c] = kept * state[s][c] + random.nextGaussian();
        }
        taker.row(t, s, 50 + state[s][0], 300 + 3 * state[s][1], 60 + 0.1 * state[s][2]);
      }
    }
  }

  private interface Taker {
    void row(int t, int sensor, double temperature, double pressure, double power);
  }

  @BeforeAll
  static void train() throws IOException {
    int rows = 900;
    double[][][] values = new double[SYMS.size()][CHANNELS.size()][rows];
    long[] times = new long[rows];
    plant(
        new Random(1),
        rows,
        rows,
        rows + 1.0,
        (t, s, temperature, pressure, power) -> {
          times[t] = t * MINUTE;
          values[s][0][t] = temperature;
          values[s][1][t] = pressure;
          values[s][2][t] = power;
        });
    List<TrainingSeries> all = new ArrayList<>();
    for (int s = 0; s < values.length; s++) {
      all.add(new TrainingSeries(SYMS.get(s), CHANNELS, times, values[s], "plant.csv", "00"));
    }
    TrainingSettings settings =
        new TrainingSettings(Architecture.DLINEAR, 8, 1, 1, 1, 12, 5, 64, 5e-3, 1, 1);
    new NetworkTraining(settings, all)
        .run("plant", "2026-01-01T00:00:00Z", TestModels.NATIVE_CACHE, Epochs.Watch.NOBODY)
        .write(trained.resolve("plant"), false);
  }

  @BeforeEach
  void fresh() {
    generations = folder.resolve("models");
  }

  private static Rows stream() {
    Rows rows = new Rows("plant", CHANNELS);
    plant(
        new Random(2),
        ROWS,
        100,
        500,
        (t, s, temperature, pressure, power) ->
            rows.add(t * MINUTE, SYMS.get(s), temperature, pressure, power));
    return rows;
  }

  /** One life of a judge; its network is trained further if there is a {@code refit}. */
  private final class Life implements AutoCloseable {
    final Found found = new Found(CHANNELS.size());
    final JudgeCounts counts = new JudgeCounts();
    final ModelDirectory directory;
    final Forecaster forecaster;
    final @Nullable NetworkRefit refit;
    final Judge judge;
    final Source source;

    Life() {
      this(trained.resolve("plant"), EVERY);
    }

    /** Without a refit. */
    Life(Path model) {
      directory = ModelDirectory.read(model);
      forecaster = TorchForecaster.load(directory, TestModels.NATIVE_CACHE);
      refit = null;
      judge =
          new Judge(
              directory.model(),
              forecaster,
              null,
              null,
              EventRules.defaults(),
              HealthRules.defaults(),
              found,
              counts);
      source = judge.source(Rows.schema("plant", CHANNELS));
    }

    Life(Path model, int every) {
      directory = ModelDirectory.read(model);
      forecaster = TorchForecaster.load(directory, TestModels.NATIVE_CACHE);
      Refit settings = new Refit(every, DELAY, generations);
      refit =
          requireNonNull(
              NetworkRefit.of(
                  new Networks(directory, TestModels.NATIVE_CACHE), "plant", settings, 1, counts));
      // Without detectors beside it, so that what changes is the network.
      Learning learning = new Learning(Pipeline.of(List.of("forecast"), 1), LEARNT, settings);
      judge =
          new Judge(
              directory.model(),
              forecaster,
              refit,
              learning,
              EventRules.defaults(),
              HealthRules.defaults(),
              found,
              counts);
      source = judge.source(Rows.schema("plant", CHANNELS));
    }

    void take(Rows rows, int from, int to, int rowsAMessage) {
      for (int at = from; at < to; at += rowsAMessage) {
        judge.take(source, rows.table(at, Math.min(to, at + rowsAMessage)));
        judge.complete();
      }
    }

    @Override
    public void close() {
      if (refit != null) {
        refit.close();
      }
      forecaster.close();
    }
  }

  private Found judged(Rows rows, int rowsAMessage) {
    try (Life life = new Life()) {
      life.take(rows, 0, rows.count(), rowsAMessage);
      return life.found;
    }
  }

  /** By the network that there is, to the end. */
  private List<Double> scoresWithoutTraining(Rows rows) {
    try (Life life = new Life(trained.resolve("plant"), ROWS * SYMS.size())) {
      life.take(rows, 0, rows.count(), 50);
      return scores(life.found);
    }
  }

  private static List<Double> scores(Found found) {
    return found.rows.stream().map(Found.Row::score).toList();
  }

  private List<Generation> networks() throws IOException {
    return new Generations(generations).list().stream().filter(Generation::isNetwork).toList();
  }

  private Generation firstTaken() throws IOException {
    return networks().stream()
        .filter(one -> one.row() > 0 && one.outcome() == Generation.Outcome.TAKEN)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aNetworkThatIsOutOfDateIsTrainedFurtherAndForecastsBetter() throws IOException {
    Rows rows = stream();

    Found found = judged(rows, 100);

    Generation taken = firstTaken();
    assertThat(taken.error()).isLessThan(Refit.CLEARLY * taken.errorBefore());
    assertThat(taken.effective()).isEqualTo(taken.row() + (long) DELAY * SYMS.size());
    assertThat(networks().get(0).row()).as("the first, to come back to").isZero();
    double late = error(found, ROWS - 300, ROWS);
    double plain;
    try (Life life = new Life()) {
      Found alone = new Found(CHANNELS.size());
      Judge judge =
          new Judge(life.directory.model(), life.forecaster, EventRules.defaults(), alone);
      judge.take(judge.source(Rows.schema("plant", CHANNELS)), rows.table(0, rows.count()));
      judge.complete();
      plain = error(alone, ROWS - 300, ROWS);
    }
    assertThat(late).as("mean square error of the last rows").isLessThan(0.8 * plain);
  }

  /** Of the forecasts of some rows of a sensor, in z-scores of the unit that channels share. */
  private static double error(Found found, int from, int to) {
    double sum = 0;
    int count = 0;
    for (Found.Row row : found.rows) {
      if (row.seq() >= from && row.seq() < to) {
        double off = row.expected()[0] - 50;
        // What is left of the last value is nothing there: the mean is the best forecast.
        sum += off * off;
        count++;
      }
    }
    return sum / count;
  }

  @Test
  void itDoesNotDependOnHowRowsWereCutIntoMessages() throws IOException {
    Rows rows = stream();
    Found one = judged(rows, 1);
    List<Generation> all = networks();
    generations = folder.resolve("again");

    Found other = judged(rows, 777);

    assertThat(networks()).isEqualTo(all);
    assertThat(other.rows).hasSameSizeAs(one.rows);
    for (int i = 0; i < one.rows.size(); i++) {
      assertThat(other.rows.get(i).flag()).isEqualTo(one.rows.get(i).flag());
      // Forecasts of other batches differ in their last bits.
      assertThat(Math.abs(other.rows.get(i).score() - one.rows.get(i).score())).isLessThan(1e-4);
    }
  }

  @Test
  void aReplayTakesTheNetworkThatIsKept() throws IOException {
    Rows rows = stream();
    Found first = judged(rows, 50);
    Path json = generations.resolve(firstTaken().name()).resolve("model.json");
    String kept = Files.readString(json);
    Object written = Files.getLastModifiedTime(json);

    Found replayed = judged(rows, 50);

    assertThat(scores(replayed)).isEqualTo(scores(first));
    assertThat(Files.getLastModifiedTime(json)).as("not written again").isEqualTo(written);

    // What was learnt from other rows is not taken for it.
    Files.writeString(
        json,
        kept.replace("\"inputs\":\"", "\"inputs\":\"0")
            .replace("\"inputs\": \"", "\"inputs\": \"0"));
    assertThat(scores(judged(rows, 50))).isEqualTo(scores(first));
    assertThat(Files.readString(json)).isEqualTo(kept);
  }

  @Test
  void aWithdrawnNetworkIsNotJudgedByInAReplay() throws IOException {
    Rows rows = stream();
    Found first = judged(rows, 50);
    Generation taken = firstTaken();
    Generations all = new Generations(generations);
    assertThat(requireNonNull(all.before(taken)).row()).isZero();

    all.withdraw(taken);
    Found replayed = judged(rows, 50);

    int same = (int) taken.effective() - SYMS.size() * 8;
    assertThat(scores(replayed).subList(0, same)).isEqualTo(scores(first).subList(0, same));
    assertThat(scores(replayed).get(same + 4)).isNotEqualTo(scores(first).get(same + 4));
  }

  @Test
  void itGoesOnFromWhatWasSavedBetweenBeginningAndDecisionAndLater() throws IOException {
    Rows rows = stream();
    Found whole = judged(rows, 50);
    Generation taken = firstTaken();
    Model model = ModelDirectory.read(trained.resolve("plant")).model();
    for (long cut : new long[] {taken.row() + 30, taken.effective() + 20}) {
      StateFile state = new StateFile(folder.resolve("state" + cut), "plant", model);
      List<Double> scores = new ArrayList<>();
      try (Life before = new Life()) {
        before.take(rows, 0, (int) cut, 50);
        state.write(7, before.source, before.judge::saveNetwork);
        scores.addAll(scores(before.found));
      }
      try (Life after = new Life()) {
        assertThat(state.read(7, after.source, in -> after.judge.restoreNetwork(in, after.source)))
            .isTrue();
        after.take(rows, (int) cut, rows.count(), 50);
        scores.addAll(scores(after.found));
      }
      assertThat(scores).hasSameSizeAs(scores(whole));
      for (int i = 0; i < scores.size(); i++) {
        assertThat(Math.abs(scores.get(i) - scores(whole).get(i))).isLessThan(1e-4);
      }
    }
  }

  @Test
  void aRefitThatIsNewOnADayGoesOnWithTheWindowsOfTheDayBefore() throws IOException {
    Rows rows = stream();
    List<Double> whole = scoresWithoutTraining(rows);
    Path plant = trained.resolve("plant");
    StateFile state =
        new StateFile(folder.resolve("state"), "plant", ModelDirectory.read(plant).model());
    int cut = 150;
    List<Double> scores = new ArrayList<>();
    try (Life before = new Life(plant)) {
      before.take(rows, 0, cut, 50);
      state.write(7, before.source, before.judge::saveNetwork);
      scores.addAll(scores(before.found));
    }

    try (Life after = new Life()) {
      assertThat(state.read(7, after.source, in -> after.judge.restoreNetwork(in, after.source)))
          .isTrue();
      after.take(rows, cut, cut + 2 * DELAY, 50);
      scores.addAll(scores(after.found));
    }
    assertThat(scores).isEqualTo(whole.subList(0, scores.size()));
  }

  @Test
  void aRefitThatIsGoneLeavesTheFirstNetworkToJudgeAndSaysSo() throws IOException {
    Rows rows = stream();
    Path plant = trained.resolve("plant");
    List<Double> first;
    try (Life alone = new Life(plant)) {
      alone.take(rows, 0, rows.count(), 50);
      first = scores(alone.found);
    }
    judged(rows, 50);
    int cut = (int) firstTaken().effective() + 200;
    StateFile state =
        new StateFile(folder.resolve("state"), "plant", ModelDirectory.read(plant).model());
    try (Life before = new Life()) {
      before.take(rows, 0, cut, 50);
      state.write(7, before.source, before.judge::saveNetwork);
    }

    try (Life after = new Life(plant);
        Told told = Told.by(StateFile.class);
        Told ofNetwork = Told.by(Judge.class)) {
      assertThat(state.read(7, after.source, in -> after.judge.restoreNetwork(in, after.source)))
          .isTrue();
      after.take(rows, cut, rows.count(), 50);

      List<Double> scores = scores(after.found);
      assertThat(scores).as("no warm-up").hasSize(rows.count() - cut);
      // Averages remember the other network for some rows of each sensor.
      int last = scores.size() - 1;
      assertThat(scores.get(last)).isCloseTo(first.get(first.size() - 1), within(1e-4));
      assertThat(told.messages()).anyMatch(line -> line.contains("the network judges alone"));
      assertThat(ofNetwork.messages()).anyMatch(line -> line.contains("the network of --model"));
    }
  }

  @Test
  void aNetworkThatCannotBeTrainedFurtherStaysAsItIsAndThatIsToldOnce() throws IOException {
    Rows rows = stream();
    // What it says it was made of cannot be: such layers need a longer window.
    Path model = Files.createDirectories(folder.resolve("plant"));
    for (String file : List.of("model.pt", "model.json")) {
      Files.copy(trained.resolve("plant").resolve(file), model.resolve(file));
    }
    ObjectMapper json = new ObjectMapper();
    ObjectNode members = (ObjectNode) json.readTree(model.resolve("model.json").toFile());
    ((ObjectNode) members.get("architecture")).put("kind", "cnn").put("layers", 9);
    json.writeValue(model.resolve("model.json").toFile(), members);

    try (Life life = new Life(model, EVERY);
        Told told = Told.by(NetworkRefit.class)) {
      life.take(rows, 0, rows.count(), 50);

      assertThat(scores(life.found)).isEqualTo(scoresWithoutTraining(rows));
      assertThat(told.messages())
          .containsExactly(
              "the network cannot be trained further and stays as it is; it is tried again every "
                  + EVERY
                  + " rows of a sensor table=plant");
      assertThat(networks()).isEmpty();
      assertThat(life.counts.refitFailures()).isGreaterThan(1);
      assertThat(life.counts.refitTrouble())
          .contains("learning it again failed: network of table plant: ");
    }
  }

  @Test
  void aNetworkThatCannotBeComparedIsNotTaken() throws Exception {
    Rows rows = stream();
    judged(rows, 50);
    // What is kept under the name of the same inputs is no network.
    Path kept = generations.resolve(firstTaken().name());
    byte[] network = "no network".getBytes(UTF_8);
    Files.write(kept.resolve("model.pt"), network);
    ObjectMapper json = new ObjectMapper();
    ObjectNode members = (ObjectNode) json.readTree(kept.resolve("model.json").toFile());
    members.put("sha256", sha256(network));
    json.writeValue(kept.resolve("model.json").toFile(), members);

    try (Life life = new Life()) {
      life.take(rows, 0, rows.count(), 50);

      assertThat(life.found.rows).hasSize(rows.count() - SYMS.size() * 8);
      assertThat(life.counts.refitFailures()).isEqualTo(1);
      assertThat(life.counts.refitTrouble()).as("the next one came to an end").isNull();
    }
  }

  private static String sha256(byte[] bytes) throws NoSuchAlgorithmException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  @ParameterizedTest
  @EnumSource(BadDisk.Trouble.class)
  void whatCannotBeWrittenIsJudgedByAllTheSame(BadDisk.Trouble trouble) throws IOException {
    Rows rows = stream();
    List<Double> scores = scores(judged(rows, 50));
    List<Generation> kept = networks();
    generations = folder.resolve("bad");

    try (BadDisk disk = BadDisk.at(generations, trouble);
        Told told = Told.by(Generations.class)) {
      assertThat(scores(judged(rows, 50))).isEqualTo(scores);

      assertThat(told.messages())
          .isNotEmpty()
          .allMatch(message -> message.startsWith("generation cannot be kept"));
      if (trouble == BadDisk.Trouble.FULL) {
        disk.mend();
        assertThat(scores(judged(rows, 50))).isEqualTo(scores);
        assertThat(networks()).isEqualTo(kept);
        try (Stream<Path> all = Files.list(generations)) {
          assertThat(all.map(path -> path.getFileName().toString()))
              .as("nothing half written is left")
              .noneMatch(name -> name.startsWith("."));
        }
      }
    }
  }

  @Test
  void aNetworkFromElsewhereStaysAsItIs() {
    ModelDirectory foreign = TestModels.forTests("lstm15");

    assertThat(
            NetworkRefit.of(
                new Networks(foreign, TestModels.NATIVE_CACHE),
                "plant",
                new Refit(EVERY, DELAY, generations),
                1,
                new JudgeCounts()))
        .isNull();
  }
}
