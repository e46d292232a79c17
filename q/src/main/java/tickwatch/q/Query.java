package tickwatch.q;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Atom;
import tickwatch.ipc.value.Attribute;
import tickwatch.ipc.value.BinaryPrimitive;
import tickwatch.ipc.value.ByteAtom;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.Null;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.UnaryPrimitive;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/**
 * {@code select exec update delete}, as templates and as {@code ?} and {@code !}.
 *
 * <p>The order of work: from, where (each condition on the rows that the ones before left), by, the
 * columns, the limit. A condition that is a {@link Filter} is answered from the column itself.
 */
final class Query {
  private final Frame frame;
  private final Context context;
  private final Expr.Query query;
  private final @Nullable String name;
  private final Table table;
  private final List<String> keyNames;

  private Query(Expr.Query query, Frame frame, Value from) {
    this.query = query;
    this.frame = frame;
    this.context = frame.context;
    String named = null;
    Value value = from;
    if (from instanceof SymbolAtom s) {
      named = s.name();
      value = context.global(named);
    }
    this.name = named;
    if (value instanceof Table t) {
      table = t;
      keyNames = List.of();
    } else if (value instanceof Dictionary d && d.isKeyedTable()) {
      table = Lists.beside((Table) d.keys(), (Table) d.values());
      keyNames = ((Table) d.keys()).names();
    } else {
      throw QError.type("a query of " + Types.name(value) + " (expected: a table)");
    }
  }

  static Value run(Expr.Query query, Frame frame) {
    Value from = Evaluator.evaluate(query.from(), frame);
    try {
      if (query.template() == Expr.Template.DELETE && isNamespace(from)) {
        return Namespaces.delete(frame.context, from, names(query.columns()));
      }
      if (from instanceof Dictionary d && !d.isKeyedTable()) {
        return ofDictionary(query, frame, d);
      }
      if (from instanceof SymbolAtom s
          && frame.context.lookUp(s.name()) instanceof Dictionary d
          && !d.isKeyedTable()) {
        Value out = ofDictionary(query, frame, d);
        if (query.template() == Expr.Template.SELECT || query.template() == Expr.Template.EXEC) {
          return out;
        }
        frame.context.assign(s.name(), out);
        return s;
      }
      return frame.context.charge(new Query(query, frame, from).run());
    } catch (QError error) {
      throw error.at(frame.source(), query.position());
    }
  }

  private static boolean isNamespace(Value from) {
    return from instanceof SymbolAtom s && s.name().startsWith(".") && s.name().indexOf('.', 1) < 0;
  }

  /** A dictionary of names is queried as the table of one row per item that it flips to. */
  private static Value ofDictionary(Expr.Query query, Frame frame, Dictionary d) {
    if (!(d.keys() instanceof SymbolVector)) {
      throw QError.type("a query of a dictionary (expected: one from names)");
    }
    boolean atoms = true;
    for (Value item : Vectors.items(d.values())) {
      atoms &= Vectors.isAtom(item);
    }
    Table table = atoms ? Vectors.tableOf(new Value[] {d}) : (Table) Lists.flip(d);
    if (table == null) {
      throw QError.type("a query of a dictionary");
    }
    Value out = new Query(query, frame, table).run();
    return out instanceof Table t && query.template() != Expr.Template.SELECT
        ? atoms ? Vectors.itemAt(t, 0) : Lists.flip(t)
        : out;
  }

  private static List<String> names(List<Expr.Column> columns) {
    return columns.stream().map(Expr.Column::name).toList();
  }

  private static List<Expr> values(List<Expr.Column> columns) {
    return columns.stream().map(Expr.Column::value).toList();
  }

  private Value run() {
    return switch (query.template()) {
      case SELECT -> select(limited(filtered()));
      case EXEC -> exec(filtered());
      case UPDATE -> update(filtered());
      case DELETE -> delete();
    };
  }

  // ---- where

  private Rows filtered() {
    Rows rows = Rows.all(context, table);
    for (Expr condition : query.where()) {
      rows = filter(rows, condition);
    }
    return rows;
  }

  private Rows filter(Rows rows, Expr condition) {
    context.checkTime();
    Value value = null;
    if (condition instanceof Expr.Apply apply
        && apply.args().length == 2
        && apply.function() instanceof Expr.Constant function
        && Filter.isOne(function.value())
        && apply.args()[0] instanceof Expr.Name name
        && apply.args()[1] != null) {
      Expr right = apply.args()[1];
      Vector column = table.column(name.name);
      if (column != null) {
        try {
          Value wanted = Evaluator.evaluate(right, frame.over(rows));
          Filter filter = Filter.of(function.value(), column, wanted);
          if (filter != null) {
            return rows.where(filter);
          }
          Vector mine = Objects.requireNonNull(rows.column(name.name));
          value = Functions.apply(context, function.value(), mine, wanted);
        } catch (QError error) {
          throw error.at(frame.source(), apply.position());
        }
      }
    }
    if (value == null) {
      value = Evaluator.evaluate(condition, frame.over(rows));
    }
    if (value instanceof ByteVector flags && flags.type() == QType.BOOLEAN) {
      if (flags.length() != rows.count()) {
        throw QError.length(flags.length(), rows.count());
      }
      return rows.pickAscending(Lists.rowsOf(flags));
    }
    if (value instanceof Atom) {
      return Evaluator.isTrue(value) ? rows : rows.slice(0, 0);
    }
    if (value instanceof Vector v && v.length() == 0 && rows.count() == 0) {
      return rows;
    }
    if (value instanceof Vector v && v.length() == rows.count() && Vectors.isIntegral(v.type())) {
      return rows.pick(Vectors.indexes((Vector) Lists.where(context, v)));
    }
    throw QError.type("a condition of " + Types.name(value) + " (expected: booleans)");
  }

  // ---- limit

  /** The rows that {@code select[n;>c]} leaves, where nothing is grouped. */
  private Rows limited(Rows rows) {
    if (query.by() != null || (query.limit() == null && query.order() == null)) {
      return rows;
    }
    Rows out = rows;
    Expr order = query.order();
    if (order != null) {
      Value by = Evaluator.evaluate(order, frame.over(rows));
      if (!(by instanceof Vector v)) {
        throw QError.type("the order of rows by " + Types.name(by));
      }
      out = rows.pick(query.descending() ? Order.descending(v) : Order.ascending(v));
    }
    Expr limit = query.limit();
    if (limit == null) {
      return out;
    }
    long[] window = window(Evaluator.evaluate(limit, frame), out.count());
    return out.slice((int) window[0], (int) window[1]);
  }

  private static long[] window(Value limit, int count) {
    long from = 0;
    long to;
    if (limit instanceof Vector pair && pair.length() == 2) {
      long[] items = Vectors.longs(pair);
      from = Math.min(count, Math.max(0, items[0]));
      to = Math.min(count, items[0] + items[1]);
    } else {
      long n = Vectors.longOf(limit instanceof Vector v && v.length() == 1 ? v.item(0) : limit);
      from = n >= 0 ? 0 : Math.max(0, count + n);
      to = n >= 0 ? Math.min(count, n) : count;
    }
    return new long[] {from, Math.max(from, to)};
  }

  // ---- select

  private Value select(Rows rows) {
    Value out = query.by() == null ? plain(rows) : grouped(rows);
    if (query.by() != null && (query.limit() != null || query.order() != null)) {
      out = limitedResult(out);
    }
    return query.distinct() && out instanceof Table ? Search.distinct(out) : out;
  }

  private Value limitedResult(Value result) {
    Dictionary d = (Dictionary) result;
    Table all = Lists.beside((Table) d.keys(), (Table) d.values());
    Rows rows = Rows.all(context, all);
    Expr order = query.order();
    if (order != null) {
      Vector by = Vectors.listOf(Evaluator.evaluate(order, frame.over(rows)));
      rows = rows.pick(query.descending() ? Order.descending(by) : Order.ascending(by));
    }
    Expr limit = query.limit();
    if (limit != null) {
      long[] window = window(Evaluator.evaluate(limit, frame), rows.count());
      rows = rows.slice((int) window[0], (int) window[1]);
    }
    return keyed(rows.rows(), ((Table) d.keys()).names());
  }

  private Value plain(Rows rows) {
    if (query.columns().isEmpty()) {
      Table out = rows.rows();
      return keyNames.isEmpty() ? out : keyed(out, keyNames);
    }
    List<Value> values = new ArrayList<>();
    int count = -1;
    for (Expr.Column column : query.columns()) {
      Value value = Evaluator.evaluate(column.value(), frame.over(rows));
      if (!Vectors.isAtom(value)) {
        if (count >= 0 && count != value.count()) {
          throw QError.length(count, value.count());
        }
        count = value.count();
      }
      values.add(value);
    }
    List<Vector> columns = new ArrayList<>();
    for (Value value : values) {
      columns.add(Evaluator.column(value, Math.max(count, count < 0 ? 1 : count)));
    }
    return new Table(names(query.columns()), columns);
  }

  static Dictionary keyed(Table all, List<String> keys) {
    return keyed(Lists.reordered(all, keys), Lists.withoutColumns(all, keys));
  }

  /** A keyed table, which has other columns than its key's. */
  static Dictionary keyed(Table keys, Table values) {
    if (values.names().isEmpty()) {
      throw QError.length(keys.rowCount(), 0);
    }
    return new Dictionary(keys, values);
  }

  private List<Vector> byColumns(Rows rows) {
    List<Vector> out = new ArrayList<>();
    List<Expr.Column> by = query.by();
    if (by != null) {
      for (Expr.Column column : by) {
        Value value = Evaluator.evaluate(column.value(), frame.over(rows));
        Vector vector = Evaluator.column(value, rows.count());
        if (vector.length() != rows.count()) {
          throw QError.length(vector.length(), rows.count());
        }
        out.add(vector);
      }
    }
    return out;
  }

  private List<String> byNames() {
    List<Expr.Column> by = query.by();
    return by == null ? List.of() : names(by);
  }

  /** The columns to make, their names kept apart from those they are grouped by. */
  private List<Expr.Column> columnsBesideKeys() {
    Set<String> used = new HashSet<>(byNames());
    List<Expr.Column> out = new ArrayList<>();
    for (Expr.Column column : query.columns()) {
      String unique = column.name();
      for (int i = 1; used.contains(unique); i++) {
        unique = column.name() + i;
      }
      used.add(unique);
      out.add(new Expr.Column(unique, column.value(), column.named()));
    }
    return out;
  }

  /** The groups of rows, and a row of keys for each. */
  private record By(Groups groups, Table keys) {}

  /** How the rows are grouped; null if they are not. */
  private @Nullable By by(Rows rows) {
    List<Expr.Column> phrase = query.by();
    if (phrase == null || phrase.isEmpty()) {
      return null;
    }
    Bars bars = phrase.size() == 1 ? Bars.of(phrase.get(0).value(), rows) : null;
    if (bars != null) {
      Vector starts = bars.starts.withAttribute(Attribute.SORTED);
      return new By(bars.groups, new Table(byNames(), List.of(starts), Attribute.SORTED));
    }
    List<Vector> by = byColumns(rows);
    Groups groups = Groups.sorted(by);
    return new By(groups, keysOf(byNames(), by, groups));
  }

  private static Table keysOf(List<String> names, List<Vector> columns, Groups groups) {
    if (columns.size() == 1 && !(columns.get(0) instanceof ListVector)) {
      Vector key = Vectors.at(columns.get(0), groups.first, groups.count);
      return new Table(names, List.of(key.withAttribute(Attribute.SORTED)), Attribute.SORTED);
    }
    List<Vector> keys = new ArrayList<>();
    for (Vector column : columns) {
      keys.add(Vectors.at(column, groups.first, groups.count));
    }
    return new Table(names, keys);
  }

  private Value grouped(Rows rows) {
    By by = by(rows);
    if (by == null) {
      return plain(rows);
    }
    Groups groups = by.groups();
    Table keys = by.keys();
    List<String> names = new ArrayList<>();
    List<Vector> columns = new ArrayList<>();
    if (query.columns().isEmpty()) {
      for (String column : table.names()) {
        if (!keys.names().contains(column)) {
          Vector seen = rows.column(column);
          if (seen != null) {
            names.add(column);
            columns.add(Aggregate.LAST.ofGroups(seen, groups));
          }
        }
      }
    } else {
      List<Expr.Column> wanted = columnsBesideKeys();
      names.addAll(names(wanted));
      columns.addAll(Grouped.columns(values(wanted), rows, groups, frame));
    }
    return keyed(keys, new Table(names, columns));
  }

  // ---- exec

  private Value exec(Rows rows) {
    List<Expr.Column> columns = query.columns();
    if (query.by() == null) {
      if (columns.isEmpty()) {
        return Vectors.itemAt(rows.rows(), rows.count() - 1);
      }
      if (columns.size() == 1 && !isNamed(columns)) {
        return Evaluator.evaluate(columns.get(0).value(), frame.over(rows));
      }
      Value[] values = new Value[columns.size()];
      for (int c = 0; c < values.length; c++) {
        values[c] = Evaluator.evaluate(columns.get(c).value(), frame.over(rows));
      }
      return new Dictionary(Vectors.symbols(names(columns)), Vectors.list(values));
    }
    List<Expr.Column> phrase = query.by();
    if (phrase != null
        && phrase.size() == 1
        && phrase.get(0).value() instanceof Expr.Constant c
        && c.value().equals(ByteAtom.FALSE)) {
      return plain(rows);
    }
    By by = Objects.requireNonNull(by(rows));
    Groups groups = by.groups();
    Table keyTable = by.keys();
    boolean bareKey = keyTable.columns().size() == 1 && !isNamed(phrase);
    Value keys = bareKey ? keyTable.columns().get(0) : keyTable;
    if (columns.isEmpty()) {
      return new Dictionary(keys, Vectors.rows(rows.rows(), groups.last(), groups.count));
    }
    List<Vector> values = Grouped.columns(values(columns), rows, groups, frame);
    if (columns.size() == 1 && !isNamed(columns)) {
      Table rowsOfDictionaries =
          values.get(0) instanceof ListVector list ? Vectors.tableOf(list.toArray()) : null;
      return new Dictionary(keys, rowsOfDictionaries == null ? values.get(0) : rowsOfDictionaries);
    }
    return new Dictionary(keys, new Table(names(columns), values));
  }

  private static boolean isNamed(@Nullable List<Expr.Column> columns) {
    return columns != null && columns.stream().anyMatch(Expr.Column::named);
  }

  // ---- update

  private Value update(Rows rows) {
    Table out = table;
    By by = by(rows);
    Groups groups = by == null ? null : by.groups();
    for (Expr.Column column : query.columns()) {
      Vector fresh;
      if (groups == null) {
        Value value = Evaluator.evaluate(column.value(), frame.over(rows));
        fresh = Evaluator.column(value, rows.count());
        if (fresh.length() != rows.count()) {
          throw QError.length(fresh.length(), rows.count());
        }
      } else {
        fresh = Grouped.rows(column.value(), rows, groups, frame);
      }
      out = withColumn(out, column.name(), amended(out.column(column.name()), fresh, rows));
    }
    return stored(out);
  }

  private Vector amended(@Nullable Vector old, Vector fresh, Rows rows) {
    if (rows.isAll()) {
      return fresh;
    }
    int[] positions = rows.positions();
    int count = table.rowCount();
    if (old == null) {
      int[] order = new int[count];
      Arrays.fill(order, -1);
      Meter meter = Meter.here();
      for (int i = 0; i < positions.length; i++) {
        meter.pass();
        order[positions[i]] = i;
      }
      return fresh instanceof ListVector list && positions.length > 0
          ? Vectors.rows(new Table(List.of("x"), List.of(list)), order, count).columns().get(0)
          : Vectors.at(fresh, order, count);
    }
    if (positions.length == 0) {
      return old;
    }
    if (old.type() != fresh.type() && !(old instanceof ListVector)) {
      throw QError.type(
          "an update of "
              + Types.name(old.type())
              + " with "
              + Types.name(fresh.type())
              + " (expected: the same type)");
    }
    // Rows of the old column, or of the new one that stands behind it.
    Vector both =
        old instanceof ListVector
            ? ListVector.of(concat(Vectors.items(old), Vectors.items(fresh)))
            : Vectors.join(old, fresh);
    int[] order = Vectors.range(count);
    Meter meter = Meter.here();
    for (int i = 0; i < positions.length; i++) {
      meter.pass();
      order[positions[i]] = count + i;
    }
    return Enumerations.again(context, old, both.at(order, count));
  }

  private static Value[] concat(Value[] a, Value[] b) {
    Value[] out = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, out, a.length, b.length);
    return out;
  }

  static Table withColumn(Table table, String name, Vector column) {
    List<String> names = new ArrayList<>(table.names());
    List<Vector> columns = new ArrayList<>(table.columns());
    int at = names.indexOf(name);
    if (at >= 0) {
      columns.set(at, column);
    } else {
      names.add(name);
      columns.add(column);
    }
    return new Table(names, columns);
  }

  /** The changed table under its keys; put back under its name where the query named it. */
  private Value stored(Table out) {
    Value value = keyNames.isEmpty() ? out : keyed(out, keyNames);
    if (name == null) {
      return value;
    }
    context.assign(name, value);
    return new SymbolAtom(name);
  }

  // ---- delete

  private Value delete() {
    if (!query.columns().isEmpty()) {
      List<String> gone = new ArrayList<>();
      for (Expr.Column column : query.columns()) {
        String wanted = column.value() instanceof Expr.Name n ? n.name : column.name();
        if (table.column(wanted) == null) {
          throw new QError(wanted, "the table has no column " + wanted);
        }
        gone.add(wanted);
      }
      return stored(Lists.withoutColumns(table, gone));
    }
    Rows rows = filtered();
    boolean[] gone = new boolean[table.rowCount()];
    for (int position : rows.positions()) {
      gone[position] = true;
    }
    int[] kept = new int[gone.length];
    int n = 0;
    Meter meter = Meter.here();
    for (int i = 0; i < gone.length; i++) {
      meter.pass();
      if (!gone[i]) {
        kept[n++] = i;
      }
    }
    return stored(Vectors.rows(table, kept, n));
  }

  // ---- functional forms

  /** {@code ?[t;c;b;a;n;o]}: select and exec. */
  static Value functional(Context context, Value[] args) {
    Value b = args.length > 2 ? args[2] : ByteAtom.FALSE;
    Value a = args.length > 3 ? args[3] : Vectors.EMPTY_LIST;
    boolean byTree = b instanceof SymbolAtom || isTree(b);
    boolean exec = (b instanceof Vector v && v.length() == 0) || byTree;
    boolean distinct = b.equals(ByteAtom.TRUE);
    List<Expr.Column> by =
        byTree || b instanceof Dictionary || b instanceof Table ? columnsOf(b) : null;
    List<Expr.Column> columns =
        a instanceof Vector v && v.length() == 0 && !isTree(a) ? List.of() : columnsOf(a);
    Expr limit = args.length > 4 && !isNone(args[4]) ? new Expr.Constant(args[4]) : null;
    Expr order = null;
    boolean descending = false;
    if (args.length > 5 && args[5] instanceof Vector pair && pair.length() == 2) {
      Value direction = pair.item(0);
      descending =
          direction.equals(new UnaryPrimitive(10)) || direction.equals(new BinaryPrimitive(10));
      order = ParseTrees.toExpr(context, pair.item(1));
    }
    Expr.Query query =
        new Expr.Query(
            exec ? Expr.Template.EXEC : Expr.Template.SELECT,
            distinct,
            limit,
            order,
            descending,
            columns,
            by,
            new Expr.Constant(args[0]),
            conditions(context, args[1]),
            0);
    return run(query, Frame.top(context));
  }

  private static boolean isNone(Value n) {
    return n instanceof Atom atom
        && Vectors.isIntegral(n.type())
        && (atom.isNull() || Vectors.longOf(n) == Long.MAX_VALUE || Vectors.longOf(n) == Null.LONG);
  }

  private static boolean isTree(Value value) {
    return value instanceof ListVector l && l.length() > 0;
  }

  /** {@code ![t;c;b;a]}: update and delete. */
  static Value functionalUpdate(Context context, Value[] args) {
    Value a = args[3];
    Value b = args[2];
    boolean delete = !(a instanceof Dictionary);
    List<Expr.Column> columns = new ArrayList<>();
    if (delete) {
      for (String gone : Vectors.symbolNames(a)) {
        columns.add(new Expr.Column(gone, new Expr.Name(gone, 0), true));
      }
    } else {
      columns = columnsOf(a);
    }
    Expr.Query query =
        new Expr.Query(
            delete ? Expr.Template.DELETE : Expr.Template.UPDATE,
            false,
            null,
            null,
            false,
            columns,
            b instanceof Dictionary ? columnsOf(b) : null,
            new Expr.Constant(args[0]),
            conditions(context, args[1]),
            0);
    return run(query, Frame.top(context));
  }

  private static List<Expr.Column> columnsOf(Value value) {
    List<Expr.Column> out = new ArrayList<>();
    if (value instanceof Dictionary d) {
      List<String> names = Vectors.symbolNames(d.keys());
      for (int i = 0; i < names.size(); i++) {
        out.add(
            new Expr.Column(
                names.get(i),
                ParseTrees.toExpr(Builtins.NOWHERE, Vectors.itemAt(d.values(), i)),
                true));
      }
      return out;
    }
    Expr one = ParseTrees.toExpr(Builtins.NOWHERE, value);
    out.add(new Expr.Column(ColumnNames.of(one), one, false));
    return out;
  }

  private static List<Expr> conditions(Context context, Value value) {
    List<Expr> out = new ArrayList<>();
    if (value instanceof ListVector list) {
      for (int i = 0; i < list.length(); i++) {
        out.add(ParseTrees.toExpr(context, list.get(i)));
      }
      return out;
    }
    if (value instanceof Vector v && v.length() > 0) {
      // ?[t;i;a]: rows by their positions, or flags.
      out.add(new Expr.Constant(v.type() == QType.BOOLEAN ? v : Vectors.bools(new byte[0])));
    }
    return out;
  }
}
