/**
 * The page on which a person watches the stream: {@link tickwatch.dashboard.watch} keeps what there
 * is to see, {@link tickwatch.dashboard.web} shows it to browsers, and {@link
 * tickwatch.dashboard.Dashboard} wires the two to a tickerplant.
 */
@NullMarked
package tickwatch.dashboard;

import org.jspecify.annotations.NullMarked;
