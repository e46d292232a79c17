package tickwatch.ipc.value;

/**
 * An iterator by itself.
 *
 * @param code 0 {@code '}, 1 {@code /}, 2 {@code \}, 3 {@code ':}, 4 {@code /:}, 5 {@code \:}
 */
public record IteratorPrimitive(int code) implements Function {
  public IteratorPrimitive {
    if (code < 0 || code > 5) {
      throw new IllegalArgumentException("iterator code " + code + " (expected: 0 to 5)");
    }
  }

  @Override
  public QType type() {
    return QType.ITERATOR;
  }
}
