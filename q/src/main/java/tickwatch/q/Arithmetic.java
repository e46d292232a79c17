package tickwatch.q;

import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Null;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/**
 * {@code + - * % & | ^ div mod xbar} and the functions of one number.
 *
 * <p>Whole numbers are computed as longs that wrap, a null on either side giving null; everything
 * else as doubles. Times of different types meet in the type of the result.
 */
final class Arithmetic {
  /** Computes {@code count} results from as many pairs. */
  private interface Longs {
    void apply(long[] x, long[] y, long[] out, int count);
  }

  private interface Doubles {
    void apply(double[] x, double[] y, double[] out, int count);
  }

  /** An operation: its table of types, and its loops. */
  enum Op {
    ADD(Types.PLUS),
    SUBTRACT(Types.PLUS),
    MULTIPLY(Types.TIMES),
    MIN(Types.MEET),
    MAX(Types.MEET),
    MOD(Types.MOD),
    FILL(Types.MEET);

    @SuppressWarnings("ImmutableEnumChecker") // nobody changes its array
    private final Types types;

    Op(Types types) {
      this.types = types;
    }
  }

  private Arithmetic() {}

  static Value apply(Op op, Value x, Value y) {
    return Atomic.binary(
        x, y, (a, b) -> leaf(op, a, b), op == Op.SUBTRACT ? Arithmetic::negate : null);
  }

  private static Value leaf(Op op, Value x, Value y) {
    QType left = x.type();
    QType right = y.type();
    QType type = op.types.of(left, right);
    if (op == Op.FILL && left == right) {
      return fillSame(x, y);
    }
    if (type == QType.ERROR || !Vectors.isNumber(type)) {
      throw mismatch(op.name().toLowerCase(java.util.Locale.ROOT), x, y);
    }
    boolean real =
        Vectors.isFloating(left) || Vectors.isFloating(right) || Vectors.isFloating(type);
    if (real) {
      Doubles loop = doubles(op);
      QType out = type;
      QType meet = Vectors.isFloating(type) ? type : QType.FLOAT;
      double[] result = compute(x, y, meet, loop);
      return Vectors.isFloating(out)
          ? result(out, result, x, y)
          : Casts.cast(result(QType.FLOAT, result, x, y), out);
    }
    return computeLongs(x, y, type, longs(op));
  }

  private static QError mismatch(String op, Value x, Value y) {
    return QError.type(op + " of " + Types.name(x) + " and " + Types.name(y));
  }

  private static Longs longs(Op op) {
    return switch (op) {
      case ADD ->
          (x, y, out, n) -> {
            for (int i = 0; i < n; i++) {
              out[i] = x[i] == Null.LONG || y[i] == Null.LONG ? Null.LONG : x[i] + y[i];
            }
          };
      case SUBTRACT ->
          (x, y, out, n) -> {
            for (int i = 0; i < n; i++) {
              out[i] = x[i] == Null.LONG || y[i] == Null.LONG ? Null.LONG : x[i] - y[i];
            }
          };
      case MULTIPLY ->
          (x, y, out, n) -> {
            for (int i = 0; i < n; i++) {
              out[i] = x[i] == Null.LONG || y[i] == Null.LONG ? Null.LONG : x[i] * y[i];
            }
          };
      case MIN ->
          (x, y, out, n) -> {
            for (int i = 0; i < n; i++) {
              out[i] = Math.min(x[i], y[i]);
            }
          };
      case MAX ->
          (x, y, out, n) -> {
            for (int i = 0; i < n; i++) {
              out[i] = Math.max(x[i], y[i]);
            }
          };
      case MOD ->
          (x, y, out, n) -> {
            for (int i = 0; i < n; i++) {
              out[i] =
                  x[i] == Null.LONG || y[i] == Null.LONG || y[i] == 0
                      ? Null.LONG
                      : Math.floorMod(x[i], y[i]);
            }
          };
      case FILL ->
          (x, y, out, n) -> {
            for (int i = 0; i < n; i++) {
              out[i] = y[i] == Null.LONG ? x[i] : y[i];
            }
          };
    };
  }

  private static Doubles doubles(Op op) {
    return switch (op) {
      case ADD ->
          (x, y, out, n) -> {
            for (int i = 0; i < n; i++) {
              out[i] = x[i] + y[i];
            }
          };
      case SUBTRACT ->
          (x, y, out, n) -> {
            for (int i = 0; i < n; i++) {
              out[i] = x[i] - y[i];
            }
          };
      case MULTIPLY ->
          (x, y, out, n) -> {
            for (int i = 0; i < n; i++) {
              out[i] = x[i] * y[i];
            }
          };
      // The null is the least of all numbers.
      case MIN ->
          (x, y, out, n) -> {
            for (int i = 0; i < n; i++) {
              out[i] = Double.isNaN(x[i]) || x[i] < y[i] ? x[i] : y[i];
            }
          };
      case MAX ->
          (x, y, out, n) -> {
            for (int i = 0; i < n; i++) {
              out[i] = Double.isNaN(y[i]) || x[i] > y[i] ? x[i] : y[i];
            }
          };
      case MOD ->
          (x, y, out, n) -> {
            for (int i = 0; i < n; i++) {
              out[i] = x[i] - y[i] * Math.floor(x[i] / y[i]);
            }
          };
      case FILL ->
          (x, y, out, n) -> {
            for (int i = 0; i < n; i++) {
              out[i] = Double.isNaN(y[i]) ? x[i] : y[i];
            }
          };
    };
  }

  // ---- loops over blocks

  private static int count(Value x, Value y) {
    if (x instanceof Vector a) {
      return a.length();
    }
    return y instanceof Vector b ? b.length() : -1;
  }

  private static Value computeLongs(Value x, Value y, QType type, Longs loop) {
    int count = count(x, y);
    boolean atom = count < 0;
    int total = atom ? 1 : count;
    long[] result = new long[total];
    int size = Math.min(Vectors.BLOCK, total);
    LongReader a = new LongReader(x, type, size);
    LongReader b = new LongReader(y, type, size);
    long[] out = new long[size];
    Meter meter = Meter.here();
    for (int from = 0; from < total; from += Vectors.BLOCK) {
      int n = Math.min(Vectors.BLOCK, total - from);
      meter.pass(n);
      a.read(from, n);
      b.read(from, n);
      loop.apply(a.items, b.items, out, n);
      System.arraycopy(out, 0, result, from, n);
    }
    return atom ? Vectors.atomOfLong(type, result[0]) : Vectors.ofLongs(type, result, total);
  }

  /** Reads an operand block by block, as whole numbers in the unit of the result. */
  private static final class LongReader {
    final long[] items;
    private final @Nullable Vector vector;
    private final QType from;
    private final QType to;
    private final boolean convert;

    LongReader(Value value, QType type, int size) {
      this.items = new long[size];
      this.vector = value instanceof Vector v ? v : null;
      this.from = value.type();
      this.to = type;
      // A timestamp counts from its epoch where a span is the result, days included.
      this.convert =
          from.isTemporal()
              && to.isTemporal()
              && from != to
              && !(from == QType.TIMESTAMP && to == QType.TIMESPAN);
      if (vector == null) {
        long item = Vectors.longOf(value);
        java.util.Arrays.fill(items, convert ? Temporals.convert(from, to, item) : item);
      }
    }

    void read(int at, int count) {
      if (vector == null) {
        return;
      }
      Vectors.readLongs(vector, at, items, count);
      if (convert) {
        for (int i = 0; i < count; i++) {
          items[i] = Temporals.convert(from, to, items[i]);
        }
      }
    }
  }

  private static final class DoubleReader {
    final double[] items;
    private final @Nullable Vector vector;

    DoubleReader(Value value, QType meet, int size) {
      this.items = new double[size];
      // Days are what a datetime counts in, so the other side is turned into days.
      Value converted =
          meet == QType.DATETIME && value.type().isTemporal() && value.type() != QType.DATETIME
              ? Casts.cast(value, QType.DATETIME)
              : value;
      this.vector = converted instanceof Vector v ? v : null;
      if (vector == null) {
        java.util.Arrays.fill(items, Vectors.doubleOf(converted));
      }
    }

    void read(int at, int count) {
      if (vector != null) {
        Vectors.readDoubles(vector, at, items, count);
      }
    }
  }

  private static double[] compute(Value x, Value y, QType meet, Doubles loop) {
    int count = count(x, y);
    int total = count < 0 ? 1 : count;
    double[] result = new double[total];
    int size = Math.min(Vectors.BLOCK, total);
    DoubleReader a = new DoubleReader(x, meet, size);
    DoubleReader b = new DoubleReader(y, meet, size);
    double[] out = new double[size];
    Meter meter = Meter.here();
    for (int from = 0; from < total; from += Vectors.BLOCK) {
      int n = Math.min(Vectors.BLOCK, total - from);
      meter.pass(n);
      a.read(from, n);
      b.read(from, n);
      loop.apply(a.items, b.items, out, n);
      System.arraycopy(out, 0, result, from, n);
    }
    return result;
  }

  private static Value result(QType type, double[] items, Value x, Value y) {
    return count(x, y) < 0
        ? Vectors.atomOfDouble(type, items[0])
        : Vectors.ofDoubles(type, items, items.length);
  }

  // ---- the others of two arguments

  static Value divide(Value x, Value y) {
    return Atomic.binary(
        x,
        y,
        (a, b) -> {
          if (!Vectors.isNumber(a.type()) || !Vectors.isNumber(b.type())) {
            throw mismatch("divide", a, b);
          }
          return result(
              QType.FLOAT,
              compute(
                  a,
                  b,
                  QType.FLOAT,
                  (p, q, out, n) -> {
                    for (int i = 0; i < n; i++) {
                      out[i] = p[i] / q[i];
                    }
                  }),
              a,
              b);
        });
  }

  static Value div(Value x, Value y) {
    return Atomic.binary(x, y, Arithmetic::divLeaf);
  }

  private static Value divLeaf(Value x, Value y) {
    if (!Vectors.isNumber(x.type()) || !Vectors.isNumber(y.type())) {
      throw mismatch("div", x, y);
    }
    QType type =
        switch (x.type()) {
          case BOOLEAN, BYTE, SHORT, CHAR -> QType.INT;
          case REAL -> QType.FLOAT;
          default -> x.type();
        };
    if (!Vectors.isFloating(x.type()) && !Vectors.isFloating(y.type())) {
      Longs loop =
          (p, q, out, n) -> {
            for (int i = 0; i < n; i++) {
              out[i] =
                  p[i] == Null.LONG || q[i] == Null.LONG || q[i] == 0
                      ? Null.LONG
                      : Math.floorDiv(p[i], q[i]);
            }
          };
      // The divisor is a plain number, whatever its type.
      Value divisor = y.type().isTemporal() && y.type() != type ? Casts.underlying(y) : y;
      return computeLongs(x, divisor, type, loop);
    }
    double[] out =
        compute(
            x,
            y,
            QType.FLOAT,
            (p, q, o, n) -> {
              for (int i = 0; i < n; i++) {
                o[i] = Math.floor(p[i] / q[i]);
              }
            });
    Value floored = result(QType.FLOAT, out, x, y);
    return type == QType.FLOAT ? floored : Casts.cast(floored, type);
  }

  /** {@code x xbar y}: {@code x * y div x}. */
  static Value xbar(Value x, Value y) {
    return Atomic.binary(x, y, Arithmetic::xbarLeaf);
  }

  private static Value xbarLeaf(Value x, Value y) {
    QType left = x.type();
    QType right = y.type();
    if (!Vectors.isNumber(left) || !Vectors.isNumber(right)) {
      throw mismatch("xbar", x, y);
    }
    if (!Vectors.isFloating(left) && !Vectors.isFloating(right)) {
      QType type = right.isTemporal() ? right : Types.TIMES.of(left, right);
      if (left.isTemporal() && !right.isTemporal()) {
        type = left == QType.TIMESPAN ? QType.LONG : left;
      }
      Value size = x;
      // A length of time becomes one in the unit of what is rounded.
      if (Temporals.isSpan(left) && right.isTemporal() && left != right) {
        QType unit = right == QType.TIMESTAMP ? QType.TIMESPAN : right;
        size =
            right == QType.DATE || right == QType.MONTH ? Casts.underlying(x) : Casts.cast(x, unit);
      }
      QType plain = type;
      Value bare = size.type().isTemporal() ? Casts.underlying(size) : size;
      return computeLongs(
          bare,
          y,
          plain,
          (p, q, out, n) -> {
            for (int i = 0; i < n; i++) {
              out[i] =
                  p[i] == Null.LONG || q[i] == Null.LONG
                      ? Null.LONG
                      : p[i] == 0 ? q[i] : q[i] - Math.floorMod(q[i], p[i]);
            }
          });
    }
    double[] out =
        compute(
            x,
            y,
            QType.FLOAT,
            (p, q, o, n) -> {
              for (int i = 0; i < n; i++) {
                o[i] = p[i] * Math.floor(q[i] / p[i]);
              }
            });
    Value floats = result(QType.FLOAT, out, x, y);
    return right == QType.DATETIME
        ? Casts.cast(floats, QType.DATETIME)
        : right.isTemporal() ? Casts.cast(floats, right) : floats;
  }

  /** As q computes it, so that a power of whole numbers may miss the whole number by an ulp. */
  static double power(double x, double y) {
    return x == 0 || x == 1 || y == 0 ? Math.pow(x, y) : Math.exp(y * Math.log(x));
  }

  /** Computes in doubles whatever the types: {@code xexp}, {@code xlog}. */
  static Value floats(Value x, Value y, java.util.function.DoubleBinaryOperator op) {
    return Atomic.binary(
        x,
        y,
        (a, b) -> {
          if (!Vectors.isNumber(a.type()) || !Vectors.isNumber(b.type())) {
            throw mismatch("arithmetic", a, b);
          }
          return result(
              QType.FLOAT,
              compute(
                  a,
                  b,
                  QType.FLOAT,
                  (p, q, out, n) -> {
                    for (int i = 0; i < n; i++) {
                      out[i] = op.applyAsDouble(p[i], q[i]);
                    }
                  }),
              a,
              b);
        });
  }

  // ---- fill

  private static Value fillSame(Value x, Value y) {
    if (Vectors.isNumber(x.type())) {
      return Vectors.isFloating(x.type())
          ? result(x.type(), compute(x, y, x.type(), doubles(Op.FILL)), x, y)
          : fillLongs(x, y);
    }
    int count = count(x, y);
    if (count < 0) {
      return Casts.isNull(y) ? x : y;
    }
    Value[] out = new Value[count];
    for (int i = 0; i < count; i++) {
      Value right = y instanceof Vector v ? v.item(i) : y;
      out[i] = Casts.isNull(right) ? x instanceof Vector v ? v.item(i) : x : right;
    }
    return Vectors.list(out);
  }

  private static Value fillLongs(Value x, Value y) {
    if (x.type() == QType.CHAR) {
      return computeLongs(
          x,
          y,
          QType.CHAR,
          (p, q, out, n) -> {
            for (int i = 0; i < n; i++) {
              out[i] = q[i] == ' ' ? p[i] : q[i];
            }
          });
    }
    return computeLongs(x, y, x.type(), longs(Op.FILL));
  }

  // ---- one argument

  static Value negate(Value x) {
    return Atomic.unary(
        x,
        a -> {
          QType type = a.type();
          if (!Vectors.isNumber(type)) {
            throw QError.type("neg of " + Types.name(a));
          }
          if (Vectors.isFloating(type)) {
            return mapDoubles(a, type, item -> -item);
          }
          return mapLongs(a, small(type), item -> item == Null.LONG ? item : -item);
        });
  }

  /** Booleans, bytes and chars are computed with as ints. */
  static QType small(QType type) {
    return switch (type) {
      case BOOLEAN, BYTE, CHAR -> QType.INT;
      default -> type;
    };
  }

  static Value abs(Value x) {
    return Atomic.unary(
        x,
        a -> {
          QType type = a.type();
          if (!Vectors.isNumber(type)) {
            throw QError.type("abs of " + Types.name(a));
          }
          return Vectors.isFloating(type)
              ? mapDoubles(a, type, Math::abs)
              : mapLongs(a, small(type), item -> item == Null.LONG ? item : Math.abs(item));
        });
  }

  static Value signum(Value x) {
    return Atomic.unary(
        x,
        a -> {
          QType type = a.type();
          if (!Vectors.isNumber(type)) {
            throw QError.type("signum of " + Types.name(a));
          }
          if (Vectors.isFloating(type)) {
            return Casts.cast(
                mapDoubles(
                    a,
                    QType.FLOAT,
                    item -> Double.isNaN(item) ? -1 : item > 0 ? 1 : item < 0 ? -1 : 0),
                QType.INT);
          }
          return mapLongs(a, QType.INT, Long::signum);
        });
  }

  static Value floats(Value x, java.util.function.DoubleUnaryOperator op) {
    return Atomic.unary(
        x,
        a -> {
          if (!Vectors.isNumber(a.type())) {
            throw QError.type(Types.name(a) + " (expected: numbers)");
          }
          return mapDoubles(a, QType.FLOAT, op);
        });
  }

  /** {@code floor} and {@code ceiling}. */
  static Value round(Value x, java.util.function.DoubleUnaryOperator op) {
    return Atomic.unary(
        x,
        a -> {
          if (!Vectors.isFloating(a.type())) {
            if (Vectors.isIntegral(a.type())) {
              return a.type() == QType.BOOLEAN || a.type() == QType.BYTE
                  ? Casts.cast(a, QType.INT)
                  : a;
            }
            throw QError.type("rounding of " + Types.name(a));
          }
          if (a.type() == QType.DATETIME) {
            return Casts.cast(mapDoubles(a, QType.DATETIME, op), QType.DATE);
          }
          return Casts.floored(mapDoubles(a, QType.FLOAT, op));
        });
  }

  static Value mapDoubles(Value x, QType type, java.util.function.DoubleUnaryOperator op) {
    if (!(x instanceof Vector v)) {
      return Vectors.atomOfDouble(type, op.applyAsDouble(Vectors.doubleOf(x)));
    }
    double[] items = Vectors.doubles(v);
    Meter meter = Meter.here();
    for (int i = 0; i < items.length; i++) {
      meter.pass();
      items[i] = op.applyAsDouble(items[i]);
    }
    return Vectors.ofDoubles(type, items, items.length);
  }

  static Value mapLongs(Value x, QType type, java.util.function.LongUnaryOperator op) {
    if (!(x instanceof Vector v)) {
      return Vectors.atomOfLong(type, op.applyAsLong(Vectors.longOf(x)));
    }
    long[] items = Vectors.longs(v);
    Meter meter = Meter.here();
    for (int i = 0; i < items.length; i++) {
      meter.pass();
      items[i] = op.applyAsLong(items[i]);
    }
    return Vectors.ofLongs(type, items, items.length);
  }
}
