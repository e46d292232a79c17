@NullMarked
package tickwatch.detector.health;

import org.jspecify.annotations.NullMarked;
