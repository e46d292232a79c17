package tickwatch.q;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tickwatch.ipc.value.Atom;
import tickwatch.ipc.value.BinaryPrimitive;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.UnaryPrimitive;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/** {@code @} and {@code .} of three and four arguments: amending, and trapping errors. */
final class Amend {
  private static final Value ASSIGN = new BinaryPrimitive(0);

  /** What becomes of the old item; {@code y} is the right argument there. */
  private interface Change {
    Value apply(Value old, Value y);
  }

  private final Context context;
  private final Change change;
  private final boolean replaces;

  private Amend(Context context, Change change, boolean replaces) {
    this.context = context;
    this.change = change;
    this.replaces = replaces;
  }

  /** {@code container[indexes] f: y}. */
  static Value at(Context context, Value container, Value[] indexes, Value f, Value y) {
    boolean replaces = f.equals(ASSIGN);
    Change change =
        replaces ? (old, right) -> right : (old, right) -> Functions.apply(context, f, old, right);
    return new Amend(context, change, replaces).amend(container, indexes, 0, y);
  }

  private static Value unary(Context context, Value container, Value[] indexes, Value f) {
    Change change = (old, right) -> Functions.apply(context, f, old);
    return new Amend(context, change, false).amend(container, indexes, 0, UnaryPrimitive.IDENTITY);
  }

  // ---- the verbs

  /** {@code @[x;y;z]} and {@code @[x;y;z;a]}. */
  static Value atVerb(Context context, Value[] args) {
    if (args.length == 2) {
      // An atom at the null is itself; other than in brackets.
      return args[0] instanceof Atom
              && !(args[0] instanceof SymbolAtom)
              && !Functions.isFunction(args[0])
              && args[1].equals(UnaryPrimitive.IDENTITY)
          ? args[0]
          : Functions.apply(context, args[0], args[1]);
    }
    if (args.length == 3 && isApplicable(context, args[0])) {
      return trap(context, args[0], new Value[] {args[1]}, args[2]);
    }
    return amendVerb(context, args, new Value[] {args[1]});
  }

  /** {@code .[x;y;z]} and {@code .[x;y;z;a]}. */
  static Value dotVerb(Context context, Value[] args) {
    if (args.length == 2) {
      return dotApply(context, args[0], args[1]);
    }
    Value[] path = Vectors.isAtom(args[1]) ? new Value[] {args[1]} : Vectors.items(args[1]);
    if (args.length == 3 && isApplicable(context, args[0])) {
      return trap(context, args[0], path, args[2]);
    }
    return amendVerb(context, args, path);
  }

  static Value dotApply(Context context, Value f, Value args) {
    if (Vectors.isAtom(args)) {
      if (Functions.isFunction(f)) {
        throw QError.type(Types.name(args) + " as a list of arguments");
      }
      return Functions.apply(context, f, args);
    }
    Value[] items = Vectors.items(args instanceof Dictionary d ? d.values() : args);
    if (items.length == 0) {
      return Functions.isFunction(f)
          ? Functions.apply(context, f, UnaryPrimitive.IDENTITY)
          : f instanceof SymbolAtom name ? context.global(name.name()) : f;
    }
    return Functions.apply(context, f, items);
  }

  private static boolean isApplicable(Context context, Value f) {
    if (f instanceof SymbolAtom name) {
      Value value = context.lookUp(context.namespace, name.name());
      return value == null || Functions.isFunction(value);
    }
    return Functions.isFunction(f) || f instanceof Atom;
  }

  private static Value trap(Context context, Value f, Value[] args, Value handler) {
    int depth = context.depth;
    String namespace = context.namespace;
    try {
      return args.length == 0
          ? Functions.apply(context, f, UnaryPrimitive.IDENTITY)
          : Functions.apply(context, f, args);
    } catch (QError e) {
      context.depth = depth;
      context.namespace = namespace;
      context.checkTime();
      return Functions.isFunction(handler)
          ? Functions.apply(context, handler, Vectors.string(e.word()))
          : handler;
    }
  }

  private static Value amendVerb(Context context, Value[] args, Value[] path) {
    Value target = args[0];
    Value current = target instanceof SymbolAtom name ? context.global(name.name()) : target;
    Value f = args[2];
    Value out;
    if (path.length == 0) {
      out =
          args.length == 3
              ? Functions.apply(context, f, current)
              : f.equals(ASSIGN) ? args[3] : Functions.apply(context, f, current, args[3]);
    } else {
      out =
          args.length == 3
              ? unary(context, current, path, f)
              : at(context, current, path, f, args[3]);
    }
    if (target instanceof SymbolAtom name) {
      context.assign(name.name(), out);
      return target;
    }
    return out;
  }

  // ---- amending

  private Value amend(Value container, Value[] path, int from, Value y) {
    context.step();
    if (from == path.length) {
      return change.apply(container, y);
    }
    Value index = path[from];
    if (container instanceof Table table) {
      return amendTable(table, path, from, y);
    }
    if (container instanceof Dictionary d) {
      return amendDictionary(d, path, from, y);
    }
    if (Vectors.isAtom(container)) {
      throw QError.type("an item of " + Types.name(container));
    }
    Vector vector = (Vector) container;
    if (Indexing.isAll(index)) {
      index = Vectors.longVector(Vectors.range(vector.length()), vector.length());
    }
    Value[] items = Vectors.items(vector);
    boolean typed = !(vector instanceof ListVector);
    if (Vectors.isAtom(index)) {
      amendItem(items, index, path, from, y);
    } else {
      amendItems(items, index, path, from, y);
    }
    Vector out = Enumerations.again(context, vector, Vectors.list(items));
    if (typed && out.type() != vector.type() && items.length > 0) {
      throw QError.type(
          "an item of a " + Types.name(vector.type()) + " vector set to another type");
    }
    context.charge(out);
    return items.length == 0 ? vector : out;
  }

  private void amendItems(Value[] items, Value indexes, Value[] path, int from, Value y) {
    int count = indexes.count();
    boolean each = !Vectors.isAtom(y);
    if (each && y.count() != count) {
      throw QError.length(count, y.count());
    }
    for (int i = 0; i < count; i++) {
      Value index = Vectors.itemAt(indexes, i);
      Value right = each ? Vectors.itemAt(y, i) : y;
      if (Indexing.isAll(index)) {
        amendItems(
            items,
            Vectors.longVector(Vectors.range(items.length), items.length),
            path,
            from,
            right);
      } else if (Vectors.isAtom(index)) {
        amendItem(items, index, path, from, right);
      } else {
        amendItems(items, index, path, from, right);
      }
    }
  }

  private void amendItem(Value[] items, Value index, Value[] path, int from, Value y) {
    if (!(index instanceof Atom) || !Vectors.isIntegral(index.type())) {
      throw QError.type(Types.name(index) + " as an index (expected: whole numbers)");
    }
    long at = Vectors.longOf(index);
    if (at < 0 || at >= items.length) {
      throw new QError("length", "the index " + at + " into " + items.length + " items");
    }
    items[(int) at] = amend(items[(int) at], path, from + 1, y);
  }

  private Value amendDictionary(Dictionary d, Value[] path, int from, Value y) {
    Value index = path[from];
    if (Indexing.isAll(index)) {
      Value[] rest = path.clone();
      rest[from] = UnaryPrimitive.IDENTITY;
      return new Dictionary(d.keys(), amend(d.values(), rest, from, y));
    }
    if (d.isKeyedTable()) {
      Value old = Indexing.at(context, d, index);
      Value fresh = amend(old, path, from + 1, y);
      return Upsert.join(d, keyedRow(d, index, fresh));
    }
    if (index instanceof Vector many && !(d.keys() instanceof ListVector)) {
      Dictionary out = d;
      boolean each = !Vectors.isAtom(y);
      if (each && y.count() != many.length()) {
        throw QError.length(many.length(), y.count());
      }
      for (int i = 0; i < many.length(); i++) {
        Value[] one = path.clone();
        one[from] = many.item(i);
        out = (Dictionary) amendDictionary(out, one, from, each ? Vectors.itemAt(y, i) : y);
      }
      return out;
    }
    Value old = Indexing.at(context, d, index);
    Value fresh = amend(old, path, from + 1, y);
    int at = Search.position((Vector) d.keys(), index);
    Value[] items = Vectors.items(d.values());
    if (at < items.length) {
      items[at] = fresh;
      return new Dictionary(d.keys(), Vectors.collapse(items));
    }
    Value keys = Vectors.join((Vector) d.keys(), keyVector(d, index));
    items = Arrays.copyOf(items, items.length + 1);
    items[items.length - 1] = fresh;
    return new Dictionary(keys, Vectors.collapse(items));
  }

  private static Vector keyVector(Dictionary d, Value index) {
    return d.keys() instanceof ListVector || !(index instanceof Atom)
        ? ListVector.of(index)
        : Vectors.listOf(index);
  }

  private static Dictionary keyedRow(Dictionary d, Value index, Value fresh) {
    Table row =
        index instanceof Dictionary k
            ? Vectors.tableOf(new Value[] {k})
            : index instanceof Table t ? t : Indexing.records((Table) d.keys(), index);
    Table values =
        fresh instanceof Dictionary f
            ? Vectors.tableOf(new Value[] {f})
            : fresh instanceof Table t ? t : Upsert.rows((Table) d.values(), fresh);
    if (row == null || values == null) {
      throw QError.type("a row of a keyed table");
    }
    return new Dictionary(row, values);
  }

  private Value amendTable(Table table, Value[] path, int from, Value y) {
    Value index = path[from];
    if (index instanceof SymbolAtom name) {
      Vector old = table.column(name.name());
      Value fresh =
          old == null && from == path.length - 1 && replaces
              ? y
              : amend(old == null ? Indexing.column(table, name.name()) : old, path, from + 1, y);
      Vector column = Evaluator.column(fresh, table.rowCount());
      if (column.length() != table.rowCount()) {
        throw QError.length(table.rowCount(), column.length());
      }
      return Query.withColumn(table, name.name(), column);
    }
    if (index.type() == tickwatch.ipc.value.QType.SYMBOL) {
      Table out = table;
      List<String> names = Vectors.symbolNames(index);
      boolean each = !Vectors.isAtom(y);
      for (int i = 0; i < names.size(); i++) {
        Value[] one = path.clone();
        one[from] = new SymbolAtom(names.get(i));
        out = (Table) amendTable(out, one, from, each ? Vectors.itemAt(y, i) : y);
      }
      return out;
    }
    if (from + 1 < path.length) {
      // Rows then columns: columns then rows.
      Value[] swapped = path.clone();
      swapped[from] = path[from + 1];
      swapped[from + 1] = index;
      if (Indexing.isAll(swapped[from])) {
        swapped[from] = Vectors.symbols(table.names());
      }
      return amendTable(table, swapped, from, y);
    }
    List<Vector> columns = new ArrayList<>();
    if (y instanceof Dictionary row && replaces) {
      for (int c = 0; c < table.names().size(); c++) {
        Value cell = Indexing.at(context, row, new SymbolAtom(table.names().get(c)));
        columns.add((Vector) amend(table.columns().get(c), new Value[] {index}, 0, cell));
      }
      return new Table(table.names(), columns);
    }
    Value[] rows = Vectors.items(table);
    if (Vectors.isAtom(index) && !Indexing.isAll(index)) {
      amendItem(rows, index, path, from, y);
    } else {
      amendItems(
          rows,
          Indexing.isAll(index)
              ? Vectors.longVector(Vectors.range(rows.length), rows.length)
              : index,
          path,
          from,
          y);
    }
    return Vectors.collapse(rows);
  }
}
