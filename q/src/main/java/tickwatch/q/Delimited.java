package tickwatch.q;

import java.util.ArrayList;
import java.util.List;
import tickwatch.ipc.value.Atom;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/** {@code 0:} on text in memory: delimited lines as columns, and columns as delimited lines. */
final class Delimited {
  private Delimited() {}

  static Value apply(Context context, Value x, Value y) {
    if (Vectors.isText(x)
        && (y instanceof Table || y instanceof ListVector || y instanceof Vector)
        && !Vectors.isText(y)) {
      return lines(context, Vectors.text(x), y);
    }
    if (Vectors.isString(x)
        && (x.count() == 3 || (x.count() == 4 && Vectors.text(x).charAt(2) == '*'))
        && Vectors.isText(y)) {
      return pairs(context, Vectors.text(x), Vectors.text(y));
    }
    if (x instanceof ListVector how && how.length() >= 2 && Vectors.isText(how.get(0))) {
      return columns(context, Vectors.text(how.get(0)), how.get(1), y);
    }
    throw x.type() == QType.SYMBOL || y.type() == QType.SYMBOL
        ? QError.nyi("files: 0:")
        : QError.type("0: of " + Types.name(x) + " and " + Types.name(y));
  }

  // ---- to text

  private static Value lines(Context context, String by, Value y) {
    List<Vector> columns = new ArrayList<>();
    List<String> out = new ArrayList<>();
    if (y instanceof Table t) {
      columns.addAll(t.columns());
      out.add(String.join(by, t.names()));
    } else {
      for (Value column : Vectors.items(y)) {
        columns.add(Vectors.listOf(column));
      }
    }
    int rows = columns.isEmpty() ? 0 : columns.get(0).length();
    for (Vector column : columns) {
      if (column.length() != rows) {
        throw QError.length(rows, column.length());
      }
    }
    context.reserve((long) rows * columns.size());
    for (int r = 0; r < rows; r++) {
      context.step();
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < columns.size(); c++) {
        line.append(c > 0 ? by : "").append(cell(context, columns.get(c).item(r), by));
      }
      out.add(line.toString());
    }
    return ListVector.of(out.stream().map(Vectors::string).toArray(Value[]::new));
  }

  private static String cell(Context context, Value value, String by) {
    String text;
    if (Vectors.isText(value)) {
      text = Vectors.text(value);
    } else if (value instanceof Atom a) {
      text = a.isNull() ? "" : new Format(context.display.precision(), 1_000).bare(value);
      if (value.type() == QType.DATE || value.type() == QType.TIMESTAMP) {
        text =
            text.length() < 10
                ? text
                : text.substring(0, 10).replace('.', '-') + text.substring(10);
      }
    } else {
      throw QError.type("a cell of " + Types.name(value));
    }
    return text.contains(by) ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }

  // ---- from text

  private static Value columns(Context context, String types, Value how, Value y) {
    List<String> texts = new ArrayList<>();
    if (Vectors.isString(y)) {
      texts.add(Vectors.text(y));
    } else {
      for (Value line : Vectors.items(y)) {
        texts.add(Vectors.text(line));
      }
    }
    context.reserve((long) texts.size() * types.length());
    List<List<String>> cells = new ArrayList<>();
    boolean headed = how instanceof Vector v && Vectors.isText(v) && v.length() == 1;
    boolean widths = how instanceof Vector && !Vectors.isText(how);
    for (String text : texts) {
      context.step();
      context.reserve(text.length());
      cells.add(widths ? fixed(text, (Vector) how) : split(text, Vectors.text(how).charAt(0)));
    }
    List<String> names = headed && !cells.isEmpty() ? cells.remove(0) : List.of();
    List<Value> out = new ArrayList<>();
    List<String> kept = new ArrayList<>();
    for (int c = 0; c < types.length(); c++) {
      char letter = types.charAt(c);
      if (letter == ' ') {
        continue;
      }
      Value[] column = new Value[cells.size()];
      for (int r = 0; r < column.length; r++) {
        context.step();
        String text = c < cells.get(r).size() ? cells.get(r).get(c) : "";
        column[r] = Vectors.string(text);
      }
      out.add(parsed(context, letter, ListVector.of(column)));
      if (headed) {
        kept.add(c < names.size() ? names.get(c) : "x" + c);
      }
    }
    if (headed) {
      return new Table(kept, out.stream().map(v -> (Vector) v).toList());
    }
    if (Vectors.isString(y)) {
      return Vectors.list(out.stream().map(v -> ((Vector) v).item(0)).toArray(Value[]::new));
    }
    return ListVector.of(out.toArray(new Value[0]));
  }

  private static Value parsed(Context context, char letter, ListVector column) {
    if (letter == '*') {
      return column;
    }
    QType type = QType.ofLetter(letter);
    if (type == null) {
      throw QError.type("a column of type \"" + letter + "\"");
    }
    if (type == QType.CHAR) {
      StringBuilder chars = new StringBuilder();
      for (int i = 0; i < column.length(); i++) {
        String text = Vectors.text(column.get(i));
        chars.append(text.isEmpty() ? ' ' : text.charAt(0));
      }
      return Vectors.string(chars.toString());
    }
    Value[] out = new Value[column.length()];
    for (int r = 0; r < out.length; r++) {
      context.step();
      out[r] = Casts.parse(type, column.get(r));
    }
    return out.length == 0 ? Vectors.emptyOf(type) : Vectors.list(out);
  }

  private static List<String> fixed(String text, Vector widths) {
    List<String> out = new ArrayList<>();
    int at = 0;
    for (int i = 0; i < widths.length(); i++) {
      int to = Math.min(text.length(), at + Vectors.intOf(widths.item(i), "width"));
      out.add(text.substring(Math.min(at, text.length()), to).strip());
      at = to;
    }
    return out;
  }

  private static List<String> split(String text, char by) {
    List<String> out = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean quoted = false;
    Meter meter = Meter.here();
    for (int i = 0; i < text.length(); i++) {
      meter.pass();
      char c = text.charAt(i);
      if (c == '"') {
        if (quoted && i + 1 < text.length() && text.charAt(i + 1) == '"') {
          cell.append('"');
          i++;
        } else {
          quoted = !quoted;
        }
      } else if (c == by && !quoted) {
        out.add(cell.toString());
        cell.setLength(0);
      } else {
        cell.append(c);
      }
    }
    out.add(cell.toString());
    return out;
  }

  /** {@code "S=;"0:text}: keys and values; {@code "S=*;"0:text}: values may be in quotes. */
  private static Value pairs(Context context, String how, String text) {
    boolean isQuoted = how.length() == 4;
    QType type = QType.ofLetter(how.charAt(0));
    if (type != QType.SYMBOL && type != QType.INT && type != QType.LONG) {
      throw new QError("IJS", "keys of type " + how.charAt(0) + " (expected: I, J or S)");
    }
    List<Value> keys = new ArrayList<>();
    List<Value> values = new ArrayList<>();
    char between = how.charAt(how.length() - 1);
    for (String pair :
        isQuoted
            ? split(text, between)
            : List.of(text.split(java.util.regex.Pattern.quote("" + between), -1))) {
      context.step();
      if (pair.isEmpty()) {
        continue;
      }
      int at = pair.indexOf(how.charAt(1));
      keys.add(Casts.parse(type, Vectors.string(at < 0 ? pair : pair.substring(0, at))));
      values.add(Vectors.string(at < 0 ? "" : pair.substring(at + 1)));
    }
    return ListVector.of(
        Vectors.list(keys.toArray(new Value[0])), ListVector.of(values.toArray(new Value[0])));
  }
}
