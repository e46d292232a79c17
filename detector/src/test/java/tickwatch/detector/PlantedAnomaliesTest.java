package tickwatch.detector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tickwatch.detector.analysis.Anomaly;
import tickwatch.detector.analysis.Kind;
import tickwatch.detector.event.EventRules;
import tickwatch.detector.health.HealthRules;

/** Planted anomalies of each kind are named for what they are, and for the channel they are in. */
class PlantedAnomaliesTest {
  private static final int PLANTS = 200;

  /** So that a plant is told as one: in a broken correlation, flags can be far apart. */
  private static final int QUIET_ROWS = 25;

  private static final long SECOND = 1_000_000_000L;

  private final FromOthers detector = new FromOthers(new Plants(1).normal(4000));

  /** What is told of a planted anomaly, in order. */
  private List<Anomaly> told(Plants.Planted planted) {
    SourceEvents shared =
        new SourceEvents(
            "line",
            "others",
            Plants.CHANNELS,
            new EventRules(QUIET_ROWS, 0.1),
            HealthRules.defaults(),
            event -> {},
            false,
            new LongAdder());
    SensorEvents events = new SensorEvents("s", shared);
    List<Anomaly> told = new ArrayList<>();
    for (int t = 0; t < planted.rows().size(); t++) {
      double[] row = planted.rows().get(t);
      boolean afterGap = planted.kind() == Kind.GAP && t == planted.from();
      Anomaly anomaly =
          events.row(
              t,
              t * SECOND,
              afterGap,
              row,
              0,
              detector,
              detector.score(row),
              detector.threshold(),
              SECOND);
      if (anomaly != null
          && anomaly.lastSeq() >= planted.from()
          && anomaly.firstSeq() < planted.to()) {
        told.add(anomaly);
      }
    }
    return told;
  }

  @ParameterizedTest
  // A lasting shift is known by how long an alarm lasts.
  @EnumSource(value = Kind.class, mode = EnumSource.Mode.EXCLUDE, names = "LASTING_SHIFT")
  void anAnomalyIsNamedForWhatItIsAndWhereItIs(Kind kind) {
    int found = 0;
    int channelRight = 0;
    int kindRight = 0;
    int startRight = 0;
    List<String> kinds = new ArrayList<>();
    for (int seed = 0; seed < PLANTS; seed++) {
      Plants.Planted planted = new Plants(9000 + seed).planted(kind);
      List<Anomaly> told = told(planted);
      if (told.isEmpty()) {
        continue;
      }
      found++;
      Anomaly closed =
          told.stream()
              .filter(one -> one.state() == Anomaly.State.CLOSED)
              .max(Comparator.comparingLong(one -> one.lastSeq() - one.firstSeq()))
              .orElseThrow();
      channelRight += closed.top().channel().equals(planted.channelName()) ? 1 : 0;
      kindRight += closed.kind().equals(kind.word()) ? 1 : 0;
      startRight += Math.abs(closed.start() / SECOND - planted.from()) <= 10 ? 1 : 0;
      kinds.add(closed.kind());
    }

    assertThat(found).as("found").isGreaterThanOrEqualTo(PLANTS * 9 / 10);
    assertThat(channelRight).as("channel of %d", found).isGreaterThanOrEqualTo(nineTenths(found));
    assertThat(kindRight).as("of %d: %s", found, kinds).isGreaterThanOrEqualTo(nineTenths(found));
    assertThat(startRight)
        .as("within ten rows of when it began, of %d", found)
        .isGreaterThanOrEqualTo(85 * found / 100);
  }

  private static int nineTenths(int count) {
    return (9 * count + 9) / 10;
  }
}
