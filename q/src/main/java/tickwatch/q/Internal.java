package tickwatch.q;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import tickwatch.ipc.codec.CodecException;
import tickwatch.ipc.codec.ValueDecoder;
import tickwatch.ipc.codec.ValueEncoder;
import tickwatch.ipc.value.ByteAtom;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.Composition;
import tickwatch.ipc.value.Derived;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.Function;
import tickwatch.ipc.value.Lambda;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.Projection;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.UnaryPrimitive;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/** {@code -3!x} and the other numbered functions, and what keywords need of the machine. */
final class Internal {
  private static final int DIGESTED_AT_ONCE = 1 << 16;
  private static final int FIRST_ENUMERATION = 20;
  private static final int LAST_ENUMERATION = 76;

  /** What a message takes as values at most, its symbols aside: as many times its length. */
  private static final int VALUES_A_BYTE = 8;

  /** What a different symbol of a message takes at most. */
  private static final int SYMBOL_BYTES = 200;

  private Internal() {}

  static Value apply(Context context, int number, Value x) {
    return switch (number) {
      case -1 -> hsym(x);
      case -2 -> Attributes.of(x);
      case -3 -> Vectors.string(Format.line(x, context.display.precision()));
      case -4 -> tokens(Vectors.text(x));
      case -5 -> Builtins.parse(context, x);
      case -6 -> Builtins.eval(context, x);
      case -8 -> bytes(x);
      case -9 -> ofBytes(x);
      case -10 -> enumerationType(context, x);
      case -14 -> Vectors.string(escaped(Vectors.text(x)));
      case -15 -> md5(x);
      case -16 -> LongAtom.of(1);
      case -20 -> LongAtom.of(0);
      case -24 -> Builtins.eval(context, x);
      case -27 -> fixed(x);
      case -29 -> Json.value(context, Vectors.text(x));
      case -31 -> Vectors.string(Json.text(x));
      case -33 -> digest("SHA-1", x);
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
      Meter meter = Meter.here();
      for (int i = 0; i < v.length(); i++) {
        meter.pass();
        sum += 1 + v.get(i).length();
      }
      return sum;
    }
    if (x instanceof ListVector list) {
      long sum = 6;
      Meter meter = Meter.here();
      for (int i = 0; i < list.length(); i++) {
        meter.pass();
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
    if (x instanceof Lambda l) {
      return 2L + l.namespace().length() + 6 + l.source().length();
    }
    if (x instanceof Projection p) {
      return 5 + p.parts().stream().mapToLong(Internal::byteLength).sum();
    }
    if (x instanceof Composition c) {
      return 5 + c.parts().stream().mapToLong(Internal::byteLength).sum();
    }
    if (x instanceof Derived d) {
      return 1 + byteLength(d.function());
    }
    if (x instanceof Function f && f.sent() != f) {
      return byteLength(f.sent());
    }
    return Vectors.isAtom(x) && !Functions.isFunction(x) ? 1 + x.type().width() : 2;
  }

  /** {@code .Q.gz}: a pair of level and text is packed, text or bytes are unpacked. */
  static Value gzip(Context context, Value x) {
    if (x instanceof UnaryPrimitive) {
      return ByteAtom.TRUE;
    }
    try {
      if (x instanceof ListVector pair && pair.length() == 2) {
        int level = Vectors.intOf(pair.get(0), "the level");
        if (level < 1 || level > 9) {
          throw QError.domain("the level " + level + " (expected: 1 to 9)");
        }
        byte[] plain = bytesOf(pair.get(1));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream packing = new Packing(out, level)) {
          for (int from = 0; from < plain.length; from += DIGESTED_AT_ONCE) {
            Meter.here().pass(DIGESTED_AT_ONCE);
            packing.write(plain, from, Math.min(DIGESTED_AT_ONCE, plain.length - from));
          }
        }
        return ByteVector.of(QType.CHAR, out.toByteArray());
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      InputStream packed = new GZIPInputStream(new ByteArrayInputStream(bytesOf(x)));
      byte[] some = new byte[DIGESTED_AT_ONCE];
      for (int n = packed.read(some); n >= 0; n = packed.read(some)) {
        Meter.here().pass(DIGESTED_AT_ONCE);
        out.write(some, 0, n);
        int unused = context.reserve(2L * out.size());
      }
      return ByteVector.of(QType.CHAR, out.toByteArray());
    } catch (IOException e) {
      throw QError.domain("bytes that are not packed: " + e.getMessage());
    }
  }

  private static byte[] bytesOf(Value x) {
    if (!(x instanceof ByteVector v) || v.type() == QType.BOOLEAN) {
      throw QError.type(Types.name(x) + " (expected: text or bytes)");
    }
    byte[] out = new byte[v.length()];
    Meter.here().pass(out.length);
    for (int i = 0; i < out.length; i++) {
      out[i] = v.get(i);
    }
    return out;
  }

  private static final class Packing extends GZIPOutputStream {
    Packing(OutputStream out, int level) throws IOException {
      super(out);
      def.setLevel(level);
    }
  }

  static Value md5(Value x) {
    return digest("MD5", x);
  }

  static Value digest(String algorithm, Value x) {
    try {
      byte[] bytes = Vectors.text(x).getBytes(StandardCharsets.ISO_8859_1);
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      Meter meter = Meter.here();
      for (int from = 0; from < bytes.length; from += DIGESTED_AT_ONCE) {
        int count = Math.min(DIGESTED_AT_ONCE, bytes.length - from);
        meter.pass(count);
        digest.update(bytes, from, count);
      }
      return ByteVector.of(QType.BYTE, digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw QError.nyi(algorithm);
    }
  }

  /** {@code -8!}: the value as a message. */
  private static Value bytes(Value x) {
    Meter.here().room(4 * byteLength(x));
    ByteBuf out = Unpooled.buffer();
    try {
      ValueEncoder.serialise(x, out);
      byte[] bytes = new byte[out.readableBytes()];
      out.readBytes(bytes);
      return ByteVector.of(QType.BYTE, bytes);
    } catch (CodecException e) {
      throw QError.type("bytes of " + Types.name(x) + ": " + e.getMessage());
    } finally {
      out.release();
    }
  }

  /** {@code -9!}: the value that a message holds. */
  private static Value ofBytes(Value x) {
    if (!(x instanceof ByteVector v) || v.type() != QType.BYTE) {
      throw QError.type("a message from " + Types.name(x) + " (expected: bytes)");
    }
    Meter meter = Meter.here();
    meter.room((long) VALUES_A_BYTE * v.length());
    byte[] bytes = new byte[v.length()];
    for (int i = 0; i < bytes.length; i++) {
      meter.pass();
      bytes[i] = v.get(i);
    }
    ByteBuf in = Unpooled.wrappedBuffer(bytes);
    try {
      return new ValueDecoder(meter.roomFor(SYMBOL_BYTES)).decodeMessage(in);
    } catch (CodecException e) {
      throw new QError("badmsg", "not a message: " + e.getMessage());
    }
  }

  /** {@code -4!}: the text cut into its tokens, blanks among them. */
  private static Value tokens(String text) {
    List<Value> out = new ArrayList<>();
    int at = 0;
    for (Token token : Lexer.tokens(text)) {
      if (token.from() > at) {
        out.add(Vectors.string(text.substring(at, token.from())));
      }
      if (token.to() > token.from()) {
        out.add(Vectors.string(text.substring(token.from(), token.to())));
      }
      at = Math.max(at, token.to());
    }
    return ListVector.of(out.toArray(new Value[0]));
  }

  /** A cell of a CSV file. */
  private static String escaped(String text) {
    return text.indexOf(',') < 0 && text.indexOf('"') < 0 && text.indexOf('\n') < 0
        ? text
        : '"' + text.replace("\"", "\"\"") + '"';
  }

  /** {@code -10!}: whether the number of an enumeration's type is free; they all have the first. */
  private static Value enumerationType(Context context, Value x) {
    long number = Vectors.longOf(x);
    if (number < FIRST_ENUMERATION || number > LAST_ENUMERATION) {
      throw QError.type(
          number
              + " as an enumeration's type (expected: "
              + FIRST_ENUMERATION
              + " to "
              + LAST_ENUMERATION
              + ")");
    }
    return ByteAtom.of(number > FIRST_ENUMERATION || context.domains.isEmpty());
  }

  /** {@code -27!(n;x)}: numbers with n decimals. */
  private static Value fixed(Value x) {
    Value[] parts = Vectors.items(x);
    if (parts.length != 2) {
      throw QError.length(parts.length, 2);
    }
    return Builtins.fixed(parts[0], parts[1]);
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
      Meter meter = Meter.here();
      for (int i = 0; i < names.length; i++) {
        meter.pass();
        names[i] = names[i].startsWith(":") ? names[i] : ":" + names[i];
      }
      return SymbolVector.of(names);
    }
    throw QError.type("hsym of " + Types.name(x) + " (expected: symbols)");
  }
}
