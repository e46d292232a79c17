package tickwatch.app;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What signals do to a server: the first one ends it in good order, the second one at once. Java by
 * itself ignores the second.
 */
final class Signals {
  private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

  private static final int SIGNALLED = 128;

  private Signals() {}

  /**
   * Takes over signals of these names, without {@code SIG}.
   *
   * <p>By name, since javac warns of {@code sun.misc.Signal}, for which there is no substitute; a
   * JVM without it keeps Java's way.
   */
  static void secondOneQuits(String... names) {
    AtomicInteger count = new AtomicInteger();
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
                  leave(SIGNALLED + (int) number.invoke(args[0]), count.incrementAndGet());
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

  private static void leave(int exitCode, int count) {
    if (count > 1) {
      LOG.warn("second signal: leaving at once");
      Runtime.getRuntime().halt(exitCode);
    }
    // It waits for the shutdown hooks, and another signal comes on a thread of its own.
    System.exit(exitCode);
  }
}
