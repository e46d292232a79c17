@NullMarked
package tickwatch.dashboard;

import org.jspecify.annotations.NullMarked;
