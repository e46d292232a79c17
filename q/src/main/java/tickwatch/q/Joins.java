package tickwatch.q;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Attribute;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolIndex;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/** {@code lj ij uj ej pj aj aj0 wj wj1 asof}. */
final class Joins {
  private Joins() {}

  private static Dictionary keyed(Value y) {
    if (y instanceof Dictionary d && d.isKeyedTable()) {
      return d;
    }
    throw QError.type(Types.name(y) + " (expected: a keyed table)");
  }

  private static Value rekeyed(Value like, Table out) {
    List<String> keys = Tables.keyNames(like);
    return keys.isEmpty() ? out : Query.keyed(out, keys);
  }

  /** {@code lj}, and with {@code fill} {@code ljf}: nulls on the right leave the left. */
  static Value left(Value x, Value y, boolean fill) {
    if (y instanceof ListVector nothing && nothing.length() == 0) {
      return x;
    }
    Dictionary right = keyed(y);
    Table t = Tables.unkeyed(x);
    Table keys = (Table) right.keys();
    Table values = (Table) right.values();
    Table wanted = Lists.reordered(t, keys.names());
    int[] found = right.step() ? stepped(keys, wanted) : Search.positions(keys, wanted);
    Table out = t;
    for (int c = 0; c < values.names().size(); c++) {
      String name = values.names().get(c);
      Vector fresh = at(values.columns().get(c), found);
      Vector old = t.column(name);
      if (old != null) {
        fresh =
            fill
                ? (Vector) Arithmetic.apply(Arithmetic.Op.FILL, old, fresh)
                : overlaid(old, fresh, found, keys.rowCount());
      }
      out = Query.withColumn(out, name, fresh);
    }
    return rekeyed(x, out);
  }

  /**
   * For each wanted key the last row of a step function that is not after it; the count for none.
   */
  static int[] stepped(Table keys, Table wanted) {
    int[] found = asof(keys.names(), keys, wanted, true);
    for (int i = 0; i < found.length; i++) {
      found[i] = found[i] < 0 ? keys.rowCount() : found[i];
    }
    return found;
  }

  private static Vector at(Vector column, int[] rows) {
    return Vectors.rows(new Table(List.of("x"), List.of(column)), rows, rows.length)
        .columns()
        .get(0);
  }

  /** The right column's items where a row was found, the left's elsewhere. */
  private static Vector overlaid(Vector old, Vector fresh, int[] found, int missing) {
    int count = found.length;
    Vector both = Vectors.join(old, fresh);
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      order[i] = found[i] < missing ? count + i : i;
    }
    return Vectors.at(both, order, count);
  }

  /** {@code ij}, and with {@code fill} {@code ijf}: nulls on the right leave the left. */
  static Value inner(Value x, Value y, boolean fill) {
    Dictionary right = keyed(y);
    Table t = Tables.unkeyed(x);
    Table keys = (Table) right.keys();
    int[] found = Search.positions(keys, Lists.reordered(t, keys.names()));
    int[] rows = new int[found.length];
    int[] theirs = new int[found.length];
    int n = 0;
    for (int i = 0; i < found.length; i++) {
      if (found[i] < keys.rowCount()) {
        rows[n] = i;
        theirs[n++] = found[i];
      }
    }
    Table ours = Vectors.rows(t, rows, n);
    Table fresh = Vectors.rows((Table) right.values(), theirs, n);
    for (String name : fill ? fresh.names() : List.<String>of()) {
      Vector old = ours.column(name);
      if (old != null) {
        Vector filled =
            (Vector) Arithmetic.apply(Arithmetic.Op.FILL, old, Indexing.column(fresh, name));
        fresh = Query.withColumn(fresh, name, filled);
      }
    }
    return rekeyed(x, Lists.beside(ours, fresh));
  }

  static Value equi(Context context, Value by, Value x, Value y) {
    List<String> names = Vectors.symbolNames(by);
    Table a = Tables.unkeyed(x);
    Table b = Tables.unkeyed(y);
    Groups groups = Groups.of(joinedKeys(names, b, a));
    int rowsB = b.rowCount();
    List<Integer> left = new ArrayList<>();
    List<Integer> right = new ArrayList<>();
    int[] offsets = groups.offsets();
    int[] rows = groups.rows();
    Meter meter = Meter.here();
    for (int i = 0; i < a.rowCount(); i++) {
      meter.pass();
      int group = groups.ids()[rowsB + i];
      for (int k = offsets[group]; k < offsets[group + 1] && rows[k] < rowsB; k++) {
        left.add(i);
        right.add(rows[k]);
      }
      context.reserve(left.size());
    }
    int n = left.size();
    int[] l = left.stream().mapToInt(Integer::intValue).toArray();
    int[] r = right.stream().mapToInt(Integer::intValue).toArray();
    return Lists.beside(Vectors.rows(a, l, n), Vectors.rows(Lists.withoutColumns(b, names), r, n));
  }

  private static List<Vector> joinedKeys(List<String> names, Table a, Table b) {
    List<Vector> out = new ArrayList<>();
    for (String name : names) {
      out.add(Vectors.join(Indexing.column(a, name), Indexing.column(b, name)));
    }
    return out;
  }

  /** {@code uj}, and with {@code fill} {@code ujf}: nulls on the right leave the left. */
  static Value union(Value x, Value y, boolean fill) {
    if (x instanceof Dictionary a
        && y instanceof Dictionary b
        && a.isKeyedTable()
        && b.isKeyedTable()) {
      Table values = (Table) a.values();
      Table more = (Table) b.values();
      Dictionary wide = new Dictionary(a.keys(), widened(values, more));
      // Columns that the right side lacks keep what the left side has.
      Table keys = (Table) a.keys();
      int[] found = Search.positions(keys, Lists.reordered((Table) b.keys(), keys.names()));
      Table known = Vectors.rows((Table) wide.values(), found, found.length);
      for (int c = 0; c < more.names().size(); c++) {
        Vector fresh = more.columns().get(c);
        Vector old = known.column(more.names().get(c));
        known =
            Query.withColumn(
                known,
                more.names().get(c),
                fill && old != null
                    ? (Vector) Arithmetic.apply(Arithmetic.Op.FILL, old, fresh)
                    : fresh);
      }
      return Upsert.join(
          wide, new Dictionary(Lists.reordered((Table) b.keys(), keys.names()), known));
    }
    Table a = Tables.unkeyed(x);
    Table b = Tables.unkeyed(y);
    Table left = widened(a, b);
    return Lists.joinTables(left, Lists.reordered(widened(b, a), left.names()));
  }

  /** The table with the other's columns too, full of nulls. */
  private static Table widened(Table table, Table other) {
    Table out = table;
    int[] nowhere = new int[table.rowCount()];
    Arrays.fill(nowhere, -1);
    for (int c = 0; c < other.names().size(); c++) {
      if (out.column(other.names().get(c)) == null) {
        Vector column = other.columns().get(c);
        out =
            Query.withColumn(
                out,
                other.names().get(c),
                column instanceof ListVector l && l.length() == 0
                    ? ListVector.of(emptyLists(nowhere.length))
                    : at(column, nowhere));
      }
    }
    return out;
  }

  private static Value[] emptyLists(int count) {
    Value[] out = new Value[count];
    Arrays.fill(out, Vectors.EMPTY_LIST);
    return out;
  }

  static Value plus(Value x, Value y) {
    Dictionary right = keyed(y);
    Table t = Tables.unkeyed(x);
    Table keys = (Table) right.keys();
    Table values = (Table) right.values();
    int[] found = Search.positions(keys, Lists.reordered(t, keys.names()));
    Table out = t;
    for (int c = 0; c < values.names().size(); c++) {
      String name = values.names().get(c);
      Vector fresh =
          (Vector)
              Arithmetic.apply(
                  Arithmetic.Op.FILL,
                  Casts.cast(Vectors.atomOfLong(QType.LONG, 0), values.columns().get(c).type()),
                  at(values.columns().get(c), found));
      Vector old = t.column(name);
      out =
          Query.withColumn(
              out,
              name,
              old == null ? fresh : (Vector) Arithmetic.apply(Arithmetic.Op.ADD, old, fresh));
    }
    return rekeyed(x, out);
  }

  // ---- as of

  /**
   * For each wanted row, the last row of the table with the same first columns and a last column
   * not above; -1 for none. Rows of one key are sorted by the last column.
   */
  static int[] asof(List<String> names, Table table, Table wanted, boolean inclusive) {
    String timeName = names.get(names.size() - 1);
    List<String> equal = names.subList(0, names.size() - 1);
    Vector times = Indexing.column(table, timeName);
    Vector wantedTimes = Indexing.column(wanted, timeName);
    if (times.type() != wantedTimes.type()) {
      QType meet = Types.MEET.of(times.type(), wantedTimes.type());
      if (meet != QType.ERROR && Vectors.isNumber(meet)) {
        times = (Vector) Casts.cast(times, meet);
        wantedTimes = (Vector) Casts.cast(wantedTimes, meet);
      }
    }
    int[] indexed = asofIndexed(equal, table, times, wanted, wantedTimes, inclusive);
    if (indexed != null) {
      return indexed;
    }
    int rows = table.rowCount();
    int count = wanted.rowCount();
    long[] keys = Order.keys(Vectors.join(times, wantedTimes));
    int[] out = new int[count];
    int[] sorted;
    int[] starts;
    int[] groupOf = null;
    if (equal.isEmpty()) {
      sorted = Vectors.range(rows);
      starts = new int[] {0, rows};
    } else {
      Groups groups = Groups.of(joinedKeys(equal, table, wanted));
      groupOf = groups.ids();
      starts = new int[groups.count + 1];
      Meter meter = Meter.here();
      for (int i = 0; i < rows; i++) {
        meter.pass();
        starts[groupOf[i] + 1]++;
      }
      for (int g = 0; g < groups.count; g++) {
        starts[g + 1] += starts[g];
      }
      sorted = new int[rows];
      int[] next = starts.clone();
      for (int i = 0; i < rows; i++) {
        meter.pass();
        sorted[next[groupOf[i]]++] = i;
      }
    }
    Meter meter = Meter.here();
    for (int i = 0; i < count; i++) {
      meter.pass();
      int group = groupOf == null ? 0 : groupOf[rows + i];
      int low = starts[group];
      int high = starts[group + 1];
      long end = keys[rows + i];
      int from = low;
      while (low < high) {
        int middle = (low + high) >>> 1;
        long key = keys[sorted[middle]];
        if (inclusive ? key <= end : key < end) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      out[i] = low == from ? -1 : sorted[low - 1];
    }
    return out;
  }

  /**
   * The same for a table with sorted times and an index of its one other column: how many rows are
   * early enough, and the last of them that has the name. Null where the table is another.
   */
  private static int @Nullable [] asofIndexed(
      List<String> equal,
      Table table,
      Vector times,
      Table wanted,
      Vector wantedTimes,
      boolean inclusive) {
    if (equal.size() != 1
        || !(times instanceof LongVector sorted)
        || !(wantedTimes instanceof LongVector ends)
        || sorted.attribute() != Attribute.SORTED
        || !(Indexing.column(table, equal.get(0)) instanceof SymbolVector names)
        || !(Indexing.column(wanted, equal.get(0)) instanceof SymbolVector wantedNames)) {
      return null;
    }
    SymbolIndex index = names.index();
    if (index == null) {
      return null;
    }
    Map<String, Integer> codes = new HashMap<>();
    Meter meter = Meter.here();
    for (int code = 0; code < names.domainLength(); code++) {
      meter.pass();
      codes.put(names.domainName(code), code);
    }
    Near[] rowsOf = new Near[wantedNames.domainLength()];
    for (int code = 0; code < rowsOf.length; code++) {
      Integer theirs = codes.get(wantedNames.domainName(code));
      if (theirs != null) {
        SymbolIndex.Positions positions = index.of(theirs);
        rowsOf[code] = new Near(positions.count(), positions::get);
      }
    }
    Near early = new Near(sorted.length(), sorted::get);
    int[] out = new int[ends.length()];
    for (int i = 0; i < out.length; i++) {
      meter.pass();
      Near rows = rowsOf[wantedNames.code(i)];
      long end = ends.get(i);
      int before =
          inclusive && end == Long.MAX_VALUE
              ? sorted.length()
              : early.below(inclusive ? end + 1 : end);
      int k = rows == null ? 0 : rows.below(before);
      out[i] = rows == null || k == 0 ? -1 : (int) rows.items.get(k - 1);
    }
    return out;
  }

  /**
   * Searches ascending items near to where it last found something: what is wanted often ascends.
   */
  private static final class Near {
    interface Items {
      long get(int k);
    }

    final Items items;
    private final int count;
    private int last;

    Near(int count, Items items) {
      this.count = count;
      this.items = items;
    }

    /** How many items are below. */
    int below(long end) {
      int low = 0;
      int high = count;
      int step = 16;
      if (last < count && items.get(last) < end) {
        low = last + 1;
        while (low + step < count && items.get(low + step) < end) {
          low += step + 1;
          step *= 2;
        }
        high = Math.min(count, low + step);
      } else if (last > 0) {
        high = last;
        while (high - step >= 0 && items.get(high - step) >= end) {
          high -= step;
          step *= 2;
        }
        low = Math.max(0, high - step);
      }
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (items.get(middle) < end) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      last = low;
      return low;
    }
  }

  /** {@code aj}; {@code aj0} keeps the right side's times, {@code ajf} fills from the left. */
  static Value asofJoin(
      Context context, Value by, Value x, Value y, boolean rightTime, boolean fill) {
    List<String> names = Vectors.symbolNames(by);
    Table t = Tables.unkeyed(Tables.resolved(context, x));
    Table u = Tables.unkeyed(Tables.resolved(context, y));
    int[] found = asof(names, u, t, true);
    Table out = t;
    String timeName = names.get(names.size() - 1);
    for (int c = 0; c < u.names().size(); c++) {
      String name = u.names().get(c);
      boolean key = names.contains(name);
      if (key && !(rightTime && name.equals(timeName))) {
        continue;
      }
      Vector fresh = at(u.columns().get(c), found);
      Vector old = t.column(name);
      if (old != null) {
        // Rows that find nothing keep what they have.
        fresh =
            fill && !key
                ? (Vector) Arithmetic.apply(Arithmetic.Op.FILL, old, fresh)
                : overlaid(old, fresh, replaced(found, u.rowCount()), u.rowCount());
      }
      out = Query.withColumn(out, name, fresh);
    }
    return rekeyed(x, out);
  }

  private static int[] replaced(int[] found, int missing) {
    int[] out = found.clone();
    for (int i = 0; i < out.length; i++) {
      out[i] = out[i] < 0 ? missing : out[i];
    }
    return out;
  }

  static Value asofKeyword(Context context, Value x, Value y) {
    Table t = Tables.unkeyed(x);
    Table wanted =
        y instanceof Table w
            ? w
            : y instanceof Dictionary d ? Vectors.tableOf(new Value[] {d}) : null;
    if (wanted == null) {
      throw QError.type("asof of " + Types.name(y) + " (expected: a table or a row)");
    }
    List<String> names = wanted.names();
    int[] found = asof(names, t, wanted, true);
    Table rows = Vectors.rows(Lists.withoutColumns(t, names), found, found.length);
    return y instanceof Table ? rows : Vectors.itemAt(rows, 0);
  }

  /** {@code wj}, and {@code wj1} where only what arrives in the window counts. */
  static Value window(
      Context context, Value windows, Value by, Value x, Value aggregates, boolean strict) {
    List<String> names = Vectors.symbolNames(by);
    Table t = Tables.unkeyed(x);
    if (!(windows instanceof Vector pair)
        || pair.length() != 2
        || !(aggregates instanceof ListVector parts)
        || parts.length() < 2) {
      throw QError.type("wj of " + Types.name(windows) + " (expected: two lists of times)");
    }
    Table q = Tables.unkeyed(parts.get(0));
    String timeName = names.get(names.size() - 1);
    Table from = Query.withColumn(t, timeName, (Vector) pair.item(0));
    Table to = Query.withColumn(t, timeName, (Vector) pair.item(1));
    // wj1 starts at the first row of the window itself, wj at the one in force when it opens.
    int[] before = asof(names, q, from, !strict);
    int[] last = asof(names, q, to, true);
    int[][] rowsOf = rowsOfGroups(names.subList(0, names.size() - 1), q, t);
    Table out = t;
    for (int p = 1; p < parts.length(); p++) {
      Value[] aggregate = Vectors.items(parts.get(p));
      String name = Vectors.symbol(aggregate[aggregate.length - 1]);
      Value[] cells = new Value[t.rowCount()];
      Meter meter = Meter.here();
      for (int i = 0; i < cells.length; i++) {
        meter.pass();
        context.step();
        int[] rows = between(rowsOf[i], before[i], last[i], strict);
        Value[] args = new Value[aggregate.length - 1];
        for (int a = 0; a < args.length; a++) {
          args[a] =
              Vectors.at(Indexing.column(q, Vectors.symbol(aggregate[a + 1])), rows, rows.length);
        }
        cells[i] = Functions.apply(context, aggregate[0], args);
      }
      out = Query.withColumn(out, name, Vectors.list(cells));
    }
    return out;
  }

  private static int[][] rowsOfGroups(List<String> equal, Table q, Table t) {
    int[][] out = new int[t.rowCount()][];
    if (equal.isEmpty()) {
      Arrays.fill(out, Vectors.range(q.rowCount()));
      return out;
    }
    Groups groups = Groups.of(joinedKeys(equal, q, t));
    int[] @Nullable [] known = new int[groups.count][];
    Meter meter = Meter.here();
    for (int i = 0; i < out.length; i++) {
      meter.pass();
      int group = groups.ids()[q.rowCount() + i];
      int[] rows = known[group];
      if (rows == null) {
        rows = Arrays.stream(groups.rows(group)).filter(r -> r < q.rowCount()).toArray();
        known[group] = rows;
      }
      out[i] = rows;
    }
    return out;
  }

  private static int[] between(int[] rows, int before, int last, boolean strict) {
    int from = before < 0 ? 0 : Arrays.binarySearch(rows, before) + (strict ? 1 : 0);
    int to = last < 0 ? 0 : Arrays.binarySearch(rows, last) + 1;
    return from >= to ? new int[0] : Arrays.copyOfRange(rows, from, to);
  }
}
