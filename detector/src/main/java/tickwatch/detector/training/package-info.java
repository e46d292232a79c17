/** From normal rows to a model directory: networks, what is judged by them, and ensembles. */
@NullMarked
package tickwatch.detector.training;

import org.jspecify.annotations.NullMarked;
