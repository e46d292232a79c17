/** How fast values become bytes and bytes values. */
@NullMarked
package tickwatch.bench.ipc;

import org.jspecify.annotations.NullMarked;
