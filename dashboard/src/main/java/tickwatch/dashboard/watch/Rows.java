package tickwatch.dashboard.watch;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.Null;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.RealVector;
import tickwatch.ipc.value.ShortVector;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/**
 * The items of a table by column name, whatever type they came in: a column that is missing or of
 * an unfit type reads as null, since a page should show the rest.
 */
final class Rows {
  private final Table table;

  Rows(Table table) {
    this.table = table;
  }

  int count() {
    return table.rowCount();
  }

  /** A number; NaN for null. */
  double number(String column, int row) {
    return number(table.column(column), row);
  }

  static double number(@Nullable Vector column, int row) {
    double value = Double.NaN;
    if (column instanceof FloatVector floats) {
      value = floats.get(row);
    } else if (column instanceof RealVector reals) {
      value = reals.get(row);
    } else if (column instanceof LongVector longs) {
      long item = longs.get(row);
      value = item == Null.LONG ? Double.NaN : item;
    } else if (column instanceof IntVector ints) {
      int item = ints.get(row);
      value = item == Null.INT ? Double.NaN : item;
    } else if (column instanceof ShortVector shorts) {
      short item = shorts.get(row);
      value = item == Null.SHORT ? Double.NaN : item;
    } else if (column instanceof ByteVector bytes && bytes.type() != QType.CHAR) {
      value = bytes.get(row);
    }
    return Double.isFinite(value) ? value : Double.NaN;
  }

  /** A whole number or a time; the null long for null. */
  long whole(String column, int row) {
    Vector vector = table.column(column);
    if (vector instanceof LongVector longs) {
      return longs.get(row);
    }
    double value = number(vector, row);
    return Double.isNaN(value) ? Null.LONG : (long) value;
  }

  /** A symbol, one char a byte; empty for null. */
  String symbol(String column, int row) {
    return table.column(column) instanceof SymbolVector symbols ? symbols.get(row) : "";
  }

  /** Text: a string, or a symbol's text. */
  String text(String column, int row) {
    Vector vector = table.column(column);
    if (vector instanceof ListVector list) {
      Value item = list.get(row);
      if (item instanceof ByteVector bytes) {
        return new String(bytes.toArray(), StandardCharsets.UTF_8);
      }
      return item instanceof SymbolAtom symbol ? symbol.text() : "";
    }
    return vector instanceof SymbolVector symbols ? SymbolAtom.textOf(symbols.get(row)) : "";
  }

  boolean flag(String column, int row) {
    return number(column, row) == 1;
  }

  /** A list of numbers; null where there is none. */
  double @Nullable [] numbers(String column, int row) {
    if (table.column(column) instanceof ListVector list && list.get(row) instanceof Vector items) {
      if (items instanceof FloatVector floats) {
        return floats.toArray();
      }
      double[] numbers = new double[items.length()];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = number(items, i);
      }
      return numbers;
    }
    return null;
  }

  /** A list of symbols, one char a byte each; empty where there is none. */
  String[] symbols(String column, int row) {
    return table.column(column) instanceof ListVector list
            && list.get(row) instanceof SymbolVector symbols
        ? symbols.toArray()
        : new String[0];
  }
}
