package tickwatch.series.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tickwatch.series.SeriesException;

class WaveletTest {
  private static final int LEVELS = 4;

  /** From the definition, with the whole stream at hand. */
  private static double[][] slow(double[] x, double[] g) {
    double[][] details = new double[LEVELS][x.length];
    double[] v = x.clone();
    for (int j = 0; j < LEVELS; j++) {
      double[] next = new double[x.length];
      for (int t = 0; t < x.length; t++) {
        for (int l = 0; l < g.length; l++) {
          double earlier = v[Math.max(0, t - (l << j))];
          next[t] += g[l] / Math.sqrt(2) * earlier;
          details[j][t] += (l % 2 == 0 ? 1 : -1) * g[g.length - 1 - l] / Math.sqrt(2) * earlier;
        }
      }
      v = next;
    }
    return details;
  }

  private static double[] taps(Wavelet.Family family) {
    if (family == Wavelet.Family.HAAR) {
      return new double[] {Math.sqrt(0.5), Math.sqrt(0.5)};
    }
    // Daubechies, "Ten Lectures on Wavelets", table 6.1.
    return new double[] {
      0.4829629131445341, 0.8365163037378077, 0.2241438680420134, -0.1294095225512603
    };
  }

  @ParameterizedTest
  @EnumSource(Wavelet.Family.class)
  void isWhatTheDefinitionSays(Wavelet.Family family) {
    double[] x = new Random(1).doubles(300, -1, 1).toArray();
    double[][] expected = slow(x, taps(family));
    Wavelet wavelet = new Wavelet(family, LEVELS);

    for (int t = 0; t < x.length; t++) {
      wavelet.accept(x[t]);
      for (int j = 0; j < LEVELS; j++) {
        assertThat(wavelet.detail(j)).isCloseTo(expected[j][t], within(1e-12));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Wavelet.Family.class)
  void aConstantStreamHasNoDetail(Wavelet.Family family) {
    Wavelet wavelet = new Wavelet(family, LEVELS);

    for (int t = 0; t < 50; t++) {
      wavelet.accept(t == 20 ? Double.NaN : 7);
      for (int j = 0; j < LEVELS; j++) {
        assertThat(wavelet.detail(j)).isCloseTo(0, within(1e-12));
      }
      assertThat(wavelet.smooth()).isCloseTo(7, within(1e-12));
    }
  }

  @Test
  void fourTapsDoNotSeeAStraightLine() {
    Wavelet wavelet = new Wavelet(Wavelet.Family.DB4, 2);

    for (int t = 0; t < 100; t++) {
      wavelet.accept(3 * t);
    }

    assertThat(wavelet.detail(0)).isCloseTo(0, within(1e-9));
    assertThat(wavelet.detail(1)).isCloseTo(0, within(1e-9));
  }

  @Test
  void refusesLevelsThatThereAreNot() {
    assertThatThrownBy(() -> new Wavelet(Wavelet.Family.HAAR, 0))
        .isInstanceOf(SeriesException.class)
        .hasMessageContaining("0 levels (expected: 1 to 12)");
  }
}
