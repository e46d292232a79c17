package tickwatch.detector.window;

/**
 * Whether one sensor's rows come in order of time.
 *
 * <p>A row is late when it is strictly earlier than the one before: it would stand in the wrong
 * place in the window. A row of the same time is in order, since a feed that stamps by its clock
 * repeats times. A gap is a step of more than {@link #GAP_STEPS} usual steps; the usual step is a
 * slowly moving mean of the steps above 0.
 *
 * <p><b>Threads.</b> One thread.
 */
public final class RowOrder {
  /** Where a row stands in time. */
  public enum Arrival {
    IN_ORDER,
    SAME_TIME,
    AFTER_GAP,
    LATE
  }

  /** A step of more than this many usual steps is a gap. */
  public static final int GAP_STEPS = 5;

  /** Steps seen before a gap is called one. */
  private static final int STEPS_TO_LEARN = 16;

  private static final double LEARNING_RATE = 1.0 / 16;

  private long lastTime = Long.MIN_VALUE;
  private double usualStep;
  private int steps;

  /**
   * Takes the next row's time and says where it stands; a late one changes nothing.
   *
   * @param time a timestamp; a null one is late, unless it comes first
   */
  public Arrival next(long time) {
    if (time < lastTime) {
      return Arrival.LATE;
    }
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
  public void restore(long savedLastTime, double savedUsualStep, int savedSteps) {
    lastTime = savedLastTime;
    usualStep = savedUsualStep;
    steps = savedSteps;
  }
}
