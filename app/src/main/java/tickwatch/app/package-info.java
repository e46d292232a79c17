/**
 * The {@code tickwatch} command: flags, environment and files become one configuration record, with
 * which a process is started or a question asked. Nothing else reads the environment.
 *
 * <p>Start reading at {@link tickwatch.app.Main}.
 */
@NullMarked
package tickwatch.app;

import org.jspecify.annotations.NullMarked;
