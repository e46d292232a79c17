package tickwatch.series.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinearAlgebraTest {
  private static double[] symmetric(int n, Random random) {
    double[] factor = random.doubles((long) n * n, -1, 1).toArray();
    double[] product = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        for (int k = 0; k < n; k++) {
          product[i * n + j] += factor[i * n + k] * factor[j * n + k];
        }
      }
      product[i * n + i] += 0.1;
    }
    return product;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 38})
  void theSolutionSolves(int n) {
    Random random = new Random(n);
    double[] a = symmetric(n, random);
    double[] wanted = random.doubles(n * 3L, -1, 1).toArray();
    double[] b = new double[n * 3];
    for (int i = 0; i < n; i++) {
      for (int c = 0; c < 3; c++) {
        for (int k = 0; k < n; k++) {
          b[i * 3 + c] += a[i * n + k] * wanted[k * 3 + c];
        }
      }
    }

    LinearAlgebra.solve(a.clone(), n, b, 3);

    assertThat(b).containsExactly(wanted, within(1e-8));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 52})
  void eigenvectorsGiveTheMatrixBack(int n) {
    Random random = new Random(n);
    double[] a = symmetric(n, random);
    double[] vectors = new double[n * n];

    double[] values = LinearAlgebra.eigen(a.clone(), n, vectors);

    double[] again = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        for (int k = 0; k < n; k++) {
          again[i * n + j] += vectors[i * n + k] * values[k] * vectors[j * n + k];
        }
      }
    }
    assertThat(again).containsExactly(a, within(1e-9));
    for (int k = 1; k < n; k++) {
      assertThat(values[k]).isLessThanOrEqualTo(values[k - 1]);
    }
  }

  @Test
  void aMatrixThatIsNotPositiveDefiniteIsRefused() {
    assertThatThrownBy(() -> LinearAlgebra.solve(new double[] {1, 0, 2, 1}, 2, new double[2], 1))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("not positive definite at 1");
  }
}
