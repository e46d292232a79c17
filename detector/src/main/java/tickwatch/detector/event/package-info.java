/** From flagged rows to anomalies with a start, a peak and an end. */
@NullMarked
package tickwatch.detector.event;

import org.jspecify.annotations.NullMarked;
