/** What a tickerplant costs beside a forwarder that only logs and passes on. */
@NullMarked
package tickwatch.bench.tickerplant;

import org.jspecify.annotations.NullMarked;
