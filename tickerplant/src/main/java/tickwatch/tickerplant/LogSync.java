package tickwatch.tickerplant;

/**
 * When the log is forced to the disk. Whatever the choice, a message is in the operating system's
 * hands before it is published, so the death of the process alone loses nothing.
 */
public enum LogSync {
  /** Whenever the operating system likes; if the machine fails, what it had not yet written. */
  NONE,
  /** Every 100 ms; if the machine fails, up to the last 100 ms or so. */
  INTERVAL,
  /** Before what one read brought is published or acknowledged; nothing published is lost. */
  ALWAYS
}
