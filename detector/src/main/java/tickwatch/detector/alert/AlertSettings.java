package tickwatch.detector.alert;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tickwatch.detector.alert.AlertDelivery.Patience;
import tickwatch.detector.alert.AlertTarget.Form;
import tickwatch.detector.event.JsonMembers;
import tickwatch.detector.event.Severity;

/**
 * Who is told of alerts, besides the log and the tables.
 *
 * @param targets at most one of each form
 * @param isDryRun whether messages are logged instead of posted
 * @param isHealthTold whether they are also told of what is wrong with data
 * @param dashboard where the page is, for links, http or https; null for none
 */
public record AlertSettings(
    List<AlertTarget> targets,
    Patience patience,
    boolean isDryRun,
    boolean isHealthTold,
    @Nullable URI dashboard) {
  public AlertSettings {
    targets = List.copyOf(targets);
    if (targets.stream().map(AlertTarget::form).distinct().count() != targets.size()) {
      throw new IllegalArgumentException("alert targets: one of a form twice " + targets);
    }
    if (dashboard != null && !isPage(dashboard)) {
      throw new IllegalArgumentException(
          "dashboard URL: "
              + dashboard
              + " (expected: one that starts with http:// or https://, as http://localhost:8080)");
    }
  }

  private static boolean isPage(URI url) {
    return url.getHost() != null
        && ("http".equals(url.getScheme()) || "https".equals(url.getScheme()));
  }

  /** Nobody. */
  public static AlertSettings none() {
    return new AlertSettings(List.of(), Patience.defaults(), false, false, null);
  }

  /** These and one more; it takes the place of one of its form. */
  public AlertSettings with(AlertTarget target) {
    List<AlertTarget> all = new ArrayList<>(targets);
    all.removeIf(other -> other.form() == target.form());
    all.add(target);
    return new AlertSettings(all, patience, isDryRun, isHealthTold, dashboard);
  }

  public AlertSettings withDryRun(boolean wanted) {
    return new AlertSettings(targets, patience, wanted, isHealthTold, dashboard);
  }

  public AlertSettings withDashboard(@Nullable URI wanted) {
    return new AlertSettings(targets, patience, isDryRun, isHealthTold, wanted);
  }

  /**
   * From JSON, all optional:
   *
   * <pre>{@code
   * {"sinks": [{"type": "webhook", "url": "http://localhost:9000/hook", "leastSeverity": "minor"}],
   *  "dryRun": false, "health": false, "timeoutSeconds": 10, "queue": 10000, "dashboardUrl": "http://localhost:8080"}
   * }</pre>
   *
   * @throws IllegalArgumentException if something is not as it should be; it names the member
   */
  public static AlertSettings read(JsonNode alerts) {
    JsonMembers.requireKnown(
        alerts,
        "alerts",
        Set.of("sinks", "dryRun", "health", "timeoutSeconds", "queue", "dashboardUrl"));
    Patience usual = Patience.defaults();
    double timeout = number(alerts, "timeoutSeconds", usual.timeout().toMillis() / 1e3);
    double queue = number(alerts, "queue", usual.queued());
    if (!(timeout > 0) || !(queue >= 1)) {
      throw new IllegalArgumentException(
          "alerts: timeoutSeconds " + timeout + ", queue " + queue + " (expected: above 0)");
    }
    AlertSettings settings =
        new AlertSettings(
            List.of(),
            new Patience(
                Duration.ofMillis(Math.max(1, (long) (1000 * timeout))),
                usual.firstRetry(),
                usual.lastRetry(),
                usual.repeat(),
                (int) queue),
            flag(alerts, "dryRun"),
            flag(alerts, "health"),
            alerts.hasNonNull("dashboardUrl")
                ? url(alerts.get("dashboardUrl"), "alerts.dashboardUrl")
                : null);
    if (alerts.has("sinks") && !alerts.get("sinks").isArray()) {
      throw new IllegalArgumentException(
          "alerts.sinks: " + alerts.get("sinks") + " (expected: a list of objects)");
    }
    for (JsonNode sink : alerts.path("sinks")) {
      JsonMembers.requireKnown(sink, "alerts.sinks[]", Set.of("type", "url", "leastSeverity"));
      settings = settings.with(target(sink));
    }
    return settings;
  }

  private static AlertTarget target(JsonNode sink) {
    return new AlertTarget(
        one(Form.class, sink.path("type").asText(), "alerts.sinks[].type"),
        url(sink.path("url"), "alerts.sinks[].url"),
        one(
            Severity.class,
            sink.path("leastSeverity").asText("info"),
            "alerts.sinks[].leastSeverity"));
  }

  private static double number(JsonNode alerts, String member, double otherwise) {
    JsonNode value = alerts.path(member);
    if (!value.isMissingNode() && !value.isNumber()) {
      throw new IllegalArgumentException(
          "alerts." + member + ": " + value + " (expected: a number)");
    }
    return value.asDouble(otherwise);
  }

  /** Strictly: a dry run that is asked for in other words would post. */
  private static boolean flag(JsonNode alerts, String member) {
    JsonNode value = alerts.path(member);
    if (!value.isMissingNode() && !value.isBoolean()) {
      throw new IllegalArgumentException(
          "alerts." + member + ": " + value + " (expected: true or false)");
    }
    return value.asBoolean(false);
  }

  private static <E extends Enum<E>> E one(Class<E> type, String word, String member) {
    try {
      return Enum.valueOf(type, word.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          member
              + ": \""
              + word
              + "\" (expected: one of "
              + List.of(type.getEnumConstants()).toString().toLowerCase(Locale.ROOT)
              + ")",
          e);
    }
  }

  private static URI url(JsonNode node, String member) {
    try {
      return URI.create(node.asText());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(member + ": not a URL", e);
    }
  }
}
