package tickwatch.detector;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import tickwatch.detector.analysis.Anomaly;
import tickwatch.detector.analysis.Similar;
import tickwatch.detector.event.EventRules;
import tickwatch.detector.feedback.Opinion;
import tickwatch.detector.health.HealthRules;

/** What people say of an anomaly changes what is told of the rows that come after. */
class FeedbackTest {
  private static final long SECOND = 1_000_000_000L;

  private final FromOthers detector = new FromOthers(new Plants(1).normal(4000));
  private final List<double[]> normal = new Plants(77).normal(3000);
  private final LongAdder suppressed = new LongAdder();
  private SourceEvents shared = shared();
  private SensorEvents events = new SensorEvents("s", shared);
  private final List<Anomaly> told = new ArrayList<>();
  private int row;

  private SourceEvents shared() {
    return new SourceEvents(
        "line",
        "others",
        Plants.CHANNELS,
        EventRules.defaults(),
        HealthRules.defaults(),
        event -> {},
        false,
        suppressed);
  }

  /** Rows with something added to one channel; what is told of them. */
  private List<Anomaly> rows(int count, int channel, double added) {
    int before = told.size();
    for (int i = 0; i < count; i++) {
      double[] values = normal.get(row).clone();
      values[channel] += added;
      Anomaly anomaly =
          events.row(
              row,
              row * SECOND,
              false,
              values,
              0,
              detector,
              detector.score(values),
              detector.threshold(),
              SECOND);
      if (anomaly != null) {
        told.add(anomaly);
      }
      row++;
    }
    return List.copyOf(told.subList(before, told.size()));
  }

  private Anomaly anomaly(int channel, double added) {
    List<Anomaly> found = rows(5, channel, added);
    rows(40, channel, 0);
    return found.get(0);
  }

  @Test
  void theSameFalseAlarmIsNotToldAgainButALargerOneIs() {
    rows(200, 2, 0);
    Anomaly alarm = anomaly(2, 1.5);
    assertThat(events.judged(alarm.id(), Opinion.FALSE_ALARM)).isTrue();

    assertThat(rows(5, 2, 1.5)).isEmpty();
    assertThat(suppressed.sum()).isPositive();
    assertThat(rows(40, 2, 0)).isEmpty();
    assertThat(rows(5, 2, -1.5)).as("the other way").isNotEmpty();
    rows(40, 2, 0);
    assertThat(rows(5, 3, 1.5)).as("another channel").isNotEmpty();
    rows(40, 2, 0);
    assertThat(rows(5, 2, 4)).as("more than a quarter further").isNotEmpty();
  }

  @Test
  void whatWasSaidCanBeTakenBack() {
    rows(200, 2, 0);
    Anomaly alarm = anomaly(2, 1.5);
    events.judged(alarm.id(), Opinion.FALSE_ALARM);
    events.judged(alarm.id(), Opinion.UNRESOLVED);

    assertThat(rows(5, 2, 1.5)).isNotEmpty();
  }

  @Test
  void aNewTrendEndsTheAnomalyAndIsTheLevelFromThenOn() {
    rows(200, 1, 0);
    List<Anomaly> open = rows(30, 1, 2);
    assertThat(open)
        .extracting(Anomaly::state)
        .contains(Anomaly.State.OPEN)
        .doesNotContain(Anomaly.State.CLOSED);
    events.judged(open.get(0).id(), Opinion.NEW_TREND);

    assertThat(rows(1, 1, 2)).extracting(Anomaly::state).containsExactly(Anomaly.State.CLOSED);
    assertThat(rows(300, 1, 2)).isEmpty();
    assertThat(rows(5, 1, 4)).as("away from the new level").isNotEmpty();
  }

  @Test
  void anExpectedAnomalyEndsAndTheNextOneIsToldAsEver() {
    rows(200, 1, 0);
    List<Anomaly> open = rows(10, 1, 2);
    events.judged(open.get(0).id(), Opinion.EXPECTED);

    assertThat(rows(30, 1, 2)).extracting(Anomaly::state).containsExactly(Anomaly.State.CLOSED);
    assertThat(rows(40, 1, 0)).isEmpty();
    assertThat(rows(5, 1, 2)).isNotEmpty();
  }

  @Test
  void aLaterAnomalyNamesTheOneThatItIsLikeAndWhatWasSaidOfIt() {
    rows(200, 1, 0);
    Anomaly first = anomaly(1, 2);
    Anomaly other = anomaly(4, 2);
    events.judged(first.id(), Opinion.CONFIRMED);
    shared.past.judged(first.id(), "confirmed");

    Anomaly again = anomaly(1, 2.1);

    assertThat(other.similar()).isEmpty();
    assertThat(again.similar()).extracting(Similar::id).containsExactly(first.id());
    assertThat(again.similar()).extracting(Similar::verdict).containsExactly("confirmed");
    assertThat(again.cause()).endsWith("like " + first.id() + " (confirmed)");
  }

  @Test
  void whatWasSaidOutlivesTheDay() throws IOException {
    rows(200, 2, 0);
    Anomaly alarm = anomaly(2, 1.5);
    events.judged(alarm.id(), Opinion.FALSE_ALARM);
    rows(3, 3, 1.5);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    shared.save(new DataOutputStream(bytes));
    events.save(new DataOutputStream(bytes));
    int at = row;
    List<Anomaly> undisturbed = new ArrayList<>(rows(30, 3, 0));
    undisturbed.addAll(rows(5, 2, 1.5));
    undisturbed.addAll(rows(30, 2, 0));
    undisturbed.addAll(rows(30, 3, 1.5));

    shared = shared();
    events = new SensorEvents("s", shared);
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
    shared.restore(in);
    events.restore(in);
    row = at;
    List<Anomaly> restored = new ArrayList<>(rows(30, 3, 0));
    restored.addAll(rows(5, 2, 1.5));
    restored.addAll(rows(30, 2, 0));
    restored.addAll(rows(30, 3, 1.5));

    assertThat(in.read()).as("all was read").isEqualTo(-1);
    assertThat(undisturbed).extracting(Anomaly::state).contains(Anomaly.State.CLOSED);
    assertThat(restored).isEqualTo(undisturbed);
  }

  @Test
  void whatIsSaidOfAnUnknownAnomalyChangesNothing() {
    rows(200, 2, 0);

    assertThat(events.judged("line.s.7", Opinion.FALSE_ALARM)).isFalse();
    assertThat(rows(5, 2, 1.5)).isNotEmpty();
  }

  @Test
  void aVerdictMayBeWrittenInSeveralWays() {
    assertThat(List.of("falseAlarm", "false alarm", "false_alarm", "FALSE ALARM"))
        .allSatisfy(text -> assertThat(Opinion.of(text)).isEqualTo(Opinion.FALSE_ALARM));
    assertThat(Opinion.of("whatever")).isNull();
  }
}
