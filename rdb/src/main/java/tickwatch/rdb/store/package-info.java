/**
 * Tables that grow in memory: one thread appends, any thread reads a consistent snapshot.
 *
 * <p>Knows values and nothing else: no socket, no q, no tickerplant.
 */
@NullMarked
package tickwatch.rdb.store;

import org.jspecify.annotations.NullMarked;
