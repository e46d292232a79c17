package tickwatch.detector;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tickwatch.detector.alert.AlertSettings;
import tickwatch.detector.event.EventRules;
import tickwatch.detector.event.EventRulesJson;
import tickwatch.detector.event.JsonMembers;
import tickwatch.detector.health.HealthRules;
import tickwatch.detector.model.BadJson;

/**
 * What a pipeline file says of events, data health and alerts: the members {@code events}, {@code
 * health} and {@code alerts} of its JSON object, each as {@code docs/detector.md} and {@code
 * docs/alerts.md} have it, and of detectors, as {@link PipelineJson} has it.
 *
 * @param events the defaults where the file says nothing
 * @param health as {@code events}
 * @param alerts as {@code events}
 * @param detection null if the file says nothing of detectors
 */
public record PipelineFile(
    EventRules events, HealthRules health, AlertSettings alerts, @Nullable Pipeline detection) {
  private static final Set<String> OTHER_MEMBERS = Set.of("events", "health", "alerts");

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** Without a word on detectors. */
  public PipelineFile(EventRules events, HealthRules health, AlertSettings alerts) {
    this(events, health, alerts, null);
  }

  /** What holds without a file. */
  public static PipelineFile none() {
    return new PipelineFile(EventRules.defaults(), HealthRules.defaults(), AlertSettings.none());
  }

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException if it cannot be read or says something wrong; it names what
   */
  public static PipelineFile read(Path file) {
    JsonNode root;
    try {
      root = JSON.readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(file + " is no JSON: " + BadJson.of(e), e);
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException("there is no pipeline file " + file, e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "pipeline file " + file + " cannot be read: " + e.getMessage(), e);
    }
    if (root == null || !root.isObject()) {
      throw new IllegalArgumentException(file + ": no JSON object");
    }
    PipelineFile none = none();
    try {
      requireKnown(root);
      return new PipelineFile(
          root.has("events")
              ? EventRulesJson.read(root.get("events"), none.events())
              : none.events(),
          root.has("health") ? HealthRules.read(root.get("health")) : none.health(),
          root.has("alerts") ? AlertSettings.read(root.get("alerts")) : none.alerts(),
          PipelineJson.read(root));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  private static void requireKnown(JsonNode root) {
    Set<String> known = new HashSet<>(OTHER_MEMBERS);
    known.addAll(PipelineJson.MEMBERS);
    JsonMembers.requireKnown(root, "", known);
    for (Iterator<String> names = root.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (PipelineJson.MEMBERS.contains(name) && !root.has(PipelineJson.DETECTORS)) {
        throw new IllegalArgumentException(
            name + " without detectors (expected: \"detectors\" beside it, which it is about)");
      }
    }
  }
}
