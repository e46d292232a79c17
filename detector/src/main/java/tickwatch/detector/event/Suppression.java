package tickwatch.detector.event;

/**
 * Deviations that are of no interest. A channel's deviation, {@code actual − expected}, is
 * suppressed if it is smaller than one of the limits, or goes the other way than {@code direction}.
 *
 * @param syms the sensors it holds for
 * @param channels the channels it holds for
 * @param absolute deviations below it are of no interest, in the channel's unit; 0 for no limit
 * @param relative deviations below this share of the expected value's size are of no interest; 0
 *     for no limit
 * @param direction which deviations are of interest
 */
public record Suppression(
    NamePattern syms, NamePattern channels, double absolute, double relative, Direction direction) {
  /** Which way a value is off. */
  public enum Direction {
    BOTH,
    /** Only values above what was expected matter. */
    UP,
    /** Only values below what was expected matter. */
    DOWN
  }

  public Suppression {
    if (!(absolute >= 0) || !(relative >= 0)) {
      throw new IllegalArgumentException(
          "absolute " + absolute + ", relative " + relative + " (expected: 0 or more)");
    }
  }

  /** Whether a deviation of one of the channels is of no interest. */
  boolean suppresses(double actual, double expected) {
    double deviation = actual - expected;
    double size = Math.abs(deviation);
    return size < absolute
        || size < relative * Math.abs(expected)
        || (direction == Direction.UP && deviation < 0)
        || (direction == Direction.DOWN && deviation > 0);
  }
}
