/** Tests of {@code tickwatch.detector.preprocess}. */
@NullMarked
package tickwatch.detector.preprocess;

import org.jspecify.annotations.NullMarked;
