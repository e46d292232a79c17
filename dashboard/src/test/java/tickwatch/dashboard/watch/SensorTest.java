package tickwatch.dashboard.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SensorTest {
  private final Sensor sensor = new Sensor("plant", "a", List.of("heat"), 512);

  private void addRows(int count) {
    for (int i = 0; i < count; i++) {
      sensor.add(sensor.next() * 10, 0, new double[] {sensor.next()});
    }
  }

  private long judge(long time, long seq, boolean flag) {
    return sensor.judge("d", time, seq, flag ? 2 : 0.1, 1, flag, null);
  }

  @Test
  void keepsTheLastRowsOnly() {
    addRows(2000);

    assertThat(sensor.first()).isEqualTo(2000 - 512);
    assertThat(sensor.valueOf(0, sensor.first())).isEqualTo(2000 - 512);
    assertThat(sensor.valueOf(0, 1999)).isEqualTo(1999);
  }

  @Test
  void keepsVerdictsWhileItGrows() {
    addRows(200);
    judge(1500, 150, true);
    addRows(200);

    assertThat(sensor.isFlagged(150)).isTrue();
    assertThat(sensor.scoreOf(150)).isEqualTo(2);
    assertThat(sensor.isJudged(151)).isFalse();
  }

  @Test
  void keepsTheNewestRowsWhenItHasToShrink() {
    addRows(500);
    judge(4990, 499, true);

    sensor.limitRows(64);

    assertThat(sensor.first()).isEqualTo(436);
    assertThat(sensor.valueOf(0, 436)).isEqualTo(436);
    assertThat(sensor.isFlagged(499)).isTrue();
  }

  @Test
  void leavesOutARowEarlierThanTheOneBeforeIt() {
    addRows(5);

    assertThat(sensor.add(39, 0, new double[] {7})).isFalse();
    assertThat(sensor.add(40, 0, new double[] {7})).isTrue();
    assertThat(sensor.lateRows()).isEqualTo(1);
    assertThat(sensor.next()).isEqualTo(6);
  }

  @Test
  void givesRowsOfTheSameTimeTheirVerdictsInOrder() {
    for (int i = 0; i < 4; i++) {
      sensor.add(100, 0, new double[] {i});
    }

    assertThat(judge(100, 0, false)).isEqualTo(0);
    assertThat(judge(100, 1, true)).isEqualTo(1);
    assertThat(judge(100, 2, false)).isEqualTo(2);
    assertThat(sensor.isFlagged(1)).isTrue();
    assertThat(sensor.backlog()).isEqualTo(1);
  }

  @Test
  void countsAVerdictWhoseRowIsGone() {
    addRows(2000);

    assertThat(judge(10, 1, true)).isEqualTo(-1);
    assertThat(sensor.lostVerdicts()).isEqualTo(1);
  }

  @Test
  void tellsWhenOldRowsAreJudgedAgain() {
    addRows(10);
    judge(0, 0, false);
    judge(10, 1, false);
    assertThat(sensor.rewrites()).isZero();

    judge(0, 0, true);

    assertThat(sensor.rewrites()).isEqualTo(1);
  }
}
