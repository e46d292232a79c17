/** What was wrong in an anomaly: which channels, and what was expected of them. */
@NullMarked
package tickwatch.detector.analysis;

import org.jspecify.annotations.NullMarked;
