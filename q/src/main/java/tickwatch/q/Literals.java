package tickwatch.q;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.ByteAtom;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.GuidAtom;
import tickwatch.ipc.value.IntAtom;
import tickwatch.ipc.value.Null;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.Value;

/** Numbers and times as they are written in q text. */
final class Literals {
  private static final String SUFFIXES = "hijefpmdznuvtg";

  private Literals() {}

  /** The atom that one word writes, or the vector that several write. */
  static Value numbers(List<String> words) {
    String first = words.get(0);
    if (words.size() == 1) {
      if (first.startsWith("0x")) {
        return bytes(first);
      }
      if (first.endsWith("b") && first.matches("[01]+b")) {
        return booleans(first);
      }
    }
    QType type = QType.LONG;
    boolean decided = false;
    for (String word : words) {
      QType hint = temporal(word);
      if (hint != null) {
        type = hint;
        decided = true;
        break;
      }
    }
    QType suffix = suffix(words.get(words.size() - 1));
    if (suffix != null) {
      type = suffix;
      decided = true;
    }
    if (!decided) {
      for (String word : words) {
        if (isFloat(word)) {
          type = QType.FLOAT;
        } else if (word.startsWith("0N") && word.length() == 3) {
          QType hint = QType.ofLetter(word.charAt(2));
          type = hint == null ? type : hint;
        }
      }
    }
    Value[] items = new Value[words.size()];
    for (int i = 0; i < items.length; i++) {
      items[i] = word(type, words.get(i));
    }
    return items.length == 1 ? items[0] : Vectors.list(items);
  }

  private static Value bytes(String word) {
    String hex = word.substring(2);
    if ((hex.length() & 1) == 1) {
      hex = "0" + hex;
    }
    byte[] out = new byte[hex.length() / 2];
    for (int i = 0; i < out.length; i++) {
      int high = Character.digit(hex.charAt(2 * i), 16);
      int low = Character.digit(hex.charAt(2 * i + 1), 16);
      if (high < 0 || low < 0) {
        throw bad(word);
      }
      out[i] = (byte) (high * 16 + low);
    }
    return out.length == 1 ? new ByteAtom(QType.BYTE, out[0]) : ByteVector.of(QType.BYTE, out);
  }

  private static Value booleans(String word) {
    byte[] out = new byte[word.length() - 1];
    for (int i = 0; i < out.length; i++) {
      out[i] = (byte) (word.charAt(i) - '0');
    }
    return out.length == 1 ? ByteAtom.of(out[0] != 0) : ByteVector.of(QType.BOOLEAN, out);
  }

  private static boolean isFloat(String word) {
    return word.indexOf('.') >= 0
        || word.indexOf('e') >= 0
        || word.endsWith("0n")
        || word.endsWith("0w");
  }

  /** The type that a word's form alone gives it: 2000.01.01, 09:30 and the like. */
  private static @Nullable QType temporal(String word) {
    String body = word.startsWith("-") ? word.substring(1) : word;
    int d = body.indexOf('D');
    if (d > 0) {
      return body.lastIndexOf('.', d) >= 0 ? QType.TIMESTAMP : QType.TIMESPAN;
    }
    if (body.indexOf('T') > 0) {
      return QType.DATETIME;
    }
    int colons = body.length() - body.replace(":", "").length();
    if (colons == 1) {
      return QType.MINUTE;
    }
    if (colons == 2) {
      int dot = body.indexOf('.');
      if (dot < 0) {
        return QType.SECOND;
      }
      return body.length() - dot - 1 <= 3 ? QType.TIME : QType.TIMESPAN;
    }
    int dots = body.length() - body.replace(".", "").length();
    return dots == 2 ? QType.DATE : null;
  }

  /** The type that a letter at the end asks for. */
  private static @Nullable QType suffix(String word) {
    char last = word.charAt(word.length() - 1);
    if (SUFFIXES.indexOf(last) < 0 || word.length() < 2) {
      return null;
    }
    String body = word.startsWith("-") ? word.substring(1) : word;
    if (last == 'n' && body.equals("0n")) {
      return null;
    }
    return QType.ofLetter(last);
  }

  private static Value word(QType type, String word) {
    boolean negative = word.startsWith("-");
    String body = negative ? word.substring(1) : word;
    char letter = type.letter();
    if (body.length() > 1
        && body.charAt(body.length() - 1) == letter
        && !(letter == 'n' && body.equals("0n"))) {
      body = body.substring(0, body.length() - 1);
    }
    if (body.equals("0N") || body.equals("0n")) {
      return Vectors.nullOf(type);
    }
    if (type == QType.GUID) {
      if (body.equals("0")) {
        return new GuidAtom(0, 0);
      }
      throw bad(word);
    }
    if (body.equals("0W") || body.equals("0w")) {
      return Casts.infinity(type, negative);
    }
    if (Vectors.isFloating(type) && type != QType.DATETIME) {
      try {
        double number = Double.parseDouble(body);
        return Vectors.atomOfDouble(type, negative ? -number : number);
      } catch (NumberFormatException e) {
        throw bad(word);
      }
    }
    if (Temporals.isDigits(body)) {
      return whole(type, negative, body, word);
    }
    return time(type, negative ? "-" + body : body, word);
  }

  private static Value whole(QType type, boolean negative, String digits, String word) {
    long number;
    try {
      number = Long.parseLong(negative ? "-" + digits : digits);
    } catch (NumberFormatException e) {
      throw bad(word);
    }
    if (type == QType.DATETIME) {
      return Vectors.atomOfDouble(type, (double) number);
    }
    if ((type == QType.SHORT && (number < Short.MIN_VALUE || number > Short.MAX_VALUE))
        || (type == QType.INT && (number < Null.INT || number > Integer.MAX_VALUE))) {
      throw bad(word);
    }
    return Vectors.atomOfLong(type, number);
  }

  private static Value time(QType type, String body, String word) {
    Long parsed = null;
    switch (type) {
      case DATE -> {
        Integer day = Temporals.parseDate(body);
        parsed = day == null ? null : Long.valueOf(day);
      }
      case MONTH -> {
        Integer month = Temporals.parseMonth(body);
        parsed = month == null ? null : Long.valueOf(month);
      }
      case TIMESTAMP -> parsed = Temporals.parseTimestamp(body);
      case TIMESPAN -> parsed = Temporals.parseSpan(body);
      case DATETIME -> {
        Double days = Temporals.parseDatetime(body);
        if (days != null) {
          return Vectors.atomOfDouble(type, days);
        }
      }
      case MINUTE, SECOND, TIME -> {
        Long nanos = Temporals.parseClock(body);
        if (nanos != null) {
          return new IntAtom(type, (int) (nanos / Temporals.unit(type)));
        }
      }
      default -> {}
    }
    if (parsed == null) {
      throw bad(word);
    }
    return Vectors.atomOfLong(type, parsed);
  }

  private static QError bad(String word) {
    return new QError(word, "\"" + word + "\" (expected: a number or a time)");
  }
}
