package tickwatch.detector.alert;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tickwatch.detector.event.Severity;

/**
 * What a sink is told: something began or is over.
 *
 * <p>Receivers take two alerts of the same labels for one and the same, so neither score nor time
 * is among the labels, and those of an end are those of its beginning.
 *
 * @param id of the anomaly
 * @param sym of its sensor
 * @param time of the row at which it was told, a timestamp
 * @param isResolved whether it is over
 * @param labels {@code alertname}, {@code source}, {@code sym}, {@code channel}, {@code detector}
 *     and {@code severity}
 * @param annotations what there is to read
 * @param startsAt when it began
 * @param endsAt when it ended; null while it has not
 * @param url of a page that shows it; null if there is none
 */
public record Alert(
    String id,
    String sym,
    long time,
    boolean isResolved,
    Severity severity,
    Map<String, String> labels,
    Map<String, String> annotations,
    Instant startsAt,
    @Nullable Instant endsAt,
    @Nullable URI url) {
  /** The {@code alertname} of every anomaly. */
  static final String ANOMALY = "TickwatchAnomaly";

  /** The {@code alertname} of all that is wrong with data. */
  static final String DATA_HEALTH = "TickwatchDataHealth";

  public Alert {
    labels = Map.copyOf(labels);
    annotations = Map.copyOf(annotations);
  }

  /** {@code firing} or {@code resolved}. */
  public String state() {
    return isResolved ? "resolved" : "firing";
  }

  /** What tells this alert from all others of the same sink. */
  public String key() {
    return key(id, state(), severity.word());
  }

  /** The key of an alert of which this much is known. */
  public static String key(String id, String state, String severity) {
    return id + ' ' + state + ' ' + severity;
  }

  /** {@link #ANOMALY} or {@link #DATA_HEALTH}. */
  public String name() {
    return labels.getOrDefault("alertname", "");
  }

  /** The table that it is about. */
  public String source() {
    return labels.getOrDefault("source", "");
  }

  /** Writes what {@link #read} reads. */
  public void save(DataOutput out) throws IOException {
    out.writeUTF(id);
    out.writeUTF(sym);
    out.writeLong(time);
    out.writeBoolean(isResolved);
    out.writeUTF(severity.name());
    save(out, labels);
    save(out, annotations);
    out.writeUTF(startsAt.toString());
    out.writeUTF(endsAt == null ? "" : endsAt.toString());
    out.writeUTF(url == null ? "" : url.toString());
  }

  private static void save(DataOutput out, Map<String, String> map) throws IOException {
    out.writeInt(map.size());
    for (Map.Entry<String, String> entry : map.entrySet()) {
      out.writeUTF(entry.getKey());
      out.writeUTF(entry.getValue());
    }
  }

  /** Reads what {@link #save} wrote. */
  public static Alert read(DataInput in) throws IOException {
    String id = in.readUTF();
    String sym = in.readUTF();
    long time = in.readLong();
    boolean isResolved = in.readBoolean();
    Severity severity = Severity.valueOf(in.readUTF());
    Map<String, String> labels = readMap(in);
    Map<String, String> annotations = readMap(in);
    Instant startsAt = Instant.parse(in.readUTF());
    String endsAt = in.readUTF();
    String url = in.readUTF();
    return new Alert(
        id,
        sym,
        time,
        isResolved,
        severity,
        labels,
        annotations,
        startsAt,
        endsAt.isEmpty() ? null : Instant.parse(endsAt),
        url.isEmpty() ? null : URI.create(url));
  }

  private static Map<String, String> readMap(DataInput in) throws IOException {
    Map<String, String> map = new HashMap<>();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      map.put(in.readUTF(), in.readUTF());
    }
    return map;
  }

  /** One line for people. */
  public String summary() {
    return annotations.getOrDefault("summary", id);
  }
}
