/**
 * Files of numbers: NumPy's format and bare values, read through mapped windows and written so that
 * half a file never looks whole.
 */
@NullMarked
package tickwatch.series.npy;

import org.jspecify.annotations.NullMarked;
