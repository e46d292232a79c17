package tickwatch.detector;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tickwatch.detector.ensemble.Ensemble;
import tickwatch.detector.ensemble.EnsembleLearner;
import tickwatch.detector.event.EventRules;
import tickwatch.detector.model.Model;
import tickwatch.detector.threshold.AlarmLevel;
import tickwatch.detector.threshold.Threshold;
import tickwatch.detector.training.Generation;
import tickwatch.detector.training.Generations;

/** What was learnt is learnt again, from rows outside alarms. */
class RefitTest {
  private static final List<String> CHANNELS = List.of("temperature", "pressure", "power");
  private static final long MINUTE = 60_000_000_000L;
  private static final int LEARNT = 300;
  private static final int ROWS = 2400;

  @TempDir Path folder;

  private Learning learning(int every, int delay) {
    return new Learning(Pipeline.standard(1), LEARNT, new Refit(every, delay, folder));
  }

  /**
   * How much of a channel's last value is left in the next one falls slowly from nine tenths to
   * nothing between rows 400 and 1600: nothing is wrong, but what was learnt gets out of date.
   */
  private static Rows plant(long seed) {
    Random random = new Random(seed);
    Rows rows = new Rows("plant", CHANNELS);
    double[] state = new double[CHANNELS.size()];
    for (int t = 0; t < ROWS; t++) {
      double kept = 0.9 * Math.max(0, Math.min(1, (1600 - t) / 1200.0));
      for (int c = 0; c < state.length; c++) {
        state[c] = kept * state[c] + random.nextGaussian();
      }
      rows.add(t * MINUTE, "s", 50 + state[0], 300 + 3 * state[1], 60 + 0.1 * state[2]);
    }
    return rows;
  }

  private Found judged(Rows rows, Learning learning, int rowsAMessage) {
    return judged(rows, learning, rowsAMessage, new JudgeCounts());
  }

  private static Found judged(Rows rows, Learning learning, int rowsAMessage, JudgeCounts counts) {
    Found found = new Found(CHANNELS.size());
    Judge judge =
        new Judge(
            Model.learning("ensemble", CHANNELS, "test"),
            null,
            learning,
            EventRules.defaults(),
            found,
            counts);
    Source source = judge.source(Rows.schema("plant", CHANNELS));
    for (int at = 0; at < rows.count(); at += rowsAMessage) {
      judge.take(source, rows.table(at, Math.min(rows.count(), at + rowsAMessage)));
      judge.complete();
    }
    return found;
  }

  @Test
  void learningThatFailsIsCountedAndTheOldOneGoesOn() throws IOException {
    Rows rows = plant(1);
    Found undisturbed = judged(rows, learning(400, 100), 50);
    // One of more channels reads past the last row.
    keepInPlaceOf(generations().get(1), WIDER);
    JudgeCounts counts = new JudgeCounts();

    Found found = judged(rows, learning(400, 100), 50, counts);

    assertThat(counts.refitFailures()).isEqualTo(1);
    assertThat(found.rows).hasSameSizeAs(undisturbed.rows);
    assertThat(counts.refitTrouble()).as("the next one came to an end").isNull();
  }

  @Test
  void aCandidateThatCannotBeComparedIsCountedAndTheOldOneGoesOn() throws IOException {
    Rows rows = plant(1);
    Found undisturbed = judged(rows, learning(1500, 100), 50);
    Found plain = judged(rows, new Learning(Pipeline.standard(1), LEARNT), 50);
    assertThat(scores(undisturbed)).isNotEqualTo(scores(plain));
    keepInPlaceOf(generations().get(1), List.of("a"));
    JudgeCounts counts = new JudgeCounts();

    Found found = judged(rows, learning(1500, 100), 50, counts);

    assertThat(counts.refitFailures()).isEqualTo(1);
    assertThat(counts.refitTrouble()).contains("failed: table plant, sym s: ");
    assertThat(scores(found)).isEqualTo(scores(plain));
  }

  @Test
  void aFailedLearningTakesItsTimeOverAnEndOfDayToo() throws IOException {
    Rows rows = plant(1);
    Learning learning = learning(400, 100);
    judged(rows, learning, 50);
    Generation first = generations().get(1);
    keepInPlaceOf(first, WIDER);
    JudgeCounts counts = new JudgeCounts();
    List<Double> whole = scores(judged(rows, learning, 50, counts));
    assertThat(counts.refitFailures()).isEqualTo(1);
    List<Generation> all = generations();
    Model model = Model.learning("ensemble", CHANNELS, "test");
    StateFile state = new StateFile(folder.resolve("state"), "plant", model);
    int cut = (int) first.row() + 50;
    counts = new JudgeCounts();

    Found before = new Found(CHANNELS.size());
    Judge judge = new Judge(model, null, learning, EventRules.defaults(), before, counts);
    Source source = judge.source(Rows.schema("plant", CHANNELS));
    judge.take(source, rows.table(0, cut));
    judge.complete();
    state.write(7, source, judge::saveNetwork);
    assertThat(counts.refitFailures()).isEqualTo(1);
    judge.take(source, rows.table(cut, rows.count()));
    judge.complete();
    assertThat(scores(before)).as("where the process lives on").isEqualTo(whole);
    assertThat(counts.refitFailures()).as("counted once").isEqualTo(1);

    Found after = new Found(CHANNELS.size());
    Judge again = new Judge(model, null, learning, EventRules.defaults(), after, counts);
    Source restored = again.source(Rows.schema("plant", CHANNELS));
    assertThat(state.read(7, restored, in -> again.restoreNetwork(in, restored))).isTrue();
    again.take(restored, rows.table(cut, rows.count()));
    again.complete();
    List<Double> rest = scores(after);
    assertThat(rest).isEqualTo(whole.subList(whole.size() - rest.size(), whole.size()));
    assertThat(generations()).isEqualTo(all);
  }

  @Test
  void whatWasBegunWithAnotherDelayIsGivenUpAndTheNextOneIsDecided() throws IOException {
    Rows rows = plant(1);
    Model model = Model.learning("ensemble", CHANNELS, "test");
    StateFile state = new StateFile(folder.resolve("state"), "plant", model);
    int cut = LEARNT + 400 + 150;
    Judge judge =
        new Judge(
            model,
            null,
            learning(400, 200),
            EventRules.defaults(),
            new Found(CHANNELS.size()),
            new JudgeCounts());
    Source source = judge.source(Rows.schema("plant", CHANNELS));
    judge.take(source, rows.table(0, cut));
    judge.complete();
    state.write(7, source, judge::saveNetwork);

    Found after = new Found(CHANNELS.size());
    Judge again =
        new Judge(model, null, learning(400, 100), EventRules.defaults(), after, new JudgeCounts());
    Source restored = again.source(Rows.schema("plant", CHANNELS));
    assertThat(state.read(7, restored, in -> again.restoreNetwork(in, restored))).isTrue();
    again.take(restored, rows.table(cut, rows.count()));
    again.complete();

    assertThat(after.rows).hasSize(ROWS - cut);
    assertThat(generations()).extracting(Generation::effective).startsWith(299L, 1199L);
  }

  /** What was learnt from the same rows is, it says, an ensemble of these channels. */
  private void keepInPlaceOf(Generation generation, List<String> channels) {
    new Generations(folder)
        .keep(generation, channels, of(channels), AlarmLevel.fixed(new Threshold(1, 0.5)), 1);
  }

  private static final List<String> WIDER = List.of("a", "b", "c", "d");

  private static Ensemble of(List<String> channels) {
    Random random = new Random(1);
    EnsembleLearner learner = new EnsembleLearner(channels.size(), LEARNT);
    for (int t = 0; t < LEARNT; t++) {
      learner.add(random.doubles(channels.size()).toArray(), 0, Double.NaN, false);
    }
    Pipeline p = Pipeline.standard(1);
    return learner
        .learn(p.parts(), p.preparation(), p.combination(), p.threshold().rowScore(), 0, 1)
        .untouched();
  }

  private static List<Double> scores(Found found) {
    return found.rows.stream().map(Found.Row::score).toList();
  }

  private List<Generation> generations() throws IOException {
    return new Generations(folder).list();
  }

  @Test
  void rowsOfAnotherModeAreExpectedBetterAfterIt() throws IOException {
    judged(plant(1), learning(400, 100), 50);

    List<Generation> all = generations();
    assertThat(all).hasSizeGreaterThan(3);
    Generation first = all.get(0);
    assertThat(first.outcome()).isEqualTo(Generation.Outcome.TAKEN);
    assertThat(first.row()).isEqualTo(LEARNT - 1);
    List<Generation> taken =
        all.stream().skip(1).filter(one -> one.outcome() == Generation.Outcome.TAKEN).toList();
    assertThat(taken).isNotEmpty();
    assertThat(taken).allMatch(one -> one.error() <= one.errorBefore());
    assertThat(taken).allMatch(one -> one.effective() == one.row() + 100);
    assertThat(all)
        .filteredOn(one -> one.outcome() == Generation.Outcome.WORSE)
        .allMatch(one -> one.error() > one.errorBefore());
  }

  @Test
  void itDoesNotDependOnHowRowsWereCutIntoMessagesNorOnTheClock() throws IOException {
    Rows rows = plant(2);
    Found one = judged(rows, learning(400, 100), 1);
    List<Generation> generations = generations();
    Found other = judged(rows, learning(400, 100), 997);

    assertThat(scores(other)).isEqualTo(scores(one));
    assertThat(generations()).isEqualTo(generations);
    assertThat(generations.get(1).row()).isEqualTo(LEARNT + 400 - 1);
  }

  @Test
  void nothingChangesBeforeItTakesEffect() throws IOException {
    Rows rows = plant(3);
    Found plain = judged(rows, new Learning(Pipeline.standard(1), LEARNT), 50);
    Found refitted = judged(rows, learning(400, 100), 50);

    Generation second =
        generations().stream()
            .skip(1)
            .filter(one -> one.outcome() == Generation.Outcome.TAKEN)
            .findFirst()
            .orElseThrow();
    int same = (int) second.effective() - LEARNT + 1;
    assertThat(scores(refitted).subList(0, same)).isEqualTo(scores(plain).subList(0, same));
    assertThat(scores(refitted).get(same + 20)).isNotEqualTo(scores(plain).get(same + 20));
  }

  @Test
  void aCounterGoesOnWhereItStandsWhenWhatWasLearntAgainTakesOver() throws IOException {
    Random random = new Random(6);
    Rows rows = new Rows("plant", CHANNELS);
    double state = 0;
    double total = 1e7;
    for (int t = 0; t < ROWS; t++) {
      double kept = 0.9 * Math.max(0, Math.min(1, (1600 - t) / 1200.0));
      state = kept * state + random.nextGaussian();
      // What it counted while it was wrong is in no row that is learnt from again.
      total += 100 + 5 * random.nextGaussian() + (t >= 500 && t < 520 ? 400 : 0);
      rows.add(t * MINUTE, "s", 50 + state, 300 + random.nextGaussian(), total);
    }

    Found found = judged(rows, learning(400, 100), 50);

    assertThat(generations())
        .filteredOn(one -> one.row() >= LEARNT)
        .extracting(Generation::outcome)
        .contains(Generation.Outcome.TAKEN);
    assertThat(found.flags("s")).contains(500L).filteredOn(seq -> seq > 600).hasSizeLessThan(40);
    found.rows.stream()
        .filter(row -> row.seq() > 600)
        .forEach(row -> assertThat(row.upper()[2] - row.lower()[2]).isBetween(5.0, 100.0));
    assertThat(scores(judged(rows, learning(400, 100), 997))).isEqualTo(scores(found));
  }

  @Test
  void aReplayTakesWhatIsKeptInsteadOfLearningItAgain() throws IOException {
    Rows rows = plant(5);
    Found first = judged(rows, learning(1500, 100), 50);
    List<Generation> all = generations();
    Path second = folder.resolve(all.get(1).name());
    assertThat(all.get(1).outcome()).isEqualTo(Generation.Outcome.TAKEN);

    Found replayed = judged(rows, learning(1500, 100), 50);
    assertThat(scores(replayed)).isEqualTo(scores(first));

    // Something else under the name of the same inputs shows who is asked.
    Path other = folder.resolve(all.get(0).name());
    Files.copy(other.resolve("ensemble.bin"), second.resolve("ensemble.bin"), REPLACE_EXISTING);
    String wrong = Files.readString(second.resolve("model.json"));
    Files.writeString(second.resolve("model.json"), wrong.replace(sha256(second), sha256(other)));
    assertThat(scores(judged(rows, learning(1500, 100), 50)))
        .as("the doctored one is not of what was learnt")
        .isNotEqualTo(scores(first));

    // What does not fit its hash is learnt again.
    Files.writeString(second.resolve("model.json"), wrong);
    assertThat(scores(judged(rows, learning(1500, 100), 50))).isEqualTo(scores(first));
  }

  /** What a generation's file says. */
  private static String sha256(Path generation) throws IOException {
    return new ObjectMapper()
        .readTree(generation.resolve("model.json").toFile())
        .get("sha256")
        .asText();
  }

  @Test
  void aWithdrawnGenerationIsNotJudgedByInAReplay() throws IOException {
    Rows rows = plant(4);
    judged(rows, learning(1500, 100), 50);
    List<Generation> all = generations();
    Generation last = all.get(all.size() - 1);
    assertThat(last.outcome()).isEqualTo(Generation.Outcome.TAKEN);
    Generations kept = new Generations(folder);
    assertThat(requireNonNull(kept.before(last)).row()).isEqualTo(LEARNT - 1);

    kept.withdraw(last);
    Found replayed = judged(rows, learning(1500, 100), 50);

    Found plain = judged(rows, new Learning(Pipeline.standard(1), LEARNT), 50);
    assertThat(scores(replayed)).isEqualTo(scores(plain));
    assertThat(kept.isWithdrawn(last)).isTrue();
  }

  @ParameterizedTest
  @EnumSource(BadDisk.Trouble.class)
  void whatCannotBeWrittenIsJudgedByAllTheSame(BadDisk.Trouble trouble) throws IOException {
    Rows rows = plant(5);
    Path good = folder;
    List<Double> scores = scores(judged(rows, learning(1500, 100), 50));

    try (BadDisk disk = BadDisk.at(good.resolve("bad"), trouble);
        Told told = Told.by(Generations.class)) {
      folder = disk.folder();
      assertThat(scores(judged(rows, learning(1500, 100), 50))).isEqualTo(scores);

      assertThat(told.messages())
          .isNotEmpty()
          .allMatch(message -> message.startsWith("generation cannot be kept"));
    } finally {
      folder = good;
    }
  }

  @Test
  void whatIsBeingWrittenOrWasLeftHalfWrittenIsNoGeneration() throws IOException {
    judged(plant(5), learning(1500, 100), 50);
    List<Generation> all = generations();
    Path whole = folder.resolve(all.get(0).name());
    // Another process, which is no more.
    Path left = folder.resolve("." + all.get(0).name() + "-999999999");
    Files.createDirectories(left);
    for (String file : List.of("model.json", "ensemble.bin")) {
      Files.copy(whole.resolve(file), left.resolve(file));
    }

    assertThat(generations()).isEqualTo(all);

    Files.delete(whole.resolve("model.json"));
    judged(plant(5), learning(1500, 100), 50);
    assertThat(left).as("whoever writes the same tidies up").doesNotExist();
  }

  @Test
  void aDamagedGenerationIsToldAndHidesNoOther() throws IOException {
    judged(plant(5), learning(1500, 100), 50);
    List<Generation> all = generations();
    Files.writeString(folder.resolve(all.get(0).name()).resolve("model.json"), "{");

    try (Told told = Told.by(Generations.class)) {
      assertThat(generations()).isEqualTo(all.subList(1, all.size()));
      assertThat(told.messages())
          .singleElement()
          .asString()
          .contains(all.get(0).name(), "not JSON: Unexpected end-of-input");
    }
  }

  @Test
  void detectorsThatExpectNothingCannotBeComparedAndAreRefused() {
    assertThatThrownBy(
            () ->
                new Learning(
                    Pipeline.of(List.of("forest", "windows"), 1),
                    LEARNT,
                    new Refit(400, 100, folder)))
        .hasMessageContaining("refit of [forest, windows]")
        .hasMessageContaining("expected: one that expects values");
  }
}
