/**
 * Streams of numbers from a recipe: noise, seasons, trend, drift, and labelled anomalies, each
 * value computable on its own.
 */
@NullMarked
package tickwatch.series.generate;

import org.jspecify.annotations.NullMarked;
