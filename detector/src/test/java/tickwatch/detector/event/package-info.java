/** Tests of {@code tickwatch.detector.event}. */
@NullMarked
package tickwatch.detector.event;

import org.jspecify.annotations.NullMarked;
