/**
 * Replays CSV files into a tickerplant, as a kdb+ feedhandler does: FastCSV in, javakdb out; every
 * row once, whoever dies in between.
 *
 * <p>Start reading at {@link tickwatch.feed.Feed}.
 */
@NullMarked
package tickwatch.feed;

import org.jspecify.annotations.NullMarked;
