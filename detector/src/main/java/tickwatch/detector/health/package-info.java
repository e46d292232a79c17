/** What is wrong with the data itself, kept apart from anomalies. */
@NullMarked
package tickwatch.detector.health;

import org.jspecify.annotations.NullMarked;
