package tickwatch.tick;

import java.util.ArrayList;
import java.util.List;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.GuidVector;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.RealVector;
import tickwatch.ipc.value.ShortVector;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Vector;

/**
 * The columns of a table, in order.
 *
 * @param name the table's name, one char a byte
 * @param columns the columns' names; the first is {@code time}, the second {@code sym}
 * @param types as many as columns; {@link QType#LIST} for an untyped column {@code ()}, which takes
 *     any vector
 * @param keyColumns how many of the first columns are the key; 0 for a plain table
 */
public record TableSchema(String name, List<String> columns, List<QType> types, int keyColumns) {
  public TableSchema {
    columns = List.copyOf(columns);
    types = List.copyOf(types);
    if (columns.size() != types.size()) {
      throw new IllegalArgumentException(
          "table " + name + ": " + columns.size() + " columns, " + types.size() + " types");
    }
    if (keyColumns < 0 || keyColumns > columns.size()) {
      throw new IllegalArgumentException(
          "table " + name + ": " + keyColumns + " key columns of " + columns.size());
    }
  }

  /** No rows of this table: {@code 0 × columns}. */
  public Table empty() {
    List<Vector> vectors = new ArrayList<>();
    for (QType type : types) {
      vectors.add(emptyVector(type));
    }
    return new Table(columns, vectors);
  }

  /**
   * The names of the columns of numbers, in the table's order: the channels of its sensors. Lists
   * in {@code score} rows have one item for each of them.
   */
  public List<String> channels() {
    List<String> channels = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      switch (types.get(i)) {
        case FLOAT, REAL, LONG, INT, SHORT, BYTE, BOOLEAN -> channels.add(columns.get(i));
        default -> {}
      }
    }
    return channels;
  }

  /** A vector of this type with no items. */
  static Vector emptyVector(QType type) {
    return switch (type) {
      case BOOLEAN, BYTE, CHAR -> ByteVector.of(type);
      case SHORT -> ShortVector.of();
      case INT, MONTH, DATE, MINUTE, SECOND, TIME -> IntVector.of(type);
      case LONG, TIMESTAMP, TIMESPAN -> LongVector.of(type);
      case REAL -> RealVector.of();
      case FLOAT, DATETIME -> FloatVector.of(type);
      case GUID -> GuidVector.of(LongVector.of(QType.LONG));
      case SYMBOL -> SymbolVector.of();
      case LIST -> ListVector.of();
      case TABLE,
          DICTIONARY,
          LAMBDA,
          UNARY,
          BINARY,
          ITERATOR,
          PROJECTION,
          COMPOSITION,
          DERIVED,
          ERROR ->
          throw new IllegalArgumentException("a column of type " + type);
    };
  }
}
