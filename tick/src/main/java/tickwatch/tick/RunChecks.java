package tickwatch.tick;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.Null;
import tickwatch.ipc.value.Table;

/**
 * The runs of a tickerplant that began since a follower was live: at the places of the log where
 * they began it must hold all that was delivered before.
 *
 * <p><b>Threads.</b> One at a time.
 */
final class RunChecks {
  /** A run of the tickerplant: what the log held when it began. */
  private record Run(long id, long messages, boolean isChanged) {}

  private final Deque<Run> ahead = new ArrayDeque<>();

  /**
   * Takes note of the runs behind one.
   *
   * @param runs all that wrote the log; null if nothing is known of them
   * @param known the run that the log is known to hold everything delivered of; or the null long
   * @param newest the run that the tickerplant is in
   */
  void note(@Nullable Table runs, long known, long newest) {
    boolean isKnown = false;
    if (runs != null
        && runs.columns().size() == 3
        && runs.columns().get(0) instanceof LongVector ids
        && runs.columns().get(1) instanceof LongVector messages
        && runs.columns().get(2) instanceof ByteVector changed) {
      for (int i = 0; i < ids.length(); i++) {
        if (isKnown) {
          ahead.add(new Run(ids.get(i), messages.get(i), changed.get(i) != 0));
        }
        if (ids.get(i) == known) {
          isKnown = true;
          ahead.clear();
        }
      }
    }
    if (!isKnown && known != Null.LONG) {
      ahead.clear();
      ahead.add(new Run(newest, -1, false));
    }
    // What a later run no longer found was never there for those that followed.
    long fewest = Long.MAX_VALUE;
    for (int left = ahead.size(); left > 0; left--) {
      Run run = ahead.removeLast();
      fewest = Math.min(fewest, run.messages);
      ahead.addFirst(new Run(run.id, fewest, run.isChanged));
    }
  }

  void clear() {
    ahead.clear();
  }

  /** Messages of the log before the next place to be looked at. */
  long nextAt() {
    return ahead.isEmpty() ? Long.MAX_VALUE : ahead.getFirst().messages;
  }

  /**
   * Looks at the places that were reached.
   *
   * @return why rows that were delivered are not in the log; null if they are, up to there
   */
  @Nullable String whatIsMissing(Delivery delivery) {
    TickPosition position = delivery.position();
    while (position.messages() >= nextAt() && !ahead.isEmpty()) {
      Run run = ahead.removeFirst();
      long unread = position.unread();
      if (run.isChanged) {
        return "damage in the log was skipped";
      }
      if (position.messages() > run.messages || unread > 0) {
        return run.messages < 0
            ? "the log is another one, or nothing is known of its past"
            : "the end of the log was lost, with "
                + (unread > 0 ? unread + " rows" : "rows")
                + " that had been delivered";
      }
      delivery.isOfRun(run.id);
    }
    return null;
  }
}
