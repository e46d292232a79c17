package tickwatch.detector;

import java.util.EnumMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import tickwatch.detector.health.Ailment;

/**
 * What judges have seen so far.
 *
 * <p><b>Threads.</b> Those of judges count; any may read.
 */
public final class JudgeCounts {
  final LongAdder rows = new LongAdder();
  final LongAdder scored = new LongAdder();
  final LongAdder flagged = new LongAdder();
  final LongAdder anomalies = new LongAdder();
  final LongAdder suppressed = new LongAdder();
  final LongAdder refitFailures = new LongAdder();
  final LongAdder shifts = new LongAdder();
  final LongAdder crowded = new LongAdder();
  final LongAdder late = new LongAdder();
  final LongAdder sameTime = new LongAdder();
  final LongAdder gaps = new LongAdder();
  final LongAdder imputed = new LongAdder();
  final LongAdder unscorable = new LongAdder();
  final LongAdder forwards = new LongAdder();
  final LongAdder forwardNanos = new LongAdder();
  final LongAdder forwardsAlone = new LongAdder();
  final LongAdder sensors = new LongAdder();
  private final Map<Ailment, LongAdder> health = new EnumMap<>(Ailment.class);

  /** Why the last refit failed, of those whose last one did. */
  private final NavigableMap<String, String> failedRefits = new ConcurrentSkipListMap<>();

  /** The newest time of those sensors most of whose rows are late. */
  private final NavigableMap<String, String> lateSensors = new ConcurrentSkipListMap<>();

  volatile long newestTime = Long.MIN_VALUE;

  public JudgeCounts() {
    for (Ailment ailment : Ailment.values()) {
      health.put(ailment, new LongAdder());
    }
  }

  public long rows() {
    return rows.sum();
  }

  public long scored() {
    return scored.sum();
  }

  public long flagged() {
    return flagged.sum();
  }

  /** Refits that failed; the ensemble or the network in force went on. */
  public long refitFailures() {
    return refitFailures.sum();
  }

  /**
   * A refit has failed.
   *
   * @param whose the table, and the sym where it is of one sensor
   */
  void refitFailed(String whose, Throwable cause) {
    refitFailures.increment();
    failedRefits.put(whose, cause.getMessage() == null ? cause.toString() : cause.getMessage());
  }

  /** A refit came to an end, whatever it decided. */
  void refitDone(String whose) {
    failedRefits.remove(whose);
  }

  /** What cannot be learnt again at the moment, for people; null if all can. */
  @Nullable String refitTrouble() {
    String of = firstOf(failedRefits, ": ");
    return of == null
        ? null
        : "what was learnt goes on, since learning it again failed: " + of + " (see the log)";
  }

  /** Most rows of a sensor are late, the newest one being of this time; or no longer. */
  void mostlyLate(String whose, boolean isMostlyLate, String newest) {
    if (isMostlyLate) {
      lateSensors.put(whose, newest);
    } else {
      lateSensors.remove(whose);
    }
  }

  /** Sensors most of whose rows are late, and left out. */
  public int lateSensors() {
    return lateSensors.size();
  }

  /** Which sensors are hardly judged, since their rows are late, for people; null if none is. */
  @Nullable String lateTrouble() {
    String of = firstOf(lateSensors, ", newest ");
    return of == null
        ? null
        : "rows are not judged, since most are earlier than one before them: "
            + of
            + "; does the stream run backwards in time (sort the file, oldest first), or is a"
            + " clock wrong?";
  }

  /** The first of those concerned, and how many more there are; null if there is none. */
  private static @Nullable String firstOf(NavigableMap<String, String> concerned, String colon) {
    Map.Entry<String, String> first = concerned.firstEntry();
    int others = concerned.size() - 1;
    return first == null
        ? null
        : first.getKey()
            + colon
            + first.getValue()
            + (others > 0 ? "; and " + others + " more" : "");
  }

  /** Anomalies opened. */
  public long anomalies() {
    return anomalies.sum();
  }

  /** Times that data went wrong in this way. */
  LongAdder health(Ailment ailment) {
    return Objects.requireNonNull(health.get(ailment));
  }

  /** Flagged rows that count as none, since what was off is of no interest. */
  public long suppressed() {
    return suppressed.sum();
  }

  /** Lasting shifts of the level, taken for the new normal. */
  public long shifts() {
    return shifts.sum();
  }

  /** Times that a sensor's level of alarms began to rise, since too many rows were in alarms. */
  public long crowded() {
    return crowded.sum();
  }

  /** Rows earlier than the one before them, ignored. */
  public long late() {
    return late.sum();
  }

  /** Rows of the same time as the one before them, taken. */
  public long sameTime() {
    return sameTime.sum();
  }

  public long gaps() {
    return gaps.sum();
  }

  /** Missing values that were carried forward. */
  public long imputed() {
    return imputed.sum();
  }

  /** Rows with a full window but no value at all. */
  public long unscorable() {
    return unscorable.sum();
  }
}
