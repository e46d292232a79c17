package tickwatch.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * Logging to standard error, in text; as JSON lines with {@code TICKWATCH_LOG_FORMAT=json}; from
 * {@code TICKWATCH_LOG_LEVEL} on (INFO). A file named by {@code -Dlogback.configurationFile}
 * replaces all this.
 *
 * <p>Written out instead of in XML, whose parser would take a good part of a short command's time.
 */
public final class Logging extends ContextAwareBase implements Configurator {
  @Override
  public ExecutionStatus configure(LoggerContext context) {
    if (System.getProperty("logback.configurationFile") != null) {
      return ExecutionStatus.INVOKE_NEXT_IF_ANY;
    }
    boolean json = "json".equalsIgnoreCase(System.getenv("TICKWATCH_LOG_FORMAT"));
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    root.addAppender(console(context, json, "%d{HH:mm:ss.SSS} %-5level %logger{0} %msg%n%ex"));
    context
        .getLogger("tickwatch")
        .setLevel(Level.toLevel(System.getenv("TICKWATCH_LOG_LEVEL"), Level.INFO));
    // Its warnings are about files and GPUs that nobody asked for.
    context.getLogger("ai.djl").setLevel(Level.ERROR);
    Logger anomaly = context.getLogger("tickwatch.anomaly");
    anomaly.setAdditive(false);
    anomaly.addAppender(console(context, json, "%d{HH:mm:ss.SSS} %msg%n"));
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  private static ConsoleAppender<ILoggingEvent> console(
      LoggerContext context, boolean json, String pattern) {
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setTarget("System.err");
    console.setEncoder(json ? json(context) : text(context, pattern));
    console.start();
    return console;
  }

  private static Encoder<ILoggingEvent> text(LoggerContext context, String pattern) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(pattern);
    encoder.start();
    return encoder;
  }

  private static Encoder<ILoggingEvent> json(LoggerContext context) {
    JsonEncoder encoder = new JsonEncoder();
    encoder.setContext(context);
    encoder.setWithFormattedMessage(true);
    encoder.setWithMessage(false);
    encoder.setWithArguments(false);
    encoder.start();
    return encoder;
  }
}
