package tickwatch.detector.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Of a channel that wanders by itself, slowly and far beyond its steps. */
class DiagnosisTest {
  private static final int FIRST = 127;

  /** As long as averages remember a single row. */
  private static final int FLAGS = 24;

  private static double[] wandering(long seed) {
    Random random = new Random(seed);
    double[] z = new double[256];
    double level = 0;
    for (int t = 0; t < z.length; t++) {
      level = 0.95 * level + 0.3 * random.nextGaussian();
      z[t] = level + Math.sin(2 * Math.PI * t / 200 + seed);
    }
    return z;
  }

  private static Diagnosis of(double[] z) {
    Stretch stretch = new Stretch(z.length, 1);
    for (double value : z) {
      stretch.add(0, false, new double[] {value}, 0);
    }
    stretch.setFirst(FIRST);
    return new Diagnosis(stretch, 0, FLAGS, FLAGS - 1, new boolean[1]);
  }

  @Test
  void aLeapOutAndBackIsASpikeHoweverTheChannelWandersAfterwards() {
    for (int seed = 0; seed < 100; seed++) {
      for (int rows = 1; rows <= 3; rows++) {
        double[] z = wandering(seed);
        for (int t = FIRST; t < FIRST + rows; t++) {
          z[t] += seed % 2 == 0 ? 5 : -5;
        }

        Diagnosis diagnosis = of(z);

        assertThat(diagnosis.kind()).as("seed %d, %d rows", seed, rows).isEqualTo(Kind.SPIKE);
        assertThat(diagnosis.onset()).isEqualTo(FIRST);
      }
    }
  }

  @Test
  void aLeapThatStaysIsNone() {
    for (int seed = 0; seed < 100; seed++) {
      double[] z = wandering(seed);
      for (int t = FIRST; t < z.length; t++) {
        z[t] += seed % 2 == 0 ? 5 : -5;
      }

      assertThat(of(z).kind()).as("seed %d", seed).isNotEqualTo(Kind.SPIKE);
    }
  }

  @Test
  void manyLeapsOutAndBackAreAChangeOfVariance() {
    for (int seed = 0; seed < 100; seed++) {
      double[] z = wandering(seed);
      Random random = new Random(seed);
      for (int t = FIRST; t < FIRST + FLAGS; t++) {
        z[t] += 3 * random.nextGaussian();
      }

      assertThat(of(z).kind()).as("seed %d", seed).isNotEqualTo(Kind.SPIKE);
    }
  }
}
