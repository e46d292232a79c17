package tickwatch.app;

import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tickwatch.ipc.value.ByteAtom;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.Epoch;
import tickwatch.ipc.value.FloatAtom;
import tickwatch.ipc.value.GuidAtom;
import tickwatch.ipc.value.Infinity;
import tickwatch.ipc.value.IntAtom;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.Null;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.RealAtom;
import tickwatch.ipc.value.ShortAtom;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;
import tickwatch.q.Display;
import tickwatch.q.DisplayOptions;

/**
 * Values for programs other than q: times as ISO 8601 in UTC, nulls empty (in JSON {@code null}),
 * truths as {@code true} and {@code false}, lengths of time as {@code [-]HH:MM:SS.fffffffff}.
 */
final class ValueText {
  private ValueText() {}

  /** The text of one value; of a list its items' texts with blanks between them. */
  static String plain(Value value) {
    if (value instanceof ByteVector bytes && bytes.type() == QType.CHAR) {
      return bytes.text();
    }
    if (value instanceof Vector vector) {
      return IntStream.range(0, vector.length())
          .mapToObj(i -> plain(vector.item(i)))
          .collect(Collectors.joining(" "));
    }
    return isAtom(value) ? atom(value) : display(value);
  }

  /** The value in JSON: tables and dictionaries as objects, lists as arrays. */
  static String json(Value value) {
    StringBuilder json = new StringBuilder();
    json(value, json);
    return json.toString();
  }

  private static void json(Value value, StringBuilder json) {
    if (value instanceof ByteVector bytes && bytes.type() == QType.CHAR) {
      quote(bytes.text(), json);
    } else if (value instanceof Vector vector) {
      json.append('[');
      for (int i = 0; i < vector.length(); i++) {
        json(vector.item(i), i == 0 ? json : json.append(','));
      }
      json.append(']');
    } else if (value instanceof Table table) {
      json.append('[');
      for (int row = 0; row < table.rowCount(); row++) {
        jsonRow(table, row, row == 0 ? json : json.append(','));
      }
      json.append(']');
    } else if (value instanceof Dictionary dictionary && dictionary.keys() instanceof Vector keys) {
      json.append('{');
      for (int i = 0; i < keys.length(); i++) {
        quote(plain(keys.item(i)), i == 0 ? json : json.append(','));
        json.append(':');
        if (dictionary.values() instanceof Vector values) {
          json(values.item(i), json);
        } else if (dictionary.values() instanceof Table table) {
          jsonRow(table, i, json);
        }
      }
      json.append('}');
    } else if (value instanceof Dictionary dictionary) {
      json(Answers.unkeyed(dictionary), json);
    } else if (!isAtom(value)) {
      quote(display(value), json);
    } else if (isNull(value)) {
      json.append("null");
    } else {
      String text = atom(value);
      switch (value.type()) {
        case BOOLEAN, BYTE, SHORT, INT, LONG -> json.append(text);
        case REAL, FLOAT -> json.append(text.endsWith("inf") ? "null" : text);
        default -> quote(text, json);
      }
    }
  }

  /** One row as an object. */
  static void jsonRow(Table table, int row, StringBuilder json) {
    json.append('{');
    for (int i = 0; i < table.names().size(); i++) {
      quote(SymbolAtom.textOf(table.names().get(i)), i == 0 ? json : json.append(','));
      json(table.columns().get(i).item(row), json.append(':'));
    }
    json.append('}');
  }

  static void quote(String text, StringBuilder json) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> json.append("\\\"");
        case '\\' -> json.append("\\\\");
        case '\n' -> json.append("\\n");
        case '\r' -> json.append("\\r");
        case '\t' -> json.append("\\t");
        default -> {
          if (c < ' ') {
            json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            json.append(c);
          }
        }
      }
    }
    json.append('"');
  }

  /** As a q prompt shows it, without the last line's end. */
  private static String display(Value value) {
    return Display.text(value, DisplayOptions.WHOLE).stripTrailing();
  }

  private static boolean isAtom(Value value) {
    return value.type().hasAtoms() && !(value instanceof Vector);
  }

  private static boolean isNull(Value atom) {
    if (atom instanceof ShortAtom a) {
      return a.value() == Null.SHORT;
    }
    if (atom instanceof IntAtom a) {
      return a.value() == Null.INT;
    }
    if (atom instanceof LongAtom a) {
      return a.value() == Null.LONG;
    }
    if (atom instanceof RealAtom a) {
      return Float.isNaN(a.value());
    }
    if (atom instanceof FloatAtom a) {
      return Double.isNaN(a.value());
    }
    return atom instanceof SymbolAtom a && a.isNull();
  }

  private static String atom(Value atom) {
    if (isNull(atom)) {
      return "";
    }
    if (atom instanceof SymbolAtom a) {
      return a.text();
    }
    if (atom instanceof LongAtom a) {
      return whole(a.type(), a.value());
    }
    if (atom instanceof IntAtom a) {
      return whole(a.type(), a.value());
    }
    if (atom instanceof ShortAtom a) {
      return String.valueOf(a.value());
    }
    if (atom instanceof RealAtom a) {
      return Float.isInfinite(a.value()) ? infinity(a.value() > 0) : String.valueOf(a.value());
    }
    if (atom instanceof FloatAtom a) {
      return a.type() == QType.DATETIME ? datetime(a.value()) : number(a.value());
    }
    if (atom instanceof GuidAtom a) {
      return new UUID(a.high(), a.low()).toString();
    }
    if (atom instanceof ByteAtom a) {
      return switch (a.type()) {
        case BOOLEAN -> String.valueOf(a.value() != 0);
        case CHAR -> String.valueOf((char) (a.value() & 0xff));
        default -> String.valueOf(a.value() & 0xff);
      };
    }
    throw new IllegalArgumentException("an atom of " + atom.getClass());
  }

  private static String number(double value) {
    return Double.isInfinite(value) ? infinity(value > 0) : String.valueOf(value);
  }

  private static String infinity(boolean positive) {
    return positive ? "inf" : "-inf";
  }

  /** Days since 2000. */
  private static String datetime(double days) {
    return Double.isInfinite(days)
        ? infinity(days > 0)
        : Epoch.instantOf(0).plusMillis(Math.round(days * 86_400_000)).toString();
  }

  private static String whole(QType type, long value) {
    boolean narrow = type != QType.LONG && type != QType.TIMESTAMP && type != QType.TIMESPAN;
    long most = narrow ? Infinity.INT : Infinity.LONG;
    if (type.isTemporal() && (value == most || value == -most)) {
      return infinity(value > 0);
    }
    return switch (type) {
      case TIMESTAMP -> timestamp(value);
      case TIMESPAN -> time(Duration.ofNanos(value), 9);
      case MONTH -> YearMonth.of(2000, 1).plusMonths(value).toString();
      case DATE -> Epoch.dateOf((int) value).toString();
      case MINUTE -> time(Duration.ofMinutes(value), 0);
      case SECOND -> time(Duration.ofSeconds(value), 0);
      case TIME -> time(Duration.ofMillis(value), 3);
      default -> String.valueOf(value);
    };
  }

  private static String timestamp(long value) {
    Instant instant = Epoch.instantOf(value);
    return instant.toString();
  }

  private static String time(Duration duration, int places) {
    Duration length = duration.abs();
    String text =
        String.format(
            Locale.ROOT,
            "%s%02d:%02d:%02d",
            duration.isNegative() ? "-" : "",
            length.toHours(),
            length.toMinutesPart(),
            length.toSecondsPart());
    return places == 0
        ? text
        : text + String.format(Locale.ROOT, ".%09d", length.toNanosPart()).substring(0, places + 1);
  }
}
