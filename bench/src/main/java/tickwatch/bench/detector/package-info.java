/** What a row costs the detector. */
@NullMarked
package tickwatch.bench.detector;

import org.jspecify.annotations.NullMarked;
