package tickwatch.app;

/** What a run of the command tells its caller. The numbers are documented in {@code --help}. */
final class ExitCode {
  /** Done, or the answer is yes. */
  static final int OK = 0;

  /** It did not work, or the answer is no. */
  static final int FAILURE = 1;

  /** A flag, a file or a port that cannot be used; nothing was started. */
  static final int USAGE = 2;

  /** Data that were refused: a bad line under {@code --strict}. */
  static final int BAD_DATA = 3;

  private ExitCode() {}
}
