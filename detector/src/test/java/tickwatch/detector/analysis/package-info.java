/** Tests of {@code tickwatch.detector.analysis}. */
@NullMarked
package tickwatch.detector.analysis;

import org.jspecify.annotations.NullMarked;
