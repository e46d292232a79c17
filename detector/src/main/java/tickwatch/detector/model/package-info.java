/** Model directories, and the forecasters they hold. The one package that knows DJL. */
@NullMarked
package tickwatch.detector.model;

import org.jspecify.annotations.NullMarked;
