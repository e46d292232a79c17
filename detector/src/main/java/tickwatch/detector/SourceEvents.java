package tickwatch.detector;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import tickwatch.detector.analysis.PastAnomalies;
import tickwatch.detector.analysis.RecentStarts;
import tickwatch.detector.event.EventRules;
import tickwatch.detector.health.HealthEvent;
import tickwatch.detector.health.HealthRules;

/**
 * What the sensors of one table share when their anomalies are told.
 *
 * <p><b>Threads.</b> One thread.
 */
final class SourceEvents {
  final String table;
  final String detector;
  final List<String> channels;
  final EventRules rules;

  final HealthRules healthRules;

  /** Told of data that went wrong, or is well again. */
  final Consumer<HealthEvent> health;

  /** Whether a score is the largest over channels rather than a mean. */
  final boolean largestDecides;

  /** Flagged rows that count as none, since what was off is of no interest. */
  final LongAdder suppressed;

  final PastAnomalies past = new PastAnomalies();
  final RecentStarts starts = new RecentStarts();

  SourceEvents(
      String table,
      String detector,
      List<String> channels,
      EventRules rules,
      HealthRules healthRules,
      Consumer<HealthEvent> health,
      boolean largestDecides,
      LongAdder suppressed) {
    this.table = table;
    this.detector = detector;
    this.channels = channels;
    this.rules = rules;
    this.healthRules = healthRules;
    this.health = health;
    this.largestDecides = largestDecides;
    this.suppressed = suppressed;
  }

  void save(DataOutput out) throws IOException {
    past.save(out);
    starts.save(out);
  }

  void restore(DataInput in) throws IOException {
    past.restore(in);
    starts.restore(in);
  }
}
