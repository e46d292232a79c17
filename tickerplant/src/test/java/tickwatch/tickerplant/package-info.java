@NullMarked
package tickwatch.tickerplant;

import org.jspecify.annotations.NullMarked;
