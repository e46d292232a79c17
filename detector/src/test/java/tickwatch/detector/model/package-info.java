/** Model directories, good and bad. */
@NullMarked
package tickwatch.detector.model;

import org.jspecify.annotations.NullMarked;
