package tickwatch.detector.evaluation;

import java.util.ArrayList;
import java.util.List;

/**
 * How good flags are. Rows are counted one by one: one hit does not mark a whole event as found.
 *
 * @param f1 of rows
 * @param precision of rows
 * @param recall of rows
 * @param eventRecall share of labelled events with at least one flag inside; NaN without events
 * @param eventPrecision share of alarms that touch an event; NaN without alarms. An alarm is a run
 *     of flags, runs nearer than the merge gap being one
 * @param falseAlarmRate share of unlabelled rows that are flagged
 * @param falseAlarmsPerDay alarms that touch no event, per day of unlabelled rows
 * @param delayRows mean rows from an event's first row to its first flag, over events found; NaN
 *     without one
 * @param nab the Numenta Anomaly Benchmark's score, standard profile, 0 for no flag, 100 for
 *     perfect ones
 */
public record FlagMetrics(
    double f1,
    double precision,
    double recall,
    double eventRecall,
    double eventPrecision,
    double falseAlarmRate,
    double falseAlarmsPerDay,
    double delayRows,
    double nab,
    int events,
    int alarms,
    int falseAlarms,
    Rows rows) {
  static final int MERGE_GAP = 10;

  /** Rows counted, so that several series can be pooled. */
  public record Rows(long hits, long falseHits, long misses, long unlabelled) {
    Rows plus(Rows other) {
      return new Rows(
          hits + other.hits,
          falseHits + other.falseHits,
          misses + other.misses,
          unlabelled + other.unlabelled);
    }

    double f1() {
      double precision = (double) hits / Math.max(hits + falseHits, 1);
      double recall = (double) hits / Math.max(hits + misses, 1);
      return 2 * precision * recall / Math.max(precision + recall, 1e-12);
    }

    double falseAlarmRate() {
      return unlabelled == 0 ? Double.NaN : (double) falseHits / unlabelled;
    }

    double missedRate() {
      return hits + misses == 0 ? Double.NaN : (double) misses / (hits + misses);
    }
  }

  /**
   * Judges flags.
   *
   * @param flag as long as {@code label}
   * @param rowsPerDay the series' rows in a day
   */
  public static FlagMetrics of(boolean[] label, boolean[] flag, double rowsPerDay, int mergeGap) {
    if (label.length != flag.length) {
      throw new IllegalArgumentException(flag.length + " flags of " + label.length + " rows");
    }
    long hits = 0;
    long falseHits = 0;
    long misses = 0;
    for (int i = 0; i < label.length; i++) {
      hits += label[i] && flag[i] ? 1 : 0;
      falseHits += !label[i] && flag[i] ? 1 : 0;
      misses += label[i] && !flag[i] ? 1 : 0;
    }
    List<int[]> events = ScoreMetrics.events(label);
    int found = 0;
    double delay = 0;
    for (int[] event : events) {
      for (int i = event[0]; i <= event[1]; i++) {
        if (flag[i]) {
          found++;
          delay += i - event[0];
          break;
        }
      }
    }
    List<int[]> alarms = new ArrayList<>();
    for (int[] run : ScoreMetrics.events(flag)) {
      int[] last = alarms.isEmpty() ? null : alarms.get(alarms.size() - 1);
      if (last != null && run[0] - last[1] - 1 < mergeGap) {
        last[1] = run[1];
      } else {
        alarms.add(run);
      }
    }
    int good = 0;
    for (int[] alarm : alarms) {
      for (int i = alarm[0]; i <= alarm[1]; i++) {
        if (label[i] && flag[i]) {
          good++;
          break;
        }
      }
    }
    Rows rows = new Rows(hits, falseHits, misses, label.length - ScoreMetrics.count(label));
    double days = rows.unlabelled() / rowsPerDay;
    return new FlagMetrics(
        rows.f1(),
        (double) hits / Math.max(hits + falseHits, 1),
        (double) hits / Math.max(hits + misses, 1),
        events.isEmpty() ? Double.NaN : (double) found / events.size(),
        alarms.isEmpty() ? Double.NaN : (double) good / alarms.size(),
        rows.falseAlarmRate(),
        days > 0 ? (alarms.size() - good) / days : Double.NaN,
        found == 0 ? Double.NaN : delay / found,
        NabScore.of(label, flag).scaled(),
        events.size(),
        alarms.size(),
        alarms.size() - good,
        rows);
  }
}
