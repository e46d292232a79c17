package tickwatch.q;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Atom;
import tickwatch.ipc.value.Attribute;
import tickwatch.ipc.value.BinaryPrimitive;
import tickwatch.ipc.value.ByteAtom;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.Composition;
import tickwatch.ipc.value.Derived;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.FloatAtom;
import tickwatch.ipc.value.GuidAtom;
import tickwatch.ipc.value.IteratorPrimitive;
import tickwatch.ipc.value.Lambda;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.Projection;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.RealAtom;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.UnaryPrimitive;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/**
 * The text of a value on one line: bare, as {@code string} gives it and a table's cell shows it, or
 * as {@code -3!} gives it, so that it can be read back.
 */
final class Format {
  private static final String[] ITERATORS = {"'", "/", "\\", "':", "/:", "\\:"};
  private static final int WHOLE_PRECISION = 17;

  private final int precision;
  private final int limit;

  /**
   * @param precision digits of a float, 0 for all
   * @param limit characters after which the text may stop, as it will be cut off there anyway
   */
  Format(int precision, int limit) {
    this.precision = precision == 0 ? WHOLE_PRECISION : precision;
    this.limit = limit;
  }

  /** A value as {@code -3!} writes it, whole. */
  static String line(Value value, int precision) {
    return new Format(precision, Integer.MAX_VALUE).line(value);
  }

  String line(Value value) {
    StringBuilder out = new StringBuilder();
    append(out, value);
    return out.toString();
  }

  // ---- atoms

  /** A float as C's {@code %g} prints it. */
  static String number(double value, int precision) {
    if (Double.isNaN(value)) {
      return "0n";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "0w" : "-0w";
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0" : "0";
    }
    int digits = precision == 0 ? WHOLE_PRECISION : precision;
    if (value == Math.rint(value) && Math.abs(value) < Math.pow(10, Math.min(digits, 15))) {
      return Long.toString((long) value);
    }
    BigDecimal rounded =
        new BigDecimal(value).round(new MathContext(digits, RoundingMode.HALF_EVEN));
    int exponent = rounded.precision() - rounded.scale() - 1;
    if (exponent < -4 || exponent >= digits) {
      String all = rounded.unscaledValue().abs().toString();
      String mantissa = stripZeros(all.charAt(0) + "." + all.substring(1));
      String power = Integer.toString(Math.abs(exponent));
      return (value < 0 ? "-" : "")
          + mantissa
          + "e"
          + (exponent < 0 ? "-" : "+")
          + (power.length() < 2 ? "0" : "")
          + power;
    }
    String plain = rounded.toPlainString();
    return plain.indexOf('.') >= 0 ? stripZeros(plain) : plain;
  }

  private static String stripZeros(String decimal) {
    int end = decimal.length();
    while (end > 0 && decimal.charAt(end - 1) == '0') {
      end--;
    }
    if (end > 0 && decimal.charAt(end - 1) == '.') {
      end--;
    }
    return decimal.substring(0, end);
  }

  /** An atom without quotes, back-ticks or its type's letter. */
  String bare(Value value) {
    QType type = value.type();
    if (value instanceof FloatAtom a && type == QType.FLOAT) {
      return number(a.value(), precision);
    }
    if (value instanceof RealAtom a) {
      return Float.isNaN(a.value()) ? "0Ne" : number(a.value(), precision);
    }
    if (value instanceof FloatAtom a) {
      return Double.isNaN(a.value())
          ? "0Nz"
          : Double.isInfinite(a.value())
              ? (a.value() < 0 ? "-0wz" : "0wz")
              : Temporals.datetimeText(a.value());
    }
    if (value instanceof SymbolAtom a) {
      return a.name();
    }
    if (value instanceof GuidAtom a) {
      return a.uuid().toString();
    }
    if (value instanceof ByteAtom a) {
      return switch (type) {
        case CHAR -> String.valueOf((char) (a.value() & 0xff));
        case BYTE -> hex(a.value());
        default -> a.value() != 0 ? "1" : "0";
      };
    }
    if (!(value instanceof Atom atom)) {
      return line(value);
    }
    long item = Vectors.longOf(value);
    if (atom.isNull()) {
      return type == QType.LONG ? "0N" : "0N" + type.letter();
    }
    long infinity = Vectors.longOf(Casts.infinity(type, false));
    if (type != QType.SHORT && Math.abs(item) == infinity) {
      return (item < 0 ? "-0W" : "0W") + (type == QType.LONG ? "" : String.valueOf(type.letter()));
    }
    if (type.isTemporal()) {
      return Temporals.text(type, item);
    }
    return Long.toString(item);
  }

  private static String hex(byte value) {
    String text = Integer.toHexString(value & 0xff);
    return text.length() < 2 ? "0" + text : text;
  }

  /** What a cell of a table shows for an item of a typed column: nothing for a null. */
  String cell(Value item) {
    if (item instanceof Atom a
        && a.isNull()
        && item.type() != QType.CHAR
        && item.type() != QType.GUID) {
      return "";
    }
    return item instanceof Atom ? bare(item) : line(item);
  }

  static void quote(StringBuilder out, String text) {
    Meter.here().pass(text.length());
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < 32 || c > 126) {
            out.append('\\')
                .append((char) ('0' + (c >> 6)))
                .append((char) ('0' + (c >> 3 & 7)))
                .append((char) ('0' + (c & 7)));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  private String suffix(QType type, boolean looksWhole) {
    return switch (type) {
      case SHORT -> "h";
      case INT -> "i";
      case REAL -> "e";
      case FLOAT -> looksWhole ? "f" : "";
      case MONTH -> "m";
      default -> "";
    };
  }

  private static boolean looksWhole(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '.' || c == 'e' || c == 'n' || c == 'w') {
        return false;
      }
    }
    return true;
  }

  private void atom(StringBuilder out, Value value) {
    QType type = value.type();
    switch (type) {
      case BOOLEAN -> out.append(bare(value)).append('b');
      case BYTE -> out.append("0x").append(bare(value));
      case CHAR -> quote(out, bare(value));
      case SYMBOL -> {
        enumeration(out, Enumerations.variableOf(value));
        out.append('`').append(bare(value));
      }
      default -> {
        String text = bare(value);
        out.append(text);
        boolean special = text.startsWith("0N") || text.startsWith("-0W") || text.startsWith("0W");
        if (!special) {
          out.append(suffix(type, looksWhole(text)));
        }
      }
    }
  }

  private static void enumeration(StringBuilder out, @Nullable String variable) {
    if (variable != null) {
      out.append('`').append(variable).append('$');
    }
  }

  // ---- everything

  private void append(StringBuilder out, Value value) {
    if (value instanceof Atom) {
      atom(out, value);
    } else if (value instanceof Vector v) {
      if (v.attribute() != Attribute.NONE) {
        out.append('`').append(v.attribute().letter()).append('#');
      }
      vector(out, v);
    } else if (value instanceof Table t) {
      if (t.attribute() != Attribute.NONE) {
        out.append('`').append(t.attribute().letter()).append('#');
      }
      out.append('+');
      append(out, Vectors.symbols(t.names()), ListVector.of(t.columns().toArray(new Value[0])));
    } else if (value instanceof Dictionary d) {
      append(out, d.keys(), d.values());
    } else {
      function(out, value);
    }
  }

  private void append(StringBuilder out, Value keys, Value values) {
    boolean brackets =
        keys instanceof Table
            || keys instanceof Dictionary
            || keys.count() == 1
            || (keys.count() == 0 && keys.type() != QType.LIST && keys.type() != QType.CHAR);
    if (brackets) {
      out.append('(');
    }
    append(out, keys);
    if (brackets) {
      out.append(')');
    }
    out.append('!');
    append(out, values);
  }

  private void vector(StringBuilder out, Vector v) {
    int count = v.length();
    QType type = v.type();
    if (type == QType.CHAR) {
      if (count == 1) {
        out.append(',');
      }
      quote(out, Vectors.bytesOf((ByteVector) v));
      return;
    }
    String variable = Enumerations.variableOf(v);
    if (count == 0) {
      out.append(
          type == QType.LIST
              ? "()"
              : "`" + (variable == null ? Types.name(type) : variable) + "$()");
      return;
    }
    if (Enumerations.isLink(v)) {
      out.append('`').append(variable).append('!');
    } else {
      enumeration(out, variable);
    }
    if (count == 1) {
      out.append(',');
    }
    switch (type) {
      case LIST -> {
        ListVector items = (ListVector) v;
        if (count == 1) {
          append(out, items.get(0));
          return;
        }
        out.append('(');
        Meter meter = Meter.here();
        for (int i = 0; i < count && out.length() <= limit; i++) {
          meter.pass();
          meter.room(4L * out.length());
          if (i > 0) {
            out.append(';');
          }
          append(out, items.get(i));
        }
        out.append(')');
      }
      case BOOLEAN -> {
        Meter meter = Meter.here();
        for (int i = 0; i < count && out.length() <= limit; i++) {
          meter.pass();
          out.append(((ByteVector) v).get(i) != 0 ? '1' : '0');
        }
        out.append('b');
      }
      case BYTE -> {
        out.append("0x");
        for (int i = 0; i < count && out.length() <= limit; i++) {
          out.append(hex(((ByteVector) v).get(i)));
        }
      }
      case SYMBOL -> {
        Meter meter = Meter.here();
        for (int i = 0; i < count && out.length() <= limit; i++) {
          meter.pass();
          out.append('`').append(((SymbolVector) v).get(i));
        }
      }
      default -> {
        boolean whole = true;
        Meter meter = Meter.here();
        for (int i = 0; i < count && out.length() <= limit; i++) {
          meter.pass();
          if (i > 0) {
            out.append(' ');
          }
          String text = bareItem(v, i);
          whole &= looksWhole(text);
          out.append(text);
        }
        boolean letterDone = type.isTemporal() && isNullOrInfinity(v, count - 1);
        if (!letterDone) {
          out.append(suffix(type, whole));
        }
      }
    }
  }

  /** An item of a vector; nulls and infinities without the letter where the vector ends in one. */
  private String bareItem(Vector v, int i) {
    String text = bare(v.item(i));
    QType type = v.type();
    if (type == QType.INT || type == QType.SHORT || type == QType.MONTH || type == QType.REAL) {
      boolean special = text.startsWith("0N") || text.startsWith("0W") || text.startsWith("-0W");
      if (special && text.endsWith(String.valueOf(type.letter()))) {
        return text.substring(0, text.length() - 1);
      }
    }
    return text;
  }

  private static boolean isNullOrInfinity(Vector v, int i) {
    return v.type() != QType.MONTH && v.item(i) instanceof Atom a && a.isNull();
  }

  private void function(StringBuilder out, Value value) {
    if (value instanceof Lambda l) {
      out.append(l.source());
    } else if (value instanceof UnaryPrimitive p) {
      out.append(p.code() == 255 ? "" : Verbs.unaryText(p.code()));
    } else if (value instanceof BinaryPrimitive p) {
      out.append(Verbs.binaryText(p.code()));
    } else if (value instanceof IteratorPrimitive p) {
      out.append(p.code() < ITERATORS.length ? ITERATORS[p.code()] : "");
    } else if (value instanceof Derived d) {
      append(out, d.function());
      out.append(ITERATORS[d.iterator()]);
    } else if (value instanceof Projection p) {
      projection(out, p);
    } else if (value instanceof Composition c) {
      for (Value part : c.parts()) {
        append(out, part);
      }
    } else if (value instanceof Verb v) {
      out.append(
          switch (v.name()) {
            // These three are compositions in q, and print so.
            case "<>" -> "~=";
            case "<=" -> "~>";
            case ">=" -> "~<";
            default -> Objects.requireNonNullElse(v.inK(), v.name());
          });
    } else if (value instanceof View v) {
      out.append(v.text());
    } else if (value instanceof HostFunction h) {
      out.append(h.name());
    } else {
      out.append(value);
    }
  }

  private void projection(StringBuilder out, Projection p) {
    List<String> args = new ArrayList<>();
    for (Value part : p.parts().subList(1, p.parts().size())) {
      args.add(line(part));
    }
    Value function = p.parts().get(0);
    boolean list =
        function.equals(new UnaryPrimitive(41)) || function.equals(new UnaryPrimitive(12));
    if (list) {
      out.append('(').append(String.join(";", args)).append(')');
      return;
    }
    append(out, function);
    out.append('[').append(String.join(";", args)).append(']');
  }
}
