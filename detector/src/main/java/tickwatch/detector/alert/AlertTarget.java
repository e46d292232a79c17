package tickwatch.detector.alert;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tickwatch.detector.event.Severity;

/**
 * Where alerts are posted, and in which form.
 *
 * @param form of the messages
 * @param url where they are posted; a secret may be in it, so it is in no log line. {@code
 *     https://user:password@host/} is asked with HTTP's basic authentication
 * @param leastSeverity the least severity that is told
 */
public record AlertTarget(Form form, URI url, Severity leastSeverity) {
  /** The form of a message. */
  public enum Form {
    /** What Alertmanager posts to webhooks: version 4. */
    WEBHOOK,
    /** What Alertmanager takes at {@code /api/v2/alerts}; told again while something goes on. */
    ALERTMANAGER,
    /** {@code {"text": …}}, as Slack and Mattermost take it. */
    SLACK;

    /** The name in the {@code sink} column, in options and in counters. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final int MAX_PORT = 65_535;
  private static final String ALERTMANAGER_PATH = "/api/v2/alerts";

  public AlertTarget {
    String scheme = url.getScheme();
    if (url.getHost() == null || !("http".equals(scheme) || "https".equals(scheme))) {
      throw new IllegalArgumentException(
          form.word() + ": not a URL that starts with http:// or https://");
    }
    if (url.getPort() > MAX_PORT) {
      throw new IllegalArgumentException(
          form.word() + ": port " + url.getPort() + " (expected: 1 to " + MAX_PORT + ")");
    }
    String path = url.getPath() == null ? "" : url.getPath();
    if (form == Form.ALERTMANAGER && !path.endsWith(ALERTMANAGER_PATH)) {
      url = URI.create(url.toString().replaceAll("/+$", "") + ALERTMANAGER_PATH);
    }
  }

  public AlertTarget(Form form, URI url) {
    this(form, url, Severity.INFO);
  }

  /** What the header {@code Authorization} says; null for none. */
  @Nullable String authorization() {
    String user = url.getUserInfo();
    return user == null
        ? null
        : "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
  }

  /** The {@code sink} column, and the name in log lines. */
  public String name() {
    return form.word();
  }

  /** The body that tells some alerts, at least one, all of one name, in order. */
  public String body(List<Alert> alerts) {
    return switch (form) {
      case WEBHOOK -> webhook(alerts).toString();
      case ALERTMANAGER -> alertmanager(alerts).toString();
      case SLACK -> slack(alerts).toString();
    };
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static ObjectNode object(Map<String, String> members) {
    ObjectNode node = object();
    new TreeMap<>(members).forEach(node::put);
    return node;
  }

  private static ArrayNode alertmanager(List<Alert> alerts) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (Alert alert : alerts) {
      ObjectNode node = list.addObject();
      node.set("labels", object(alert.labels()));
      node.set("annotations", object(alert.annotations()));
      node.put("startsAt", alert.startsAt().toString());
      if (alert.endsAt() != null) {
        node.put("endsAt", alert.endsAt().toString());
      }
      put(node, "generatorURL", alert.url());
    }
    return list;
  }

  private static void put(ObjectNode node, String member, @Nullable URI url) {
    if (url != null) {
      node.put(member, url.toString());
    }
  }

  private ObjectNode webhook(List<Alert> alerts) {
    Map<String, String> group = Map.of("alertname", alerts.get(0).name());
    ObjectNode node = object();
    node.put("version", "4");
    node.put("groupKey", "{}:{alertname=\"" + alerts.get(0).name() + "\"}");
    node.put("truncatedAlerts", 0);
    node.put("status", alerts.stream().allMatch(Alert::isResolved) ? "resolved" : "firing");
    node.put("receiver", "tickwatch");
    node.set("groupLabels", object(group));
    node.set("commonLabels", object(common(alerts.stream().map(Alert::labels).toList())));
    node.set("commonAnnotations", object(common(alerts.stream().map(Alert::annotations).toList())));
    URI page = alerts.get(0).url();
    node.put("externalURL", page == null ? "" : page.getScheme() + "://" + page.getAuthority());
    ArrayNode list = node.putArray("alerts");
    for (Alert alert : alerts) {
      ObjectNode one = list.addObject();
      one.put("status", alert.state());
      one.set("labels", object(alert.labels()));
      one.set("annotations", object(alert.annotations()));
      one.put("startsAt", alert.startsAt().toString());
      one.put(
          "endsAt", alert.endsAt() == null ? "0001-01-01T00:00:00Z" : alert.endsAt().toString());
      one.put("generatorURL", alert.url() == null ? "" : alert.url().toString());
      one.put("fingerprint", fingerprint(alert.labels()));
    }
    return node;
  }

  /** The members that all maps have in common. */
  private static Map<String, String> common(List<Map<String, String>> maps) {
    Map<String, String> common = new TreeMap<>(maps.get(0));
    for (Map<String, String> other : maps) {
      common.entrySet().removeIf(one -> !one.getValue().equals(other.get(one.getKey())));
    }
    return common;
  }

  /** Prometheus's own: FNV-1a over the sorted names and values, each ended by 0xff. */
  static String fingerprint(Map<String, String> labels) {
    long hash = 0xcbf29ce484222325L;
    for (Map.Entry<String, String> label : new TreeMap<>(labels).entrySet()) {
      hash = ended(fnv(hash, label.getKey()));
      hash = ended(fnv(hash, label.getValue()));
    }
    return String.format(Locale.ROOT, "%016x", hash);
  }

  private static long fnv(long hash, String text) {
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    }
    return hash;
  }

  private static long ended(long hash) {
    return (hash ^ 0xff) * 0x100000001b3L;
  }

  private static ObjectNode slack(List<Alert> alerts) {
    StringBuilder text = new StringBuilder();
    for (Alert alert : alerts) {
      text.append(text.isEmpty() ? "" : "\n")
          .append(
              alert.isResolved() ? "Resolved" : alert.severity().word().toUpperCase(Locale.ROOT))
          .append(": ")
          .append(escaped(alert.summary()));
      if (!alert.isResolved()) {
        text.append("\n  ").append(escaped(alert.annotations().getOrDefault("description", "")));
      }
      if (alert.url() != null) {
        text.append("\n  <").append(alert.url()).append("|show>");
      }
    }
    return object().put("text", text.toString());
  }

  /** Slack reads these three characters as its own. */
  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  @Override
  public String toString() {
    return form.word() + " at " + url.getHost();
  }
}
