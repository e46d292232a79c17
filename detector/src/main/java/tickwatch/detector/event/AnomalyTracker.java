package tickwatch.detector.event;

import java.util.Arrays;

/**
 * One sensor's flags to anomalies, by {@link EventRules}: enough flags among the last rows open
 * one, enough quiet rows in a row close it. Flags are never changed by it.
 *
 * <pre>
 *            openFlags of ofRows            quietRows quiet
 *   idle ───────────────────────▶ open ───────────────────▶ cooling ──▶ idle
 *                                  ▲ │ grade + gradeStep:      coolDownRows
 *                                  └─┘ told again
 * </pre>
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
  private long flags;
  private long coolUntilSeq = Long.MIN_VALUE;

  /** Flags not yet enough to open: their rows, the oldest first. */
  private final long[] flagSeqs;

  private final long[] flagTimes;
  private int waiting;

  public AnomalyTracker(EventRules rules) {
    this.rules = rules;
    this.flagSeqs = new long[rules.openFlags()];
    this.flagTimes = new long[rules.openFlags()];
  }

  /** As {@link #row(long, long, boolean, boolean, double, double)}, quiet where it is no flag. */
  public Step row(long seq, long time, boolean flag, double score, double grade) {
    return row(seq, time, flag, !flag, score, grade);
  }

  /**
   * Takes the next row.
   *
   * @param flag whether the row counts as a flag; false for a row that has no score
   * @param isQuiet whether the row counts as quiet; false if it is a flag
   * @param score taken if flagged
   * @param grade taken if flagged
   */
  public Step row(long seq, long time, boolean flag, boolean isQuiet, double score, double grade) {
    atPeak = false;
    if (open) {
      return whileOpen(seq, time, flag, isQuiet, score, grade);
    }
    while (waiting > 0 && flagSeqs[0] <= seq - rules.ofRows()) {
      forgetOldest();
    }
    if (!flag || seq < coolUntilSeq) {
      return Step.NONE;
    }
    if (waiting == 0 || score > peakScore) {
      atPeak = true;
      peakScore = score;
      peakGrade = grade;
    }
    flagSeqs[waiting] = seq;
    flagTimes[waiting] = time;
    waiting++;
    if (waiting < rules.openFlags()) {
      return Step.NONE;
    }
    open = true;
    firstSeq = flagSeqs[0];
    start = flagTimes[0];
    lastSeq = seq;
    end = time;
    toldGrade = peakGrade;
    flags = waiting;
    quiet = 0;
    waiting = 0;
    return Step.OPENED;
  }

  private void forgetOldest() {
    waiting--;
    System.arraycopy(flagSeqs, 1, flagSeqs, 0, waiting);
    System.arraycopy(flagTimes, 1, flagTimes, 0, waiting);
  }

  private Step whileOpen(
      long seq, long time, boolean flag, boolean isQuiet, double score, double grade) {
    if (flag) {
      quiet = 0;
      flags++;
      lastSeq = seq;
      end = time;
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
    quiet = isQuiet ? quiet + 1 : 0;
    return quiet >= rules.quietRows() ? close(seq) : Step.NONE;
  }

  private Step close(long seq) {
    open = false;
    quiet = 0;
    coolUntilSeq = rules.coolDownRows() == 0 ? Long.MIN_VALUE : seq + 1 + rules.coolDownRows();
    return Step.CLOSED;
  }

  /** Closes the open anomaly at this row, however loud it is. */
  public Step closeNow(long seq) {
    return open ? close(seq) : Step.NONE;
  }

  /** Whether an anomaly is open. */
  public boolean isOpen() {
    return open;
  }

  /** Whether flags are held that may open an anomaly. */
  public boolean isWaiting() {
    return waiting > 0;
  }

  /** Whether the last row is the highest of its anomaly so far, or of the flags held. */
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

  /** Flagged rows so far. */
  public long flags() {
    return flags;
  }

  public double peakScore() {
    return peakScore;
  }

  public double peakGrade() {
    return peakGrade;
  }

  /** What {@link #restore} needs. */
  public State save() {
    return new State(
        open,
        firstSeq,
        lastSeq,
        start,
        end,
        peakScore,
        peakGrade,
        toldGrade,
        quiet,
        flags,
        coolUntilSeq,
        Arrays.copyOf(flagSeqs, waiting),
        Arrays.copyOf(flagTimes, waiting));
  }

  /** Goes on from what {@link #save} gave, under the same rules. */
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
    flags = state.flags();
    coolUntilSeq = state.coolUntilSeq();
    // The rules may ask for fewer flags than before the restart.
    waiting = Math.min(state.flagSeqs().length, flagSeqs.length - 1);
    System.arraycopy(state.flagSeqs(), 0, flagSeqs, 0, waiting);
    System.arraycopy(state.flagTimes(), 0, flagTimes, 0, waiting);
  }

  /** All that a tracker remembers. */
  @SuppressWarnings("ArrayRecordComponent") // written and read whole, never compared
  public record State(
      boolean open,
      long firstSeq,
      long lastSeq,
      long start,
      long end,
      double peakScore,
      double peakGrade,
      double toldGrade,
      int quiet,
      long flags,
      long coolUntilSeq,
      long[] flagSeqs,
      long[] flagTimes) {}
}
