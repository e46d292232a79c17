package tickwatch.app;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tickwatch.detector.model.Architecture;
import tickwatch.detector.model.TorchTraining;
import tickwatch.detector.training.TrainingSettings;

/** What a network is to be, and how long it is trained. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class NetworkFlags {
  @Option(
      names = "--window",
      paramLabel = "ROWS",
      defaultValue = "32",
      description = "Rows that a forecast is made from (default: ${DEFAULT-VALUE}).")
  private int window;

  @Option(
      names = "--horizon",
      paramLabel = "ROWS",
      description = "How many rows ahead the forecast is (default: 1).")
  private @Nullable Integer horizon;

  @Option(
      names = "--hidden",
      paramLabel = "N",
      description = "Width of the network's layers (default: 24).")
  private @Nullable Integer hidden;

  @Option(
      names = "--layers",
      paramLabel = "N",
      description = "Layers (default: 2 of cnn, 1 of the others).")
  private @Nullable Integer layers;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      defaultValue = "15",
      description = "Times through the rows, at most (default: ${DEFAULT-VALUE}).")
  private int epochs;

  @Option(
      names = "--patience",
      paramLabel = "EPOCHS",
      defaultValue = "5",
      description =
          "Stop after so many epochs without a better held-out loss (default: ${DEFAULT-VALUE}).")
  private int patience;

  @Option(
      names = "--batch",
      paramLabel = "WINDOWS",
      defaultValue = "256",
      description = "Windows in a step, 1 to 256 (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--learning-rate",
      paramLabel = "RATE",
      defaultValue = "0.001",
      description = "The largest learning rate (default: ${DEFAULT-VALUE}).")
  private double rate;

  /**
   * Of a network of this kind.
   *
   * @param falseAlarms normal rows a day that may exceed the threshold
   */
  TrainingSettings settings(String kind, double falseAlarms, long seed) {
    atLeastOne("--window", window);
    atLeastOne("--epochs", epochs);
    atLeastOne("--patience", patience);
    atLeastOne("--batch", batch);
    if (batch > TorchTraining.MAX_BATCH) {
      throw new OperatorException(
          ExitCode.USAGE, "--batch " + batch + " (expected: 1 to " + TorchTraining.MAX_BATCH + ")");
    }
    if (!(rate > 0) || !(falseAlarms > 0)) {
      throw new OperatorException(
          ExitCode.USAGE, "--learning-rate and --false-alarms (expected: above 0)");
    }
    Architecture architecture = Architecture.of(kind);
    int wantedHidden = hidden == null ? architecture.defaultHidden() : hidden;
    int wantedLayers = layers == null ? architecture.defaultLayers() : layers;
    atLeastOne("--hidden", wantedHidden);
    atLeastOne("--layers", wantedLayers);
    int ahead = horizon != null ? horizon : architecture.isReconstructor() ? 0 : 1;
    return new TrainingSettings(
        architecture,
        window,
        ahead,
        wantedHidden,
        wantedLayers,
        epochs,
        patience,
        batch,
        rate,
        falseAlarms,
        seed);
  }

  private static void atLeastOne(String flag, int value) {
    if (value < 1) {
      throw new OperatorException(ExitCode.USAGE, flag + " " + value + " (expected: at least 1)");
    }
  }
}
