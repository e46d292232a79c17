package tickwatch.q;

import org.jspecify.annotations.Nullable;
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
    return of(a, b, null).item(0);
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

  Vector of(Vector x, Vector y, @Nullable Groups groups) {
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
    int count = groups == null ? 1 : groups.count;
    double[] n = new double[count];
    double[] sumX = new double[count];
    double[] sumY = new double[count];
    double[] sumXy = new double[count];
    boolean centred = this == COV || this == SCOV || this == COR;
    if (centred) {
      means(x, y, groups, n, sumX, sumY);
    }
    double[] sumXx = new double[count];
    double[] sumYy = new double[count];
    double[] weights = new double[count];
    int length = x.length();
    double[] a = new double[Math.min(Vectors.BLOCK, length)];
    double[] b = new double[a.length];
    for (int from = 0; from < length; from += Vectors.BLOCK) {
      int size = Math.min(Vectors.BLOCK, length - from);
      Vectors.readDoubles(x, from, a, size);
      Vectors.readDoubles(y, from, b, size);
      for (int i = 0; i < size; i++) {
        double p = a[i];
        double q = b[i];
        if (Double.isNaN(p) || Double.isNaN(q)) {
          continue;
        }
        int g = groups == null ? 0 : groups.ids[from + i];
        if (centred) {
          p -= sumX[g];
          q -= sumY[g];
          sumXx[g] += p * p;
          sumYy[g] += q * q;
        }
        weights[g] += p;
        sumXy[g] += p * q;
      }
    }
    double[] out = new double[count];
    for (int g = 0; g < count; g++) {
      out[g] =
          switch (this) {
            case WSUM -> sumXy[g];
            case WAVG -> sumXy[g] / weights[g];
            case COV -> n[g] == 0 ? Null.FLOAT : sumXy[g] / n[g];
            case SCOV -> n[g] < 2 ? Null.FLOAT : sumXy[g] / (n[g] - 1);
            case COR -> sumXy[g] / Math.sqrt(sumXx[g] * sumYy[g]);
          };
    }
    return Vectors.ofDoubles(QType.FLOAT, out, count);
  }

  private static void means(
      Vector x, Vector y, @Nullable Groups groups, double[] n, double[] meanX, double[] meanY) {
    int length = x.length();
    double[] a = new double[Math.min(Vectors.BLOCK, length)];
    double[] b = new double[a.length];
    for (int from = 0; from < length; from += Vectors.BLOCK) {
      int size = Math.min(Vectors.BLOCK, length - from);
      Vectors.readDoubles(x, from, a, size);
      Vectors.readDoubles(y, from, b, size);
      for (int i = 0; i < size; i++) {
        if (!Double.isNaN(a[i]) && !Double.isNaN(b[i])) {
          int g = groups == null ? 0 : groups.ids[from + i];
          n[g]++;
          meanX[g] += a[i];
          meanY[g] += b[i];
        }
      }
    }
    for (int g = 0; g < n.length; g++) {
      meanX[g] /= n[g];
      meanY[g] /= n[g];
    }
  }
}
