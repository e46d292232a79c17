package tickwatch.ipc.codec;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tickwatch.ipc.value.Attribute;
import tickwatch.ipc.value.BinaryPrimitive;
import tickwatch.ipc.value.ByteAtom;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.Composition;
import tickwatch.ipc.value.Derived;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.ErrorValue;
import tickwatch.ipc.value.FloatAtom;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.GuidAtom;
import tickwatch.ipc.value.GuidVector;
import tickwatch.ipc.value.IntAtom;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.IteratorPrimitive;
import tickwatch.ipc.value.Lambda;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.Projection;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.RealAtom;
import tickwatch.ipc.value.RealVector;
import tickwatch.ipc.value.ShortAtom;
import tickwatch.ipc.value.ShortVector;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.UnaryPrimitive;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/**
 * Bytes to values.
 *
 * <pre>
 *   atom          -t (byte, t from 1 to 19), the item
 *   vector        t, attribute (byte), count (int), the items
 *   general list  0, attribute, count, as many values
 *   table         98, attribute, 99, the names (symbol vector), the columns (general list of vectors)
 *   dictionary    99, keys (vector or table), values (vector or table)
 *                 127 is a dictionary with sorted keys: read as 99
 *   lambda        100, namespace (bytes, 0), source (char vector)
 *   primitive     101 unary, 102 binary, 103 iterator; code (byte)
 *   projection    104, count (int), as many values: the function and its arguments
 *   composition   105, count (int), as many values
 *   derived       106 + iterator (0 to 5), the function
 *   error         -128, text (bytes, 0); on top of a response only
 *
 *   items         {@link QType#width} bytes each in the message's byte order; a guid's 16 bytes
 *                 always from the first to the last; a symbol's bytes and a 0
 *   attribute     0 none, 1 sorted, 2 unique, 3 parted, 4 grouped; the sender's word, not checked
 *   (1i)          fa 01 00 00 00            (,1i)  06 00 01 00 00 00 01 00 00 00
 * </pre>
 *
 * <p>The bits of a NaN are kept. A general list whose items are atoms of one type stays a general
 * list. A symbol's bytes become one char each.
 *
 * <p>Source: "Serialization examples", "Interprocess communication" and "Datatypes", kdb+ and q
 * documentation.
 *
 * <p><b>Limits.</b> Every count is checked against the bytes that are left before anything is
 * allocated for it (an item of a general list takes 2 bytes at least), and the items of a general
 * list are allocated as they come, so that lists which all claim the same bytes get no memory for
 * that. Values nest up to {@value #MAX_DEPTH} deep. Types that never travel are refused:
 * enumerations (20 to 76), types of files (77 to 97), dynamically loaded code (112). So are tables
 * whose columns differ in length or share a name.
 *
 * <p><b>Threads.</b> One: a decoder remembers the symbols it has seen. Make one for each connection
 * or thread.
 */
public final class ValueDecoder {
  /** How deep values may nest; what people send is less than ten deep. */
  static final int MAX_DEPTH = 100;

  /** That of {@code \:}, the last one. */
  private static final int LAST_ITERATOR = 5;

  /** Up to here a loop beats the view object that a bulk copy needs. */
  private static final int FEW_ITEMS = 4;

  static final int SORTED_DICTIONARY = 127;
  private static final int LEAST_BYTES_OF_A_VALUE = 2;
  private static final int FIRST_CAPACITY = 16;

  private static final Attribute[] ATTRIBUTES = Attribute.values();
  private static final ByteAtom[] BYTES = new ByteAtom[256];
  private static final ByteAtom[] CHARS = new ByteAtom[256];

  static {
    for (int i = 0; i < 256; i++) {
      BYTES[i] = new ByteAtom(QType.BYTE, (byte) i);
      CHARS[i] = new ByteAtom(QType.CHAR, (byte) i);
    }
  }

  private final SymbolCache symbols;
  private final RowReader rows;

  /** Where the next value or part of one begins in the buffer that is being read. */
  private int at;

  public ValueDecoder() {
    this(Integer.MAX_VALUE);
  }

  /**
   * @param mostSymbols different symbols that a message may hold, and those of the messages before
   *     it that are remembered (some thousands): each takes up to 200 bytes, some fifty times what
   *     it takes in the message
   */
  public ValueDecoder(int mostSymbols) {
    symbols = new SymbolCache(mostSymbols);
    rows = new RowReader(symbols);
  }

  /**
   * Reads exactly one value at the reader index; bytes behind it are the caller's business.
   *
   * @throws CodecException if the bytes are no value; the reader index then stays
   */
  public Value decode(ByteBuf in, boolean littleEndian) {
    try {
      at = 0;
      Value value = read(view(in, littleEndian), 0);
      in.skipBytes(at);
      return value;
    } finally {
      symbols.trim();
    }
  }

  /**
   * Reads a whole message that is not compressed, header included, from the reader index to the
   * last readable byte. An error may stand on top of a response only.
   *
   * @throws CodecException if the bytes are not exactly one message; the reader index then stays
   */
  public Value decodeMessage(ByteBuf message) {
    try {
      return readMessage(message);
    } finally {
      symbols.trim();
    }
  }

  private Value readMessage(ByteBuf message) {
    int length = message.readableBytes();
    ListVector known = rows.readMessage(message, length);
    if (known != null) {
      message.skipBytes(length);
      return known;
    }
    Header header = Header.read(message, message.readerIndex(), Integer.MAX_VALUE);
    if (header.length() != length) {
      throw new CodecException(
          "message length: " + header.length() + " (expected: " + length + ", the bytes at hand)");
    }
    if (header.compressed()) {
      throw new CodecException("message: compressed (expected: a plain one)");
    }
    at = Header.BYTES;
    ByteBuffer in = view(message, header.littleEndian());
    Value value =
        header.type() == MessageType.RESPONSE && in.get(at) == QType.ERROR.number()
            ? readError(in)
            : read(in, 0);
    if (at != length) {
      throw new CodecException(
          "message: " + (length - at) + " bytes after the value (expected: none)");
    }
    message.skipBytes(length);
    rows.remember(in, value);
    return value;
  }

  private static ByteBuffer view(ByteBuf in, boolean littleEndian) {
    return in.nioBuffer().order(littleEndian ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
  }

  /**
   * Reads the next value. What rows are made of is read here, the rest elsewhere, so that this is
   * small enough to be inlined in the loop over a row's items.
   */
  private Value read(ByteBuffer in, int depth) {
    int number = in.get(take(in, 1));
    if (number == -QType.FLOAT.number()) {
      return new FloatAtom(QType.FLOAT, Double.longBitsToDouble(in.getLong(take(in, 8))));
    }
    if (number == -QType.SYMBOL.number()) {
      return readSymbol(in);
    }
    if (number == -QType.TIMESTAMP.number()) {
      return new LongAtom(QType.TIMESTAMP, in.getLong(take(in, 8)));
    }
    if (number == -QType.LONG.number()) {
      return new LongAtom(QType.LONG, in.getLong(take(in, 8)));
    }
    if (number < 0) {
      return readAtom(in, number);
    }
    if (number == QType.LIST.number()) {
      return readList(in, depth);
    }
    return number < QType.TABLE.number()
        ? readVector(in, number)
        : readComposite(in, number, depth);
  }

  private Value readAtom(ByteBuffer in, int number) {
    return switch (number) {
      case -1 -> in.get(take(in, 1)) == 0 ? ByteAtom.FALSE : readTrue(in);
      case -2 -> readGuid(in);
      case -4 -> BYTES[in.get(take(in, 1)) & 0xff];
      case -5 -> new ShortAtom(in.getShort(take(in, 2)));
      case -6 -> new IntAtom(QType.INT, in.getInt(take(in, 4)));
      case -8 -> new RealAtom(Float.intBitsToFloat(in.getInt(take(in, 4))));
      case -10 -> CHARS[in.get(take(in, 1)) & 0xff];
      case -13 -> new IntAtom(QType.MONTH, in.getInt(take(in, 4)));
      case -14 -> new IntAtom(QType.DATE, in.getInt(take(in, 4)));
      case -15 -> new FloatAtom(QType.DATETIME, Double.longBitsToDouble(in.getLong(take(in, 8))));
      case -16 -> new LongAtom(QType.TIMESPAN, in.getLong(take(in, 8)));
      case -17 -> new IntAtom(QType.MINUTE, in.getInt(take(in, 4)));
      case -18 -> new IntAtom(QType.SECOND, in.getInt(take(in, 4)));
      case -19 -> new IntAtom(QType.TIME, in.getInt(take(in, 4)));
      case -128 -> throw new CodecException("error (expected: only on top of a response)");
      default -> throw unknownType(number);
    };
  }

  private ByteAtom readTrue(ByteBuffer in) {
    byte value = in.get(at - 1);
    return value == 1 ? ByteAtom.TRUE : new ByteAtom(QType.BOOLEAN, value);
  }

  private GuidAtom readGuid(ByteBuffer in) {
    int start = take(in, 16);
    long high = in.getLong(start);
    long low = in.getLong(start + Long.BYTES);
    return isLittleEndian(in)
        ? new GuidAtom(Long.reverseBytes(high), Long.reverseBytes(low))
        : new GuidAtom(high, low);
  }

  private SymbolAtom readSymbol(ByteBuffer in) {
    SymbolAtom symbol = symbols.read(in, at, isLittleEndian(in));
    at = symbols.end();
    return symbol;
  }

  private Vector readVector(ByteBuffer in, int number) {
    QType type = number >= 0 && number <= 19 ? QType.ofNumber(number) : null;
    if (type == null) {
      throw unknownType(number);
    }
    int head = take(in, 5);
    Attribute attribute = attribute(in.get(head));
    int count = in.getInt(head + 1);
    int leastWidth = type == QType.SYMBOL ? 1 : type.width();
    checkCount(type, count, 0, (in.limit() - at) / leastWidth, in.limit() - at);
    Vector vector = readItems(in, type, count);
    return attribute == Attribute.NONE ? vector : vector.withAttribute(attribute);
  }

  private ListVector readList(ByteBuffer in, int depth) {
    int head = take(in, 5);
    Attribute attribute = attribute(in.get(head));
    int count = in.getInt(head + 1);
    int left = in.limit() - at;
    checkCount(QType.LIST, count, 0, left / LEAST_BYTES_OF_A_VALUE, left);
    int below = deeper(depth);
    ListVector list = rows.read(in, at, count, isLittleEndian(in));
    if (list == null) {
      list = ListVector.of(readItems(in, count, below));
    } else {
      at = rows.end();
    }
    return attribute == Attribute.NONE ? list : list.withAttribute(attribute);
  }

  private Vector readItems(ByteBuffer in, QType type, int count) {
    int first = at;
    at = first + count * type.width();
    return switch (type) {
      case BOOLEAN, BYTE, CHAR -> {
        byte[] items = new byte[count];
        in.get(first, items);
        yield ByteVector.of(type, items);
      }
      case SHORT -> ShortVector.of(shorts(in, first, count));
      case INT, MONTH, DATE, MINUTE, SECOND, TIME -> IntVector.of(type, ints(in, first, count));
      case LONG, TIMESTAMP, TIMESPAN -> LongVector.of(type, longs(in, first, count));
      case REAL -> RealVector.of(reals(in, first, count));
      case FLOAT, DATETIME -> FloatVector.of(type, floats(in, first, count));
      case GUID -> guids(in, first, count);
      case SYMBOL -> {
        SymbolVector names = symbols.readVector(in, first, isLittleEndian(in), count);
        at = symbols.end();
        yield names;
      }
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
          throw new IllegalArgumentException("no vector of atoms of type " + type);
    };
  }

  private Value readComposite(ByteBuffer in, int number, int depth) {
    int below = deeper(depth);
    if (number >= 106 && number <= 111) {
      return new Derived(number - 106, read(in, below));
    }
    return switch (number) {
      case 98 -> readTable(in, below);
      case 99, SORTED_DICTIONARY -> readDictionary(in, below);
      case 100 -> readLambda(in);
      case 101 -> {
        int code = readCode(in);
        yield code == 0 ? UnaryPrimitive.IDENTITY : new UnaryPrimitive(code);
      }
      case 102 -> new BinaryPrimitive(readCode(in));
      case 103 -> {
        int code = readCode(in);
        if (code > LAST_ITERATOR) {
          throw new CodecException("iterator: " + code + " (expected: 0 to " + LAST_ITERATOR + ")");
        }
        yield new IteratorPrimitive(code);
      }
      case 104 -> new Projection(readParts(in, QType.PROJECTION, below));
      case 105 -> new Composition(readParts(in, QType.COMPOSITION, below));
      default -> throw unknownType(number);
    };
  }

  /**
   * The items of a general list, {@code count} of them. The array grows as they come: a count is
   * only a claim, and each of a hundred nested lists may claim all the bytes that are left.
   */
  private Value[] readItems(ByteBuffer in, int count, int depth) {
    Value[] items = new Value[Math.min(count, FIRST_CAPACITY)];
    for (int i = 0; i < count; i++) {
      if (i == items.length) {
        items = Arrays.copyOf(items, (int) Math.min(count, 2L * i));
      }
      items[i] = read(in, depth);
    }
    return items;
  }

  private Table readTable(ByteBuffer in, int depth) {
    int head = take(in, 2);
    Attribute attribute = attribute(in.get(head));
    int number = in.get(head + 1);
    if (number != QType.DICTIONARY.number()) {
      throw new CodecException(
          "table over type " + number + " (expected: " + QType.DICTIONARY.number() + ")");
    }
    Value keys = read(in, depth);
    if (!(keys instanceof SymbolVector names)) {
      throw new CodecException(
          "table names: type " + keys.typeNumber() + " (expected: a symbol vector, 11)");
    }
    Value values = read(in, depth);
    if (!(values instanceof ListVector list)) {
      throw new CodecException(
          "table columns: type " + values.typeNumber() + " (expected: a general list, 0)");
    }
    int columnCount = list.length();
    if (names.length() != columnCount) {
      throw new CodecException(
          "table: " + names.length() + " names (expected: " + columnCount + ", one a column)");
    }
    if (names.domainLength() != columnCount) {
      throw new CodecException("table: two columns named " + firstRepeated(names));
    }
    Vector[] columns = new Vector[columnCount];
    for (int i = 0; i < columnCount; i++) {
      if (!(list.get(i) instanceof Vector column)) {
        throw new CodecException(
            "column "
                + names.get(i)
                + ": type "
                + list.get(i).typeNumber()
                + " (expected: a vector)");
      }
      if (i > 0 && column.length() != columns[0].length()) {
        throw new CodecException(
            "column "
                + names.get(i)
                + ": "
                + column.length()
                + " rows (expected: "
                + columns[0].length()
                + ", as in "
                + names.get(0)
                + ")");
      }
      columns[i] = column;
    }
    return new Table(List.of(names.toArray()), List.of(columns), attribute);
  }

  private static String firstRepeated(SymbolVector names) {
    Set<String> seen = new HashSet<>();
    for (String name : names.toArray()) {
      if (!seen.add(name)) {
        return name;
      }
    }
    throw new IllegalArgumentException("no name is repeated");
  }

  private Dictionary readDictionary(ByteBuffer in, int depth) {
    Value keys = read(in, depth);
    checkSide("keys", keys);
    Value values = read(in, depth);
    checkSide("values", values);
    if (keys.count() != values.count()) {
      throw new CodecException(
          "dictionary: "
              + values.count()
              + " values (expected: "
              + keys.count()
              + ", as many as keys)");
    }
    return new Dictionary(keys, values);
  }

  private static void checkSide(String side, Value value) {
    if (!(value instanceof Vector || value instanceof Table)) {
      throw new CodecException(
          "dictionary "
              + side
              + ": type "
              + value.typeNumber()
              + " (expected: a vector or a table)");
    }
  }

  private Lambda readLambda(ByteBuffer in) {
    String namespace = readSymbol(in).name();
    int number = in.get(take(in, 1));
    if (number != QType.CHAR.number()) {
      throw new CodecException("lambda source: type " + number + " (expected: a char vector, 10)");
    }
    ByteVector source = (ByteVector) readVector(in, number);
    return new Lambda(namespace, new String(source.toArray(), StandardCharsets.ISO_8859_1));
  }

  private List<Value> readParts(ByteBuffer in, QType type, int depth) {
    int count = in.getInt(take(in, 4));
    int left = in.limit() - at;
    checkCount(type, count, 1, left / LEAST_BYTES_OF_A_VALUE, left);
    return List.of(readItems(in, count, deeper(depth)));
  }

  private static void checkCount(QType type, int count, int least, int most, int left) {
    if (count < least || count > most) {
      throw new CodecException(
          type
              + " count: "
              + count
              + " (expected: "
              + least
              + " to "
              + most
              + ", for the "
              + left
              + " bytes left in this message)");
    }
  }

  private ErrorValue readError(ByteBuffer in) {
    int start = at + 1;
    int end = start;
    while (end < in.limit() && in.get(end) != 0) {
      end++;
    }
    if (end == in.limit()) {
      throw new CodecException(
          "error text: " + (end - start) + " bytes to the end (expected: a zero byte among them)");
    }
    byte[] text = new byte[end - start];
    in.get(start, text);
    at = end + 1;
    return new ErrorValue(new String(text, StandardCharsets.ISO_8859_1));
  }

  private static Attribute attribute(byte code) {
    int number = code & 0xff;
    if (number >= ATTRIBUTES.length) {
      throw new CodecException(
          "attribute: " + number + " (expected: 0 to " + (ATTRIBUTES.length - 1) + ")");
    }
    return ATTRIBUTES[number];
  }

  private int readCode(ByteBuffer in) {
    return in.get(take(in, 1)) & 0xff;
  }

  private static short[] shorts(ByteBuffer in, int first, int count) {
    short[] items = new short[count];
    if (count <= FEW_ITEMS) {
      for (int i = 0; i < count; i++) {
        items[i] = in.getShort(first + i * Short.BYTES);
      }
    } else {
      in.position(first).asShortBuffer().get(items);
    }
    return items;
  }

  private static int[] ints(ByteBuffer in, int first, int count) {
    int[] items = new int[count];
    if (count <= FEW_ITEMS) {
      for (int i = 0; i < count; i++) {
        items[i] = in.getInt(first + i * Integer.BYTES);
      }
    } else {
      in.position(first).asIntBuffer().get(items);
    }
    return items;
  }

  private static long[] longs(ByteBuffer in, int first, int count) {
    long[] items = new long[count];
    if (count <= FEW_ITEMS) {
      for (int i = 0; i < count; i++) {
        items[i] = in.getLong(first + i * Long.BYTES);
      }
    } else {
      in.position(first).asLongBuffer().get(items);
    }
    return items;
  }

  private static float[] reals(ByteBuffer in, int first, int count) {
    float[] items = new float[count];
    if (count <= FEW_ITEMS) {
      for (int i = 0; i < count; i++) {
        items[i] = Float.intBitsToFloat(in.getInt(first + i * Float.BYTES));
      }
    } else {
      in.position(first).asFloatBuffer().get(items);
    }
    return items;
  }

  private static double[] floats(ByteBuffer in, int first, int count) {
    double[] items = new double[count];
    if (count <= FEW_ITEMS) {
      for (int i = 0; i < count; i++) {
        items[i] = Double.longBitsToDouble(in.getLong(first + i * Double.BYTES));
      }
    } else {
      in.position(first).asDoubleBuffer().get(items);
    }
    return items;
  }

  private static GuidVector guids(ByteBuffer in, int first, int count) {
    ByteOrder order = in.order();
    in.order(ByteOrder.BIG_ENDIAN);
    long[] halves = longs(in, first, 2 * count);
    in.order(order);
    return GuidVector.of(LongVector.of(QType.LONG, halves));
  }

  private static boolean isLittleEndian(ByteBuffer in) {
    return in.order() == ByteOrder.LITTLE_ENDIAN;
  }

  /** Where the next {@code bytes} bytes begin, which are then taken. */
  private int take(ByteBuffer in, int bytes) {
    int start = at;
    if (in.limit() - start < bytes) {
      throw cutOff(in.limit() - start, bytes);
    }
    at = start + bytes;
    return start;
  }

  private static CodecException cutOff(int left, int bytes) {
    return new CodecException("value: " + left + " bytes left (expected: " + bytes + " or more)");
  }

  private static int deeper(int depth) {
    if (depth >= MAX_DEPTH) {
      throw new CodecException(
          "nesting: more than " + depth + " levels (expected: <= " + MAX_DEPTH + ")");
    }
    return depth + 1;
  }

  private static CodecException unknownType(int number) {
    int type = Math.abs(number);
    String why =
        type >= 20 && type <= 76
            ? ", an enumeration (expected: resolved to symbols before it is sent)"
            : type >= 77 && type <= 97
                ? ", which only files hold (expected: a type that can travel)"
                : " (expected: -19 to 19, 98 to 111 or 127)";
    return new CodecException("type " + number + why);
  }
}
