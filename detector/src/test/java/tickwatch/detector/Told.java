package tickwatch.detector;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/** What a class tells operators from WARN on, instead of on the console. */
final class Told extends AppenderBase<ILoggingEvent> implements AutoCloseable {
  private final Logger logger;
  private final Queue<String> messages = new ConcurrentLinkedQueue<>();

  private Told(Logger logger) {
    this.logger = logger;
  }

  static Told by(Class<?> type) {
    Told told = new Told((Logger) LoggerFactory.getLogger(type));
    told.start();
    told.logger.addAppender(told);
    told.logger.setAdditive(false);
    told.logger.setLevel(Level.WARN);
    return told;
  }

  @Override
  protected void append(ILoggingEvent event) {
    if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
      messages.add(event.getFormattedMessage());
    }
  }

  List<String> messages() {
    return List.copyOf(messages);
  }

  @Override
  public void close() {
    logger.setAdditive(true);
    logger.setLevel(null);
    logger.detachAppender(this);
    stop();
  }
}
