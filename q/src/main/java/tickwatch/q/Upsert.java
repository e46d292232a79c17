package tickwatch.q;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/** Rows added to tables, and keys to dictionaries: a known key's value is replaced. */
final class Upsert {
  private Upsert() {}

  /** {@code x,y} of dictionaries, keyed tables among them. */
  static Dictionary join(Dictionary x, Dictionary y) {
    if (x.isKeyedTable() && y.isKeyedTable()) {
      Table keys = (Table) x.keys();
      Table values = (Table) x.values();
      Table newKeys = Lists.reordered((Table) y.keys(), keys.names());
      if (((Table) y.values()).names().size() != values.names().size()) {
        throw new QError(
            "mismatch", "columns " + values.names() + " and " + ((Table) y.values()).names());
      }
      return merge(keys, values, newKeys, Lists.reordered((Table) y.values(), values.names()));
    }
    if (x.count() == 0 && !(x.keys() instanceof Table)) {
      return y;
    }
    return merge(x.keys(), x.values(), y.keys(), y.values());
  }

  private static Dictionary merge(Value keys, Value values, Value newKeys, Value newValues) {
    int count = keys.count();
    int added = newKeys.count();
    Value allKeys = Lists.join(keys, newKeys);
    Value allValues = Lists.join(values, newValues);
    // For each key its first place and its last value.
    Groups groups =
        allKeys instanceof Table t ? Groups.of(t.columns()) : Groups.of((Vector) allKeys);
    int[] last = new int[groups.count];
    boolean[] beyond = new boolean[groups.count];
    int[] kept = new int[count + added];
    int n = 0;
    // The old keys stay as they are, even where one stands twice.
    for (int i = 0; i < count; i++) {
      kept[n++] = i;
    }
    int[] source = new int[count + added];
    for (int i = 0; i < count; i++) {
      source[i] = i;
    }
    int[] place = new int[groups.count];
    Arrays.fill(place, -1);
    Meter meter = Meter.here();
    for (int i = 0; i < count; i++) {
      meter.pass();
      if (place[groups.ids()[i]] < 0) {
        place[groups.ids()[i]] = i;
      }
    }
    for (int i = count; i < count + added; i++) {
      meter.pass();
      int group = groups.ids()[i];
      if (place[group] < 0) {
        place[group] = n;
        kept[n++] = i;
      }
      source[place[group]] = i;
      last[group] = i;
      beyond[group] = true;
    }
    int[] values0 = Arrays.copyOf(source, n);
    return new Dictionary(Vectors.at(allKeys, kept, n), Vectors.at(allValues, values0, n));
  }

  /** What is added to a table: a row, rows, columns or a table, as a table of its shape. */
  static Table rows(Table into, Value added) {
    List<String> names = into.names();
    if (added instanceof Dictionary d && d.isKeyedTable()) {
      return rows(into, Lists.beside((Table) d.keys(), (Table) d.values()));
    }
    if (added instanceof Dictionary d) {
      Table one = Vectors.tableOf(new Value[] {d});
      if (one == null) {
        throw QError.type("a row that is " + Types.name(added));
      }
      return rows(into, one);
    }
    if (added instanceof Table t) {
      List<Vector> columns = new ArrayList<>();
      for (int c = 0; c < names.size(); c++) {
        Vector column = t.column(names.get(c));
        if (column == null || t.names().size() != names.size()) {
          throw new QError("mismatch", "columns " + names + " and " + t.names());
        }
        columns.add(checked(into.columns().get(c), column, names.get(c)));
      }
      return new Table(names, columns);
    }
    if (added instanceof ListVector list && areRows(list, into)) {
      Table out = into.slice(0, 0);
      Meter meter = Meter.here();
      for (int i = 0; i < list.length(); i++) {
        meter.pass();
        out = Lists.joinTables(out, rows(into, list.get(i)));
      }
      return out;
    }
    if (!(added instanceof Vector cells) || cells.length() != names.size()) {
      throw QError.length(names.size(), added.count());
    }
    int rows = -1;
    for (int c = 0; c < names.size(); c++) {
      Value cell = cells.item(c);
      boolean many =
          cell instanceof Vector
              && !(into.columns().get(c) instanceof ListVector l
                  && !(cell instanceof ListVector)
                  && l.length() >= 0
                  && isRow(cells, into));
      if (many) {
        rows = Math.max(rows, cell.count());
      }
    }
    List<Vector> columns = new ArrayList<>();
    boolean single = isRow(cells, into);
    for (int c = 0; c < names.size(); c++) {
      Value cell = cells.item(c);
      Vector column =
          single
              ? Vectors.isAtom(cell) ? Vectors.listOf(cell) : ListVector.of(cell)
              : Evaluator.column(cell, rows);
      columns.add(checked(into.columns().get(c), column, names.get(c)));
    }
    for (Vector column : columns) {
      if (column.length() != columns.get(0).length()) {
        throw QError.length(columns.get(0).length(), column.length());
      }
    }
    return new Table(names, columns);
  }

  /**
   * Whether every item is a row by itself. Where a column has no type yet, vectors of one type each
   * are columns.
   */
  private static boolean areRows(ListVector list, Table into) {
    Meter meter = Meter.here();
    for (int i = 0; i < list.length(); i++) {
      meter.pass();
      if (!(list.get(i) instanceof Vector row)
          || row.length() != into.names().size()
          || !isRow(row, into)) {
        return false;
      }
      for (Vector column : into.columns()) {
        if (column instanceof ListVector && column.length() == 0 && !(row instanceof ListVector)) {
          return false;
        }
      }
      for (int c = 0; c < row.length(); c++) {
        Vector column = into.columns().get(c);
        if (!(column instanceof ListVector) && row.item(c).type() != column.type()) {
          return false;
        }
      }
    }
    return list.length() > 0;
  }

  /**
   * Whether these cells are one row: an atom for every typed column. Beside atoms, lists of one
   * item each are columns of one row.
   */
  private static boolean isRow(Vector cells, Table into) {
    boolean typed = false;
    boolean enlisted = false;
    boolean longer = false;
    for (int c = 0; c < cells.length(); c++) {
      if (!Vectors.isAtom(cells.item(c))) {
        enlisted |= cells.item(c).count() == 1;
        longer |= cells.item(c).count() != 1;
      }
    }
    if (enlisted && !longer) {
      return false;
    }
    for (int c = 0; c < cells.length(); c++) {
      if (!(into.columns().get(c) instanceof ListVector)) {
        typed = true;
        if (!Vectors.isAtom(cells.item(c))) {
          return false;
        }
      }
    }
    return typed || Vectors.isAtom(cells.item(0));
  }

  private static Vector checked(Vector into, Vector column, String name) {
    if (into.type() == column.type() || into instanceof ListVector || column.length() == 0) {
      return column.length() == 0 && into.type() != column.type()
          ? Vectors.emptyOf(into.type())
          : column;
    }
    if (column instanceof ListVector list) {
      Vector typed = Vectors.list(list.toArray());
      if (typed.type() == into.type()) {
        return typed;
      }
    }
    throw QError.type(
        "column "
            + name
            + ": "
            + Types.name(column)
            + " (expected: "
            + Types.name(into.type())
            + ")");
  }

  /** {@code x^y} of dictionaries: y's values, x's where they are null. */
  static Dictionary coalesce(Dictionary x, Dictionary y) {
    if (x.keys().equals(y.keys())) {
      return new Dictionary(x.keys(), Arithmetic.apply(Arithmetic.Op.FILL, x.values(), y.values()));
    }
    Dictionary joined = join(x, y);
    return new Dictionary(
        joined.keys(),
        Arithmetic.apply(Arithmetic.Op.FILL, aligned(x, joined.keys()).values(), joined.values()));
  }

  /** A dictionary with these keys: null where it had none of them. */
  static Dictionary aligned(Dictionary x, Value keys) {
    int[] found = Search.positions(x.keys(), keys);
    return new Dictionary(keys, Vectors.at(x.values(), outOfRange(found, x.count()), found.length));
  }

  private static int[] outOfRange(int[] found, int missing) {
    int[] out = found.clone();
    Meter meter = Meter.here();
    for (int i = 0; i < out.length; i++) {
      meter.pass();
      out[i] = out[i] >= missing ? -1 : out[i];
    }
    return out;
  }

  // ---- the verbs

  /** The rows, their symbols enumerated where those of the table are. */
  private static Table enumerated(Context context, Table into, Table rows) {
    Table out = rows;
    for (int c = 0; c < into.names().size(); c++) {
      String variable = Enumerations.variableOf(into.columns().get(c));
      if (variable != null) {
        Vector column = Indexing.column(rows, into.names().get(c));
        out =
            Query.withColumn(
                out,
                into.names().get(c),
                Enumerations.again(context, into.columns().get(c), column));
      }
    }
    return out;
  }

  static Value insert(Context context, Value target, Value added) {
    String name = Vectors.symbol(target);
    boolean isTable = added instanceof Table || (added instanceof Dictionary t && t.isKeyedTable());
    if (isTable && context.lookUp(name) == null) {
      context.assign(name, added);
      return positions(0, added.count());
    }
    Value current = context.global(name);
    if (current instanceof Dictionary d && d.isKeyedTable()) {
      Table keys = (Table) d.keys();
      Table all = Lists.beside(keys, (Table) d.values());
      Table rows = enumerated(context, all, rows(all, added));
      Table newKeys = Lists.reordered(rows, keys.names());
      int[] found = Search.positions(keys, newKeys);
      Meter meter = Meter.here();
      for (int at : found) {
        meter.pass();
        if (at < keys.rowCount()) {
          throw new QError("insert", "a row whose key is in " + name + " already");
        }
      }
      int from = d.count();
      context.assign(name, upserted(context, d, rows));
      return positions(from, rows.rowCount());
    }
    if (current instanceof Table table) {
      Table rows = enumerated(context, table, rows(table, added));
      int from = table.rowCount();
      context.assign(name, Lists.joinTables(table, rows));
      return positions(from, rows.rowCount());
    }
    if (current instanceof Vector v) {
      int from = v.length();
      Value joined = Lists.join(v, added);
      context.assign(name, joined);
      return positions(from, joined.count() - from);
    }
    throw QError.type("insert into " + Types.name(current));
  }

  private static Value positions(int from, int count) {
    long[] out = new long[count];
    for (int i = 0; i < count; i++) {
      out[i] = (long) from + i;
    }
    return Vectors.longVector(out);
  }

  static Value upsert(Context context, Value target, Value added) {
    if (target instanceof SymbolAtom name) {
      context.assign(name.name(), upserted(context, context.global(name.name()), added));
      return target;
    }
    return upserted(context, target, added);
  }

  private static Value upserted(Context context, Value current, Value added) {
    if (current instanceof Dictionary d && d.step()) {
      throw new QError("step", "rows or keys added to a step function");
    }
    if (current instanceof Dictionary d && d.isKeyedTable()) {
      Table keys = (Table) d.keys();
      Table values = (Table) d.values();
      Table rows = enumerated(context, Lists.beside(keys, values), keyedRows(keys, values, added));
      return join(
          d,
          new Dictionary(
              Lists.reordered(rows, keys.names()), Lists.reordered(rows, values.names())));
    }
    if (current instanceof Table table && added instanceof Table more) {
      // The columns not given are null.
      return Lists.joinTables(
          table,
          enumerated(
              context,
              table,
              rows(
                  table,
                  Lists.reordered(
                      (Table) Joins.union(table.slice(0, 0), more, false), table.names()))));
    }
    if (current instanceof Table table) {
      return Lists.joinTables(table, enumerated(context, table, rows(table, added)));
    }
    if (current instanceof Dictionary d && added instanceof Dictionary more) {
      return join(d, more);
    }
    if (current instanceof Dictionary d
        && added instanceof Vector pair
        && pair.length() == 2
        && d.keys() instanceof SymbolVector) {
      return join(d, new Dictionary(Vectors.listOf(pair.item(0)), Vectors.listOf(pair.item(1))));
    }
    return Lists.join(current, added);
  }

  private static Table keyedRows(Table keys, Table values, Value added) {
    Table all = Lists.beside(keys, values);
    @Nullable Table partial =
        added instanceof Table t
            ? t
            : added instanceof Dictionary k && k.isKeyedTable()
                ? Lists.beside((Table) k.keys(), (Table) k.values())
                : added instanceof Dictionary row ? Vectors.tableOf(new Value[] {row}) : null;
    if (partial != null
        && partial.names().size() < all.names().size()
        && partial.names().containsAll(keys.names())) {
      // The columns not given keep what they have.
      int[] found = Search.positions(keys, Lists.reordered(partial, keys.names()));
      Table old = Vectors.rows(values, found, found.length);
      List<String> names = new ArrayList<>(all.names());
      List<Vector> columns = new ArrayList<>();
      for (String name : names) {
        Vector given = partial.column(name);
        columns.add(given != null ? given : Indexing.column(old, name));
      }
      return rows(all, new Table(names, columns));
    }
    return rows(all, added);
  }
}
