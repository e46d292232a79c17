package tickwatch.detector.model;

/**
 * A model cannot be used; the message says which file and member, what was found and what was
 * expected.
 */
public final class ModelException extends RuntimeException {
  public ModelException(String message) {
    super(message);
  }

  public ModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
