package tickwatch.series;

/**
 * A file, a parameter or a run that cannot go on; the message says what was found and what was
 * expected.
 */
public final class SeriesException extends RuntimeException {

  public SeriesException(String message) {
    super(message);
  }

  public SeriesException(String message, Throwable cause) {
    super(message, cause);
  }
}
