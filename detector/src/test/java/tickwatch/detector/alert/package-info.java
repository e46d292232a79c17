/** Tests of {@code tickwatch.detector.alert}. */
@NullMarked
package tickwatch.detector.alert;

import org.jspecify.annotations.NullMarked;
