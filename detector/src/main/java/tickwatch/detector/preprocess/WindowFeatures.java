package tickwatch.detector.preprocess;

import java.util.Arrays;

/**
 * What each channel's last values are like, as numbers, over windows of one or several lengths.
 *
 * <pre>
 *   0  mean
 *   1  deviation          root mean square distance from the mean
 *   2  slope              of the line of least squares, a row
 *   3  range              largest less smallest
 *   4  autocorrelation    of neighbours: sum (x[t] - mean)(x[t-1] - mean) / sum (x[t] - mean)²
 *   5  peak frequency     the strongest of 1/n, 2/n ... 1/2 in cycles a row (discrete Fourier
 *                         transform of the window, without its mean)
 *   6  peak share         its share of the variance
 * </pre>
 *
 * <p>A window that does not move has 0 for all but the mean. Values are clipped to ± {@value
 * #CLIP}.
 *
 * <p><b>Cost.</b> Sums and the transform's bins are carried from row to row, the range is looked up
 * anew: some {@code 5 n} operations a channel for the longest window of n rows; nothing is
 * allocated. What rounding adds up to is taken off again: one bin and, every n rows, the sums are
 * computed from the values.
 *
 * <p><b>Threads.</b> One thread.
 */
public final class WindowFeatures {
  /** Numbers for each window of a channel. */
  public static final int COUNT = 7;

  /** The shortest window. */
  public static final int MIN_LENGTH = 4;

  /** The longest window. */
  public static final int MAX_LENGTH = 1000;

  private static final double CLIP = 20;

  /** A variance below this share of the mean square is rounding. */
  private static final double STILL = 1e-12;

  private final int channels;
  private final int longest;
  private final Window[] windows;

  /** The last rows, {@code longest × channels}. */
  private final float[] ring;

  private final float[] low;
  private final float[] high;
  private long rows;

  /**
   * No row yet.
   *
   * @param lengths of the windows in rows, ascending, {@value #MIN_LENGTH} to {@value #MAX_LENGTH}
   * @throws IllegalArgumentException for other lengths
   */
  public WindowFeatures(int channels, int[] lengths) {
    if (lengths.length == 0) {
      throw new IllegalArgumentException("no window (expected: at least one length)");
    }
    int before = MIN_LENGTH - 1;
    for (int length : lengths) {
      if (length <= before || length > MAX_LENGTH) {
        throw new IllegalArgumentException(
            "windows "
                + Arrays.toString(lengths)
                + " (expected: ascending, from "
                + MIN_LENGTH
                + " to "
                + MAX_LENGTH
                + " rows)");
      }
      before = length;
    }
    this.channels = channels;
    this.longest = lengths[lengths.length - 1];
    this.windows = new Window[lengths.length];
    for (int w = 0; w < lengths.length; w++) {
      windows[w] = new Window(lengths[w], channels);
    }
    this.ring = new float[longest * channels];
    this.low = new float[channels];
    this.high = new float[channels];
  }

  /** One length's sums over its rows, of each channel; x[0] is the oldest value. */
  private static final class Window {
    private final int length;
    private final int bins;
    private final double[] cos;
    private final double[] sin;

    /** Sum of x. */
    private final double[] sum;

    /** Sum of x². */
    private final double[] squares;

    /** Sum of t x[t]. */
    private final double[] moment;

    /** Sum of x[t] x[t - 1]. */
    private final double[] neighbours;

    /** Sum of x[t] e^(-2πi k t / length) for k from 1, {@code bins × channels}. */
    private final double[] real;

    private final double[] imaginary;

    Window(int length, int channels) {
      this.length = length;
      this.bins = length / 2;
      this.cos = new double[length];
      this.sin = new double[length];
      for (int i = 0; i < length; i++) {
        cos[i] = Math.cos(2 * Math.PI * i / length);
        sin[i] = Math.sin(2 * Math.PI * i / length);
      }
      this.sum = new double[channels];
      this.squares = new double[channels];
      this.moment = new double[channels];
      this.neighbours = new double[channels];
      this.real = new double[bins * channels];
      this.imaginary = new double[bins * channels];
    }

    double[][] state() {
      return new double[][] {sum, squares, moment, neighbours, real, imaginary};
    }
  }

  /** Numbers that {@link #row} gives: for each window {@link #COUNT}, each of all channels. */
  public int outputs() {
    return windows.length * COUNT * channels;
  }

  /** Rows in the longest window. */
  public int longest() {
    return longest;
  }

  /**
   * Takes the next row.
   *
   * @param filled values, none missing, from {@code from} on
   * @param out takes the numbers: {@code windows × COUNT × channels}
   * @return false before the longest window is full; {@code out} is undefined then
   */
  public boolean row(double[] filled, int from, double[] out) {
    int newest = (int) (rows % longest) * channels;
    int previous = newest == 0 ? (longest - 1) * channels : newest - channels;
    for (Window window : windows) {
      // The ring still has the row that the longest window loses in the place of the new one.
      int oldest = (int) ((rows - window.length + (long) longest) % longest) * channels;
      int second = oldest + channels == ring.length ? 0 : oldest + channels;
      boolean full = rows >= window.length;
      int n = window.length;
      for (int c = 0; c < channels; c++) {
        double value = clipped(filled[from + c]);
        double lost = full ? ring[oldest + c] : 0;
        double next = full ? ring[second + c] : 0;
        double before = rows > 0 ? ring[previous + c] : 0;
        double rest = window.sum[c] - lost;
        // Missing rows before the first one count as zeros: t runs from 0 to n - 1 from the start.
        window.moment[c] += -rest + (n - 1) * value;
        window.sum[c] = rest + value;
        window.squares[c] += value * value - lost * lost;
        window.neighbours[c] += value * before - lost * next;
      }
      for (int k = 1; k <= window.bins; k++) {
        double cos = window.cos[k % n];
        double sin = window.sin[k % n];
        int at = (k - 1) * channels;
        for (int c = 0; c < channels; c++) {
          double lost = full ? ring[oldest + c] : 0;
          double re = window.real[at + c] + clipped(filled[from + c]) - lost;
          double im = window.imaginary[at + c];
          window.real[at + c] = re * cos - im * sin;
          window.imaginary[at + c] = re * sin + im * cos;
        }
      }
    }
    for (int c = 0; c < channels; c++) {
      ring[newest + c] = clipped(filled[from + c]);
    }
    rows++;
    for (Window window : windows) {
      if (rows >= window.length) {
        renew(window);
      }
    }
    if (rows < longest) {
      return false;
    }
    write(out);
    return true;
  }

  /** As the ring holds it, so that what was added is what is taken off. */
  private static float clipped(double value) {
    return (float) Math.max(-CLIP, Math.min(CLIP, value));
  }

  /** Where the row of a window begins in the ring; 0 is the oldest. */
  private int at(Window window, int row) {
    return (int) ((rows - window.length + row) % longest) * channels;
  }

  private void renew(Window window) {
    if (rows % window.length == 0) {
      Arrays.fill(window.sum, 0);
      Arrays.fill(window.squares, 0);
      Arrays.fill(window.moment, 0);
      Arrays.fill(window.neighbours, 0);
      for (int t = 0; t < window.length; t++) {
        int now = at(window, t);
        int before = t == 0 ? now : at(window, t - 1);
        for (int c = 0; c < channels; c++) {
          double value = ring[now + c];
          window.sum[c] += value;
          window.squares[c] += value * value;
          window.moment[c] += t * value;
          window.neighbours[c] += t == 0 ? 0 : value * ring[before + c];
        }
      }
    }
    int k = 1 + (int) (rows % window.bins);
    int to = (k - 1) * channels;
    Arrays.fill(window.real, to, to + channels, 0);
    Arrays.fill(window.imaginary, to, to + channels, 0);
    for (int t = 0; t < window.length; t++) {
      int phase = (int) ((long) k * t % window.length);
      double cos = window.cos[phase];
      double sin = window.sin[phase];
      int now = at(window, t);
      for (int c = 0; c < channels; c++) {
        window.real[to + c] += ring[now + c] * cos;
        window.imaginary[to + c] -= ring[now + c] * sin;
      }
    }
  }

  private void write(double[] out) {
    int newest = (int) ((rows - 1) % longest) * channels;
    System.arraycopy(ring, newest, low, 0, channels);
    System.arraycopy(ring, newest, high, 0, channels);
    int looked = 1;
    for (int w = 0; w < windows.length; w++) {
      Window window = windows[w];
      for (; looked < window.length; looked++) {
        int row = (int) ((rows - 1 - looked) % longest) * channels;
        for (int c = 0; c < channels; c++) {
          low[c] = Math.min(low[c], ring[row + c]);
          high[c] = Math.max(high[c], ring[row + c]);
        }
      }
      int first = at(window, 0);
      int to = w * COUNT * channels;
      double n = window.length;
      double middle = (n - 1) / 2;
      double spread = n * (n * n - 1) / 12;
      for (int c = 0; c < channels; c++, to++) {
        double mean = window.sum[c] / n;
        double variance = window.squares[c] / n - mean * mean;
        boolean still =
            high[c] == low[c] || !(variance > STILL * Math.max(1, window.squares[c] / n));
        out[to] = mean;
        out[to + channels] = still ? 0 : Math.sqrt(variance);
        out[to + 2 * channels] = still ? 0 : (window.moment[c] - middle * window.sum[c]) / spread;
        out[to + 3 * channels] = (double) high[c] - low[c];
        double ends = 2 * window.sum[c] - ring[first + c] - ring[newest + c];
        out[to + 4 * channels] =
            still
                ? 0
                : (window.neighbours[c] - mean * ends + (n - 1) * mean * mean) / (n * variance);
        double most = 0;
        int strongest = 0;
        for (int k = 1; k <= window.bins && !still; k++) {
          double re = window.real[(k - 1) * channels + c];
          double im = window.imaginary[(k - 1) * channels + c];
          double power = (2 * k == window.length ? 1 : 2) * (re * re + im * im);
          // Of equals, as those of a single spike are, the lowest counts, whatever rounding says.
          if (power > most * (1 + 1e-9)) {
            most = power;
            strongest = k;
          }
        }
        out[to + 5 * channels] = strongest / n;
        out[to + 6 * channels] = still ? 0 : Math.min(1, most / (n * n * variance));
      }
    }
  }

  /** What is remembered, for {@link #restore}. */
  public double[] save() {
    double[] saved = new double[1 + ring.length + sums()];
    int to = 0;
    saved[to++] = rows;
    for (float value : ring) {
      saved[to++] = value;
    }
    for (Window window : windows) {
      for (double[] sums : window.state()) {
        System.arraycopy(sums, 0, saved, to, sums.length);
        to += sums.length;
      }
    }
    return saved;
  }

  private int sums() {
    return Arrays.stream(windows).mapToInt(window -> (4 + 2 * window.bins) * channels).sum();
  }

  /** Goes on from what {@link #save} gave. */
  public void restore(double[] saved) {
    if (saved.length != 1 + ring.length + sums()) {
      throw new IllegalArgumentException(
          saved.length + " numbers (expected: " + (1 + ring.length + sums()) + ")");
    }
    int from = 0;
    rows = (long) saved[from++];
    for (int i = 0; i < ring.length; i++) {
      ring[i] = (float) saved[from++];
    }
    for (Window window : windows) {
      for (double[] sums : window.state()) {
        System.arraycopy(saved, from, sums, 0, sums.length);
        from += sums.length;
      }
    }
  }
}
