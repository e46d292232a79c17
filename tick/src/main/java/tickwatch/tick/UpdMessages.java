package tickwatch.tick;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Atom;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.IntAtom;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.Null;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/** Reads the values that a tickerplant sends and logs. */
final class UpdMessages {
  private UpdMessages() {}

  /**
   * The rows of a message {@code (`upd;`table;rows)}: a table as it travels live, or a list of
   * columns or of atoms as it stands in the log.
   *
   * @return null if this is another message, or one of a table that the schema does not have
   * @throws TickLogException if the rows do not fit the schema
   */
  static @Nullable Upd upd(Value message, Schema schema) {
    if (!(message instanceof ListVector list)
        || list.length() != 3
        || !isNamed(list.get(0), "upd", ".u.upd")
        || !(list.get(1) instanceof SymbolAtom name)) {
      return null;
    }
    TableSchema table = schema.table(name.name());
    return table == null ? null : new Upd(table.name(), rows(table, list.get(2)));
  }

  private static boolean isNamed(Value function, String... names) {
    String name =
        function instanceof SymbolAtom symbol
            ? symbol.name()
            : function instanceof ByteVector text && text.type() == QType.CHAR ? text.text() : "";
    return List.of(names).contains(name);
  }

  private static Table rows(TableSchema table, Value rows) {
    if (rows instanceof Table live) {
      if (!live.names().equals(table.columns())) {
        throw unfit(table, "columns " + live.names());
      }
      return live;
    }
    if (rows instanceof Dictionary keyed
        && keyed.keys() instanceof Table keys
        && keyed.values() instanceof Table values) {
      List<String> names = new ArrayList<>(keys.names());
      names.addAll(values.names());
      List<Vector> columns = new ArrayList<>(keys.columns());
      columns.addAll(values.columns());
      return rows(table, new Table(names, columns));
    }
    if (!(rows instanceof ListVector list) || list.length() != table.columns().size()) {
      throw unfit(table, rows.type() + " of " + rows.count());
    }
    boolean isRow = list.get(0) instanceof Atom;
    List<Vector> columns = new ArrayList<>(list.length());
    for (int column = 0; column < list.length(); column++) {
      if (isRow) {
        columns.add(list.enlist(column));
        continue;
      }
      Value item = list.get(column);
      if (item instanceof Vector vector) {
        columns.add(vector);
      } else {
        throw unfit(table, "a column of type " + item.typeNumber());
      }
    }
    return new Table(table.columns(), columns);
  }

  private static TickLogException unfit(TableSchema table, String found) {
    return new TickLogException(
        "rows of table %s: %s (expected: the columns %s)"
            .formatted(table.name(), found, table.columns()));
  }

  /** The day of a message {@code (`.u.end;date)}, or the null int for another message. */
  static int endOfDay(Value message) {
    return message instanceof ListVector list
            && list.length() == 2
            && isNamed(list.get(0), ".u.end")
            && list.get(1) instanceof IntAtom date
            && date.type() == QType.DATE
        ? date.value()
        : Null.INT;
  }

  /**
   * The tables that {@code .u.sub} answered with: one pair of name and empty table, or a list of
   * such pairs.
   */
  static Schema schema(Value answer) {
    List<TableSchema> tables = new ArrayList<>();
    if (answer instanceof ListVector list) {
      if (list.length() == 2 && list.get(0) instanceof SymbolAtom) {
        tables.add(table(list));
      } else {
        for (Value pair : list.toArray()) {
          tables.add(table(pair));
        }
      }
      return Schema.of(tables);
    }
    throw new SchemaException("the answer of .u.sub is of type " + answer.typeNumber());
  }

  private static TableSchema table(Value pair) {
    if (pair instanceof ListVector list
        && list.length() == 2
        && list.get(0) instanceof SymbolAtom name) {
      TableSchema table = tableSchema(name.name(), list.get(1));
      if (table != null) {
        return table;
      }
    }
    throw new SchemaException(
        "the answer of .u.sub holds a value of type "
            + pair.typeNumber()
            + " (expected: pairs of a table's name and its empty table)");
  }

  /** What a table or a keyed table looks like, or null if it is neither. */
  static @Nullable TableSchema tableSchema(String name, Value value) {
    if (value instanceof Table table) {
      return new TableSchema(name, table.names(), types(table), 0);
    }
    if (value instanceof Dictionary keyed
        && keyed.keys() instanceof Table keys
        && keyed.values() instanceof Table values) {
      List<String> names = new ArrayList<>(keys.names());
      names.addAll(values.names());
      List<QType> types = new ArrayList<>(types(keys));
      types.addAll(types(values));
      return new TableSchema(name, names, types, keys.names().size());
    }
    return null;
  }

  private static List<QType> types(Table table) {
    return table.columns().stream().map(Vector::type).toList();
  }

  /** The names as q's symbols. */
  static SymbolVector symbols(List<String> names) {
    return SymbolVector.of(names.toArray(String[]::new));
  }
}
