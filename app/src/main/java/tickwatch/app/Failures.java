package tickwatch.app;

import java.io.PrintWriter;
import org.slf4j.LoggerFactory;

/**
 * What is said of an exception that ended a command. The exceptions of tickwatch's own rooms carry
 * sentences for operators; any other one is a defect, and its stack trace is logged.
 */
final class Failures {
  private Failures() {}

  /**
   * Says it; the exit code to leave with.
   *
   * @param command as it was called, {@code tickwatch log verify}
   */
  static int say(Throwable failure, String command, PrintWriter err) {
    if (failure instanceof OperatorException known) {
      err.println(command + ": " + known.getMessage());
      return known.exitCode();
    }
    if (failure.getClass().getName().startsWith("tickwatch.") && failure.getMessage() != null) {
      err.println(command + ": " + failure.getMessage());
      return ExitCode.FAILURE;
    }
    LoggerFactory.getLogger(Failures.class)
        .error(
            "{} failed in an unexpected way; please report it with these lines", command, failure);
    return ExitCode.FAILURE;
  }
}
