/**
 * What there is to see: the last rows of each sensor with their verdicts, the last anomalies, who
 * is alive. All of it bounded, all of it one thread's.
 */
@NullMarked
package tickwatch.dashboard.watch;

import org.jspecify.annotations.NullMarked;
