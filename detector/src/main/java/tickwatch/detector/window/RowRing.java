package tickwatch.detector.window;

import java.util.Arrays;

/**
 * The last rows of one sensor, {@code rows × channels}: a ring, so a new row overwrites the oldest.
 *
 * <p><b>Threads.</b> One thread.
 */
public final class RowRing {
  private final int rows;
  private final int channels;
  private final double[] values;
  private int next;
  private int held;

  /** An empty ring. */
  public RowRing(int rows, int channels) {
    if (rows < 1 || channels < 1) {
      throw new IllegalArgumentException("ring of " + rows + " rows × " + channels + " channels");
    }
    this.rows = rows;
    this.channels = channels;
    this.values = new double[Math.multiplyExact(rows, channels)];
  }

  /** Takes the row that stands in {@code source} from {@code from} on. */
  public void push(double[] source, int from) {
    System.arraycopy(source, from, values, next * channels, channels);
    next = next + 1 == rows ? 0 : next + 1;
    if (held < rows) {
      held++;
    }
  }

  public boolean isFull() {
    return held == rows;
  }

  /** How many rows are held, at most the ring's size. */
  public int held() {
    return held;
  }

  /**
   * Writes the oldest {@code count} rows of a full ring, oldest first, as float32; each value is
   * clipped to ± {@code clip} before it is converted.
   *
   * @param clip infinite for none
   */
  public void copyOldest(int count, double clip, float[] target, int targetFrom) {
    if (!isFull() || count > rows) {
      throw new IllegalStateException(count + " rows of a ring that holds " + held + " of " + rows);
    }
    int untilEnd = Math.min(count, rows - next);
    convert(next * channels, untilEnd * channels, clip, target, targetFrom);
    convert(0, (count - untilEnd) * channels, clip, target, targetFrom + untilEnd * channels);
  }

  private void convert(int from, int count, double clip, float[] target, int targetFrom) {
    for (int i = 0; i < count; i++) {
      target[targetFrom + i] = (float) Math.max(-clip, Math.min(clip, values[from + i]));
    }
  }

  /** The rows held, oldest first: {@code held × channels}; to be given to {@link #restore}. */
  public double[] save() {
    double[] saved = new double[held * channels];
    int oldest = held == rows ? next : 0;
    for (int row = 0; row < held; row++) {
      int at = oldest + row;
      System.arraycopy(
          values, (at < rows ? at : at - rows) * channels, saved, row * channels, channels);
    }
    return saved;
  }

  /** Holds what {@link #save} gave, and nothing else. */
  public void restore(double[] saved) {
    if (saved.length % channels != 0 || saved.length > values.length) {
      throw new IllegalArgumentException(
          saved.length + " values for a ring of " + rows + " rows × " + channels + " channels");
    }
    Arrays.fill(values, 0);
    next = 0;
    held = 0;
    for (int from = 0; from < saved.length; from += channels) {
      push(saved, from);
    }
  }
}
