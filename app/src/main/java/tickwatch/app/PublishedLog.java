package tickwatch.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.Locale;
import java.util.function.BiConsumer;
import org.slf4j.LoggerFactory;

/** Hands warnings and errors of this process's log to whoever publishes them. */
final class PublishedLog extends AppenderBase<ILoggingEvent> {
  private final BiConsumer<String, String> publish;

  private PublishedLog(BiConsumer<String, String> publish) {
    this.publish = publish;
  }

  /**
   * Starts.
   *
   * @param publish takes the level and the message; called on any thread, must not wait
   */
  static void start(BiConsumer<String, String> publish) {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      PublishedLog appender = new PublishedLog(publish);
      appender.setContext(context);
      appender.start();
      context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).addAppender(appender);
    }
  }

  @Override
  protected void append(ILoggingEvent event) {
    if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
      publish.accept(
          event.getLevel().toString().toLowerCase(Locale.ROOT), event.getFormattedMessage());
    }
  }
}
