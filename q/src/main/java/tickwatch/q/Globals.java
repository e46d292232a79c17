package tickwatch.q;

import java.util.Collection;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Value;

/**
 * The host's variables. Names are fully qualified: {@code trade}, {@code .u.t}.
 *
 * <p>What q calls {@code .z.w}, {@code .z.u} and the like are variables of the host too; the
 * clock's ({@code .z.p}, {@code .z.d}, …) are the interpreter's. So is a system command that only
 * the host can answer: {@code \p} asks for the name {@code \p}.
 *
 * <p><b>Threads.</b> Called on the thread that evaluates.
 */
public interface Globals {
  /** The variable of that name, or null. */
  @Nullable Value get(String name);

  /**
   * Gives a variable a value.
   *
   * @throws QError {@code noupdate} or {@code access} where this host or caller may not change it
   */
  void set(String name, Value value);

  /**
   * Removes a variable.
   *
   * @throws QError {@code noupdate} where this host or caller may not change it
   */
  default void remove(String name) {
    throw new QError("noupdate", "the variable " + name + " cannot be deleted here");
  }

  /**
   * Sends a message without waiting, as {@code (neg .z.w) message} asks for.
   *
   * @param handle as {@code .z.w} says it
   * @throws QError {@code limit} where more waits to be read there than may
   */
  default void send(long handle, Value message) {
    throw QError.type("a message to handle " + handle + " (this process sends none)");
  }

  /** The names of all variables. */
  Collection<String> names();
}
