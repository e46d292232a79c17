package tickwatch.detector.training;

import tickwatch.detector.model.Architecture;
import tickwatch.detector.model.Template;

/**
 * How a network is trained.
 *
 * @param window rows in a window
 * @param horizon how many rows after the window's last one the forecast is for; 0 where the window
 *     is given back
 * @param hidden width of its layers
 * @param epochs at most
 * @param patience epochs without a better loss on held-out windows before it ends
 * @param rate the largest learning rate
 * @param falseAlarms normal rows a day that may exceed the threshold
 */
public record TrainingSettings(
    Architecture architecture,
    int window,
    int horizon,
    int hidden,
    int layers,
    int epochs,
    int patience,
    int batch,
    double rate,
    double falseAlarms,
    long seed) {
  public static final int DEFAULT_WINDOW = 32;
  public static final int DEFAULT_EPOCHS = 15;
  public static final int DEFAULT_PATIENCE = 5;
  public static final int DEFAULT_BATCH = 256;
  public static final double DEFAULT_RATE = 1e-3;
  private static final int FURTHER_BATCH = 64;

  public TrainingSettings {
    if (horizon < 0 || architecture.isReconstructor() != (horizon == 0)) {
      throw new IllegalArgumentException(
          "horizon "
              + horizon
              + " for "
              + architecture.text()
              + " (expected: at least 1; 0 for"
              + " autoencoder, which gives its window back)");
    }
  }

  /** All defaults. */
  public static TrainingSettings of(Architecture architecture) {
    return new TrainingSettings(
        architecture,
        DEFAULT_WINDOW,
        architecture.isReconstructor() ? 0 : 1,
        architecture.defaultHidden(),
        architecture.defaultLayers(),
        DEFAULT_EPOCHS,
        DEFAULT_PATIENCE,
        DEFAULT_BATCH,
        DEFAULT_RATE,
        1,
        1);
  }

  /** For a model's network, to be trained further; smaller steps, since rows are few. */
  public static TrainingSettings further(Template template, int window, int horizon, long seed) {
    return new TrainingSettings(
        template.architecture(),
        window,
        horizon,
        template.hidden(),
        template.layers(),
        DEFAULT_EPOCHS,
        DEFAULT_PATIENCE,
        FURTHER_BATCH,
        DEFAULT_RATE,
        1,
        seed);
  }

  /** Rows that must have come before the first that is scored. */
  int rowsBefore() {
    return window + horizon - 1;
  }
}
