package tickwatch.ipc.value;

/** A 16-bit whole number. */
public record ShortAtom(short value) implements Atom {
  @Override
  public QType type() {
    return QType.SHORT;
  }

  @Override
  public boolean isNull() {
    return value == Null.SHORT;
  }

  @Override
  public ShortVector enlist() {
    return ShortVector.of(value);
  }
}
