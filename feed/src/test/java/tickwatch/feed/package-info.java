@NullMarked
package tickwatch.feed;

import org.jspecify.annotations.NullMarked;
