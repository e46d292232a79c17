package tickwatch.detector.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.detector.ensemble.Ensemble;
import tickwatch.detector.model.BadJson;
import tickwatch.detector.model.LearntNumbers;
import tickwatch.detector.model.ModelDirectory;
import tickwatch.detector.model.ModelException;
import tickwatch.detector.model.Numbers;
import tickwatch.detector.threshold.AlarmLevel;

/**
 * The generations of sensors' ensembles and of tables' networks on disk, each a model directory of
 * its own in one folder. People may withdraw one; it is then no longer judged by after the
 * detector's next start.
 *
 * <p><b>Threads.</b> One detector writes; whoever lists or withdraws is another process.
 */
public final class Generations {
  private static final Logger LOG = LoggerFactory.getLogger(Generations.class);
  private static final String WITHDRAWN = "withdrawn";

  private final Path folder;

  /** Those in a folder, which need not be there yet. */
  public Generations(Path folder) {
    this.folder = folder;
  }

  /**
   * Keeps one. What cannot be written is told, and judged by all the same.
   *
   * @param channels their names
   * @param untouched the ensemble before it has seen a row
   * @param level of alarms, as it stands
   */
  public void keep(
      Generation generation,
      List<String> channels,
      Ensemble untouched,
      AlarmLevel level,
      long seed) {
    Numbers numbers = new Numbers();
    level.save(numbers);
    untouched.save(numbers);
    byte[] file = new LearntNumbers(Map.of(LearntNumbers.ANY, numbers.toArray())).bytes();
    ObjectNode json = ModelJson.ensemble(generation.name(), file);
    ObjectNode input = json.putObject("input").put("window", 1).put("horizon", 1);
    input.set("channels", ModelJson.channels(channels, untouched.scaler()));
    ModelJson.putEnsemble(json.putObject("ensemble"), untouched);
    json.putObject("threshold")
        .put("method", "level")
        .put("value", ModelJson.rounded(level.now().value()))
        .put("normal", ModelJson.rounded(level.now().normal()));
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put(ModelJson.ENSEMBLE_FILE, file);
    keep(generation, files, json, seed);
  }

  /**
   * The files of a model with another network in the place of its own.
   *
   * @param factors by which errors of channels are larger
   */
  public static Map<String, byte[]> withNetwork(
      ModelDirectory model, byte[] network, double[] factors) {
    ObjectNode json =
        ModelJson.withNetwork(ModelJson.read(model.files().get("model.json")), network, factors);
    return Map.of("model.pt", network, "model.json", ModelJson.text(json));
  }

  /**
   * Keeps a network.
   *
   * @param files of its model directory
   */
  public void keep(Generation generation, Map<String, byte[]> files, long seed) {
    keep(generation, new LinkedHashMap<>(files), ModelJson.read(files.get("model.json")), seed);
  }

  private void keep(Generation generation, Map<String, byte[]> files, ObjectNode json, long seed) {
    ObjectNode refit =
        json.putObject("refit")
            .put("table", generation.table())
            .put("sym", generation.sym())
            .put("row", generation.row())
            .put("effective", generation.effective())
            .put("learntFrom", generation.learntFrom())
            .put("outcome", generation.outcome().text())
            .put("inputs", generation.inputs())
            .put("seed", seed);
    putFinite(refit, "errorBefore", generation.errorBefore());
    putFinite(refit, "error", generation.error());
    files.put("model.json", ModelJson.text(json));
    try {
      new TrainedModel(files, null).write(folder.resolve(generation.name()), true);
    } catch (IOException e) {
      LOG.error(
          "generation cannot be kept, it is judged by all the same folder={} name={}",
          folder,
          generation.name(),
          e);
    }
  }

  private static void putFinite(ObjectNode node, String name, double value) {
    if (Double.isFinite(value)) {
      node.put(name, ModelJson.rounded(value));
    }
  }

  /** All that can be read, by table, sensor and row; the others are told. */
  public List<Generation> list() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<Generation> all = new ArrayList<>();
    try (Stream<Path> directories = Files.list(folder)) {
      for (Path directory : directories.toList()) {
        Path json = directory.resolve("model.json");
        if (Files.isRegularFile(json) && !TrainedModel.isBeingWritten(directory)) {
          Generation one = readable(json);
          if (one != null) {
            all.add(one);
          }
        }
      }
    }
    all.sort(
        Comparator.comparing(Generation::table)
            .thenComparing(Generation::sym)
            .thenComparing(Generation::row));
    return all;
  }

  private static @Nullable Generation readable(Path json) {
    try {
      return read(json);
    } catch (JsonProcessingException e) {
      LOG.warn("generation cannot be read file={}: not JSON: {}", json, BadJson.of(e));
    } catch (IOException e) {
      LOG.warn("generation cannot be read file={}: {}", json, e.getMessage());
    }
    return null;
  }

  private static @Nullable Generation read(Path json) throws IOException {
    JsonNode refit = new ObjectMapper().readTree(json.toFile()).path("refit");
    if (refit.isMissingNode()) {
      return null;
    }
    try {
      return new Generation(
          refit.path("table").asText(),
          refit.path("sym").asText(),
          refit.path("row").asLong(),
          refit.path("effective").asLong(),
          refit.path("learntFrom").asInt(),
          refit.path("errorBefore").asDouble(Double.NaN),
          refit.path("error").asDouble(Double.NaN),
          refit.path("inputs").asText(),
          Generation.Outcome.of(refit.path("outcome").asText()));
    } catch (IllegalArgumentException e) {
      throw new IOException(json + ": " + e.getMessage(), e);
    }
  }

  private List<Generation> listed() {
    try {
      return list();
    } catch (IOException e) {
      LOG.warn("generations cannot be read folder={}", folder, e);
      return List.of();
    }
  }

  /** That of a sensor that was begun at a row; null if it is not kept. */
  public @Nullable Generation find(String table, String sym, long row) {
    Path json = folder.resolve(Generation.name(table, sym, row)).resolve("model.json");
    return Files.isRegularFile(json) ? readable(json) : null;
  }

  /**
   * The last one of the same sensor before it that was taken and is not withdrawn; null for none.
   */
  public @Nullable Generation before(Generation generation) {
    Generation last = null;
    for (Generation one : listed()) {
      if (one.table().equals(generation.table())
          && one.sym().equals(generation.sym())
          && one.row() < generation.row()
          && one.outcome() == Generation.Outcome.TAKEN
          && !isWithdrawn(one)) {
        last = one;
      }
    }
    return last;
  }

  public boolean isWithdrawn(Generation generation) {
    return Files.exists(folder.resolve(generation.name()).resolve(WITHDRAWN));
  }

  /** From the detector's next start on it is not judged by. */
  public void withdraw(Generation generation) throws IOException {
    Files.writeString(folder.resolve(generation.name()).resolve(WITHDRAWN), "");
  }

  /** Its ensemble, before it has seen a row; null if it cannot be read. */
  public @Nullable Ensemble ensemble(Generation generation) {
    ModelDirectory directory = directory(generation);
    double[] numbers = directory == null ? null : directory.model().learnt().of(LearntNumbers.ANY);
    if (numbers == null) {
      return null;
    }
    try {
      Numbers from = new Numbers(numbers);
      AlarmLevel.restore(from);
      return Ensemble.restore(from);
    } catch (IllegalArgumentException e) {
      LOG.warn("generation cannot be read name={}", generation.name(), e);
      return null;
    }
  }

  /** Its files, checked; null if they cannot be read. */
  public @Nullable ModelDirectory directory(Generation generation) {
    try {
      return ModelDirectory.read(folder.resolve(generation.name()));
    } catch (ModelException e) {
      LOG.warn("generation cannot be read name={}: {}", generation.name(), e.getMessage());
      return null;
    }
  }
}
