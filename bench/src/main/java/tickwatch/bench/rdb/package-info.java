/** What the rdb's tables take in and how fast queries on them are. */
@NullMarked
package tickwatch.bench.rdb;

import org.jspecify.annotations.NullMarked;
