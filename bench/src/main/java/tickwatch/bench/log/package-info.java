/** The tick log: writing it, and replaying it. */
@NullMarked
package tickwatch.bench.log;

import org.jspecify.annotations.NullMarked;
