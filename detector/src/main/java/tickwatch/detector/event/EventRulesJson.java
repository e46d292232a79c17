package tickwatch.detector.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tickwatch.detector.event.EventRules.SymRules;
import tickwatch.detector.event.Suppression.Direction;

/**
 * {@link EventRules} from JSON: an object with the rules' own names, all optional, and
 *
 * <pre>{@code
 * "suppress": [{"syms": "omi-*", "channels": "c0?,c11", "absolute": 0.1, "relative": 0.2, "direction": "up"}],
 * "syms": [{"match": "omi-7", "quietRows": 30}]
 * }</pre>
 */
public final class EventRulesJson {
  private static final Set<String> RULES =
      Set.of(
          "quietRows",
          "gradeStep",
          "openFlags",
          "ofRows",
          "closeAt",
          "coolDownRows",
          "leastGrade",
          "warmUpRows",
          "leastConfidence");

  private EventRulesJson() {}

  /**
   * Reads an object.
   *
   * @param base what holds where a member is absent
   * @throws IllegalArgumentException if something is not as it should be; it names the member
   */
  public static EventRules read(JsonNode events, EventRules base) {
    JsonMembers.requireKnown(events, "events", with("suppress", "syms"));
    List<Suppression> suppressions = new ArrayList<>(base.suppressions());
    for (JsonNode one : list(events, "suppress")) {
      suppressions.add(suppression(one));
    }
    EventRules own = rules(events, "events", base, suppressions, List.of());
    List<SymRules> overrides = new ArrayList<>();
    for (JsonNode one : list(events, "syms")) {
      JsonMembers.requireKnown(one, "events.syms[]", with("match"));
      if (!one.path("match").isTextual()) {
        throw new IllegalArgumentException(
            "events.syms[].match: " + one.path("match") + " (expected: a sym pattern)");
      }
      overrides.add(
          new SymRules(
              new NamePattern(one.get("match").asText()),
              rules(one, "events.syms[]", own, suppressions, List.of())));
    }
    return rules(events, "events", base, suppressions, overrides);
  }

  /** The rules' members, and others beside them. */
  private static Set<String> with(String... others) {
    Set<String> all = new HashSet<>(RULES);
    all.addAll(List.of(others));
    return all;
  }

  private static EventRules rules(
      JsonNode node,
      String where,
      EventRules base,
      List<Suppression> suppressions,
      List<SymRules> overrides) {
    try {
      return new EventRules(
          whole(node, "quietRows", base.quietRows()),
          number(node, "gradeStep", base.gradeStep()),
          whole(node, "openFlags", base.openFlags()),
          whole(node, "ofRows", base.ofRows()),
          number(node, "closeAt", base.closeAt()),
          whole(node, "coolDownRows", base.coolDownRows()),
          number(node, "leastGrade", base.leastGrade()),
          whole(node, "warmUpRows", base.warmUpRows()),
          number(node, "leastConfidence", base.leastConfidence()),
          suppressions,
          overrides);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(where + "." + e.getMessage(), e);
    }
  }

  private static Suppression suppression(JsonNode node) {
    JsonMembers.requireKnown(
        node, "events.suppress[]", Set.of("syms", "channels", "absolute", "relative", "direction"));
    if (!node.has("absolute") && !node.has("relative") && !node.has("direction")) {
      throw new IllegalArgumentException(
          "events.suppress[]: " + node + " (expected: absolute, relative or direction)");
    }
    try {
      String direction = text(node, "direction", "both");
      return new Suppression(
          new NamePattern(text(node, "syms", "*")),
          new NamePattern(text(node, "channels", "*")),
          number(node, "absolute", 0),
          number(node, "relative", 0),
          switch (direction) {
            case "both" -> Direction.BOTH;
            case "up" -> Direction.UP;
            case "down" -> Direction.DOWN;
            default ->
                throw new IllegalArgumentException(
                    "direction: \"" + direction + "\" (expected: both, up or down)");
          });
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("events.suppress[]." + e.getMessage(), e);
    }
  }

  private static List<JsonNode> list(JsonNode node, String member) {
    JsonNode list = node.path(member);
    if (!list.isMissingNode() && !list.isArray()) {
      throw new IllegalArgumentException(
          "events." + member + ": " + list + " (expected: a list of objects)");
    }
    List<JsonNode> items = new ArrayList<>();
    list.forEach(items::add);
    return items;
  }

  private static int whole(JsonNode node, String member, int otherwise) {
    JsonNode value = node.path(member);
    if (value.isMissingNode()) {
      return otherwise;
    }
    if (!value.canConvertToInt() || !value.isIntegralNumber()) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%s: %s (expected: a whole number)", member, value));
    }
    return value.asInt();
  }

  private static String text(JsonNode node, String member, String otherwise) {
    JsonNode value = node.path(member);
    if (value.isMissingNode()) {
      return otherwise;
    }
    if (!value.isTextual()) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%s: %s (expected: a text)", member, value));
    }
    return value.asText();
  }

  private static double number(JsonNode node, String member, double otherwise) {
    JsonNode value = node.path(member);
    if (value.isMissingNode()) {
      return otherwise;
    }
    if (!value.isNumber()) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%s: %s (expected: a number)", member, value));
    }
    return value.asDouble();
  }
}
