package tickwatch.detector.preprocess;

import java.util.Arrays;

/**
 * A sensor's channels that count: meters, uptimes, numbers of rows. Where such a one stands was
 * never there before, so nothing can be learnt of it; of its increments much can. Here a row's
 * values become what is judged: a counter's increment since the row before, any other channel's
 * value.
 *
 * <ul>
 *   <li>After missing values the increment is divided by the rows since the last value, so a
 *       counter that comes with every tenth row only is judged as well as any.
 *   <li>A step against its direction is a reset, and the increment missing. A second one right
 *       behind it is none, and judged: it does not count any more.
 *   <li>After a gap in the rows it is missing, since nobody knows how many they were.
 * </ul>
 *
 * <p>A channel counts that only ever went one way in the rows learnt from, in {@value #LEAST_STEPS}
 * steps at least, and one of twenty. One that wanders does so by chance once in 2^49 times.
 *
 * <p><b>Threads.</b> One thread.
 */
public final class Counters {
  static final int LEAST_STEPS = 50;
  private static final double LEAST_SHARE = 0.05;

  /** Numbers that are saved of a channel. */
  private static final int SAVED = 4;

  /** 1 for what rises, -1 for what falls, 0 for what does not count. */
  private final double[] directions;

  /** The last value; NaN before any, and after a gap. */
  private final double[] last;

  /** Rows since the last value. */
  private final double[] since;

  /** Whether the last step was one against the direction. */
  private final boolean[] wentBack;

  /** What an increment in the row taken last is added to; NaN where that is not known. */
  private final double[] base;

  /** How many rows' increments they were. */
  private final double[] steps;

  private Counters(double[] directions) {
    int channels = directions.length;
    this.directions = directions;
    this.last = new double[channels];
    this.since = new double[channels];
    this.wentBack = new boolean[channels];
    this.base = new double[channels];
    this.steps = new double[channels];
    Arrays.fill(last, Double.NaN);
    Arrays.fill(base, Double.NaN);
    Arrays.fill(steps, 1);
  }

  /**
   * Finds them in rows to learn from.
   *
   * @param values {@code rows × channels}, NaN where missing
   * @param isAfterGap which of the rows have rows missing before them
   */
  public static Counters find(double[] values, int rows, int channels, boolean[] isAfterGap) {
    double[] directions = new double[channels];
    for (int c = 0; c < channels; c++) {
      double before = Double.NaN;
      int all = 0;
      int up = 0;
      int down = 0;
      for (int t = 0; t < rows; t++) {
        double value = values[t * channels + c];
        before = isAfterGap[t] ? Double.NaN : before;
        if (!Double.isNaN(value)) {
          all += Double.isNaN(before) ? 0 : 1;
          up += value > before ? 1 : 0;
          down += value < before ? 1 : 0;
          before = value;
        }
      }
      boolean counts =
          (up == 0 || down == 0) && up + down >= LEAST_STEPS && up + down >= LEAST_SHARE * all;
      directions[c] = !counts ? 0 : up > 0 ? 1 : -1;
    }
    return new Counters(directions);
  }

  /** The same before they had seen a row. */
  public Counters untouched() {
    return new Counters(directions);
  }

  /** Whether there is any. */
  public boolean areAny() {
    for (double direction : directions) {
      if (direction != 0) {
        return true;
      }
    }
    return false;
  }

  /** Whether a channel is one. */
  public boolean isOne(int channel) {
    return directions[channel] != 0;
  }

  /** 1 for each that rises, -1 for each that falls, 0 for channels that do not count. */
  public double[] directions() {
    return directions.clone();
  }

  /**
   * Takes the next row.
   *
   * @param values as they came, from {@code from} on; NaN where missing
   * @param isAfterGap whether rows are missing before it
   * @param judged takes what is judged, from {@code to} on; may be where the values are
   */
  public void row(double[] values, int from, boolean isAfterGap, double[] judged, int to) {
    for (int c = 0; c < directions.length; c++) {
      double value = values[from + c];
      judged[to + c] = directions[c] == 0 ? value : increment(c, value, isAfterGap);
    }
  }

  private double increment(int c, double value, boolean isAfterGap) {
    if (isAfterGap) {
      last[c] = Double.NaN;
      wentBack[c] = false;
    }
    since[c]++;
    base[c] = last[c];
    steps[c] = since[c];
    if (Double.isNaN(value)) {
      return Double.NaN;
    }
    double step = value - last[c];
    boolean goesBack = step * directions[c] < 0;
    boolean isReset = goesBack && !wentBack[c];
    wentBack[c] = goesBack;
    last[c] = value;
    since[c] = 0;
    if (isReset) {
      base[c] = Double.NaN;
      return Double.NaN;
    }
    return step / steps[c];
  }

  /**
   * In a channel's own unit, what is judged of it in the row taken last; NaN where that cannot be
   * told.
   */
  public double value(int channel, double judged) {
    return directions[channel] == 0 ? judged : base[channel] + steps[channel] * judged;
  }

  /** What an error of 1 of what is judged is in the channel's own unit, in the row taken last. */
  public double unit(int channel) {
    return directions[channel] == 0 ? 1 : steps[channel];
  }

  /** Goes on where another one stands, of the same channels. */
  public void goOnFrom(Counters other) {
    System.arraycopy(other.last, 0, last, 0, last.length);
    System.arraycopy(other.since, 0, since, 0, since.length);
    System.arraycopy(other.wentBack, 0, wentBack, 0, wentBack.length);
  }

  /** Which they are and where they stand, for {@link #of}. */
  public double[] save() {
    int channels = directions.length;
    double[] saved = Arrays.copyOf(directions, SAVED * channels);
    System.arraycopy(last, 0, saved, channels, channels);
    System.arraycopy(since, 0, saved, 2 * channels, channels);
    for (int c = 0; c < channels; c++) {
      saved[3 * channels + c] = wentBack[c] ? 1 : 0;
    }
    return saved;
  }

  /** Goes on from what {@link #save} gave. */
  public static Counters of(int channels, double[] saved) {
    if (saved.length != SAVED * channels) {
      throw new IllegalArgumentException(
          saved.length + " values of counters for " + channels + " channels");
    }
    Counters counters = new Counters(Arrays.copyOf(saved, channels));
    System.arraycopy(saved, channels, counters.last, 0, channels);
    System.arraycopy(saved, 2 * channels, counters.since, 0, channels);
    for (int c = 0; c < channels; c++) {
      counters.wentBack[c] = saved[3 * channels + c] == 1;
    }
    return counters;
  }
}
