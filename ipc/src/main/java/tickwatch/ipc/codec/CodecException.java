package tickwatch.ipc.codec;

/**
 * Bytes that are no value or no message, or a value that cannot travel; the text says what was
 * found and what was expected.
 */
public final class CodecException extends RuntimeException {
  public CodecException(String message) {
    super(message);
  }

  public CodecException(String message, Throwable cause) {
    super(message, cause);
  }
}
