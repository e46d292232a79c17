package tickwatch.tickerplant;

import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what was refused, by reason, and says so at most once in ten seconds a reason.
 *
 * <p><b>Threads.</b> The event loop's alone.
 */
final class Refusals {
  private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

  private static final long INTERVAL_NANOS = 10_000_000_000L;

  /** The reasons there are; a peer chooses none of them freely. */
  enum Reason {
    TYPE,
    LENGTH,
    TABLE,
    ACCESS,
    LOG,
    OTHER;

    static Reason ofWord(String word) {
      return switch (word) {
        case "type" -> TYPE;
        case "length" -> LENGTH;
        case "access" -> ACCESS;
        case "log" -> LOG;
        default -> OTHER;
      };
    }
  }

  private static final class Count {
    long total;
    long unsaid;
    long saidAtNanos;
    boolean said;
  }

  private final Map<Reason, Count> counts = new LinkedHashMap<>();

  Refusals() {
    for (Reason reason : Reason.values()) {
      counts.put(reason, new Count());
    }
  }

  /**
   * Counts a message that was refused.
   *
   * @param sender who sent it, as a log line is to say it
   */
  void add(Reason reason, Object sender, String why) {
    Count count = countOf(reason);
    count.total++;
    count.unsaid++;
    long now = System.nanoTime();
    if (!count.said || now - count.saidAtNanos > INTERVAL_NANOS) {
      LOG.warn(
          "message refused reason={} {} messages={} last: {}", reason, sender, count.unsaid, why);
      count.said = true;
      count.saidAtNanos = now;
      count.unsaid = 0;
    }
  }

  long total(Reason reason) {
    return countOf(reason).total;
  }

  private Count countOf(Reason reason) {
    Count count = counts.get(reason);
    if (count == null) {
      throw new IllegalStateException("no count for " + reason);
    }
    return count;
  }

  long total() {
    long all = 0;
    for (Count count : counts.values()) {
      all += count.total;
    }
    return all;
  }
}
