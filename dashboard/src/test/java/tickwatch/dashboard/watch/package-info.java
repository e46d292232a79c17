@NullMarked
package tickwatch.dashboard.watch;

import org.jspecify.annotations.NullMarked;
