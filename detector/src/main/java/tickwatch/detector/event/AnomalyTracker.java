package tickwatch.detector.event;

/**
 * One sensor's flags to anomalies. A flag opens one; it stays open until {@link
 * EventRules#quietRows} rows in a row have no flag. Flags are never changed by it.
 *
 * <p><b>Threads.</b> One thread.
 */
public final class AnomalyTracker {
  /** What a row did. */
  public enum Step {
    /** Nothing to tell. */
    NONE,
    OPENED,
    /** The peak's grade is a step above the last one told. */
    ROSE,
    CLOSED
  }

  private final EventRules rules;
  private boolean open;
  private boolean atPeak;
  private long firstSeq;
  private long lastSeq;
  private long start;
  private long end;
  private double peakScore;
  private double peakGrade;
  private double toldGrade;
  private int quiet;

  public AnomalyTracker(EventRules rules) {
    this.rules = rules;
  }

  /**
   * Takes the next row.
   *
   * @param flag whether the score is above the threshold; false for a row that has none
   * @param score taken if flagged
   * @param grade taken if flagged
   */
  public Step row(long seq, long time, boolean flag, double score, double grade) {
    atPeak = false;
    if (flag) {
      quiet = 0;
      lastSeq = seq;
      end = time;
      if (!open) {
        open = true;
        atPeak = true;
        firstSeq = seq;
        start = time;
        peakScore = score;
        peakGrade = grade;
        toldGrade = grade;
        return Step.OPENED;
      }
      if (score > peakScore) {
        atPeak = true;
        peakScore = score;
        peakGrade = grade;
        if (grade >= toldGrade + rules.gradeStep()) {
          toldGrade = grade;
          return Step.ROSE;
        }
      }
      return Step.NONE;
    }
    if (open && ++quiet >= rules.quietRows()) {
      open = false;
      return Step.CLOSED;
    }
    return Step.NONE;
  }

  /** Whether an anomaly is open. */
  public boolean isOpen() {
    return open;
  }

  /** Whether the last row is the highest of its anomaly so far. */
  public boolean isAtPeak() {
    return atPeak;
  }

  /** The number of the first flagged row. */
  public long firstSeq() {
    return firstSeq;
  }

  /** The number of the last flagged row. */
  public long lastSeq() {
    return lastSeq;
  }

  /** The time of the first flagged row. */
  public long start() {
    return start;
  }

  /** The time of the last flagged row. */
  public long end() {
    return end;
  }

  public double peakScore() {
    return peakScore;
  }

  public double peakGrade() {
    return peakGrade;
  }

  /** What {@link #restore} needs. */
  public State save() {
    return new State(open, firstSeq, lastSeq, start, end, peakScore, peakGrade, toldGrade, quiet);
  }

  /** Goes on from what {@link #save} gave. */
  public void restore(State state) {
    open = state.open();
    firstSeq = state.firstSeq();
    lastSeq = state.lastSeq();
    start = state.start();
    end = state.end();
    peakScore = state.peakScore();
    peakGrade = state.peakGrade();
    toldGrade = state.toldGrade();
    quiet = state.quiet();
  }

  /** All that a tracker remembers. */
  public record State(
      boolean open,
      long firstSeq,
      long lastSeq,
      long start,
      long end,
      double peakScore,
      double peakGrade,
      double toldGrade,
      int quiet) {}
}
