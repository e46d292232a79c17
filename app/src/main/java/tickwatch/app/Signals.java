package tickwatch.app;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What signals do to a server: the first one ends it in good order, the second one at once. Java by
 * itself ignores the second.
 *
 * <p>What comes within {@value #SAME_MILLIS} ms of the first one is the same: {@code timeout}, and
 * shells that pass on what their whole group was sent already, signal a process twice.
 */
final class Signals {
  private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

  private static final int SIGNALLED = 128;
  private static final long SAME_MILLIS = 200;

  private Signals() {}

  /**
   * Takes over signals of these names, without {@code SIG}.
   *
   * <p>By name, since javac warns of {@code sun.misc.Signal}, for which there is no substitute; a
   * JVM without it keeps Java's way.
   */
  static void secondOneQuits(String... names) {
    AtomicLong firstAt = new AtomicLong();
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
                  leave(SIGNALLED + (int) number.invoke(args[0]), firstAt);
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

  private static void leave(int exitCode, AtomicLong firstAt) {
    long now = System.nanoTime();
    if (!firstAt.compareAndSet(0, now)) {
      if (now - firstAt.get() < TimeUnit.MILLISECONDS.toNanos(SAME_MILLIS)) {
        return;
      }
      LOG.warn("second signal: leaving at once");
      Runtime.getRuntime().halt(exitCode);
    }
    // It waits for the shutdown hooks, and another signal comes on a thread of its own.
    System.exit(exitCode);
  }
}
