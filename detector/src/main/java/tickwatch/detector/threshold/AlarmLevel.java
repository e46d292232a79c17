package tickwatch.detector.threshold;

import tickwatch.detector.model.Numbers;

/**
 * The threshold of one sensor as it moves with its alarms; flags are scores strictly above it.
 *
 * <ul>
 *   <li><b>Two levels.</b> An alarm begins above the upper level and goes on down to a lower one,
 *       until five rows in a row are not above it: the rows of one incident are one alarm.
 *   <li><b>An alarm's own height.</b> The lower level rises to two fifths of the alarm's mean
 *       score, half above the upper level at most: what falls far from where the alarm was is its
 *       end, not its rest. What was left when it ended so, averages that empty and a process that
 *       settles, is no new alarm: until that has halved away, only what is twice as much begins
 *       one, half above the upper level at most. A fault that stays is flagged again within some
 *       dozens of rows.
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

  /** An alarm ends below so much of its own mean score. */
  private static final double END_OF_MEAN = 0.4;

  /** The mean score of an alarm is that of about its last so many half-lives of rows. */
  private static final double MEAN_FOLLOWS = 1 - Math.pow(2, -1.0 / 100);

  /** What an alarm has left is a new one above so many times that. */
  private static final double ABOVE_LEFT = 2;

  /** What is left falls with the scores, with a half-life of five rows ... */
  private static final double LEFT_FOLLOWS = 1 - Math.pow(2, -1.0 / 5);

  /** ... and by itself, with one of fifty: what stays is no rest of an alarm. */
  private static final double LEFT_FORGETS = Math.pow(2, -1.0 / 50);

  /** An alarm's own height raises no level above so many upper ones. */
  private static final double MOST_OF_HEIGHT = 1.5;

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

  /** The mean score of the alarm: of all its rows first, then of its latest. */
  private double height;

  /** The sum of scores since the alarm was last above its level. */
  private double quietSum;

  /** The score that an alarm has left; 0 where nothing is. */
  private double left;

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
    if (left > 0) {
      left(Math.min(left, left + LEFT_FOLLOWS * (score - left)) * LEFT_FORGETS);
    }
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
      height = score;
      quietSum = 0;
      left = 0;
    }
    if (on) {
      quiet = above ? 0 : quiet + 1;
      quietSum = above ? 0 : quietSum + score;
      alarmRows++;
      height += Math.max(MEAN_FOLLOWS, 1.0 / alarmRows) * (score - height);
      alarmMean += follow * (score - alarmMean);
      if (quiet >= QUIET_ROWS) {
        on = false;
        left(quietSum / quiet);
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

  /** What an alarm has left counts as long as it raises the upper level. */
  private void left(double score) {
    left = ABOVE_LEFT * score > open ? score : 0;
  }

  private void move() {
    double crowded =
        crowd <= sustained ? 1 : Math.pow(2, (crowd - sustained) / (DOUBLING * sustained));
    double level;
    if (on) {
      level = Math.max(close * crowded, base * (1 + ABOVE_BASE) / 2);
      level = Math.max(level, Math.min(END_OF_MEAN * height, MOST_OF_HEIGHT * open));
    } else {
      level = Math.max(open * Math.max(crowded, 1 + rise * alarms), base * ABOVE_BASE);
      level = Math.max(level, Math.min(ABOVE_LEFT * left, MOST_OF_HEIGHT * open));
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
    to.put(height).put(quietSum).put(left);
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
    level.height = from.take();
    level.quietSum = from.take();
    level.left = from.take();
    level.base = from.take();
    level.normalRows = (long) from.take();
    level.crowd = from.take();
    level.isCrowded = from.take() == 1;
    level.now = new Threshold(from.take(), level.normal);
    return level;
  }
}
