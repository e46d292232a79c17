package tickwatch.detector.model;

import java.nio.file.Path;

/** The models that tests load, and where PyTorch's native libraries are unpacked, once for all. */
public final class TestModels {
  public static final Path NATIVE_CACHE =
      Path.of(System.getProperty("user.home"), ".cache", "tickwatch", "djl");

  private TestModels() {}

  /** A model that the repository ships. */
  public static ModelDirectory shipped(String name) {
    return ModelDirectory.read(Path.of("..", "models", name));
  }

  /** A model made for tests. */
  public static ModelDirectory forTests(String name) {
    return ModelDirectory.read(Path.of("src", "test", "resources", "models", name));
  }

  public static TorchForecaster load(ModelDirectory directory) {
    return TorchForecaster.load(directory, NATIVE_CACHE);
  }
}
