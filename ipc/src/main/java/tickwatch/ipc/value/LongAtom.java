package tickwatch.ipc.value;

/** A long, timestamp (nanoseconds since 2000.01.01) or timespan (nanoseconds). */
public record LongAtom(QType type, long value) implements Atom {
  public LongAtom {
    if (type != QType.LONG && type != QType.TIMESTAMP && type != QType.TIMESPAN) {
      throw new IllegalArgumentException("LongAtom of type " + type);
    }
  }

  public static LongAtom of(long value) {
    return new LongAtom(QType.LONG, value);
  }

  @Override
  public boolean isNull() {
    return value == Null.LONG;
  }

  @Override
  public LongVector enlist() {
    return LongVector.of(type, value);
  }
}
