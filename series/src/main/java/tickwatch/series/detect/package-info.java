/**
 * Detectors that need no model: z-score, exponentially weighted z-score, seasonal decomposition.
 * They judge arrays; who reads and who writes is not their business.
 */
@NullMarked
package tickwatch.series.detect;

import org.jspecify.annotations.NullMarked;
