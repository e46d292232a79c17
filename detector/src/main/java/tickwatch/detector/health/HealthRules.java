package tickwatch.detector.health;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tickwatch.detector.event.JsonMembers;
import tickwatch.detector.event.NamePattern;

/**
 * When data counts as ill. Each number of rows may be 0, which looks at nothing of the sort.
 *
 * @param silentSteps usual steps of a sensor without a row while others go on; 0 tells of no gap at
 *     all
 * @param stuckRows rows that are all the same
 * @param flatRows rows in which one channel does not change; as for {@code stuckRows}, a sensor
 *     that has often stood still before must do so four times as long as ever
 * @param imputedRows rows in a row in which a channel is missing
 * @param ranges what values can be
 */
public record HealthRules(
    int silentSteps, int stuckRows, int flatRows, int imputedRows, List<Range> ranges) {
  private static final Set<String> MEMBERS =
      Set.of("silentSteps", "stuckRows", "flatRows", "imputedRows", "ranges");

  /** What values of some channels can be. */
  public record Range(NamePattern syms, NamePattern channels, double low, double high) {
    public Range {
      if (!(low < high)) {
        throw new IllegalArgumentException(
            "health.ranges[]: low " + low + ", high " + high + " (expected: low < high)");
      }
    }
  }

  public HealthRules {
    if (silentSteps < 0 || stuckRows < 0 || flatRows < 0 || imputedRows < 0) {
      throw new IllegalArgumentException(
          "health: silentSteps "
              + silentSteps
              + ", stuckRows "
              + stuckRows
              + ", flatRows "
              + flatRows
              + ", imputedRows "
              + imputedRows
              + " (expected: 0 or more)");
    }
    ranges = List.copyOf(ranges);
  }

  /** Silent for 20 steps, stuck for 60 rows, flat for 120, missing for 20; no ranges. */
  public static HealthRules defaults() {
    return new HealthRules(20, 60, 120, 20, List.of());
  }

  /**
   * From JSON, all optional:
   *
   * <pre>{@code
   * {"silentSteps": 20, "stuckRows": 60, "flatRows": 120, "imputedRows": 20,
   *  "ranges": [{"syms": "*", "channels": "temperature", "low": -40, "high": 150}]}
   * }</pre>
   *
   * @throws IllegalArgumentException if something is not as it should be; it names the member
   */
  public static HealthRules read(JsonNode health) {
    JsonMembers.requireKnown(health, "health", MEMBERS);
    HealthRules usual = defaults();
    List<Range> ranges = new ArrayList<>();
    JsonNode list = health.path("ranges");
    if (!list.isMissingNode() && !list.isArray()) {
      throw new IllegalArgumentException(
          "health.ranges: " + list + " (expected: a list of objects)");
    }
    for (JsonNode range : list) {
      JsonMembers.requireKnown(range, "health.ranges[]", Set.of("syms", "channels", "low", "high"));
      if (!range.has("low") && !range.has("high")) {
        throw new IllegalArgumentException(
            "health.ranges[]: " + range + " (expected: low, high or both)");
      }
      ranges.add(
          new Range(
              pattern(range, "syms"),
              pattern(range, "channels"),
              limit(range, "low", Double.NEGATIVE_INFINITY),
              limit(range, "high", Double.POSITIVE_INFINITY)));
    }
    return new HealthRules(
        rows(health, "silentSteps", usual.silentSteps()),
        rows(health, "stuckRows", usual.stuckRows()),
        rows(health, "flatRows", usual.flatRows()),
        rows(health, "imputedRows", usual.imputedRows()),
        ranges);
  }

  private static NamePattern pattern(JsonNode range, String member) {
    JsonNode value = range.path(member);
    if (!value.isMissingNode() && !value.isTextual()) {
      throw new IllegalArgumentException(
          "health.ranges[]." + member + ": " + value + " (expected: a text)");
    }
    return new NamePattern(value.asText("*"));
  }

  private static double limit(JsonNode range, String member, double otherwise) {
    JsonNode value = range.path(member);
    if (!value.isMissingNode() && !value.isNumber()) {
      throw new IllegalArgumentException(
          "health.ranges[]." + member + ": " + value + " (expected: a number)");
    }
    return value.asDouble(otherwise);
  }

  private static int rows(JsonNode node, String member, int otherwise) {
    JsonNode value = node.path(member);
    if (!value.isMissingNode() && !value.isInt()) {
      throw new IllegalArgumentException(
          "health." + member + ": " + value + " (expected: a whole number)");
    }
    return value.asInt(otherwise);
  }
}
