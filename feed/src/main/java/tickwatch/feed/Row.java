package tickwatch.feed;

import java.util.Arrays;

/**
 * The row that a file has just read, overwritten by its next one. A value lies in the array that
 * its {@link ColumnKind} names, at its column's position in the table.
 */
final class Row {
  final double[] numbers;
  final long[] wholes;
  final String[] texts;

  /** Nanoseconds since 2000. */
  long time;

  String sym = "";

  /** What decimals may stand behind in its file, beside a point. */
  final char decimal;

  /** Whether {@link CsvOptions.Only} chose the row. */
  boolean chosen;

  Row(int columns) {
    this(columns, '.');
  }

  Row(int columns, char decimal) {
    this.decimal = decimal;
    numbers = new double[columns];
    wholes = new long[columns];
    texts = new String[columns];
    Arrays.fill(texts, "");
  }
}
