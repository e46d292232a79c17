package tickwatch.q;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.ZoneOffset;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/** {@code -3!x} and the other numbered functions, and what keywords need of the machine. */
final class Internal {
  private Internal() {}

  static Value apply(Context context, int number, Value x) {
    return switch (number) {
      case -3 -> Vectors.string(Format.line(x, context.display.precision()));
      case -5 -> Builtins.parse(context, x);
      case -6 -> Builtins.eval(context, x);
      case -15 -> md5(x);
      case -16 -> LongAtom.of(1);
      case -22 -> LongAtom.of(8 + byteLength(x));
      default -> throw QError.nyi(number + "!");
    };
  }

  /** Bytes that a value takes on the wire, without the header. */
  static long byteLength(Value x) {
    if (x instanceof SymbolAtom s) {
      return 2L + s.name().length();
    }
    if (x instanceof SymbolVector v) {
      long sum = 6;
      for (int i = 0; i < v.length(); i++) {
        sum += 1 + v.get(i).length();
      }
      return sum;
    }
    if (x instanceof ListVector list) {
      long sum = 6;
      for (int i = 0; i < list.length(); i++) {
        sum += byteLength(list.get(i));
      }
      return sum;
    }
    if (x instanceof Vector v) {
      return 6 + (long) v.length() * v.type().width();
    }
    if (x instanceof Table t) {
      long sum = 3 + byteLength(Vectors.symbols(t.names())) + 6;
      for (Vector column : t.columns()) {
        sum += byteLength(column);
      }
      return sum;
    }
    if (x instanceof Dictionary d) {
      return 1 + byteLength(d.keys()) + byteLength(d.values());
    }
    if (x instanceof tickwatch.ipc.value.Lambda l) {
      return 2L + l.namespace().length() + 6 + l.source().length();
    }
    return Vectors.isAtom(x) && !Functions.isFunction(x) ? 1 + x.type().width() : 2;
  }

  static Value md5(Value x) {
    try {
      byte[] bytes = Vectors.text(x).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
      return ByteVector.of(QType.BYTE, MessageDigest.getInstance("MD5").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw QError.nyi("md5");
    }
  }

  /** The clock's zone's distance from UTC now. */
  static Value offset(Context context) {
    ZoneOffset offset = context.clock.getZone().getRules().getOffset(context.clock.instant());
    return new LongAtom(QType.TIMESPAN, offset.getTotalSeconds() * Temporals.SECOND);
  }

  static Value hsym(Value x) {
    if (x instanceof SymbolAtom s) {
      return s.name().startsWith(":") ? s : new SymbolAtom(":" + s.name());
    }
    if (x instanceof SymbolVector v) {
      String[] names = v.toArray();
      for (int i = 0; i < names.length; i++) {
        names[i] = names[i].startsWith(":") ? names[i] : ":" + names[i];
      }
      return SymbolVector.of(names);
    }
    throw QError.type("hsym of " + Types.name(x) + " (expected: symbols)");
  }
}
