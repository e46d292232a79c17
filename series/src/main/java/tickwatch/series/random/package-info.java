/** Random numbers by blocks: a block's numbers depend on the seed and the block's number alone. */
@NullMarked
package tickwatch.series.random;

import org.jspecify.annotations.NullMarked;
