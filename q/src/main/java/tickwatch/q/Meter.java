package tickwatch.q;

import org.jspecify.annotations.Nullable;

/**
 * What a long loop asks now and then, so that the limits of its evaluation reach it: it counts the
 * items it has gone through, and the meter looks at the clock after some thousands of them.
 *
 * <p>The meter is the thread's, not an argument: loops that need it lie below operations that know
 * nothing of an evaluation, such as the comparison of two values. Where no evaluation runs on the
 * thread it asks nothing.
 *
 * <p><b>Threads.</b> One each.
 */
final class Meter {
  /** Items between two looks at the clock: a millisecond or less of the slowest loops. */
  private static final int ITEMS = 1 << 13;

  private static final ThreadLocal<Meter> HERE = ThreadLocal.withInitial(Meter::new);

  private @Nullable Context evaluation;
  private int passed;

  private Meter() {}

  /** The meter of this thread. */
  static Meter here() {
    return HERE.get();
  }

  /** From here on this thread works for an evaluation; answers whom it worked for before. */
  @Nullable Context work(@Nullable Context wanted) {
    Context before = evaluation;
    evaluation = wanted;
    return before;
  }

  /**
   * Counts one item.
   *
   * @throws QError {@code stop} when time is up
   */
  void pass() {
    if (++passed >= ITEMS) {
      look();
    }
  }

  /**
   * Counts several items, which a loop has gone through or is about to.
   *
   * @throws QError {@code stop} when time is up
   */
  void pass(int items) {
    passed += Math.min(items, ITEMS);
    if (passed >= ITEMS) {
      look();
    }
  }

  private void look() {
    passed = 0;
    Context context = evaluation;
    if (context != null) {
      context.checkTime();
    }
  }

  /**
   * Counts what a loop has allocated beside the one value that its operation answers.
   *
   * @throws QError {@code wsfull} when the evaluation has allocated too much
   */
  void made(long bytes) {
    Context context = evaluation;
    if (context != null) {
      context.made(bytes);
    }
  }

  /** How many things of so many bytes there is room for. */
  int roomFor(int bytes) {
    Context context = evaluation;
    return context == null
        ? Integer.MAX_VALUE
        : (int) Math.min(Integer.MAX_VALUE, context.roomLeft() / bytes);
  }

  /**
   * Asks whether there is room for what is about to be allocated.
   *
   * @throws QError {@code wsfull} when there is not
   */
  void room(long bytes) {
    Context context = evaluation;
    if (context != null) {
      context.room(bytes);
    }
  }
}
