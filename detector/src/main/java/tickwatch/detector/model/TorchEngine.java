package tickwatch.detector.model;

import ai.djl.util.Utils;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PyTorch as this process uses it, through DJL: one intra-op and one inter-op thread (two on busy
 * cores are slower by a factor of 10 and more), never a download.
 */
final class TorchEngine {
  static final String NAME = "PyTorch";

  private static final Logger LOG = LoggerFactory.getLogger(TorchEngine.class);

  private TorchEngine() {}

  /**
   * Must come before the first use of DJL: it reads these once.
   *
   * @param nativeCache where PyTorch's native libraries are unpacked, once, if they are not there
   *     yet; the environment's {@code DJL_CACHE_DIR} or {@code ENGINE_CACHE_DIR} goes before it
   * @throws ModelException if they neither are there nor can be unpacked
   */
  static void prepare(Path nativeCache) {
    System.setProperty("ai.djl.pytorch.num_threads", "1");
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    System.setProperty("ai.djl.offline", "true");
    if (System.getProperty("DJL_CACHE_DIR") == null) {
      System.setProperty("DJL_CACHE_DIR", nativeCache.toAbsolutePath().toString());
    }
    if (Utils.getEnvOrSystemProperty("PYTORCH_LIBRARY_PATH") != null) {
      return;
    }
    // DJL goes to the temporary directory without a word where the wanted one cannot be written.
    Path wanted = Path.of(Utils.getEnvOrSystemProperty("DJL_CACHE_DIR"));
    try {
      Files.createDirectories(wanted);
    } catch (IOException e) {
      throw new ModelException(
          "PyTorch's native libraries: "
              + wanted
              + " cannot be made ("
              + e
              + "; expected: a directory to unpack 432 MB into, once)",
          e);
    }
    Path cache = Utils.getEngineCacheDir("pytorch");
    if (!isUnpacked(cache)) {
      if (!Files.isWritable(wanted)) {
        throw new ModelException(
            "PyTorch's native libraries are not in "
                + cache
                + ", and "
                + wanted
                + " cannot be written (expected: a directory to unpack 432 MB into, once)");
      }
      LOG.info("unpacking PyTorch's native libraries directory={} megabytes=432 (once)", cache);
    }
  }

  private static boolean isUnpacked(Path cache) {
    if (!Files.isDirectory(cache)) {
      return false;
    }
    try (DirectoryStream<Path> versions = Files.newDirectoryStream(cache)) {
      for (Path version : versions) {
        if (Files.exists(version.resolve(System.mapLibraryName("torch_cpu")))) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      LOG.debug("unreadable directory={}", cache, e);
      return false;
    }
  }

  static String firstLine(Throwable e) {
    Throwable told = e.getMessage() == null && e.getCause() != null ? e.getCause() : e;
    String message = String.valueOf(told.getMessage());
    List<String> lines = message.lines().filter(line -> !line.isBlank()).toList();
    return lines.isEmpty() ? told.toString() : lines.get(0);
  }
}
