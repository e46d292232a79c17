/** Generation and detection over more numbers than memory holds, on all cores. */
@NullMarked
package tickwatch.series.bulk;

import org.jspecify.annotations.NullMarked;
