/** Tests of {@code tickwatch.detector.window}. */
@NullMarked
package tickwatch.detector.window;

import org.jspecify.annotations.NullMarked;
