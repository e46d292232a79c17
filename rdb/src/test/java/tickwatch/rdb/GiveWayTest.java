package tickwatch.rdb;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A long query steps aside for rows, and not for nothing. */
final class GiveWayTest {
  private static final long PIECE_NANOS = 50_000;

  private long now;
  private long othersTakeNanos;
  private boolean rowsAreComing = true;
  private int yields;
  private final GiveWay giveWay =
      new GiveWay(
          () -> rowsAreComing,
          () -> now,
          () -> {
            yields++;
            now += othersTakeNanos;
          });

  /** Works in pieces; answers how long it took. */
  private long work(long nanos) {
    long start = now;
    giveWay.begin();
    for (long done = 0; done < nanos; done += PIECE_NANOS) {
      giveWay.run();
      now += PIECE_NANOS;
    }
    return now - start;
  }

  @Test
  void offersItsProcessorAfterEachTurn() {
    work(10 * GiveWay.TURN_NANOS);

    assertThat(yields).isEqualTo(9);
  }

  @Test
  void goesOnWhereNoRowsCome() {
    rowsAreComing = false;

    work(10 * GiveWay.TURN_NANOS);

    assertThat(yields).isZero();
  }

  @Test
  void keepsHalfOfTheTimeHoweverLongTheOthersTake() {
    othersTakeNanos = 7 * GiveWay.TURN_NANOS;
    long wanted = 100 * GiveWay.TURN_NANOS;

    // The last time away is not made up for yet.
    assertThat(work(wanted)).isLessThanOrEqualTo(2 * wanted + othersTakeNanos);
  }

  @Test
  void aShortQueryGivesNothingAway() {
    work(GiveWay.TURN_NANOS);
    now += 1_000_000_000;

    work(GiveWay.TURN_NANOS);

    assertThat(yields).isZero();
  }
}
