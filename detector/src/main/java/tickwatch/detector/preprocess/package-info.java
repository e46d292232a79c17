/** From values to what a model reads: z-scores, and something in the place of what is missing. */
@NullMarked
package tickwatch.detector.preprocess;

import org.jspecify.annotations.NullMarked;
