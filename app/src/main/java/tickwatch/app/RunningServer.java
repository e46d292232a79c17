package tickwatch.app;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.ipc.net.NetException;
import tickwatch.tick.SchemaException;
import tickwatch.tick.TickLogException;

/**
 * A process from its start to its end: by a signal, on which it is closed in good order, or because
 * it fails.
 */
final class RunningServer {
  private static final Logger LOG = LoggerFactory.getLogger(RunningServer.class);
  private static final long CLOSE_SECONDS = 10;

  private RunningServer() {}

  /** Starts a process. */
  @FunctionalInterface
  interface Start<T> {
    T start();
  }

  /**
   * Starts a process, which a signal closes from then on; a port, schema or log that cannot be used
   * is said as what it is.
   */
  static <T extends AutoCloseable> T start(String name, Start<T> start) {
    AtomicReference<@Nullable T> started = new AtomicReference<>();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  T process = started.get();
                  if (process != null) {
                    stop(name, process);
                  }
                },
                "stop"));
    Signals.secondOneQuits("TERM", "INT");
    try {
      T process = start.start();
      started.set(process);
      return process;
    } catch (NetException | SchemaException | TickLogException | IllegalArgumentException e) {
      throw new OperatorException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  private static void stop(String name, AutoCloseable process) {
    LOG.info("stopping process={}", name);
    long start = System.nanoTime();
    CountDownLatch closed = new CountDownLatch(1);
    Thread closer = new Thread(() -> close(name, process, closed), "close");
    closer.setDaemon(true);
    closer.start();
    try {
      if (closed.await(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.info(
            "stopped process={} millis={}",
            name,
            TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
      } else {
        LOG.warn("not stopped after {} s: leaving process={}", CLOSE_SECONDS, name);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Waits for the end.
   *
   * @param failure completed when the process cannot go on
   */
  static int await(CompletableFuture<Throwable> failure) {
    Throwable cause;
    try {
      cause = failure.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.FAILURE;
    } catch (ExecutionException e) {
      cause = e.getCause() == null ? e : e.getCause();
    }
    throw new OperatorException(ExitCode.FAILURE, String.valueOf(cause.getMessage()), cause);
  }

  private static void close(String name, AutoCloseable process, CountDownLatch closed) {
    try {
      process.close();
    } catch (Exception e) {
      LOG.error("closing failed process={}", name, e);
    }
    closed.countDown();
  }
}
