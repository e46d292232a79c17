/**
 * The q language: text to a value. No socket, no file, no clock: the host hands in its variables
 * ({@link tickwatch.q.Globals}), its clock and its limits.
 *
 * <p>Start reading at {@link tickwatch.q.Interpreter}.
 */
@NullMarked
package tickwatch.q;

import org.jspecify.annotations.NullMarked;
