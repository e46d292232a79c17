package tickwatch.dashboard.watch;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Who sends heartbeats, and whether they still come.
 *
 * <p>How often a process beats it does not say; it is the mean time between its beats so far, by
 * their counter, and ten seconds (what processes do unless told otherwise) after the first one. A
 * process is late after one and a half of that time without a beat, and gone after three.
 *
 * <p>A process that was started again takes the place of the one before it. Two of one name that
 * beat at the same time are two.
 *
 * <p><b>Threads.</b> One thread.
 */
final class Processes {
  private static final int MAX_PROCESSES = 200;
  private static final long USUAL_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Map<String, Beats> beats = new LinkedHashMap<>();

  /** What one process has sent. */
  private static final class Beats {
    final String name;
    final String host;
    final long pid;
    final long port;
    final long firstNanos;
    final long firstCounter;
    long lastNanos;
    long counter;
    long lag;

    Beats(String name, String host, long pid, long port, long counter, long nowNanos) {
      this.name = name;
      this.host = host;
      this.pid = pid;
      this.port = port;
      this.firstNanos = nowNanos;
      this.firstCounter = counter;
    }

    long intervalNanos() {
      long sent = counter - firstCounter;
      return sent <= 0 ? USUAL_NANOS : Math.max(1, (lastNanos - firstNanos) / sent);
    }

    String state(long nowNanos) {
      long age = nowNanos - lastNanos;
      long interval = intervalNanos();
      return age > 3 * interval ? "gone" : age > interval + interval / 2 ? "late" : "ok";
    }

    boolean isReplacedBy(Beats other, long nowNanos) {
      return other != this
          && name.equals(other.name)
          && host.equals(other.host)
          && port == other.port
          && other.firstNanos > lastNanos
          && (port != 0 || !state(nowNanos).equals("ok"));
    }
  }

  /** Takes rows of {@code heartbeat} as they come; replayed ones say nothing of who is alive. */
  void beat(Rows rows, long nowNanos) {
    for (int row = 0; row < rows.count(); row++) {
      String process = rows.symbol("process", row);
      String name = process.isEmpty() ? rows.symbol("sym", row) : process;
      String host = rows.symbol("host", row);
      long pid = rows.whole("pid", row);
      long port = rows.whole("port", row);
      long counter = rows.whole("counter", row);
      Beats one =
          beats.computeIfAbsent(
              name + "@" + host + ":" + port + "/" + pid,
              key -> new Beats(name, host, pid, port, counter, nowNanos));
      one.lastNanos = nowNanos;
      one.counter = counter;
      one.lag = rows.whole("lag", row);
      beats.values().removeIf(other -> other.isReplacedBy(one, nowNanos));
      if (beats.size() > MAX_PROCESSES) {
        beats.remove(beats.keySet().iterator().next());
      }
    }
  }

  /**
   * Writes an array of them: {@code state} is {@code ok}, {@code late} or {@code gone}, {@code age}
   * the seconds since the last beat, {@code interval} the seconds between two.
   */
  void write(JsonGenerator out, long nowNanos) throws IOException {
    out.writeStartArray();
    for (Beats one : beats.values()) {
      out.writeStartObject();
      Json.symbolField(out, "name", one.name);
      Json.symbolField(out, "host", one.host);
      Json.wholeField(out, "pid", one.pid);
      Json.wholeField(out, "port", one.port);
      Json.wholeField(out, "counter", one.counter);
      Json.wholeField(out, "lag", one.lag);
      out.writeStringField("state", one.state(nowNanos));
      Json.field(out, "age", (nowNanos - one.lastNanos) / 1e9);
      Json.field(out, "interval", one.intervalNanos() / 1e9);
      out.writeEndObject();
    }
    out.writeEndArray();
  }
}
