package tickwatch.q;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Atom;
import tickwatch.ipc.value.Attribute;
import tickwatch.ipc.value.ByteAtom;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.FloatAtom;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.GuidAtom;
import tickwatch.ipc.value.GuidVector;
import tickwatch.ipc.value.IntAtom;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.Null;
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
 * Building, reading and rearranging vectors, whatever their type.
 *
 * <p>Kernels work a block of {@link #BLOCK} items at a time: read into a small array of longs or
 * doubles (which stays in the cache), compute, write. So one loop serves vectors of all widths, in
 * one array or in chunks.
 *
 * <p><b>Nulls.</b> Reading maps the null of each type to {@link Null#LONG} or NaN, writing maps
 * them back. Infinities are ordinary numbers, as in q.
 */
final class Vectors {
  static final int BLOCK = 1024;

  /** What an item of a typed vector takes as a value of its own in an array, about. */
  static final long ATOM_BYTES = 32;

  /** What a row of a table takes as a dictionary, about. */
  private static final long ROW_BYTES = 200;

  static final ListVector EMPTY_LIST = ListVector.of();

  private Vectors() {}

  /** Whether items of a type are whole numbers underneath. */
  static boolean isIntegral(QType type) {
    return switch (type) {
      case BOOLEAN,
          BYTE,
          SHORT,
          INT,
          LONG,
          CHAR,
          TIMESTAMP,
          MONTH,
          DATE,
          TIMESPAN,
          MINUTE,
          SECOND,
          TIME ->
          true;
      default -> false;
    };
  }

  static boolean isFloating(QType type) {
    return type == QType.REAL || type == QType.FLOAT || type == QType.DATETIME;
  }

  static boolean isNumber(QType type) {
    return isIntegral(type) || isFloating(type);
  }

  static boolean isText(Value value) {
    return value.type() == QType.CHAR;
  }

  static boolean isString(Value value) {
    return value instanceof ByteVector v && v.type() == QType.CHAR;
  }

  static boolean isAtom(Value value) {
    return !(value instanceof Vector || value instanceof Table || value instanceof Dictionary);
  }

  // ---- reading

  /** Copies items into longs; the vector's type is integral. */
  static void readLongs(Vector vector, int from, long[] out, int count) {
    switch (vector.type()) {
      case LONG, TIMESTAMP, TIMESPAN -> ((LongVector) vector).copyTo(from, out, 0, count);
      case INT, MONTH, DATE, MINUTE, SECOND, TIME -> {
        IntVector ints = (IntVector) vector;
        for (int i = 0; i < count; i++) {
          int item = ints.get(from + i);
          out[i] = item == Null.INT ? Null.LONG : item;
        }
      }
      case SHORT -> {
        ShortVector shorts = (ShortVector) vector;
        for (int i = 0; i < count; i++) {
          short item = shorts.get(from + i);
          out[i] = item == Null.SHORT ? Null.LONG : item;
        }
      }
      case BOOLEAN, BYTE, CHAR -> {
        ByteVector bytes = (ByteVector) vector;
        for (int i = 0; i < count; i++) {
          out[i] = bytes.get(from + i) & 0xff;
        }
      }
      default -> throw QError.type("items of type " + Types.name(vector) + " are no whole numbers");
    }
  }

  /** Copies items into doubles; the vector's type is a number. */
  static void readDoubles(Vector vector, int from, double[] out, int count) {
    switch (vector.type()) {
      case FLOAT, DATETIME -> ((FloatVector) vector).copyTo(from, out, 0, count);
      case REAL -> {
        RealVector reals = (RealVector) vector;
        for (int i = 0; i < count; i++) {
          out[i] = reals.get(from + i);
        }
      }
      case LONG, TIMESTAMP, TIMESPAN -> {
        LongVector longs = (LongVector) vector;
        for (int i = 0; i < count; i++) {
          long item = longs.get(from + i);
          out[i] = item == Null.LONG ? Null.FLOAT : (double) item;
        }
      }
      case INT, MONTH, DATE, MINUTE, SECOND, TIME -> {
        IntVector ints = (IntVector) vector;
        for (int i = 0; i < count; i++) {
          int item = ints.get(from + i);
          out[i] = item == Null.INT ? Null.FLOAT : item;
        }
      }
      case SHORT -> {
        ShortVector shorts = (ShortVector) vector;
        for (int i = 0; i < count; i++) {
          short item = shorts.get(from + i);
          out[i] = item == Null.SHORT ? Null.FLOAT : item;
        }
      }
      case BOOLEAN, BYTE, CHAR -> {
        ByteVector bytes = (ByteVector) vector;
        for (int i = 0; i < count; i++) {
          out[i] = bytes.get(from + i) & 0xff;
        }
      }
      default -> throw QError.type("items of type " + Types.name(vector) + " are no numbers");
    }
  }

  static long[] longs(Vector vector) {
    long[] items = new long[vector.length()];
    readLongs(vector, 0, items, items.length);
    return items;
  }

  static double[] doubles(Vector vector) {
    double[] items = new double[vector.length()];
    readDoubles(vector, 0, items, items.length);
    return items;
  }

  /** The number in an atom of integral type; {@link Null#LONG} for its null. */
  static long longOf(Value value) {
    if (value instanceof LongAtom a) {
      return a.value();
    }
    if (value instanceof IntAtom a) {
      return a.isNull() ? Null.LONG : a.value();
    }
    if (value instanceof ShortAtom a) {
      return a.isNull() ? Null.LONG : a.value();
    }
    if (value instanceof ByteAtom a) {
      return a.value() & 0xff;
    }
    throw QError.type(Types.name(value) + " (expected: a whole number)");
  }

  static double doubleOf(Value value) {
    if (value instanceof FloatAtom a) {
      return a.value();
    }
    if (value instanceof RealAtom a) {
      return a.value();
    }
    if (isAtom(value) && isIntegral(value.type())) {
      long number = longOf(value);
      return number == Null.LONG ? Null.FLOAT : (double) number;
    }
    throw QError.type(Types.name(value) + " (expected: a number)");
  }

  /** A whole number in the range of an int, as an argument that counts or indexes. */
  static int intOf(Value value, String what) {
    if (!(value instanceof Atom) || !isIntegral(value.type())) {
      throw QError.type(what + ": " + Types.name(value) + " (expected: a whole number)");
    }
    long number = longOf(value);
    if (number < -Integer.MAX_VALUE || number > Integer.MAX_VALUE) {
      if (number == Null.LONG) {
        return Null.INT;
      }
      throw QError.wsfull(number, Integer.MAX_VALUE);
    }
    return (int) number;
  }

  // ---- building

  /** A vector of an integral type over these longs, which it may keep. */
  static Vector ofLongs(QType type, long[] items, int count) {
    switch (type) {
      case LONG, TIMESTAMP, TIMESPAN -> {
        return LongVector.ofPrefix(type, items, count);
      }
      case INT, MONTH, DATE, MINUTE, SECOND, TIME -> {
        int[] ints = new int[count];
        for (int i = 0; i < count; i++) {
          ints[i] = items[i] == Null.LONG ? Null.INT : (int) items[i];
        }
        return IntVector.of(type, ints);
      }
      case SHORT -> {
        short[] shorts = new short[count];
        for (int i = 0; i < count; i++) {
          shorts[i] = items[i] == Null.LONG ? Null.SHORT : (short) items[i];
        }
        return ShortVector.of(shorts);
      }
      case BOOLEAN -> {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
          bytes[i] = (byte) (items[i] == 0 ? 0 : 1);
        }
        return ByteVector.of(type, bytes);
      }
      case BYTE, CHAR -> {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
          bytes[i] =
              items[i] == Null.LONG ? (byte) (type == QType.CHAR ? ' ' : 0) : (byte) items[i];
        }
        return ByteVector.of(type, bytes);
      }
      default -> throw new IllegalArgumentException("whole numbers as " + type);
    }
  }

  /** A vector of a floating type over these doubles, which it may keep. */
  static Vector ofDoubles(QType type, double[] items, int count) {
    if (type == QType.REAL) {
      float[] reals = new float[count];
      for (int i = 0; i < count; i++) {
        reals[i] = (float) items[i];
      }
      return RealVector.of(reals);
    }
    return FloatVector.ofPrefix(type, items, count);
  }

  static Vector ofLongs(QType type, long... items) {
    return ofLongs(type, items, items.length);
  }

  static Vector ofDoubles(QType type, double... items) {
    return ofDoubles(type, items, items.length);
  }

  static Atom atomOfLong(QType type, long item) {
    return switch (type) {
      case LONG, TIMESTAMP, TIMESPAN -> new LongAtom(type, item);
      case INT, MONTH, DATE, MINUTE, SECOND, TIME ->
          new IntAtom(type, item == Null.LONG ? Null.INT : (int) item);
      case SHORT -> new ShortAtom(item == Null.LONG ? Null.SHORT : (short) item);
      case BOOLEAN -> ByteAtom.of(item != 0);
      case BYTE -> new ByteAtom(type, item == Null.LONG ? 0 : (byte) item);
      case CHAR -> new ByteAtom(type, item == Null.LONG ? (byte) ' ' : (byte) item);
      default -> throw new IllegalArgumentException("a whole number as " + type);
    };
  }

  static Atom atomOfDouble(QType type, double item) {
    return type == QType.REAL ? new RealAtom((float) item) : new FloatAtom(type, item);
  }

  static ByteVector bools(byte[] items) {
    return ByteVector.of(QType.BOOLEAN, items);
  }

  static LongVector longVector(long... items) {
    return LongVector.of(QType.LONG, items);
  }

  /** Positions, as q's longs. */
  static LongVector longVector(int[] items, int count) {
    long[] longs = new long[count];
    for (int i = 0; i < count; i++) {
      longs[i] = items[i];
    }
    return LongVector.of(QType.LONG, longs);
  }

  static SymbolVector symbols(List<String> names) {
    return symbols(names.toArray(new String[0]));
  }

  /** Symbols of these names, however many. */
  static SymbolVector symbols(String... names) {
    Map<String, Integer> seen = new HashMap<>();
    List<String> domain = new ArrayList<>();
    int[] codes = new int[names.length];
    Meter meter = Meter.here();
    for (int i = 0; i < codes.length; i++) {
      meter.pass();
      Integer code = seen.putIfAbsent(names[i], domain.size());
      if (code == null) {
        code = domain.size();
        domain.add(names[i]);
      }
      codes[i] = code;
    }
    return SymbolVector.ofCodes(
        domain.toArray(new String[0]), domain.size(), true, IntVector.of(QType.INT, codes));
  }

  static Vector emptyOf(QType type) {
    return switch (type) {
      case BOOLEAN, BYTE, CHAR -> ByteVector.of(type);
      case GUID -> GuidVector.of(LongVector.of(QType.LONG));
      case SHORT -> ShortVector.of();
      case INT, MONTH, DATE, MINUTE, SECOND, TIME -> IntVector.of(type);
      case LONG, TIMESTAMP, TIMESPAN -> LongVector.of(type);
      case REAL -> RealVector.of();
      case FLOAT, DATETIME -> FloatVector.of(type);
      case SYMBOL -> SymbolVector.of();
      default -> EMPTY_LIST;
    };
  }

  /** The null of a type: what an index out of range gives; {@code ()} for a general list. */
  static Value nullOf(QType type) {
    return switch (type) {
      case BOOLEAN -> ByteAtom.FALSE;
      case BYTE -> new ByteAtom(type, (byte) 0);
      case CHAR -> new ByteAtom(type, (byte) ' ');
      case GUID -> new GuidAtom(0, 0);
      case SHORT -> new ShortAtom(Null.SHORT);
      case INT, MONTH, DATE, MINUTE, SECOND, TIME -> new IntAtom(type, Null.INT);
      case LONG, TIMESTAMP, TIMESPAN -> new LongAtom(type, Null.LONG);
      case REAL -> new RealAtom(Null.REAL);
      case FLOAT, DATETIME -> new FloatAtom(type, Null.FLOAT);
      case SYMBOL -> SymbolAtom.NULL;
      default -> EMPTY_LIST;
    };
  }

  /** {@code count} times the same item. */
  static Vector repeat(Value item, int count) {
    if (item instanceof LongAtom a) {
      long[] items = new long[count];
      Arrays.fill(items, a.value());
      return LongVector.of(a.type(), items);
    }
    if (item instanceof IntAtom a) {
      int[] items = new int[count];
      Arrays.fill(items, a.value());
      return IntVector.of(a.type(), items);
    }
    if (item instanceof FloatAtom a) {
      double[] items = new double[count];
      Arrays.fill(items, a.value());
      return FloatVector.of(a.type(), items);
    }
    if (item instanceof ByteAtom a) {
      byte[] items = new byte[count];
      Arrays.fill(items, a.value());
      return ByteVector.of(a.type(), items);
    }
    if (item instanceof SymbolAtom a) {
      return SymbolVector.ofCodes(
              new String[] {a.name()}, 1, true, IntVector.of(QType.INT, new int[count]))
          .enumeratedOver(a.enumeration());
    }
    if (item instanceof ShortAtom a) {
      short[] items = new short[count];
      Arrays.fill(items, a.value());
      return ShortVector.of(items);
    }
    if (item instanceof RealAtom a) {
      float[] items = new float[count];
      Arrays.fill(items, a.value());
      return RealVector.of(items);
    }
    if (item instanceof GuidAtom a) {
      long[] halves = new long[2 * count];
      for (int i = 0; i < count; i++) {
        halves[2 * i] = a.high();
        halves[2 * i + 1] = a.low();
      }
      return GuidVector.of(LongVector.of(QType.LONG, halves));
    }
    Value[] items = new Value[count];
    Arrays.fill(items, item);
    return ListVector.of(items);
  }

  /** The items as a typed vector where all are atoms of one type, else as a general list. */
  static Vector list(Value... items) {
    return list(items, items.length);
  }

  static Vector list(Value[] items, int count) {
    if (count == 0) {
      return EMPTY_LIST;
    }
    QType type = items[0].type();
    if (!(items[0] instanceof Atom)) {
      return ListVector.ofPrefix(items, count);
    }
    for (int i = 1; i < count; i++) {
      if (items[i].type() != type || !(items[i] instanceof Atom)) {
        return ListVector.ofPrefix(items, count);
      }
    }
    return typed(type, items, count);
  }

  /**
   * What q makes of separate results: a typed vector of atoms of one type, a table of dictionaries
   * with the same symbols for keys, else a general list.
   */
  static Value collapse(Value... items) {
    Table table = tableOf(items);
    return table == null ? list(items, items.length) : table;
  }

  /** Rows that are dictionaries with the same symbols for keys, as a table; else null. */
  static @Nullable Table tableOf(Value[] items) {
    if (items.length == 0
        || !(items[0] instanceof Dictionary first)
        || !(first.keys() instanceof SymbolVector names)
        || names.length() == 0) {
      return null;
    }
    Meter meter = Meter.here();
    for (Value item : items) {
      meter.pass();
      if (!(item instanceof Dictionary row) || !row.keys().equals(names)) {
        return null;
      }
    }
    List<Vector> columns = new ArrayList<>();
    for (int c = 0; c < names.length(); c++) {
      Value[] cells = new Value[items.length];
      for (int r = 0; r < items.length; r++) {
        meter.pass();
        cells[r] = itemAt(((Dictionary) items[r]).values(), c);
      }
      columns.add(list(cells));
    }
    return new Table(List.of(names.toArray()), columns);
  }

  private static Vector typed(QType type, Value[] items, int count) {
    Meter.here().pass(count);
    switch (type) {
      case FLOAT, DATETIME -> {
        double[] out = new double[count];
        for (int i = 0; i < count; i++) {
          out[i] = ((FloatAtom) items[i]).value();
        }
        return FloatVector.of(type, out);
      }
      case REAL -> {
        float[] out = new float[count];
        for (int i = 0; i < count; i++) {
          out[i] = ((RealAtom) items[i]).value();
        }
        return RealVector.of(out);
      }
      case GUID -> {
        long[] out = new long[2 * count];
        for (int i = 0; i < count; i++) {
          out[2 * i] = ((GuidAtom) items[i]).high();
          out[2 * i + 1] = ((GuidAtom) items[i]).low();
        }
        return GuidVector.of(LongVector.of(QType.LONG, out));
      }
      case SYMBOL -> {
        String[] out = new String[count];
        String enumeration = ((SymbolAtom) items[0]).enumeration();
        for (int i = 0; i < count; i++) {
          SymbolAtom item = (SymbolAtom) items[i];
          if (!Objects.equals(enumeration, item.enumeration())) {
            return ListVector.ofPrefix(items, count);
          }
          out[i] = item.name();
        }
        return symbols(out).enumeratedOver(enumeration);
      }
      default -> {
        long[] out = new long[count];
        for (int i = 0; i < count; i++) {
          out[i] = longOf(items[i]);
        }
        return ofLongs(type, out, count);
      }
    }
  }

  // ---- rearranging

  /** The item of a vector or the row of a table; the null where the index is out of range. */
  static Value itemAt(Value container, int index) {
    if (container instanceof Vector vector) {
      if (index >= 0 && index < vector.length()) {
        return vector.item(index);
      }
      return nullItem(vector);
    }
    if (container instanceof Table table) {
      Value[] cells = new Value[table.columns().size()];
      for (int c = 0; c < cells.length; c++) {
        cells[c] = itemAt(table.columns().get(c), index);
      }
      return new Dictionary(symbols(table.names()), list(cells));
    }
    throw QError.type(Types.name(container) + " has no items");
  }

  /** What an index out of range gives: in a general list, the null of its first item's kind. */
  static Value nullItem(Vector vector) {
    if (!(vector instanceof ListVector items)) {
      return nullOf(vector.type());
    }
    if (items.length() == 0) {
      return EMPTY_LIST;
    }
    Value first = items.get(0);
    if (first instanceof Atom) {
      return nullOf(first.type());
    }
    if (first instanceof Table table) {
      return table.slice(0, 0);
    }
    if (first instanceof Dictionary d && d.isKeyedTable()) {
      return new Dictionary(slice(d.keys(), 0, 0), slice(d.values(), 0, 0));
    }
    return first instanceof Vector v ? emptyOf(v.type()) : UnaryPrimitive.IDENTITY;
  }

  /** The items at these indexes; nulls for those out of range. */
  static Vector at(Vector vector, int[] indexes, int count) {
    Meter meter = Meter.here();
    meter.room((long) count * (vector instanceof ListVector ? 8 : vector.type().width()));
    meter.pass(count);
    if (!(vector instanceof ListVector items)) {
      return vector.at(indexes, count);
    }
    Value[] out = new Value[count];
    Value nullItem = nullItem(items);
    int length = items.length();
    for (int i = 0; i < count; i++) {
      int index = indexes[i];
      out[i] = index >= 0 && index < length ? items.get(index) : nullItem;
    }
    return list(out, count);
  }

  /** The items or rows at these indexes. */
  static Value at(Value container, int[] indexes, int count) {
    if (container instanceof Vector vector) {
      return at(vector, indexes, count);
    }
    return rows((Table) container, indexes, count);
  }

  static Table rows(Table table, int[] indexes, int count) {
    List<Vector> columns = new ArrayList<>(table.columns().size());
    for (Vector column : table.columns()) {
      columns.add(
          keepList(
              column,
              column instanceof ListVector l ? l.at(indexes, count) : at(column, indexes, count),
              indexes,
              count));
    }
    return new Table(table.names(), columns);
  }

  /** A general column stays one when rows are selected; out of range gives its null. */
  private static Vector keepList(Vector column, Vector picked, int[] indexes, int count) {
    if (!(column instanceof ListVector items)) {
      return picked;
    }
    Value nullItem = null;
    Value[] out = ((ListVector) picked).toArray();
    for (int i = 0; i < count; i++) {
      if (indexes[i] < 0 || indexes[i] >= items.length()) {
        if (nullItem == null) {
          nullItem = nullItem(items);
        }
        out[i] = nullItem;
      }
    }
    return ListVector.of(out);
  }

  static Value slice(Value container, int from, int to) {
    if (container instanceof Vector vector) {
      return vector.slice(from, to);
    }
    return ((Table) container).slice(from, to);
  }

  /** The items of a vector as values. */
  static Value[] items(Value container) {
    int count = container.count();
    Value[] out = new Value[count];
    if (container instanceof ListVector list) {
      list.copyTo(0, out, 0, count);
      return out;
    }
    Meter meter = Meter.here();
    meter.room((long) count * (container instanceof Table ? ROW_BYTES : ATOM_BYTES));
    for (int i = 0; i < count; i++) {
      meter.pass();
      out[i] = itemAt(container, i);
    }
    return out;
  }

  static int[] range(int count) {
    int[] out = new int[count];
    for (int i = 0; i < count; i++) {
      out[i] = i;
    }
    return out;
  }

  /** Indexes as ints; what does not fit is out of range of every vector. */
  static int[] indexes(Vector vector) {
    int count = vector.length();
    int[] out = new int[count];
    if (count == 0) {
      return out;
    }
    if (!isIntegral(vector.type()) || vector.type() == QType.CHAR) {
      throw QError.type("an index of type " + Types.name(vector) + " (expected: whole numbers)");
    }
    long[] block = new long[Math.min(BLOCK, count)];
    for (int from = 0; from < count; from += BLOCK) {
      int n = Math.min(BLOCK, count - from);
      readLongs(vector, from, block, n);
      for (int i = 0; i < n; i++) {
        out[from + i] = block[i] < 0 || block[i] > Integer.MAX_VALUE ? -1 : (int) block[i];
      }
    }
    return out;
  }

  /** The items of one vector after those of another: of their type where that is the same. */
  static Vector join(Vector left, Vector right) {
    int a = left.length();
    int b = right.length();
    if (left.type() == right.type()) {
      return joinSame(left, right);
    }
    if (a == 0 && (left instanceof ListVector)) {
      return right.withAttribute(Attribute.NONE);
    }
    if (b == 0 && (right instanceof ListVector)) {
      return left.withAttribute(Attribute.NONE);
    }
    Meter meter = Meter.here();
    meter.room(ATOM_BYTES * ((long) a + b));
    Value[] items = new Value[a + b];
    for (int i = 0; i < a; i++) {
      meter.pass();
      items[i] = left.item(i);
    }
    for (int i = 0; i < b; i++) {
      meter.pass();
      items[a + i] = right.item(i);
    }
    return list(items);
  }

  private static Vector joinSame(Vector left, Vector right) {
    int a = left.length();
    int b = right.length();
    if (left instanceof LongVector x && right instanceof LongVector y) {
      long[] out = new long[a + b];
      x.copyTo(0, out, 0, a);
      y.copyTo(0, out, a, b);
      return LongVector.of(x.type(), out)
          .pointing(Objects.equals(x.pointed(), y.pointed()) ? x.pointed() : null);
    }
    if (left instanceof FloatVector x && right instanceof FloatVector y) {
      double[] out = new double[a + b];
      x.copyTo(0, out, 0, a);
      y.copyTo(0, out, a, b);
      return FloatVector.of(x.type(), out);
    }
    if (left instanceof IntVector x && right instanceof IntVector y) {
      int[] out = new int[a + b];
      x.copyTo(0, out, 0, a);
      y.copyTo(0, out, a, b);
      return IntVector.of(x.type(), out);
    }
    if (left instanceof ByteVector x && right instanceof ByteVector y) {
      byte[] out = new byte[a + b];
      x.copyTo(0, out, 0, a);
      y.copyTo(0, out, a, b);
      return ByteVector.of(x.type(), out);
    }
    if (left instanceof ShortVector x && right instanceof ShortVector y) {
      short[] out = new short[a + b];
      x.copyTo(0, out, 0, a);
      y.copyTo(0, out, a, b);
      return ShortVector.of(out);
    }
    if (left instanceof RealVector x && right instanceof RealVector y) {
      float[] out = new float[a + b];
      x.copyTo(0, out, 0, a);
      y.copyTo(0, out, a, b);
      return RealVector.of(out);
    }
    if (left instanceof GuidVector x && right instanceof GuidVector y) {
      return GuidVector.of((LongVector) joinSame(x.halves(), y.halves()));
    }
    if (left instanceof SymbolVector x && right instanceof SymbolVector y) {
      return joinSymbols(x, y)
          .enumeratedOver(
              Objects.equals(x.enumeration(), y.enumeration()) || b == 0
                  ? x.enumeration()
                  : a == 0 ? y.enumeration() : null);
    }
    Value[] out = new Value[a + b];
    ((ListVector) left).copyTo(0, out, 0, a);
    ((ListVector) right).copyTo(0, out, a, b);
    return list(out);
  }

  private static SymbolVector joinSymbols(SymbolVector left, SymbolVector right) {
    int a = left.length();
    int b = right.length();
    // Small pieces of a large domain: only what is used is carried over.
    if (left.domainLength() + right.domainLength() > 2 * (a + b) + 16) {
      String[] names = new String[a + b];
      Meter.here().pass(a + b);
      for (int i = 0; i < a; i++) {
        names[i] = left.get(i);
      }
      for (int i = 0; i < b; i++) {
        names[a + i] = right.get(i);
      }
      return symbols(names);
    }
    Map<String, Integer> seen = new HashMap<>();
    List<String> domain = new ArrayList<>();
    int[] codes = new int[a + b];
    int[] map = codesIn(left, seen, domain);
    for (int i = 0; i < a; i++) {
      codes[i] = map[left.code(i)];
    }
    map = codesIn(right, seen, domain);
    for (int i = 0; i < b; i++) {
      codes[a + i] = map[right.code(i)];
    }
    return SymbolVector.ofCodes(
        domain.toArray(new String[0]), domain.size(), true, IntVector.of(QType.INT, codes));
  }

  /** For each code of a vector, the code of its name in a domain that grows by what is missing. */
  static int[] codesIn(SymbolVector vector, Map<String, Integer> seen, List<String> domain) {
    int[] map = new int[vector.domainLength()];
    Meter meter = Meter.here();
    for (int code = 0; code < map.length; code++) {
      meter.pass();
      String name = vector.domainName(code);
      Integer known = seen.get(name);
      if (known == null) {
        known = domain.size();
        seen.put(name, known);
        domain.add(name);
      }
      map[code] = known;
    }
    return map;
  }

  /** The vector, its domain holding every name once. */
  static SymbolVector uniqueDomain(SymbolVector vector) {
    if (vector.hasUniqueDomain()) {
      return vector;
    }
    List<String> domain = new ArrayList<>();
    int[] map = codesIn(vector, new HashMap<>(), domain);
    int[] codes = new int[vector.length()];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = map[vector.code(i)];
    }
    return SymbolVector.ofCodes(
            domain.toArray(new String[0]), domain.size(), true, IntVector.of(QType.INT, codes))
        .enumeratedOver(vector.enumeration());
  }

  /** A value as a vector: an atom or another single value becomes a vector of one. */
  static Vector listOf(Value value) {
    if (value instanceof Vector vector) {
      return vector;
    }
    if (value instanceof Atom atom) {
      return atom.enlist();
    }
    return ListVector.of(value);
  }

  /** q's {@code enlist}: a dictionary becomes a table of one row. */
  static Value enlist(Value value) {
    if (value instanceof Atom atom) {
      return atom.enlist();
    }
    if (value instanceof Dictionary d && !d.isKeyedTable() && d.keys() instanceof SymbolVector) {
      Table table = tableOf(new Value[] {d});
      if (table != null) {
        return table;
      }
    }
    return ListVector.of(value);
  }

  /** The bytes of a vector, one char each: what they mean is for whoever shows them to say. */
  static String bytesOf(ByteVector bytes) {
    return new String(bytes.toArray(), StandardCharsets.ISO_8859_1);
  }

  /** The items as texts, one char a byte; null where one is no string. */
  static String @Nullable [] texts(ListVector list) {
    int count = list.length();
    if (count == 0 || !isString(list.get(0))) {
      return null;
    }
    Meter meter = Meter.here();
    String[] out = new String[count];
    for (int i = 0; i < count; i++) {
      meter.pass();
      if (!(list.get(i) instanceof ByteVector v) || v.type() != QType.CHAR) {
        return null;
      }
      meter.made(Context.VECTOR_BYTES + (long) v.length());
      out[i] = bytesOf(v);
    }
    return out;
  }

  static String text(Value value) {
    if (value instanceof ByteVector v && v.type() == QType.CHAR) {
      return bytesOf(v);
    }
    if (value instanceof ByteAtom a && a.type() == QType.CHAR) {
      return String.valueOf((char) (a.value() & 0xff));
    }
    if (value instanceof ListVector l && l.length() == 0) {
      return "";
    }
    throw QError.type(Types.name(value) + " (expected: a string)");
  }

  static ByteVector string(String text) {
    return ByteVector.of(QType.CHAR, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  static String symbol(Value value) {
    if (value instanceof SymbolAtom a) {
      return a.name();
    }
    throw QError.type(Types.name(value) + " (expected: a symbol)");
  }

  /** The names in a symbol atom or vector; the empty list has none. */
  static List<String> symbolNames(Value value) {
    if (value instanceof SymbolAtom a) {
      return List.of(a.name());
    }
    if (value instanceof SymbolVector v) {
      return List.of(v.toArray());
    }
    if (value instanceof Vector v && v.length() == 0) {
      return List.of();
    }
    throw QError.type(Types.name(value) + " (expected: symbols)");
  }
}
