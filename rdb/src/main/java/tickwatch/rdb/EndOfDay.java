package tickwatch.rdb;

/** What an rdb does when the tickerplant ends a day. */
public enum EndOfDay {
  /** Nothing: rows leave by their age, if at all. */
  KEEP,
  /** Empties every table, as kdb+tick's {@code r.q} does once it has written them down. */
  CLEAR
}
