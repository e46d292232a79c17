package tickwatch.q;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Atom;
import tickwatch.ipc.value.Attribute;
import tickwatch.ipc.value.ByteAtom;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/** {@code ?}, {@code in}, {@code within}, {@code bin}, {@code distinct} and {@code group}. */
final class Search {
  private Search() {}

  // ---- find

  /** q's find: where an item, or each of several, first stands; the count where it does not. */
  static Value find(Context context, Value container, Value wanted) {
    if (container instanceof Table table) {
      return findRow(table, wanted);
    }
    if (container instanceof Dictionary d) {
      Value at = find(context, d.values(), wanted);
      return Indexing.at(context, d.keys(), at);
    }
    Vector vector = (Vector) container;
    boolean whole =
        Vectors.isAtom(wanted)
            || (vector instanceof ListVector list
                && wanted instanceof Vector
                && !(wanted instanceof ListVector)
                && !(list.length() > 0 && list.get(0) instanceof Atom))
            || wanted instanceof Dictionary
            || wanted instanceof Table;
    if (whole) {
      if (!(vector instanceof ListVector) && wanted instanceof Dictionary d) {
        return new Dictionary(d.keys(), find(context, container, d.values()));
      }
      return LongAtom.of(position(vector, wanted));
    }
    Vector many = (Vector) wanted;
    if (!(vector instanceof ListVector) && many instanceof ListVector list) {
      Value together = together(context, list, all -> find(context, container, all));
      if (together != null) {
        return together;
      }
      Value[] out = new Value[list.length()];
      Meter meter = Meter.here();
      for (int i = 0; i < out.length; i++) {
        meter.pass();
        out[i] = find(context, container, list.get(i));
      }
      return out.length == 0 ? Vectors.longVector() : Vectors.list(out);
    }
    int[] found = positions(vector, many);
    return Vectors.longVector(found, found.length);
  }

  /**
   * What is looked up for each of many vectors of one type, looked up for all of their items
   * together: whatever is made of the list that is searched is made once. Null where they are
   * others.
   */
  private static @Nullable Value together(
      Context context, ListVector list, java.util.function.Function<Vector, Value> search) {
    if (list.length() < 2 || !(list.get(0) instanceof Vector first)) {
      return null;
    }
    Meter meter = Meter.here();
    int[] ends = new int[list.length()];
    long total = 0;
    for (int i = 0; i < ends.length; i++) {
      meter.pass();
      Value item = list.get(i);
      if (item.type() != first.type()
          || !(item instanceof Vector v)
          || v instanceof ListVector
          || v.length() == 0) {
        return null;
      }
      total += v.length();
      ends[i] = context.reserve(total);
    }
    Vector found = (Vector) search.apply((Vector) Lists.raze(context, list));
    Value[] out = new Value[ends.length];
    for (int i = 0; i < out.length; i++) {
      meter.pass();
      out[i] = found.slice(i == 0 ? 0 : ends[i - 1], ends[i]);
    }
    return ListVector.of(out);
  }

  private static Value findRow(Table table, Value wanted) {
    if (wanted instanceof Dictionary d && !d.isKeyedTable()) {
      Table one = Vectors.tableOf(new Value[] {d});
      if (one == null) {
        throw QError.type("a row of a table (expected: a dictionary)");
      }
      return LongAtom.of(positions(table, one)[0]);
    }
    if (wanted instanceof Table rows) {
      int[] found = positions(table, rows);
      return Vectors.longVector(found, found.length);
    }
    if (wanted instanceof Vector cells) {
      if (cells instanceof ListVector list
          && list.length() > 0
          && list.get(0) instanceof Vector
          && list.length() != table.names().size()) {
        Value[] out = new Value[list.length()];
        Meter meter = Meter.here();
        for (int i = 0; i < out.length; i++) {
          meter.pass();
          out[i] = findRow(table, list.get(i));
        }
        return Vectors.list(out);
      }
      if (cells.length() != table.names().size()) {
        throw QError.length(cells.length(), table.names().size());
      }
      List<Vector> columns = new ArrayList<>();
      boolean many = false;
      for (int c = 0; c < cells.length(); c++) {
        Value cell = cells.item(c);
        many |= cell instanceof Vector && !(table.columns().get(c) instanceof ListVector);
        columns.add(
            cell instanceof Vector v && !(table.columns().get(c) instanceof ListVector)
                ? v
                : Vectors.listOf(cell instanceof Vector ? ListVector.of(cell) : cell));
      }
      int[] found = positions(table, new Table(table.names(), columns));
      return many ? Vectors.longVector(found, found.length) : LongAtom.of(found[0]);
    }
    if (table.columns().size() == 1) {
      return LongAtom.of(position(table.columns().get(0), wanted));
    }
    throw QError.type(Types.name(wanted) + " as a row of a table");
  }

  /** Where an item first stands; the count where it does not. */
  static int position(Vector vector, Value wanted) {
    int length = vector.length();
    if (vector instanceof ListVector list) {
      Meter meter = Meter.here();
      for (int i = 0; i < length; i++) {
        meter.pass();
        if (Match.same(list.get(i), wanted)) {
          return i;
        }
      }
      return length;
    }
    if (vector instanceof SymbolVector symbols && wanted instanceof SymbolAtom s) {
      Meter meter = Meter.here();
      for (int i = 0; i < length; i++) {
        meter.pass();
        if (symbols.get(i).equals(s.name())) {
          return i;
        }
      }
      return length;
    }
    Vector one = Vectors.listOf(wanted);
    return positions(vector, one)[0];
  }

  /** Where each item or row first stands. */
  static int[] positions(Value container, Value wanted) {
    if (container instanceof Table a && wanted instanceof Table b) {
      return rowPositions(a, b);
    }
    if (!(container instanceof Vector in) || !(wanted instanceof Vector many)) {
      throw QError.type("find in " + Types.name(container) + " of " + Types.name(wanted));
    }
    int missing = in.length();
    int[] out = new int[many.length()];
    if (out.length == 0) {
      return out;
    }
    if (in instanceof SymbolVector x && many instanceof SymbolVector y) {
      return symbolPositions(x, y);
    }
    if (in instanceof ListVector || many instanceof ListVector || in.type() == QType.GUID) {
      Map<Value, Integer> seen = new HashMap<>();
      Meter meter = Meter.here();
      for (int i = 0; i < missing; i++) {
        meter.pass();
        seen.putIfAbsent(in.item(i), i);
      }
      for (int i = 0; i < out.length; i++) {
        meter.pass();
        Integer at = seen.get(many.item(i));
        out[i] = at == null ? missing : at;
      }
      return out;
    }
    if (in.length() == 0) {
      return out;
    }
    if (!Vectors.isNumber(in.type()) || !Vectors.isNumber(many.type())) {
      throw QError.type("find in " + Types.name(in) + " of " + Types.name(many));
    }
    boolean floats = Vectors.isFloating(in.type()) || Vectors.isFloating(many.type());
    long[] keys = floats ? floatKeys(in) : Vectors.longs(in);
    long[] wantedKeys = floats ? floatKeys(many) : Vectors.longs(many);
    if (wantedKeys.length == 1) {
      out[0] = missing;
      Meter meter = Meter.here();
      for (int i = 0; i < missing; i++) {
        meter.pass();
        if (keys[i] == wantedKeys[0]) {
          out[0] = i;
          break;
        }
      }
      return out;
    }
    LongTable table = new LongTable(keys.length);
    int[] first = new int[keys.length];
    Meter meter = Meter.here();
    for (int i = 0; i < keys.length; i++) {
      meter.pass();
      int number = table.add(keys[i]);
      if (table.wasAdded()) {
        first[number] = i;
      }
    }
    for (int i = 0; i < out.length; i++) {
      meter.pass();
      int number = table.get(wantedKeys[i]);
      out[i] = number < 0 ? missing : first[number];
    }
    return out;
  }

  private static long[] floatKeys(Vector vector) {
    double[] items = Vectors.doubles(vector);
    long[] out = new long[items.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = Order.key(items[i]);
    }
    return out;
  }

  private static int[] symbolPositions(SymbolVector in, SymbolVector many) {
    int missing = in.length();
    int[] firstOfCode = new int[in.domainLength()];
    java.util.Arrays.fill(firstOfCode, missing);
    Meter meter = Meter.here();
    for (int i = missing - 1; i >= 0; i--) {
      meter.pass();
      firstOfCode[in.code(i)] = i;
    }
    Map<String, Integer> seen = new HashMap<>();
    for (int code = 0; code < firstOfCode.length; code++) {
      meter.pass();
      seen.merge(in.domainName(code), firstOfCode[code], Math::min);
    }
    int[] ofCode = new int[many.domainLength()];
    for (int code = 0; code < ofCode.length; code++) {
      meter.pass();
      Integer at = seen.get(many.domainName(code));
      ofCode[code] = at == null ? missing : at;
    }
    int[] out = new int[many.length()];
    for (int i = 0; i < out.length; i++) {
      out[i] = ofCode[many.code(i)];
    }
    return out;
  }

  private static int[] rowPositions(Table in, Table wanted) {
    int rows = in.rowCount();
    List<Vector> columns = new ArrayList<>();
    for (int c = 0; c < in.names().size(); c++) {
      Vector other = wanted.column(in.names().get(c));
      if (other == null) {
        throw new QError("mismatch", "the rows have no column " + in.names().get(c));
      }
      columns.add(Vectors.join(in.columns().get(c), other));
    }
    Groups groups = Groups.of(columns);
    int[] out = new int[wanted.rowCount()];
    Meter meter = Meter.here();
    for (int i = 0; i < out.length; i++) {
      meter.pass();
      int first = groups.first[groups.ids()[rows + i]];
      out[i] = first < rows ? first : rows;
    }
    return out;
  }

  // ---- in, within, bin

  static Value in(Context context, Value x, Value y) {
    if (y instanceof Table || y instanceof Dictionary) {
      Value container = y instanceof Dictionary d ? d.values() : y;
      Value at = find(context, container, x);
      return Compare.apply(Compare.Op.LESS, at, LongAtom.of(container.count()));
    }
    Vector list = Vectors.listOf(y);
    boolean isNone = x instanceof ListVector nothing && nothing.length() == 0;
    if (list instanceof ListVector general && !isNone) {
      // What is looked for is of the rank of the list's first item.
      int rank = general.length() == 0 ? 0 : rank(general.get(0));
      if (rank(x) < rank) {
        return ByteAtom.FALSE;
      }
      if (rank(x) == rank) {
        return ByteAtom.of(position(list, x) < list.length());
      }
    }
    if (x instanceof ListVector items && !(list instanceof ListVector)) {
      Value together = together(context, items, all -> in(context, all, y));
      if (together != null) {
        return together;
      }
      Value[] out = new Value[items.length()];
      Meter meter = Meter.here();
      for (int i = 0; i < out.length; i++) {
        meter.pass();
        out[i] = in(context, items.get(i), y);
      }
      return Vectors.list(out);
    }
    if (x instanceof Dictionary d) {
      return new Dictionary(d.keys(), in(context, d.values(), y));
    }
    if (Vectors.isFloating(x.type()) && Vectors.isIntegral(list.type()) && list.length() != 1) {
      throw QError.type("in of " + Types.name(x) + " and " + Types.name(y));
    }
    if (x instanceof Vector many) {
      if (comparable(list, many)) {
        int[] found = positions(list, many);
        byte[] out = new byte[found.length];
        Meter meter = Meter.here();
        for (int i = 0; i < out.length; i++) {
          meter.pass();
          out[i] = (byte) (found[i] < list.length() ? 1 : 0);
        }
        return Vectors.bools(out);
      }
      if (list.length() == 0) {
        return Vectors.bools(new byte[many.length()]);
      }
      throw QError.type("in of " + Types.name(x) + " and " + Types.name(y));
    }
    if (list.length() > 0 && !comparable(list, Vectors.listOf(x))) {
      throw QError.type("in of " + Types.name(x) + " and " + Types.name(y));
    }
    return ByteAtom.of(position(list, x) < list.length());
  }

  /** How deep a value is nested, by its first items: 0 for an atom. */
  private static int rank(Value x) {
    int rank = 0;
    Value at = x;
    while (at instanceof Vector v) {
      rank++;
      if (v.length() == 0) {
        break;
      }
      at = v.item(0);
    }
    return rank;
  }

  private static boolean comparable(Vector a, Vector b) {
    return a.type() == b.type()
        || a instanceof ListVector
        || b instanceof ListVector
        || (Vectors.isNumber(a.type()) && Vectors.isNumber(b.type()));
  }

  static Value within(Value x, Value y) {
    if (!(y instanceof Vector) || y.count() != 2) {
      throw QError.length(y.count(), 2);
    }
    Value low = Vectors.itemAt(y, 0);
    Value high = Vectors.itemAt(y, 1);
    return Arithmetic.apply(
        Arithmetic.Op.MIN,
        Compare.apply(Compare.Op.GREATER_OR_EQUAL, x, low),
        Compare.apply(Compare.Op.LESS_OR_EQUAL, x, high));
  }

  /** The last position whose item is not above; with {@code right}, the first not below. */
  static Value bin(Context context, Value x, Value y, boolean right) {
    if (x instanceof Dictionary d) {
      Value at = bin(context, d.values(), y, right);
      return Indexing.at(context, d.keys(), at);
    }
    if (x instanceof Table table) {
      return binTable(table, y, right);
    }
    if (!(x instanceof Vector vector)) {
      throw QError.type("bin in " + Types.name(x) + " (expected: a list)");
    }
    if (y instanceof ListVector list && !(vector instanceof ListVector)) {
      Value together = together(context, list, all -> bin(context, x, all, right));
      if (together != null) {
        return together;
      }
      Value[] out = new Value[list.length()];
      Meter meter = Meter.here();
      for (int i = 0; i < out.length; i++) {
        meter.pass();
        out[i] = bin(context, x, list.get(i), right);
      }
      return Vectors.list(out);
    }
    boolean atom = Vectors.isAtom(y);
    Vector wanted = Vectors.listOf(y);
    int[] found = binPositions(vector, wanted, right);
    return atom ? LongAtom.of(found[0]) : Vectors.longVector(found, found.length);
  }

  private static Value binTable(Table table, Value y, boolean right) {
    Table wanted =
        y instanceof Table t
            ? t
            : y instanceof Dictionary d ? Vectors.tableOf(new Value[] {d}) : null;
    if (wanted == null || right) {
      throw QError.type("bin in a table of " + Types.name(y));
    }
    int[] found = Joins.asof(table.names(), table, wanted, true);
    return y instanceof Table ? Vectors.longVector(found, found.length) : LongAtom.of(found[0]);
  }

  static int[] binPositions(Vector vector, Vector wanted, boolean right) {
    int[] out = new int[wanted.length()];
    long[] keys;
    long[] wantedKeys;
    if (vector instanceof SymbolVector
        || vector instanceof ListVector
        || vector.type() == QType.GUID) {
      Meter meter = Meter.here();
      for (int i = 0; i < out.length; i++) {
        meter.pass();
        Value item = wanted.item(i);
        int low = 0;
        int high = vector.length();
        while (low < high) {
          int middle = (low + high) >>> 1;
          int sign = Order.compare(vector.item(middle), item);
          if (right ? sign < 0 : sign <= 0) {
            low = middle + 1;
          } else {
            high = middle;
          }
        }
        out[i] = right ? low : low - 1;
      }
      return out;
    }
    QType a = vector.type();
    QType b = wanted.type();
    Vector left = vector;
    Vector other = wanted;
    if (a != b && a.isTemporal() && b.isTemporal()) {
      QType meet = Types.MEET.of(a, b);
      if (meet != QType.ERROR) {
        left = (Vector) Casts.cast(vector, meet);
        other = (Vector) Casts.cast(wanted, meet);
      }
    }
    boolean floats = Vectors.isFloating(a) || Vectors.isFloating(b);
    keys = floats ? floatKeys(left) : Vectors.longs(left);
    wantedKeys = floats ? floatKeys(other) : Vectors.longs(other);
    Meter meter = Meter.here();
    for (int i = 0; i < out.length; i++) {
      meter.pass();
      out[i] =
          right
              ? lowerBound(keys, wantedKeys[i], 0, keys.length)
              : upperBound(keys, wantedKeys[i], 0, keys.length) - 1;
    }
    return out;
  }

  /** The first position from {@code from} on whose key is not below. */
  static int lowerBound(long[] keys, long wanted, int from, int to) {
    int low = from;
    int high = to;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (keys[middle] < wanted) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The first position from {@code from} on whose key is above. */
  static int upperBound(long[] keys, long wanted, int from, int to) {
    int low = from;
    int high = to;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (keys[middle] <= wanted) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  // ---- distinct and group

  static Value distinct(Value x) {
    if (x instanceof Table table) {
      if (table.columns().isEmpty()) {
        return table;
      }
      Groups groups = Groups.of(table.columns());
      return Vectors.rows(table, groups.first, groups.count);
    }
    if (x instanceof Dictionary d) {
      return distinct(d.values());
    }
    if (!(x instanceof Vector vector)) {
      return Vectors.enlist(x);
    }
    Groups groups = Groups.of(vector);
    return vector instanceof ListVector list
        ? Vectors.list(list.at(groups.first, groups.count).toArray())
        : Vectors.at(vector, groups.first, groups.count).withAttribute(Attribute.NONE);
  }

  static Value group(Value x) {
    if (x instanceof Dictionary d) {
      Dictionary byValue = (Dictionary) group(d.values());
      Value[] positions = Vectors.items(byValue.values());
      Value[] out = new Value[positions.length];
      for (int i = 0; i < out.length; i++) {
        int[] rows = Vectors.indexes((Vector) positions[i]);
        out[i] = Vectors.at(d.keys(), rows, rows.length);
      }
      return new Dictionary(byValue.keys(), ListVector.of(out));
    }
    List<Vector> columns;
    if (x instanceof Table t) {
      columns = t.columns();
    } else if (x instanceof Vector v) {
      columns = List.of(v);
    } else {
      throw QError.type("group of " + Types.name(x) + " (expected: a list)");
    }
    Groups groups = Groups.of(columns);
    Value[] out = new Value[groups.count];
    Meter meter = Meter.here();
    for (int g = 0; g < groups.count; g++) {
      meter.pass();
      int[] rows = groups.rows(g);
      meter.made(Context.VECTOR_BYTES + 8L * rows.length);
      out[g] = Vectors.longVector(rows, rows.length);
    }
    return new Dictionary(Vectors.at(x, groups.first, groups.count), ListVector.of(out));
  }
}
