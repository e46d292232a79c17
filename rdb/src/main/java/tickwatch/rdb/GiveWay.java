package tickwatch.rdb;

import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Has a query give its processor away now and then while rows are coming.
 *
 * <p>A row that arrives while queries keep all processors busy would otherwise wait until the
 * system ends the turn of one of them, which takes it some milliseconds. Threads cannot be given a
 * lower priority without a flag of the virtual machine, so they offer to step aside: every half
 * millisecond, which costs nothing where nobody waits.
 *
 * <p>Where other processes want all processors too, each offer is taken and the turn comes back
 * only after theirs. So a query goes on at least as long as it was just away: it keeps half of the
 * share that the system would have given it.
 *
 * <p><b>Threads.</b> Any; each is counted for itself.
 */
final class GiveWay implements Runnable {
  static final long TURN_NANOS = 500_000;

  private static final class Turn {
    long endNanos;

    Turn(long endNanos) {
      this.endNanos = endNanos;
    }
  }

  private final BooleanSupplier rowsAreComing;
  private final LongSupplier clock;
  private final Runnable yield;
  private final ThreadLocal<Turn> turns;

  GiveWay(BooleanSupplier rowsAreComing) {
    this(rowsAreComing, System::nanoTime, Thread::yield);
  }

  /**
   * @param clock nanoseconds
   * @param yield returns when the others have had their turn
   */
  GiveWay(BooleanSupplier rowsAreComing, LongSupplier clock, Runnable yield) {
    this.rowsAreComing = rowsAreComing;
    this.clock = clock;
    this.yield = yield;
    this.turns = ThreadLocal.withInitial(() -> new Turn(clock.getAsLong() + TURN_NANOS));
  }

  /** A query begins on this thread, with a turn of its own. */
  void begin() {
    turns.get().endNanos = clock.getAsLong() + TURN_NANOS;
  }

  /** Called between the pieces of a query. */
  @Override
  public void run() {
    Turn turn = turns.get();
    long now = clock.getAsLong();
    if (now - turn.endNanos < 0 || !rowsAreComing.getAsBoolean()) {
      return;
    }
    yield.run();
    long back = clock.getAsLong();
    turn.endNanos = back + Math.max(TURN_NANOS, back - now);
  }
}
