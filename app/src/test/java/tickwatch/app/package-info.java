@NullMarked
package tickwatch.app;

import org.jspecify.annotations.NullMarked;
