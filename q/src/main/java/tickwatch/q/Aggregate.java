package tickwatch.q;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Atom;
import tickwatch.ipc.value.ByteAtom;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.FloatAtom;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.Null;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/**
 * Many items made one: of a whole vector, or of each group of its rows, by the same loops.
 *
 * <p><b>Nulls.</b> {@code sum prd} take a null for nothing; {@code avg var dev} and the others
 * leave it out; {@code min} and {@code max} of nothing are the infinities; {@code count first last}
 * count it.
 */
enum Aggregate {
  COUNT,
  FIRST,
  LAST,
  SUM,
  PRD,
  AVG,
  MIN,
  MAX,
  VAR,
  DEV,
  SVAR,
  SDEV,
  MED,
  ALL,
  ANY;

  /** Of one vector: {@code groups} is null; else a vector of one result a group. */
  Vector of(Vector vector, @Nullable Groups groups) {
    int count = groups == null ? 1 : groups.count;
    return switch (this) {
      case COUNT -> LongVector.of(QType.LONG, counts(vector.length(), groups));
      case FIRST -> Vectors.at(vector, firsts(vector, groups, count), count);
      case LAST -> Vectors.at(vector, lasts(vector, groups, count), count);
      case SUM -> sum(vector, groups, count);
      case PRD -> product(vector, groups, count);
      case AVG -> average(vector, groups, count);
      case MIN, MAX -> extreme(vector, groups, count);
      case VAR, DEV, SVAR, SDEV -> variance(vector, groups, count);
      case MED -> median(vector, groups, count);
      case ALL, ANY -> flags(vector, groups, count);
    };
  }

  // ---- of any value

  /** The whole value made one. */
  Value of(Context context, Value x) {
    if (this == COUNT) {
      return LongAtom.of(x.count());
    }
    if (this == FIRST) {
      return Lists.first(x);
    }
    if (this == LAST) {
      return Lists.last(x);
    }
    if (x instanceof Dictionary d && !d.isKeyedTable()) {
      return of(context, d.values());
    }
    if (x instanceof Dictionary d) {
      return of(context, d.values());
    }
    if (x instanceof Table t) {
      Value[] out = new Value[t.columns().size()];
      for (int c = 0; c < out.length; c++) {
        out[c] = of(context, t.columns().get(c));
      }
      return new Dictionary(Vectors.symbols(t.names()), Vectors.list(out));
    }
    if (x instanceof ListVector list) {
      return ofList(context, list);
    }
    if (x instanceof Vector v) {
      return of(v, null).item(0);
    }
    return ofAtom(x);
  }

  private Value ofAtom(Value x) {
    return switch (this) {
      case AVG, MED -> FloatAtom.of(Vectors.doubleOf(x));
      case VAR, DEV -> FloatAtom.of(Casts.isNull(x) ? Null.FLOAT : 0);
      case SVAR, SDEV -> FloatAtom.of(Null.FLOAT);
      case ALL, ANY -> ByteAtom.of(Evaluator.isTrue(x));
      case SUM, PRD -> {
        if (!(x instanceof Atom) || !Vectors.isNumber(x.type())) {
          throw QError.type(name().toLowerCase(java.util.Locale.ROOT) + " of " + Types.name(x));
        }
        yield x.type() == QType.BOOLEAN || x.type() == QType.BYTE ? Casts.cast(x, QType.INT) : x;
      }
      default -> x;
    };
  }

  /** Lists of lists: item by item, where nulls count. */
  private Value ofList(Context context, ListVector list) {
    if (list.length() == 0) {
      return switch (this) {
        case SUM -> LongAtom.of(0);
        case PRD -> LongAtom.of(1);
        case AVG, VAR, DEV, SVAR, SDEV, MED -> FloatAtom.of(Null.FLOAT);
        case ALL -> ByteAtom.TRUE;
        case ANY -> ByteAtom.FALSE;
        case MIN -> LongAtom.of(Long.MAX_VALUE);
        case MAX -> LongAtom.of(-Long.MAX_VALUE);
        default -> list;
      };
    }
    switch (this) {
      case SUM, PRD, MIN, MAX, ALL, ANY -> {
        Value out = prepared(list.get(0));
        for (int i = 1; i < list.length(); i++) {
          context.step();
          out = context.charge(Arithmetic.apply(pairwise(), out, prepared(list.get(i))));
        }
        return this == SUM && out.type() == QType.BOOLEAN ? Casts.cast(out, QType.INT) : out;
      }
      case AVG -> {
        return Arithmetic.divide(SUM.ofList(context, list), LongAtom.of(list.length()));
      }
      default -> {
        Vector turned = (Vector) Lists.flip(list);
        Value[] out = new Value[turned.length()];
        for (int i = 0; i < out.length; i++) {
          out[i] = of(context, turned.item(i));
        }
        return Vectors.list(out);
      }
    }
  }

  private Value prepared(Value x) {
    return this == ALL || this == ANY ? Compare.apply(Compare.Op.NOT_EQUAL, x, LongAtom.of(0)) : x;
  }

  private Arithmetic.Op pairwise() {
    return switch (this) {
      case SUM -> Arithmetic.Op.ADD;
      case PRD -> Arithmetic.Op.MULTIPLY;
      case MIN, ALL -> Arithmetic.Op.MIN;
      default -> Arithmetic.Op.MAX;
    };
  }

  // ---- loops

  private static long[] counts(int length, @Nullable Groups groups) {
    if (groups == null) {
      return new long[] {length};
    }
    long[] out = new long[groups.count];
    for (int id : groups.ids) {
      out[id]++;
    }
    return out;
  }

  private static int[] firsts(Vector vector, @Nullable Groups groups, int count) {
    return groups == null
        ? new int[] {vector.length() == 0 ? -1 : 0}
        : Arrays.copyOf(groups.first, count);
  }

  private static int[] lasts(Vector vector, @Nullable Groups groups, int count) {
    if (groups == null) {
      return new int[] {vector.length() - 1};
    }
    int[] out = new int[count];
    int[] ids = groups.ids;
    for (int i = 0; i < ids.length; i++) {
      out[ids[i]] = i;
    }
    return out;
  }

  private void requireNumbers(Vector vector) {
    if (!Vectors.isNumber(vector.type())
        || (vector.type() == QType.CHAR && this != MIN && this != MAX)) {
      throw QError.type(name().toLowerCase(java.util.Locale.ROOT) + " of " + Types.name(vector));
    }
  }

  /** What one block of items does to the result of each group. */
  private interface LongFold {
    void block(long[] items, int count, int from);
  }

  private interface DoubleFold {
    void block(double[] items, int count, int from);
  }

  private static void foldLongs(Vector vector, LongFold fold) {
    int length = vector.length();
    long[] block = new long[Math.min(Vectors.BLOCK, length)];
    for (int from = 0; from < length; from += Vectors.BLOCK) {
      int n = Math.min(Vectors.BLOCK, length - from);
      Vectors.readLongs(vector, from, block, n);
      fold.block(block, n, from);
    }
  }

  private static void foldDoubles(Vector vector, DoubleFold fold) {
    int length = vector.length();
    double[] block = new double[Math.min(Vectors.BLOCK, length)];
    for (int from = 0; from < length; from += Vectors.BLOCK) {
      int n = Math.min(Vectors.BLOCK, length - from);
      Vectors.readDoubles(vector, from, block, n);
      fold.block(block, n, from);
    }
  }

  private Vector sum(Vector vector, @Nullable Groups groups, int count) {
    requireNumbers(vector);
    QType type = Arithmetic.small(vector.type());
    if (vector.type() == QType.SHORT) {
      type = QType.INT;
    }
    if (Vectors.isFloating(type)) {
      double[] out = new double[count];
      if (groups == null) {
        foldDoubles(
            vector,
            (items, n, from) -> {
              double sum = 0;
              for (int i = 0; i < n; i++) {
                sum += Double.isNaN(items[i]) ? 0 : items[i];
              }
              out[0] += sum;
            });
      } else {
        int[] ids = groups.ids;
        foldDoubles(
            vector,
            (items, n, from) -> {
              for (int i = 0; i < n; i++) {
                if (!Double.isNaN(items[i])) {
                  out[ids[from + i]] += items[i];
                }
              }
            });
      }
      return Vectors.ofDoubles(type, out, count);
    }
    long[] out = new long[count];
    if (groups == null) {
      foldLongs(
          vector,
          (items, n, from) -> {
            long sum = 0;
            for (int i = 0; i < n; i++) {
              sum += items[i] == Null.LONG ? 0 : items[i];
            }
            out[0] += sum;
          });
    } else {
      int[] ids = groups.ids;
      foldLongs(
          vector,
          (items, n, from) -> {
            for (int i = 0; i < n; i++) {
              if (items[i] != Null.LONG) {
                out[ids[from + i]] += items[i];
              }
            }
          });
    }
    return Vectors.ofLongs(type, out, count);
  }

  private Vector product(Vector vector, @Nullable Groups groups, int count) {
    requireNumbers(vector);
    QType type = vector.type() == QType.SHORT ? QType.INT : Arithmetic.small(vector.type());
    if (Vectors.isFloating(type)) {
      double[] out = new double[count];
      Arrays.fill(out, 1);
      foldDoubles(
          vector,
          (items, n, from) -> {
            for (int i = 0; i < n; i++) {
              if (!Double.isNaN(items[i])) {
                out[groups == null ? 0 : groups.ids[from + i]] *= items[i];
              }
            }
          });
      return Vectors.ofDoubles(type, out, count);
    }
    long[] out = new long[count];
    Arrays.fill(out, 1);
    foldLongs(
        vector,
        (items, n, from) -> {
          for (int i = 0; i < n; i++) {
            if (items[i] != Null.LONG) {
              out[groups == null ? 0 : groups.ids[from + i]] *= items[i];
            }
          }
        });
    return Vectors.ofLongs(type, out, count);
  }

  private Vector average(Vector vector, @Nullable Groups groups, int count) {
    requireNumbers(vector);
    double[] sums = new double[count];
    long[] counts = new long[count];
    if (groups == null) {
      foldDoubles(
          vector,
          (items, n, from) -> {
            double sum = 0;
            int seen = 0;
            for (int i = 0; i < n; i++) {
              boolean isNull = Double.isNaN(items[i]);
              sum += isNull ? 0 : items[i];
              seen += isNull ? 0 : 1;
            }
            sums[0] += sum;
            counts[0] += seen;
          });
    } else {
      int[] ids = groups.ids;
      foldDoubles(
          vector,
          (items, n, from) -> {
            for (int i = 0; i < n; i++) {
              if (!Double.isNaN(items[i])) {
                int id = ids[from + i];
                sums[id] += items[i];
                counts[id]++;
              }
            }
          });
    }
    for (int g = 0; g < count; g++) {
      sums[g] = counts[g] == 0 ? Null.FLOAT : sums[g] / counts[g];
    }
    return Vectors.ofDoubles(QType.FLOAT, sums, count);
  }

  private Vector extreme(Vector vector, @Nullable Groups groups, int count) {
    requireNumbers(vector);
    QType type = vector.type();
    boolean max = this == MAX;
    if (Vectors.isFloating(type)) {
      double[] out = new double[count];
      Arrays.fill(out, max ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
      foldDoubles(
          vector,
          (items, n, from) -> {
            if (groups == null) {
              double best = out[0];
              for (int i = 0; i < n; i++) {
                // A comparison with NaN is false, so nulls are passed over.
                if (max ? items[i] > best : items[i] < best) {
                  best = items[i];
                }
              }
              out[0] = best;
              return;
            }
            int[] ids = groups.ids;
            for (int i = 0; i < n; i++) {
              int id = ids[from + i];
              if (max ? items[i] > out[id] : items[i] < out[id]) {
                out[id] = items[i];
              }
            }
          });
      return Vectors.ofDoubles(type, out, count);
    }
    long[] out = new long[count];
    long none = Vectors.longOf(Casts.infinity(type, max));
    Arrays.fill(out, type == QType.BOOLEAN ? (max ? 0 : 1) : none);
    foldLongs(
        vector,
        (items, n, from) -> {
          for (int i = 0; i < n; i++) {
            int id = groups == null ? 0 : groups.ids[from + i];
            long item = items[i];
            if (item != Null.LONG && (max ? item > out[id] : item < out[id])) {
              out[id] = item;
            }
          }
        });
    return Vectors.ofLongs(type, out, count);
  }

  private Vector variance(Vector vector, @Nullable Groups groups, int count) {
    double[] means = Vectors.doubles(average(vector, groups, count));
    double[] squares = new double[count];
    long[] counts = new long[count];
    foldDoubles(
        vector,
        (items, n, from) -> {
          for (int i = 0; i < n; i++) {
            if (!Double.isNaN(items[i])) {
              int id = groups == null ? 0 : groups.ids[from + i];
              double distance = items[i] - means[id];
              squares[id] += distance * distance;
              counts[id]++;
            }
          }
        });
    boolean sample = this == SVAR || this == SDEV;
    boolean root = this == DEV || this == SDEV;
    for (int g = 0; g < count; g++) {
      long by = sample ? counts[g] - 1 : counts[g];
      double variance = by <= 0 ? Null.FLOAT : squares[g] / by;
      squares[g] = root ? Math.sqrt(variance) : variance;
    }
    return Vectors.ofDoubles(QType.FLOAT, squares, count);
  }

  private Vector median(Vector vector, @Nullable Groups groups, int count) {
    requireNumbers(vector);
    double[] items = Vectors.doubles(vector);
    double[] out = new double[count];
    for (int g = 0; g < count; g++) {
      double[] mine;
      if (groups == null) {
        mine = items;
      } else {
        int[] rows = groups.rows(g);
        mine = new double[rows.length];
        for (int i = 0; i < mine.length; i++) {
          mine[i] = items[rows[i]];
        }
      }
      out[g] = median(mine);
    }
    return Vectors.ofDoubles(QType.FLOAT, out, count);
  }

  private static double median(double[] all) {
    double[] items = Arrays.stream(all).filter(item -> !Double.isNaN(item)).sorted().toArray();
    int n = items.length;
    if (n == 0) {
      return Null.FLOAT;
    }
    return (n & 1) == 1 ? items[n / 2] : (items[n / 2 - 1] + items[n / 2]) / 2;
  }

  private Vector flags(Vector vector, @Nullable Groups groups, int count) {
    if (!Vectors.isNumber(vector.type())) {
      throw QError.type(name().toLowerCase(java.util.Locale.ROOT) + " of " + Types.name(vector));
    }
    byte[] out = new byte[count];
    boolean all = this == ALL;
    Arrays.fill(out, (byte) (all ? 1 : 0));
    foldDoubles(
        vector,
        (items, n, from) -> {
          for (int i = 0; i < n; i++) {
            int id = groups == null ? 0 : groups.ids[from + i];
            if (all && items[i] == 0) {
              out[id] = 0;
            } else if (!all && items[i] != 0) {
              out[id] = 1;
            }
          }
        });
    return Vectors.bools(out);
  }
}
