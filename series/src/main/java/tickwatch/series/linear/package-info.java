/** Systems of equations and eigenvectors of symmetric matrices. */
@NullMarked
package tickwatch.series.linear;

import org.jspecify.annotations.NullMarked;
