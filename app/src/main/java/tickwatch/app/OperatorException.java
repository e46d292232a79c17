package tickwatch.app;

/** A sentence for the person at the keyboard, and the exit code to leave with. */
final class OperatorException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  OperatorException(int exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  OperatorException(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }
}
