package tickwatch.q;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Atom;
import tickwatch.ipc.value.Attribute;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.Null;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/** Making, cutting, joining and turning lists; tables and dictionaries too, by their rows. */
final class Lists {
  private Lists() {}

  static Value til(Context context, Value x) {
    if (!(x instanceof Atom) || !Vectors.isIntegral(x.type())) {
      throw QError.type("til of " + Types.name(x) + " (expected: a whole number)");
    }
    long count = Vectors.longOf(x);
    if (count < 0) {
      throw QError.domain("til of " + count + " (expected: not negative)");
    }
    long[] out = new long[context.reserve(count)];
    for (int i = 0; i < out.length; i++) {
      out[i] = i;
    }
    return LongVector.of(QType.LONG, out);
  }

  static Value first(Value x) {
    if (x instanceof Dictionary d) {
      return first(d.values());
    }
    if (x instanceof Table t) {
      return Vectors.itemAt(t, 0);
    }
    return x instanceof Vector v ? (v.length() == 0 ? Vectors.nullOf(v.type()) : v.item(0)) : x;
  }

  static Value last(Value x) {
    if (x instanceof Dictionary d) {
      return last(d.values());
    }
    if (x instanceof Table t) {
      return Vectors.itemAt(t, t.rowCount() - 1);
    }
    return x instanceof Vector v
        ? (v.length() == 0 ? Vectors.nullOf(v.type()) : v.item(v.length() - 1))
        : x;
  }

  /** {@code n xrank x}: the items' ranks in n groups of as equal a size as can be. */
  static Value xrank(Value x, Value y) {
    if (y instanceof Dictionary d) {
      return new Dictionary(d.keys(), xrank(x, d.values()));
    }
    long groups = Vectors.intOf(x, "xrank");
    long[] ranks = Vectors.longs((Vector) rank(y));
    for (int i = 0; i < ranks.length; i++) {
      ranks[i] = groups * ranks[i] / ranks.length;
    }
    return Vectors.longVector(ranks);
  }

  static Value reverse(Value x) {
    if (x instanceof Dictionary d) {
      return new Dictionary(reverse(d.keys()), reverse(d.values()));
    }
    if (Vectors.isAtom(x)) {
      return x;
    }
    int count = x.count();
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      order[i] = count - 1 - i;
    }
    return Vectors.at(x, order, count);
  }

  static Value rotate(Value x, Value y) {
    if (Vectors.isAtom(y)) {
      return y;
    }
    int count = y.count();
    if (count == 0) {
      return y;
    }
    int by = Math.floorMod(Vectors.intOf(x, "rotate"), count);
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      order[i] = (i + by) % count;
    }
    return Vectors.at(y, order, count);
  }

  // ---- take and drop

  static Value take(Context context, Value x, Value y) {
    if (x instanceof SymbolAtom name && y instanceof Vector v) {
      return Attributes.set(name.name(), v);
    }
    if (x instanceof SymbolAtom name && y instanceof Table t && isAttribute(name.name())) {
      return Attributes.set(name.name(), t);
    }
    if (y instanceof Table t && x.type() == QType.SYMBOL) {
      List<Vector> columns = new ArrayList<>();
      List<String> names = Vectors.symbolNames(x);
      for (String name : names) {
        columns.add(Indexing.column(t, name));
      }
      return new Table(names, columns);
    }
    if (x instanceof SymbolAtom name
        && y instanceof Dictionary d
        && isAttribute(name.name())
        && !(d.keys() instanceof SymbolVector names && names.codeOf(name.name()) >= 0)) {
      boolean step = name.name().equals("s");
      return new Dictionary(
          d.keys() instanceof Vector k
              ? Attributes.set(name.name(), k)
              : Attributes.ofKeys(name.name(), (Table) d.keys()),
          d.values(),
          step);
    }
    if (y instanceof Dictionary d
        && !(x instanceof Atom && Vectors.isIntegral(x.type()))
        && !isCount(x, d)) {
      if (d.keys() instanceof Table keys) {
        int[] found = Search.positions(keys, x instanceof Table t ? t : keyRows(keys, x));
        int[] present = Arrays.stream(found).filter(i -> i < d.count()).toArray();
        return pick(d, present);
      }
      Vector wanted = Vectors.listOf(x);
      return new Dictionary(wanted, Vectors.listOf(Indexing.at(context, d, wanted)));
    }
    if (x instanceof Vector shape && !(x instanceof ListVector)) {
      return reshape(context, shape, y);
    }
    long wanted = Vectors.longOf(x);
    if (!Vectors.isIntegral(x.type())) {
      throw QError.type("take of " + Types.name(x) + " items");
    }
    int count = context.reserve(wanted == Null.LONG ? Long.MAX_VALUE : Math.abs(wanted));
    if (y instanceof Dictionary d) {
      return new Dictionary(
          takeItems(d.keys(), wanted, count), takeItems(d.values(), wanted, count));
    }
    if (y instanceof Atom || Functions.isFunction(y)) {
      return Vectors.repeat(y, count);
    }
    return takeItems(y, wanted, count);
  }

  private static boolean isAttribute(String name) {
    return name.isEmpty()
        || name.equals("s")
        || name.equals("u")
        || name.equals("p")
        || name.equals("g");
  }

  private static boolean isCount(Value x, Dictionary d) {
    return x instanceof Vector v
        && v.length() == 1
        && Vectors.isIntegral(v.type())
        && d.keys().type() != v.type();
  }

  /** Keys of a keyed table, given as a list of them. */
  private static Table keyRows(Table keys, Value x) {
    if (keys.columns().size() == 1) {
      return new Table(keys.names(), List.of(Vectors.listOf(x)));
    }
    throw QError.type(Types.name(x) + " as keys");
  }

  private static Dictionary pick(Dictionary d, int[] rows) {
    return new Dictionary(
        Vectors.at(d.keys(), rows, rows.length), Vectors.at(d.values(), rows, rows.length));
  }

  private static Value takeItems(Value y, long wanted, int count) {
    int length = y.count();
    if (count <= length) {
      return wanted >= 0 ? Vectors.slice(y, 0, count) : Vectors.slice(y, length - count, length);
    }
    if (length == 0) {
      return y instanceof Table t
          ? Vectors.rows(t, filled(count, -1), count)
          : y instanceof ListVector
              ? ListVector.of(filledLists(count))
              : Vectors.repeat(Vectors.nullOf(y.type()), count);
    }
    int[] order = new int[count];
    int from = wanted >= 0 ? 0 : Math.floorMod(-count, length);
    for (int i = 0; i < count; i++) {
      order[i] = (from + i) % length;
    }
    return Vectors.at(y, order, count);
  }

  private static Value[] filledLists(int count) {
    Value[] out = new Value[count];
    Arrays.fill(out, Vectors.EMPTY_LIST);
    return out;
  }

  private static int[] filled(int count, int item) {
    int[] out = new int[count];
    Arrays.fill(out, item);
    return out;
  }

  private static Value reshape(Context context, Vector shape, Value y) {
    long[] sizes = Vectors.longs(shape);
    if (sizes.length == 0) {
      throw QError.length(0, 1);
    }
    if (sizes.length == 1) {
      return take(context, LongAtom.of(sizes[0]), y);
    }
    Vector source = Vectors.listOf(y instanceof Dictionary d ? d.values() : y);
    if (sizes.length == 2 && (sizes[0] == Null.LONG || sizes[1] == Null.LONG)) {
      int length = source.length();
      int rows;
      int width;
      if (sizes[0] == Null.LONG) {
        width = (int) Math.max(1, sizes[1]);
        rows = (length + width - 1) / width;
        Value[] out = new Value[rows];
        Meter meter = Meter.here();
        for (int r = 0; r < rows; r++) {
          meter.pass();
          out[r] = source.slice(r * width, Math.min(length, (r + 1) * width));
        }
        return ListVector.of(out);
      }
      rows = (int) Math.max(1, sizes[0]);
      Value[] out = new Value[rows];
      Meter meter = Meter.here();
      for (int r = 0; r < rows; r++) {
        meter.pass();
        out[r] =
            source.slice((int) ((long) r * length / rows), (int) ((long) (r + 1) * length / rows));
      }
      return ListVector.of(out);
    }
    long total = 1;
    for (int i = 0; i < sizes.length; i++) {
      long size = sizes[i];
      if (size < 0 || (size == 0 && i > 0 && i < sizes.length - 1)) {
        throw new QError("domain", "a shape with " + size + " (expected: positive sizes)");
      }
      total = Math.multiplyHigh(total, size) != 0 ? Long.MAX_VALUE : total * size;
    }
    context.reserve(total);
    context.made(total * Math.max(1, source.type().width()));
    Vector items = (Vector) takeItems(source, total, (int) total);
    return nest(items, sizes, 0, 0, items.length());
  }

  private static Vector nest(Vector items, long[] sizes, int depth, int from, int to) {
    if (depth == sizes.length - 1) {
      return items.slice(from, to);
    }
    int count = (int) sizes[depth];
    Value[] out = new Value[count];
    int width = count == 0 ? 0 : (to - from) / count;
    Meter meter = Meter.here();
    for (int i = 0; i < count; i++) {
      meter.pass();
      meter.made(Context.VECTOR_BYTES);
      out[i] = nest(items, sizes, depth + 1, from + i * width, from + (i + 1) * width);
    }
    return ListVector.of(out);
  }

  /** {@code x _ y}: drops items, cuts at positions, removes keys and columns. */
  static Value drop(Context context, Value x, Value y) {
    if (x instanceof Atom && Vectors.isIntegral(x.type()) && !Vectors.isAtom(y)) {
      int count = y.count();
      long n = Vectors.longOf(x);
      int by = (int) Math.min(count, Math.abs(n == Null.LONG ? 0 : n));
      int from = n >= 0 ? by : 0;
      int to = n >= 0 ? count : count - by;
      if (y instanceof Dictionary d) {
        return new Dictionary(
            Vectors.slice(d.keys(), from, to), Vectors.slice(d.values(), from, to));
      }
      return Vectors.slice(y, from, to);
    }
    if (x instanceof Dictionary d && Vectors.isAtom(y)) {
      return without(d, y);
    }
    if (x instanceof Table gone && y instanceof Dictionary d && d.isKeyedTable()) {
      return without(d, reordered(gone, ((Table) d.keys()).names()));
    }
    if (y instanceof Table t && x instanceof SymbolVector) {
      return withoutColumns(t, Vectors.symbolNames(x));
    }
    if (y instanceof Dictionary d && !d.isKeyedTable()) {
      return without(d, x);
    }
    if (y instanceof Dictionary d && x.type() == QType.SYMBOL) {
      return Query.keyed(
          (Table) d.keys(), withoutColumns((Table) d.values(), Vectors.symbolNames(x)));
    }
    if (y instanceof Dictionary d && x instanceof Vector) {
      return without(d, x);
    }
    if (x instanceof Vector cuts && Vectors.isIntegral(cuts.type()) && !Vectors.isAtom(y)) {
      return cut(Vectors.indexes(cuts), y);
    }
    if (x instanceof Vector v && y instanceof Atom && Vectors.isIntegral(y.type())) {
      // The item at y is left out.
      int at = Vectors.intOf(y, "drop");
      if (at < 0 || at >= v.length()) {
        return v;
      }
      return Vectors.join(v.slice(0, at), v.slice(at + 1, v.length()));
    }
    if (x instanceof Table t && y instanceof Atom && Vectors.isIntegral(y.type())) {
      int at = Vectors.intOf(y, "drop");
      int[] rows = Arrays.stream(Vectors.range(t.rowCount())).filter(i -> i != at).toArray();
      return Vectors.rows(t, rows, rows.length);
    }
    if (x instanceof Vector v && v.length() == 0) {
      return y;
    }
    throw QError.type("drop of " + Types.name(x) + " from " + Types.name(y));
  }

  private static Dictionary without(Dictionary d, Value keys) {
    if (d.keys() instanceof Table table) {
      Table gone = keys instanceof Table t ? t : Indexing.records(table, keys);
      int[] found = Search.positions(gone, table);
      int[] kept =
          Arrays.stream(Vectors.range(d.count()))
              .filter(i -> found[i] >= gone.rowCount())
              .toArray();
      return pick(d, kept);
    }
    Vector gone = Vectors.listOf(keys);
    int[] found = Search.positions(gone, d.keys());
    int[] kept =
        Arrays.stream(Vectors.range(d.count())).filter(i -> found[i] >= gone.length()).toArray();
    return pick(d, kept);
  }

  static Table withoutColumns(Table table, List<String> gone) {
    List<String> names = new ArrayList<>();
    List<Vector> columns = new ArrayList<>();
    for (int c = 0; c < table.names().size(); c++) {
      if (!gone.contains(table.names().get(c))) {
        names.add(table.names().get(c));
        columns.add(table.columns().get(c));
      }
    }
    return new Table(names, columns);
  }

  private static Value cut(int[] starts, Value y) {
    Value[] out = new Value[starts.length];
    int count = y.count();
    Meter meter = Meter.here();
    for (int i = 0; i < starts.length; i++) {
      meter.pass();
      int to = i + 1 < starts.length ? starts[i + 1] : count;
      if (starts[i] < 0 || to > count || to < starts[i]) {
        throw QError.domain("cut at " + starts[i] + " of " + count + " items");
      }
      out[i] = Vectors.slice(y, starts[i], to);
      meter.made(Context.VECTOR_BYTES);
    }
    return ListVector.of(out);
  }

  /** {@code n cut y}: pieces of n items; else as {@code _}. */
  static Value cutKeyword(Context context, Value x, Value y) {
    if (!(x instanceof Atom) || !Vectors.isIntegral(x.type())) {
      return drop(context, x, y);
    }
    int width = Vectors.intOf(x, "cut");
    if (width <= 0) {
      throw QError.domain("cut into pieces of " + width);
    }
    int count = y.count();
    int[] starts = new int[(count + width - 1) / width];
    for (int i = 0; i < starts.length; i++) {
      starts[i] = i * width;
    }
    return cut(starts, y);
  }

  static Value sublist(Value x, Value y) {
    int count = y.count();
    long from;
    long to;
    if (x instanceof Vector pair && pair.length() == 2) {
      long[] items = Vectors.longs(pair);
      from = Math.max(0, items[0]);
      to = items[0] + items[1];
    } else {
      long n = Vectors.longOf(x instanceof Vector v && v.length() == 1 ? v.item(0) : x);
      from = n >= 0 ? 0 : Math.max(0, count + n);
      to = n >= 0 ? n : count;
    }
    int low = (int) Math.min(count, from);
    int high = (int) Math.max(low, Math.min(count, to));
    if (y instanceof Dictionary d) {
      return new Dictionary(
          Vectors.slice(d.keys(), low, high), Vectors.slice(d.values(), low, high));
    }
    return Vectors.isAtom(y) ? y : Vectors.slice(y, low, high);
  }

  // ---- join

  static Value join(Value x, Value y) {
    if (x instanceof Dictionary a && y instanceof Dictionary b) {
      return Upsert.join(a, b);
    }
    if ((isKeyed(x) && y instanceof Table) || (x instanceof Table && isKeyed(y))) {
      throw QError.type("a keyed table joins a keyed table");
    }
    if (x instanceof Table a) {
      if (y instanceof Table b) {
        return joinTables(a, b);
      }
      if (y instanceof Dictionary d && !d.isKeyedTable()) {
        Table row = Vectors.tableOf(new Value[] {d});
        if (row != null
            && row.names().size() == a.names().size()
            && row.names().containsAll(a.names())) {
          return joinTables(a, reordered(row, a.names()));
        }
      }
      if (y instanceof Vector v && v.length() == 0) {
        return a;
      }
      if (y instanceof Vector v
          && v.length() == a.names().size()
          && !(v.item(0) instanceof Dictionary)) {
        // A list of as many items as there are columns is a row, or columns of rows.
        return joinTables(a, Upsert.rows(a, v));
      }
      return Vectors.join(ListVector.of(Vectors.items(a)), joinable(y));
    }
    if (y instanceof Table b && x instanceof Vector v && v.length() == 0) {
      return b;
    }
    if (y instanceof Table b && x instanceof Dictionary d) {
      Table row = Vectors.tableOf(new Value[] {d});
      return row == null ? ListVector.of(x, y) : joinTables(row, b);
    }
    if (x instanceof Dictionary && y instanceof Vector v && v.length() == 0) {
      return x;
    }
    if ((isPlain(x) && isMapping(y)) || (isMapping(x) && isPlain(y))) {
      throw new QError("type", "a dictionary joins a dictionary or a general list");
    }
    return Vectors.join(joinable(x), joinable(y));
  }

  private static boolean isKeyed(Value x) {
    return x instanceof Dictionary d && d.isKeyedTable();
  }

  /** An atom, or items of one type: no dictionary can be one of them. */
  private static boolean isPlain(Value x) {
    return x instanceof Atom
        || (x instanceof Vector v && !(v instanceof ListVector) && v.length() > 0);
  }

  private static boolean isMapping(Value x) {
    return x instanceof Dictionary d && !d.isKeyedTable();
  }

  private static Vector joinable(Value value) {
    return value instanceof Table t ? ListVector.of(Vectors.items(t)) : Vectors.listOf(value);
  }

  static Table reordered(Table table, List<String> names) {
    List<Vector> columns = new ArrayList<>();
    for (String name : names) {
      columns.add(Indexing.column(table, name));
    }
    return new Table(names, columns);
  }

  static Table joinTables(Table a, Table b) {
    if (!a.names().equals(b.names())) {
      if (a.names().size() == b.names().size() && a.names().containsAll(b.names())) {
        return joinTables(a, reordered(b, a.names()));
      }
      throw new QError("mismatch", "columns " + a.names() + " and " + b.names());
    }
    List<Vector> columns = new ArrayList<>();
    for (int c = 0; c < a.names().size(); c++) {
      columns.add(Vectors.join(a.columns().get(c), b.columns().get(c)));
    }
    return new Table(a.names(), columns);
  }

  static Value raze(Context context, Value x) {
    if (x instanceof Dictionary d) {
      return raze(context, d.values());
    }
    if (x instanceof Table t) {
      return t;
    }
    if (!(x instanceof ListVector list)) {
      return Vectors.isAtom(x) ? Vectors.enlist(x) : x;
    }
    if (list.length() == 0) {
      return list;
    }
    Vector same = razeSame(context, list);
    if (same != null) {
      return same;
    }
    Value out = list.get(0);
    if (list.length() == 1) {
      return Vectors.isAtom(out) ? Vectors.enlist(out) : out;
    }
    boolean plain = true;
    for (int i = 0; i < list.length(); i++) {
      Value item = list.get(i);
      plain &= !(item instanceof Table || item instanceof Dictionary);
    }
    if (plain) {
      List<Value> all = new ArrayList<>();
      Meter meter = Meter.here();
      for (int i = 0; i < list.length(); i++) {
        meter.pass();
        Vector v = Vectors.listOf(list.get(i));
        context.reserve((long) all.size() + v.length());
        for (int j = 0; j < v.length(); j++) {
          all.add(v.item(j));
        }
      }
      return Vectors.list(all.toArray(new Value[0]));
    }
    Meter meter = Meter.here();
    for (int i = 1; i < list.length(); i++) {
      meter.pass();
      context.step();
      out = context.charge(join(out, list.get(i)));
    }
    return out;
  }

  /** Vectors or atoms of one type, joined in one go; null where they are not. */
  private static @Nullable Vector razeSame(Context context, ListVector list) {
    QType type = list.get(0).type();
    if (!Vectors.isNumber(type)) {
      return null;
    }
    long total = 0;
    Meter meter = Meter.here();
    for (int i = 0; i < list.length(); i++) {
      meter.pass();
      Value item = list.get(i);
      if (item.type() != type) {
        return null;
      }
      total += item.count();
    }
    context.reserve(total);
    if (Vectors.isFloating(type)) {
      double[] out = new double[(int) total];
      int at = 0;
      for (int i = 0; i < list.length(); i++) {
        meter.pass();
        Vector v = Vectors.listOf(list.get(i));
        for (int j = 0; j < v.length(); j += Vectors.BLOCK) {
          int n = Math.min(Vectors.BLOCK, v.length() - j);
          double[] block = new double[n];
          Vectors.readDoubles(v, j, block, n);
          System.arraycopy(block, 0, out, at, n);
          at += n;
        }
      }
      return Vectors.ofDoubles(type, out, out.length);
    }
    long[] out = new long[(int) total];
    int at = 0;
    for (int i = 0; i < list.length(); i++) {
      meter.pass();
      Vector v = Vectors.listOf(list.get(i));
      long[] items = Vectors.longs(v);
      System.arraycopy(items, 0, out, at, items.length);
      at += items.length;
    }
    return Vectors.ofLongs(type, out, out.length);
  }

  // ---- where, flip, cross

  static Value where(Context context, Value x) {
    if (x instanceof Dictionary d) {
      Value at = where(context, d.values());
      int[] rows = Vectors.indexes((Vector) at);
      return Vectors.at(d.keys(), rows, rows.length);
    }
    if (x instanceof ByteVector flags && flags.type() == QType.BOOLEAN) {
      int[] rows = rowsOf(flags);
      return Vectors.longVector(rows, rows.length);
    }
    if (x instanceof ListVector l && l.length() == 0) {
      return Vectors.longVector();
    }
    if (!(x instanceof Vector v) || !Vectors.isIntegral(v.type()) || v.type() == QType.CHAR) {
      throw QError.type("where of " + Types.name(x) + " (expected: booleans or counts)");
    }
    long[] counts = Vectors.longs(v);
    long total = 0;
    for (long count : counts) {
      total += Math.max(0, count);
      context.reserve(total);
    }
    long[] out = new long[(int) total];
    int at = 0;
    Meter meter = Meter.here();
    for (int i = 0; i < counts.length; i++) {
      meter.pass();
      for (long k = 0; k < counts[i]; k++) {
        out[at++] = i;
      }
    }
    return LongVector.of(QType.LONG, out);
  }

  /** The positions of ones. */
  static int[] rowsOf(ByteVector flags) {
    int length = flags.length();
    byte[] bits = flags.toArray();
    int count = 0;
    for (byte bit : bits) {
      count += bit;
    }
    int[] out = new int[count];
    int at = 0;
    for (int i = 0; i < length; i++) {
      if (bits[i] != 0) {
        out[at++] = i;
      }
    }
    return out;
  }

  static Value flip(Value x) {
    if (x instanceof Table t) {
      return new Dictionary(
          Vectors.symbols(t.names()), ListVector.of(t.columns().toArray(new Value[0])));
    }
    if (x instanceof Dictionary d) {
      if (d.isKeyedTable() || !(d.keys() instanceof SymbolVector names)) {
        throw QError.type("flip of " + Types.name(x) + " (expected: names to columns)");
      }
      Value[] cells = Vectors.items(d.values());
      int rows = -1;
      for (Value cell : cells) {
        if (!Vectors.isAtom(cell)) {
          if (rows >= 0 && rows != cell.count()) {
            throw QError.length(rows, cell.count());
          }
          rows = cell.count();
        }
      }
      if (rows < 0) {
        throw QError.rank("flip of a dictionary of atoms (expected: columns)");
      }
      List<Vector> columns = new ArrayList<>();
      for (Value cell : cells) {
        columns.add(Evaluator.column(cell, rows));
      }
      if (names.length() != java.util.Set.of(distinctNames(names)).size()) {
        throw new QError("dup", "a table with a name twice");
      }
      return new Table(List.of(names.toArray()), columns);
    }
    if (!(x instanceof ListVector rows)) {
      throw QError.rank("flip of " + Types.name(x) + " (expected: a list of lists)");
    }
    int width = -1;
    Meter meter = Meter.here();
    for (int r = 0; r < rows.length(); r++) {
      meter.pass();
      if (!Vectors.isAtom(rows.get(r))) {
        int count = rows.get(r).count();
        if (width >= 0 && width != count) {
          throw QError.length(width, count);
        }
        width = count;
      }
    }
    if (width < 0) {
      throw QError.rank("flip of atoms (expected: a list of lists)");
    }
    Value[] out = new Value[width];
    for (int c = 0; c < width; c++) {
      meter.made((8 + Vectors.ATOM_BYTES) * rows.length());
      Value[] cells = new Value[rows.length()];
      for (int r = 0; r < cells.length; r++) {
        meter.pass();
        Value row = rows.get(r);
        cells[r] = Vectors.isAtom(row) ? row : Vectors.itemAt(row, c);
      }
      out[c] = Vectors.list(cells);
    }
    return ListVector.of(out);
  }

  private static String[] distinctNames(SymbolVector names) {
    return Arrays.stream(names.toArray()).distinct().toArray(String[]::new);
  }

  static Value cross(Context context, Value x, Value y) {
    if (x instanceof Table a && y instanceof Table b) {
      int n = context.reserve((long) a.rowCount() * b.rowCount());
      int[] left = new int[n];
      int[] right = new int[n];
      Meter meter = Meter.here();
      for (int i = 0; i < n; i++) {
        meter.pass();
        left[i] = i / b.rowCount();
        right[i] = i % b.rowCount();
      }
      return beside(Vectors.rows(a, left, n), Vectors.rows(b, right, n));
    }
    if (x instanceof Dictionary a && y instanceof Dictionary b) {
      return new Dictionary(
          cross(context, a.keys(), b.keys()), cross(context, a.values(), b.values()));
    }
    Vector a = Vectors.listOf(x);
    Vector b = Vectors.listOf(y);
    int n = context.reserve((long) a.length() * b.length());
    Value[] out = new Value[n];
    Meter meter = Meter.here();
    for (int i = 0; i < n; i++) {
      meter.pass();
      out[i] = join(a.item(i / b.length()), b.item(i % b.length()));
    }
    return n == 0 ? Vectors.EMPTY_LIST : ListVector.of(out);
  }

  /** The columns of two tables of as many rows; the right one's where both have a name. */
  static Table beside(Table a, Table b) {
    List<String> names = new ArrayList<>(a.names());
    List<Vector> columns = new ArrayList<>(a.columns());
    for (int c = 0; c < b.names().size(); c++) {
      int at = names.indexOf(b.names().get(c));
      if (at >= 0) {
        columns.set(at, b.columns().get(c));
      } else {
        names.add(b.names().get(c));
        columns.add(b.columns().get(c));
      }
    }
    return new Table(names, columns);
  }

  // ---- sets

  static Value union(Value x, Value y) {
    return Search.distinct(join(x, y));
  }

  static Value except(Context context, Value x, Value y) {
    return filter(context, x, y, false);
  }

  static Value inter(Context context, Value x, Value y) {
    return filter(context, x, y, true);
  }

  private static Value filter(Context context, Value x, Value y, boolean in) {
    if (x instanceof Dictionary a) {
      Value values = filter(context, a.values(), y instanceof Dictionary b ? b.values() : y, in);
      return values;
    }
    Value container = Vectors.isAtom(y) ? Vectors.listOf(y) : y;
    if (y instanceof Dictionary d && x instanceof Table) {
      container = Vectors.enlist(d);
    }
    if (Vectors.isAtom(x)) {
      throw QError.type(Types.name(x) + " (expected: a list)");
    }
    int[] found;
    if (container instanceof Vector c
        && x instanceof Vector v
        && c.type() != v.type()
        && !(Vectors.isNumber(c.type()) && Vectors.isNumber(v.type()))
        && !(c instanceof ListVector)
        && !(v instanceof ListVector)) {
      found = filled(v.length(), c.length());
    } else {
      found = Search.positions(container, x);
    }
    int missing = container.count();
    int[] rows = new int[found.length];
    int n = 0;
    Meter meter = Meter.here();
    for (int i = 0; i < found.length; i++) {
      meter.pass();
      if (found[i] < missing == in) {
        rows[n++] = i;
      }
    }
    return Vectors.at(x, rows, n);
  }

  // ---- neighbours

  static Value shift(Value x, int by) {
    if (x instanceof Dictionary d) {
      return new Dictionary(d.keys(), shift(d.values(), by));
    }
    if (x instanceof Table t) {
      return Atomic.eachColumn(t, c -> shift(c, by));
    }
    if (!(x instanceof Vector v)) {
      throw QError.type("a shift of " + Types.name(x) + " (expected: a list)");
    }
    int[] order = new int[v.length()];
    for (int i = 0; i < order.length; i++) {
      long at = (long) i - by;
      order[i] = at < 0 || at >= order.length ? -1 : (int) at;
    }
    return Vectors.at(v, order, order.length);
  }

  static Value fills(Value x) {
    if (x instanceof Dictionary d) {
      return new Dictionary(d.keys(), fills(d.values()));
    }
    if (x instanceof Table t) {
      return Atomic.eachColumn(t, Lists::fills);
    }
    if (!(x instanceof Vector v)) {
      return x;
    }
    ByteVector nulls =
        v instanceof ListVector l
            ? listNulls(l)
            : (ByteVector) Casts.nulls(v.withAttribute(Attribute.NONE));
    int[] order = new int[v.length()];
    int last = -1;
    Meter meter = Meter.here();
    for (int i = 0; i < order.length; i++) {
      meter.pass();
      if (nulls.get(i) == 0) {
        last = i;
      }
      order[i] = last < 0 ? i : last;
    }
    return Vectors.at(v, order, order.length);
  }

  private static ByteVector listNulls(ListVector list) {
    byte[] out = new byte[list.length()];
    Meter meter = Meter.here();
    for (int i = 0; i < out.length; i++) {
      meter.pass();
      out[i] = (byte) (Casts.isNull(list.get(i)) ? 1 : 0);
    }
    return Vectors.bools(out);
  }

  static Value differ(Value x) {
    if (x instanceof Dictionary d) {
      return new Dictionary(d.keys(), differ(d.values()));
    }
    int count = x.count();
    byte[] out = new byte[count];
    if (x instanceof Table || x instanceof ListVector) {
      Value[] items = Vectors.items(x);
      Meter meter = Meter.here();
      for (int i = 0; i < count; i++) {
        meter.pass();
        out[i] = (byte) (i == 0 || !Match.same(items[i - 1], items[i]) ? 1 : 0);
      }
      return Vectors.bools(out);
    }
    if (!(x instanceof Vector v)) {
      throw QError.type("differ of " + Types.name(x) + " (expected: a list)");
    }
    if (Vectors.isFloating(v.type())) {
      double[] items = Vectors.doubles(v);
      for (int i = 0; i < count; i++) {
        out[i] = (byte) (i == 0 || !Compare.same(items[i - 1], items[i]) ? 1 : 0);
      }
    } else {
      long[] keys = Order.keys(v);
      for (int i = 0; i < count; i++) {
        out[i] = (byte) (i == 0 || keys[i - 1] != keys[i] ? 1 : 0);
      }
    }
    return Vectors.bools(out);
  }

  // ---- sorting

  static Value iasc(Value x) {
    return grade(x, true);
  }

  static Value idesc(Value x) {
    return grade(x, false);
  }

  private static int[] order(Value x, boolean up) {
    if (x instanceof Table t) {
      List<Vector> first = t.columns().subList(0, 1);
      return up ? Order.ascending(first) : Order.descending(first);
    }
    if (x instanceof Vector v) {
      return up ? Order.ascending(v) : Order.descending(v);
    }
    throw QError.type("sorting " + Types.name(x) + " (expected: a list)");
  }

  private static Value grade(Value x, boolean up) {
    if (x instanceof Dictionary d) {
      int[] order = order(d.values(), up);
      return Vectors.at(d.keys(), order, order.length);
    }
    if (Vectors.isAtom(x)) {
      throw QError.rank("sorting " + Types.name(x) + " (expected: a list)");
    }
    int[] order = order(x, up);
    return Vectors.longVector(order, order.length);
  }

  static Value asc(Context context, Value x) {
    if (x instanceof Dictionary d && d.isKeyedTable()) {
      Table values = (Table) d.values();
      int[] order = Order.ascending(values.columns().subList(0, 1));
      return new Dictionary(Vectors.at(d.keys(), order, order.length), sortedTable(values, order));
    }
    if (x instanceof Dictionary d) {
      int[] order = order(d.values(), true);
      Value values = Vectors.at(d.values(), order, order.length);
      return new Dictionary(
          Vectors.at(d.keys(), order, order.length),
          values instanceof Vector v && !(v instanceof ListVector)
              ? v.withAttribute(Attribute.SORTED)
              : values);
    }
    if (Vectors.isAtom(x)) {
      throw QError.rank("asc of " + Types.name(x) + " (expected: a list)");
    }
    if (x instanceof Table t) {
      return t.columns().isEmpty() ? t : sortedTable(t, Order.ascending(t.columns().subList(0, 1)));
    }
    int[] order = order(x, true);
    Vector sorted = ((Vector) Vectors.at(x, order, order.length)).withAttribute(Attribute.SORTED);
    if (x instanceof Vector original && original.attribute() == Attribute.NONE && isRange(order)) {
      context.renew(original, original.withAttribute(Attribute.SORTED));
    }
    return sorted;
  }

  private static boolean isRange(int[] order) {
    int n = 0;
    while (n < order.length && order[n] == n) {
      n++;
    }
    return n == order.length;
  }

  /** Rows in an order that sorts the first column, which then knows it. */
  private static Table sortedTable(Table table, int[] order) {
    List<Vector> columns = new ArrayList<>(Vectors.rows(table, order, order.length).columns());
    if (!(columns.get(0) instanceof ListVector)) {
      columns.set(
          0,
          columns.get(0).withAttribute(columns.size() == 1 ? Attribute.SORTED : Attribute.PARTED));
    }
    return new Table(table.names(), columns, Attribute.SORTED);
  }

  static Value desc(Value x) {
    if (x instanceof Dictionary d) {
      int[] order = order(d.values(), false);
      return pick(d, order);
    }
    if (Vectors.isAtom(x)) {
      throw QError.rank("desc of " + Types.name(x) + " (expected: a list)");
    }
    int[] order = order(x, false);
    return Vectors.at(x, order, order.length);
  }

  static Value rank(Value x) {
    if (x instanceof Dictionary d) {
      return new Dictionary(d.keys(), rank(d.values()));
    }
    if (Vectors.isAtom(x)) {
      throw QError.rank("rank of " + Types.name(x) + " (expected: a list)");
    }
    int[] order = order(x, true);
    long[] out = new long[order.length];
    for (int i = 0; i < order.length; i++) {
      out[order[i]] = i;
    }
    return LongVector.of(QType.LONG, out);
  }
}
