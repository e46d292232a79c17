package tickwatch.tick;

/** A tick log cannot be read, written or opened; the message says which and what to do. */
public final class TickLogException extends RuntimeException {
  public TickLogException(String message) {
    super(message);
  }

  public TickLogException(String message, Throwable cause) {
    super(message, cause);
  }
}
