package tickwatch.ipc.value;

/** A 4-byte floating point number. */
public record RealAtom(float value) implements Atom {
  @Override
  public QType type() {
    return QType.REAL;
  }

  @Override
  public boolean isNull() {
    return Float.isNaN(value);
  }

  @Override
  public RealVector enlist() {
    return RealVector.of(value);
  }
}
