package tickwatch.dashboard.watch;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The last anomalies by id, each with the number of its last change, so that a browser that missed
 * some frames gets what changed since.
 *
 * <p><b>Threads.</b> One thread.
 */
final class Anomalies {
  private final int limit;
  private final Map<String, Anomaly> byId = new LinkedHashMap<>();
  private long changes;
  private long opened;

  Anomalies(int limit) {
    this.limit = limit;
  }

  /** Takes rows of {@code anomaly}. */
  void tell(Rows rows) {
    for (int row = 0; row < rows.count(); row++) {
      String id = rows.symbol("id", row);
      Anomaly anomaly = byId.get(id);
      if (anomaly == null) {
        anomaly = new Anomaly(id);
        byId.put(id, anomaly);
        opened++;
        if (byId.size() > limit) {
          byId.remove(byId.keySet().iterator().next());
        }
      }
      anomaly.tell(rows, row);
      anomaly.change = ++changes;
    }
  }

  /** Takes rows of {@code feedback}; those on an anomaly that is no longer here are left out. */
  void judgedByPeople(Rows rows) {
    for (int row = 0; row < rows.count(); row++) {
      Anomaly anomaly = byId.get(rows.symbol("id", row));
      if (anomaly != null) {
        anomaly.judgedByAPerson(rows, row);
        anomaly.change = ++changes;
      }
    }
  }

  /** Takes rows of {@code alert}. */
  void alerted(Rows rows) {
    for (int row = 0; row < rows.count(); row++) {
      Anomaly anomaly = byId.get(rows.symbol("id", row));
      if (anomaly != null) {
        anomaly.alerted(rows, row);
        anomaly.change = ++changes;
      }
    }
  }

  @Nullable Anomaly get(String id) {
    return byId.get(id);
  }

  Collection<Anomaly> all() {
    return byId.values();
  }

  /** The number of the last change. */
  long changes() {
    return changes;
  }

  /** Anomalies since the start, forgotten ones included. */
  long opened() {
    return opened;
  }

  /** The first {@code most} of those that changed after a change, in the order of their changes. */
  List<Anomaly> since(long change, int most) {
    if (change >= changes) {
      return List.of();
    }
    return byId.values().stream()
        .filter(anomaly -> anomaly.change > change)
        .sorted(Comparator.comparingLong(anomaly -> anomaly.change))
        .limit(most)
        .toList();
  }
}
