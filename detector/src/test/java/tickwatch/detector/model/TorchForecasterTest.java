package tickwatch.detector.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TorchForecasterTest {
  @TempDir Path directory;

  private Path copyOf(String json) throws IOException {
    Files.copy(Path.of("src/test/resources/models/lstm15/model.pt"), directory.resolve("model.pt"));
    Files.writeString(directory.resolve("model.json"), json);
    return directory;
  }

  private static String json(int channels) {
    StringBuilder list = new StringBuilder();
    StringBuilder values = new StringBuilder();
    for (int c = 0; c < channels; c++) {
      list.append(c == 0 ? "" : ", ")
          .append("{\"name\": \"c" + c + "\", \"centre\": 0, \"scale\": 1}");
      values.append(c == 0 ? "1" : ", 1");
    }
    return "{\"formatVersion\": 1, \"name\": \"x\", \"input\": {\"window\": 15, \"channels\": ["
        + list
        + "]}, \"threshold\": {\"method\": \"perChannel\", \"values\": ["
        + values
        + "]}}";
  }

  @Test
  void aWindowsForecastDependsOnNothingElseInTheBatch() {
    ModelDirectory model = TestModels.forTests("lstm15");
    try (TorchForecaster forecaster = TestModels.load(model)) {
      int length = 15 * 3;
      Random random = new Random(5);
      float[][] windows = new float[forecaster.maxBatch()][length];
      float[] alone = new float[forecaster.maxBatch() * 3];
      for (int i = 0; i < windows.length; i++) {
        for (int k = 0; k < length; k++) {
          windows[i][k] = (float) random.nextGaussian();
        }
        forecaster.put(0, windows[i], 0);
        float[] one = new float[3];
        forecaster.forecast(1, one);
        System.arraycopy(one, 0, alone, i * 3, 3);
      }
      for (int count : new int[] {1, 2, 8, 9, 31, 32, 100, 128}) {
        for (int i = 0; i < count; i++) {
          forecaster.put(i, windows[i], 0);
        }
        float[] together = new float[forecaster.maxBatch() * 3];
        forecaster.forecast(count, together);
        for (int i = 0; i < count * 3; i++) {
          assertThat(together[i]).isCloseTo(alone[i], within(1e-5f));
        }
        forecaster.forecastAlone(count - 1, together, 0);
        assertThat(Arrays.copyOf(together, 3))
            .containsExactly(Arrays.copyOfRange(alone, (count - 1) * 3, count * 3));
      }
    }
  }

  @Test
  void refusesANetworkOfOtherChannels() throws IOException {
    ModelDirectory model = ModelDirectory.read(copyOf(json(4)));

    assertThatThrownBy(() -> TestModels.load(model))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(directory.toString())
        .hasMessageContaining("15 rows × 4 channels");
  }

  @Test
  void refusesAFileThatIsNoTorchScript() throws IOException {
    copyOf(json(3));
    Files.writeString(directory.resolve("model.pt"), "not a network");
    ModelDirectory model = ModelDirectory.read(directory);

    assertThatThrownBy(() -> TestModels.load(model))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("no TorchScript file");
  }

  @Test
  void runsOnOneThreadWithoutANetwork() {
    try (TorchForecaster forecaster = TestModels.load(TestModels.forTests("lstm15"))) {
      assertThat(forecaster.maxBatch()).isEqualTo(128);
      assertThat(ai.djl.pytorch.jni.JniUtils.getNumThreads()).isEqualTo(1);
      assertThat(ai.djl.pytorch.jni.JniUtils.getNumInteropThreads()).isEqualTo(1);
      assertThat(ai.djl.util.Utils.isOfflineMode()).isTrue();
    }
  }
}
