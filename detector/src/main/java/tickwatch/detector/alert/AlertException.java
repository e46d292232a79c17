package tickwatch.detector.alert;

/** The file of anomalies cannot be used; the message says which, and why. */
public final class AlertException extends RuntimeException {
  public AlertException(String message, Throwable cause) {
    super(message, cause);
  }
}
