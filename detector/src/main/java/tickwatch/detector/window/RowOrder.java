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
 * #LATE_IN_ORDER} late rows on end that are in order among themselves, the sensor's clock counts as
 * set back: the last of them is taken, and order is from there on.
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

  /** Late rows on end, in order, by which a clock counts as set back. */
  private static final int LATE_IN_ORDER = 100;

  private long lastTime = Long.MIN_VALUE;
  private double usualStep;
  private int steps;

  /** The late rows on end that are in order, and the time of the last one. */
  private int lateRows;

  private long lastLate;

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

  private Arrival late(long time) {
    lateRows = lateRows > 0 && time >= lastLate ? lateRows + 1 : 1;
    lastLate = time;
    if (lateRows < LATE_IN_ORDER) {
      return Arrival.LATE;
    }
    lateRows = 0;
    lastTime = time;
    return Arrival.SET_BACK;
  }

  /** The late rows on end that are in order among themselves. */
  public int lateRows() {
    return lateRows;
  }

  /** The time of the last of them. */
  public long lastLate() {
    return lastLate;
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
      long savedLastLate) {
    lateRows = savedLateRows;
    lastLate = savedLastLate;
    lastTime = savedLastTime;
    usualStep = savedUsualStep;
    steps = savedSteps;
  }
}
