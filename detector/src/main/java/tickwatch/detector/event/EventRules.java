package tickwatch.detector.event;

/**
 * When an anomaly ends, and when it is told again.
 *
 * @param quietRows rows of the sensor without a flag that close an anomaly; flags nearer to each
 *     other are one anomaly
 * @param gradeStep how much the grade must rise above the last one told to be told again
 */
public record EventRules(int quietRows, double gradeStep) {
  public EventRules {
    if (quietRows < 1) {
      throw new IllegalArgumentException("quietRows: " + quietRows + " (expected: at least 1)");
    }
    if (!(gradeStep > 0)) {
      throw new IllegalArgumentException("gradeStep: " + gradeStep + " (expected: above 0)");
    }
  }

  /** 10 rows, steps of 0.1. */
  public static EventRules defaults() {
    return new EventRules(10, 0.1);
  }
}
