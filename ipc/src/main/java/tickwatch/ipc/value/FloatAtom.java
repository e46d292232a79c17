package tickwatch.ipc.value;

/** An 8-byte floating point number, or a datetime (days since 2000.01.01). */
public record FloatAtom(QType type, double value) implements Atom {
  public FloatAtom {
    if (type != QType.FLOAT && type != QType.DATETIME) {
      throw new IllegalArgumentException("FloatAtom of type " + type);
    }
  }

  public static FloatAtom of(double value) {
    return new FloatAtom(QType.FLOAT, value);
  }

  @Override
  public boolean isNull() {
    return Double.isNaN(value);
  }

  @Override
  public FloatVector enlist() {
    return FloatVector.of(type, value);
  }
}
