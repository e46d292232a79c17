package tickwatch.detector.event;

import java.util.ArrayList;
import java.util.List;

/**
 * What is left of one sensor's score when the channels whose deviation is of no interest are taken
 * out: those that a {@link Suppression} names and those that people have accepted.
 *
 * <p>A score that is a mean over channels loses the suppressed channels' shares; a score that is
 * the largest over channels becomes that of the largest channel left. The row's own flag and score
 * are never changed by it.
 *
 * <p><b>Threads.</b> One thread.
 */
public final class Suppressor {
  private static final int MAX_ACCEPTED = 32;

  /** By channel. */
  private final Suppression[][] rules;

  private final boolean largestDecides;
  private final List<AcceptedDeviation> accepted = new ArrayList<>();
  private boolean idle;

  /**
   * Nothing accepted yet.
   *
   * @param largestDecides whether the score is the largest over channels rather than a mean
   */
  public Suppressor(
      List<Suppression> suppressions, String sym, List<String> channels, boolean largestDecides) {
    this.largestDecides = largestDecides;
    this.rules = new Suppression[channels.size()][];
    for (int c = 0; c < rules.length; c++) {
      String channel = channels.get(c);
      rules[c] =
          suppressions.stream()
              .filter(rule -> rule.syms().matches(sym) && rule.channels().matches(channel))
              .toArray(Suppression[]::new);
    }
    idle = isIdle();
  }

  private boolean isIdle() {
    for (Suppression[] channel : rules) {
      if (channel.length > 0) {
        return false;
      }
    }
    return accepted.isEmpty();
  }

  /** Accepts a deviation from now on; the oldest of more than 32 is forgotten. */
  public void accept(AcceptedDeviation deviation) {
    withdraw(deviation.id());
    if (accepted.size() == MAX_ACCEPTED) {
      accepted.remove(0);
    }
    accepted.add(deviation);
    idle = false;
  }

  /** No longer accepts what was accepted for an anomaly. */
  public void withdraw(String id) {
    accepted.removeIf(deviation -> deviation.id().equals(id));
    idle = isIdle();
  }

  /** What is accepted, the oldest first. */
  public List<AcceptedDeviation> accepted() {
    return List.copyOf(accepted);
  }

  /** The score without the suppressed channels' part; at most {@code score}. */
  public double remaining(JudgedRow row, double score) {
    if (idle) {
      return score;
    }
    double left = 0;
    double largestLeft = 0;
    double all = 0;
    double largest = 0;
    for (int c = 0; c < rules.length; c++) {
      double share = row.share(c);
      if (share <= 0) {
        continue;
      }
      all += share;
      largest = Math.max(largest, share);
      if (!isSuppressed(c, row.actual(c), row.expected(c))) {
        left += share;
        largestLeft = Math.max(largestLeft, share);
      }
    }
    if (all <= 0) {
      return score;
    }
    return score * (largestDecides ? largestLeft / largest : left / all);
  }

  private boolean isSuppressed(int channel, double actual, double expected) {
    for (Suppression rule : rules[channel]) {
      if (rule.suppresses(actual, expected)) {
        return true;
      }
    }
    for (AcceptedDeviation deviation : accepted) {
      if (deviation.accepts(channel, actual - expected)) {
        return true;
      }
    }
    return false;
  }
}
