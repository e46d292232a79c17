package tickwatch.q;

import java.util.ArrayList;
import java.util.List;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.Lambda;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.UnaryPrimitive;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/**
 * The text of a value as a q console shows it.
 *
 * <p>A table is columns under their names; a dictionary is its keys, a bar and its values; a
 * general list is a line an item, without a comma before its only one; anything else is one line.
 * Lines wider than the console end in two dots, and so does a text of more lines than fit.
 */
public final class Display {
  private final DisplayOptions options;
  private final Format format;

  private Display(DisplayOptions options) {
    this.options = options;
    this.format = new Format(options.precision(), options.columns());
  }

  /** What a q prompt prints for a value, each line ended by a newline: q's {@code .Q.s}. */
  public static String text(Value value, DisplayOptions options) {
    if (value.equals(UnaryPrimitive.IDENTITY)) {
      return "";
    }
    Display display = new Display(options);
    List<String> lines = display.lines(value);
    StringBuilder out = new StringBuilder();
    int fit = options.rows() - 3;
    for (int i = 0; i < lines.size() && i < fit; i++) {
      out.append(display.cut(lines.get(i))).append('\n');
    }
    if (lines.size() > fit) {
      out.append("..\n");
    }
    return out.toString();
  }

  /** A value in one line of any length: q's {@code .Q.s1}. */
  public static String line(Value value, int precision) {
    return Format.line(value, precision);
  }

  private String cut(String line) {
    int width = options.columns() - 1;
    return line.length() <= width ? line : line.substring(0, width - 2) + "..";
  }

  /** Rows beyond these are cut off anyway. */
  private int shown(int count) {
    return Math.min(count, options.rows() - 2);
  }

  private List<String> lines(Value value) {
    if (value instanceof Table table) {
      return table(table);
    }
    if (value instanceof Dictionary d) {
      return dictionary(d);
    }
    if (value instanceof ListVector list && list.length() > 0) {
      return rows(list, shown(list.length()));
    }
    if (value instanceof Lambda lambda) {
      return List.of(lambda.source().split("\n", -1));
    }
    return List.of(format.line(value));
  }

  /**
   * The items of a list, of a dictionary's values or of a table's column: in columns of their own
   * where all that are shown are equally long, else each as it could be typed.
   */
  private List<String> rows(Vector list, int shown) {
    List<String> out = new ArrayList<>();
    if (!(list instanceof ListVector items)) {
      for (int i = 0; i < shown; i++) {
        out.add(format.cell(list.item(i)));
      }
      return out;
    }
    int width = commonLength(items, shown);
    if (width > 0) {
      return grid(items, shown, width);
    }
    for (int i = 0; i < shown; i++) {
      out.add(width == 0 ? "" : format.line(items.get(i)));
    }
    return out;
  }

  /** How long each of the first items is; -1 where they are no such vectors. */
  private static int commonLength(ListVector rows, int shown) {
    int length = -1;
    boolean solid = true;
    for (int r = 0; r < shown; r++) {
      if (!(rows.get(r) instanceof Vector row) || (r > 0 && row.length() != length)) {
        return -1;
      }
      length = row.length();
      solid &= isSolid(row.type()) && row.type() == rows.get(0).type();
    }
    return solid ? -1 : length;
  }

  private List<String> grid(ListVector rows, int shown, int width) {
    // A cell of a general list is a line of what that list would be by itself.
    int wide = Math.min(width, options.columns());
    List<List<String>> cells = new ArrayList<>();
    for (int r = 0; r < shown; r++) {
      cells.add(rows((Vector) rows.get(r), wide));
    }
    List<List<String>> columns = new ArrayList<>();
    int used = 0;
    int c = 0;
    for (; c < width && used <= options.columns(); c++) {
      List<String> column = new ArrayList<>();
      for (List<String> row : cells) {
        column.add(row.get(c));
      }
      columns.add(column);
      used += widest(column) + 1;
    }
    // Other than a table's, the last column is not filled up; of one cut off, no row ends before.
    List<String> lines = joined(columns, shown);
    return c < width ? lines : lines.stream().map(String::stripTrailing).toList();
  }

  /** Vectors of these stand as they are where all are of one type. */
  private static boolean isSolid(QType type) {
    return type == QType.CHAR || type == QType.BOOLEAN || type == QType.BYTE;
  }

  private static String pad(String text, int width) {
    return text.length() >= width ? text : text + " ".repeat(width - text.length());
  }

  private static int widest(List<String> cells) {
    int width = 0;
    for (String cell : cells) {
      width = Math.max(width, cell.length());
    }
    return width;
  }

  /** Columns side by side, one blank between them. */
  private static List<String> joined(List<List<String>> columns, int rows) {
    List<StringBuilder> lines = new ArrayList<>();
    for (int r = 0; r < rows; r++) {
      lines.add(new StringBuilder());
    }
    for (int c = 0; c < columns.size(); c++) {
      List<String> cells = columns.get(c);
      int width = widest(cells);
      for (int r = 0; r < rows; r++) {
        lines.get(r).append(c > 0 ? " " : "").append(pad(cells.get(r), width));
      }
    }
    return lines.stream().map(StringBuilder::toString).toList();
  }

  // ---- tables

  private List<List<String>> cells(Table table, int shown) {
    List<List<String>> columns = new ArrayList<>();
    for (int c = 0; c < table.names().size(); c++) {
      List<String> cells = new ArrayList<>();
      cells.add(table.names().get(c));
      cells.addAll(rows(table.columns().get(c), shown));
      columns.add(cells);
    }
    return columns;
  }

  private static int totalWidth(List<List<String>> columns) {
    int width = columns.size() - 1;
    for (List<String> cells : columns) {
      width += widest(cells);
    }
    return Math.max(0, width);
  }

  private List<String> table(Table table) {
    if (table.names().isEmpty()) {
      return List.of(format.line(table));
    }
    int shown = shown(table.rowCount());
    List<List<String>> columns = cells(table, shown);
    List<String> lines = new ArrayList<>(joined(columns, shown + 1));
    lines.add(1, "-".repeat(totalWidth(columns)));
    return lines;
  }

  private List<String> dictionary(Dictionary d) {
    int shown = shown(d.count());
    if (d.keys() instanceof Table keys) {
      List<List<String>> left = cells(keys, shown);
      List<String> leftLines = joined(left, shown + 1);
      int leftWidth = totalWidth(left);
      List<String> rightLines;
      String rule;
      if (d.values() instanceof Table values) {
        List<List<String>> right = cells(values, shown);
        rightLines = joined(right, shown + 1);
        rule = "-".repeat(totalWidth(right));
      } else {
        List<String> plain = new ArrayList<>();
        plain.add("");
        plain.addAll(rows((Vector) d.values(), shown));
        rightLines = plain;
        rule = "-".repeat(widest(plain));
      }
      List<String> out = new ArrayList<>();
      for (int r = 0; r <= shown; r++) {
        out.add(pad(leftLines.get(r), leftWidth) + "| " + rightLines.get(r));
      }
      out.add(1, "-".repeat(leftWidth) + "| " + rule);
      return out;
    }
    List<String> keys = rows((Vector) d.keys(), shown);
    int width = widest(keys);
    List<String> out = new ArrayList<>();
    if (d.values() instanceof Table values) {
      List<List<String>> right = cells(values, shown);
      List<String> rightLines = joined(right, shown + 1);
      out.add(pad("", width) + "| " + rightLines.get(0));
      out.add("-".repeat(width) + "| " + "-".repeat(totalWidth(right)));
      for (int r = 0; r < shown; r++) {
        out.add(pad(keys.get(r), width) + "| " + rightLines.get(r + 1));
      }
      return out;
    }
    List<String> values = rows((Vector) d.values(), shown);
    for (int i = 0; i < shown; i++) {
      out.add(pad(keys.get(i), width) + "| " + values.get(i));
    }
    return out;
  }
}
