package tickwatch.detector.event;

import java.util.List;

/**
 * When flagged rows become an anomaly, when it ends, and when it is told again.
 *
 * @param quietRows rows of the sensor that are quiet, in a row, to close an anomaly; flags nearer
 *     to each other are one anomaly
 * @param gradeStep how much the grade must rise above the last one told to be told again
 * @param openFlags flags among the last {@code ofRows} rows that open an anomaly
 * @param ofRows 1 to 64
 * @param closeAt a row is quiet when its score is not above this share of the threshold, 0 to 1; 1
 *     takes every row without a flag
 * @param coolDownRows rows after an anomaly's end in which flags open none
 * @param leastGrade a flag of a lower grade is not taken as one, 0 to 1
 * @param warmUpRows the confidence rises from 0 to 1 over a sensor's first rows, so many
 * @param leastConfidence a flag of lower confidence opens nothing, 0 to 1
 * @param suppressions deviations of no interest
 * @param overrides what differs for some sensors, the first that matches wins; it has neither
 *     overrides nor suppressions of its own
 */
public record EventRules(
    int quietRows,
    double gradeStep,
    int openFlags,
    int ofRows,
    double closeAt,
    int coolDownRows,
    double leastGrade,
    int warmUpRows,
    double leastConfidence,
    List<Suppression> suppressions,
    List<SymRules> overrides) {
  /** The most rows in which flags are counted to open an anomaly. */
  public static final int MAX_OF_ROWS = 64;

  private static final int DEFAULT_WARM_UP_ROWS = 100;

  /** Rules for the sensors whose sym matches. */
  public record SymRules(NamePattern syms, EventRules rules) {}

  public EventRules {
    require(quietRows >= 1, "quietRows", quietRows, "at least 1");
    require(gradeStep > 0, "gradeStep", gradeStep, "above 0");
    require(ofRows >= 1 && ofRows <= MAX_OF_ROWS, "ofRows", ofRows, "1 to 64");
    require(openFlags >= 1 && openFlags <= ofRows, "openFlags", openFlags, "1 to ofRows");
    require(closeAt >= 0 && closeAt <= 1, "closeAt", closeAt, "0 to 1");
    require(coolDownRows >= 0, "coolDownRows", coolDownRows, "0 or more");
    require(leastGrade >= 0 && leastGrade <= 1, "leastGrade", leastGrade, "0 to 1");
    require(warmUpRows >= 0, "warmUpRows", warmUpRows, "0 or more");
    require(
        leastConfidence >= 0 && leastConfidence <= 1, "leastConfidence", leastConfidence, "0 to 1");
    suppressions = List.copyOf(suppressions);
    overrides = List.copyOf(overrides);
  }

  /** The defaults but for these two. */
  public EventRules(int quietRows, double gradeStep) {
    this(quietRows, gradeStep, 1, 1, 1, 0, 0, DEFAULT_WARM_UP_ROWS, 0, List.of(), List.of());
  }

  private static void require(boolean holds, String member, Number found, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(member + ": " + found + " (expected: " + expected + ")");
    }
  }

  /**
   * 10 quiet rows, steps of 0.1; one flag opens, every row without a flag is quiet, no cool-down,
   * nothing suppressed, a warm-up of 100 rows.
   */
  public static EventRules defaults() {
    return new EventRules(10, 0.1);
  }

  /** The same with other {@code quietRows}, but for the overrides. */
  public EventRules withQuietRows(int wanted) {
    return new EventRules(
        wanted,
        gradeStep,
        openFlags,
        ofRows,
        closeAt,
        coolDownRows,
        leastGrade,
        warmUpRows,
        leastConfidence,
        suppressions,
        overrides);
  }

  /** The same with another {@code gradeStep}, but for the overrides. */
  public EventRules withGradeStep(double wanted) {
    return new EventRules(
        quietRows,
        wanted,
        openFlags,
        ofRows,
        closeAt,
        coolDownRows,
        leastGrade,
        warmUpRows,
        leastConfidence,
        suppressions,
        overrides);
  }

  /** What holds for a sym. */
  public EventRules of(String sym) {
    for (SymRules override : overrides) {
      if (override.syms().matches(sym)) {
        return override.rules();
      }
    }
    return this;
  }

  /** How much a verdict on a sensor's row number {@code seq} (from 0) is to be trusted, 0 to 1. */
  public double confidence(long seq) {
    return warmUpRows == 0 ? 1 : Math.min(1, (seq + 1.0) / warmUpRows);
  }
}
