package tickwatch.tickerplant;

import java.util.Locale;

/**
 * When the log is forced to the disk. Whatever the choice, a message is in the operating system's
 * hands before it is published, so the death of the process alone loses nothing.
 */
public enum LogSync {
  /** Whenever the operating system likes; if the machine fails, what it had not yet written. */
  NONE("what the system had not written"),
  /** Every 100 ms; if the machine fails, up to the last 100 ms or so. */
  INTERVAL("about the last 100 ms"),
  /** Before what one read brought is published or acknowledged; nothing published is lost. */
  ALWAYS("nothing that was published");

  private final String lost;

  LogSync(String lost) {
    this.lost = lost;
  }

  /** What a failure of the machine, not of the process alone, may take from the log. */
  String lostWithTheMachine() {
    return lost;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
