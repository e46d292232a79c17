package tickwatch.detector.alert;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.detector.analysis.Anomaly;
import tickwatch.ipc.value.Epoch;

/**
 * Anomalies for a person to read, one line each, through the logger {@code tickwatch.anomaly}: WARN
 * when one opens, INFO when it closes.
 */
public final class AnomalyConsole {
  private static final Logger LOG = LoggerFactory.getLogger("tickwatch.anomaly");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** Says that an anomaly has opened or closed; a rise of its grade is not said. */
  public void tell(Anomaly anomaly) {
    switch (anomaly.state()) {
      case OPEN -> LOG.warn("{}", line(anomaly));
      case CLOSED -> LOG.info("{}", line(anomaly));
      case UPDATE -> LOG.debug("{}", line(anomaly));
    }
  }

  /** The line. */
  static String line(Anomaly anomaly) {
    String score =
        "score "
            + Anomaly.number(anomaly.score())
            + " (threshold "
            + Anomaly.number(anomaly.threshold())
            + ") grade "
            + String.format(Locale.ROOT, "%.2f", anomaly.grade());
    if (anomaly.state() == Anomaly.State.CLOSED) {
      return "closed  "
          + anomaly.sym()
          + " "
          + time(anomaly.start())
          + " to "
          + time(anomaly.end())
          + "  peak "
          + score
          + (anomaly.kind().isEmpty() ? "" : ": " + anomaly.kind())
          + "  id "
          + anomaly.id();
    }
    return "ANOMALY "
        + anomaly.sym()
        + " "
        + time(anomaly.time())
        + "  "
        + score
        + ": "
        + anomaly.blame()
        + "  id "
        + anomaly.id();
  }

  private static String time(long timestamp) {
    Instant instant = Epoch.instantOf(timestamp);
    return TIME.format(instant);
  }
}
