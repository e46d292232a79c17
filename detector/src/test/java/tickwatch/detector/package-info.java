/** The pipeline and the process, with real models. */
@NullMarked
package tickwatch.detector;

import org.jspecify.annotations.NullMarked;
