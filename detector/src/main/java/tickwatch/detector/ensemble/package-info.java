/** From a forecast's errors to one score a row. */
@NullMarked
package tickwatch.detector.ensemble;

import org.jspecify.annotations.NullMarked;
