package tickwatch.q;

import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.Null;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/** Two vectors made one number, whole or group by group; a pair with a null is left out. */
enum PairAggregate {
  WSUM,
  WAVG,
  COV,
  SCOV,
  COR;

  Value of(Context context, Value x, Value y) {
    if (x instanceof Dictionary a && y instanceof Dictionary b) {
      return of(context, a.values(), b.values());
    }
    if (y instanceof Dictionary b) {
      return of(context, x, b.values());
    }
    if (x instanceof ListVector || y instanceof ListVector) {
      return ofLists(context, x, y);
    }
    if (this == WSUM && (Vectors.isAtom(x) || Vectors.isAtom(y))) {
      return Aggregate.SUM.of(context, Arithmetic.apply(Arithmetic.Op.MULTIPLY, x, y));
    }
    if (!(x instanceof Vector) && !(y instanceof Vector)) {
      return of(context, Vectors.listOf(x), Vectors.listOf(y));
    }
    Vector a = x instanceof Vector v ? v : Vectors.repeat(x, y.count());
    Vector b = y instanceof Vector v ? v : Vectors.repeat(y, x.count());
    return ofWhole(a, b).item(0);
  }

  private Value ofLists(Context context, Value x, Value y) {
    Value product = Arithmetic.apply(Arithmetic.Op.MULTIPLY, x, y);
    if (this == WSUM) {
      return Aggregate.SUM.of(context, product);
    }
    if (this == WAVG) {
      return Arithmetic.divide(Aggregate.SUM.of(context, product), Aggregate.SUM.of(context, x));
    }
    Value[] a = Vectors.items(Lists.flip(x));
    Value[] b = Vectors.items(Lists.flip(y));
    Value[] out = new Value[a.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = of(context, a[i], b[i]);
    }
    return Vectors.list(out);
  }

  /** Of two whole vectors: first their means, then what is about distances from them. */
  private Vector ofWhole(Vector x, Vector y) {
    require(x, y);
    double[] sums = new double[3];
    forPairs(
        x,
        y,
        (p, q) -> {
          sums[0]++;
          sums[1] += p;
          sums[2] += q;
        });
    double n = sums[0];
    double meanX = isCentred() ? sums[1] / n : 0;
    double meanY = isCentred() ? sums[2] / n : 0;
    double[] products = new double[3];
    forPairs(
        x,
        y,
        (p, q) -> {
          double a = p - meanX;
          double b = q - meanY;
          products[0] += a * a;
          products[1] += b * b;
          products[2] += a * b;
        });
    boolean centred = isCentred();
    return Vectors.ofDoubles(
        QType.FLOAT,
        of(n, centred ? 0 : sums[1], centred ? 0 : sums[2], products[0], products[1], products[2]));
  }

  private interface Pair {
    void of(double x, double y);
  }

  private static void forPairs(Vector x, Vector y, Pair body) {
    int length = x.length();
    double[] a = new double[Math.min(Vectors.BLOCK, length)];
    double[] b = new double[a.length];
    Meter meter = Meter.here();
    for (int from = 0; from < length; from += Vectors.BLOCK) {
      int size = Math.min(Vectors.BLOCK, length - from);
      meter.pass(size);
      Vectors.readDoubles(x, from, a, size);
      Vectors.readDoubles(y, from, b, size);
      for (int i = 0; i < size; i++) {
        if (!Double.isNaN(a[i]) && !Double.isNaN(b[i])) {
          body.of(a[i], b[i]);
        }
      }
    }
  }

  /** One result a group of the rows of two vectors. */
  Sweep.Sums sums(Vector x, Vector y, Groups groups) {
    require(x, y);
    return new Sweep.Pairs(this, x, y, groups);
  }

  private void require(Vector x, Vector y) {
    if (x.length() != y.length()) {
      throw QError.length(x.length(), y.length());
    }
    if (!Vectors.isNumber(x.type()) || !Vectors.isNumber(y.type())) {
      throw QError.type(
          name().toLowerCase(java.util.Locale.ROOT)
              + " of "
              + Types.name(x)
              + " and "
              + Types.name(y));
    }
  }

  /** Whether it is about distances from the means, so that it does not change if all items do. */
  boolean isCentred() {
    return this == COV || this == SCOV || this == COR;
  }

  /** The result of {@code n} pairs with these sums. */
  double of(double n, double x, double y, double xx, double yy, double xy) {
    return switch (this) {
      case WSUM -> xy;
      case WAVG -> xy / x;
      case COV -> n == 0 ? Null.FLOAT : (xy - x * y / n) / n;
      case SCOV -> n < 2 ? Null.FLOAT : (xy - x * y / n) / (n - 1);
      case COR ->
          (xy - x * y / n) / Math.sqrt(Math.max(0, xx - x * x / n) * Math.max(0, yy - y * y / n));
    };
  }
}
