@NullMarked
package tickwatch.detector.evaluation;

import org.jspecify.annotations.NullMarked;
