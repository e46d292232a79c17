package tickwatch.q;

import java.util.ArrayList;
import java.util.List;
import tickwatch.ipc.value.Atom;
import tickwatch.ipc.value.ByteAtom;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.GuidAtom;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/** Text: making it, cutting it, searching it. */
final class Strings {
  /** Characters compared in vain after which that counts as work; most texts match in fewer. */
  private static final int MUCH_TRIED = 64;

  private Strings() {}

  static Value string(Context context, Value x) {
    if (x instanceof Dictionary d) {
      return new Dictionary(d.keys(), string(context, d.values()));
    }
    if (x instanceof Table t) {
      return Atomic.eachColumn(t, c -> string(context, c));
    }
    Format format = new Format(context.display.precision(), Integer.MAX_VALUE);
    if (x instanceof SymbolVector symbols) {
      // Each name of the domain is made a string once.
      Value[] ofCode = new Value[symbols.domainLength()];
      Value[] out = new Value[symbols.length()];
      Meter meter = Meter.here();
      for (int i = 0; i < out.length; i++) {
        meter.pass();
        int code = symbols.code(i);
        if (ofCode[code] == null) {
          ofCode[code] = Vectors.string(symbols.domainName(code));
        }
        out[i] = ofCode[code];
      }
      return ListVector.of(out);
    }
    if (x instanceof ByteVector v && v.type() == QType.CHAR) {
      Value[] out = new Value[v.length()];
      Meter meter = Meter.here();
      for (int i = 0; i < out.length; i++) {
        meter.pass();
        meter.made(Context.VECTOR_BYTES);
        out[i] = ByteVector.of(QType.CHAR, v.get(i));
      }
      return ListVector.of(out);
    }
    if (x instanceof Vector v) {
      Value[] out = new Value[v.length()];
      Meter meter = Meter.here();
      for (int i = 0; i < out.length; i++) {
        meter.pass();
        out[i] = string(context, v.item(i));
        meter.made(Context.VECTOR_BYTES + out[i].count());
      }
      return ListVector.of(out);
    }
    return Vectors.string(x instanceof Atom ? format.cell(x) : format.line(x));
  }

  /** {@code n$text}: cut or filled with blanks to a width, on the left for a negative one. */
  static Value pad(Context context, int width, Value x) {
    if (x instanceof ListVector list) {
      Value[] out = new Value[list.length()];
      Meter meter = Meter.here();
      for (int i = 0; i < out.length; i++) {
        meter.pass();
        out[i] = pad(context, width, list.get(i));
      }
      return ListVector.of(out);
    }
    if (!Vectors.isText(x)) {
      throw QError.type("padding of " + Types.name(x) + " (expected: text)");
    }
    String text = Vectors.text(x);
    // The width 0N is none.
    int size = context.reserve(Math.max(0, Math.abs(width)));
    String blanks = " ".repeat(Math.max(0, size - text.length()));
    if (width >= 0) {
      return Vectors.string((text + blanks).substring(0, size));
    }
    String all = blanks + text;
    return Vectors.string(all.substring(all.length() - size));
  }

  /** {@code lower} and {@code upper}. */
  static Value changeCase(Value x, boolean upper) {
    if (x instanceof ListVector list) {
      Value[] out = new Value[list.length()];
      Meter meter = Meter.here();
      for (int i = 0; i < out.length; i++) {
        meter.pass();
        out[i] = changeCase(list.get(i), upper);
      }
      return Vectors.list(out);
    }
    if (x instanceof Dictionary d) {
      return new Dictionary(d.keys(), changeCase(d.values(), upper));
    }
    if (x instanceof Table t) {
      return Atomic.eachColumn(t, c -> changeCase(c, upper));
    }
    if (x instanceof SymbolAtom s) {
      return new SymbolAtom(changed(s.name(), upper));
    }
    if (x instanceof SymbolVector v) {
      String[] out = v.toArray();
      Meter meter = Meter.here();
      for (int i = 0; i < out.length; i++) {
        meter.pass();
        out[i] = changed(out[i], upper);
      }
      return Vectors.symbols(out);
    }
    if (x instanceof ByteVector v && v.type() == QType.CHAR) {
      return Vectors.string(changed(Vectors.bytesOf(v), upper));
    }
    if (x instanceof ByteAtom a && a.type() == QType.CHAR) {
      return new ByteAtom(QType.CHAR, (byte) changed(Vectors.text(a), upper).charAt(0));
    }
    throw QError.type((upper ? "upper" : "lower") + " of " + Types.name(x) + " (expected: text)");
  }

  private static String changed(String text, boolean upper) {
    char[] out = text.toCharArray();
    Meter meter = Meter.here();
    for (int i = 0; i < out.length; i++) {
      meter.pass();
      char c = out[i];
      if (upper && c >= 'a' && c <= 'z') {
        out[i] = (char) (c - 32);
      } else if (!upper && c >= 'A' && c <= 'Z') {
        out[i] = (char) (c + 32);
      }
    }
    return new String(out);
  }

  /** {@code trim ltrim rtrim}. */
  static Value trim(Value x, boolean left, boolean right) {
    if (x instanceof ListVector list) {
      Value[] out = new Value[list.length()];
      Meter meter = Meter.here();
      for (int i = 0; i < out.length; i++) {
        meter.pass();
        out[i] = trim(list.get(i), left, right);
      }
      return ListVector.of(out);
    }
    if (x instanceof Dictionary d) {
      return new Dictionary(d.keys(), trim(d.values(), left, right));
    }
    if (x instanceof Table t) {
      return new Table(
          t.names(), t.columns().stream().map(c -> (Vector) trim(c, left, right)).toList());
    }
    if (x instanceof Atom) {
      return x instanceof SymbolAtom ? fail("trim", x) : x;
    }
    if (!(x instanceof Vector items)) {
      return fail("trim", x);
    }
    int from = 0;
    int to = items.length();
    while (left && from < to && Casts.isNull(items.item(from))) {
      from++;
    }
    while (right && to > from && Casts.isNull(items.item(to - 1))) {
      to--;
    }
    return items.slice(from, to);
  }

  private static Value fail(String verb, Value x) {
    throw QError.type(verb + " of " + Types.name(x) + " (expected: text)");
  }

  // ---- patterns

  /** q matches one star, and two where they are the ends; nor does it try others. */
  private static void checkStars(String pattern) {
    int stars = 0;
    boolean first = false;
    for (int i = 0; i < pattern.length(); i++) {
      int close = pattern.charAt(i) == '[' ? pattern.indexOf(']', i + 2) : -1;
      if (close > 0) {
        i = close;
      } else if (pattern.charAt(i) == '*') {
        stars++;
        first |= i == 0;
        boolean last = i == pattern.length() - 1;
        if (stars > 2 || (stars == 2 && first && (!last || i == 1))) {
          throw QError.nyi("like with the pattern \"" + pattern + '"');
        }
      }
    }
  }

  /** Text that matches {@code *}, {@code ?} and {@code [abc]}, {@code [^a-z]}. */
  static boolean matches(String text, String pattern) {
    return matches(text, 0, pattern, 0);
  }

  private static boolean matches(String text, int t, String pattern, int p) {
    int at = t;
    int in = p;
    int star = -1;
    int retry = 0;
    int tried = 0;
    while (true) {
      if (in < pattern.length() && pattern.charAt(in) == '*') {
        star = ++in;
        retry = at;
        continue;
      }
      if (at == text.length() && in == pattern.length()) {
        return true;
      }
      int next =
          at < text.length() && in < pattern.length() ? step(text.charAt(at), pattern, in) : -1;
      if (next >= 0) {
        at++;
        in = next;
        continue;
      }
      if (star < 0 || retry >= text.length()) {
        return false;
      }
      tried += at - retry;
      if (tried > MUCH_TRIED) {
        Meter.here().pass(tried);
        tried = 0;
      }
      at = ++retry;
      in = star;
    }
  }

  /** The position in the pattern after what one character matched; -1 where it did not. */
  private static int step(char c, String pattern, int in) {
    char wanted = pattern.charAt(in);
    if (wanted == '?') {
      return in + 1;
    }
    if (wanted != '[') {
      return wanted == c ? in + 1 : -1;
    }
    int end = pattern.indexOf(']', in + 2);
    if (end < 0) {
      return wanted == c ? in + 1 : -1;
    }
    int from = in + 1;
    boolean not = pattern.charAt(from) == '^';
    if (not) {
      from++;
    }
    boolean hit = false;
    for (int i = from; i < end; i++) {
      if (i + 2 < end && pattern.charAt(i + 1) == '-') {
        hit |= c >= pattern.charAt(i) && c <= pattern.charAt(i + 2);
        i += 2;
      } else {
        hit |= c == pattern.charAt(i);
      }
    }
    return hit != not ? end + 1 : -1;
  }

  static Value like(Value x, Value y) {
    if (y instanceof ListVector patterns) {
      Value[] out = new Value[patterns.length()];
      Meter meter = Meter.here();
      for (int i = 0; i < out.length; i++) {
        meter.pass();
        out[i] = like(x, patterns.get(i));
      }
      return Vectors.list(out);
    }
    if (!Vectors.isText(y)) {
      return fail("like", y);
    }
    String pattern = Vectors.text(y);
    checkStars(pattern);
    if (x instanceof SymbolVector v) {
      byte[] ofCode = new byte[v.domainLength()];
      Meter meter = Meter.here();
      for (int code = 0; code < ofCode.length; code++) {
        meter.pass();
        ofCode[code] = (byte) (matches(v.domainName(code), pattern) ? 1 : 0);
      }
      byte[] out = new byte[v.length()];
      for (int i = 0; i < out.length; i++) {
        out[i] = ofCode[v.code(i)];
      }
      return Vectors.bools(out);
    }
    if (x instanceof SymbolAtom s) {
      return ByteAtom.of(matches(s.name(), pattern));
    }
    if (x instanceof Dictionary d) {
      return new Dictionary(d.keys(), like(d.values(), y));
    }
    if (x instanceof ListVector list) {
      byte[] out = new byte[list.length()];
      Meter meter = Meter.here();
      for (int i = 0; i < out.length; i++) {
        meter.pass();
        Value item = list.get(i);
        if (item instanceof SymbolVector || item instanceof ListVector) {
          return fail("like", item);
        }
        out[i] = (byte) (like(item, y).equals(ByteAtom.TRUE) ? 1 : 0);
      }
      return Vectors.bools(out);
    }
    if (!Vectors.isText(x)) {
      return fail("like", x);
    }
    return ByteAtom.of(matches(Vectors.text(x), pattern));
  }

  /** The length of what a pattern without stars matches at a position; -1 for nothing. */
  private static int matchLength(String text, int from, String pattern) {
    int at = from;
    int in = 0;
    while (in < pattern.length()) {
      if (at >= text.length()) {
        return -1;
      }
      int next = step(text.charAt(at), pattern, in);
      if (next < 0) {
        if (at - from > MUCH_TRIED) {
          Meter.here().pass(at - from);
        }
        return -1;
      }
      in = next;
      at++;
    }
    return at - from;
  }

  /** A pattern of a length: neither empty nor with a star outside of brackets. */
  private static String findable(Value y) {
    String pattern = Vectors.text(y);
    boolean bracketed = false;
    boolean starred = false;
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      bracketed = c == '[' || (bracketed && c != ']');
      starred |= c == '*' && !bracketed;
    }
    if (pattern.isEmpty() || starred) {
      throw new QError("length", "the pattern \"" + pattern + "\" (expected: one of fixed length)");
    }
    return pattern;
  }

  static Value ss(Value x, Value y) {
    String text = Vectors.text(x);
    String pattern = findable(y);
    List<Long> found = new ArrayList<>();
    int at = 0;
    Meter meter = Meter.here();
    while (at < text.length()) {
      meter.pass();
      int length = matchLength(text, at, pattern);
      if (length > 0) {
        found.add((long) at);
        at += length;
      } else {
        at++;
      }
    }
    return LongVector.of(QType.LONG, found.stream().mapToLong(Long::longValue).toArray());
  }

  static Value ssr(Context context, Value x, Value y, Value z) {
    if (x instanceof Atom) {
      throw QError.type("ssr in " + Types.name(x) + " (expected: a string)");
    }
    String text = Vectors.text(x);
    String pattern = findable(y);
    StringBuilder out = new StringBuilder();
    int at = 0;
    Meter meter = Meter.here();
    while (at < text.length()) {
      meter.pass();
      int length = matchLength(text, at, pattern);
      if (length > 0) {
        String found = text.substring(at, at + length);
        out.append(
            Functions.isFunction(z)
                ? Vectors.text(Functions.apply(context, z, Vectors.string(found)))
                : Vectors.text(z));
        context.reserve(out.length());
        at += length;
      } else {
        out.append(text.charAt(at++));
      }
    }
    return Vectors.string(out.toString());
  }

  // ---- sv and vs

  static Value vs(Context context, Value x, Value y) {
    if (y instanceof ListVector list && Vectors.isText(x)) {
      Value[] out = new Value[list.length()];
      Meter meter = Meter.here();
      for (int i = 0; i < out.length; i++) {
        meter.pass();
        out[i] = vs(context, x, list.get(i));
      }
      return ListVector.of(out);
    }
    if (Vectors.isText(x)) {
      return split(Vectors.text(x), Vectors.text(y));
    }
    if (x instanceof SymbolAtom s && s.isNull()) {
      if (y instanceof SymbolAtom name) {
        return splitSymbol(name.name());
      }
      if (y instanceof SymbolVector v) {
        Value[] out = new Value[v.length()];
        Meter meter = Meter.here();
        for (int i = 0; i < out.length; i++) {
          meter.pass();
          out[i] = splitSymbol(v.get(i));
        }
        return ListVector.of(out);
      }
      String[] lines =
          (y instanceof ByteVector bytes ? Vectors.bytesOf(bytes) : Vectors.text(y))
              .split("\r?\n", -1);
      int count =
          lines.length > 0 && lines[lines.length - 1].isEmpty() ? lines.length - 1 : lines.length;
      Value[] out = new Value[count];
      Meter meter = Meter.here();
      for (int i = 0; i < count; i++) {
        meter.pass();
        out[i] = Vectors.string(lines[i]);
      }
      return ListVector.of(out);
    }
    if (x instanceof ByteAtom a && a.type() == QType.BOOLEAN) {
      return bits(y);
    }
    if (x instanceof ByteAtom a && a.type() == QType.BYTE) {
      return ByteVector.of(QType.BYTE, a.value() == 0 ? bytes(y) : digits(a.value() & 0xff, y));
    }
    return Numeric.digits(context, x, y);
  }

  /** The digits of a long in a base, as many as the largest has whole ones. */
  private static byte[] digits(int base, Value y) {
    if (y.type() != QType.LONG || !(y instanceof Atom)) {
      throw QError.type("digits of " + Types.name(y) + " (expected: a long)");
    }
    if (base == 1) {
      throw new QError("domain", "digits of base 1");
    }
    byte[] out = new byte[(int) (63 / (Math.log(base) / Math.log(2)))];
    long rest = Vectors.longOf(y);
    for (int i = out.length - 1; i >= 0; i--) {
      out[i] = (byte) Long.remainderUnsigned(rest, base);
      rest = Long.divideUnsigned(rest, base);
    }
    return out;
  }

  private static ListVector split(String by, String text) {
    if (by.isEmpty()) {
      throw QError.length(0, 1);
    }
    List<Value> out = new ArrayList<>();
    int from = 0;
    Meter meter = Meter.here();
    while (true) {
      meter.pass();
      int at = text.indexOf(by, from);
      if (at < 0) {
        out.add(Vectors.string(text.substring(from)));
        return ListVector.of(out.toArray(new Value[0]));
      }
      out.add(Vectors.string(text.substring(from, at)));
      from = at + by.length();
    }
  }

  private static SymbolVector splitSymbol(String name) {
    if (name.startsWith(":")) {
      int slash = name.lastIndexOf('/');
      return slash < 0
          ? SymbolVector.of(":", name.substring(1))
          : SymbolVector.of(name.substring(0, slash), name.substring(slash + 1));
    }
    return SymbolVector.of(name.split("\\.", -1));
  }

  private static byte[] bytes(Value y) {
    if (!(y instanceof Atom atom)) {
      throw QError.type("the bytes of " + Types.name(y) + " (expected: an atom)");
    }
    if (y instanceof GuidAtom g) {
      byte[] out = new byte[16];
      for (int i = 0; i < 8; i++) {
        out[i] = (byte) (g.high() >>> (56 - 8 * i));
        out[8 + i] = (byte) (g.low() >>> (56 - 8 * i));
      }
      return out;
    }
    int width = Math.max(1, y.type().width());
    long raw;
    if (Vectors.isFloating(y.type())) {
      raw =
          y.type() == QType.REAL
              ? Float.floatToRawIntBits((float) Vectors.doubleOf(y))
              : Double.doubleToRawLongBits(Vectors.doubleOf(y));
    } else {
      raw = rawLong(atom);
    }
    byte[] out = new byte[width];
    for (int i = 0; i < width; i++) {
      out[i] = (byte) (raw >>> (8 * (width - 1 - i)));
    }
    return out;
  }

  private static long rawLong(Atom y) {
    if (!y.isNull() || y.type() == QType.CHAR) {
      return Vectors.longOf(y);
    }
    return switch (y.type().width()) {
      case 2 -> Short.MIN_VALUE;
      case 4 -> Integer.MIN_VALUE;
      default -> Long.MIN_VALUE;
    };
  }

  private static Value bits(Value y) {
    byte[] bytes = bytes(y);
    byte[] out = new byte[8 * bytes.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (byte) (bytes[i / 8] >> (7 - i % 8) & 1);
    }
    return Vectors.bools(out);
  }

  static Value sv(Context context, Value x, Value y) {
    if (Vectors.isText(x)) {
      return joinText(context, Vectors.text(x), y);
    }
    if (x instanceof SymbolAtom s && s.isNull()) {
      if (y instanceof SymbolVector v) {
        String[] names = v.toArray();
        return new SymbolAtom(
            names.length > 0 && names[0].startsWith(":")
                ? String.join("/", names)
                : String.join(".", names));
      }
      StringBuilder out = new StringBuilder();
      Meter meter = Meter.here();
      for (Value line : Vectors.items(y)) {
        meter.pass();
        out.append(Vectors.text(line)).append('\n');
        context.reserve(out.length());
      }
      return Vectors.string(out.toString());
    }
    if (x instanceof ByteAtom a && a.type() != QType.CHAR && y instanceof ByteVector v) {
      return fromBytes(a.type() == QType.BOOLEAN, v);
    }
    return Numeric.fromDigits(x, y);
  }

  private static Value joinText(Context context, String by, Value y) {
    StringBuilder out = new StringBuilder();
    Value[] parts = Vectors.items(y);
    Meter meter = Meter.here();
    for (int i = 0; i < parts.length; i++) {
      meter.pass();
      if (i > 0) {
        out.append(by);
      }
      out.append(Vectors.text(parts[i]));
      context.reserve(out.length());
    }
    return Vectors.string(out.toString());
  }

  private static Value fromBytes(boolean bits, ByteVector v) {
    int length = bits ? v.length() / 8 : v.length();
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      if (bits) {
        int b = 0;
        for (int k = 0; k < 8; k++) {
          b = b * 2 + v.get(8 * i + k);
        }
        bytes[i] = (byte) b;
      } else {
        bytes[i] = v.get(i);
      }
    }
    long high = 0;
    long low = 0;
    for (int i = 0; i < length; i++) {
      high = high << 8 | (i < 8 || length != 16 ? bytes[i] & 0xff : 0);
      if (i >= 8) {
        low = low << 8 | (bytes[i] & 0xff);
      }
    }
    return switch (length) {
      case 1 -> new ByteAtom(QType.BYTE, bytes[0]);
      case 2 -> new tickwatch.ipc.value.ShortAtom((short) high);
      case 4 -> new tickwatch.ipc.value.IntAtom(QType.INT, (int) high);
      case 8 -> LongAtom.of(high);
      case 16 -> {
        long top = 0;
        for (int i = 0; i < 8; i++) {
          top = top << 8 | (bytes[i] & 0xff);
        }
        yield new GuidAtom(top, low);
      }
      default -> throw QError.length(length, 8);
    };
  }
}
