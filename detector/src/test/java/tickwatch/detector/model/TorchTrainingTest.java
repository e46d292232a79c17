package tickwatch.detector.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TorchTrainingTest {
  private static final int CHANNELS = 3;
  private static final int WINDOW = 16;
  private static final int STEPS = 40;
  private static final float[] UNIT = {1, 1, 1};

  private static TorchTraining.Settings settings(Architecture architecture, long seed) {
    return new TorchTraining.Settings(
        architecture, WINDOW, CHANNELS, 8, architecture.defaultLayers(), seed);
  }

  /** One batch of windows of three waves that hang together, and what should come out. */
  private static void fill(TorchTraining training, boolean reconstructs) {
    Random random = new Random(7);
    float[] row = new float[CHANNELS];
    for (int w = 0; w < TorchTraining.MAX_BATCH; w++) {
      double phase = 6.28 * random.nextDouble();
      for (int t = 0; t <= WINDOW; t++) {
        for (int c = 0; c < CHANNELS; c++) {
          row[c] = (float) Math.sin(phase + 0.4 * t + c);
        }
        if (t < WINDOW) {
          training.inputs().put((w * WINDOW + t) * CHANNELS, row);
        }
        if (reconstructs && t < WINDOW) {
          training.targets().put((w * WINDOW + t) * CHANNELS, row);
        } else if (!reconstructs && t == WINDOW) {
          training.targets().put(w * CHANNELS, row);
        }
      }
    }
  }

  private static double[] losses(TorchTraining training, Architecture architecture) {
    training.prepare(1e-2, STEPS);
    fill(training, architecture.isReconstructor());
    double first = training.loss(TorchTraining.MAX_BATCH, UNIT);
    for (int step = 0; step < STEPS; step++) {
      training.step(TorchTraining.MAX_BATCH, UNIT);
    }
    return new double[] {first, training.loss(TorchTraining.MAX_BATCH, UNIT)};
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void learnsAndIsSavedAsTorchScript(Architecture architecture) {
    byte[] network;
    float[] outputs;
    try (TorchTraining training =
        TorchTraining.begin(settings(architecture, 1), TestModels.NATIVE_CACHE)) {
      double[] losses = losses(training, architecture);
      assertThat(losses[1]).isLessThan(0.5 * losses[0]);
      network = training.network();
      outputs = training.outputs(2);
    }
    assertThat(network).isNotEmpty();
    assertThat(outputs).hasSize(2 * (architecture.isReconstructor() ? WINDOW : 1) * CHANNELS);
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void theSameSeedGivesTheSameNetworkAndAnotherAnother(Architecture architecture) {
    float[][] outputs = new float[3][];
    for (int run = 0; run < 3; run++) {
      try (TorchTraining training =
          TorchTraining.begin(settings(architecture, run < 2 ? 1 : 2), TestModels.NATIVE_CACHE)) {
        losses(training, architecture);
        outputs[run] = training.outputs(5);
      }
    }
    assertThat(outputs[1]).containsExactly(outputs[0]);
    if (architecture != Architecture.DLINEAR) {
      // It begins with zeros, whatever the seed.
      assertThat(outputs[2]).isNotEqualTo(outputs[0]);
    }
  }

  @Test
  void whatWasKeptComesBack() {
    try (TorchTraining training =
        TorchTraining.begin(settings(Architecture.CNN, 1), TestModels.NATIVE_CACHE)) {
      training.prepare(1e-2, STEPS);
      fill(training, false);
      training.keep();
      float[] before = training.outputs(3);
      training.step(TorchTraining.MAX_BATCH, UNIT);
      assertThat(training.outputs(3)).isNotEqualTo(before);
      training.goBack();
      assertThat(training.outputs(3)).containsExactly(before);
    }
  }

  @Test
  void theLinearPartIsSolvedBeforeTraining() {
    Random random = new Random(3);
    int windows = 500;
    float[] next = new float[windows * CHANNELS];
    float[] recent = new float[windows * 10 * CHANNELS];
    for (int w = 0; w < windows; w++) {
      double phase = 6.28 * random.nextDouble();
      for (int t = 0; t <= 10; t++) {
        for (int c = 0; c < CHANNELS; c++) {
          float value = (float) Math.sin(phase + 0.4 * t + c);
          if (t < 10) {
            recent[(w * 10 + t) * CHANNELS + c] = value;
          } else {
            next[w * CHANNELS + c] = value;
          }
        }
      }
    }
    try (TorchTraining training =
        TorchTraining.begin(settings(Architecture.CNN, 1), TestModels.NATIVE_CACHE)) {
      training.solve(recent, next);
      training.prepare(1e-2, STEPS);
      fill(training, false);
      assertThat(training.loss(TorchTraining.MAX_BATCH, UNIT)).isLessThan(1e-3);
    }
  }

  @Test
  void refusesAWindowThatIsTooShort() {
    assertThatThrownBy(() -> new TorchTraining.Settings(Architecture.CNN, 8, CHANNELS, 8, 2, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("window 8 is too short for cnn of 2 layers (expected: at least 9");
  }
}
