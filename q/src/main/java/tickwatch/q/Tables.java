package tickwatch.q;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tickwatch.ipc.value.Atom;
import tickwatch.ipc.value.Attribute;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/** What tables are made of, and their keys and the order of their columns and rows. */
final class Tables {
  private Tables() {}

  /** A table, by itself or by its name. */
  static Value resolved(Context context, Value x) {
    return x instanceof SymbolAtom name ? context.global(name.name()) : x;
  }

  static boolean isTable(Value x) {
    return x instanceof Table || (x instanceof Dictionary d && d.isKeyedTable());
  }

  /** All columns of a table, keyed or not. */
  static Table unkeyed(Value x) {
    if (x instanceof Table t) {
      return t;
    }
    if (x instanceof Dictionary d && d.isKeyedTable()) {
      return Lists.beside((Table) d.keys(), (Table) d.values());
    }
    throw QError.type(Types.name(x) + " (expected: a table)");
  }

  static List<String> keyNames(Value x) {
    return x instanceof Dictionary d && d.isKeyedTable() ? ((Table) d.keys()).names() : List.of();
  }

  static Value cols(Context context, Value x) {
    Value table = resolved(context, x);
    return Vectors.symbols(unkeyed(table).names());
  }

  static Value keys(Context context, Value x) {
    Value table = resolved(context, x);
    unkeyed(table);
    return Vectors.symbols(keyNames(table));
  }

  static Value meta(Context context, Value x) {
    Table table = unkeyed(resolved(context, x));
    int count = table.names().size();
    Value[] types = new Value[count];
    String[] attributes = new String[count];
    String[] foreign = new String[count];
    for (int c = 0; c < count; c++) {
      Vector column = table.columns().get(c);
      types[c] = Vectors.atomOfLong(QType.CHAR, metaLetter(column));
      attributes[c] =
          column.attribute() == Attribute.NONE ? "" : String.valueOf(column.attribute().letter());
      foreign[c] = foreignKey(context, column);
    }
    return new Dictionary(
        new Table(List.of("c"), List.of(Vectors.symbols(table.names()))),
        new Table(
            List.of("t", "f", "a"),
            List.of(
                count == 0 ? Vectors.emptyOf(QType.CHAR) : Vectors.list(types),
                SymbolVector.of(foreign),
                SymbolVector.of(attributes))));
  }

  /** The keyed table that a column or an item of it points into; empty for none. */
  static String foreignKey(Context context, Value column) {
    String variable = Enumerations.variableOf(column);
    Value target = variable == null ? null : context.lookUp(context.namespace, variable);
    return variable != null
            && (target instanceof Table || (target instanceof Dictionary d && d.isKeyedTable()))
        ? variable
        : "";
  }

  /** {@code fkeys}: the columns that are foreign keys, and the tables they point into. */
  static Value fkeys(Context context, Value x) {
    Table table = unkeyed(resolved(context, x));
    List<String> columns = new ArrayList<>();
    List<String> targets = new ArrayList<>();
    for (int c = 0; c < table.names().size(); c++) {
      String target = foreignKey(context, table.columns().get(c));
      if (!target.isEmpty()) {
        columns.add(table.names().get(c));
        targets.add(target);
      }
    }
    return new Dictionary(Vectors.symbols(columns), Vectors.symbols(targets));
  }

  /** A column's letter; a capital where all items are vectors of that type. */
  static char metaLetter(Vector column) {
    if (!(column instanceof ListVector items)) {
      return column.type().letter();
    }
    if (items.length() == 0
        || !(items.get(0) instanceof Vector first)
        || first instanceof ListVector) {
      return ' ';
    }
    return Character.toUpperCase(first.type().letter());
  }

  // ---- keys

  /** {@code n!t} and {@code names xkey t}. */
  static Value enkey(Context context, Value x, Value y) {
    if (y instanceof SymbolAtom name) {
      Value out = enkey(context, x, context.global(name.name()));
      context.assign(name.name(), out);
      return y;
    }
    Table all = unkeyed(y);
    int count = Vectors.intOf(x, "keys");
    if (count <= 0) {
      return all;
    }
    if (count > all.names().size()) {
      throw QError.length(count, all.names().size());
    }
    return Query.keyed(all, all.names().subList(0, count));
  }

  static Value xkey(Context context, Value x, Value y) {
    if (y instanceof SymbolAtom name) {
      context.assign(name.name(), xkey(context, x, context.global(name.name())));
      return y;
    }
    Table all = unkeyed(y);
    List<String> names = Vectors.symbolNames(x);
    if (names.isEmpty() || names.equals(List.of(""))) {
      return all;
    }
    for (String name : names) {
      Indexing.column(all, name);
    }
    return Query.keyed(all, names);
  }

  static Value xcol(Value x, Value y) {
    if (y instanceof Dictionary d && d.isKeyedTable()) {
      int count = ((Table) d.keys()).names().size();
      Table renamed = (Table) xcol(x, unkeyed(d));
      return Query.keyed(renamed, renamed.names().subList(0, count));
    }
    Table table = unkeyed(y);
    List<String> names = new ArrayList<>(table.names());
    if (x instanceof Dictionary d) {
      List<String> from = Vectors.symbolNames(d.keys());
      List<String> to = Vectors.symbolNames(d.values());
      for (int i = 0; i < from.size(); i++) {
        int at = names.indexOf(from.get(i));
        if (at < 0) {
          throw QError.length(from.size(), 0);
        }
        names.set(at, to.get(i));
      }
    } else {
      List<String> to = Vectors.symbolNames(x);
      if (to.size() > names.size()) {
        throw QError.length(to.size(), names.size());
      }
      for (int i = 0; i < to.size(); i++) {
        names.set(i, to.get(i));
      }
    }
    return new Table(names, table.columns());
  }

  static Value xcols(Value x, Value y) {
    Table table = unkeyed(y);
    List<String> names = new ArrayList<>(Vectors.symbolNames(x));
    for (String name : table.names()) {
      if (!names.contains(name)) {
        names.add(name);
      }
    }
    return Lists.reordered(table, names);
  }

  // ---- sorting

  static Value xsort(Context context, Value x, Value y, boolean up) {
    if (y instanceof SymbolAtom name) {
      context.assign(name.name(), xsort(context, x, context.global(name.name()), up));
      return y;
    }
    List<String> names = Vectors.symbolNames(x);
    if (y instanceof Dictionary d && !d.isKeyedTable()) {
      throw QError.type("sorting " + Types.name(y) + " by columns (expected: a table)");
    }
    Table table = unkeyed(y);
    if (names.isEmpty()) {
      return y;
    }
    if (Set.copyOf(table.names()).size() < table.names().size()) {
      throw new QError("dup", "sorting a table with a name twice (.Q.id makes them differ)");
    }
    List<Vector> by = names.stream().map(n -> Indexing.column(table, n)).toList();
    int[] order = up ? Order.ascending(by) : Order.descending(by);
    Table out = Vectors.rows(table, order, order.length);
    if (up && !(by.get(0) instanceof ListVector)) {
      out =
          Query.withColumn(
              out,
              names.get(0),
              Indexing.column(out, names.get(0)).withAttribute(Attribute.SORTED));
    }
    List<String> keys = keyNames(y);
    return keys.isEmpty() ? out : Query.keyed(out, keys);
  }

  // ---- grouping

  static Value xgroup(Context context, Value x, Value y) {
    Table table = unkeyed(resolved(context, y));
    List<String> names = Vectors.symbolNames(x);
    List<Vector> by = names.stream().map(n -> Indexing.column(table, n)).toList();
    Groups groups = Groups.of(by);
    Table keys = Vectors.rows(Lists.reordered(table, names), groups.first, groups.count);
    Table rest = Lists.withoutColumns(table, names);
    List<Vector> columns = new ArrayList<>();
    for (Vector column : rest.columns()) {
      Value[] cells = new Value[groups.count];
      Meter meter = Meter.here();
      for (int g = 0; g < cells.length; g++) {
        meter.pass();
        int[] rows = groups.rows(g);
        meter.made(Context.VECTOR_BYTES);
        cells[g] = Vectors.at(column, rows, rows.length);
      }
      columns.add(ListVector.of(cells));
    }
    return Query.keyed(keys, new Table(rest.names(), columns));
  }

  static Value ungroup(Context context, Value x) {
    Table table = unkeyed(x);
    int rows = table.rowCount();
    int[] sizes = new int[rows];
    long total = 0;
    Meter meter = Meter.here();
    for (int r = 0; r < rows; r++) {
      meter.pass();
      int size = -1;
      for (Vector column : table.columns()) {
        if (column instanceof ListVector l && !(l.get(r) instanceof Atom)) {
          int count = l.get(r).count();
          if (size >= 0 && size != count) {
            throw QError.length(size, count);
          }
          size = count;
        }
      }
      sizes[r] = size < 0 ? 1 : size;
      total += sizes[r];
    }
    int n = context.reserve(total);
    int[] source = new int[n];
    int at = 0;
    for (int r = 0; r < rows; r++) {
      for (int k = 0; k < sizes[r]; k++) {
        source[at++] = r;
      }
    }
    List<Vector> columns = new ArrayList<>();
    for (Vector column : table.columns()) {
      if (column instanceof ListVector l) {
        List<Value> cells = new ArrayList<>();
        for (int r = 0; r < rows; r++) {
          meter.pass();
          if (l.get(r) instanceof Atom) {
            for (int k = 0; k < sizes[r]; k++) {
              cells.add(l.get(r));
            }
          } else {
            cells.addAll(List.of(Vectors.items(l.get(r))));
          }
        }
        columns.add(Vectors.list(cells.toArray(new Value[0])));
      } else {
        columns.add(Vectors.at(column, source, n));
      }
    }
    return new Table(table.names(), columns);
  }

  /** {@code (f;data) fby groups}: f of each group, spread over its rows. */
  static Value fby(Context context, Value x, Value y) {
    if (!(x instanceof Vector pair) || pair.length() != 2) {
      throw QError.type("fby of " + Types.name(x) + " (expected: a function and its data)");
    }
    Value f = pair.item(0);
    Value data = pair.item(1);
    if (!(data instanceof Vector || data instanceof Table)) {
      throw QError.type("fby of " + Types.name(data) + " (expected: a list)");
    }
    List<Vector> by = y instanceof Table t ? t.columns() : List.of(Vectors.listOf(y));
    Groups groups = Groups.of(by);
    if (data.count() != groups.length()) {
      throw QError.length(data.count(), groups.length());
    }
    Verb verb = Verbs.of(f);
    Aggregate aggregate = verb == null ? null : verb.aggregate();
    if (aggregate != null && data instanceof Vector v && !(v instanceof ListVector)) {
      return Vectors.at(aggregate.of(context, v, groups), groups.ids(), groups.length());
    }
    Value[] out = new Value[groups.length()];
    Meter meter = Meter.here();
    for (int g = 0; g < groups.count; g++) {
      meter.pass();
      context.step();
      int[] rows = groups.rows(g);
      Value value = Functions.apply(context, f, Vectors.at(data, rows, rows.length));
      for (int i = 0; i < rows.length; i++) {
        out[rows[i]] = Vectors.isAtom(value) ? value : Vectors.itemAt(value, i);
      }
    }
    return Vectors.list(out);
  }

  // ---- names

  static Value tables(Context context, Value x) {
    String namespace = x instanceof SymbolAtom s ? s.name() : "";
    Set<String> out = new java.util.TreeSet<>();
    for (String name : Namespaces.members(context, namespace)) {
      Value value = context.globals.get(Namespaces.full(namespace, name));
      if (value != null && isTable(value)) {
        out.add(name);
      }
    }
    return Vectors.symbols(new ArrayList<>(out));
  }
}
