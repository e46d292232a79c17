package tickwatch.detector;

import java.nio.file.Path;

/**
 * That what was learnt of a sensor is learnt anew now and then, from rows outside alarms.
 *
 * @param every judged rows of a sensor between two beginnings
 * @param delay rows from a beginning until its outcome takes effect
 * @param directory where generations are kept
 */
public record Refit(int every, int delay, Path directory) {
  public static final int DEFAULT_DELAY = 200;

  /** What is new is taken if its error is at most so much of the error of what is in force. */
  public static final double CLEARLY = 0.98;

  public Refit {
    if (delay < 1 || every <= delay) {
      throw new IllegalArgumentException(
          "refit every "
              + every
              + " rows, effective after "
              + delay
              + " (expected: more rows between than it takes to be effective)");
    }
  }
}
