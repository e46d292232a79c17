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

  /** Up to here a loop beats the view object that a bulk copy needs. */
  private static final int FEW_ITEMS = 4;

  private static final int SORTED_DICTIONARY = 127;
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

  private final SymbolCache symbols = new SymbolCache();

  public ValueDecoder() {}

  /**
   * Reads exactly one value at the reader index; bytes behind it are the caller's business.
   *
   * @throws CodecException if the bytes are no value; the reader index then stays
   */
  public Value decode(ByteBuf in, boolean littleEndian) {
    ByteBuffer bytes = view(in, 0, littleEndian);
    Value value = read(bytes, 0);
    in.skipBytes(bytes.position());
    return value;
  }

  /**
   * Reads a whole message that is not compressed, header included, from the reader index to the
   * last readable byte. An error may stand on top of a response only.
   *
   * @throws CodecException if the bytes are not exactly one message; the reader index then stays
   */
  public Value decodeMessage(ByteBuf message) {
    Header header = Header.read(message, message.readerIndex(), Integer.MAX_VALUE);
    if (header.length() != message.readableBytes()) {
      throw new CodecException(
          "message length: "
              + header.length()
              + " (expected: "
              + message.readableBytes()
              + ", the bytes at hand)");
    }
    if (header.compressed()) {
      throw new CodecException("message: compressed (expected: a plain one)");
    }
    ByteBuffer bytes = view(message, Header.BYTES, header.littleEndian());
    Value value =
        header.type() == MessageType.RESPONSE && bytes.get(0) == QType.ERROR.number()
            ? readError(bytes)
            : read(bytes, 0);
    if (bytes.hasRemaining()) {
      throw new CodecException(
          "message: " + bytes.remaining() + " bytes after the value (expected: none)");
    }
    message.skipBytes(message.readableBytes());
    return value;
  }

  private ByteBuffer view(ByteBuf in, int skipped, boolean littleEndian) {
    symbols.trim();
    return in.nioBuffer(in.readerIndex() + skipped, in.readableBytes() - skipped)
        .order(littleEndian ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
  }

  private Value read(ByteBuffer in, int depth) {
    need(in, 1, "value");
    int number = in.get();
    if (number < 0) {
      return readAtom(in, number);
    }
    if (number < QType.TABLE.number()) {
      return readVector(in, number, depth);
    }
    return readComposite(in, number, depth);
  }

  private Value readAtom(ByteBuffer in, int number) {
    QType type = number >= -19 ? QType.ofNumber(-number) : null;
    if (type == null) {
      throw number == QType.ERROR.number()
          ? new CodecException("error (expected: only on top of a response)")
          : unknownType(number);
    }
    int width = type.width();
    if (in.remaining() < width) {
      throw new CodecException(
          type + " atom: " + in.remaining() + " bytes left (expected: " + width + ")");
    }
    return switch (type) {
      case BOOLEAN -> {
        byte value = in.get();
        yield value == 0
            ? ByteAtom.FALSE
            : value == 1 ? ByteAtom.TRUE : new ByteAtom(QType.BOOLEAN, value);
      }
      case BYTE -> BYTES[in.get() & 0xff];
      case CHAR -> CHARS[in.get() & 0xff];
      case SHORT -> new ShortAtom(in.getShort());
      case INT, MONTH, DATE, MINUTE, SECOND, TIME -> new IntAtom(type, in.getInt());
      case LONG, TIMESTAMP, TIMESPAN -> new LongAtom(type, in.getLong());
      case REAL -> new RealAtom(Float.intBitsToFloat(in.getInt()));
      case FLOAT, DATETIME -> new FloatAtom(type, Double.longBitsToDouble(in.getLong()));
      case GUID -> {
        ByteOrder order = in.order();
        in.order(ByteOrder.BIG_ENDIAN);
        GuidAtom guid = new GuidAtom(in.getLong(), in.getLong());
        in.order(order);
        yield guid;
      }
      case SYMBOL -> symbols.read(in, isLittleEndian(in));
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
          throw unknownType(number);
    };
  }

  private Vector readVector(ByteBuffer in, int number, int depth) {
    QType type = number <= 19 ? QType.ofNumber(number) : null;
    if (type == null) {
      throw unknownType(number);
    }
    need(in, 5, "vector");
    Attribute attribute = readAttribute(in);
    int count = in.getInt();
    int leastWidth =
        type == QType.LIST ? LEAST_BYTES_OF_A_VALUE : type == QType.SYMBOL ? 1 : type.width();
    if (count < 0 || count > in.remaining() / leastWidth) {
      throw new CodecException(
          type
              + " vector count: "
              + count
              + " (expected: 0 to "
              + in.remaining() / leastWidth
              + ", for the "
              + in.remaining()
              + " bytes left in this message)");
    }
    Vector vector =
        switch (type) {
          case LIST -> {
            Value[] items = readItems(in, count, depth);
            yield ListVector.of(items);
          }
          case BOOLEAN, BYTE, CHAR -> {
            byte[] items = new byte[count];
            in.get(items);
            yield ByteVector.of(type, items);
          }
          case SHORT -> ShortVector.of(readShorts(in, count));
          case INT, MONTH, DATE, MINUTE, SECOND, TIME -> IntVector.of(type, readInts(in, count));
          case LONG, TIMESTAMP, TIMESPAN -> LongVector.of(type, readLongs(in, count));
          case REAL -> RealVector.of(readReals(in, count));
          case FLOAT, DATETIME -> FloatVector.of(type, readFloats(in, count));
          case GUID -> readGuids(in, count);
          case SYMBOL -> symbols.readVector(in, isLittleEndian(in), count);
          case TABLE,
              DICTIONARY,
              LAMBDA,
              UNARY,
              BINARY,
              ITERATOR,
              PROJECTION,
              COMPOSITION,
              DERIVED,
              ERROR ->
              throw unknownType(number);
        };
    return vector.withAttribute(attribute);
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
        int code = readCode(in, "unary primitive");
        yield code == 0 ? UnaryPrimitive.IDENTITY : new UnaryPrimitive(code);
      }
      case 102 -> new BinaryPrimitive(readCode(in, "binary primitive"));
      case 103 -> new IteratorPrimitive(readCode(in, "iterator"));
      case 104 -> new Projection(readParts(in, "projection", below));
      case 105 -> new Composition(readParts(in, "composition", below));
      default -> throw unknownType(number);
    };
  }

  /**
   * The items of a general list, {@code count} of them. The array grows as they come: a count is
   * only a claim, and each of a hundred nested lists may claim all the bytes that are left.
   */
  private Value[] readItems(ByteBuffer in, int count, int depth) {
    int below = deeper(depth);
    Value[] items = new Value[Math.min(count, FIRST_CAPACITY)];
    for (int i = 0; i < count; i++) {
      if (i == items.length) {
        items = Arrays.copyOf(items, (int) Math.min(count, 2L * i));
      }
      items[i] = read(in, below);
    }
    return items;
  }

  private Table readTable(ByteBuffer in, int depth) {
    need(in, 2, "table");
    Attribute attribute = readAttribute(in);
    int number = in.get();
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
    String namespace = symbols.read(in, isLittleEndian(in)).name();
    need(in, 1, "lambda source");
    int number = in.get();
    if (number != QType.CHAR.number()) {
      throw new CodecException("lambda source: type " + number + " (expected: a char vector, 10)");
    }
    ByteVector source = (ByteVector) readVector(in, number, 0);
    return new Lambda(namespace, new String(source.toArray(), StandardCharsets.ISO_8859_1));
  }

  private List<Value> readParts(ByteBuffer in, String what, int depth) {
    need(in, 4, what);
    int count = in.getInt();
    int most = in.remaining() / LEAST_BYTES_OF_A_VALUE;
    if (count < 1 || count > most) {
      throw new CodecException(
          what
              + " count: "
              + count
              + " (expected: 1 to "
              + most
              + ", for the "
              + in.remaining()
              + " bytes left in this message)");
    }
    return List.of(readItems(in, count, depth));
  }

  private static ErrorValue readError(ByteBuffer in) {
    int end = 1;
    while (end < in.limit() && in.get(end) != 0) {
      end++;
    }
    if (end == in.limit()) {
      throw new CodecException(
          "error text: " + (end - 1) + " bytes to the end (expected: a zero byte among them)");
    }
    byte[] text = new byte[end - 1];
    in.get(1, text);
    in.position(end + 1);
    return new ErrorValue(new String(text, StandardCharsets.ISO_8859_1));
  }

  private static Attribute readAttribute(ByteBuffer in) {
    int code = in.get() & 0xff;
    if (code >= ATTRIBUTES.length) {
      throw new CodecException(
          "attribute: " + code + " (expected: 0 to " + (ATTRIBUTES.length - 1) + ")");
    }
    return ATTRIBUTES[code];
  }

  private static int readCode(ByteBuffer in, String what) {
    need(in, 1, what);
    return in.get() & 0xff;
  }

  private static short[] readShorts(ByteBuffer in, int count) {
    short[] items = new short[count];
    if (count <= FEW_ITEMS) {
      for (int i = 0; i < count; i++) {
        items[i] = in.getShort();
      }
    } else {
      in.asShortBuffer().get(items);
      in.position(in.position() + count * Short.BYTES);
    }
    return items;
  }

  private static int[] readInts(ByteBuffer in, int count) {
    int[] items = new int[count];
    if (count <= FEW_ITEMS) {
      for (int i = 0; i < count; i++) {
        items[i] = in.getInt();
      }
    } else {
      in.asIntBuffer().get(items);
      in.position(in.position() + count * Integer.BYTES);
    }
    return items;
  }

  private static long[] readLongs(ByteBuffer in, int count) {
    long[] items = new long[count];
    if (count <= FEW_ITEMS) {
      for (int i = 0; i < count; i++) {
        items[i] = in.getLong();
      }
    } else {
      in.asLongBuffer().get(items);
      in.position(in.position() + count * Long.BYTES);
    }
    return items;
  }

  private static float[] readReals(ByteBuffer in, int count) {
    float[] items = new float[count];
    if (count <= FEW_ITEMS) {
      for (int i = 0; i < count; i++) {
        items[i] = Float.intBitsToFloat(in.getInt());
      }
    } else {
      in.asFloatBuffer().get(items);
      in.position(in.position() + count * Float.BYTES);
    }
    return items;
  }

  private static double[] readFloats(ByteBuffer in, int count) {
    double[] items = new double[count];
    if (count <= FEW_ITEMS) {
      for (int i = 0; i < count; i++) {
        items[i] = Double.longBitsToDouble(in.getLong());
      }
    } else {
      in.asDoubleBuffer().get(items);
      in.position(in.position() + count * Double.BYTES);
    }
    return items;
  }

  private static GuidVector readGuids(ByteBuffer in, int count) {
    ByteOrder order = in.order();
    in.order(ByteOrder.BIG_ENDIAN);
    long[] halves = readLongs(in, 2 * count);
    in.order(order);
    return GuidVector.of(LongVector.of(QType.LONG, halves));
  }

  private static boolean isLittleEndian(ByteBuffer in) {
    return in.order() == ByteOrder.LITTLE_ENDIAN;
  }

  private static void need(ByteBuffer in, int bytes, String what) {
    if (in.remaining() < bytes) {
      throw new CodecException(
          what + ": " + in.remaining() + " bytes left (expected: " + bytes + " or more)");
    }
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
