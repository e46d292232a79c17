package tickwatch.detector;

import java.nio.file.Path;
import tickwatch.detector.model.Forecaster;
import tickwatch.detector.model.ModelDirectory;
import tickwatch.detector.model.TorchForecaster;

/**
 * Loads networks: that of a model directory, and those that take its place.
 *
 * @param nativeCache where PyTorch's native libraries are unpacked, once
 */
public record Networks(ModelDirectory directory, Path nativeCache) {
  /** The one of the directory, once more. */
  Forecaster load() {
    return load(directory);
  }

  /** One that takes its place. */
  Forecaster load(ModelDirectory other) {
    return TorchForecaster.load(other, nativeCache);
  }
}
