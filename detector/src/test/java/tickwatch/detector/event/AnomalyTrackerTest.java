package tickwatch.detector.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tickwatch.detector.event.AnomalyTracker.Step;

class AnomalyTrackerTest {
  private final AnomalyTracker tracker = new AnomalyTracker(new EventRules(3, 0.1));
  private long seq = 100;

  private Step row(double grade) {
    seq++;
    return tracker.row(seq, seq * 10, grade > 0, 1 + grade, grade);
  }

  @Test
  void flagsNearToEachOtherAreOneAnomaly() {
    List<Step> steps = new ArrayList<>();
    for (double grade : new double[] {0, 0.3, 0, 0, 0.2, 0, 0, 0, 0}) {
      steps.add(row(grade));
    }

    assertThat(steps)
        .containsExactly(
            Step.NONE,
            Step.OPENED,
            Step.NONE,
            Step.NONE,
            Step.NONE,
            Step.NONE,
            Step.NONE,
            Step.CLOSED,
            Step.NONE);
    assertThat(tracker.firstSeq()).isEqualTo(102);
    assertThat(tracker.lastSeq()).isEqualTo(105);
    assertThat(tracker.start()).isEqualTo(1020);
    assertThat(tracker.end()).isEqualTo(1050);
    assertThat(tracker.peakGrade()).isEqualTo(0.3);
  }

  @Test
  void aRiseIsToldOnlyWhenItIsAStepAboveWhatWasTold() {
    assertThat(row(0.30)).isEqualTo(Step.OPENED);
    assertThat(row(0.35)).isEqualTo(Step.NONE);
    assertThat(tracker.isAtPeak()).isTrue();
    assertThat(row(0.31)).isEqualTo(Step.NONE);
    assertThat(tracker.isAtPeak()).isFalse();
    assertThat(row(0.45)).isEqualTo(Step.ROSE);
    assertThat(row(0.50)).isEqualTo(Step.NONE);
    assertThat(row(0.56)).isEqualTo(Step.ROSE);
    assertThat(tracker.peakGrade()).isEqualTo(0.56);
  }

  @Test
  void goesOnFromWhatItSaved() {
    row(0.3);
    row(0);
    row(0);
    AnomalyTracker other = new AnomalyTracker(new EventRules(3, 0.1));
    other.restore(tracker.save());

    assertThat(other.row(104, 1040, false, 0, 0)).isEqualTo(Step.CLOSED);
    assertThat(other.firstSeq()).isEqualTo(101);
  }
}
