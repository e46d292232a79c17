package tickwatch.app;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What signals do to a server: the first one ends it in good order, the second one at once. Java by
 * itself ignores the second.
 *
 * <p>What comes within {@value #SAME_MILLIS} ms of the first one is the same: {@code timeout}, and
 * shells that pass on what their whole group was sent already, signal a process twice. When a
 * signal came is not known, only when the thread runs that Java starts for it, which on a loaded
 * machine is later by a time slice or some.
 *
 * <p><b>Threads.</b> Any; each signal has one of its own.
 */
final class Signals {
  private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

  private static final int SIGNALLED = 128;
  private static final long SAME_MILLIS = 500;

  /** What a signal does. */
  enum Effect {
    END,
    NOTHING,
    QUIT
  }

  /** When the first one was handled, {@link System#nanoTime}; empty before. */
  private final AtomicReference<@Nullable Long> firstAt = new AtomicReference<>();

  /**
   * A signal is handled.
   *
   * @param now {@link System#nanoTime}
   */
  Effect at(long now) {
    Long first = firstAt.compareAndExchange(null, now);
    if (first == null) {
      return Effect.END;
    }
    return now - first < TimeUnit.MILLISECONDS.toNanos(SAME_MILLIS) ? Effect.NOTHING : Effect.QUIT;
  }

  /**
   * Takes over signals of these names, without {@code SIG}.
   *
   * <p>By name, since javac warns of {@code sun.misc.Signal}, for which there is no substitute; a
   * JVM without it keeps Java's way.
   */
  static void secondOneQuits(String... names) {
    Signals signals = new Signals();
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Method number = signal.getMethod("getNumber");
      Object onSignal =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, args) -> {
                if (method.getName().equals("handle")) {
                  signals.leave(SIGNALLED + (int) number.invoke(args[0]));
                }
                return null;
              });
      for (String name : names) {
        Object unused =
            signal
                .getMethod("handle", signal, handler)
                .invoke(null, signal.getConstructor(String.class).newInstance(name), onSignal);
      }
    } catch (ClassNotFoundException
        | NoSuchMethodException
        | InstantiationException
        | IllegalAccessException
        | InvocationTargetException e) {
      LOG.debug("signals are left to Java", e);
    }
  }

  private void leave(int exitCode) {
    switch (at(System.nanoTime())) {
      // It waits for the shutdown hooks, and another signal comes on a thread of its own.
      case END -> System.exit(exitCode);
      case NOTHING -> {}
      case QUIT -> {
        LOG.warn("second signal: leaving at once");
        Runtime.getRuntime().halt(exitCode);
      }
    }
  }
}
