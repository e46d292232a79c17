package tickwatch.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tickwatch.detector.analysis.Anomaly;
import tickwatch.detector.evaluation.LabelledSeries;
import tickwatch.detector.event.EventRules;
import tickwatch.detector.health.HealthEvent;
import tickwatch.detector.model.Model;
import tickwatch.detector.model.ModelDirectory;
import tickwatch.detector.model.TestModels;
import tickwatch.detector.model.TorchForecaster;
import tickwatch.detector.preprocess.Preparation;
import tickwatch.detector.threshold.ThresholdRule;

/** Sensors that learn from their own first rows. */
class LearningTest {
  private static final List<String> CHANNELS = List.of("temperature", "pressure", "power");
  private static final int LEARNT = 400;
  private static final Learning LEARNING = new Learning(Pipeline.standard(1), LEARNT);
  private static final long MINUTE = 60_000_000_000L;

  /** Two sensors in turn, with other levels; from row {@code fault} on one is wrong. */
  private static Rows plant(int perSensor, int fault, long seed) {
    Random random = new Random(seed);
    Rows rows = new Rows("plant", CHANNELS);
    for (int t = 0; t < perSensor; t++) {
      for (int s = 0; s < 2; s++) {
        double load = Math.sin(t / 30.0 + s);
        double[] row = {
          50 + 20 * s + 5 * load + 0.3 * random.nextGaussian(),
          300 + 10 * load + random.nextGaussian(),
          60 - 8 * load + 0.5 * random.nextGaussian()
        };
        if (s == 1 && t >= fault && t < fault + 15) {
          row[1] += 25;
        }
        if (t % 97 == 5) {
          row[2] = Double.NaN;
        }
        rows.add(t * MINUTE, "s" + s, row);
      }
    }
    return rows;
  }

  private static Found judged(Rows rows, int rowsAMessage) {
    Found found = new Found(CHANNELS.size());
    Judge judge = judge(found);
    Source source = judge.source(Rows.schema("plant", CHANNELS));
    take(judge, source, rows, 0, rows.count(), rowsAMessage);
    return found;
  }

  private static Judge judge(Found found) {
    return judge(found, LEARNING);
  }

  private static Judge judge(Found found, Learning learning) {
    return judge(found, learning, CHANNELS);
  }

  private static Judge judge(Found found, Learning learning, List<String> channels) {
    return new Judge(
        Model.learning("ensemble", channels, "test"),
        null,
        learning,
        EventRules.defaults(),
        found,
        new JudgeCounts());
  }

  private static void take(
      Judge judge, Source source, Rows rows, int from, int to, int rowsAMessage) {
    for (int at = from; at < to; at += rowsAMessage) {
      judge.take(source, rows.table(at, Math.min(to, at + rowsAMessage)));
      judge.complete();
    }
  }

  @Test
  void theFirstRowsAreLearntFromAndTheNextOnesJudged() {
    Rows rows = plant(1000, 700, 1);

    Found found = judged(rows, 100);

    assertThat(found.rows).hasSize(2 * (1000 - LEARNT));
    assertThat(found.rows.get(0).seq()).isEqualTo(LEARNT);
    assertThat(found.flags("s1")).contains(700L);
    assertThat(found.flags("s0")).hasSizeLessThan(20);
    Found.Row first =
        found.rows.stream()
            .filter(row -> row.seq() == 700 && row.sym().equals("s1"))
            .findFirst()
            .orElseThrow();
    assertThat(first.contribution()[1]).isGreaterThan(first.contribution()[0]);
    assertThat(first.contribution()[1]).isGreaterThan(first.contribution()[2]);
    assertThat(first.expected()[1]).isBetween(280.0, 320.0);
    assertThat(first.upper()[1]).isLessThan(330);
    assertThat(found.anomalies)
        .filteredOn(anomaly -> anomaly.firstSeq() == 700)
        .isNotEmpty()
        .allMatch(anomaly -> anomaly.top().channel().equals("pressure"));
  }

  @Test
  void aLevelThatShiftsForGoodIsToldOnceAndWatchedFromThereOn() {
    // A row each hour, so that two days are soon over; s1's pressure stays 12 higher from 600 on,
    // and its power goes wrong on the new level.
    Random random = new Random(21);
    Rows rows = new Rows("plant", CHANNELS);
    for (int t = 0; t < 1200; t++) {
      for (int s = 0; s < 2; s++) {
        double load = Math.sin(t / 30.0 + s);
        double shift = s == 1 && t >= 600 ? 12 : 0;
        double fault = s == 1 && t >= 1100 && t < 1110 ? 25 : 0;
        rows.add(
            t * 60L * MINUTE,
            "s" + s,
            50 + 20 * s + 5 * load + 0.3 * random.nextGaussian(),
            300 + 10 * load + random.nextGaussian() + shift,
            60 - 8 * load + 0.5 * random.nextGaussian() + fault);
      }
    }
    Found found = new Found(CHANNELS.size());
    JudgeCounts counts = new JudgeCounts();
    Judge judge =
        new Judge(
            Model.learning("ensemble", CHANNELS, "test"),
            null,
            new Learning(Pipeline.of(List.of("pca", "windows"), 1), LEARNT),
            EventRules.defaults(),
            found,
            counts);

    take(judge, judge.source(Rows.schema("plant", CHANNELS)), rows, 0, rows.count(), 100);

    List<Anomaly> lasting = found.anomalies.stream().filter(Anomaly::isLasting).toList();
    assertThat(lasting).hasSize(1);
    assertThat(lasting.get(0).sym()).isEqualTo("s1");
    assertThat(lasting.get(0).kind()).isEqualTo("lastingShift");
    assertThat(lasting.get(0).state()).isEqualTo(Anomaly.State.CLOSED);
    assertThat(lasting.get(0).firstSeq()).isBetween(600L, 625L);
    assertThat(lasting.get(0).cause())
        .contains("is taken for normal from here on")
        .containsPattern("touched [123] channels? of \\d sensors? in \\d+ flagged rows over \\d");
    assertThat(counts.shifts()).isEqualTo(1);
    long told = lasting.get(0).lastSeq();
    assertThat(found.flags("s1")).filteredOn(seq -> seq > told + 1 && seq < 1100).isEmpty();
    assertThat(found.anomalies)
        .filteredOn(a -> a.sym().equals("s1") && a.firstSeq() > told)
        .extracting(a -> a.firstSeq() >= 1100)
        .isNotEmpty()
        .containsOnly(true);
  }

  @ParameterizedTest
  @ValueSource(doubles = {30, 1e6, 1e300, -1e300})
  void aValueFarOffInOneOfManyChannelsIsFlagged(double off) {
    List<String> many = IntStream.range(0, 38).mapToObj(c -> "c" + c).toList();
    Random random = new Random(8);
    Rows rows = new Rows("plant", many);
    for (int t = 0; t < 600; t++) {
      double[] row = random.doubles(many.size()).map(u -> random.nextGaussian()).toArray();
      row[17] += t == 500 ? off : 0;
      rows.add(t * MINUTE, "s", row);
    }
    Found found = new Found(many.size());
    Judge judge =
        new Judge(
            Model.learning("ensemble", many, "test"),
            null,
            LEARNING,
            EventRules.defaults(),
            found,
            new JudgeCounts());

    take(judge, judge.source(Rows.schema("plant", many)), rows, 0, rows.count(), 100);

    assertThat(found.flags("s")).contains(500L);
    Found.Row row = found.rows.stream().filter(one -> one.seq() == 500).findFirst().orElseThrow();
    assertThat(row.score()).isFinite();
    assertThat(Arrays.stream(row.contribution()).max().orElseThrow())
        .isEqualTo(row.contribution()[17]);
    assertThat(found.anomalies)
        .filteredOn(anomaly -> anomaly.firstSeq() == 500)
        .isNotEmpty()
        .allMatch(anomaly -> anomaly.top().channel().equals("c17"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 64, 2000})
  void whatIsFoundDoesNotDependOnHowRowsCome(int rowsAMessage) {
    Rows rows = plant(600, 500, 2);
    Found expected = judged(rows, 10);

    Found found = judged(rows, rowsAMessage);

    assertThat(found.rows).hasSameSizeAs(expected.rows);
    for (String sym : List.of("s0", "s1")) {
      assertThat(scores(found, sym)).isEqualTo(scores(expected, sym));
      assertThat(found.flags(sym)).isEqualTo(expected.flags(sym));
    }
  }

  private static List<Double> scores(Found found, String sym) {
    return found.rows.stream().filter(row -> row.sym().equals(sym)).map(Found.Row::score).toList();
  }

  @Test
  void whatComesLaterChangesNoVerdictBefore() {
    Rows rows = plant(700, 650, 3);
    Rows other = plant(700, 520, 3);

    List<Double> scores = scores(judged(rows, 50), "s1");
    List<Double> others = scores(judged(other, 50), "s1");

    assertThat(others.subList(0, 520 - LEARNT)).isEqualTo(scores.subList(0, 520 - LEARNT));
    assertThat(others.get(520 - LEARNT)).isNotEqualTo(scores.get(520 - LEARNT));
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 2 * LEARNT - 1, 2 * LEARNT, 1010})
  void aSensorGoesOnFromWhatWasSaved(int cut) {
    goesOn(LEARNING, cut);
  }

  @ParameterizedTest
  @ValueSource(ints = {2 * LEARNT, 1010})
  void aSensorOfOneChannelGoesOnFromWhatWasSaved(int cut) {
    List<String> channel = List.of("load");
    Random random = new Random(7);
    Rows rows = new Rows("plant", channel);
    for (int t = 0; t < 700; t++) {
      for (int s = 0; s < 2; s++) {
        double fault = s == 1 && t >= 500 && t < 515 ? 10 : 0;
        double[] row = {50 + 5 * Math.sin(t / 10.0) + 0.3 * random.nextGaussian() + fault};
        rows.add(t * MINUTE, "s" + s, row);
      }
    }

    goesOn(LEARNING, channel, rows, cut);
  }

  /** Before it has learnt, behind a missing value, at a reset, behind a gap. */
  @ParameterizedTest
  @ValueSource(ints = {100, 2 * LEARNT + 1, 1001, 1002, 1061, 1101})
  void aSensorWithACounterGoesOnFromWhatWasSaved(int cut) {
    Random random = new Random(12);
    Rows rows = new Rows("plant", CHANNELS);
    double[] total = {100, 1e6};
    for (int t = 0; t < 700; t++) {
      for (int s = 0; s < 2; s++) {
        total[s] = t == 500 ? 0 : total[s] + 50 + 5 * random.nextGaussian();
        rows.add(
            (t < 550 ? t : t + 60) * MINUTE,
            "s" + s,
            50 + random.nextGaussian(),
            300 + random.nextGaussian() + (t >= 600 && t < 610 ? 10 : 0),
            t % 10 == 0 && t != 500 ? Double.NaN : total[s]);
      }
    }

    goesOn(LEARNING, CHANNELS, rows, cut);
  }

  @Test
  void oneChannelIsJudgedByItsSeasonAndShapeSinceItHasNoOthers() {
    long[] times = new long[900];
    double[][] values = new double[1][900];
    boolean[] labels = new boolean[900];
    Random random = new Random(8);
    for (int t = 0; t < 900; t++) {
      times[t] = t * MINUTE;
      labels[t] = t >= 700 && t < 720;
      // Half a cycle late: as high as ever, and as smooth.
      double angle = t / 10.0 + (labels[t] ? Math.PI : 0);
      values[0][t] = 50 + 5 * Math.sin(angle) + 0.3 * random.nextGaussian();
    }
    LabelledSeries series =
        new LabelledSeries("s", List.of("load"), times, values, new boolean[900], labels)
            .withTrainRows(LEARNT);

    Evaluation.Outcome outcome = Evaluation.run(series, null, null, Pipeline.standard(1));

    assertThat(outcome.memberNames()).containsExactly("var", "var10", "windows", "stl");
    assertThat(outcome.ranking(10, false).aucPr()).isGreaterThan(0.7);
    assertThat(outcome.flagging(10).eventRecall()).isEqualTo(1);
  }

  @Test
  void aSensorWithALevelForEachChannelGoesOnFromWhatWasSaved() {
    Pipeline all = LEARNING.pipeline();
    goesOn(
        new Learning(
            new Pipeline(
                "channels",
                all.parts(),
                new Preparation(Preparation.Scaling.ROBUST, Preparation.Imputation.NEAREST),
                all.combination(),
                0,
                null,
                new ThresholdRule.PerChannel(all.threshold()),
                1,
                "channels",
                null),
            LEARNT),
        1010);
  }

  @Test
  void aRowFarAheadSilencesItsSensorForAHundredRowsAndNobodyElse() {
    Rows rows = new Rows("plant", CHANNELS);
    Random random = new Random(6);
    for (int t = 0; t < 900; t++) {
      for (String sym : List.of("a", "b")) {
        double[] values = random.doubles(CHANNELS.size()).toArray();
        long days = sym.equals("a") && t == 500 ? 4_000 : 0;
        rows.add((t + days * 1440) * 60_000_000_000L, sym, values);
      }
    }
    Found found = new Found(CHANNELS.size());
    Judge judge = judge(found, new Learning(Pipeline.standard(1), 300));

    take(judge, judge.source(Rows.schema("plant", CHANNELS)), rows, 0, rows.count(), 7);

    assertThat(scores(found, "a")).hasSize(900 - 300 - 99);
    assertThat(scores(found, "b")).hasSize(900 - 300);
    assertThat(found.health.stream().map(HealthEvent::sym)).isNotEmpty().doesNotContain("b");
  }

  @Test
  void aStreamThatRunsBackwardsIsToldAndSoIsThatItGoesOn() {
    Rows rows = new Rows("plant", CHANNELS);
    Random random = new Random(8);
    for (int t = 0; t < 1200; t++) {
      long minute = t < 800 ? 10_000 - t : 10_000 + t;
      rows.add(minute * 60_000_000_000L, "a", random.doubles(CHANNELS.size()).toArray());
    }
    Found found = new Found(CHANNELS.size());
    Judge judge = judge(found, new Learning(Pipeline.standard(1), 300));
    Source source = judge.source(Rows.schema("plant", CHANNELS));

    take(judge, source, rows, 0, 800, 7);
    String trouble = judge.counts().lateTrouble();
    List<String> texts = found.health.stream().map(HealthEvent::text).toList();
    take(judge, source, rows, 800, 1200, 7);

    assertThat(trouble)
        .contains("rows are not judged", "table plant, sym a", "newest 2000-01-07T22:40:00Z");
    assertThat(texts).containsExactly("a late: rows come late and are left out");
    assertThat(judge.counts().lateTrouble()).isNull();
    assertThat(judge.counts().lateSensors()).isZero();
    assertThat(scores(found, "a")).hasSize(401 - 300);
    assertThat(found.health).extracting(HealthEvent::isOver).containsExactly(false, true);
  }

  @Test
  void aSensorThatFallsSilentAfterItsFirstRowsIsToldByTheOthersRows() {
    Rows rows = new Rows("plant", CHANNELS);
    Random random = new Random(9);
    for (int t = 0; t < 600; t++) {
      rows.add(t * 60_000_000_000L, "a", random.doubles(CHANNELS.size()).toArray());
      if (t < 3 || t == 500) {
        rows.add(t * 60_000_000_000L, "b", random.doubles(CHANNELS.size()).toArray());
      }
    }
    Found found = new Found(CHANNELS.size());
    Judge judge = judge(found, new Learning(Pipeline.standard(1), 300));

    take(judge, judge.source(Rows.schema("plant", CHANNELS)), rows, 0, rows.count(), 7);

    assertThat(found.health)
        .extracting(HealthEvent::id)
        .containsExactly("plant.b.gap.3", "plant.b.gap.3");
    assertThat(found.health).extracting(HealthEvent::isOver).containsExactly(false, true);
    assertThat(found.health.get(0).text()).endsWith("after its first 3 rows");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 10})
  void aSensorWhoseClockIsAheadDoesNotMakeTheOthersSilent(int sensors) {
    Rows rows = new Rows("plant", CHANNELS);
    Random random = new Random(10);
    for (int t = 0; t < 600; t++) {
      for (int s = 0; s < sensors; s++) {
        boolean isSilent = s == 1 && t >= 300 && t < 500;
        if (!isSilent) {
          long minute = s == 0 ? t + 60 : t;
          rows.add(minute * 60_000_000_000L, "s" + s, random.doubles(CHANNELS.size()).toArray());
        }
      }
    }
    Found found = new Found(CHANNELS.size());
    Judge judge = judge(found, new Learning(Pipeline.standard(1), 300));

    take(judge, judge.source(Rows.schema("plant", CHANNELS)), rows, 0, rows.count(), 7);

    List<String> told = found.health.stream().map(HealthEvent::id).distinct().toList();
    assertThat(told).containsExactly("plant.s1.gap.300");
    assertThat(found.health).extracting(HealthEvent::isOver).containsExactly(false, true);
  }

  @Test
  void aSensorThatIsToldToBeSilentThoughItsClockIsOnlyBehindIsToldOnce() {
    Rows rows = new Rows("plant", CHANNELS);
    Random random = new Random(11);
    for (int t = 0; t < 2000; t++) {
      // Seldom is the slow one heard between two looks.
      rows.add(t * 1_000_000_000L, "fast", random.doubles(CHANNELS.size()).toArray());
      if (t % 100 == 0) {
        rows.add((t - 3600) * 1_000_000_000L, "slow", random.doubles(CHANNELS.size()).toArray());
      }
    }
    Found found = new Found(CHANNELS.size());
    Judge judge = judge(found, new Learning(Pipeline.standard(1), 300));

    take(judge, judge.source(Rows.schema("plant", CHANNELS)), rows, 0, rows.count(), 7);

    assertThat(found.health).extracting(HealthEvent::sym).containsOnly("slow");
    assertThat(found.health).extracting(HealthEvent::isOver).containsExactly(false, true);
  }

  private static void goesOn(Learning learning, int cut) {
    goesOn(learning, CHANNELS, plant(700, 500, 4), cut);
  }

  private static void goesOn(Learning learning, List<String> channels, Rows rows, int cut) {
    Found expected = new Found(channels.size());
    Judge whole = judge(expected, learning, channels);
    take(whole, whole.source(Rows.schema("plant", channels)), rows, 0, rows.count(), 7);
    Found before = new Found(channels.size());
    Judge first = judge(before, learning, channels);
    Source source = first.source(Rows.schema("plant", channels));
    take(first, source, rows, 0, cut, 7);
    Found after = new Found(channels.size());
    Judge second = judge(after, learning, channels);
    Source restored = second.source(Rows.schema("plant", channels));
    Model model = Model.learning("ensemble", channels, "test");
    source
        .sensors()
        .forEach(
            (sym, sensor) -> {
              Sensor other = restored.sensor(sym);
              other.order.restore(
                  sensor.order.lastTime(),
                  sensor.order.usualStep(),
                  sensor.order.steps(),
                  sensor.order.lateRows(),
                  sensor.order.firstLate());
              other.restoreLearnt(sensor.saveLearnt(), model);
            });

    take(second, restored, rows, cut, rows.count(), 7);

    List<Double> scores = new ArrayList<>(scores(before, "s1"));
    scores.addAll(scores(after, "s1"));
    assertThat(scores).isEqualTo(scores(expected, "s1"));
    List<Boolean> flags = new ArrayList<>();
    before.rows.forEach(row -> flags.add(row.flag()));
    after.rows.forEach(row -> flags.add(row.flag()));
    assertThat(flags).isEqualTo(expected.rows.stream().map(Found.Row::flag).toList());
  }

  @Test
  void aForecasterJudgesUntilItsSensorHasLearntAndIsAMemberFromThenOn() {
    ModelDirectory directory = TestModels.forTests("lstm15");
    List<String> channels = directory.model().channels();
    Rows rows = plant(600, 550, 5);
    try (TorchForecaster forecaster = TestModels.load(directory)) {
      Found alone = new Found(3);
      Judge plain = new Judge(directory.model(), forecaster, EventRules.defaults(), alone);
      take(plain, plain.source(Rows.schema("plant", channels)), rows, 0, rows.count(), 64);
      Found together = new Found(3);
      Judge judge =
          new Judge(
              directory.model(),
              forecaster,
              new Learning(Pipeline.standard(1).withNetwork(1), LEARNT),
              EventRules.defaults(),
              together,
              new JudgeCounts());
      take(judge, judge.source(Rows.schema("plant", channels)), rows, 0, rows.count(), 64);

      assertThat(together.rows).hasSameSizeAs(alone.rows);
      int window = directory.model().window();
      assertThat(scores(together, "s1").subList(0, LEARNT - window))
          .isEqualTo(scores(alone, "s1").subList(0, LEARNT - window));
      assertThat(scores(together, "s1").subList(LEARNT - window, 600 - window))
          .isNotEqualTo(scores(alone, "s1").subList(LEARNT - window, 600 - window));
      assertThat(together.flags("s1")).contains(550L);
    }
  }

  @Test
  void anEvaluationSaysWhatALiveDetectorWouldSay() {
    Rows rows = plant(800, 600, 6);
    Found live = judged(rows, 33);
    long[] times = new long[800];
    double[][] values = new double[3][800];
    Random random = new Random(6);
    for (int t = 0; t < 800; t++) {
      times[t] = t * MINUTE;
      for (int s = 0; s < 2; s++) {
        double load = Math.sin(t / 30.0 + s);
        double[] row = {
          50 + 20 * s + 5 * load + 0.3 * random.nextGaussian(),
          300 + 10 * load + random.nextGaussian(),
          60 - 8 * load + 0.5 * random.nextGaussian()
        };
        if (s == 1) {
          for (int c = 0; c < 3; c++) {
            values[c][t] = row[c] + (c == 1 && t >= 600 && t < 615 ? 25 : 0);
          }
          values[2][t] = t % 97 == 5 ? Double.NaN : values[2][t];
        }
      }
    }
    boolean[] labels = new boolean[800];
    Arrays.fill(labels, 600, 615, true);
    LabelledSeries series =
        new LabelledSeries("s1", CHANNELS, times, values, new boolean[800], labels)
            .withTrainRows(LEARNT);

    Evaluation.Outcome outcome = Evaluation.run(series, null, null, Pipeline.standard(1));

    List<Double> scores = scores(live, "s1");
    for (int t = LEARNT; t < 800; t++) {
      assertThat(outcome.scores()[t]).isEqualTo(scores.get(t - LEARNT));
    }
    assertThat(outcome.memberNames()).containsExactly("var", "var10", "pca", "others", "windows");
    assertThat(outcome.top()[600 * Evaluation.TOP_CHANNELS]).isEqualTo(1);
    assertThat(outcome.flagging(10).eventRecall()).isEqualTo(1);
    assertThat(outcome.ranking(10, false).aucPr()).isGreaterThan(0.6);
  }

  @Test
  void lateRowsOfAFileAreNeitherLearntNorMoveTheScoresOfOthers() {
    Random random = new Random(12);
    long[] times = new long[700];
    double[][] values = new double[3][700];
    for (int t = 0; t < 700; t++) {
      times[t] = t * MINUTE;
      for (int c = 0; c < 3; c++) {
        values[c][t] = Math.sin(t / 30.0 + c) + 0.2 * random.nextGaussian();
      }
    }
    // Two rows of long ago among those learnt from.
    int[] late = {150, 300};
    int rows = 700 + late.length;
    long[] lateTimes = new long[rows];
    double[][] lateValues = new double[3][rows];
    int[] placeOf = new int[700];
    for (int at = 0, t = 0; at < rows; at++) {
      boolean isLate = at == late[0] || at == late[1];
      lateTimes[at] = isLate ? times[t] - 100 * MINUTE : times[t];
      for (int c = 0; c < 3; c++) {
        lateValues[c][at] = isLate ? 1000 : values[c][t];
      }
      if (!isLate) {
        placeOf[t++] = at;
      }
    }

    Evaluation.Outcome without =
        Evaluation.run(
            new LabelledSeries("s", CHANNELS, times, values, new boolean[700], new boolean[700])
                .withTrainRows(LEARNT),
            null,
            null,
            Pipeline.standard(1));
    Evaluation.Outcome with =
        Evaluation.run(
            new LabelledSeries(
                    "s", CHANNELS, lateTimes, lateValues, new boolean[rows], new boolean[rows])
                .withTrainRows(LEARNT + late.length),
            null,
            null,
            Pipeline.standard(1));

    for (int t = 0; t < 700; t++) {
      assertThat((Double) with.scores()[placeOf[t]])
          .as("row %d", t)
          .isEqualTo((Double) without.scores()[t]);
      assertThat((Double) with.thresholds()[placeOf[t]])
          .as("row %d", t)
          .isEqualTo((Double) without.thresholds()[t]);
    }
    assertThat(with.scores()[late[0]]).isNaN();
    assertThat(with.scores()[late[1]]).isNaN();
  }

  @Test
  void rowsThatNeverMoveAreLearntAndRaiseNoAlarm() {
    Rows rows = new Rows("plant", CHANNELS);
    for (int t = 0; t < 900; t++) {
      rows.add(t * MINUTE, "s0", 20, 300, 0);
    }
    rows.add(900 * MINUTE, "s0", 20, 301, 0);

    Found found = judged(rows, 50);

    assertThat(found.rows).hasSize(901 - LEARNT);
    assertThat(found.flags("s0")).containsExactly(900L);
    assertThat(found.rows.get(0).score()).isCloseTo(0.05, within(0.01));
  }
}
