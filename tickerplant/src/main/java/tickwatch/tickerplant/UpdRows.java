package tickwatch.tickerplant;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Atom;
import tickwatch.ipc.value.Attribute;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;
import tickwatch.q.QError;
import tickwatch.tick.TableSchema;

/**
 * Turns whatever a publisher may send as the rows of a table into the table's columns.
 *
 * <p>Taken are a list of vectors, a list of atoms (one row), a table, a keyed table and a row's
 * dictionary. Time may be left out: a list then has one item less than the table has columns, a
 * table or dictionary has no column of the time's name.
 *
 * <p>Types must be the schema's: nothing is cast. A general list whose items are atoms of the
 * column's type is taken for the vector it stands for, as clients send those.
 */
final class UpdRows {
  private UpdRows() {}

  /**
   * The columns, in the schema's order and types, without attributes.
   *
   * @throws QError {@code type}, {@code length} or {@code mismatch}
   */
  static ListVector columns(TableSchema schema, Value rows, DayClock clock) {
    List<Value> items;
    if (rows instanceof Table table) {
      items = byName(schema, table.names(), table.columns());
    } else if (rows instanceof Dictionary dictionary) {
      items = ofDictionary(schema, dictionary);
    } else if (rows instanceof ListVector list) {
      items = List.of(list.toArray());
    } else if (rows instanceof Vector vector) {
      // A row whose atoms are all of one type arrives as a vector of that type.
      items = new ArrayList<>();
      for (int i = 0; i < vector.length(); i++) {
        items.add(vector.item(i));
      }
    } else {
      throw new QError(
          "type", "rows of " + schema.name() + " of type " + rows.type() + ": " + EXPECTED);
    }
    int columnCount = schema.columns().size();
    if (items.size() != columnCount && items.size() != columnCount - 1) {
      throw new QError(
          "length",
          "%d columns for table %s (expected: its %d, or %d without the time)"
              .formatted(items.size(), schema.name(), columnCount, columnCount - 1));
    }
    boolean hasTime = items.size() == columnCount;
    int first = hasTime ? 0 : 1;
    boolean isRow = items.get(0) instanceof Atom;
    Value[] columns = new Value[columnCount];
    int rowCount = isRow ? 1 : items.get(0).count();
    for (int column = first; column < columnCount; column++) {
      Vector vector = column(schema, column, items.get(column - first), isRow);
      if (vector.length() != rowCount) {
        throw new QError(
            "length",
            "column %s of table %s has %d rows (expected: %d, as the first column)"
                .formatted(schema.columns().get(column), schema.name(), vector.length(), rowCount));
      }
      columns[column] = vector.withAttribute(Attribute.NONE);
    }
    if (!hasTime) {
      columns[0] = times(schema.types().get(0), rowCount, clock);
    }
    return ListVector.of(columns);
  }

  private static final String EXPECTED =
      "(expected: a list of vectors, a list of atoms, a table or a dictionary)";

  private static LongVector times(QType type, int rowCount, DayClock clock) {
    long[] times = new long[rowCount];
    Arrays.fill(times, type == QType.TIMESPAN ? clock.timespan() : clock.timestamp());
    return LongVector.of(type, times);
  }

  private static List<Value> ofDictionary(TableSchema schema, Dictionary dictionary) {
    if (dictionary.keys() instanceof Table keys && dictionary.values() instanceof Table values) {
      List<String> names = new ArrayList<>(keys.names());
      names.addAll(values.names());
      List<Vector> columns = new ArrayList<>(keys.columns());
      columns.addAll(values.columns());
      return byName(schema, names, columns);
    }
    if (!(dictionary.keys() instanceof SymbolVector names)) {
      throw new QError(
          "type", "a dictionary without column names for " + schema.name() + " " + EXPECTED);
    }
    List<Value> items = new ArrayList<>();
    Value values = dictionary.values();
    for (int i = 0; i < names.length(); i++) {
      items.add(
          values instanceof Vector vector ? vector.item(i) : ((Table) values).columns().get(i));
    }
    return byName(schema, List.of(names.toArray()), items);
  }

  private static List<Value> byName(
      TableSchema schema, List<String> names, List<? extends Value> items) {
    List<Value> ordered = new ArrayList<>();
    for (int column = 0; column < schema.columns().size(); column++) {
      int at = names.indexOf(schema.columns().get(column));
      if (at >= 0) {
        ordered.add(items.get(at));
      } else if (column > 0) {
        throw new QError(
            "mismatch",
            "no column %s for table %s (expected: %s)"
                .formatted(schema.columns().get(column), schema.name(), schema.columns()));
      }
    }
    if (ordered.size() != names.size()) {
      throw new QError(
          "mismatch",
          "columns %s for table %s (expected: %s)"
              .formatted(names, schema.name(), schema.columns()));
    }
    return ordered;
  }

  private static Vector column(TableSchema schema, int column, Value item, boolean isRow) {
    QType type = schema.types().get(column);
    if (type == QType.LIST) {
      if (!isRow) {
        if (item instanceof Vector vector) {
          return vector;
        }
      } else {
        return item instanceof Atom atom ? atom.enlist() : ListVector.of(item);
      }
    } else if (isRow) {
      if (item instanceof Atom atom && item.type() == type) {
        return atom.enlist();
      }
    } else if (item instanceof Vector vector) {
      Vector typed = item.type() == type ? vector : ofAtoms(type, vector);
      if (typed != null) {
        return typed;
      }
    }
    throw new QError(
        "type",
        "column %s of table %s: type %d (expected: %d)"
            .formatted(
                schema.columns().get(column),
                schema.name(),
                item.typeNumber(),
                isRow ? -type.number() : type.number()));
  }

  /** The vector that a general list of atoms of one type stands for, or null. */
  private static @Nullable Vector ofAtoms(QType type, Vector vector) {
    if (!(vector instanceof ListVector list)) {
      return null;
    }
    if (list.length() == 0) {
      return new TableSchema("", List.of(""), List.of(type), 0).empty().columns().get(0);
    }
    for (int i = 0; i < list.length(); i++) {
      if (!(list.get(i) instanceof Atom) || list.get(i).type() != type) {
        return null;
      }
    }
    return AtomLists.vector(type, list);
  }
}
