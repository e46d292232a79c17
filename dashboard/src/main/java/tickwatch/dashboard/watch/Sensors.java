package tickwatch.dashboard.watch;

import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.ipc.value.SymbolAtom;

/**
 * All sensors, within a budget of memory: the more there are, the fewer rows of each are kept. When
 * there are too many, the one that has been silent longest goes.
 *
 * <p><b>Threads.</b> One thread.
 */
final class Sensors {
  private static final Logger LOG = LoggerFactory.getLogger(Sensors.class);
  private static final int LEAST_ROWS = 64;

  private final int maxRows;
  private final long maxBytes;
  private final int maxSensors;
  private final Map<Id, Sensor> byId = new LinkedHashMap<>();
  private long bytesPerRow;
  private int rowLimit;
  private long evicted;
  private long clock;

  private record Id(String source, String sym) {}

  /**
   * No sensors.
   *
   * @param maxRows rows of one sensor, at most
   * @param maxBytes of all of them, about
   */
  Sensors(int maxRows, long maxBytes, int maxSensors) {
    this.maxRows = Integer.highestOneBit(Math.max(LEAST_ROWS, maxRows));
    this.maxBytes = maxBytes;
    this.maxSensors = maxSensors;
    this.rowLimit = this.maxRows;
  }

  /** The sensor of a table and a sym, one char a byte each; made if it is new. */
  Sensor sensor(String source, String sym, List<String> channels) {
    Id id = new Id(source, sym);
    Sensor known = byId.get(id);
    clock++;
    if (known != null && known.channels().equals(channels)) {
      known.touch(clock);
      return known;
    }
    if (known != null) {
      remove(id, known);
    }
    if (byId.size() >= maxSensors) {
      evictOldest();
    }
    bytesPerRow += Sensor.bytesPerRow(channels.size());
    fit();
    Sensor sensor = new Sensor(source, sym, channels, rowLimit);
    sensor.touch(clock);
    byId.put(id, sensor);
    return sensor;
  }

  private void evictOldest() {
    Sensor oldest = Collections.min(byId.values(), Comparator.comparingLong(Sensor::touchedAt));
    if (evicted++ == 0) {
      LOG.warn(
          "more than {} sensors: those that are silent longest are forgotten (a larger"
              + " --max-sensors keeps more)",
          maxSensors);
    }
    remove(new Id(oldest.source(), oldest.sym()), oldest);
  }

  private void remove(Id id, Sensor sensor) {
    byId.remove(id);
    bytesPerRow -= Sensor.bytesPerRow(sensor.channels().size());
  }

  private void fit() {
    int limit = maxRows;
    while (limit > LEAST_ROWS && limit * bytesPerRow > maxBytes) {
      limit >>= 1;
    }
    if (limit < rowLimit) {
      LOG.info("rows kept for each sensor: {} sensors={}", limit, byId.size() + 1);
      for (Sensor sensor : byId.values()) {
        sensor.limitRows(limit);
      }
    }
    rowLimit = limit;
  }

  /** The sensor of this key, {@code table/sym} or a sym alone, as text; null if there is none. */
  @Nullable Sensor ofKey(String key) {
    int slash = key.indexOf('/');
    Sensor named =
        slash < 0
            ? null
            : find(
                SymbolAtom.bytesOf(key.substring(0, slash)),
                SymbolAtom.bytesOf(key.substring(slash + 1)));
    if (named != null) {
      return named;
    }
    String sym = SymbolAtom.bytesOf(key);
    for (Sensor sensor : byId.values()) {
      if (sensor.sym().equals(sym)) {
        return sensor;
      }
    }
    return null;
  }

  @Nullable Sensor find(String source, String sym) {
    return byId.get(new Id(source, sym));
  }

  Collection<Sensor> all() {
    return byId.values();
  }

  int count() {
    return byId.size();
  }

  long evicted() {
    return evicted;
  }

  int rowLimit() {
    return rowLimit;
  }
}
