package tickwatch.dashboard.watch;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.SymbolAtom;

/**
 * The last rows of one sensor (a sym of a table) and the verdicts on them.
 *
 * <p>Rows are numbered from 0 as they come; the last {@link #rowLimit} of them are kept, in rings
 * that double as they fill. A verdict names the row's time and its number among the judged rows; it
 * finds its row by the distance from the verdict before it, or by its time.
 *
 * <p><b>Rows left out.</b> A row earlier than the one before it is counted and dropped, as the
 * detector does: charts and windows need rows in order.
 *
 * <p><b>Threads.</b> One thread.
 */
public final class Sensor {
  static final byte UNJUDGED = 0;
  static final byte JUDGED = 1;
  static final byte FLAGGED = 2;

  private static final int FIRST_CAPACITY = 256;

  private final String source;
  private final String sym;
  private final List<String> channels;
  private int rowLimit;

  private int mask;
  private long first;
  private long next;
  private long[] time;
  private long[] arrival;
  private byte[] state;
  private double[] score = {};
  private double[] threshold = {};
  private double[][] value;
  private double[][] expected = {};
  private float[][] below = {};
  private float[][] above = {};
  private float[][] contribution = {};

  private long judgedUpTo = -1;
  private long judgedSeq = Long.MIN_VALUE;
  private long judgedRows;
  private long flaggedRows;
  private long lateRows;
  private long lostVerdicts;
  private int rewrites;
  private long changedFrom = Long.MAX_VALUE;
  private String detector = "";
  private long touchedAt;

  /**
   * A sensor without rows.
   *
   * @param source the table's name, one char a byte
   * @param sym one char a byte
   * @param channels the numeric columns' names, as text
   * @param rowLimit a power of two
   */
  Sensor(String source, String sym, List<String> channels, int rowLimit) {
    this.source = source;
    this.sym = sym;
    this.channels = List.copyOf(channels);
    this.rowLimit = rowLimit;
    int capacity = Math.min(FIRST_CAPACITY, rowLimit);
    mask = capacity - 1;
    time = new long[capacity];
    arrival = new long[capacity];
    state = new byte[capacity];
    value = new double[channels.size()][capacity];
  }

  // ---- what comes

  /**
   * Adds a row.
   *
   * @param at its time, in nanoseconds since 2000
   * @param arrivedNanos when it came, by {@code System.nanoTime}; 0 if it was replayed
   * @param values one for each channel, NaN for null
   * @return whether it was taken: not if it is late
   */
  boolean add(long at, long arrivedNanos, double[] values) {
    if (next > 0 && at < time[(int) ((next - 1) & mask)]) {
      lateRows++;
      return false;
    }
    makeRoom();
    int slot = (int) (next & mask);
    time[slot] = at;
    arrival[slot] = arrivedNanos;
    state[slot] = UNJUDGED;
    for (int c = 0; c < values.length; c++) {
      value[c][slot] = values[c];
    }
    changed(next);
    next++;
    return true;
  }

  /**
   * Adds the verdict on a row.
   *
   * @param vectors expected, lower, upper and contribution, each by channel, or null where the
   *     verdict has none that fit the channels
   * @return the number of the row; -1 if it is no longer, or not yet, here
   */
  long judge(
      String byDetector,
      long at,
      long seq,
      double rowScore,
      double rowThreshold,
      boolean flag,
      double @Nullable [] @Nullable [] vectors) {
    long row = find(at, seq);
    if (row < 0) {
      lostVerdicts++;
      return -1;
    }
    detector = byDetector;
    if (score.length != state.length) {
      makeVerdicts();
    }
    int slot = (int) (row & mask);
    if (row <= judgedUpTo || state[slot] != UNJUDGED) {
      rewrites++;
    }
    if (state[slot] == UNJUDGED) {
      judgedRows++;
    }
    if (flag && state[slot] != FLAGGED) {
      flaggedRows++;
    }
    state[slot] = flag ? FLAGGED : JUDGED;
    score[slot] = rowScore;
    threshold[slot] = rowThreshold;
    for (int c = 0; c < channels.size(); c++) {
      double middle = vectors == null ? Double.NaN : item(vectors[0], c);
      expected[c][slot] = middle;
      below[c][slot] = vectors == null ? Float.NaN : (float) (middle - item(vectors[1], c));
      above[c][slot] = vectors == null ? Float.NaN : (float) (item(vectors[2], c) - middle);
      contribution[c][slot] = vectors == null ? Float.NaN : (float) item(vectors[3], c);
    }
    judgedUpTo = row;
    judgedSeq = seq;
    changed(row);
    return row;
  }

  /** Adds the verdict that this row of the score table holds. */
  long judge(Rows scores, int row) {
    double[] expectedItems = scores.numbers("expected", row);
    double[] @Nullable [] vectors =
        expectedItems == null || expectedItems.length != channels.size()
            ? null
            : new double[] @Nullable [] {
              expectedItems,
              scores.numbers("lower", row),
              scores.numbers("upper", row),
              scores.numbers("contribution", row)
            };
    return judge(
        scores.symbol("detector", row),
        scores.whole("time", row),
        scores.whole("seq", row),
        scores.number("score", row),
        scores.number("threshold", row),
        scores.flag("flag", row),
        vectors);
  }

  private static double item(double @Nullable [] vector, int c) {
    return vector == null || c >= vector.length ? Double.NaN : vector[c];
  }

  private long find(long at, long seq) {
    if (judgedUpTo >= 0) {
      long guess = judgedUpTo + (seq - judgedSeq);
      if (guess >= first && guess < next && timeOf(guess) == at) {
        return guess;
      }
    }
    long row = firstRowFrom(at);
    // Of rows with the same time, those already judged come first.
    while (row < next - 1 && stateOf(row) != UNJUDGED && timeOf(row + 1) == at) {
      row++;
    }
    return row < next && timeOf(row) == at ? row : -1;
  }

  private void changed(long row) {
    changedFrom = Math.min(changedFrom, row);
  }

  private void makeRoom() {
    int capacity = mask + 1;
    if (next - first < capacity) {
      return;
    }
    if (capacity < rowLimit) {
      resize(2 * capacity);
    } else {
      first++;
    }
  }

  private void makeVerdicts() {
    int capacity = mask + 1;
    score = new double[capacity];
    threshold = new double[capacity];
    expected = new double[channels.size()][capacity];
    below = new float[channels.size()][capacity];
    above = new float[channels.size()][capacity];
    contribution = new float[channels.size()][capacity];
  }

  /** Keeps fewer or more rows from now on: a power of two. */
  void limitRows(int limit) {
    rowLimit = limit;
    if (mask + 1 > limit) {
      first = Math.max(first, next - limit);
      resize(limit);
    }
  }

  private void resize(int capacity) {
    int rows = (int) (next - first);
    int newMask = capacity - 1;
    boolean hasVerdicts = score.length > 0;
    long[] newTime = new long[capacity];
    long[] newArrival = new long[capacity];
    byte[] newState = new byte[capacity];
    int[] from = new int[rows];
    int[] to = new int[rows];
    for (int i = 0; i < rows; i++) {
      from[i] = (int) ((first + i) & mask);
      to[i] = (int) ((first + i) & newMask);
      newTime[to[i]] = time[from[i]];
      newArrival[to[i]] = arrival[from[i]];
      newState[to[i]] = state[from[i]];
    }
    time = newTime;
    arrival = newArrival;
    state = newState;
    for (int c = 0; c < value.length; c++) {
      value[c] = moved(value[c], from, to, capacity);
    }
    if (hasVerdicts) {
      score = moved(score, from, to, capacity);
      threshold = moved(threshold, from, to, capacity);
      for (int c = 0; c < value.length; c++) {
        expected[c] = moved(expected[c], from, to, capacity);
        below[c] = moved(below[c], from, to, capacity);
        above[c] = moved(above[c], from, to, capacity);
        contribution[c] = moved(contribution[c], from, to, capacity);
      }
    }
    mask = newMask;
  }

  private static double[] moved(double[] old, int[] from, int[] to, int capacity) {
    double[] items = new double[capacity];
    for (int i = 0; i < from.length; i++) {
      items[to[i]] = old[from[i]];
    }
    return items;
  }

  private static float[] moved(float[] old, int[] from, int[] to, int capacity) {
    float[] items = new float[capacity];
    for (int i = 0; i < from.length; i++) {
      items[to[i]] = old[from[i]];
    }
    return items;
  }

  /** Bytes that a row takes, verdict included. */
  static int bytesPerRow(int channels) {
    return 8 + 8 + 1 + 8 + 8 + channels * (8 + 8 + 4 + 4 + 4);
  }

  /** When rows last came, on the clock of {@link Sensors}. */
  long touchedAt() {
    return touchedAt;
  }

  void touch(long clock) {
    touchedAt = clock;
  }

  // ---- what there is

  /** {@code table/sym}, as text: how the page names a sensor. */
  public String key() {
    return SymbolAtom.textOf(source) + "/" + SymbolAtom.textOf(sym);
  }

  /** The table, one char a byte. */
  public String source() {
    return source;
  }

  /** One char a byte. */
  public String sym() {
    return sym;
  }

  public List<String> channels() {
    return channels;
  }

  /** The detector of the last verdict, one char a byte; empty if there was none. */
  String detector() {
    return detector;
  }

  /** The number of the oldest row that is still here. */
  public long first() {
    return first;
  }

  /** The number that the next row will get. */
  public long next() {
    return next;
  }

  int rowLimit() {
    return rowLimit;
  }

  long judgedRows() {
    return judgedRows;
  }

  long flaggedRows() {
    return flaggedRows;
  }

  long lateRows() {
    return lateRows;
  }

  long lostVerdicts() {
    return lostVerdicts;
  }

  /** How often a verdict came on a row before the last judged one, so that old rows changed. */
  int rewrites() {
    return rewrites;
  }

  /** The row up to which everything is final, unless {@link #rewrites} rises. */
  long settled() {
    return judgedUpTo < 0 ? next : Math.min(next, judgedUpTo + 1);
  }

  /** Rows that came after the last judged one; 0 if nobody judges this sensor. */
  long backlog() {
    return judgedUpTo < 0 ? 0 : next - 1 - judgedUpTo;
  }

  /** The first row that changed since {@link #clearChanges}; {@code Long.MAX_VALUE} if none did. */
  long changedFrom() {
    return changedFrom;
  }

  void clearChanges() {
    changedFrom = Long.MAX_VALUE;
  }

  /** Nanoseconds since 2000. */
  public long timeOf(long row) {
    return time[(int) (row & mask)];
  }

  long arrivalOf(long row) {
    return arrival[(int) (row & mask)];
  }

  byte stateOf(long row) {
    return state[(int) (row & mask)];
  }

  boolean isJudged(long row) {
    return state[(int) (row & mask)] != UNJUDGED;
  }

  boolean isFlagged(long row) {
    return state[(int) (row & mask)] == FLAGGED;
  }

  double scoreOf(long row) {
    return isJudged(row) ? score[(int) (row & mask)] : Double.NaN;
  }

  double thresholdOf(long row) {
    return isJudged(row) ? threshold[(int) (row & mask)] : Double.NaN;
  }

  double valueOf(int channel, long row) {
    return value[channel][(int) (row & mask)];
  }

  double expectedOf(int channel, long row) {
    return isJudged(row) ? expected[channel][(int) (row & mask)] : Double.NaN;
  }

  double lowerOf(int channel, long row) {
    int slot = (int) (row & mask);
    return isJudged(row) ? expected[channel][slot] - below[channel][slot] : Double.NaN;
  }

  double upperOf(int channel, long row) {
    int slot = (int) (row & mask);
    return isJudged(row) ? expected[channel][slot] + above[channel][slot] : Double.NaN;
  }

  double contributionOf(int channel, long row) {
    return isJudged(row) ? contribution[channel][(int) (row & mask)] : Double.NaN;
  }

  /** The first row that is still here at or after a time; {@link #next} if there is none. */
  public long firstRowFrom(long at) {
    long low = first;
    long high = next;
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (timeOf(middle) < at) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /**
   * How near to the threshold the last rows came: one digit for each of equal parts of them, the
   * oldest first. A dot stands for no verdict, 0 to 3 for the quarters below the threshold, 4 to 9
   * for a flagged row, higher with its score.
   */
  String strip(int rows, int parts) {
    char[] digits = new char[parts];
    Arrays.fill(digits, '.');
    long from = Math.max(first, next - rows);
    for (int p = 0; p < parts; p++) {
      long start = next - rows + (long) p * rows / parts;
      long end = next - rows + (long) (p + 1) * rows / parts;
      int worst = -1;
      for (long row = Math.max(from, start); row < end; row++) {
        worst = Math.max(worst, heat(row));
      }
      if (worst >= 0) {
        digits[p] = (char) ('0' + worst);
      }
    }
    return new String(digits);
  }

  private int heat(long row) {
    if (!isJudged(row)) {
      return -1;
    }
    double ratio = scoreOf(row) / thresholdOf(row);
    if (isFlagged(row)) {
      return ratio < 1.5 ? 4 : ratio < 2 ? 5 : ratio < 3 ? 6 : ratio < 5 ? 7 : ratio < 10 ? 8 : 9;
    }
    return ratio >= 0.75 ? 3 : ratio >= 0.5 ? 2 : ratio >= 0.25 ? 1 : 0;
  }

  @Override
  public String toString() {
    return key() + " rows " + first + ".." + next;
  }
}
