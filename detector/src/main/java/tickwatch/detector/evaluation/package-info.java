/** How good scores and flags are against labels, and how they look. */
@NullMarked
package tickwatch.detector.evaluation;

import org.jspecify.annotations.NullMarked;
