package tickwatch.detector.window;

/**
 * Whether one sensor's rows come in order of time.
 *
 * <p>A row is late when it is strictly earlier than the one before: it would stand in the wrong
 * place in the window. A row of the same time is in order, since a feed that stamps by its clock
 * repeats times. A gap is a step of more than {@link #GAP_STEPS} usual steps; the usual step is a
 * slowly moving mean of the steps above 0.
 *
 * <p>One row whose time is far ahead would make all that follow late for as long. So after {@value
 * #LATE_ON_END} late rows on end, the last of which is not earlier than the first, the sensor's
 * clock counts as set back: the last of them is taken, and order is from there on. Rows that run
 * backwards in time stay late: in a window they would stand the wrong way round.
 *
 * <p><b>Threads.</b> One thread.
 */
public final class RowOrder {
  /** Where a row stands in time. */
  public enum Arrival {
    IN_ORDER,
    SAME_TIME,
    AFTER_GAP,
    LATE,
    /** Earlier than rows before it, as many others; taken. */
    SET_BACK
  }

  /** A step of more than this many usual steps is a gap. */
  public static final int GAP_STEPS = 5;

  /** Steps seen before a gap is called one. */
  private static final int STEPS_TO_LEARN = 16;

  private static final double LEARNING_RATE = 1.0 / 16;

  /** Late rows on end by which a clock counts as set back, if they go on in time. */
  private static final int LATE_ON_END = 100;

  /** More late rows than others, by so many, are most: more than setting a clock back brings. */
  private static final int MOSTLY_LATE = 150;

  /** So many rows in order at most are needed for rows not to be mostly late any more. */
  private static final int MOST_BEHIND = 2 * MOSTLY_LATE;

  private long lastTime = Long.MIN_VALUE;
  private double usualStep;
  private int steps;

  /** The late rows on end that are looked at together, and the time of the first one. */
  private int lateRows;

  private long firstLate;

  /** Late rows less those taken, lately. */
  private int behind;

  private boolean mostlyLate;

  /**
   * Takes the next row's time and says where it stands; a late one is left out.
   *
   * @param time a timestamp; a null one is late, unless it comes first
   */
  public Arrival next(long time) {
    if (time < lastTime) {
      return late(time);
    }
    lateRows = 0;
    taken();
    if (lastTime == Long.MIN_VALUE) {
      lastTime = time;
      return Arrival.IN_ORDER;
    }
    double step = (double) time - (double) lastTime;
    lastTime = time;
    if (step == 0) {
      return Arrival.SAME_TIME;
    }
    boolean gap = steps >= STEPS_TO_LEARN && step > GAP_STEPS * usualStep;
    if (steps < STEPS_TO_LEARN) {
      steps++;
      usualStep += (step - usualStep) / steps;
    } else {
      usualStep += LEARNING_RATE * (Math.min(step, 2 * usualStep) - usualStep);
    }
    return gap ? Arrival.AFTER_GAP : Arrival.IN_ORDER;
  }

  private void taken() {
    if (behind > 0 && --behind == 0) {
      mostlyLate = false;
    }
  }

  private Arrival late(long time) {
    if (time == Long.MIN_VALUE) {
      return left();
    }
    if (lateRows++ == 0) {
      firstLate = time;
    }
    if (lateRows < LATE_ON_END) {
      return left();
    }
    lateRows = 0;
    if (time < firstLate) {
      return left();
    }
    lastTime = time;
    taken();
    return Arrival.SET_BACK;
  }

  private Arrival left() {
    behind = Math.min(MOST_BEHIND, behind + 1);
    mostlyLate |= behind >= MOSTLY_LATE;
    return Arrival.LATE;
  }

  /**
   * Whether most of the last rows were late and left out, as where rows come backwards in time, or
   * again and again one that is far ahead.
   */
  public boolean isMostlyLate() {
    return mostlyLate;
  }

  /** The late rows on end, of which the last {@value #LATE_ON_END} at most are looked at. */
  public int lateRows() {
    return lateRows;
  }

  /** The time of the first of them. */
  public long firstLate() {
    return firstLate;
  }

  /** The time of the last row that was not late; the least long before the first. */
  public long lastTime() {
    return lastTime;
  }

  /** The usual step in nanoseconds; 0 before there are two times. */
  public double usualStep() {
    return usualStep;
  }

  /** Whether enough steps were seen to say what a usual one is. */
  public boolean isStepKnown() {
    return steps >= STEPS_TO_LEARN;
  }

  public int steps() {
    return steps;
  }

  /** Goes on from what the getters said. */
  public void restore(
      long savedLastTime,
      double savedUsualStep,
      int savedSteps,
      int savedLateRows,
      long savedFirstLate) {
    lateRows = savedLateRows;
    firstLate = savedFirstLate;
    lastTime = savedLastTime;
    usualStep = savedUsualStep;
    steps = savedSteps;
  }
}
