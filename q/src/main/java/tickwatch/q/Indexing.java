package tickwatch.q;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Atom;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.UnaryPrimitive;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/** Items of lists, rows and columns of tables, values of dictionaries. */
final class Indexing {
  private Indexing() {}

  static boolean isAll(Value index) {
    return index instanceof UnaryPrimitive p && (p.code() == 0 || p.code() == 255);
  }

  /** q's index at depth, as {@code x[i;j]}. */
  static Value deep(Context context, Value container, Value[] indexes, int from) {
    if (from == indexes.length) {
      return container;
    }
    Value index = indexes[from];
    if (from == indexes.length - 1) {
      return isAll(index) ? container : at(context, container, index);
    }
    if (Vectors.isAtom(container) && !isAll(index)) {
      return Functions.apply(context, container, Arrays.copyOfRange(indexes, from, indexes.length));
    }
    if (container instanceof Dictionary d && d.isKeyedTable() && !isAll(index)) {
      Value row = at(context, container, index);
      return row instanceof Table rows && isNames(indexes, from + 1)
          ? cells(rows, indexes[from + 1])
          : deep(context, row, indexes, from + 1);
    }
    if (container instanceof Table table && isAll(index)) {
      if (isNames(indexes, from + 1)) {
        return cells(table, indexes[from + 1]);
      }
      // t[;c] is a column, whatever its rows are.
      Value columns = at(context, table, indexes[from + 1]);
      return deep(context, columns, indexes, from + 2);
    }
    if (isAll(index)) {
      if (container instanceof Dictionary d) {
        Value[] out = Vectors.items(d.values());
        Meter meter = Meter.here();
        for (int i = 0; i < out.length; i++) {
          meter.pass();
          out[i] = deep(context, out[i], indexes, from + 1);
        }
        return new Dictionary(d.keys(), Vectors.list(out));
      }
      Value[] out = Vectors.items(container);
      Meter meter = Meter.here();
      for (int i = 0; i < out.length; i++) {
        meter.pass();
        out[i] = deep(context, out[i], indexes, from + 1);
      }
      return Vectors.collapse(out);
    }
    if (index instanceof Vector many) {
      if (container instanceof Table table && many.type() != QType.SYMBOL) {
        if (isNames(indexes, from + 1)) {
          return cells((Table) at(context, table, many), indexes[from + 1]);
        }
        Value rows = at(context, table, many);
        return deep(context, rows, withAll(indexes, from), from);
      }
      Value[] out = new Value[many.length()];
      for (int i = 0; i < out.length; i++) {
        context.step();
        Value[] each = indexes.clone();
        each[from] = many.item(i);
        out[i] = deep(context, container, each, from);
      }
      return Vectors.collapse(out);
    }
    return deep(context, at(context, container, index), indexes, from + 1);
  }

  /** Whether the last index, at this place, is several columns. */
  private static boolean isNames(Value[] indexes, int place) {
    return place == indexes.length - 1 && indexes[place] instanceof SymbolVector;
  }

  /** The items of some columns, row by row. */
  private static Value cells(Table rows, Value names) {
    return Lists.flip(columns(rows, names));
  }

  private static Value[] withAll(Value[] indexes, int from) {
    Value[] out = indexes.clone();
    out[from] = UnaryPrimitive.ELIDED;
    return out;
  }

  /** q's {@code container@index}. */
  static Value at(Context context, Value container, Value index) {
    if (isAll(index)) {
      return container;
    }
    if (container instanceof Dictionary d) {
      return ofDictionary(context, d, index);
    }
    if (container instanceof Table table && isSymbolic(index)) {
      return columns(table, index);
    }
    if (container instanceof Vector || container instanceof Table) {
      if (index instanceof Atom) {
        if (!Vectors.isIntegral(index.type()) || index.type() == QType.CHAR) {
          throw QError.type(Types.name(index) + " as an index (expected: whole numbers)");
        }
        long position = Vectors.longOf(index);
        return Vectors.itemAt(
            container, position < 0 || position > Integer.MAX_VALUE ? -1 : (int) position);
      }
      if (index instanceof ListVector list) {
        Value[] out = new Value[list.length()];
        Meter meter = Meter.here();
        for (int i = 0; i < out.length; i++) {
          meter.pass();
          out[i] = at(context, container, list.get(i));
        }
        return out.length == 0 && container instanceof Vector v
            ? Vectors.emptyOf(v.type())
            : Vectors.collapse(out);
      }
      if (index instanceof Vector many) {
        context.reserve(many.length());
        int[] indexes = Vectors.indexes(many);
        return Vectors.at(container, indexes, indexes.length);
      }
      if (index instanceof Dictionary d) {
        Value found = at(context, container, d.values());
        return new Dictionary(d.keys(), found instanceof Table ? found : Vectors.listOf(found));
      }
    }
    if (Vectors.isAtom(container)) {
      return Functions.apply(context, container, index);
    }
    throw QError.type(Types.name(index) + " as an index");
  }

  private static boolean isSymbolic(Value index) {
    return index instanceof SymbolAtom || index instanceof SymbolVector;
  }

  private static Value columns(Table table, Value index) {
    if (index instanceof SymbolAtom name) {
      return columnOrNone(table, name.name());
    }
    SymbolVector names = (SymbolVector) index;
    Value[] out = new Value[names.length()];
    for (int i = 0; i < out.length; i++) {
      out[i] = columnOrNone(table, names.get(i));
    }
    return ListVector.of(out);
  }

  /** As of a dictionary of columns: what is not there is an empty list of the first one's type. */
  private static Vector columnOrNone(Table table, String name) {
    return table.column(name) != null || table.columns().isEmpty()
        ? column(table, name)
        : Vectors.emptyOf(table.columns().get(0).type());
  }

  static Vector column(Table table, String name) {
    Vector column = table.column(name);
    if (column == null) {
      String shown = Context.shown(name);
      throw new QError(shown, "the table has no column " + shown);
    }
    return column;
  }

  /** A column, or a value of a dictionary of names; null where there is none. */
  static @Nullable Value member(Value container, String name) {
    if (container instanceof Table table) {
      return table.column(name);
    }
    if (container instanceof Dictionary d) {
      if (d.keys() instanceof SymbolVector names) {
        for (int i = 0; i < names.length(); i++) {
          if (names.get(i).equals(name)) {
            return Vectors.itemAt(d.values(), i);
          }
        }
      }
      if (d.keys() instanceof Table keys && d.values() instanceof Table values) {
        Vector column = keys.column(name);
        return column != null ? column : values.column(name);
      }
    }
    return null;
  }

  private static Value ofDictionary(Context context, Dictionary d, Value index) {
    if (d.step()) {
      return d.keys() instanceof Table keys
          ? ofStepped(context, d, keys, index)
          : at(context, d.values(), Search.bin(context, d.keys(), index, false));
    }
    if (d.keys() instanceof Table keys) {
      return ofKeyed(context, d, keys, index);
    }
    Value found = Search.find(context, d.keys(), index);
    return pick(context, d, found);
  }

  private static Value pick(Context context, Dictionary d, Value found) {
    return at(context, d.values(), found);
  }

  private static Value ofStepped(Context context, Dictionary d, Table keys, Value index) {
    boolean several =
        index instanceof Table
            || (keys.columns().size() == 1
                ? index instanceof Vector
                : index instanceof ListVector l && l.length() > 0 && l.get(0) instanceof Vector);
    Table wanted =
        index instanceof Table t
            ? Lists.reordered(t, keys.names())
            : several && keys.columns().size() == 1
                ? new Table(keys.names(), java.util.List.of((Vector) index))
                : Upsert.rows(keys, Vectors.isAtom(index) ? Vectors.listOf(index) : index);
    int[] found = Joins.stepped(keys, wanted);
    return several
        ? Vectors.at(d.values(), found, found.length)
        : at(context, d.values(), tickwatch.ipc.value.LongAtom.of(found[0]));
  }

  /** A list is a record of the key, or several where all of its items are lists. */
  private static Value ofKeyed(Context context, Dictionary d, Table keys, Value index) {
    if (index instanceof Table || index instanceof Dictionary) {
      return at(context, d.values(), Search.find(context, keys, index));
    }
    int width = keys.columns().size();
    Vector first = keys.columns().get(0);
    if (!(index instanceof Vector record) || record.length() == 0) {
      if (width > 1) {
        throw QError.length(index.count(), width);
      }
      return at(context, d.values(), Search.find(context, first, index));
    }
    if (record instanceof ListVector records && areRecords(keys, records)) {
      return at(context, d.values(), Search.find(context, keys, tableOf(keys, records)));
    }
    if (record.length() != width) {
      throw QError.length(record.length(), width);
    }
    Value found =
        width == 1
            ? Search.find(context, first, record.item(0))
            : Search.find(context, keys, record);
    return at(context, d.values(), found);
  }

  private static boolean areRecords(Table keys, ListVector records) {
    for (int i = 0; i < records.length(); i++) {
      if (!(records.get(i) instanceof Vector)) {
        return false;
      }
    }
    // Lists as keys: one record of them.
    return records.length() != keys.columns().size()
        || keys.columns().stream().noneMatch(ListVector.class::isInstance);
  }

  /** The rows of a key that an index stands for: a record or several. */
  static Table records(Table keys, Value index) {
    return index instanceof ListVector list && list.length() > 0 && areRecords(keys, list)
        ? tableOf(keys, list)
        : Upsert.rows(keys, keys.columns().size() == 1 ? Vectors.listOf(index) : index);
  }

  private static Table tableOf(Table keys, ListVector records) {
    List<Vector> columns = new ArrayList<>();
    Meter meter = Meter.here();
    for (int c = 0; c < keys.columns().size(); c++) {
      Value[] cells = new Value[records.length()];
      for (int i = 0; i < cells.length; i++) {
        meter.pass();
        Vector record = (Vector) records.get(i);
        if (record.length() != keys.columns().size()) {
          throw QError.length(record.length(), keys.columns().size());
        }
        cells[i] = record.item(c);
      }
      columns.add(Vectors.list(cells));
    }
    return new Table(keys.names(), columns);
  }
}
