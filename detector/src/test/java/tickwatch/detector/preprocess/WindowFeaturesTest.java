package tickwatch.detector.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WindowFeaturesTest {
  private static final int CHANNELS = 3;
  private static final int[] LENGTHS = {5, 12, 24};
  private static final long SEED = 11;

  /** A drifting, a periodic and a mostly constant channel; {@code rows × channels}. */
  private static double[] rows(int count) {
    Random random = new Random(SEED);
    double[] values = new double[count * CHANNELS];
    double level = 3;
    for (int t = 0; t < count; t++) {
      level += 0.1 * random.nextGaussian();
      values[t * CHANNELS] = level;
      values[t * CHANNELS + 1] = Math.sin(2 * Math.PI * t / 6) + 0.1 * random.nextGaussian();
      values[t * CHANNELS + 2] = t % 100 < 50 ? 1.5 : t % 7;
    }
    return values;
  }

  /** One window's numbers, by their definitions. */
  private static double[] slowly(double[] x) {
    int n = x.length;
    double mean = Arrays.stream(x).average().orElseThrow();
    double squares = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).sum();
    double low = Arrays.stream(x).min().orElseThrow();
    double high = Arrays.stream(x).max().orElseThrow();
    double above = 0;
    double below = 0;
    double neighbours = 0;
    for (int t = 0; t < n; t++) {
      above += (t - (n - 1) / 2.0) * (x[t] - mean);
      below += (t - (n - 1) / 2.0) * (t - (n - 1) / 2.0);
      neighbours += t == 0 ? 0 : (x[t] - mean) * (x[t - 1] - mean);
    }
    double most = 0;
    int strongest = 0;
    for (int k = 1; 2 * k <= n; k++) {
      double re = 0;
      double im = 0;
      for (int t = 0; t < n; t++) {
        re += (x[t] - mean) * Math.cos(2 * Math.PI * k * t / n);
        im += (x[t] - mean) * Math.sin(2 * Math.PI * k * t / n);
      }
      double power = (2 * k == n ? 1 : 2) * (re * re + im * im);
      if (power > most * (1 + 1e-9)) {
        most = power;
        strongest = k;
      }
    }
    boolean still = high == low;
    return new double[] {
      mean,
      Math.sqrt(squares / n),
      above / below,
      high - low,
      still ? 0 : neighbours / squares,
      still ? 0 : strongest / (double) n,
      still ? 0 : most / n / squares
    };
  }

  @Test
  void numbersAreThoseOfTheirDefinitionsHoweverLongTheStream() {
    double[] values = rows(3000);
    WindowFeatures features = new WindowFeatures(CHANNELS, LENGTHS);
    double[] out = new double[features.outputs()];
    for (int t = 0; t < 3000; t++) {
      boolean full = features.row(values, t * CHANNELS, out);

      assertThat(full).isEqualTo(t >= 23);
      if (!full || (t > 200 && t < 2800)) {
        continue;
      }
      for (int w = 0; w < LENGTHS.length; w++) {
        for (int c = 0; c < CHANNELS; c++) {
          double[] window = new double[LENGTHS[w]];
          for (int i = 0; i < window.length; i++) {
            window[i] = (float) values[(t - window.length + 1 + i) * CHANNELS + c];
          }
          double[] expected = slowly(window);
          for (int f = 0; f < WindowFeatures.COUNT; f++) {
            assertThat(out[(w * WindowFeatures.COUNT + f) * CHANNELS + c])
                .as("seed %d, row %d, window %d, channel %d, number %d", SEED, t, w, c, f)
                .isEqualTo(expected[f], within(1e-7));
          }
        }
      }
    }
  }

  @Test
  void goesOnWhereItWasSaved() {
    double[] values = rows(300);
    WindowFeatures whole = new WindowFeatures(CHANNELS, LENGTHS);
    double[] expected = new double[whole.outputs()];
    for (int t = 0; t < 137; t++) {
      whole.row(values, t * CHANNELS, expected);
    }
    WindowFeatures restored = new WindowFeatures(CHANNELS, LENGTHS);
    restored.restore(whole.save());

    double[] actual = new double[whole.outputs()];
    for (int t = 137; t < 300; t++) {
      whole.row(values, t * CHANNELS, expected);
      restored.row(values, t * CHANNELS, actual);

      assertThat(actual).as("row %d", t).containsExactly(expected);
    }
  }

  @Test
  void lengthsThatAreNoneAreRefused() {
    for (int[] lengths : new int[][] {{}, {3}, {12, 12}, {24, 12}, {1001}}) {
      assertThatThrownBy(() -> new WindowFeatures(1, lengths))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("expected");
    }
  }
}
