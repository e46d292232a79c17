package tickwatch.detector;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Instant;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleFunction;
import tickwatch.detector.health.Ailment;
import tickwatch.ipc.value.Epoch;

/** The detector's counters as Prometheus text. */
final class DetectorMetrics {
  private static final double NANOS_A_SECOND = 1e9;

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  DetectorMetrics(JudgeCounts counts, DoubleSupplier unconfirmedRows, DoubleSupplier live) {
    count("tickwatch.detector.rows", "rows taken", counts, JudgeCounts::rows);
    count("tickwatch.detector.scored", "rows scored", counts, JudgeCounts::scored);
    count("tickwatch.detector.flagged", "rows flagged", counts, JudgeCounts::flagged);
    count("tickwatch.detector.anomalies", "anomalies opened", counts, JudgeCounts::anomalies);
    count(
        "tickwatch.detector.suppressed",
        "flagged rows of no interest",
        counts,
        JudgeCounts::suppressed);
    count(
        "tickwatch.detector.refit.failures",
        "refits that failed, what was in force went on",
        counts,
        JudgeCounts::refitFailures);
    count(
        "tickwatch.detector.shifts",
        "shifts of the level that last, taken for the new normal",
        counts,
        JudgeCounts::shifts);
    count(
        "tickwatch.detector.crowded",
        "times that too many rows were in alarms and the level began to rise",
        counts,
        JudgeCounts::crowded);
    count(
        "tickwatch.detector.late",
        "rows earlier than the one before, left out",
        counts,
        JudgeCounts::late);
    count(
        "tickwatch.detector.same.time",
        "rows of the same time as the one before",
        counts,
        JudgeCounts::sameTime);
    count("tickwatch.detector.gaps", "gaps in time before a row", counts, JudgeCounts::gaps);
    count(
        "tickwatch.detector.imputed",
        "missing values, carried forward",
        counts,
        JudgeCounts::imputed);
    count("tickwatch.detector.unscorable", "rows without a value", counts, JudgeCounts::unscorable);
    count("tickwatch.detector.forwards", "forward calls", counts, c -> c.forwards.sum());
    count(
        "tickwatch.detector.forwards.alone",
        "forward calls for a score near its threshold",
        counts,
        c -> c.forwardsAlone.sum());
    count(
        "tickwatch.detector.forward.seconds",
        "time in forward calls",
        counts,
        c -> c.forwardNanos.sum() / NANOS_A_SECOND);
    for (Ailment ailment : Ailment.values()) {
      FunctionCounter.builder("tickwatch.detector.health", counts, c -> c.health(ailment).sum())
          .description("times that data went wrong")
          .tag("kind", ailment.word())
          .register(registry);
    }
    gauge("tickwatch.detector.sensors", "sensors seen", () -> counts.sensors.sum());
    gauge(
        "tickwatch.detector.late.sensors",
        "sensors most of whose rows are late, so that they are hardly judged",
        counts::lateSensors);
    gauge(
        "tickwatch.detector.lag.seconds",
        "the clock less the newest row's own time",
        () -> lagSeconds(counts.newestTime));
    gauge("tickwatch.detector.unconfirmed.rows", "published, not confirmed", unconfirmedRows);
    gauge("tickwatch.detector.live", "1 when the replay is done", live);
  }

  /** Adds what became of alerts. */
  void alerts(AlertDesk desk) {
    FunctionCounter.builder("tickwatch.detector.alerts.delivered", desk, AlertDesk::delivered)
        .description("alerts that a target took")
        .register(registry);
    FunctionCounter.builder("tickwatch.detector.alerts.given.up", desk, AlertDesk::givenUp)
        .description("alerts that a target refused, or that a full queue pushed out")
        .register(registry);
    FunctionCounter.builder("tickwatch.detector.alerts.failures", desk, AlertDesk::failures)
        .description("alert messages that were not taken, and tried again")
        .register(registry);
    gauge("tickwatch.detector.alerts.waiting", "alerts that wait for a target", desk::waiting);
  }

  private static double lagSeconds(long newestTime) {
    if (newestTime == Long.MIN_VALUE) {
      return Double.NaN;
    }
    long now = Epoch.timestampOf(Instant.now());
    return ((double) now - newestTime) / NANOS_A_SECOND;
  }

  private void count(
      String name, String description, JudgeCounts counts, ToDoubleFunction<JudgeCounts> value) {
    FunctionCounter.builder(name, counts, value).description(description).register(registry);
  }

  private void gauge(String name, String description, DoubleSupplier value) {
    Gauge.builder(name, value::getAsDouble)
        .description(description)
        .strongReference(true)
        .register(registry);
  }

  String scrape() {
    return registry.scrape();
  }

  void close() {
    registry.close();
  }
}
