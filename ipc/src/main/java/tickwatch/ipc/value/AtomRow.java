package tickwatch.ipc.value;

/**
 * Atoms side by side without an object for each: a general list that was read as a row of mixed
 * types.
 *
 * <p>An item is kept as 64 bits: a whole number or a time as its value, a real as {@link
 * Float#floatToRawIntBits}, a float as {@link Double#doubleToRawLongBits}, a symbol as its place
 * among the row's symbols. A guid takes more and stands in no such row.
 *
 * <p><b>Threads.</b> Immutable.
 */
public final class AtomRow extends ListVector {
  private final byte[] typeNumbers;
  private final long[] bits;

  /** Apart from the others: most rows have just one. */
  private final SymbolAtom firstSymbol;

  private final SymbolAtom[] symbols;

  private AtomRow(
      byte[] typeNumbers,
      long[] bits,
      SymbolAtom firstSymbol,
      SymbolAtom[] symbols,
      int offset,
      int length,
      Attribute attribute) {
    super(offset, length, attribute);
    this.typeNumbers = typeNumbers;
    this.bits = bits;
    this.firstSymbol = firstSymbol;
    this.symbols = symbols;
  }

  /**
   * The given items, not copied and not checked.
   *
   * @param typeNumbers of the atoms, not negated: 1 to 19 but a guid's; rows may share them
   * @param bits as many
   * @param firstSymbol the first symbol among them; any if there is none
   * @param symbols all of them; may be empty if there is at most one
   */
  public static AtomRow of(
      byte[] typeNumbers, long[] bits, SymbolAtom firstSymbol, SymbolAtom... symbols) {
    return new AtomRow(typeNumbers, bits, firstSymbol, symbols, 0, bits.length, Attribute.NONE);
  }

  @Override
  long shape() {
    return shape(1, length());
  }

  /** The number of the item's type, not negated. */
  public int typeNumber(int index) {
    return typeNumbers[offset + index];
  }

  /** The item as 64 bits. */
  public long bits(int index) {
    return bits[offset + index];
  }

  /** The item, which must be a symbol. */
  public SymbolAtom symbol(int index) {
    int place = (int) bits[offset + index];
    return place == 0 ? firstSymbol : symbols[place];
  }

  /** A fresh atom of the item. */
  @Override
  public Atom get(int index) {
    QType type = QType.ofNumber(typeNumber(index));
    if (type == null) {
      throw new IllegalStateException("an item of type " + typeNumber(index));
    }
    long item = bits(index);
    return switch (type) {
      case FLOAT, DATETIME -> new FloatAtom(type, Double.longBitsToDouble(item));
      case LONG, TIMESTAMP, TIMESPAN -> new LongAtom(type, item);
      case SYMBOL -> symbol(index);
      case INT, MONTH, DATE, MINUTE, SECOND, TIME -> new IntAtom(type, (int) item);
      case REAL -> new RealAtom(Float.intBitsToFloat((int) item));
      case SHORT -> new ShortAtom((short) item);
      case BOOLEAN, BYTE, CHAR -> new ByteAtom(type, (byte) item);
      case GUID,
          LIST,
          TABLE,
          DICTIONARY,
          LAMBDA,
          UNARY,
          BINARY,
          ITERATOR,
          PROJECTION,
          COMPOSITION,
          DERIVED,
          ERROR ->
          throw new IllegalStateException("an item of type " + type);
    };
  }

  @Override
  ListVector part(int offset, int length, Attribute attribute) {
    return new AtomRow(typeNumbers, bits, firstSymbol, symbols, offset, length, attribute);
  }
}
