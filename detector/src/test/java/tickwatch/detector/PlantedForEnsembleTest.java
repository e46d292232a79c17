package tickwatch.detector;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tickwatch.detector.analysis.Anomaly;
import tickwatch.detector.analysis.Kind;
import tickwatch.detector.event.EventRules;
import tickwatch.detector.model.Model;
import tickwatch.detector.model.ModelDirectory;
import tickwatch.detector.training.EnsembleTraining;
import tickwatch.detector.training.TrainingSeries;

/**
 * What the default ensemble makes of planted anomalies: its flags go on for as long as its windows
 * and averages remember, and the kind must not come of that.
 */
class PlantedForEnsembleTest {
  private static final int PLANTS = 60;
  private static final int LEAST_FOUND = 10;
  private static final int NORMAL = 1500;
  private static final long MINUTE = 60_000_000_000L;

  private static final Model MODEL = learnt();

  private static Model learnt() {
    List<double[]> rows = new Plants(1).normal(NORMAL);
    long[] times = new long[NORMAL];
    double[][] values = new double[Plants.CHANNELS.size()][NORMAL];
    for (int t = 0; t < NORMAL; t++) {
      times[t] = t * MINUTE;
      for (int c = 0; c < values.length; c++) {
        values[c][t] = rows.get(t)[c];
      }
    }
    Pipeline standard = Pipeline.standard(1);
    return ModelDirectory.of(
            Path.of("plants"),
            new EnsembleTraining(
                    standard.parts(),
                    standard.preparation(),
                    standard.combination(),
                    standard.threshold(),
                    1)
                .run(
                    "plants",
                    "",
                    List.of(new TrainingSeries("s", Plants.CHANNELS, times, values, "", "")))
                .files())
        .model();
  }

  /** What is told of a planted anomaly, in order. */
  private static List<Anomaly> told(Plants.Planted planted) {
    Found found = new Found(Plants.CHANNELS.size());
    Judge judge = new Judge(MODEL, null, null, EventRules.defaults(), found, new JudgeCounts());
    Rows rows = new Rows("plants", Plants.CHANNELS);
    int gap = planted.kind() == Kind.GAP ? planted.from() : Integer.MAX_VALUE;
    for (int t = 0; t < planted.rows().size(); t++) {
      rows.add((t < gap ? t : t + 30) * MINUTE, "s", planted.rows().get(t));
    }
    judge.take(judge.source(Rows.schema("plants", Plants.CHANNELS)), rows.table());
    judge.complete();
    return found.anomalies.stream()
        .filter(one -> one.lastSeq() >= planted.from() && one.firstSeq() < planted.to())
        .toList();
  }

  @ParameterizedTest
  // A flat line in one of eight channels is no matter of the score but of the data's health; a
  // broken
  // correlation that is flagged for a few rows is closed before it can be told from a shift.
  @EnumSource(
      value = Kind.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"LASTING_SHIFT", "FLAT_LINE", "CORRELATION_BREAK"})
  void anAnomalyIsNamedForWhatItIsAndWhereItIs(Kind kind) {
    int found = 0;
    int channelRight = 0;
    int kindRight = 0;
    List<String> kinds = new ArrayList<>();
    for (int seed = 0; seed < PLANTS; seed++) {
      Plants.Planted planted = new Plants(5000 + seed).planted(kind);
      List<Anomaly> told = told(planted);
      if (told.isEmpty()) {
        continue;
      }
      found++;
      Anomaly last =
          told.stream()
              .filter(one -> one.state() == Anomaly.State.CLOSED)
              .max(Comparator.comparingLong(one -> one.lastSeq() - one.firstSeq()))
              .orElseThrow();
      channelRight += last.top().channel().equals(planted.channelName()) ? 1 : 0;
      kindRight += last.kind().equals(kind.word()) ? 1 : 0;
      kinds.add(last.kind());
    }

    assertThat(found).as("found").isGreaterThanOrEqualTo(LEAST_FOUND);
    assertThat(channelRight).as("channel of %d", found).isGreaterThanOrEqualTo(9 * found / 10);
    assertThat(kindRight).as("of %d: %s", found, kinds).isGreaterThanOrEqualTo(8 * found / 10);
  }
}
