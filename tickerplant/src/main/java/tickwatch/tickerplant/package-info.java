/**
 * The tickerplant: checks what publishers send, stamps it, logs it, hands it to subscribers. Start
 * reading at {@link tickwatch.tickerplant.Tickerplant}.
 */
@NullMarked
package tickwatch.tickerplant;

import org.jspecify.annotations.NullMarked;
