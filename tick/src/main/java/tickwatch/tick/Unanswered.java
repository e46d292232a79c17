package tickwatch.tick;

import java.util.concurrent.CompletionException;
import tickwatch.ipc.net.RemoteError;

/** Why a question to a tickerplant has no answer. */
final class Unanswered {
  private Unanswered() {}

  /** For a log line. */
  static String reason(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }

  /** Whether the tickerplant answered with an error, and the connection is well. */
  static boolean isRefusal(Throwable failure) {
    return failure instanceof RemoteError
        || (failure instanceof CompletionException && failure.getCause() instanceof RemoteError);
  }
}
