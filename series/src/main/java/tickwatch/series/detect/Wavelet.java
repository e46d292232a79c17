package tickwatch.series.detect;

import java.util.Arrays;
import tickwatch.series.SeriesException;

/**
 * The maximal overlap discrete wavelet transform of a stream, a value at a time: what changes over
 * 2, 4, 8 ... values, and the smooth rest (Percival and Walden, "Wavelet Methods for Time Series
 * Analysis", 2000, chapter 5).
 *
 * <pre>
 *   W[j][t] = sum over l of h[l] / √2 × V[j-1][t - 2^(j-1) l]     the detail of level j
 *   V[j][t] = sum over l of g[l] / √2 × V[j-1][t - 2^(j-1) l]     V[0] is the stream
 * </pre>
 *
 * <p>Only values up to the newest are looked at. Before the first value the stream is taken to have
 * been as its first value, so a constant stream has no detail from the start.
 *
 * <p><b>Threads.</b> One thread.
 */
public final class Wavelet {
  /** The most levels: the last one spans some thousand values. */
  public static final int MAX_LEVELS = 12;

  /** Which filters. */
  @SuppressWarnings("ImmutableEnumChecker") // the arrays never leave this class, and nothing writes
  public enum Family {
    /** Means and differences of two. */
    HAAR(1 / Math.sqrt(2), 1 / Math.sqrt(2)),
    /** Daubechies' of four taps: details of straight lines vanish. */
    DB4(
        (1 + Math.sqrt(3)) / (4 * Math.sqrt(2)),
        (3 + Math.sqrt(3)) / (4 * Math.sqrt(2)),
        (3 - Math.sqrt(3)) / (4 * Math.sqrt(2)),
        (1 - Math.sqrt(3)) / (4 * Math.sqrt(2)));

    private final double[] scaling;
    private final double[] wavelet;

    Family(double... taps) {
      int count = taps.length;
      scaling = new double[count];
      wavelet = new double[count];
      for (int l = 0; l < count; l++) {
        scaling[l] = taps[l] / Math.sqrt(2);
        wavelet[l] = (l % 2 == 0 ? 1 : -1) * taps[count - 1 - l] / Math.sqrt(2);
      }
    }
  }

  private final Family family;

  /** The last values of V[0] to V[levels - 1], each a ring. */
  private final double[][] rings;

  private final double[] details;
  private double smooth;
  private long seen;

  /**
   * Nothing seen yet.
   *
   * @param levels 1 to {@link #MAX_LEVELS}
   * @throws SeriesException for any other number of levels
   */
  public Wavelet(Family family, int levels) {
    if (levels < 1 || levels > MAX_LEVELS) {
      throw new SeriesException(
          "wavelet: " + levels + " levels (expected: 1 to " + MAX_LEVELS + ")");
    }
    this.family = family;
    this.details = new double[levels];
    this.rings = new double[levels][];
    for (int j = 0; j < levels; j++) {
      rings[j] = new double[((family.scaling.length - 1) << j) + 1];
    }
  }

  public int levels() {
    return details.length;
  }

  /** Takes the next value; a missing one counts as the smooth of the last level. */
  public void accept(double value) {
    double v = Double.isFinite(value) ? value : smooth;
    if (seen == 0) {
      for (double[] ring : rings) {
        Arrays.fill(ring, v);
      }
    }
    for (int j = 0; j < rings.length; j++) {
      double[] ring = rings[j];
      int at = (int) (seen % ring.length);
      ring[at] = v;
      double detail = 0;
      double next = 0;
      for (int l = 0; l < family.scaling.length; l++) {
        int back = at - (l << j);
        double earlier = ring[back < 0 ? back + ring.length : back];
        detail += family.wavelet[l] * earlier;
        next += family.scaling[l] * earlier;
      }
      details[j] = detail;
      v = next;
    }
    smooth = v;
    seen++;
  }

  /**
   * The newest detail of a level.
   *
   * @param level from 0: changes over 2, 4, 8 ... values
   */
  public double detail(int level) {
    return details[level];
  }

  /** The newest value of what is left when all details are taken off. */
  public double smooth() {
    return smooth;
  }

  /** All that is remembered, for {@link #restore}. */
  public double[] save() {
    double[] saved = new double[remembered()];
    int to = 0;
    saved[to++] = seen;
    saved[to++] = smooth;
    for (double[] ring : rings) {
      System.arraycopy(ring, 0, saved, to, ring.length);
      to += ring.length;
    }
    System.arraycopy(details, 0, saved, to, details.length);
    return saved;
  }

  /**
   * Goes on from what {@link #save} gave.
   *
   * @throws SeriesException if it was of another family or number of levels
   */
  public void restore(double[] saved) {
    if (saved.length != remembered()) {
      throw new SeriesException(
          "wavelet: " + saved.length + " numbers (expected: " + remembered() + ")");
    }
    int from = 0;
    seen = (long) saved[from++];
    smooth = saved[from++];
    for (double[] ring : rings) {
      System.arraycopy(saved, from, ring, 0, ring.length);
      from += ring.length;
    }
    System.arraycopy(saved, from, details, 0, details.length);
  }

  private int remembered() {
    int count = 2 + details.length;
    for (double[] ring : rings) {
      count += ring.length;
    }
    return count;
  }
}
