package tickwatch.q;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Atom;
import tickwatch.ipc.value.ByteAtom;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.FloatAtom;
import tickwatch.ipc.value.GuidAtom;
import tickwatch.ipc.value.Infinity;
import tickwatch.ipc.value.IntAtom;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.Null;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.RealAtom;
import tickwatch.ipc.value.ShortAtom;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/** {@code $}: a value as another type, and a text as a value. */
final class Casts {
  private Casts() {}

  // ---- the operator

  static Value dollar(Context context, Value x, Value y) {
    if (x instanceof Vector types && !Vectors.isString(x) && x.type() != QType.CHAR) {
      if (isMatrix(x, y)) {
        return Numeric.multiply(x, y);
      }
      return each(context, types, y);
    }
    if (x instanceof ByteVector letters && letters.type() == QType.CHAR) {
      return each(context, letters, y);
    }
    if (x instanceof SymbolAtom name) {
      if (name.isNull()) {
        return toSymbol(y);
      }
      return named(context, name.name(), y);
    }
    if (x instanceof ByteAtom letter && letter.type() == QType.CHAR) {
      char c = (char) letter.value();
      if (c == '*') {
        return y;
      }
      QType type = QType.ofLetter(c);
      if (type == null) {
        throw QError.type("a cast to \"" + c + "\"");
      }
      return Character.isUpperCase(c)
          ? parse(type, y)
          : isPosition(type, y) ? Enumerations.indexes(context, y, type) : cast(y, type);
    }
    if (x instanceof ShortAtom number) {
      if (number.value() == 0) {
        return y;
      }
      QType type = QType.ofNumber(Math.abs(number.value()));
      if (type == null || !type.hasAtoms()) {
        throw QError.type("a cast to type " + number.value());
      }
      return number.value() < 0
          ? parse(type, y)
          : isPosition(type, y) ? Enumerations.indexes(context, y, type) : cast(y, type);
    }
    if (x instanceof IntAtom || x instanceof LongAtom) {
      return Strings.pad(context, Vectors.intOf(x, "width"), y);
    }
    throw QError.type("a cast to " + Types.name(x));
  }

  private static boolean isPosition(QType type, Value y) {
    return (type == QType.LONG || type == QType.INT || type == QType.SHORT)
        && Enumerations.variableOf(y) != null;
  }

  private static boolean isMatrix(Value x, Value y) {
    return y instanceof Vector
        && ((x.type() == QType.FLOAT && x instanceof Vector)
            || (x instanceof ListVector rows
                && rows.length() > 0
                && rows.get(0).type() == QType.FLOAT
                && rows.get(0) instanceof Vector));
  }

  private static Value each(Context context, Vector types, Value y) {
    if (y instanceof Vector many && !(Vectors.isString(y) && types.length() != many.length())) {
      if (many.length() != types.length()) {
        throw QError.length(types.length(), many.length());
      }
      Value[] out = new Value[many.length()];
      Meter meter = Meter.here();
      for (int i = 0; i < out.length; i++) {
        meter.pass();
        out[i] = dollar(context, types.item(i), many.item(i));
      }
      return Vectors.collapse(out);
    }
    Value[] out = new Value[types.length()];
    Meter meter = Meter.here();
    for (int i = 0; i < out.length; i++) {
      meter.pass();
      out[i] = dollar(context, types.item(i), y);
    }
    return Vectors.collapse(out);
  }

  private static Value named(Context context, String name, Value y) {
    switch (name) {
      case "year", "mm", "dd", "hh", "uu", "ss", "week" -> {
        if (name.equals("week")) {
          return Atomic.unary(
              y,
              a -> {
                Value day = cast(a, QType.DATE);
                return Arithmetic.mapLongs(
                    day,
                    QType.DATE,
                    item -> item == Null.LONG ? item : item - Math.floorMod(item - 2, 7));
              });
        }
        return Atomic.unary(y, a -> part(name, a));
      }
      default -> {}
    }
    for (QType type : QType.values()) {
      if (type.hasAtoms() && type.name().toLowerCase(Locale.ROOT).equals(name)) {
        return isPosition(type, y) ? Enumerations.indexes(context, y, type) : cast(y, type);
      }
    }
    if (Enumerations.isDomain(context.lookUp(context.namespace, name))) {
      return y instanceof ListVector l && l.length() == 0
          ? SymbolVector.of().enumeratedOver(name)
          : Enumerations.enumerate(context, name, y);
    }
    throw QError.type("a cast to `" + name);
  }

  /** A part of a time, as an int. */
  static Value part(String name, Value value) {
    QType from = value.type();
    if (!from.isTemporal() && !Vectors.isIntegral(from)) {
      throw QError.type(name + " of " + Types.name(value));
    }
    boolean calendar = name.equals("year") || name.equals("mm") || name.equals("dd");
    if (calendar) {
      if (Temporals.isSpan(from)) {
        if (!name.equals("mm")) {
          throw QError.type(name + " of " + Types.name(value));
        }
        return part("uu", value);
      }
      QType unit = from == QType.MONTH ? QType.MONTH : QType.DATE;
      Value days = cast(value, unit);
      return Arithmetic.mapLongs(
          days,
          QType.INT,
          item -> {
            if (item == Null.LONG) {
              return item;
            }
            int[] civil = Temporals.civil(unit == QType.MONTH ? Temporals.dayOfMonth(item) : item);
            return name.equals("year") ? civil[0] : name.equals("mm") ? civil[1] : civil[2];
          });
    }
    if (from == QType.DATE || from == QType.MONTH) {
      throw QError.type(name + " of " + Types.name(value));
    }
    Value nanos = cast(value, QType.TIMESPAN);
    return Arithmetic.mapLongs(
        nanos,
        QType.INT,
        item ->
            item == Null.LONG
                ? item
                : switch (name) {
                  case "hh" -> item / Temporals.HOUR;
                  case "uu" -> item / Temporals.MINUTE % 60;
                  default -> item / Temporals.SECOND % 60;
                });
  }

  // ---- casting

  static Value cast(Value value, QType to) {
    if (value instanceof ListVector l && l.length() == 0) {
      return Vectors.emptyOf(to);
    }
    if (to == QType.SYMBOL && (Vectors.isText(value) || value instanceof ListVector)) {
      return toSymbol(value);
    }
    return Atomic.unary(value, a -> castLeaf(a, to));
  }

  private static Value castLeaf(Value value, QType to) {
    QType from = value.type();
    if (from == to) {
      return value;
    }
    if (to == QType.SYMBOL || from == QType.SYMBOL || to == QType.GUID || from == QType.GUID) {
      if (value instanceof Vector v && v.length() == 0) {
        return Vectors.emptyOf(to);
      }
      throw QError.type("a cast of " + Types.name(value) + " to " + Types.name(to));
    }
    if (!Vectors.isNumber(from)) {
      throw QError.type("a cast of " + Types.name(value) + " to " + Types.name(to));
    }
    boolean times = from.isTemporal() && to.isTemporal();
    if (Vectors.isFloating(to)) {
      if (to == QType.DATETIME && times) {
        return value instanceof Vector v
            ? Vectors.ofDoubles(to, daysOf(v), v.length())
            : Vectors.atomOfDouble(to, Temporals.days(from, Vectors.longOf(value)));
      }
      return Arithmetic.mapDoubles(value, to, item -> item);
    }
    if (Vectors.isFloating(from)) {
      if (times) {
        return value instanceof Vector v
            ? ofDays(v, to)
            : Vectors.atomOfLong(to, Temporals.ofDays(to, Vectors.doubleOf(value)));
      }
      return ofDoubles(value, to);
    }
    if (to == QType.BOOLEAN) {
      return Arithmetic.mapLongs(value, to, item -> item == 0 ? 0 : 1);
    }
    if (times) {
      return Arithmetic.mapLongs(value, to, item -> Temporals.convert(from, to, item));
    }
    return Arithmetic.mapLongs(value, to, item -> item);
  }

  private static double[] daysOf(Vector vector) {
    long[] items = Vectors.longs(vector);
    double[] out = new double[items.length];
    Meter meter = Meter.here();
    for (int i = 0; i < out.length; i++) {
      meter.pass();
      out[i] = Temporals.days(vector.type(), items[i]);
    }
    return out;
  }

  private static Value ofDays(Vector vector, QType to) {
    double[] days = Vectors.doubles(vector);
    long[] out = new long[days.length];
    Meter meter = Meter.here();
    for (int i = 0; i < out.length; i++) {
      meter.pass();
      out[i] = Temporals.ofDays(to, days[i]);
    }
    return Vectors.ofLongs(to, out, out.length);
  }

  /** Floats as whole numbers: rounded to the nearest, a half to the even one. */
  private static Value ofDoubles(Value value, QType to) {
    if (value instanceof Vector v) {
      double[] items = Vectors.doubles(v);
      long[] out = new long[items.length];
      Meter.here().pass(out.length);
      for (int i = 0; i < out.length; i++) {
        out[i] = rounded(items[i], to);
      }
      return Vectors.ofLongs(to, out, out.length);
    }
    return Vectors.atomOfLong(to, rounded(Vectors.doubleOf(value), to));
  }

  private static long rounded(double item, QType to) {
    if (Double.isNaN(item)) {
      return to == QType.BOOLEAN ? 1 : Null.LONG;
    }
    if (to == QType.BOOLEAN) {
      return item == 0 ? 0 : 1;
    }
    if (Double.isInfinite(item)) {
      long limit = Vectors.longOf(infinity(to, false));
      return item > 0 ? limit : -limit;
    }
    return (long) Math.floor(item + 0.5);
  }

  /** What {@code floor} makes of whole floats: longs. */
  static Value floored(Value floats) {
    return ofDoubles(floats, QType.LONG);
  }

  /** The numbers beneath times. */
  static Value underlying(Value value) {
    return switch (value.type()) {
      case TIMESTAMP, TIMESPAN -> castPlain(value, QType.LONG);
      case MONTH, DATE, MINUTE, SECOND, TIME -> castPlain(value, QType.INT);
      default -> value;
    };
  }

  private static Value castPlain(Value value, QType to) {
    return Arithmetic.mapLongs(value, to, item -> item);
  }

  static Value infinity(QType type, boolean negative) {
    return switch (type) {
      case SHORT -> new ShortAtom(negative ? (short) -Infinity.SHORT : Infinity.SHORT);
      case INT, MONTH, DATE, MINUTE, SECOND, TIME ->
          new IntAtom(type, negative ? -Infinity.INT : Infinity.INT);
      case LONG, TIMESTAMP, TIMESPAN ->
          new LongAtom(type, negative ? -Infinity.LONG : Infinity.LONG);
      case REAL -> new RealAtom(negative ? -Infinity.REAL : Infinity.REAL);
      case FLOAT, DATETIME -> new FloatAtom(type, negative ? -Infinity.FLOAT : Infinity.FLOAT);
      default -> Vectors.atomOfLong(type, negative ? 0 : 255);
    };
  }

  static boolean isNull(Value value) {
    return (value instanceof Atom a && a.isNull())
        || (value instanceof tickwatch.ipc.value.UnaryPrimitive p && p.code() == 0);
  }

  /** {@code null}; what is enumerated never is. */
  static Value nulls(Value value) {
    return Atomic.unary(
        value,
        a -> {
          if (!(a instanceof Vector v)) {
            return ByteAtom.of(
                isNull(a) && !(a instanceof SymbolAtom symbol && symbol.enumeration() != null));
          }
          byte[] out = new byte[v.length()];
          QType type = v.type();
          if (type == QType.SYMBOL) {
            SymbolVector symbols = (SymbolVector) v;
            Meter meter = Meter.here();
            for (int i = 0; i < out.length && symbols.enumeration() == null; i++) {
              meter.pass();
              out[i] = (byte) (symbols.get(i).isEmpty() ? 1 : 0);
            }
          } else if (Vectors.isFloating(type)) {
            double[] items = Vectors.doubles(v);
            Meter.here().pass(out.length);
            for (int i = 0; i < out.length; i++) {
              out[i] = (byte) (Double.isNaN(items[i]) ? 1 : 0);
            }
          } else if (type == QType.CHAR) {
            Meter.here().pass(out.length);
            for (int i = 0; i < out.length; i++) {
              out[i] = (byte) (((ByteVector) v).get(i) == ' ' ? 1 : 0);
            }
          } else if (type != QType.BOOLEAN && type != QType.BYTE) {
            Meter meter = Meter.here();
            for (int i = 0; i < out.length; i++) {
              meter.pass();
              out[i] = (byte) (isNull(v.item(i)) ? 1 : 0);
            }
          }
          return Vectors.bools(out);
        });
  }

  // ---- symbols

  /** {@code `$}: texts as symbols, without the blanks around them. */
  static Value toSymbol(Value value) {
    if (value.type() == QType.SYMBOL) {
      return Enumerations.plain(value);
    }
    if (value instanceof ByteVector v && v.type() == QType.CHAR) {
      return new SymbolAtom(symbolText(Vectors.bytesOf(v)));
    }
    if (value instanceof ByteAtom a && a.type() == QType.CHAR) {
      return new SymbolAtom(symbolText(Vectors.text(a)));
    }
    if (value instanceof ListVector list) {
      if (list.length() == 0) {
        return SymbolVector.of();
      }
      Value[] out = new Value[list.length()];
      Meter meter = Meter.here();
      for (int i = 0; i < out.length; i++) {
        meter.pass();
        out[i] = toSymbol(list.get(i));
      }
      return Vectors.list(out);
    }
    if (value instanceof Dictionary d) {
      return new Dictionary(d.keys(), toSymbol(d.values()));
    }
    throw QError.type("a symbol of " + Types.name(value) + " (expected: text)");
  }

  private static String symbolText(String text) {
    int end = text.indexOf('\0');
    return (end < 0 ? text : text.substring(0, end)).strip();
  }

  // ---- parsing text

  /** {@code "J"$}: texts as values of a type; null where a text is none. */
  static Value parse(QType type, Value value) {
    if (value instanceof ByteVector v && v.type() == QType.CHAR) {
      return parse(type, Vectors.bytesOf(v));
    }
    if (value instanceof ByteAtom a && a.type() == QType.CHAR) {
      return parse(type, Vectors.text(a));
    }
    if (value instanceof ListVector list) {
      Value[] out = new Value[list.length()];
      Meter meter = Meter.here();
      for (int i = 0; i < out.length; i++) {
        meter.pass();
        out[i] = parse(type, list.get(i));
      }
      return out.length == 0 ? Vectors.emptyOf(type) : Vectors.list(out);
    }
    if (value instanceof SymbolAtom s) {
      return type == QType.SYMBOL ? s : parse(type, s.name());
    }
    if (value instanceof SymbolVector s) {
      Value[] out = new Value[s.length()];
      Meter meter = Meter.here();
      for (int i = 0; i < out.length; i++) {
        meter.pass();
        out[i] = parse(type, s.item(i));
      }
      return out.length == 0 ? Vectors.emptyOf(type) : Vectors.list(out);
    }
    if (value instanceof Dictionary d) {
      return new Dictionary(d.keys(), parse(type, d.values()));
    }
    throw QError.type("a text parsed from " + Types.name(value));
  }

  private static Value parse(QType type, String raw) {
    String text = raw.strip();
    switch (type) {
      case SYMBOL -> {
        return new SymbolAtom(symbolText(raw));
      }
      case CHAR -> {
        return raw.length() == 1
            ? new ByteAtom(QType.CHAR, (byte) raw.charAt(0))
            : Vectors.string(raw);
      }
      case BOOLEAN -> {
        return ByteAtom.of(text.length() == 1 && "1tTyYxX".indexOf(text.charAt(0)) >= 0);
      }
      case BYTE -> {
        String hex = text.startsWith("0x") ? text.substring(2) : text;
        try {
          return new ByteAtom(
              QType.BYTE, (byte) (hex.length() > 2 ? 0 : Integer.parseInt(hex, 16)));
        } catch (NumberFormatException e) {
          return Vectors.nullOf(type);
        }
      }
      case GUID -> {
        try {
          return text.length() == 36
              ? GuidAtom.of(java.util.UUID.fromString(text))
              : new GuidAtom(0, 0);
        } catch (IllegalArgumentException e) {
          return new GuidAtom(0, 0);
        }
      }
      default -> {
        Value parsed = number(type, text);
        return parsed == null ? Vectors.nullOf(type) : parsed;
      }
    }
  }

  private static @Nullable Value number(QType type, String text) {
    boolean negative = text.startsWith("-");
    String body = negative ? text.substring(1) : text;
    if (body.equals("0W") || body.equals("0w") || body.equals("0W" + type.letter())) {
      return infinity(type, negative);
    }
    if (type == QType.FLOAT || type == QType.REAL) {
      if (body.isEmpty()
          || !"0123456789.".contains(body.substring(0, 1))
          || body.endsWith("d")
          || body.endsWith("D")
          || body.endsWith("f")
          || body.endsWith("F")
          || body.startsWith("0x")) {
        return null;
      }
      try {
        return Vectors.atomOfDouble(type, Double.parseDouble(text));
      } catch (NumberFormatException e) {
        return null;
      }
    }
    Long parsed =
        switch (type) {
          case DATE -> widen(Temporals.parseWrittenDate(text));
          case MONTH -> widen(Temporals.parseMonth(text));
          case TIMESTAMP -> timestamp(text);
          case TIMESPAN -> span(text);
          case MINUTE, SECOND, TIME -> clock(type, text);
          default -> whole(type, negative, body);
        };
    if (type == QType.DATETIME) {
      Double days = Temporals.parseDatetime(text);
      return days == null ? null : new FloatAtom(type, days);
    }
    return parsed == null ? null : Vectors.atomOfLong(type, parsed);
  }

  private static @Nullable Long widen(@Nullable Integer value) {
    return value == null ? null : Long.valueOf(value);
  }

  private static @Nullable Long clock(QType type, String text) {
    if (text.startsWith("+") || text.startsWith("-")) {
      // As the offset of a time zone is written: +0900.
      Long offset = text.indexOf(':') < 0 ? clock(type, text.substring(1)) : null;
      if (offset != null) {
        return text.startsWith("-") ? Long.valueOf(-offset) : offset;
      }
    }
    String body = text;
    if (Temporals.isDigits(text) && text.length() > 2) {
      // 0930 and 093000: hours, minutes and seconds without colons.
      StringBuilder colons = new StringBuilder();
      for (int i = 0; i < Math.min(6, text.length()); i += 2) {
        colons.append(i > 0 ? ":" : "").append(text, i, Math.min(text.length(), i + 2));
      }
      body = colons + (text.length() > 6 ? "." + text.substring(6) : "");
    }
    Long nanos = Temporals.parseClock(body);
    return nanos == null ? null : Long.valueOf(nanos / Temporals.unit(type));
  }

  /** Seconds since 1970 are read too, with a fraction or without. */
  private static @Nullable Long timestamp(String text) {
    int dot = text.indexOf('.');
    String seconds = dot < 0 ? text : text.substring(0, dot);
    if (Temporals.isDigits(seconds) && seconds.length() >= 9 && seconds.length() <= 11) {
      String fraction = dot < 0 ? "" : text.substring(dot + 1);
      if (fraction.isEmpty() || (Temporals.isDigits(fraction) && fraction.length() <= 9)) {
        return (Long.parseLong(seconds) - 946_684_800L) * Temporals.SECOND
            + Long.parseLong((fraction + "000000000").substring(0, 9));
      }
    }
    return Temporals.parseTimestamp(text);
  }

  /** hhmmss and a fraction are read without their colons too. */
  private static @Nullable Long span(String text) {
    if (Temporals.isDigits(text) && text.length() > 6 && text.length() <= 15) {
      return Temporals.parseClock(
          text.substring(0, 2)
              + ":"
              + text.substring(2, 4)
              + ":"
              + text.substring(4, 6)
              + "."
              + text.substring(6));
    }
    return Temporals.parseSpan(text);
  }

  /** An IP address as an int. */
  private static @Nullable Long address(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      return null;
    }
    int out = 0;
    for (String part : parts) {
      if (!Temporals.isDigits(part) || part.length() > 3 || Integer.parseInt(part) > 255) {
        return null;
      }
      out = out << 8 | Integer.parseInt(part);
    }
    return (long) out;
  }

  private static @Nullable Long whole(QType type, boolean negative, String body) {
    if (!Temporals.isDigits(body) || body.length() > 19) {
      return type == QType.INT ? address(body) : null;
    }
    try {
      long number = Long.parseLong(negative ? "-" + body : body);
      if ((type == QType.INT && (number > Integer.MAX_VALUE || number < -Integer.MAX_VALUE))
          || (type == QType.SHORT && (number > Short.MAX_VALUE || number < -Short.MAX_VALUE))) {
        return null;
      }
      return number;
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
