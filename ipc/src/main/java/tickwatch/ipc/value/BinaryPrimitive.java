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

  // The one that javac makes is put together when it is first asked, which a start would wait for.
  @Override
  public int hashCode() {
    return QType.BINARY.number() * 31 + code;
  }
}
