package tickwatch.detector.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class NearestRowsTest {
  private static final int CHANNELS = 3;
  private static final long SEED = 5;

  /** The second channel is twice the first, the third a tenth of its square. */
  private static double[] normal(int rows) {
    Random random = new Random(SEED);
    double[] z = new double[rows * CHANNELS];
    for (int t = 0; t < rows; t++) {
      double level = random.nextGaussian();
      z[t * CHANNELS] = level;
      z[t * CHANNELS + 1] = 2 * level;
      z[t * CHANNELS + 2] = level * level / 10;
    }
    return z;
  }

  @Test
  void whatIsMissingIsWhatItWasInRowsLikeThisOne() {
    NearestRows nearest = NearestRows.of(normal(2000), 2000, CHANNELS);

    double[] filled = nearest.fill(new double[] {-1, Double.NaN, 0.1}, 0);

    assertThat(filled[0]).isEqualTo(-1);
    assertThat(filled[1]).as("seed %d", SEED).isEqualTo(-2, within(0.15));
    assertThat(filled[2]).isEqualTo(0.1);
  }

  @Test
  void aWholeRowIsLeftAsItIsAndAnEmptyOneCarriedForward() {
    NearestRows nearest = NearestRows.of(normal(500), 500, CHANNELS);

    assertThat(nearest.fill(new double[] {7, 8, 9}, 0)).containsExactly(7, 8, 9);
    assertThat(nearest.fill(new double[] {Double.NaN, Double.NaN, Double.NaN}, 0))
        .containsExactly(7, 8, 9);
  }

  @Test
  void withoutAWholeNormalRowValuesAreCarriedForward() {
    double[] holes = {1, Double.NaN, 2, 1, Double.NaN, 2};

    NearestRows nearest = NearestRows.of(holes, 2, CHANNELS);

    nearest.fill(new double[] {1, 4, 2}, 0);
    assertThat(nearest.fill(new double[] {1, Double.NaN, 2}, 0)).containsExactly(1, 4, 2);
  }

  @Test
  void goesOnWhereItWasSaved() {
    NearestRows whole = NearestRows.of(normal(500), 500, CHANNELS);
    whole.fill(new double[] {0.3, 0.6, 0.009}, 0);

    Imputer restored = Imputer.of(Preparation.Imputation.NEAREST, CHANNELS, whole.save());

    double[] row = {Double.NaN, 1.1, 0.03};
    assertThat(restored.fill(row, 0)).containsExactly(whole.fill(row, 0));
    double[] empty = {Double.NaN, Double.NaN, Double.NaN};
    assertThat(restored.fill(empty, 0)).containsExactly(whole.fill(empty, 0));
  }
}
