/** Who is told of an anomaly: the console and a file. */
@NullMarked
package tickwatch.detector.alert;

import org.jspecify.annotations.NullMarked;
