/** Tests of {@code tickwatch.detector.ensemble}. */
@NullMarked
package tickwatch.detector.ensemble;

import org.jspecify.annotations.NullMarked;
