package tickwatch.ipc.value;

/**
 * A function under an iterator, as {@code +/}.
 *
 * @param iterator 0 {@code '}, 1 {@code /}, 2 {@code \}, 3 {@code ':}, 4 {@code /:}, 5 {@code \:}
 * @param function usually a function; q lets any value stand here
 */
public record Derived(int iterator, Value function) implements Function {
  public Derived {
    if (iterator < 0 || iterator > 5) {
      throw new IllegalArgumentException("iterator code " + iterator);
    }
  }

  @Override
  public QType type() {
    return QType.DERIVED;
  }

  @Override
  public int typeNumber() {
    return QType.DERIVED.number() + iterator;
  }

  // The one that javac makes is put together when it is first asked, which a start would wait for.
  @Override
  public int hashCode() {
    return 31 * function.hashCode() + iterator;
  }
}
