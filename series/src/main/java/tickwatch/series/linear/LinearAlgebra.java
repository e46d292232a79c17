package tickwatch.series.linear;

import java.util.Random;

/**
 * The decompositions that fitting takes; matrices are row-major arrays of {@code n × n}. Any
 * thread.
 */
public final class LinearAlgebra {
  private static final int MAX_SWEEPS = 60;
  private static final int MAX_ROUNDS = 100;

  private LinearAlgebra() {}

  /**
   * Solves {@code A X = B} in place for a symmetric, positive definite A (Cholesky).
   *
   * @param a of which the lower triangle is read; destroyed
   * @param b {@code n × columns}; becomes X
   * @throws ArithmeticException if A is not positive definite
   */
  public static void solve(double[] a, int n, double[] b, int columns) {
    for (int j = 0; j < n; j++) {
      double diagonal = a[j * n + j];
      for (int k = 0; k < j; k++) {
        diagonal -= a[j * n + k] * a[j * n + k];
      }
      if (!(diagonal > 0)) {
        throw new ArithmeticException("not positive definite at " + j + " of " + n);
      }
      double root = Math.sqrt(diagonal);
      a[j * n + j] = root;
      for (int i = j + 1; i < n; i++) {
        double sum = a[i * n + j];
        for (int k = 0; k < j; k++) {
          sum -= a[i * n + k] * a[j * n + k];
        }
        a[i * n + j] = sum / root;
      }
    }
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < i; k++) {
        addRow(b, i, -a[i * n + k], k, columns);
      }
      scaleRow(b, i, 1 / a[i * n + i], columns);
    }
    for (int i = n - 1; i >= 0; i--) {
      for (int k = i + 1; k < n; k++) {
        addRow(b, i, -a[k * n + i], k, columns);
      }
      scaleRow(b, i, 1 / a[i * n + i], columns);
    }
  }

  private static void addRow(double[] b, int to, double factor, int from, int columns) {
    int t = to * columns;
    int f = from * columns;
    for (int c = 0; c < columns; c++) {
      b[t + c] += factor * b[f + c];
    }
  }

  private static void scaleRow(double[] b, int row, double factor, int columns) {
    for (int c = row * columns; c < (row + 1) * columns; c++) {
      b[c] *= factor;
    }
  }

  /**
   * Eigenvalues and eigenvectors of a symmetric matrix (cyclic Jacobi), the largest value first.
   *
   * @param a destroyed
   * @param vectors takes an eigenvector in each column
   * @return the eigenvalues
   */
  public static double[] eigen(double[] a, int n, double[] vectors) {
    for (int i = 0; i < n * n; i++) {
      vectors[i] = i % (n + 1) == 0 ? 1 : 0;
    }
    for (int sweep = 0; sweep < MAX_SWEEPS && offDiagonal(a, n) > 0; sweep++) {
      for (int p = 0; p < n; p++) {
        for (int q = p + 1; q < n; q++) {
          rotate(a, n, p, q, vectors);
        }
      }
    }
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = a[i * n + i];
    }
    sort(values, n, vectors);
    return values;
  }

  /**
   * The largest eigenvalues of a symmetric matrix with no negative ones, and their eigenvectors, by
   * subspace iteration: what holds less variance than the last of them is lost, and neighbours that
   * are nearly alike may be mixed with each other.
   *
   * @param a left as it is
   * @param count how many, below n
   * @param vectors {@code n × n}; takes an eigenvector in each of the first columns
   * @return the eigenvalues, the largest first
   */
  public static double[] leading(double[] a, int n, int count, double[] vectors) {
    double[] basis = new double[count * n];
    Random random = new Random(1);
    for (int i = 0; i < basis.length; i++) {
      basis[i] = random.nextGaussian();
    }
    double[] values = new double[count];
    double[] image = new double[count * n];
    double last = 0;
    for (int round = 0; round < MAX_ROUNDS; round++) {
      orthonormal(basis, count, n);
      double sum = 0;
      for (int k = 0; k < count; k++) {
        double value = 0;
        for (int i = 0; i < n; i++) {
          double product = 0;
          for (int j = 0; j < n; j++) {
            product += a[i * n + j] * basis[k * n + j];
          }
          image[k * n + i] = product;
          value += product * basis[k * n + i];
        }
        values[k] = value;
        sum += value;
      }
      if (Math.abs(sum - last) <= 1e-6 * Math.abs(sum)) {
        break;
      }
      last = sum;
      System.arraycopy(image, 0, basis, 0, basis.length);
    }
    for (int k = 0; k < count; k++) {
      for (int i = 0; i < n; i++) {
        vectors[i * n + k] = basis[k * n + i];
      }
    }
    return values;
  }

  /** Gram and Schmidt, twice, so that rounding leaves no component of the others. */
  private static void orthonormal(double[] basis, int count, int n) {
    for (int k = 0; k < count; k++) {
      for (int again = 0; again < 2; again++) {
        for (int other = 0; other < k; other++) {
          double product = 0;
          for (int i = 0; i < n; i++) {
            product += basis[k * n + i] * basis[other * n + i];
          }
          for (int i = 0; i < n; i++) {
            basis[k * n + i] -= product * basis[other * n + i];
          }
        }
      }
      double squares = 0;
      for (int i = 0; i < n; i++) {
        squares += basis[k * n + i] * basis[k * n + i];
      }
      double length = Math.sqrt(squares);
      for (int i = 0; i < n; i++) {
        // A direction that nothing is left of stands for nothing.
        basis[k * n + i] = length > 1e-150 ? basis[k * n + i] / length : 0;
      }
    }
  }

  /** The sum of squares beside the diagonal; 0 where it is beneath rounding. */
  private static double offDiagonal(double[] a, int n) {
    double off = 0;
    double on = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        if (i == j) {
          on += a[i * n + j] * a[i * n + j];
        } else {
          off += a[i * n + j] * a[i * n + j];
        }
      }
    }
    return off > 1e-26 * on ? off : 0;
  }

  private static void rotate(double[] a, int n, int p, int q, double[] vectors) {
    double apq = a[p * n + q];
    if (apq == 0) {
      return;
    }
    double theta = (a[q * n + q] - a[p * n + p]) / (2 * apq);
    double t = Math.copySign(1, theta) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
    double cos = 1 / Math.sqrt(t * t + 1);
    double sin = t * cos;
    for (int k = 0; k < n; k++) {
      double akp = a[k * n + p];
      double akq = a[k * n + q];
      a[k * n + p] = cos * akp - sin * akq;
      a[k * n + q] = sin * akp + cos * akq;
    }
    for (int k = 0; k < n; k++) {
      double apk = a[p * n + k];
      double aqk = a[q * n + k];
      a[p * n + k] = cos * apk - sin * aqk;
      a[q * n + k] = sin * apk + cos * aqk;
    }
    for (int k = 0; k < n; k++) {
      double vkp = vectors[k * n + p];
      double vkq = vectors[k * n + q];
      vectors[k * n + p] = cos * vkp - sin * vkq;
      vectors[k * n + q] = sin * vkp + cos * vkq;
    }
  }

  private static void sort(double[] values, int n, double[] vectors) {
    for (int i = 0; i < n; i++) {
      int largest = i;
      for (int j = i + 1; j < n; j++) {
        if (values[j] > values[largest]) {
          largest = j;
        }
      }
      double value = values[i];
      values[i] = values[largest];
      values[largest] = value;
      for (int k = 0; k < n && largest != i; k++) {
        double x = vectors[k * n + i];
        vectors[k * n + i] = vectors[k * n + largest];
        vectors[k * n + largest] = x;
      }
    }
  }
}
