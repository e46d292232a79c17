package tickwatch.tick;

/** A schema file does not define what a tickerplant can publish; the message says where and why. */
public final class SchemaException extends RuntimeException {
  public SchemaException(String message) {
    super(message);
  }

  public SchemaException(String message, Throwable cause) {
    super(message, cause);
  }
}
