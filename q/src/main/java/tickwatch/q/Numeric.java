package tickwatch.q;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import tickwatch.ipc.value.Atom;
import tickwatch.ipc.value.FloatAtom;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.Null;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/** Number bases, matrices and random numbers. */
final class Numeric {
  private Numeric() {}

  // ---- bases

  /** {@code base vs number}. */
  static Value digits(Context context, Value base, Value y) {
    if (!(y instanceof Atom)) {
      List<long[]> digits = new ArrayList<>();
      addDigits(context, base, y, digits);
      int width = digits.stream().mapToInt(items -> items.length).max().orElse(0);
      Value[] rows = new Value[width];
      for (int place = 0; place < width; place++) {
        rows[place] = digitsAt(y, digits.iterator(), width - place);
      }
      return ListVector.of(rows);
    }
    long number = Vectors.longOf(y);
    if (base instanceof Vector bases) {
      Meter meter = Meter.here();
      meter.pass(bases.length());
      meter.made(Context.VECTOR_BYTES + 8L * bases.length());
      long[] by = Vectors.longs(bases);
      long[] out = new long[by.length];
      for (int i = by.length - 1; i >= 0; i--) {
        out[i] = i == 0 ? number : Math.floorMod(number, Math.max(1, by[i]));
        number = Math.floorDiv(number, Math.max(1, by[i]));
      }
      if (by.length > 0 && by[0] > 0) {
        out[0] = Math.floorMod(out[0], by[0]);
      }
      return LongVector.of(QType.LONG, out);
    }
    long by = Vectors.longOf(base);
    if (by < 2) {
      throw QError.domain("digits to the base " + by);
    }
    List<Long> out = new ArrayList<>();
    long left = Math.abs(number);
    while (left > 0) {
      out.add(0, left % by);
      left /= by;
    }
    return LongVector.of(QType.LONG, out.stream().mapToLong(Long::longValue).toArray());
  }

  /** The digits of each number in a list of lists, however deep. */
  private static void addDigits(Context context, Value base, Value y, List<long[]> digits) {
    if (y instanceof Atom) {
      digits.add(Vectors.longs((Vector) digits(context, base, y)));
      return;
    }
    Meter meter = Meter.here();
    for (int i = 0; i < y.count(); i++) {
      meter.pass();
      addDigits(context, base, Vectors.itemAt(y, i), digits);
    }
  }

  /** Of each number its digit so many places from the right, in lists as the numbers are. */
  private static Value digitsAt(Value y, Iterator<long[]> digits, int fromRight) {
    if (y instanceof Atom) {
      long[] items = digits.next();
      return new LongAtom(
          QType.LONG, fromRight > items.length ? 0 : items[items.length - fromRight]);
    }
    Value[] items = new Value[y.count()];
    Meter meter = Meter.here();
    for (int i = 0; i < items.length; i++) {
      meter.pass();
      items[i] = digitsAt(Vectors.itemAt(y, i), digits, fromRight);
    }
    return Vectors.list(items, items.length);
  }

  /** {@code base sv digits}. */
  static Value fromDigits(Value base, Value y) {
    if (!(y instanceof Vector v) || !Vectors.isNumber(v.type())) {
      if (y instanceof ListVector rows) {
        Value turned = Lists.flip(rows);
        Value[] out = new Value[turned.count()];
        Meter meter = Meter.here();
        for (int i = 0; i < out.length; i++) {
          meter.pass();
          out[i] = fromDigits(base, Vectors.itemAt(turned, i));
        }
        return Vectors.list(out);
      }
      throw QError.type("sv of " + Types.name(y));
    }
    int n = v.length();
    double[] by = base instanceof Vector b ? Vectors.doubles(b) : null;
    if (by != null && by.length != n) {
      throw QError.length(by.length, n);
    }
    if (Vectors.isFloating(base.type()) || Vectors.isFloating(v.type())) {
      double sum = 0;
      double[] items = Vectors.doubles(v);
      Meter meter = Meter.here();
      for (int i = 0; i < n; i++) {
        meter.pass();
        sum = sum * (by == null ? Vectors.doubleOf(base) : by[i]) + items[i];
      }
      return FloatAtom.of(sum);
    }
    long sum = 0;
    long[] items = Vectors.longs(v);
    Meter meter = Meter.here();
    for (int i = 0; i < n; i++) {
      meter.pass();
      sum = sum * (by == null ? Vectors.longOf(base) : (long) by[i]) + items[i];
    }
    return LongAtom.of(sum);
  }

  // ---- matrices

  private static double[][] matrix(Value x) {
    if (!(x instanceof ListVector rows) || rows.length() == 0) {
      throw QError.type(Types.name(x) + " (expected: a matrix of floats)");
    }
    double[][] out = new double[rows.length()][];
    for (int r = 0; r < out.length; r++) {
      if (!(rows.get(r) instanceof Vector row) || row.type() != QType.FLOAT) {
        throw QError.type("a row of " + Types.name(rows.get(r)) + " (expected: floats)");
      }
      out[r] = Vectors.doubles(row);
      if (out[r].length != out[0].length) {
        throw QError.length(out[0].length, out[r].length);
      }
    }
    return out;
  }

  private static Value value(double[][] rows) {
    Value[] out = new Value[rows.length];
    Meter meter = Meter.here();
    for (int r = 0; r < out.length; r++) {
      meter.pass();
      out[r] = Vectors.ofDoubles(QType.FLOAT, rows[r]);
    }
    return ListVector.of(out);
  }

  static Value multiply(Value x, Value y) {
    if (x.type() == QType.FLOAT && x instanceof Vector a) {
      if (y.type() == QType.FLOAT && y instanceof Vector b) {
        return FloatAtom.of(dot(Vectors.doubles(a), Vectors.doubles(b)));
      }
      double[][] product = product(new double[][] {Vectors.doubles(a)}, matrix(y));
      return Vectors.ofDoubles(QType.FLOAT, product[0]);
    }
    double[][] left = matrix(x);
    if (y.type() == QType.FLOAT && y instanceof Vector b) {
      double[] right = Vectors.doubles(b);
      double[] out = new double[left.length];
      for (int r = 0; r < out.length; r++) {
        out[r] = dot(left[r], right);
      }
      return Vectors.ofDoubles(QType.FLOAT, out);
    }
    return value(product(left, matrix(y)));
  }

  private static double dot(double[] a, double[] b) {
    if (a.length != b.length) {
      throw QError.length(a.length, b.length);
    }
    Meter.here().pass(a.length);
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double[][] product(double[][] a, double[][] b) {
    if (a[0].length != b.length) {
      throw QError.length(a[0].length, b.length);
    }
    Meter meter = Meter.here();
    meter.made(8L * a.length * b[0].length);
    double[][] out = new double[a.length][b[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int k = 0; k < b.length; k++) {
        meter.pass(out[i].length);
        for (int j = 0; j < out[i].length; j++) {
          out[i][j] += a[i][k] * b[k][j];
        }
      }
    }
    return out;
  }

  static Value inverse(Value x) {
    double[][] a = matrix(x);
    if (a[0].length != a.length) {
      throw QError.length(a.length, a[0].length);
    }
    double[][] one = new double[a.length][a.length];
    for (int i = 0; i < a.length; i++) {
      one[i][i] = 1;
    }
    return value(solve(a, one));
  }

  /** {@code y} such that {@code y mmu b} is nearest to {@code a}, by least squares. */
  static Value leastSquares(Value a, Value b) {
    boolean vector = a.type() == QType.FLOAT;
    double[][] left = vector ? new double[][] {Vectors.doubles((Vector) a)} : matrix(a);
    double[][] right = matrix(b);
    double[][] turned = transposed(right);
    double[][] square = product(right, turned);
    double[][] target = product(left, turned);
    double[][] out = transposed(solve(transposed(square), transposed(target)));
    return vector ? Vectors.ofDoubles(QType.FLOAT, out[0]) : value(out);
  }

  private static double[][] transposed(double[][] a) {
    Meter.here().room(8L * a.length * a[0].length);
    double[][] out = new double[a[0].length][a.length];
    Meter meter = Meter.here();
    for (int i = 0; i < a.length; i++) {
      meter.pass();
      for (int j = 0; j < a[0].length; j++) {
        out[j][i] = a[i][j];
      }
    }
    return out;
  }

  /** Gauss-Jordan with partial pivoting; both arrays are used up. */
  private static double[][] solve(double[][] a, double[][] b) {
    int n = a.length;
    Meter meter = Meter.here();
    if (a[0].length != n) {
      throw QError.length(n, a[0].length);
    }
    for (int c = 0; c < n; c++) {
      int pivot = c;
      for (int r = c + 1; r < n; r++) {
        if (Math.abs(a[r][c]) > Math.abs(a[pivot][c])) {
          pivot = r;
        }
      }
      double[] row = a[c];
      a[c] = a[pivot];
      a[pivot] = row;
      row = b[c];
      b[c] = b[pivot];
      b[pivot] = row;
      double by = a[c][c];
      for (int j = 0; j < n; j++) {
        a[c][j] /= by;
      }
      for (int j = 0; j < b[c].length; j++) {
        b[c][j] /= by;
      }
      for (int r = 0; r < n; r++) {
        double factor = a[r][c];
        meter.pass(n);
        if (r != c && factor != 0) {
          for (int j = 0; j < n; j++) {
            a[r][j] -= factor * a[c][j];
          }
          for (int j = 0; j < b[r].length; j++) {
            b[r][j] -= factor * b[c][j];
          }
        }
      }
    }
    return b;
  }

  // ---- random

  /**
   * {@code n?x}: n random items, each at most once where n is negative; {@code 0N?x}: all of them
   * in any order.
   */
  static Value roll(Context context, Value x, Value y) {
    if (Vectors.longOf(x) == Null.LONG) {
      return permuted(context, y);
    }
    int wanted = Vectors.intOf(x, "the count of random items");
    int count = context.reserve(Math.abs((long) wanted));
    boolean deal = wanted < 0;
    if (y instanceof Vector list) {
      int[] at = deal ? dealt(context, count, list.length()) : new int[count];
      Meter meter = Meter.here();
      for (int i = 0; i < count && !deal; i++) {
        meter.pass();
        at[i] = list.length() == 0 ? -1 : context.random.nextInt(list.length());
      }
      return Vectors.at(list, at, count);
    }
    QType type = y.type();
    if (deal && type != QType.LONG && type != QType.GUID && type != QType.SYMBOL) {
      throw QError.type("dealing " + Types.name(y) + " (expected: a list, a long or 0Ng)");
    }
    if (type == QType.GUID) {
      context.reserve(2L * count);
      long[] halves = new long[2 * count];
      Meter meter = Meter.here();
      for (int i = 0; i < halves.length; i++) {
        meter.pass();
        halves[i] = context.random.nextLong();
      }
      return tickwatch.ipc.value.GuidVector.of(LongVector.of(QType.LONG, halves));
    }
    if (type == QType.SYMBOL) {
      return randomSymbols(context, count, Vectors.symbol(y));
    }
    if (Vectors.isFloating(type)) {
      double[] out = new double[count];
      double limit = Vectors.doubleOf(y);
      Meter meter = Meter.here();
      for (int i = 0; i < count; i++) {
        meter.pass();
        out[i] = context.random.nextDouble() * limit;
      }
      return Vectors.ofDoubles(type, out, count);
    }
    if (!Vectors.isIntegral(type)) {
      throw QError.type("random items of " + Types.name(y));
    }
    long limit = Vectors.longOf(y);
    if (type == QType.BOOLEAN) {
      limit = limit == 0 ? 2 : 1;
    }
    if (limit < 0) {
      throw QError.domain("random items below " + limit);
    }
    if (deal) {
      if (limit > Integer.MAX_VALUE) {
        throw QError.wsfull(limit, Integer.MAX_VALUE);
      }
      return Vectors.ofLongs(type, toLongs(dealt(context, count, (int) limit)), count);
    }
    long[] out = new long[count];
    Meter meter = Meter.here();
    for (int i = 0; i < count; i++) {
      meter.pass();
      out[i] = limit == 0 ? context.random.nextLong() : context.random.nextLong(limit);
    }
    return Vectors.ofLongs(type, out, count);
  }

  private static Value permuted(Context context, Value y) {
    if (y instanceof Vector list) {
      return Vectors.at(list, dealt(context, list.length(), list.length()), list.length());
    }
    if (!(y instanceof Atom) || !Vectors.isIntegral(y.type()) || Vectors.longOf(y) < 0) {
      throw QError.type("the order of " + Types.name(y) + " (expected: a list or a count)");
    }
    int count = context.reserve(Vectors.longOf(y));
    return Vectors.ofLongs(QType.LONG, toLongs(dealt(context, count, count)), count);
  }

  private static long[] toLongs(int[] items) {
    long[] out = new long[items.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = items[i];
    }
    return out;
  }

  private static int[] dealt(Context context, int count, int from) {
    if (count > from) {
      throw QError.length(count, from);
    }
    context.reserve(from);
    int[] all = Vectors.range(from);
    Meter meter = Meter.here();
    for (int i = 0; i < count; i++) {
      meter.pass();
      int j = i + context.random.nextInt(from - i);
      int swap = all[i];
      all[i] = all[j];
      all[j] = swap;
    }
    return java.util.Arrays.copyOf(all, count);
  }

  private static Value randomSymbols(Context context, int count, String width) {
    int letters = 1;
    try {
      letters = Math.min(8, Math.max(1, Integer.parseInt(width)));
    } catch (NumberFormatException e) {
      throw QError.type("random symbols of `" + width + " (expected: `1 to `8)");
    }
    String[] out = new String[count];
    Meter meter = Meter.here();
    for (int i = 0; i < count; i++) {
      meter.pass();
      StringBuilder name = new StringBuilder();
      for (int k = 0; k < letters; k++) {
        name.append((char) ('a' + context.random.nextInt(16)));
      }
      out[i] = name.toString();
    }
    return Vectors.symbols(out);
  }
}
