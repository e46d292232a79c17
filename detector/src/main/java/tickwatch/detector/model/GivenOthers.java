package tickwatch.detector.model;

import java.util.Arrays;
import tickwatch.series.linear.LinearAlgebra;

/**
 * What is left of each of several numbers when the others are known: with C their correlation plus
 * {@code shrinkage} times identity and P its inverse, {@code (P x) / diag(P)}. That is a number
 * less its ridge regression on all others.
 */
final class GivenOthers {
  private GivenOthers() {}

  /**
   * Learns how numbers go together.
   *
   * @param correlation of the numbers in units of {@code scale}, {@code n × n}; destroyed
   * @param scale of each number
   * @param shrinkage above 0; the more, the less the others explain
   * @return for {@link #apply}: {@code n × n}, by the number that gives
   */
  static float[] of(double[] correlation, double[] scale, double shrinkage) {
    int n = scale.length;
    double[] inverse = new double[n * n];
    for (int i = 0; i < n; i++) {
      correlation[i * n + i] += shrinkage;
      inverse[i * n + i] = 1;
    }
    LinearAlgebra.solve(correlation, n, inverse, n);
    float[] given = new float[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        // By the number that gives, so that the inner loop runs over those that take.
        given[j * n + i] = (float) (inverse[i * n + j] / inverse[i * n + i] * scale[i] / scale[j]);
      }
    }
    return given;
  }

  /**
   * Takes from each number what the others explain.
   *
   * @param given by {@link #of}
   * @param numbers NaN where missing: it explains nothing
   * @param left takes what is left; NaN where missing
   */
  static void apply(float[] given, double[] numbers, double[] left) {
    int n = numbers.length;
    Arrays.fill(left, 0);
    for (int j = 0; j < n; j++) {
      double number = numbers[j];
      if (!Double.isNaN(number)) {
        for (int i = 0; i < n; i++) {
          left[i] += given[j * n + i] * number;
        }
      }
    }
    for (int i = 0; i < n; i++) {
      if (Double.isNaN(numbers[i])) {
        left[i] = Double.NaN;
      }
    }
  }
}
