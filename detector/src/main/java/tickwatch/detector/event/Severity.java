package tickwatch.detector.event;

/** How urgent an anomaly is, from its grade. */
public enum Severity {
  INFO("info"),
  MINOR("minor"),
  MAJOR("major"),
  CRITICAL("critical");

  private static final double MINOR_GRADE = 0.25;
  private static final double MAJOR_GRADE = 0.5;
  private static final double CRITICAL_GRADE = 0.75;

  private final String word;

  Severity(String word) {
    this.word = word;
  }

  /** Critical from a grade of 0.75 on, major from 0.5, minor from 0.25, below that info. */
  public static Severity of(double grade) {
    if (grade >= CRITICAL_GRADE) {
      return CRITICAL;
    }
    if (grade >= MAJOR_GRADE) {
      return MAJOR;
    }
    return grade >= MINOR_GRADE ? MINOR : INFO;
  }

  /** The word in labels and in the {@code severity} column. */
  public String word() {
    return word;
  }
}
