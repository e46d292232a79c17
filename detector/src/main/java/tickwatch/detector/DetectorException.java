package tickwatch.detector;

/** The detector cannot start or go on; the message says why and what to do. */
public final class DetectorException extends RuntimeException {
  public DetectorException(String message) {
    super(message);
  }

  public DetectorException(String message, Throwable cause) {
    super(message, cause);
  }
}
