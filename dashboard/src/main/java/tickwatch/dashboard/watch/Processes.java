package tickwatch.dashboard.watch;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The last heartbeat of each process.
 *
 * <p><b>Threads.</b> One thread.
 */
final class Processes {
  private static final int MAX_PROCESSES = 200;

  private final Map<String, Beat> beats = new LinkedHashMap<>();

  private record Beat(
      String process,
      String host,
      long pid,
      long port,
      long counter,
      long lag,
      long arrivedNanos,
      boolean isReplayed) {}

  /** Takes rows of {@code heartbeat}. */
  void beat(Rows rows, boolean replayed, long nowNanos) {
    for (int row = 0; row < rows.count(); row++) {
      String process = rows.symbol("process", row);
      String name = process.isEmpty() ? rows.symbol("sym", row) : process;
      String host = rows.symbol("host", row);
      String key = name + "@" + host + ":" + rows.whole("port", row);
      beats.remove(key);
      beats.put(
          key,
          new Beat(
              name,
              host,
              rows.whole("pid", row),
              rows.whole("port", row),
              rows.whole("counter", row),
              rows.whole("lag", row),
              nowNanos,
              replayed));
      if (beats.size() > MAX_PROCESSES) {
        beats.remove(beats.keySet().iterator().next());
      }
    }
  }

  /** Those of which live beats came, with the age of the last one in seconds. */
  void write(JsonGenerator out, long nowNanos) throws IOException {
    out.writeStartArray();
    for (Beat beat : beats.values()) {
      if (beat.isReplayed) {
        continue;
      }
      out.writeStartObject();
      Json.symbolField(out, "name", beat.process);
      Json.symbolField(out, "host", beat.host);
      Json.wholeField(out, "pid", beat.pid);
      Json.wholeField(out, "port", beat.port);
      Json.wholeField(out, "counter", beat.counter);
      Json.wholeField(out, "lag", beat.lag);
      Json.field(out, "age", (nowNanos - beat.arrivedNanos) / 1e9);
      out.writeEndObject();
    }
    out.writeEndArray();
  }
}
