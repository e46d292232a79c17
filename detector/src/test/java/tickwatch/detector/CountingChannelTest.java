package tickwatch.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tickwatch.detector.event.EventRules;
import tickwatch.detector.model.Model;

/** A channel that counts, beside channels that do not. */
class CountingChannelTest {
  private static final List<String> CHANNELS = List.of("temperature", "pressure", "power", "bytes");
  private static final int BYTES = 3;
  private static final int LEARNT = 600;
  private static final int ROWS = 1500;
  private static final int FAULT = 1000;
  private static final long MINUTE = 60_000_000_000L;
  private static final double RATE = 1000;

  /** Changes a row before it is published, and says how many bytes are counted in it. */
  private interface Change {
    double bytes(int t, double[] row, double usual);
  }

  private static double[][] rows(Change change) {
    Random random = new Random(11);
    double[][] rows = new double[ROWS][];
    double total = 4e9;
    for (int t = 0; t < ROWS; t++) {
      double load = Math.sin(t / 30.0);
      rows[t] =
          new double[] {
            50 + 5 * load + 0.3 * random.nextGaussian(),
            300 + 10 * load + random.nextGaussian(),
            60 - 8 * load + 0.5 * random.nextGaussian(),
            0
          };
      total += change.bytes(t, rows[t], Math.rint(RATE + 40 * random.nextGaussian()));
      rows[t][BYTES] += total;
    }
    return rows;
  }

  private static Found judged(double[][] values) {
    return judged(values, Integer.MAX_VALUE);
  }

  /** Judges, with an hour between the rows before {@code gap} and the others. */
  private static Found judged(double[][] values, int gap) {
    Rows rows = new Rows("plant", CHANNELS);
    for (int t = 0; t < ROWS; t++) {
      rows.add((t < gap ? t : t + 60) * MINUTE, "s", values[t]);
    }
    Found found = new Found(CHANNELS.size());
    Judge judge =
        new Judge(
            Model.learning("ensemble", CHANNELS, "test"),
            null,
            new Learning(Pipeline.standard(1), LEARNT),
            EventRules.defaults(),
            found,
            new JudgeCounts());
    judge.take(judge.source(Rows.schema("plant", CHANNELS)), rows.table());
    judge.complete();
    return found;
  }

  private static List<String> blamedFrom(Found found, int from, int to) {
    return found.anomalies.stream()
        .filter(one -> one.firstSeq() >= from && one.firstSeq() < to)
        .map(one -> one.top().channel())
        .distinct()
        .toList();
  }

  private static List<Long> flagsFrom(Found found, int from, int to) {
    return found.flags("s").stream().filter(seq -> seq >= from && seq < to).toList();
  }

  @Test
  void hardlyAnyRowIsFlaggedWhereNothingIsWrong() {
    assertThat(judged(rows((t, row, usual) -> usual)).flags("s")).hasSizeLessThan(ROWS / 100);
  }

  @Test
  void whatIsWrongInOtherChannelsIsFoundAndBlamedOnThem() {
    Found found =
        judged(
            rows(
                (t, row, usual) -> {
                  row[1] += t >= FAULT && t < FAULT + 10 ? 15 : 0;
                  return usual;
                }));

    assertThat(flagsFrom(found, FAULT, FAULT + 10)).hasSizeGreaterThan(8);
    assertThat(blamedFrom(found, FAULT, FAULT + 10)).containsExactly("pressure");
  }

  @ParameterizedTest
  @CsvSource({"stops, 0, 20", "doubles, 2, 20", "jumps, 30, 1", "falls, -1, 20"})
  void aCounterThatDoesNotGoOnAsItDidIsFlaggedAndBlamed(String what, double times, int rows) {
    Found found =
        judged(rows((t, row, usual) -> t >= FAULT && t < FAULT + rows ? times * usual : usual));

    assertThat(flagsFrom(found, FAULT, FAULT + 2)).as(what).isNotEmpty();
    assertThat(blamedFrom(found, FAULT, FAULT + 2)).as(what).containsExactly("bytes");
  }

  @Test
  void aResetIsNoAnomaly() {
    Found plain = judged(rows((t, row, usual) -> usual));
    Found reset =
        judged(
            rows(
                (t, row, usual) -> {
                  row[BYTES] -= t >= FAULT ? 4e9 + FAULT * RATE / 2 : 0;
                  return usual;
                }));

    assertThat(reset.flags("s")).isEqualTo(plain.flags("s"));
    assertThat(reset.rows.get(FAULT - LEARNT).expected()[BYTES]).isNaN();
    assertThat(reset.rows.get(FAULT - LEARNT + 1).expected()[BYTES])
        .isCloseTo(
            plain.rows.get(FAULT - LEARNT + 1).expected()[BYTES] - 4e9 - FAULT * RATE / 2,
            within(RATE));
  }

  @Test
  void aGapInTheRowsIsNoAnomaly() {
    Found plain = judged(rows((t, row, usual) -> usual), FAULT);
    Found found = judged(rows((t, row, usual) -> t == FAULT ? 60 * usual : usual), FAULT);

    assertThat(found.flags("s")).isEqualTo(plain.flags("s"));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 7})
  void aCounterThatComesWithSomeRowsOnlyIsJudgedAsWell(int every) {
    Change missing =
        (t, row, usual) -> {
          row[BYTES] = t % every == 0 ? 0 : Double.NaN;
          return t >= FAULT && t < FAULT + 40 ? 3 * usual : usual;
        };

    Found found = judged(rows(missing));

    assertThat(flagsFrom(found, LEARNT, FAULT)).hasSizeLessThan(10);
    assertThat(blamedFrom(found, FAULT, FAULT + 2 * every)).containsExactly("bytes");
  }

  @Test
  void whatIsExpectedIsToldInTheUnitOfTheCounter() {
    double[][] rows = rows((t, row, usual) -> usual);
    Found found = judged(rows);

    int inBand = 0;
    for (Found.Row row : found.rows) {
      double before = rows[(int) row.seq() - 1][BYTES];
      double now = rows[(int) row.seq()][BYTES];
      assertThat(row.expected()[BYTES] - before).isCloseTo(RATE, within(RATE / 5));
      inBand += row.lower()[BYTES] <= now && now <= row.upper()[BYTES] ? 1 : 0;
      assertThat(row.upper()[BYTES] - row.lower()[BYTES]).isLessThan(RATE);
    }
    assertThat(inBand).isGreaterThan(found.rows.size() * 97 / 100);
  }

  @Test
  void aRowsNumberIsJudgedByItsStepThoughThatNeverChanges() {
    Change number = (t, row, usual) -> 1;
    double[][] rows = rows(number);
    double[][] skips = rows((t, row, usual) -> t == FAULT ? 5 : 1);

    assertThat(judged(rows).flags("s")).hasSizeLessThan(ROWS / 100);
    assertThat(blamedFrom(judged(skips), FAULT, FAULT + 1)).containsExactly("bytes");
  }

  @Test
  void whatRoundingLeavesOfAConstantStepIsNoNoise() {
    double[][] rows = rows((t, row, usual) -> 0.1);
    for (int t = 0; t < ROWS; t++) {
      // Its values are coarser from here on: 2^33 is passed, then 2^34.
      rows[t][BYTES] += t >= FAULT ? 8e9 : 0;
    }

    assertThat(flagsFrom(judged(rows, FAULT), FAULT + 1, ROWS)).hasSizeLessThan(ROWS / 100);
  }
}
