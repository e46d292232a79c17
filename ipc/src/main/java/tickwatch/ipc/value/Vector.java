package tickwatch.ipc.value;

/**
 * Items in a row. Typed getters are on the concrete types; what all can answer is here.
 *
 * <p><b>Threads.</b> Immutable. A vector over the chunks of a growing column sees the items that
 * were there when it was made.
 */
public sealed interface Vector extends Value
    permits ByteVector,
        ShortVector,
        IntVector,
        LongVector,
        RealVector,
        FloatVector,
        GuidVector,
        SymbolVector,
        ListVector {
  int CHUNK_SHIFT = 16;

  /** Items in a chunk of a growing column. */
  int CHUNK = 1 << CHUNK_SHIFT;

  int CHUNK_MASK = CHUNK - 1;

  int length();

  @Override
  default int count() {
    return length();
  }

  Attribute attribute();

  /** The same items under another attribute; whether it is true is the caller's word. */
  Vector withAttribute(Attribute attribute);

  /** The items from {@code from} to {@code to - 1}, not copied. */
  Vector slice(int from, int to);

  /**
   * The items at the first {@code count} of these indexes; null items where an index is out of
   * range.
   */
  Vector at(int[] indexes, int count);

  /** The item at {@code index} as a value of its own: an atom, unless this is a general list. */
  Value item(int index);
}
