/** Which scores are flags, and how far above the threshold they are. */
@NullMarked
package tickwatch.detector.threshold;

import org.jspecify.annotations.NullMarked;
