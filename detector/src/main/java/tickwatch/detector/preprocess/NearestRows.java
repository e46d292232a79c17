package tickwatch.detector.preprocess;

import java.util.Arrays;

/**
 * Fills what is missing of a row from the normal rows that are most like the rest of it: the mean
 * of their values, each weighing the more the nearer it is (one over the distance).
 *
 * <p>The distance is the root mean square over the channels that are there. {@value #NEIGHBOURS}
 * neighbours are taken among at most {@value #KEPT} normal rows without a hole, spread evenly. A
 * row of which nothing is there, and a sensor that never had a whole row, are carried forward.
 *
 * <p><b>Threads.</b> One thread.
 */
public final class NearestRows implements Imputer {
  private static final int KEPT = 256;
  private static final int NEIGHBOURS = 5;

  /** A row at no distance at all must not weigh endlessly. */
  private static final double NEAR = 1e-3;

  private final int channels;

  /** {@code rows × channels}. */
  private final float[] normal;

  private final CarryForward carried;
  private final double[] filled;
  private final double[] distances = new double[NEIGHBOURS];
  private final int[] nearest = new int[NEIGHBOURS];

  private NearestRows(int channels, float[] normal, CarryForward carried) {
    this.channels = channels;
    this.normal = normal;
    this.carried = carried;
    this.filled = new double[channels];
  }

  /**
   * Learns from normal rows.
   *
   * @param z z-scores, {@code rows × channels}, NaN where missing
   * @param rows how many of them
   */
  public static NearestRows of(double[] z, int rows, int channels) {
    int[] whole = new int[rows];
    int count = 0;
    for (int t = 0; t < rows; t++) {
      boolean hole = false;
      for (int c = 0; c < channels; c++) {
        hole |= Double.isNaN(z[t * channels + c]);
      }
      if (!hole) {
        whole[count++] = t;
      }
    }
    int kept = Math.min(KEPT, count);
    float[] normal = new float[kept * channels];
    for (int k = 0; k < kept; k++) {
      int t = whole[(int) ((long) k * count / kept)];
      for (int c = 0; c < channels; c++) {
        normal[k * channels + c] = (float) z[t * channels + c];
      }
    }
    return new NearestRows(channels, normal, new CarryForward(channels));
  }

  @Override
  public double[] fill(double[] z, int from) {
    double[] last = carried.fill(z, from);
    int there = 0;
    for (int c = 0; c < channels; c++) {
      there += Double.isNaN(z[from + c]) ? 0 : 1;
    }
    if (there == channels || there == 0 || normal.length == 0) {
      return last;
    }
    find(z, from, there);
    for (int c = 0; c < channels; c++) {
      filled[c] = Double.isNaN(z[from + c]) ? mean(c) : last[c];
    }
    return filled;
  }

  private void find(double[] z, int from, int there) {
    Arrays.fill(distances, Double.POSITIVE_INFINITY);
    for (int at = 0; at < normal.length; at += channels) {
      double squares = 0;
      for (int c = 0; c < channels; c++) {
        double value = z[from + c];
        if (!Double.isNaN(value)) {
          squares += (value - normal[at + c]) * (value - normal[at + c]);
        }
      }
      double distance = Math.sqrt(squares / there);
      int place = NEIGHBOURS - 1;
      if (distance >= distances[place]) {
        continue;
      }
      for (; place > 0 && distances[place - 1] > distance; place--) {
        distances[place] = distances[place - 1];
        nearest[place] = nearest[place - 1];
      }
      distances[place] = distance;
      nearest[place] = at;
    }
  }

  private double mean(int channel) {
    double weights = 0;
    double sum = 0;
    for (int k = 0; k < NEIGHBOURS && distances[k] < Double.POSITIVE_INFINITY; k++) {
      double weight = 1 / (NEAR + distances[k]);
      weights += weight;
      sum += weight * normal[nearest[k] + channel];
    }
    return sum / weights;
  }

  @Override
  public NearestRows untouched() {
    return new NearestRows(channels, normal, carried.untouched());
  }

  @Override
  public double[] save() {
    double[] last = carried.save();
    double[] saved = Arrays.copyOf(last, channels + normal.length);
    for (int i = 0; i < normal.length; i++) {
      saved[channels + i] = normal[i];
    }
    return saved;
  }

  static NearestRows restore(int channels, double[] saved) {
    if (saved.length < channels || saved.length % channels != 0) {
      throw new IllegalArgumentException(saved.length + " values for " + channels + " channels");
    }
    CarryForward carried = new CarryForward(channels);
    carried.restore(Arrays.copyOf(saved, channels));
    float[] normal = new float[saved.length - channels];
    for (int i = 0; i < normal.length; i++) {
      normal[i] = (float) saved[channels + i];
    }
    return new NearestRows(channels, normal, carried);
  }
}
