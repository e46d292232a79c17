package tickwatch.detector.alert;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tickwatch.detector.analysis.Anomaly;
import tickwatch.detector.event.Severity;
import tickwatch.detector.health.HealthEvent;
import tickwatch.ipc.value.Epoch;

/**
 * Which alerts an anomaly makes: one when it opens, one when it closes, and, when its severity
 * rises, one that ends the lower and one that begins the higher. A rise within a severity makes
 * none. What is made depends on the anomalies alone.
 *
 * <p><b>Threads.</b> One thread.
 */
public final class AlertBook {
  /** Anomalies that are open at one time; more are told, but not remembered. */
  private static final int MOST_OPEN = 100_000;

  /** Of all that is wrong with data. */
  private static final Severity HEALTH = Severity.MINOR;

  private static final int NANOS_A_MILLI = 1_000_000;

  /** What an open anomaly was told as. */
  private record Told(Severity severity, String channel) {}

  private final @Nullable URI dashboard;
  private final Map<String, Told> open = new LinkedHashMap<>();

  /**
   * Nothing told yet.
   *
   * @param dashboard where the page is, for links; null for none
   */
  public AlertBook(@Nullable URI dashboard) {
    this.dashboard = dashboard;
  }

  /** The alerts that an anomaly makes, in order. */
  public List<Alert> told(Anomaly anomaly) {
    Told before = open.get(anomaly.id());
    return switch (anomaly.state()) {
      case OPEN -> List.of(fired(anomaly));
      case UPDATE -> {
        if (before == null || before.severity().compareTo(anomaly.severity()) >= 0) {
          yield List.of();
        }
        List<Alert> both = new ArrayList<>();
        both.add(alert(anomaly, before, true));
        both.add(fired(anomaly));
        yield both;
      }
      case CLOSED -> {
        open.remove(anomaly.id());
        yield List.of(alert(anomaly, before == null ? now(anomaly) : before, true));
      }
    };
  }

  /** The alert that data going wrong, or well again, makes. */
  public Alert told(String source, HealthEvent event) {
    Map<String, String> labels = new HashMap<>();
    labels.put("alertname", Alert.DATA_HEALTH);
    labels.put("source", source);
    labels.put("sym", event.sym());
    labels.put("ailment", event.ailment().word());
    labels.put("severity", HEALTH.word());
    if (!event.channel().isEmpty()) {
      labels.put("channel", event.channel());
    }
    Instant startsAt = Epoch.instantOf(event.since());
    return new Alert(
        event.id(),
        event.sym(),
        event.time(),
        event.isOver(),
        HEALTH,
        labels,
        Map.of("summary", event.text(), "id", event.id()),
        startsAt,
        event.isOver() ? Epoch.instantOf(event.time()) : null,
        link(source, event.sym(), startsAt, ""));
  }

  private Alert fired(Anomaly anomaly) {
    Told now = now(anomaly);
    if (open.size() < MOST_OPEN) {
      open.put(anomaly.id(), now);
    }
    return alert(anomaly, now, false);
  }

  private static Told now(Anomaly anomaly) {
    return new Told(anomaly.severity(), anomaly.top().channel());
  }

  private Alert alert(Anomaly anomaly, Told told, boolean isResolved) {
    Map<String, String> labels =
        Map.of(
            "alertname", Alert.ANOMALY,
            "source", anomaly.source(),
            "sym", anomaly.sym(),
            "channel", told.channel(),
            "detector", anomaly.detector(),
            "severity", told.severity().word());
    Map<String, String> annotations =
        Map.of(
            "summary", summary(anomaly, told, isResolved),
            "description", anomaly.cause(),
            "id", anomaly.id(),
            "kind", anomaly.kind(),
            "grade", String.format(Locale.ROOT, "%.2f", anomaly.grade()),
            "score", Anomaly.number(anomaly.score()),
            "threshold", Anomaly.number(anomaly.threshold()));
    Instant startsAt = Epoch.instantOf(anomaly.start());
    return new Alert(
        anomaly.id(),
        anomaly.sym(),
        anomaly.time(),
        isResolved,
        told.severity(),
        labels,
        annotations,
        startsAt,
        isResolved ? Epoch.instantOf(anomaly.time()) : null,
        link(anomaly.source(), anomaly.sym(), startsAt, anomaly.id()));
  }

  private static String summary(Anomaly anomaly, Told told, boolean isResolved) {
    String what =
        anomaly.sym()
            + ": "
            + told.channel()
            + (anomaly.kind().isEmpty() ? "" : " " + anomaly.kind())
            + String.format(Locale.ROOT, ", grade %.2f", anomaly.grade());
    if (!isResolved) {
      return what + ", since " + Epoch.instantOf(anomaly.start());
    }
    String how = anomaly.isLasting() ? ", taken for normal " : ", over ";
    long lasted = anomaly.end() - anomaly.start();
    // One row alone lasts no time.
    return what + how + (lasted <= 0 ? "at once" : "after " + Anomaly.span(lasted));
  }

  private @Nullable URI link(String source, String sym, Instant at, String id) {
    URI page = dashboard;
    if (page == null) {
      return null;
    }
    String query =
        "sym="
            + encoded(source + "/" + sym)
            + "&t="
            + (at.getEpochSecond() * 1000 + at.getNano() / NANOS_A_MILLI)
            + (id.isEmpty() ? "" : "&id=" + encoded(id));
    String base = page.getRawPath().isEmpty() ? page + "/" : page.toString();
    return URI.create(base + (page.getRawQuery() == null ? "?" : "&") + query);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  public void save(DataOutput out) throws IOException {
    out.writeInt(open.size());
    for (Map.Entry<String, Told> one : open.entrySet()) {
      out.writeUTF(one.getKey());
      out.writeUTF(one.getValue().severity().name());
      out.writeUTF(one.getValue().channel());
    }
  }

  /** Goes on from what {@link #save} wrote. */
  public void restore(DataInput in) throws IOException {
    open.clear();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      open.put(in.readUTF(), new Told(Severity.valueOf(in.readUTF()), in.readUTF()));
    }
  }
}
