package tickwatch.series.detect;

import java.util.List;
import java.util.stream.IntStream;

/**
 * {@code abs((x - x.mean()) / x.std()) > threshold} as NumPy computes it, operation by operation
 * and a division a value: the slow and obvious version.
 */
record NumpyZScore(double mean, double std, List<Integer> places) {

  static NumpyZScore of(float[] x, float threshold) {
    float mean = (float) ((double) sum(x, 0, x.length) / x.length);
    float[] squares = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      float distance = x[i] - mean;
      squares[i] = distance * distance;
    }
    float std = (float) Math.sqrt((float) ((double) sum(squares, 0, x.length) / x.length));
    return new NumpyZScore(
        mean,
        std,
        IntStream.range(0, x.length)
            .filter(i -> Math.abs((x[i] - mean) / std) > threshold)
            .boxed()
            .toList());
  }

  static NumpyZScore of(double[] x, double threshold) {
    double mean = sum(x, 0, x.length) / x.length;
    double[] squares = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      double distance = x[i] - mean;
      squares[i] = distance * distance;
    }
    double std = Math.sqrt(sum(squares, 0, x.length) / x.length);
    return new NumpyZScore(
        mean,
        std,
        IntStream.range(0, x.length)
            .filter(i -> Math.abs((x[i] - mean) / std) > threshold)
            .boxed()
            .toList());
  }

  private static float sum(float[] x, int from, int count) {
    if (count > 128) {
      int half = count / 2 - count / 2 % 8;
      return sum(x, from, half) + sum(x, from + half, count - half);
    }
    int eights = count - count % 8;
    float[] r = new float[8];
    for (int i = 0; i < eights; i++) {
      r[i % 8] = i < 8 ? x[from + i] : r[i % 8] + x[from + i];
    }
    float sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
    for (int i = eights; i < count; i++) {
      sum += x[from + i];
    }
    return sum;
  }

  private static double sum(double[] x, int from, int count) {
    if (count > 128) {
      int half = count / 2 - count / 2 % 8;
      return sum(x, from, half) + sum(x, from + half, count - half);
    }
    int eights = count - count % 8;
    double[] r = new double[8];
    for (int i = 0; i < eights; i++) {
      r[i % 8] = i < 8 ? x[from + i] : r[i % 8] + x[from + i];
    }
    double sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
    for (int i = eights; i < count; i++) {
      sum += x[from + i];
    }
    return sum;
  }
}
