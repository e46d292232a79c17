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

  /** Of one whole vector. */
  private Vector ofWhole(Vector vector) {
    return switch (this) {
      case COUNT -> LongVector.of(QType.LONG, vector.length());
      case FIRST -> Vectors.at(vector, new int[] {vector.length() == 0 ? -1 : 0}, 1);
      case LAST -> Vectors.at(vector, new int[] {vector.length() - 1}, 1);
      case SUM -> sum(vector);
      case PRD -> product(vector, null, 1);
      case AVG -> average(vector);
      case MIN, MAX -> extreme(vector);
      case VAR, DEV, SVAR, SDEV -> variance(vector);
      case MED -> median(vector, null, 1);
      case ALL, ANY -> flags(vector, null, 1);
    };
  }

  // ---- of groups

  /** One result a group of the vector's rows. */
  Vector of(Context context, Vector vector, Groups groups) {
    Sweep.Sums sums = sums(vector, groups);
    return sums == null ? ofGroups(vector, groups) : Sweep.one(context, sums);
  }

  /**
   * What sums it up group by group, together with other aggregates; null where it is done by {@link
   * #ofGroups}.
   */
  Sweep.@Nullable Sums sums(Vector vector, Groups groups) {
    return switch (this) {
      case COUNT, FIRST, LAST, PRD, MED, ALL, ANY -> null;
      case SUM -> {
        requireNumbers(vector);
        QType type = sumType(vector);
        yield Vectors.isFloating(type)
            ? new Sweep.DoubleSum(vector, groups, type, false)
            : new Sweep.LongSum(vector, groups, type);
      }
      case AVG -> {
        requireNumbers(vector);
        yield new Sweep.DoubleSum(vector, groups, QType.FLOAT, true);
      }
      case MIN, MAX -> {
        requireNumbers(vector);
        boolean max = this == MAX;
        yield Vectors.isFloating(vector.type())
            ? new Sweep.DoubleExtreme(vector, groups, max)
            : new Sweep.LongExtreme(vector, groups, max, none(vector.type()));
      }
      case VAR, DEV, SVAR, SDEV -> {
        requireNumbers(vector);
        yield new Sweep.Variance(
            vector, groups, this == SVAR || this == SDEV, this == DEV || this == SDEV);
      }
    };
  }

  /** One result a group, of those that {@link #sums} does not do. */
  Vector ofGroups(Vector vector, Groups groups) {
    int count = groups.count;
    return switch (this) {
      case COUNT -> Vectors.longVector(groups.sizes(), count);
      case FIRST -> Vectors.at(vector, groups.first, count);
      case LAST -> Vectors.at(vector, groups.last(), count);
      case PRD -> product(vector, groups, count);
      case MED -> median(vector, groups, count);
      case ALL, ANY -> flags(vector, groups, count);
      case SUM, AVG, MIN, MAX, VAR, DEV, SVAR, SDEV ->
          throw new IllegalStateException(name() + " is summed up");
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
      return ofWhole(v).item(0);
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
        yield this == SUM && (x.type() == QType.BOOLEAN || x.type() == QType.BYTE)
            ? Casts.cast(x, QType.INT)
            : x;
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
    Meter meter = Meter.here();
    for (int from = 0; from < length; from += Vectors.BLOCK) {
      int n = Math.min(Vectors.BLOCK, length - from);
      meter.pass(n);
      Vectors.readLongs(vector, from, block, n);
      fold.block(block, n, from);
    }
  }

  private static void foldDoubles(Vector vector, DoubleFold fold) {
    int length = vector.length();
    double[] block = new double[Math.min(Vectors.BLOCK, length)];
    Meter meter = Meter.here();
    for (int from = 0; from < length; from += Vectors.BLOCK) {
      int n = Math.min(Vectors.BLOCK, length - from);
      meter.pass(n);
      Vectors.readDoubles(vector, from, block, n);
      fold.block(block, n, from);
    }
  }

  private static QType sumType(Vector vector) {
    return vector.type() == QType.SHORT ? QType.INT : Arithmetic.small(vector.type());
  }

  private Vector sum(Vector vector) {
    requireNumbers(vector);
    QType type = sumType(vector);
    if (Vectors.isFloating(type)) {
      double[] out = new double[1];
      foldDoubles(
          vector,
          (items, n, from) -> {
            double sum = 0;
            for (int i = 0; i < n; i++) {
              sum += Double.isNaN(items[i]) ? 0 : items[i];
            }
            out[0] += sum;
          });
      return Vectors.ofDoubles(type, out);
    }
    long[] out = new long[1];
    foldLongs(
        vector,
        (items, n, from) -> {
          long sum = 0;
          for (int i = 0; i < n; i++) {
            sum += items[i] == Null.LONG ? 0 : items[i];
          }
          out[0] += sum;
        });
    return Vectors.ofLongs(type, out);
  }

  private Vector product(Vector vector, @Nullable Groups groups, int count) {
    requireNumbers(vector);
    QType type = vector.type() == QType.BOOLEAN ? QType.BOOLEAN : sumType(vector);
    int @Nullable [] ids = groups == null ? null : groups.ids();
    if (Vectors.isFloating(type)) {
      double[] out = new double[count];
      Arrays.fill(out, 1);
      foldDoubles(
          vector,
          (items, n, from) -> {
            for (int i = 0; i < n; i++) {
              if (!Double.isNaN(items[i])) {
                out[ids == null ? 0 : ids[from + i]] *= items[i];
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
              out[ids == null ? 0 : ids[from + i]] *= items[i];
            }
          }
        });
    return Vectors.ofLongs(type, out, count);
  }

  private Vector average(Vector vector) {
    requireNumbers(vector);
    double[] sums = new double[1];
    long[] counts = new long[1];
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
    return Vectors.ofDoubles(QType.FLOAT, counts[0] == 0 ? Null.FLOAT : sums[0] / counts[0]);
  }

  /** What {@code min} or {@code max} of no whole numbers is. */
  private long none(QType type) {
    boolean max = this == MAX;
    return type == QType.BOOLEAN ? (max ? 0 : 1) : Vectors.longOf(Casts.infinity(type, max));
  }

  private Vector extreme(Vector vector) {
    requireNumbers(vector);
    QType type = vector.type();
    boolean max = this == MAX;
    if (Vectors.isFloating(type)) {
      double[] out = {max ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY};
      foldDoubles(
          vector,
          (items, n, from) -> {
            double best = out[0];
            for (int i = 0; i < n; i++) {
              // A comparison with NaN is false, so nulls are passed over.
              if (max ? items[i] > best : items[i] < best) {
                best = items[i];
              }
            }
            out[0] = best;
          });
      return Vectors.ofDoubles(type, out);
    }
    long[] out = {none(type)};
    foldLongs(
        vector,
        (items, n, from) -> {
          long best = out[0];
          for (int i = 0; i < n; i++) {
            long item = items[i];
            if (item != Null.LONG && (max ? item > best : item < best)) {
              best = item;
            }
          }
          out[0] = best;
        });
    return Vectors.ofLongs(type, out);
  }

  private Vector variance(Vector vector) {
    double mean = Vectors.doubles(average(vector))[0];
    double[] squares = new double[1];
    long[] counts = new long[1];
    foldDoubles(
        vector,
        (items, n, from) -> {
          double sum = 0;
          int seen = 0;
          for (int i = 0; i < n; i++) {
            if (!Double.isNaN(items[i])) {
              double distance = items[i] - mean;
              sum += distance * distance;
              seen++;
            }
          }
          squares[0] += sum;
          counts[0] += seen;
        });
    boolean sample = this == SVAR || this == SDEV;
    boolean root = this == DEV || this == SDEV;
    long by = sample ? counts[0] - 1 : counts[0];
    double variance = by <= 0 ? Null.FLOAT : squares[0] / by;
    return Vectors.ofDoubles(QType.FLOAT, root ? Math.sqrt(variance) : variance);
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

  /** The middle of the items that are not null; puts them into another order. */
  private static double median(double[] items) {
    int n = 0;
    for (double item : items) {
      if (!Double.isNaN(item)) {
        items[n++] = item;
      }
    }
    if (n == 0) {
      return Null.FLOAT;
    }
    double upper = nth(items, n, n / 2);
    if ((n & 1) == 1) {
      return upper;
    }
    double lower = items[0];
    for (int i = 1; i < n / 2; i++) {
      lower = Math.max(lower, items[i]);
    }
    return (lower + upper) / 2;
  }

  /** The item that sorting would bring to a place; none before that place is greater then. */
  private static double nth(double[] items, int count, int place) {
    Meter meter = Meter.here();
    int low = 0;
    int high = count - 1;
    while (high - low > 32) {
      meter.pass(high - low);
      double pivot = middle(items[low], items[(low + high) >>> 1], items[high]);
      int i = low;
      int j = high;
      while (i <= j) {
        while (items[i] < pivot) {
          i++;
        }
        while (items[j] > pivot) {
          j--;
        }
        if (i <= j) {
          double swap = items[i];
          items[i++] = items[j];
          items[j--] = swap;
        }
      }
      if (place <= j) {
        high = j;
      } else if (place >= i) {
        low = i;
      } else {
        return items[place];
      }
    }
    Arrays.sort(items, low, high + 1);
    return items[place];
  }

  private static double middle(double a, double b, double c) {
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }

  private Vector flags(Vector vector, @Nullable Groups groups, int count) {
    if (!Vectors.isNumber(vector.type())) {
      throw QError.type(name().toLowerCase(java.util.Locale.ROOT) + " of " + Types.name(vector));
    }
    byte[] out = new byte[count];
    boolean all = this == ALL;
    int @Nullable [] ids = groups == null ? null : groups.ids();
    Arrays.fill(out, (byte) (all ? 1 : 0));
    foldDoubles(
        vector,
        (items, n, from) -> {
          for (int i = 0; i < n; i++) {
            int id = ids == null ? 0 : ids[from + i];
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
