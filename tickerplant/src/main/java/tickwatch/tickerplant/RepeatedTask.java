package tickwatch.tickerplant;

import io.netty.channel.EventLoop;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Something that an event loop does again and again. */
final class RepeatedTask {
  private static final Logger LOG = LoggerFactory.getLogger(RepeatedTask.class);

  private RepeatedTask() {}

  /** Repeats a task; what it throws is said, and does not end its repetition. */
  static void start(EventLoop eventLoop, Runnable task, long millis) {
    Future<?> unused =
        eventLoop.scheduleAtFixedRate(
            () -> {
              try {
                task.run();
              } catch (RuntimeException e) {
                LOG.error("a repeated task of the tickerplant failed", e);
              }
            },
            millis,
            millis,
            TimeUnit.MILLISECONDS);
  }
}
