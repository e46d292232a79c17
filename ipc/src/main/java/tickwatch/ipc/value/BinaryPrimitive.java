package tickwatch.ipc.value;

/**
 * A built-in function of two arguments, by its code on the wire.
 *
 * @param code 0 to 255
 */
public record BinaryPrimitive(int code) implements Function {
  public BinaryPrimitive {
    if (code < 0 || code > 255) {
      throw new IllegalArgumentException("primitive code " + code);
    }
  }

  @Override
  public QType type() {
    return QType.BINARY;
  }
}
