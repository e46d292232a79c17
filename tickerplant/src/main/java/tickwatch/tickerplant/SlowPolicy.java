package tickwatch.tickerplant;

import java.util.Locale;

/** What becomes of a subscriber whose queue is full. */
public enum SlowPolicy {
  /** It is fed from the log until it has caught up; it stays connected and misses nothing. */
  LOG,

  /** It is disconnected, and catches up from the log when it comes back. */
  DISCONNECT;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
