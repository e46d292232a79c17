package tickwatch.tickerplant;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * While the log cannot be written: why, who waits until it can, and when it is tried again.
 *
 * <p><b>Threads.</b> The event loop's alone.
 */
final class LogOutage {
  private static final Logger LOG = LoggerFactory.getLogger(LogOutage.class);

  static final int RETRY_MILLIS = 100;

  private final List<Session> held = new ArrayList<>();
  private @Nullable String why;
  private boolean isRetrying;
  private long failures;
  private @Nullable EventLoop loop;
  private Runnable retry = () -> {};

  /** From now on a failure is followed by attempts to write again. */
  void start(EventLoop eventLoop, Runnable attempt) {
    loop = eventLoop;
    retry = attempt;
    if (why != null) {
      retryLater();
    }
  }

  /** Why nothing is accepted at present, or null. */
  @Nullable String why() {
    return why;
  }

  /** How often the log could not be written. */
  long failures() {
    return failures;
  }

  /** The log could not be written, for the first time or again. */
  void began(LogFailure failure) {
    failures++;
    why = failure.sentence();
    if (failures == 1 || !isRetrying) {
      LOG.error("{}", why, failure.getCause());
    }
    retryLater();
  }

  private void retryLater() {
    EventLoop on = loop;
    if (on != null) {
      isRetrying = true;
      Future<?> unused = on.schedule(retry, RETRY_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /** Another attempt is made: until it fails nothing is wrong. */
  void attempted() {
    why = null;
  }

  /** The attempt succeeded: whoever was held is read from again. */
  void ended(DayLog log) {
    isRetrying = false;
    LOG.info("tick log written again path={} held={}", log.path(), held.size());
    List<Session> waiting = List.copyOf(held);
    held.clear();
    for (Session session : waiting) {
      session.held = false;
      session.connection.setReading(true);
    }
  }

  /** Nothing is accepted any more, and never will be. */
  void closing() {
    why = "the tickerplant is closing";
  }

  /** Reads nothing more from a connection until the log can be written. */
  void hold(Session session) {
    if (!session.held) {
      session.held = true;
      held.add(session);
      session.connection.setReading(false);
    }
  }

  /** Forgets a closed connection. */
  void closed(Session session) {
    held.remove(session);
  }
}
