package tickwatch.feed;

import java.time.Duration;

/**
 * What a run of the feed did.
 *
 * @param publisher the name under which the tickerplant knows how far this replay is
 * @param resumedAfter source rows that an earlier run had already brought; 0 for a fresh start
 * @param sent rows sent, each counted once
 * @param accepted of these, rows that the tickerplant took
 * @param refused of these, rows that it did not
 * @param skipped bad lines of the files
 * @param complete whether the replay has come to its end, rather than been stopped
 * @param elapsed time from the first connection on
 */
public record FeedSummary(
    String publisher,
    long resumedAfter,
    long sent,
    long accepted,
    long refused,
    long skipped,
    boolean complete,
    Duration elapsed) {
  /** Whether an earlier run had brought every row, so that there was nothing left to do. */
  public boolean wasComplete() {
    return complete && resumedAfter > 0 && sent == 0;
  }
}
