package tickwatch.detector.threshold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tickwatch.detector.model.Numbers;

class AlarmLevelTest {
  private static final double ROWS_PER_DAY = 288;

  /** Scores of a calm sensor: alike to their neighbours, seldom above 1. */
  private static double[] calm(int rows, long seed) {
    Random random = new Random(seed);
    double[] scores = new double[rows];
    double state = 0;
    for (int t = 0; t < rows; t++) {
      state = 0.9 * state + 0.1 * random.nextGaussian();
      scores[t] = Math.exp(2 * state) / 2.2;
    }
    return scores;
  }

  private record Run(List<Integer> flags, List<Integer> shifts, List<Double> levels) {
    static Run of(AlarmLevel level, double[] scores, int from, int to) {
      Run run = new Run(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
      for (int t = from; t < to; t++) {
        run.levels.add(level.now().value());
        if (level.now().isExceededBy(scores[t])) {
          run.flags.add(t);
        }
        if (level.next(scores[t]) == AlarmLevel.Change.SHIFTED) {
          run.shifts.add(t);
        }
      }
      return run;
    }
  }

  private static AlarmLevel fitted() {
    return new ThresholdRule.Pot(1).of(calm(4000, 1), ROWS_PER_DAY);
  }

  @Test
  void calmScoresRaiseAboutAsManyAlarmsAsWereAskedFor() {
    double[] scores = calm(40 * 288, 2);

    Run run = Run.of(fitted(), scores, 0, scores.length);

    int alarms = 0;
    for (int i = 0; i < run.flags.size(); i++) {
      alarms += i == 0 || run.flags.get(i) - run.flags.get(i - 1) > 10 ? 1 : 0;
    }
    assertThat(alarms).isBetween(3, 60);
  }

  @Test
  void aLastingShiftIsToldOnceAndWatchedFromThere() {
    double[] scores = calm(20 * 288, 3);
    int shift = 5 * 288;
    for (int t = shift; t < scores.length; t++) {
      scores[t] += 4;
    }
    int later = 12 * 288;
    for (int t = later; t < later + 20; t++) {
      scores[t] += 6;
    }

    Run run = Run.of(fitted(), scores, 0, scores.length);

    assertThat(run.shifts).hasSize(1);
    assertThat(run.shifts.get(0)).isBetween(shift + 288, shift + 3 * 288);
    assertThat(run.flags).contains(shift);
    // The new normal is quiet, and what stands out of it is seen.
    List<Integer> quiet =
        run.flags.stream().filter(t -> t > run.shifts.get(0) + 1 && t < later).toList();
    assertThat(quiet).hasSizeLessThan(30);
    assertThat(run.flags).contains(later);
  }

  @Test
  void whenTheOldLevelComesBackItIsWatchedAsBefore() {
    double[] scores = calm(20 * 288, 4);
    for (int t = 2 * 288; t < 8 * 288; t++) {
      scores[t] += 4;
    }
    int later = 15 * 288;
    scores[later] = 2.5;
    AlarmLevel level = fitted();
    double before = level.now().value();

    Run run = Run.of(level, scores, 0, scores.length);

    assertThat(run.shifts).hasSize(1);
    assertThat(run.levels.get(12 * 288)).isCloseTo(before, within(0.3 * before));
    assertThat(run.flags).contains(later);
  }

  @Test
  void whereAlarmsComeAndGoAllDayTheLevelRisesUntilTheyAreFewAndComesBack() {
    double[] scores = calm(40 * 288, 14);
    // Half of the rows, an hour on and an hour off, from day 5 to day 25.
    for (int t = 5 * 288; t < 25 * 288; t++) {
      scores[t] += t / 12 % 2 == 0 ? 3 : 0;
    }
    AlarmLevel level = fitted();
    double before = level.now().value();
    List<Integer> crowded = new ArrayList<>();
    int[] flagged = new int[40];
    double[] levels = new double[40];
    for (int t = 0; t < scores.length; t++) {
      levels[t / 288] = level.now().value();
      flagged[t / 288] += level.now().isExceededBy(scores[t]) ? 1 : 0;
      if (level.next(scores[t]) == AlarmLevel.Change.CROWDED) {
        crowded.add(t / 288);
      }
    }

    // Half of 288 rows a day less a twentieth of them: two days' worth after four and a half days.
    assertThat(crowded).containsExactly(9);
    assertThat(flagged[8]).isGreaterThan(120);
    for (int day = 12; day < 25; day++) {
      assertThat(flagged[day]).as("day %s", day).isLessThan(40);
    }
    assertThat(levels[24]).isGreaterThan(1.5 * before);
    assertThat(levels[39]).isCloseTo(before, within(0.3 * before));
  }

  @Test
  void aFaultOfADayAndAHalfDoesNotRaiseTheLevelOfTheNext() {
    double[] scores = calm(10 * 288, 15);
    for (int t = 2 * 288; t < 2 * 288 + 432; t++) {
      scores[t] += 4;
    }
    int next = 5 * 288;
    for (int t = next; t < next + 20; t++) {
      scores[t] += 2;
    }

    Run run = Run.of(fitted(), scores, 0, scores.length);

    assertThat(run.flags).contains(2 * 288 + 431, next + 5);
  }

  @Test
  void goesOnWhereItWasSaved() {
    double[] scores = calm(20 * 288, 5);
    for (int t = 5 * 288; t < scores.length; t++) {
      scores[t] += t % 600 < 300 ? 3 : 0;
    }
    for (int cut : new int[] {3, 5 * 288 + 40, 5 * 288 + 310, 9 * 288, 15 * 288}) {
      AlarmLevel whole = fitted();
      AlarmLevel first = fitted();
      Run.of(whole, scores, 0, cut);
      Run.of(first, scores, 0, cut);
      Numbers numbers = new Numbers();
      first.save(numbers);

      AlarmLevel second = AlarmLevel.restore(new Numbers(numbers.toArray()));

      assertThat(Run.of(second, scores, cut, scores.length))
          .isEqualTo(Run.of(whole, scores, cut, scores.length));
    }
  }

  @Test
  void anAlarmEndsWhereItFallsFarFromItsOwnHeight() {
    double[] scores = calm(3000, 16);
    AlarmLevel level = fitted();
    double open = level.now().value();
    Arrays.fill(scores, 1000, 1100, 10 * open);
    // An average that empties: half as much every nine rows.
    int below = 0;
    for (int t = 1100; t < 1200; t++) {
      scores[t] += 10 * open * Math.pow(2, -(t - 1099) / 9.0);
      below = below == 0 && scores[t] < 1.5 * open ? t : below;
    }

    Run run = Run.of(level, scores, 0, 1200);

    assertThat(run.flags.get(run.flags.size() - 1)).isEqualTo(below - 1);
  }

  @Test
  void whatStaysAfterAnAlarmIsFlaggedAgainAndSoIsWhatIsHigher() {
    double[] scores = calm(3000, 17);
    AlarmLevel level = fitted();
    double open = level.now().value();
    Arrays.fill(scores, 1000, 1100, 10 * open);
    Arrays.fill(scores, 1100, 1300, 1.3 * open);
    double[] again = scores.clone();
    again[1110] = 1.8 * open;

    List<Integer> stays = Run.of(level, scores, 0, 1300).flags;
    List<Integer> higher = Run.of(fitted(), again, 0, 1300).flags;

    assertThat(stays).doesNotContain(1100, 1110, 1120).contains(1200, 1299);
    assertThat(higher).contains(1110);
  }

  @Test
  void aFixedLevelNeverMoves() {
    AlarmLevel level = new ThresholdRule.Fixed(2).of(calm(500, 6), ROWS_PER_DAY);
    double[] scores = new double[5000];
    Arrays.fill(scores, 9);

    Run run = Run.of(level, scores, 0, scores.length);

    assertThat(run.flags).hasSize(5000);
    assertThat(run.levels).containsOnly(2.0);
    assertThat(run.shifts).isEmpty();
  }

  @Test
  void aQuantileTimesAFactorIsTakenAsItIs() {
    double[] scores = new double[101];
    Arrays.setAll(scores, i -> i / 100.0);

    assertThat(new ThresholdRule.OfQuantile(0.9, 2).of(scores, 1).now().value())
        .isCloseTo(1.8, within(1e-12));
  }

  @Test
  void theTailOfAnExponentialIsFound() {
    Random random = new Random(9);
    double[] scores = new double[50_000];
    Arrays.setAll(scores, i -> -Math.log(1 - random.nextDouble()));
    Arrays.sort(scores);

    PeaksOverThreshold tail = PeaksOverThreshold.fit(scores, 50_000);

    // An exponential exceeds 10 with probability exp(-10).
    assertThat(tail.exceededWith(Math.exp(-10))).isCloseTo(10, within(1.2));
    assertThat(tail.shape()).isCloseTo(0, within(0.12));
  }

  @Test
  void theLessThereIsToLearnFromTheHigherTheLevel() {
    double stretches = 100 / (20 / Math.log(2));
    double few = new ThresholdRule.Pot(1).of(calm(100, 11), ROWS_PER_DAY).now().value();
    double tail =
        PeaksOverThreshold.fit(Arrays.stream(calm(100, 11)).sorted().toArray(), stretches)
            .exceededWith(5 / ROWS_PER_DAY);

    assertThat(few).isCloseTo(tail * (1 + 0.3 / Math.sqrt(stretches)), within(1e-9));
  }

  @Test
  void aFewWildRowsOfFewAreNotTakenForAHeavyTail() {
    double[] calm = calm(100, 11);
    double[] wild = calm.clone();
    Arrays.sort(wild);
    wild[99] += 1.5;

    double level = new ThresholdRule.Pot(1).of(calm, 86_400).now().value();
    double wildLevel = new ThresholdRule.Pot(1).of(wild, 86_400).now().value();

    assertThat(wildLevel).isLessThan(1.3 * level);
  }

  @Test
  void alarmsWantedMoreOftenThanTheTailBeginsAreCounted() {
    double[] scores = calm(2000, 12);
    double[] sorted = Arrays.stream(scores).sorted().toArray();

    // 5 rows an alarm, 20 alarms in 288 rows: more than a third of the rows.
    double often = new ThresholdRule.Pot(20).of(scores, ROWS_PER_DAY).now().value();

    double counted = PeaksOverThreshold.quantile(sorted, 1 - 100 / ROWS_PER_DAY);
    assertThat(often).isBetween(counted, 1.05 * counted);
  }

  @Test
  void anAlarmRaisesTheLevelByATenthAndByLessWhereMoreAreAccepted() {
    double[] scores = calm(4000, 13);

    for (double accepted : new double[] {0.5, 1, 5}) {
      AlarmLevel level = new ThresholdRule.Pot(accepted).of(scores, ROWS_PER_DAY);
      double before = level.now().value();
      level.next(2 * before);
      for (int row = 0; row < 10; row++) {
        level.next(0);
      }

      double raised = 0.1 / Math.max(1, accepted);
      assertThat(level.now().value() / before)
          .as("%s a day", accepted)
          .isCloseTo(1 + raised, within(0.01));
    }
  }
}
