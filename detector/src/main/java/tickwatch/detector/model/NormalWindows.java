package tickwatch.detector.model;

import java.util.Arrays;
import java.util.Random;

/**
 * How far the window of the last rows is from the nearest of some typical normal windows, which
 * k-means finds. A channel's error is its root mean square distance over the window.
 *
 * <p>Windows are clipped to ± 5 to learn and to ± 20 to judge. k-means starts as k-means++ does and
 * takes at most 15 rounds over at most 4,000 windows, all seeded.
 */
final class NormalWindows implements RowDetector {
  private static final double LEARNT_CLIP = 5;
  private static final double CLIP = 20;
  private static final int MAX_LEARNT = 4000;
  private static final int ROUNDS = 15;

  private final int channels;
  private final int length;
  private final int count;

  /** {@code length × channels × count}: one window after the other would not be vectorised. */
  private final float[] centres;

  private final float[] ring;
  private final float[] distances;
  private int next;
  private int held;

  private NormalWindows(int channels, int length, float[] centres) {
    this.channels = channels;
    this.length = length;
    this.centres = centres;
    this.count = centres.length / (length * channels);
    this.ring = new float[length * channels];
    this.distances = new float[count];
  }

  /**
   * Learns from normal rows.
   *
   * @param length rows in a window
   * @param wanted typical windows
   */
  static NormalWindows fit(NormalRows rows, int length, int wanted, long seed) {
    int channels = rows.channels();
    int windows = rows.rows() - length + 1;
    if (windows < 1) {
      throw new IllegalArgumentException(rows.rows() + " rows for windows of " + length);
    }
    Random random = new Random(seed);
    int[] starts = new int[Math.min(windows, MAX_LEARNT)];
    for (int i = 0; i < starts.length; i++) {
      // Evenly spread with a random place in each share: no window is taken twice.
      long low = (long) windows * i / starts.length;
      long high = (long) windows * (i + 1) / starts.length;
      starts[i] = (int) (low + random.nextInt((int) Math.max(1, high - low)));
    }
    int size = length * channels;
    float[] values = new float[rows.rows() * channels];
    for (int t = 0; t < rows.rows(); t++) {
      for (int c = 0; c < channels; c++) {
        values[t * channels + c] = (float) rows.clipped(t, c, LEARNT_CLIP);
      }
    }
    int count = Math.min(wanted, starts.length);
    float[] centres = new float[size * count];
    start(values, channels, starts, size, centres, count, random);
    double[] sums = new double[size * count];
    int[] members = new int[count];
    float[] distances = new float[count];
    for (int round = 0; round < ROUNDS; round++) {
      Arrays.fill(sums, 0);
      Arrays.fill(members, 0);
      for (int start : starts) {
        int nearest = nearest(values, start * channels, size, centres, count, distances);
        members[nearest]++;
        for (int i = 0; i < size; i++) {
          sums[i * count + nearest] += values[start * channels + i];
        }
      }
      boolean moved = false;
      for (int k = 0; k < count; k++) {
        for (int i = 0; i < size && members[k] > 0; i++) {
          float mean = (float) (sums[i * count + k] / members[k]);
          moved |= mean != centres[i * count + k];
          centres[i * count + k] = mean;
        }
      }
      if (!moved) {
        break;
      }
    }
    return new NormalWindows(channels, length, centres);
  }

  /** The first centres: each a window, the likelier the farther it is from those before. */
  private static void start(
      float[] values,
      int channels,
      int[] starts,
      int size,
      float[] centres,
      int count,
      Random random) {
    double[] farness = new double[starts.length];
    Arrays.fill(farness, Double.POSITIVE_INFINITY);
    int chosen = random.nextInt(starts.length);
    for (int k = 0; k < count; k++) {
      int at = starts[chosen] * channels;
      for (int i = 0; i < size; i++) {
        centres[i * count + k] = values[at + i];
      }
      double all = 0;
      for (int s = 0; s < starts.length; s++) {
        double distance = 0;
        for (int i = 0; i < size; i++) {
          double d = values[starts[s] * channels + i] - values[at + i];
          distance += d * d;
        }
        farness[s] = Math.min(farness[s], distance);
        all += farness[s];
      }
      double wanted = random.nextDouble() * all;
      chosen = starts.length - 1;
      for (int s = 0; s < starts.length; s++) {
        wanted -= farness[s];
        if (wanted < 0) {
          chosen = s;
          break;
        }
      }
    }
  }

  private static int nearest(
      float[] values, int from, int size, float[] centres, int count, float[] distances) {
    Arrays.fill(distances, 0);
    add(values, from, size, centres, 0, count, distances);
    return smallest(distances);
  }

  private static void add(
      float[] values,
      int from,
      int size,
      float[] centres,
      int centresFrom,
      int count,
      float[] distances) {
    int at = centresFrom;
    for (int i = from; i < from + size; i++) {
      float value = values[i];
      for (int k = 0; k < count; k++) {
        float d = value - centres[at + k];
        distances[k] += d * d;
      }
      at += count;
    }
  }

  private static int smallest(float[] distances) {
    int nearest = 0;
    for (int k = 1; k < distances.length; k++) {
      if (distances[k] < distances[nearest]) {
        nearest = k;
      }
    }
    return nearest;
  }

  @Override
  public boolean row(double[] z, int from, double[] filled, Reading reading) {
    for (int c = 0; c < channels; c++) {
      ring[next * channels + c] = (float) Math.max(-CLIP, Math.min(CLIP, filled[c]));
    }
    next = next + 1 == length ? 0 : next + 1;
    if (held < length && ++held < length) {
      return false;
    }
    Arrays.fill(distances, 0);
    int untilEnd = (length - next) * channels;
    add(ring, next * channels, untilEnd, centres, 0, count, distances);
    add(ring, 0, next * channels, centres, untilEnd * count, count, distances);
    int nearest = smallest(distances);
    Arrays.fill(reading.errors, 0);
    for (int row = 0; row < length; row++) {
      int stands = next + row < length ? next + row : next + row - length;
      for (int c = 0; c < channels; c++) {
        double d = ring[stands * channels + c] - centres[(row * channels + c) * count + nearest];
        reading.errors[c] += d * d;
      }
    }
    for (int c = 0; c < channels; c++) {
      reading.errors[c] =
          Double.isNaN(z[from + c]) ? Double.NaN : Math.sqrt(reading.errors[c] / length);
      reading.expected[c] = Double.NaN;
    }
    return true;
  }

  @Override
  public boolean expects() {
    return false;
  }

  @Override
  public boolean isDistance() {
    return true;
  }

  @Override
  public void save(Numbers to) {
    to.put(channels).put(length).put(centres).put(ring).put(next).put(held);
  }

  static NormalWindows restore(Numbers from) {
    NormalWindows restored =
        new NormalWindows(from.takeCount(), from.takeCount(), from.takeFloats());
    float[] ring = from.takeFloats();
    System.arraycopy(ring, 0, restored.ring, 0, restored.ring.length);
    restored.next = from.takeCount();
    restored.held = from.takeCount();
    return restored;
  }
}
