package tickwatch.q;

import java.util.Arrays;
import tickwatch.ipc.value.ByteAtom;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.GuidAtom;
import tickwatch.ipc.value.GuidVector;
import tickwatch.ipc.value.Null;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/**
 * {@code = <> < > <= >=}: numbers by value whatever their type, floats within a relative tolerance
 * of 2<sup>-43</sup>, a null equal to a null and below all else.
 */
final class Compare {
  static final double TOLERANCE = 0x1p-43;

  /** Which of less, equal and greater satisfy it. */
  enum Op {
    EQUAL(false, true, false),
    NOT_EQUAL(true, false, true),
    LESS(true, false, false),
    GREATER(false, false, true),
    LESS_OR_EQUAL(true, true, false),
    GREATER_OR_EQUAL(false, true, true);

    final boolean less;
    final boolean equal;
    final boolean greater;

    Op(boolean less, boolean equal, boolean greater) {
      this.less = less;
      this.equal = equal;
      this.greater = greater;
    }

    boolean of(int sign) {
      return sign < 0 ? less : sign > 0 ? greater : equal;
    }
  }

  private Compare() {}

  /** A key that one of two dictionaries lacks is compared as if it had a null there. */
  static Value apply(Op op, Value x, Value y) {
    if (x instanceof Dictionary a
        && y instanceof Dictionary b
        && !a.isKeyedTable()
        && !b.isKeyedTable()
        && !a.keys().equals(b.keys())) {
      Value keys = Upsert.join(a, b).keys();
      return apply(op, Upsert.aligned(a, keys), Upsert.aligned(b, keys));
    }
    return Atomic.binary(x, y, (a, b) -> leaf(op, a, b));
  }

  private static Value leaf(Op op, Value x, Value y) {
    QType left = x.type();
    QType right = y.type();
    int count = x instanceof Vector a ? a.length() : y instanceof Vector b ? b.length() : -1;
    byte[] out = new byte[count < 0 ? 1 : count];
    if (!Vectors.isNumber(left)) {
      Meter.here().pass(out.length);
    }
    if (left == QType.SYMBOL && right == QType.SYMBOL) {
      symbols(op, x, y, out);
    } else if (left == QType.GUID && right == QType.GUID) {
      for (int i = 0; i < out.length; i++) {
        out[i] = bit(op.of(guids(x, y, i)));
      }
    } else if (Vectors.isNumber(left) && Vectors.isNumber(right)) {
      numbers(op, x, y, out);
    } else if ((Functions.isFunction(x) || Functions.isFunction(y)) && count < 0) {
      if (op != Op.EQUAL && op != Op.NOT_EQUAL) {
        throw QError.type("comparison of " + Types.name(x) + " and " + Types.name(y));
      }
      return ByteAtom.of(x.equals(y) == (op == Op.EQUAL));
    } else {
      throw QError.type("comparison of " + Types.name(x) + " and " + Types.name(y));
    }
    return count < 0 ? ByteAtom.of(out[0] != 0) : ByteVector.of(QType.BOOLEAN, out);
  }

  private static byte bit(boolean value) {
    return (byte) (value ? 1 : 0);
  }

  private static int guids(Value x, Value y, int i) {
    GuidAtom a = x instanceof GuidVector v ? (GuidAtom) v.item(i) : (GuidAtom) x;
    GuidAtom b = y instanceof GuidVector v ? (GuidAtom) v.item(i) : (GuidAtom) y;
    int high = Long.compareUnsigned(a.high(), b.high());
    return high != 0 ? high : Long.compareUnsigned(a.low(), b.low());
  }

  // ---- symbols

  private static void symbols(Op op, Value x, Value y, byte[] out) {
    if (x instanceof SymbolVector a && y instanceof SymbolAtom b) {
      byte[] hits = hits(op, a, b.name(), false);
      for (int i = 0; i < out.length; i++) {
        out[i] = hits[a.code(i)];
      }
    } else if (x instanceof SymbolAtom a && y instanceof SymbolVector b) {
      byte[] hits = hits(op, b, a.name(), true);
      for (int i = 0; i < out.length; i++) {
        out[i] = hits[b.code(i)];
      }
    } else {
      for (int i = 0; i < out.length; i++) {
        String a = x instanceof SymbolVector v ? v.get(i) : ((SymbolAtom) x).name();
        String b = y instanceof SymbolVector v ? v.get(i) : ((SymbolAtom) y).name();
        out[i] = bit(op.of(a.compareTo(b)));
      }
    }
  }

  /** For each name of the domain, whether it satisfies the comparison. */
  private static byte[] hits(Op op, SymbolVector vector, String name, boolean nameLeft) {
    byte[] out = new byte[vector.domainLength()];
    for (int code = 0; code < out.length; code++) {
      int sign = vector.domainName(code).compareTo(name);
      out[code] = bit(op.of(nameLeft ? -sign : sign));
    }
    return out;
  }

  // ---- numbers

  private static void numbers(Op op, Value x, Value y, byte[] out) {
    QType left = x.type();
    QType right = y.type();
    Value a = x;
    Value b = y;
    if (left != right && left.isTemporal() && right.isTemporal()) {
      QType meet = Types.MEET.of(left, right);
      if (meet == QType.ERROR) {
        throw QError.type("comparison of " + Types.name(x) + " and " + Types.name(y));
      }
      a = Casts.cast(x, meet);
      b = Casts.cast(y, meet);
    }
    if (Vectors.isFloating(a.type()) || Vectors.isFloating(b.type())) {
      doubles(op, a, b, out);
    } else {
      longs(op, a, b, out);
    }
  }

  private static void longs(Op op, Value x, Value y, byte[] out) {
    int size = Math.min(Vectors.BLOCK, out.length);
    long[] a = new long[size];
    long[] b = new long[size];
    if (!(x instanceof Vector)) {
      Arrays.fill(a, Vectors.longOf(x));
    }
    if (!(y instanceof Vector)) {
      Arrays.fill(b, Vectors.longOf(y));
    }
    Meter meter = Meter.here();
    for (int from = 0; from < out.length; from += Vectors.BLOCK) {
      int n = Math.min(Vectors.BLOCK, out.length - from);
      meter.pass(n);
      if (x instanceof Vector v) {
        Vectors.readLongs(v, from, a, n);
      }
      if (y instanceof Vector v) {
        Vectors.readLongs(v, from, b, n);
      }
      compareLongs(op, a, b, out, from, n);
    }
  }

  private static void compareLongs(Op op, long[] a, long[] b, byte[] out, int from, int n) {
    switch (op) {
      case EQUAL -> {
        for (int i = 0; i < n; i++) {
          out[from + i] = bit(a[i] == b[i]);
        }
      }
      case NOT_EQUAL -> {
        for (int i = 0; i < n; i++) {
          out[from + i] = bit(a[i] != b[i]);
        }
      }
      case LESS -> {
        for (int i = 0; i < n; i++) {
          out[from + i] = bit(a[i] < b[i]);
        }
      }
      case GREATER -> {
        for (int i = 0; i < n; i++) {
          out[from + i] = bit(a[i] > b[i]);
        }
      }
      case LESS_OR_EQUAL -> {
        for (int i = 0; i < n; i++) {
          out[from + i] = bit(a[i] <= b[i]);
        }
      }
      case GREATER_OR_EQUAL -> {
        for (int i = 0; i < n; i++) {
          out[from + i] = bit(a[i] >= b[i]);
        }
      }
    }
  }

  private static void doubles(Op op, Value x, Value y, byte[] out) {
    int size = Math.min(Vectors.BLOCK, out.length);
    double[] a = new double[size];
    double[] b = new double[size];
    if (!(x instanceof Vector)) {
      Arrays.fill(a, Vectors.doubleOf(x));
    }
    if (!(y instanceof Vector)) {
      Arrays.fill(b, Vectors.doubleOf(y));
    }
    boolean equal = op.equal;
    boolean less = op.less;
    boolean greater = op.greater;
    Meter meter = Meter.here();
    for (int from = 0; from < out.length; from += Vectors.BLOCK) {
      int n = Math.min(Vectors.BLOCK, out.length - from);
      meter.pass(n);
      if (x instanceof Vector v) {
        Vectors.readDoubles(v, from, a, n);
      }
      if (y instanceof Vector v) {
        Vectors.readDoubles(v, from, b, n);
      }
      for (int i = 0; i < n; i++) {
        double p = a[i];
        double q = b[i];
        boolean hit;
        if (same(p, q)) {
          hit = equal;
        } else if (p < q || Double.isNaN(p)) {
          hit = less;
        } else {
          hit = greater;
        }
        out[from + i] = bit(hit);
      }
    }
  }

  /** Whether two floats count as equal. */
  static boolean same(double x, double y) {
    if (x == y) {
      return true;
    }
    double distance = Math.abs(x - y);
    if (distance <= TOLERANCE * Math.max(Math.abs(x), Math.abs(y))) {
      return !Double.isInfinite(distance);
    }
    return Double.isNaN(x) && Double.isNaN(y);
  }

  static boolean isNull(double x) {
    return Double.isNaN(x);
  }

  static boolean isNull(long x) {
    return x == Null.LONG;
  }
}
