/** Who is told of an anomaly, or of ill data: the console, a file, and targets over HTTP. */
@NullMarked
package tickwatch.detector.alert;

import org.jspecify.annotations.NullMarked;
