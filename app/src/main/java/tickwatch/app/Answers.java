package tickwatch.app;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;
import tickwatch.q.Display;
import tickwatch.q.DisplayOptions;

/** Prints the answer to a question in the form that was asked for. */
final class Answers {
  /** The forms. */
  enum Format {
    /** As a q prompt does. */
    Q,
    /** Aligned columns, all rows. */
    TABLE,
    /** RFC 4180, with a header. */
    CSV,
    /** One JSON value. */
    JSON
  }

  private Answers() {}

  static void print(Value answer, Format format, DisplayOptions options, PrintWriter out) {
    switch (format) {
      case Q -> out.print(SymbolAtom.textOf(Display.text(answer, options)));
      case JSON -> json(answer, out);
      case CSV -> csv(asTable(answer), out);
      case TABLE -> aligned(asTable(answer), out);
    }
    out.flush();
  }

  /** A keyed table as a plain one: the key's columns first. */
  static Table unkeyed(Dictionary keyed) {
    if (keyed.keys() instanceof Table keys && keyed.values() instanceof Table values) {
      List<String> names = new ArrayList<>(keys.names());
      names.addAll(values.names());
      List<Vector> columns = new ArrayList<>(keys.columns());
      columns.addAll(values.columns());
      return new Table(names, columns);
    }
    if (keyed.keys() instanceof Table keys && keyed.values() instanceof Vector values) {
      List<String> names = new ArrayList<>(keys.names());
      names.add("value");
      List<Vector> columns = new ArrayList<>(keys.columns());
      columns.add(values);
      return new Table(names, columns);
    }
    throw new IllegalArgumentException("a dictionary from " + keyed.keys().type());
  }

  /** Whatever the answer is, in rows and columns. */
  private static Table asTable(Value answer) {
    if (answer instanceof Table table) {
      return table;
    }
    if (answer instanceof Dictionary dictionary) {
      if (dictionary.keys() instanceof Vector keys) {
        if (dictionary.values() instanceof Vector values) {
          return new Table(List.of("key", "value"), List.of(keys, values));
        }
        if (dictionary.values() instanceof Table values) {
          List<String> names = new ArrayList<>(List.of("key"));
          names.addAll(values.names());
          List<Vector> columns = new ArrayList<>(List.of(keys));
          columns.addAll(values.columns());
          return new Table(names, columns);
        }
      }
      return unkeyed(dictionary);
    }
    boolean list = answer instanceof Vector vector && vector.type() != QType.CHAR;
    return new Table(List.of("value"), List.of(list ? (Vector) answer : ListVector.of(answer)));
  }

  private static void json(Value answer, PrintWriter out) {
    Table table = answer instanceof Table plain ? plain : null;
    if (answer instanceof Dictionary dictionary && dictionary.isKeyedTable()) {
      table = unkeyed(dictionary);
    }
    if (table == null) {
      out.println(ValueText.json(answer));
      return;
    }
    // Row by row, so that a large table is never in memory as text.
    out.print("[");
    StringBuilder row = new StringBuilder();
    for (int i = 0; i < table.rowCount(); i++) {
      row.setLength(0);
      ValueText.jsonRow(table, i, row.append(i == 0 ? "" : ",\n "));
      out.print(row);
    }
    out.println("]");
  }

  private static void csv(Table table, PrintWriter out) {
    out.print(
        table.names().stream()
            .map(SymbolAtom::textOf)
            .map(Answers::field)
            .collect(Collectors.joining(",")));
    out.print("\r\n");
    for (int row = 0; row < table.rowCount(); row++) {
      for (int i = 0; i < table.columns().size(); i++) {
        out.print(i == 0 ? "" : ",");
        out.print(field(ValueText.plain(table.columns().get(i).item(row))));
      }
      out.print("\r\n");
    }
  }

  /** A field of a CSV line, as RFC 4180 has it. */
  static String field(String text) {
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  private static void aligned(Table table, PrintWriter out) {
    int columns = table.columns().size();
    int rows = table.rowCount();
    String[][] cells = new String[rows + 1][columns];
    int[] widths = new int[columns];
    for (int i = 0; i < columns; i++) {
      cells[0][i] = SymbolAtom.textOf(table.names().get(i));
      for (int row = 0; row < rows; row++) {
        cells[row + 1][i] = ValueText.plain(table.columns().get(i).item(row));
      }
      for (String[] line : cells) {
        widths[i] = Math.max(widths[i], line[i].length());
      }
    }
    for (int row = 0; row <= rows; row++) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        boolean number = isNumber(table.columns().get(i));
        String blanks = " ".repeat(widths[i] - cells[row][i].length());
        line.append(i == 0 ? "" : "  ")
            .append(number ? blanks + cells[row][i] : cells[row][i] + blanks);
      }
      out.println(line.toString().stripTrailing());
      if (row == 0) {
        out.println(
            "-".repeat(Math.max(1, java.util.Arrays.stream(widths).sum() + 2 * (columns - 1))));
      }
    }
  }

  private static boolean isNumber(@Nullable Vector column) {
    if (column == null || column instanceof SymbolVector) {
      return false;
    }
    return switch (column.type()) {
      case BYTE, SHORT, INT, LONG, REAL, FLOAT -> true;
      default -> false;
    };
  }
}
