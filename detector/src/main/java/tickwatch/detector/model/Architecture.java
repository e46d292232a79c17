package tickwatch.detector.model;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;

/**
 * The networks that can be trained here. Each is a small TorchScript file without a shape, made
 * once by {@code scripts/make_templates.py}, which says what is in it.
 */
public enum Architecture {
  /** A linear map of the last ten rows plus convolutions over the window. */
  CNN("cnn", 24, 2, true),
  /** Trend and remainder of each channel, a linear map of each. */
  DLINEAR("dlinear", 1, 1, false),
  /** A linear map of the last ten rows plus gated recurrent layers. */
  GRU("gru", 24, 1, true),
  /** A linear map of the last ten rows plus self-attention. */
  TRANSFORMER("transformer", 24, 1, true),
  /** Self-attention to a narrow code and back to the window. */
  AUTOENCODER("autoencoder", 24, 1, false);

  private final String text;
  private final int hidden;
  private final int layers;
  private final boolean startsSolved;

  Architecture(String text, int hidden, int layers, boolean startsSolved) {
    this.text = text;
    this.hidden = hidden;
    this.layers = layers;
    this.startsSolved = startsSolved;
  }

  /** The name in flags and files. */
  public String text() {
    return text;
  }

  /** Width of the layers where nothing else is wanted. */
  public int defaultHidden() {
    return hidden;
  }

  public int defaultLayers() {
    return layers;
  }

  /** Whether it gives the window back instead of a forecast. */
  public boolean isReconstructor() {
    return this == AUTOENCODER;
  }

  /** Whether its linear part is solved before training begins. */
  boolean startsSolved() {
    return startsSolved;
  }

  /** The least rows in a window. */
  public int leastWindow(int wantedLayers) {
    if (this != CNN) {
      return 2;
    }
    int steps = 1;
    for (int layer = 1; layer < wantedLayers; layer++) {
      steps = 2 * (steps - 1) + 3;
    }
    return 2 * (steps - 1) + 5;
  }

  InputStream template() throws IOException {
    InputStream found = Architecture.class.getResourceAsStream(text + ".pt");
    if (found == null) {
      throw new IOException("the template " + text + ".pt is not among the resources");
    }
    return found;
  }

  /**
   * The architecture of that name.
   *
   * @throws IllegalArgumentException if there is none; it names those that there are
   */
  public static Architecture of(String text) {
    for (Architecture architecture : values()) {
      if (architecture.text.equals(text)) {
        return architecture;
      }
    }
    throw new IllegalArgumentException(
        "network \"" + text + "\" (expected: one of " + String.join(", ", names()) + ")");
  }

  public static List<String> names() {
    return Arrays.stream(values()).map(Architecture::text).toList();
  }
}
