package tickwatch.ipc.value;

/**
 * Anything q can hold. Immutable. Two values are equal when q's match ({@code ~}) says so, except
 * that NaNs of any bits are equal.
 */
public sealed interface Value permits Atom, Vector, Table, Dictionary, Function, ErrorValue {
  /** What kind of value this is; an atom and a vector of it share a type. */
  QType type();

  /** q's {@code type} of this value: negative for an atom. */
  default int typeNumber() {
    return type().number();
  }

  /** q's {@code count}: 1 for an atom or a function. */
  default int count() {
    return 1;
  }
}
