package tickwatch.feed;

import org.jspecify.annotations.Nullable;

/** The feed cannot start or go on. The message is a sentence for an operator. */
public final class FeedException extends RuntimeException {
  /** What a caller may make of it, say an exit code. */
  public enum Kind {
    /** Something asked for does not fit: a file, a column, a table, a right. Nothing was sent. */
    PRECONDITION,
    /** {@code --strict} and a bad line, or a row that the tickerplant refused. */
    BAD_DATA,
    /** Everything else. */
    FAILURE
  }

  private final Kind kind;

  public FeedException(Kind kind, String message) {
    this(kind, message, null);
  }

  public FeedException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  static FeedException precondition(String message) {
    return new FeedException(Kind.PRECONDITION, message);
  }

  public Kind kind() {
    return kind;
  }
}
