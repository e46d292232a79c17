/** Whole processes over loopback: rows a second, latency, start-up time, memory. */
@NullMarked
package tickwatch.bench.pipeline;

import org.jspecify.annotations.NullMarked;
