package tickwatch.ipc.value;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Named columns of equal length: {@code rows × columns}.
 *
 * @param names the columns' names, one char a byte, unique
 * @param columns as many as names, all of one length
 * @param attribute travels with the table; says nothing of its columns
 */
public record Table(List<String> names, List<Vector> columns, Attribute attribute)
    implements Value {
  public Table {
    names = List.copyOf(names);
    columns = List.copyOf(columns);
    if (names.size() != columns.size()) {
      throw new IllegalArgumentException(
          names.size() + " names for " + columns.size() + " columns");
    }
    for (Vector column : columns) {
      if (column.length() != columns.get(0).length()) {
        throw new IllegalArgumentException(
            "columns of " + columns.get(0).length() + " and " + column.length() + " rows");
      }
    }
  }

  public Table(List<String> names, List<Vector> columns) {
    this(names, columns, Attribute.NONE);
  }

  public int rowCount() {
    return columns.isEmpty() ? 0 : columns.get(0).length();
  }

  @Override
  public QType type() {
    return QType.TABLE;
  }

  @Override
  public int count() {
    return rowCount();
  }

  /** The column of that name, or null. */
  public @Nullable Vector column(String name) {
    int index = names.indexOf(name);
    return index < 0 ? null : columns.get(index);
  }

  /** The rows from {@code from} to {@code to - 1}; nothing is copied. */
  public Table slice(int from, int to) {
    return new Table(names, columns.stream().map(column -> column.slice(from, to)).toList());
  }

  /**
   * The rows at the first {@code count} of these indexes; null items where an index is out of
   * range.
   */
  public Table at(int[] indexes, int count) {
    return new Table(names, columns.stream().map(column -> column.at(indexes, count)).toList());
  }

  /** Equal names and columns; as in q, attributes do not count. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Table that && names.equals(that.names) && columns.equals(that.columns);
  }

  @Override
  public int hashCode() {
    return 31 * names.hashCode() + columns.hashCode();
  }
}
