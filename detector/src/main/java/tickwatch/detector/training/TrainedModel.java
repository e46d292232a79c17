package tickwatch.detector.training;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tickwatch.detector.model.ModelDirectory;

/**
 * The files of a model directory, by name.
 *
 * @param epochs null where nothing was trained by steps
 */
public record TrainedModel(Map<String, byte[]> files, @Nullable Epochs epochs) {
  public TrainedModel {
    files = Map.copyOf(new LinkedHashMap<>(files));
  }

  /** What came of it, in a line. */
  public String summary() {
    if (epochs == null) {
      return "wrote " + String.join(", ", new TreeSet<>(files.keySet()));
    }
    return String.format(
        Locale.ROOT,
        "trained %,d parameters in %.1f s, epoch %d of %d is kept: held-out loss %.5f, untrained %.5f",
        epochs.parameters(),
        epochs.seconds(),
        epochs.best(),
        epochs.losses().size(),
        epochs.heldOut().get(epochs.best()),
        epochs.heldOut().get(0));
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Writes them. The directory is there whole or not at all.
   *
   * @param replace takes the place of a model that is there
   * @throws IOException if it cannot be written, or there is something already
   */
  public void write(Path directory, boolean replace) throws IOException {
    Path whole = directory.toAbsolutePath().normalize();
    Path parent = whole.getParent();
    if (parent == null) {
      throw new IOException(directory + " is no place for a model");
    }
    Files.createDirectories(parent);
    // No temporary directory of Java's, which only its maker may read.
    String prefix = "." + whole.getFileName() + "-";
    deleteLeft(parent, prefix);
    Path next = parent.resolve(prefix + ProcessHandle.current().pid());
    Files.createDirectory(next);
    try {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        Files.write(next.resolve(file.getKey()), file.getValue());
      }
      if (Files.isDirectory(whole) && replace) {
        replace(next, whole);
      } else {
        if (Files.exists(whole.resolve("model.json"))) {
          throw new IOException(directory + " is there already");
        }
        Files.move(next, whole, StandardCopyOption.ATOMIC_MOVE);
      }
    } finally {
      delete(next);
    }
  }

  /**
   * model.json last: a reader sees the old model or, in the worst case, that files do not match.
   */
  private void replace(Path next, Path whole) throws IOException {
    for (String file : files.keySet()) {
      if (!file.equals("model.json")) {
        Files.move(next.resolve(file), whole.resolve(file), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Files.move(
        next.resolve("model.json"),
        whole.resolve("model.json"),
        StandardCopyOption.REPLACE_EXISTING);
    for (String old :
        List.of(
            "model.pt", ModelJson.ENSEMBLE_FILE, ModelDirectory.LOSSES, ModelDirectory.GOLDEN)) {
      if (!files.containsKey(old)) {
        Files.deleteIfExists(whole.resolve(old));
      }
    }
  }

  /**
   * Whether a directory is one that is yet to take its place, or was left by who died meanwhile.
   */
  static boolean isBeingWritten(Path directory) {
    return String.valueOf(directory.getFileName()).startsWith(".");
  }

  /** Deletes what this process, or one that is no more, did not bring to an end. */
  private static void deleteLeft(Path parent, String prefix) throws IOException {
    try (Stream<Path> beside = Files.list(parent)) {
      for (Path one : beside.toList()) {
        String name = String.valueOf(one.getFileName());
        String pid = name.startsWith(prefix) ? name.substring(prefix.length()) : "";
        if (pid.matches("\\d{1,18}") && isMineOrDead(Long.parseLong(pid))) {
          delete(one);
        }
      }
    }
  }

  private static boolean isMineOrDead(long pid) {
    return pid == ProcessHandle.current().pid() || ProcessHandle.of(pid).isEmpty();
  }

  private static void delete(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (var left = Files.list(directory)) {
      for (Path file : left.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }
}
