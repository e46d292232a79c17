/** The real processes on free ports, driven as users drive them. */
@NullMarked
package tickwatch.systemtests;

import org.jspecify.annotations.NullMarked;
