/** The last rows of a sensor, and whether its rows come in order. */
@NullMarked
package tickwatch.detector.window;

import org.jspecify.annotations.NullMarked;
