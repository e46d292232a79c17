package tickwatch.tick;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.GuidVector;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.RealVector;
import tickwatch.ipc.value.ShortVector;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Vector;

/**
 * A column that grows by the items of encoded vectors, little-endian: in an array of its own, which
 * {@link #take} gives away, or in one that was {@linkplain #lend lent}.
 *
 * <p><b>Threads.</b> One at a time.
 */
abstract class ColumnBuilder {
  private static final int BULK_ITEMS = 8;
  private static final int HEAD_BYTES = 6;
  private static final long HEAD_BITS = 0xffff_ffff_ffffL;
  private static final long ONE_ITEM = 1L << 16;

  /** The number of the vectors' type. */
  final int typeNumber;

  private final int width;

  /** The six bytes before the items of a vector of one item without attributes. */
  private final long headOfOne;

  /** So many rows were built last: probably about as many will be the next time. */
  private int lastRows;

  private ColumnBuilder(QType type) {
    typeNumber = type.number();
    width = type.width();
    headOfOne = type.number() | ONE_ITEM;
  }

  /** A builder for a column of this type, or null if its vectors are of no one type. */
  static @Nullable ColumnBuilder of(QType type, SymbolIntern symbols, ItemViews views) {
    return switch (type) {
      case BOOLEAN, BYTE, CHAR -> new Bytes(type);
      case SHORT -> new Shorts();
      case INT, MONTH, DATE, MINUTE, SECOND, TIME -> new Ints(type);
      case LONG, TIMESTAMP, TIMESPAN -> new Longs(type, views);
      case REAL -> new Reals();
      case FLOAT, DATETIME -> new Floats(type, views);
      case GUID -> new Guids();
      case SYMBOL -> new Symbols(symbols);
      case LIST,
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
          null;
    };
  }

  /**
   * Puts items at {@code row}, over whatever was put there and not built yet.
   *
   * @param at where the first item begins; the items may not be whole
   * @return the index behind the items; {@link ValueBytes#TRUNCATED} if they are not whole
   */
  int put(ByteBuffer bytes, int at, int end, int row, int count) {
    int next = ValueBytes.endOfItems(width, count, at, end);
    if (next >= 0) {
      makeRoom(row + count);
      if (count < BULK_ITEMS) {
        putFew(bytes, at, row, count);
      } else {
        putMany(bytes, at, row, count);
      }
    }
    return next;
  }

  /**
   * Puts the item of an encoded vector of one item, which is what a stream of single rows consists
   * of; {@link #makeRoom} was called.
   *
   * @param at where the vector begins
   * @return the index behind it; negative if it is not whole, or no such vector of this type
   */
  static int putOne(ColumnBuilder column, ByteBuffer bytes, int at, int end, int row) {
    int item = at + HEAD_BYTES;
    int behind = item + column.width;
    // The head is compared by a word, of which one item of a byte at the very end is too short: it
    // is for others to read.
    if (end < Math.max(behind, at + Long.BYTES)
        || (bytes.getLong(at) & HEAD_BITS) != column.headOfOne) {
      return ValueBytes.TRUNCATED;
    }
    // The usual types without a call that the compiler cannot see through.
    if (column instanceof Floats floats) {
      floats.items[row] = bytes.getDouble(item);
      return behind;
    }
    if (column instanceof Longs longs) {
      longs.items[row] = bytes.getLong(item);
      return behind;
    }
    if (column instanceof Symbols symbols) {
      return symbols.putNext(bytes, item, end, row);
    }
    column.putFew(bytes, item, row, 1);
    return behind;
  }

  abstract void makeRoom(int rows);

  abstract void putFew(ByteBuffer bytes, int at, int row, int count);

  abstract void putMany(ByteBuffer bytes, int at, int row, int count);

  /** As many bytes from {@code at} on, little-endian. */
  private static ByteBuffer slice(ByteBuffer bytes, int at, int length) {
    return bytes.slice(at, length).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The first {@code rows} items, which are given away; the next ones start a new vector. */
  final Vector take(int rows) {
    lastRows = rows;
    return build(rows);
  }

  abstract Vector build(int rows);

  /**
   * Puts what comes into an array of a space, which is open, until {@link #giveBack}; nothing was
   * put and not built.
   */
  final void lend(RowSpace space, int column) {
    use(space.items(column));
    useCodes(space, column);
  }

  abstract void use(Object lent);

  void useCodes(RowSpace space, int column) {}

  /** Puts what comes into an array of its own again. */
  abstract void giveBack();

  final int grown(int capacity, int wanted) {
    return Math.max(wanted, capacity == 0 ? lastRows : 2 * capacity);
  }

  private static final class Longs extends ColumnBuilder {
    private static final long[] NONE = {};

    private final QType type;
    private final ItemViews views;
    private long[] items = NONE;

    Longs(QType type, ItemViews views) {
      super(type);
      this.type = type;
      this.views = views;
    }

    @Override
    void makeRoom(int rows) {
      if (rows > items.length) {
        items = Arrays.copyOf(items, grown(items.length, rows));
      }
    }

    @Override
    void putFew(ByteBuffer bytes, int at, int row, int count) {
      for (int i = 0; i < count; i++) {
        items[row + i] = bytes.getLong(at + 8 * i);
      }
    }

    @Override
    void putMany(ByteBuffer bytes, int at, int row, int count) {
      views.get(bytes, at, items, row, count);
    }

    @Override
    Vector build(int rows) {
      long[] built = items;
      items = NONE;
      return LongVector.ofPrefix(type, built, rows);
    }

    @Override
    void use(Object lent) {
      items = (long[]) lent;
    }

    @Override
    void giveBack() {
      items = NONE;
    }
  }

  private static final class Guids extends ColumnBuilder {
    private long[] halves = {};

    Guids() {
      super(QType.GUID);
    }

    @Override
    void makeRoom(int rows) {
      if (2 * rows > halves.length) {
        halves = Arrays.copyOf(halves, grown(halves.length, 2 * rows));
      }
    }

    @Override
    void putFew(ByteBuffer bytes, int at, int row, int count) {
      for (int i = 0; i < 2 * count; i++) {
        halves[2 * row + i] = Long.reverseBytes(bytes.getLong(at + 8 * i));
      }
    }

    @Override
    void putMany(ByteBuffer bytes, int at, int row, int count) {
      bytes.slice(at, 16 * count).asLongBuffer().get(halves, 2 * row, 2 * count);
    }

    @Override
    Vector build(int rows) {
      long[] built = halves;
      halves = new long[0];
      return GuidVector.of(LongVector.ofPrefix(QType.LONG, built, 2 * rows));
    }

    @Override
    void use(Object lent) {
      throw new IllegalStateException("guids are not put into a space");
    }

    @Override
    void giveBack() {}
  }

  private static final class Floats extends ColumnBuilder {
    private static final double[] NONE = {};

    private final QType type;
    private final ItemViews views;
    private double[] items = NONE;

    Floats(QType type, ItemViews views) {
      super(type);
      this.type = type;
      this.views = views;
    }

    @Override
    void makeRoom(int rows) {
      if (rows > items.length) {
        items = Arrays.copyOf(items, grown(items.length, rows));
      }
    }

    @Override
    void putFew(ByteBuffer bytes, int at, int row, int count) {
      for (int i = 0; i < count; i++) {
        items[row + i] = bytes.getDouble(at + 8 * i);
      }
    }

    @Override
    void putMany(ByteBuffer bytes, int at, int row, int count) {
      views.get(bytes, at, items, row, count);
    }

    @Override
    Vector build(int rows) {
      double[] built = items;
      items = NONE;
      return FloatVector.ofPrefix(type, built, rows);
    }

    @Override
    void use(Object lent) {
      items = (double[]) lent;
    }

    @Override
    void giveBack() {
      items = NONE;
    }
  }

  private static final class Reals extends ColumnBuilder {
    private static final float[] NONE = {};

    private float[] items = NONE;

    Reals() {
      super(QType.REAL);
    }

    @Override
    void makeRoom(int rows) {
      if (rows > items.length) {
        items = Arrays.copyOf(items, grown(items.length, rows));
      }
    }

    @Override
    void putFew(ByteBuffer bytes, int at, int row, int count) {
      for (int i = 0; i < count; i++) {
        items[row + i] = bytes.getFloat(at + 4 * i);
      }
    }

    @Override
    void putMany(ByteBuffer bytes, int at, int row, int count) {
      slice(bytes, at, 4 * count).asFloatBuffer().get(items, row, count);
    }

    @Override
    Vector build(int rows) {
      float[] built = items;
      items = NONE;
      return RealVector.ofPrefix(built, rows);
    }

    @Override
    void use(Object lent) {
      items = (float[]) lent;
    }

    @Override
    void giveBack() {
      items = NONE;
    }
  }

  private static final class Ints extends ColumnBuilder {
    private static final int[] NONE = {};

    private final QType type;
    private int[] items = NONE;

    Ints(QType type) {
      super(type);
      this.type = type;
    }

    @Override
    void makeRoom(int rows) {
      if (rows > items.length) {
        items = Arrays.copyOf(items, grown(items.length, rows));
      }
    }

    @Override
    void putFew(ByteBuffer bytes, int at, int row, int count) {
      for (int i = 0; i < count; i++) {
        items[row + i] = bytes.getInt(at + 4 * i);
      }
    }

    @Override
    void putMany(ByteBuffer bytes, int at, int row, int count) {
      slice(bytes, at, 4 * count).asIntBuffer().get(items, row, count);
    }

    @Override
    Vector build(int rows) {
      int[] built = items;
      items = NONE;
      return IntVector.ofPrefix(type, built, rows);
    }

    @Override
    void use(Object lent) {
      items = (int[]) lent;
    }

    @Override
    void giveBack() {
      items = NONE;
    }
  }

  private static final class Shorts extends ColumnBuilder {
    private static final short[] NONE = {};

    private short[] items = NONE;

    Shorts() {
      super(QType.SHORT);
    }

    @Override
    void makeRoom(int rows) {
      if (rows > items.length) {
        items = Arrays.copyOf(items, grown(items.length, rows));
      }
    }

    @Override
    void putFew(ByteBuffer bytes, int at, int row, int count) {
      for (int i = 0; i < count; i++) {
        items[row + i] = bytes.getShort(at + 2 * i);
      }
    }

    @Override
    void putMany(ByteBuffer bytes, int at, int row, int count) {
      slice(bytes, at, 2 * count).asShortBuffer().get(items, row, count);
    }

    @Override
    Vector build(int rows) {
      short[] built = items;
      items = NONE;
      return ShortVector.ofPrefix(built, rows);
    }

    @Override
    void use(Object lent) {
      items = (short[]) lent;
    }

    @Override
    void giveBack() {
      items = NONE;
    }
  }

  private static final class Bytes extends ColumnBuilder {
    private static final byte[] NONE = {};

    private final QType type;
    private byte[] items = NONE;

    Bytes(QType type) {
      super(type);
      this.type = type;
    }

    @Override
    void makeRoom(int rows) {
      if (rows > items.length) {
        items = Arrays.copyOf(items, grown(items.length, rows));
      }
    }

    @Override
    void putFew(ByteBuffer bytes, int at, int row, int count) {
      bytes.get(at, items, row, count);
    }

    @Override
    void putMany(ByteBuffer bytes, int at, int row, int count) {
      bytes.get(at, items, row, count);
    }

    @Override
    Vector build(int rows) {
      byte[] built = items;
      items = NONE;
      return ByteVector.ofPrefix(type, built, rows);
    }

    @Override
    void use(Object lent) {
      items = (byte[]) lent;
    }

    @Override
    void giveBack() {
      items = NONE;
    }
  }

  /** Symbols; the domain of what is built holds just the names that were put. */
  private static final class Symbols extends ColumnBuilder {
    private static final int[] NONE = {};
    private static final int UNKNOWN = -1;

    private final SymbolIntern symbols;
    private int[] codes = NONE;
    private String[] domain = {};
    private int domainLength;

    // By the number of a symbol: its code, valid if the vector's number stands beside it.
    private int[] codeOf = {};
    private int[] vectorOf = {};
    private int vector = 1;
    private int generation;
    private boolean isUnique = true;

    // Where items are put into a space: its codes by the number of a symbol.
    private @Nullable RowSpace space;
    private int spaceColumn;
    private Object spaceCodes = this;
    private int spaceGeneration;
    private int[] spaceCodeOf = NONE;

    Symbols(SymbolIntern symbols) {
      super(QType.SYMBOL);
      this.symbols = symbols;
    }

    @Override
    int put(ByteBuffer bytes, int at, int end, int row, int count) {
      int next = at;
      if (count > end - at) {
        return ValueBytes.TRUNCATED;
      }
      makeRoom(row + count);
      if (symbols.hasRoomFor(count)) {
        int[] known = space == null ? NONE : spaceCodesOfThisGeneration();
        next = symbols.codes(bytes, at, end, known, codes, row, count);
        if (next >= 0) {
          replaceNumbers(row, count);
        }
        return next;
      }
      for (int i = 0; i < count && next >= 0; i++) {
        next = putNext(bytes, next, end, row + i);
      }
      return next;
    }

    /** Puts codes in place of the numbers of symbols that had none. */
    private void replaceNumbers(int row, int count) {
      int[] items = codes;
      for (int i = row; i < row + count; i++) {
        if (items[i] < 0) {
          items[i] = code(~items[i]);
        }
      }
    }

    /** Puts the symbol at {@code at}; the index behind it. */
    int putNext(ByteBuffer bytes, int at, int end, int row) {
      int length = end - at >= 2 * Long.BYTES ? symbols.findShort(bytes, at) : -1;
      if (length >= 0) {
        codes[row] = code(symbols.found());
        return at + length + 1;
      }
      int after = ValueBytes.endOfSymbols(bytes, 1, at, end);
      if (after >= 0) {
        codes[row] = code(symbols.number(bytes, at, after - 1));
      }
      return after;
    }

    private int code(int number) {
      RowSpace lent = space;
      return lent == null ? ownCode(number) : spaceCode(lent, number);
    }

    private int[] spaceCodesOfThisGeneration() {
      if (spaceGeneration != symbols.generation()) {
        spaceGeneration = symbols.generation();
        Arrays.fill(spaceCodeOf, UNKNOWN);
      }
      return spaceCodeOf;
    }

    private int spaceCode(RowSpace lent, int number) {
      int[] known = spaceCodesOfThisGeneration();
      if (number >= known.length) {
        int length = known.length;
        known = Arrays.copyOf(known, symbols.capacity());
        Arrays.fill(known, length, known.length, UNKNOWN);
        spaceCodeOf = known;
      }
      if (known[number] == UNKNOWN) {
        known[number] = lent.code(spaceColumn, symbols.name(number));
      }
      return known[number];
    }

    private int ownCode(int number) {
      if (generation != symbols.generation()) {
        // Names put before keep their codes; they may come to stand in the domain twice.
        generation = symbols.generation();
        Arrays.fill(vectorOf, 0);
        isUnique = domainLength == 0;
      }
      if (number >= codeOf.length) {
        codeOf = Arrays.copyOf(codeOf, symbols.capacity());
        vectorOf = Arrays.copyOf(vectorOf, symbols.capacity());
      }
      if (vectorOf[number] == vector) {
        return codeOf[number];
      }
      if (domainLength == domain.length) {
        domain = Arrays.copyOf(domain, Math.max(8, 2 * domainLength));
      }
      int code = domainLength++;
      domain[code] = symbols.name(number);
      codeOf[number] = code;
      vectorOf[number] = vector;
      return code;
    }

    @Override
    void makeRoom(int rows) {
      if (rows > codes.length) {
        codes = Arrays.copyOf(codes, grown(codes.length, rows));
      }
    }

    @Override
    void putFew(ByteBuffer bytes, int at, int row, int count) {
      throw new IllegalStateException("symbols have no width");
    }

    @Override
    void putMany(ByteBuffer bytes, int at, int row, int count) {
      throw new IllegalStateException("symbols have no width");
    }

    @Override
    Vector build(int rows) {
      Vector built =
          SymbolVector.ofCodes(
              domain, domainLength, isUnique, IntVector.ofPrefix(QType.INT, codes, rows));
      codes = NONE;
      domain = new String[0];
      domainLength = 0;
      vector++;
      isUnique = true;
      return built;
    }

    @Override
    void use(Object lent) {
      codes = (int[]) lent;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // a token
    void useCodes(RowSpace lender, int column) {
      Object lent = lender.codesOf(column);
      if (lent != spaceCodes) {
        spaceCodes = lent;
        Arrays.fill(spaceCodeOf, UNKNOWN);
      }
      space = lender;
      spaceColumn = column;
    }

    @Override
    void giveBack() {
      codes = NONE;
      space = null;
    }
  }
}
