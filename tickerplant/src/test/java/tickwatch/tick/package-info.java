@NullMarked
package tickwatch.tick;

import org.jspecify.annotations.NullMarked;
