package tickwatch.app;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.ipc.net.NetException;

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

  /** Starts a process, saying a port that is taken and the like as what they are. */
  static <T> T start(Start<T> start) {
    try {
      return start.start();
    } catch (NetException | IllegalArgumentException e) {
      throw new OperatorException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Waits for the end.
   *
   * @param failure completed when the process cannot go on
   */
  static int await(String name, AutoCloseable process, CompletableFuture<Throwable> failure) {
    CountDownLatch closed = new CountDownLatch(1);
    Thread hook =
        new Thread(
            () -> {
              LOG.info("stopping process={}", name);
              long start = System.nanoTime();
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
            },
            "stop");
    Runtime.getRuntime().addShutdownHook(hook);
    Signals.secondOneQuits("TERM", "INT");
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
