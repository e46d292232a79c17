package tickwatch.detector.window;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tickwatch.detector.window.RowOrder.Arrival;

class RowOrderTest {
  @Test
  void onlyAStrictlyEarlierRowIsLateAndItChangesNothing() {
    RowOrder order = new RowOrder();

    assertThat(order.next(100)).isEqualTo(Arrival.IN_ORDER);
    assertThat(order.next(100)).isEqualTo(Arrival.SAME_TIME);
    assertThat(order.next(99)).isEqualTo(Arrival.LATE);
    assertThat(order.next(100)).isEqualTo(Arrival.SAME_TIME);
    assertThat(order.next(101)).isEqualTo(Arrival.IN_ORDER);
    assertThat(order.lastTime()).isEqualTo(101);
  }

  @Test
  void aStepOfManyUsualStepsIsAGap() {
    RowOrder order = new RowOrder();
    long time = 0;
    for (int row = 0; row < 30; row++) {
      time += 10;
      assertThat(order.next(time)).isEqualTo(Arrival.IN_ORDER);
    }

    assertThat(order.next(time + 50)).isEqualTo(Arrival.IN_ORDER);
    assertThat(order.next(time + 50 + 90)).isEqualTo(Arrival.AFTER_GAP);
    assertThat(order.next(time + 50 + 90 + 10)).isEqualTo(Arrival.IN_ORDER);
  }

  @Test
  void noGapIsCalledBeforeTheStepIsKnown() {
    RowOrder order = new RowOrder();
    order.next(0);
    order.next(1);

    assertThat(order.next(1_000_000)).isEqualTo(Arrival.IN_ORDER);
  }

  @Test
  void aRowFarAheadSilencesItsSensorForAHundredRows() {
    RowOrder order = new RowOrder();
    order.next(0);
    order.next(1_000_000);

    for (int row = 1; row < 100; row++) {
      assertThat(order.next(row)).isEqualTo(Arrival.LATE);
    }
    assertThat(order.next(100)).isEqualTo(Arrival.SET_BACK);
    assertThat(order.next(101)).isEqualTo(Arrival.IN_ORDER);
  }

  @Test
  void aClockThatIsSetBackIsFollowedThoughRowsOvertakeEachOther() {
    RowOrder order = new RowOrder();
    order.next(1_000_000);
    int late = 0;
    for (int row = 0; row < 1000; row++) {
      // Every fifth row comes before the one that it follows in time.
      int time = row % 5 == 3 ? row + 1 : row % 5 == 4 ? row - 1 : row;
      late += order.next(time) == Arrival.LATE ? 1 : 0;
    }

    assertThat(late).isLessThanOrEqualTo(99 + 900 / 5);
    assertThat(order.isMostlyLate()).isFalse();
  }

  @Test
  void lateRowsBetweenOthersStayLate() {
    RowOrder mixed = new RowOrder();
    mixed.next(1_000);

    for (int row = 1; row < 500; row++) {
      assertThat(mixed.next(row)).isEqualTo(Arrival.LATE);
      if (row % 50 == 0) {
        assertThat(mixed.next(1_000 + row)).isEqualTo(Arrival.IN_ORDER);
      }
    }
    assertThat(mixed.isMostlyLate()).isTrue();
  }

  @Test
  void rowsThatRunBackwardsStayLateAndThatIsKnownUntilTimeGoesOn() {
    RowOrder order = new RowOrder();
    order.next(1_000);
    for (int row = 1; row < 500; row++) {
      assertThat(order.next(1_000 - row)).isEqualTo(Arrival.LATE);
      assertThat(order.isMostlyLate()).isEqualTo(row >= 150);
    }

    int rows = 0;
    while (order.isMostlyLate()) {
      assertThat(order.next(2_000 + rows)).isEqualTo(Arrival.IN_ORDER);
      rows++;
    }

    assertThat(rows).isEqualTo(300);
  }

  @Test
  void rowsWithoutATimeSetNoClockBack() {
    RowOrder order = new RowOrder();
    order.next(1_000);

    for (int row = 0; row < 300; row++) {
      assertThat(order.next(Long.MIN_VALUE)).isEqualTo(Arrival.LATE);
    }
    assertThat(order.next(1_001)).isEqualTo(Arrival.IN_ORDER);
  }
}
