package tickwatch.q;

import java.util.ArrayList;
import java.util.List;
import tickwatch.ipc.value.Atom;
import tickwatch.ipc.value.ByteAtom;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.FloatAtom;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.UnaryPrimitive;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/**
 * {@code .j.j} and {@code .j.k}. A JSON object is a dictionary of symbols, an array of objects with
 * the same names a table, a number a float, a text a string, null a float's null.
 */
final class Json {
  private static final int MAX_DEPTH = 100;

  private final Context context;
  private final String text;
  private int at;

  private Json(Context context, String text) {
    this.context = context;
    this.text = text;
  }

  // ---- writing

  static String text(Value value) {
    return text(value, false);
  }

  /**
   * @param nullInfinities whether a float's infinities become null
   */
  static String text(Value value, boolean nullInfinities) {
    StringBuilder out = new StringBuilder();
    write(out, nullInfinities ? withoutInfinities(value) : value, 0);
    return out.toString();
  }

  private static Value withoutInfinities(Value value) {
    return Atomic.unary(
        value,
        leaf ->
            Vectors.isFloating(leaf.type())
                ? Arithmetic.mapDoubles(
                    leaf, leaf.type(), item -> Double.isInfinite(item) ? Double.NaN : item)
                : leaf);
  }

  private static void write(StringBuilder out, Value value, int depth) {
    if (depth > MAX_DEPTH) {
      throw new QError("stack", "a value nested deeper than " + MAX_DEPTH);
    }
    if (Vectors.isString(value)) {
      quote(out, Vectors.text(value));
    } else if (value instanceof Table || value instanceof Vector) {
      boolean lines = value instanceof Table;
      out.append('[');
      Meter meter = Meter.here();
      for (int i = 0; i < value.count(); i++) {
        meter.pass();
        meter.room(4L * out.length());
        out.append(i == 0 ? "" : lines ? ",\n " : ",");
        write(out, Vectors.itemAt(value, i), depth + 1);
      }
      out.append(']');
    } else if (value instanceof Dictionary d && d.isKeyedTable()) {
      write(out, Lists.beside((Table) d.keys(), (Table) d.values()), depth);
    } else if (value instanceof Dictionary d) {
      out.append('{');
      Meter meter = Meter.here();
      for (int i = 0; i < d.count(); i++) {
        meter.pass();
        out.append(i > 0 ? "," : "");
        Value key = Vectors.itemAt(d.keys(), i);
        quote(
            out,
            Vectors.isText(key) ? Vectors.text(key) : new Format(7, Integer.MAX_VALUE).bare(key));
        out.append(':');
        write(out, Vectors.itemAt(d.values(), i), depth + 1);
      }
      out.append('}');
    } else {
      atom(out, value);
    }
  }

  private static void atom(StringBuilder out, Value value) {
    QType type = value.type();
    if (type == QType.BOOLEAN) {
      out.append(value.equals(ByteAtom.TRUE));
    } else if (value.equals(UnaryPrimitive.IDENTITY)) {
      out.append("null");
    } else if (type == QType.CHAR || type == QType.SYMBOL || type == QType.GUID) {
      quote(out, new Format(7, Integer.MAX_VALUE).bare(value));
    } else if (value instanceof Atom a && a.isNull()) {
      out.append(type.isTemporal() ? "\"\"" : "null");
    } else if (type.isTemporal() && value instanceof Atom) {
      String text = new Format(0, Integer.MAX_VALUE).bare(value);
      boolean calendar = type == QType.TIMESTAMP || type == QType.DATE || type == QType.DATETIME;
      quote(out, calendar ? dashes(text) : text);
    } else if (value instanceof Atom) {
      if (Vectors.isFloating(type) && !Double.isInfinite(Vectors.doubleOf(value))) {
        out.append(shortest(value));
      } else {
        out.append(new Format(17, Integer.MAX_VALUE).bare(value).replace("0w", "inf"));
      }
    } else {
      quote(out, new Format(7, Integer.MAX_VALUE).line(value));
    }
  }

  /** The calendar part of a time with dashes, as JavaScript reads it. */
  private static String dashes(String text) {
    return text.length() < 10 ? text : text.substring(0, 10).replace('.', '-') + text.substring(10);
  }

  private static String shortest(Value value) {
    double number = Vectors.doubleOf(value);
    // Java's own text is seldom longer than need be, and never by more than a few digits.
    int fewest = Math.min(16, digits(Double.toString(number)) - 2);
    for (int precision = Math.max(7, fewest); precision < 17; precision++) {
      String text = Format.number(number, precision);
      if (Double.parseDouble(text) == number) {
        return text;
      }
    }
    return Format.number(number, 17);
  }

  /** How many digits a number is written with, before an exponent. */
  private static int digits(String number) {
    int count = 0;
    for (int i = 0; i < number.length() && number.charAt(i) != 'E'; i++) {
      count += Character.isDigit(number.charAt(i)) ? 1 : 0;
    }
    return count;
  }

  private static void quote(StringBuilder out, String text) {
    out.append('"');
    Meter meter = Meter.here();
    for (int i = 0; i < text.length(); i++) {
      meter.pass();
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < 32) {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  // ---- reading

  static Value value(Context context, String text) {
    Json json = new Json(context, text);
    Value value = json.read(0);
    json.skip();
    if (json.at < text.length()) {
      throw json.unexpected();
    }
    return value;
  }

  private QError unexpected() {
    return new QError(
        "type", "JSON: what stands at " + at + " of " + text.length() + " makes no sense there");
  }

  private void skip() {
    while (at < text.length() && text.charAt(at) <= ' ') {
      at++;
    }
  }

  private boolean take(char wanted) {
    skip();
    if (at < text.length() && text.charAt(at) == wanted) {
      at++;
      return true;
    }
    return false;
  }

  private void expect(char wanted) {
    if (!take(wanted)) {
      throw unexpected();
    }
  }

  private Value read(int depth) {
    context.step();
    if (depth > MAX_DEPTH) {
      throw new QError("stack", "JSON nested deeper than " + MAX_DEPTH);
    }
    skip();
    if (at >= text.length()) {
      throw unexpected();
    }
    char c = text.charAt(at);
    if (c == '{') {
      return object(depth);
    }
    if (c == '[') {
      return array(depth);
    }
    if (c == '"') {
      return Vectors.string(string());
    }
    int from = at;
    while (at < text.length() && " ,]}\n\r\t:".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    String word = text.substring(from, at);
    switch (word) {
      case "true" -> {
        return ByteAtom.TRUE;
      }
      case "false" -> {
        return ByteAtom.FALSE;
      }
      case "null" -> {
        return FloatAtom.of(Double.NaN);
      }
      default -> {
        try {
          return FloatAtom.of(Double.parseDouble(word));
        } catch (NumberFormatException e) {
          at = from;
          throw unexpected();
        }
      }
    }
  }

  private Value object(int depth) {
    expect('{');
    List<String> names = new ArrayList<>();
    List<Value> values = new ArrayList<>();
    if (!take('}')) {
      do {
        skip();
        names.add(string());
        expect(':');
        values.add(read(depth + 1));
      } while (take(','));
      expect('}');
    }
    return new Dictionary(
        Vectors.symbols(names),
        values.isEmpty() ? Vectors.EMPTY_LIST : Vectors.list(values.toArray(new Value[0])));
  }

  private Value array(int depth) {
    expect('[');
    List<Value> values = new ArrayList<>();
    if (!take(']')) {
      do {
        values.add(read(depth + 1));
      } while (take(','));
      expect(']');
    }
    return values.isEmpty() ? ListVector.of() : Vectors.collapse(values.toArray(new Value[0]));
  }

  private String string() {
    if (at >= text.length() || text.charAt(at) != '"') {
      throw unexpected();
    }
    at++;
    StringBuilder out = new StringBuilder();
    Meter meter = Meter.here();
    while (true) {
      meter.pass();
      if (at >= text.length()) {
        throw unexpected();
      }
      char c = text.charAt(at++);
      if (c == '"') {
        return out.toString();
      }
      if (c != '\\') {
        out.append(c);
        continue;
      }
      if (at >= text.length()) {
        throw unexpected();
      }
      char escape = text.charAt(at++);
      switch (escape) {
        case 'n' -> out.append('\n');
        case 't' -> out.append('\t');
        case 'r' -> out.append('\r');
        case 'b' -> out.append('\b');
        case 'f' -> out.append('\f');
        case 'u' -> {
          try {
            char unit = (char) Integer.parseInt(text.substring(at, at + 4), 16);
            out.append(tickwatch.ipc.value.SymbolAtom.bytesOf(String.valueOf(unit)));
            at += 4;
          } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw unexpected();
          }
        }
        default -> out.append(escape);
      }
    }
  }
}
