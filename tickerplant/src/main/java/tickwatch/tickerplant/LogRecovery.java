package tickwatch.tickerplant;

import java.nio.file.Path;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.tick.TickLog;
import tickwatch.tick.TickLogException;

/** Makes a log that a run of the tickerplant left behind whole, and says what was wrong with it. */
final class LogRecovery {
  private static final Logger LOG = LoggerFactory.getLogger(LogRecovery.class);

  private LogRecovery() {}

  /**
   * Recovers a log, and notes for followers that this run writes it from here on.
   *
   * @param run which tells this run of the tickerplant from all others
   * @throws TickLogException if it cannot be read or written
   */
  static TickLog.Recovered recover(Path log, long run) {
    TickLog.Recovered recovered = TickLog.recover(log);
    for (int s = 0; s < recovered.skipped().size(); s++) {
      TickLog.Stretch skipped = recovered.skipped().get(s);
      LOG.warn(
          "tick log {} is damaged: skipped {} bytes from offset {} on, kept them in {}; the messages"
              + " that stood there are lost, all others are there",
          log,
          skipped.length(),
          skipped.offset(),
          recovered.keptIn().get(s).getFileName());
    }
    if (recovered.tail() != null) {
      LOG.warn(
          "tick log {} is cut off after message {}: kept {} bytes, moved the last {} to {}",
          log,
          recovered.messages(),
          recovered.bytes(),
          recovered.tailBytes(),
          recovered.tail().getFileName());
    }
    try {
      LogRuns.add(log, new LogRuns.Run(run, recovered.messages(), !recovered.skipped().isEmpty()));
    } catch (TickLogException e) {
      LOG.warn("followers will read the log from its start when they come back path={}", log, e);
    }
    return recovered;
  }

  /** What the log of a day that has ended says of publishers: the last number of each. */
  static Map<String, Long> publishersOf(Path ended, long run) {
    return TickLog.isCompressed(ended)
        ? TickLog.verify(ended).publishers()
        : recover(ended, run).publishers();
  }
}
