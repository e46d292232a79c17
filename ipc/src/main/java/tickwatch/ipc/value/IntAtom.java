package tickwatch.ipc.value;

/**
 * An int, month (since 2000.01), date (days since 2000.01.01), minute, second or time
 * (milliseconds).
 */
public record IntAtom(QType type, int value) implements Atom {
  public IntAtom {
    switch (type) {
      case INT, MONTH, DATE, MINUTE, SECOND, TIME -> {}
      default -> throw new IllegalArgumentException("IntAtom of type " + type);
    }
  }

  public static IntAtom of(int value) {
    return new IntAtom(QType.INT, value);
  }

  @Override
  public boolean isNull() {
    return value == Null.INT;
  }

  @Override
  public IntVector enlist() {
    return IntVector.of(type, value);
  }
}
