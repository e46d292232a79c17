package tickwatch.app;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tickwatch.detector.DetectorConfig;

/** Where PyTorch's libraries are. */
final class NativeCacheFlag {
  @Option(
      names = "--native-cache",
      paramLabel = "DIR",
      description =
          "Where PyTorch's libraries are unpacked, once, 432 MB (default: ~/.cache/tickwatch/djl).")
  private @Nullable Path folder;

  Path folder() {
    return folder == null ? DetectorConfig.defaultNativeCache() : folder;
  }
}
