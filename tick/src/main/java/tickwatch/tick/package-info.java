/**
 * The contract between a tickerplant and whoever follows it: the schema, the tick log and the
 * subscriber that delivers each message exactly once.
 */
@NullMarked
package tickwatch.tick;

import org.jspecify.annotations.NullMarked;
