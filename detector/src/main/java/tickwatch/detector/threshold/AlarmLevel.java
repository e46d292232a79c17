package tickwatch.detector.threshold;

import tickwatch.detector.model.Numbers;

/**
 * The threshold of one sensor as it moves with its alarms; flags are scores strictly above it.
 *
 * <ul>
 *   <li><b>Two levels.</b> An alarm begins above the upper level and goes on down to a lower one,
 *       until five rows in a row are not above it: the rows of one incident are one alarm.
 *   <li><b>Too many alarms.</b> Each alarm raises the upper level, forgotten with a half-life of
 *       three days: a sensor that has changed its habits does not cry all day. Four alarms at most
 *       count.
 *   <li><b>Lasting shifts.</b> An alarm of two days is no incident but the new normal: it is told
 *       once, ended, and from then on what counts is what stands out of the scores of the new level
 *       by half. The level follows the scores slowly, and falls back when they have been normal for
 *       half a day.
 *   <li><b>Too many rows in alarms.</b> What fills two days with rows of alarms, a small share of
 *       all rows left out, is no incident either, however often it stops: both levels double with
 *       each further half day of it, and come back as the rows in alarms are fewer than that share.
 * </ul>
 *
 * <p>Days are days of the rows' own times, counted in rows: no clock is read.
 *
 * <p><b>Threads.</b> One thread.
 */
public final class AlarmLevel {
  private static final int QUIET_ROWS = 5;
  private static final double MAX_ALARMS = 4;
  private static final double FORGET_DAYS = 3;
  private static final double SUSTAINED_DAYS = 2;
  private static final int MIN_SUSTAINED_ROWS = 100;
  private static final double ABOVE_BASE = 1.5;

  /** Rows in alarms above which the levels have doubled, as a share of those of a lasting shift. */
  private static final double DOUBLING = 0.25;

  /** A level moves in steps of so much, so that it is not another number in every row. */
  private static final double STEP = 0.01;

  private final double open;
  private final double close;
  private final double normal;
  private final double rowsPerDay;
  private final double rise;
  private final double accepted;
  private final double forget;
  private final int sustained;
  private final double follow;

  private boolean on;
  private int quiet;
  private double alarms;
  private long alarmRows;

  /** The mean score of the alarm, weighted to its end. */
  private double alarmMean;

  /** The score of the new normal after a lasting shift; 0 without one. */
  private double base;

  private long normalRows;

  /** Rows above the level, less the accepted share of all rows. */
  private double crowd;

  private boolean isCrowded;
  private Threshold now;

  /** What a row has changed that people should know of. */
  public enum Change {
    NONE,
    /** An alarm has become the new normal. */
    SHIFTED,
    /** The levels rise, since too many rows are in alarms. */
    CROWDED
  }

  /**
   * No alarm yet.
   *
   * @param open begins an alarm
   * @param close keeps it, at most {@code open}
   * @param normal the score in the middle of normal data, below {@code close}
   * @param rowsPerDay rows in a day of the rows' own time
   * @param rise the share by which each alarm raises the upper level
   * @param accepted the share of rows that may be in alarms for good
   */
  public AlarmLevel(
      double open, double close, double normal, double rowsPerDay, double rise, double accepted) {
    if (!(normal < close && close <= open) || !(rowsPerDay > 0)) {
      throw new IllegalArgumentException(
          "open " + open + ", close " + close + ", normal " + normal + ", rows " + rowsPerDay);
    }
    this.rise = rise;
    this.accepted = accepted;
    this.open = open;
    this.close = close;
    this.normal = normal;
    this.rowsPerDay = rowsPerDay;
    this.forget = Math.pow(2, -1 / (FORGET_DAYS * rowsPerDay));
    this.sustained = (int) Math.min(1e9, Math.max(MIN_SUSTAINED_ROWS, SUSTAINED_DAYS * rowsPerDay));
    this.follow = 1 - Math.pow(2, -8.0 / sustained);
    this.now = new Threshold(open, normal);
  }

  /** A level that never moves. */
  public static AlarmLevel fixed(Threshold threshold) {
    return new AlarmLevel(
        threshold.value(), threshold.value(), threshold.normal(), Double.MAX_VALUE, 0, 0);
  }

  /** What the next row's score is compared with. */
  public Threshold now() {
    return now;
  }

  /**
   * Takes a row's score, after it was compared with {@link #now}.
   *
   * @return a lasting shift that was found in this row, or levels that begin to rise
   */
  public Change next(double score) {
    if (rowsPerDay == Double.MAX_VALUE) {
      return Change.NONE;
    }
    Change change = Change.NONE;
    boolean above = now.isExceededBy(score);
    alarms *= forget;
    if (base > 0) {
      normalRows = score < close ? normalRows + 1 : 0;
      if (normalRows >= sustained / 4) {
        base = 0;
      } else {
        base += follow * (Math.min(score, now.value()) - base);
      }
    }
    if (!on && above) {
      on = true;
      quiet = 0;
      alarms = Math.min(MAX_ALARMS, alarms + 1);
      alarmRows = 0;
      alarmMean = score;
    }
    if (on) {
      quiet = above ? 0 : quiet + 1;
      alarmRows++;
      alarmMean += follow * (score - alarmMean);
      if (quiet >= QUIET_ROWS) {
        on = false;
      } else if (alarmRows >= sustained) {
        on = false;
        alarms = Math.max(0, alarms - 1);
        base = alarmMean;
        normalRows = 0;
        change = Change.SHIFTED;
      }
    }
    crowd = Math.max(0, crowd + (above ? 1 : 0) - accepted);
    if (!isCrowded && crowd > sustained) {
      isCrowded = true;
      change = change == Change.NONE ? Change.CROWDED : change;
    } else if (crowd < sustained / 2.0) {
      isCrowded = false;
    }
    move();
    return change;
  }

  private void move() {
    double crowded =
        crowd <= sustained ? 1 : Math.pow(2, (crowd - sustained) / (DOUBLING * sustained));
    double level;
    if (on) {
      level = Math.max(close * crowded, base * (1 + ABOVE_BASE) / 2);
    } else {
      level = Math.max(open * Math.max(crowded, 1 + rise * alarms), base * ABOVE_BASE);
    }
    level = Math.max(close, level);
    double stepped =
        level == close || level == open
            ? level
            : Math.max(close, Math.exp(STEP * Math.rint(Math.log(level) / STEP)));
    if (stepped != now.value()) {
      now = new Threshold(stepped, normal);
    }
  }

  /** Puts down the levels and what is remembered. */
  public void save(Numbers to) {
    to.put(open).put(close).put(normal).put(rowsPerDay).put(rise).put(accepted);
    to.put(on ? 1 : 0).put(quiet).put(alarms).put((double) alarmRows).put(alarmMean);
    to.put(base).put((double) normalRows).put(crowd).put(isCrowded ? 1 : 0);
    to.put(now.value());
  }

  /** A level that goes on where {@link #save} was called. */
  public static AlarmLevel restore(Numbers from) {
    AlarmLevel level =
        new AlarmLevel(
            from.take(), from.take(), from.take(), from.take(), from.take(), from.take());
    level.on = from.take() == 1;
    level.quiet = from.takeCount();
    level.alarms = from.take();
    level.alarmRows = (long) from.take();
    level.alarmMean = from.take();
    level.base = from.take();
    level.normalRows = (long) from.take();
    level.crowd = from.take();
    level.isCrowded = from.take() == 1;
    level.now = new Threshold(from.take(), level.normal);
    return level;
  }
}
