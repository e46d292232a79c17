package tickwatch.detector.analysis;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/**
 * When the last anomalies of a table's sensors began, to find those that began together.
 *
 * <p><b>Threads.</b> One thread.
 */
public final class RecentStarts {
  private static final int LIMIT = 512;
  private static final int MOST_TOLD = 8;

  private record Start(String sym, String id, long time) {}

  private final Deque<Start> starts = new ArrayDeque<>();

  /** An anomaly has opened that began at a time. */
  public void add(String sym, String id, long time) {
    if (starts.size() == LIMIT) {
      starts.removeFirst();
    }
    starts.addLast(new Start(sym, id, time));
  }

  /**
   * The other sensors whose anomalies began within {@code nanos} of a time, the nearest first, each
   * once.
   */
  public List<Companion> near(String sym, long time, long nanos) {
    List<Companion> found = new ArrayList<>();
    for (Start start : starts) {
      long lag = start.time - time;
      if (!start.sym.equals(sym) && Math.abs(lag) <= nanos) {
        found.removeIf(
            other -> other.sym().equals(start.sym) && Math.abs(other.lagNanos()) > Math.abs(lag));
        if (found.stream().noneMatch(other -> other.sym().equals(start.sym))) {
          found.add(new Companion(start.sym, start.id, lag));
        }
      }
    }
    found.sort(Comparator.comparingLong(companion -> Math.abs(companion.lagNanos())));
    return List.copyOf(found.subList(0, Math.min(MOST_TOLD, found.size())));
  }

  public void save(DataOutput out) throws IOException {
    out.writeInt(starts.size());
    for (Start start : starts) {
      out.writeUTF(start.sym);
      out.writeUTF(start.id);
      out.writeLong(start.time);
    }
  }

  /** Goes on from what {@link #save} wrote. */
  public void restore(DataInput in) throws IOException {
    starts.clear();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      add(in.readUTF(), in.readUTF(), in.readLong());
    }
  }
}
