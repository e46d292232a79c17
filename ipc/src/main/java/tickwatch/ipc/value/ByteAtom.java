package tickwatch.ipc.value;

/** A boolean, a byte or a char. */
public record ByteAtom(QType type, byte value) implements Atom {
  public static final ByteAtom TRUE = new ByteAtom(QType.BOOLEAN, (byte) 1);
  public static final ByteAtom FALSE = new ByteAtom(QType.BOOLEAN, (byte) 0);

  public ByteAtom {
    if (type != QType.BOOLEAN && type != QType.BYTE && type != QType.CHAR) {
      throw new IllegalArgumentException("ByteAtom of type " + type);
    }
  }

  public static ByteAtom of(boolean value) {
    return value ? TRUE : FALSE;
  }

  @Override
  public boolean isNull() {
    return type == QType.CHAR && value == ' ';
  }

  @Override
  public ByteVector enlist() {
    return ByteVector.of(type, value);
  }
}
