@NullMarked
package tickwatch.detector.threshold;

import org.jspecify.annotations.NullMarked;
