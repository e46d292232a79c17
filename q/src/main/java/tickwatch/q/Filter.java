package tickwatch.q;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Atom;
import tickwatch.ipc.value.Attribute;
import tickwatch.ipc.value.BinaryPrimitive;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.Null;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolIndex;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/**
 * A condition on one column of a table that says of each item whether it lies in an interval, or
 * which of some names it is: {@code =}, {@code <} and their like with an atom, {@code within} and
 * {@code in}.
 *
 * <p>Where the column is sorted the rows are found by binary search, where it has an index by that;
 * else the column is looked through in place, without a vector of flags. Rows can be counted
 * without being listed.
 */
abstract class Filter {
  private static final int IN = 23;
  private static final int WITHIN = 24;

  /** Rows counted at a time. */
  private static final int COUNTED = 16 * Vectors.BLOCK;

  /** Whether a function may be one, whatever it is applied to. */
  static boolean isOne(Value function) {
    Compare.Op op = Verbs.comparison(function);
    return (op != null && op != Compare.Op.NOT_EQUAL)
        || (function instanceof BinaryPrimitive p && (p.code() == IN || p.code() == WITHIN));
  }

  /**
   * The condition on a whole column.
   *
   * @param function one that {@link #isOne}
   * @return null where items have to be compared in another way
   */
  static @Nullable Filter of(Value function, Vector column, Value wanted) {
    Compare.Op op = Verbs.comparison(function);
    if (column instanceof SymbolVector symbols) {
      boolean in = op == null && function.equals(new BinaryPrimitive(IN));
      return (op == Compare.Op.EQUAL && wanted instanceof SymbolAtom)
              || (in && wanted instanceof SymbolVector)
          ? Names.of(symbols, wanted)
          : null;
    }
    Value low;
    Value high;
    if (op == null) {
      if (!function.equals(new BinaryPrimitive(WITHIN))
          || !(wanted instanceof Vector pair)
          || pair.length() != 2
          || !Vectors.isNumber(pair.type())) {
        return null;
      }
      low = pair.item(0);
      high = pair.item(1);
    } else {
      if (!(wanted instanceof Atom) || !Vectors.isNumber(wanted.type())) {
        return null;
      }
      low = wanted;
      high = wanted;
    }
    if (!meets(column.type(), wanted.type())) {
      return null;
    }
    if (column instanceof FloatVector floats && column.type() == QType.FLOAT) {
      return Floats.of(floats, op, Vectors.doubleOf(low), Vectors.doubleOf(high));
    }
    if (column instanceof LongVector || column instanceof IntVector) {
      return Longs.of(column, op, longOf(column, low), longOf(column, high));
    }
    return null;
  }

  /** Whether comparing happens in the column's own type. */
  private static boolean meets(QType mine, QType other) {
    if (mine == other) {
      return true;
    }
    if (mine == QType.FLOAT) {
      return !other.isTemporal();
    }
    if (mine.isTemporal() && other.isTemporal()) {
      return Types.MEET.of(mine, other) == mine;
    }
    return Vectors.isIntegral(other) && !mine.isTemporal();
  }

  private static long longOf(Vector column, Value wanted) {
    return Vectors.longOf(
        column.type().isTemporal() && wanted.type().isTemporal()
            ? Casts.cast(wanted, column.type())
            : wanted);
  }

  /** Where the rows lie that satisfy it, if they lie together, as a range; null if unknown. */
  int @Nullable [] range() {
    return null;
  }

  /** The rows from {@code from} to {@code to - 1} that satisfy it, by an index; null for none. */
  int @Nullable [] indexed(int from, int to) {
    return null;
  }

  /** How many of the rows from {@code from} to {@code to - 1} satisfy it. */
  abstract int count(int from, int to);

  /**
   * Writes those of the rows from {@code from} to {@code to - 1} that satisfy it, and says how
   * many.
   *
   * @param out with room for all of them
   */
  abstract int select(int from, int to, int[] out);

  abstract boolean holds(int row);

  /** Those of some rows that satisfy it. */
  final int[] keep(int[] rows) {
    int[] out = new int[rows.length];
    int count = 0;
    for (int row : rows) {
      out[count] = row;
      count += holds(row) ? 1 : 0;
    }
    return count == out.length ? out : Arrays.copyOf(out, count);
  }

  /** How many of a table's rows satisfy it, on as many threads as there may be. */
  final int countAll(Context context, int from, int to) {
    int parts = Stretches.count(context, to - from, 1);
    int[] counts = new int[parts];
    Stretches.run(
        context,
        to - from,
        parts,
        COUNTED,
        (part, low, high) -> counts[part] += count(from + low, from + high));
    return Arrays.stream(counts).sum();
  }

  /** Which of a table's rows satisfy it. */
  final int[] selectAll(Context context, int from, int to) {
    int parts = Stretches.count(context, to - from, 1);
    int[][] found = new int[parts][1024];
    int[] counts = new int[parts];
    Stretches.run(
        context,
        to - from,
        parts,
        (part, low, high) -> {
          int[] block = new int[Vectors.BLOCK];
          int count = select(from + low, from + high, block);
          if (counts[part] + count > found[part].length) {
            found[part] =
                Arrays.copyOf(found[part], Math.max(2 * found[part].length, counts[part] + count));
          }
          System.arraycopy(block, 0, found[part], counts[part], count);
          counts[part] += count;
        });
    int[] out = new int[Arrays.stream(counts).sum()];
    int at = 0;
    for (int part = 0; part < parts; part++) {
      System.arraycopy(found[part], 0, out, at, counts[part]);
      at += counts[part];
    }
    return out;
  }

  // ---- whole numbers

  /** From {@code low} to {@code high}; the null is the least long. */
  private static final class Longs extends Filter {
    private final Vector column;
    private final long low;
    private final long high;

    private Longs(Vector column, long low, long high) {
      this.column = column;
      this.low = low;
      this.high = high;
    }

    static Longs of(Vector column, Compare.@Nullable Op op, long from, long to) {
      long low = from;
      long high = to;
      if (op != null) {
        boolean none =
            (op == Compare.Op.LESS && from == Long.MIN_VALUE)
                || (op == Compare.Op.GREATER && from == Long.MAX_VALUE);
        low = op.less ? Long.MIN_VALUE : op.equal ? from : from + 1;
        high = op.greater ? Long.MAX_VALUE : op.equal ? from : from - 1;
        if (none) {
          low = 1;
          high = 0;
        }
      }
      if (column instanceof IntVector) {
        // In the column's own numbers; its null is the least int as the long's is the least long.
        if (low > Integer.MAX_VALUE || (high < Integer.MIN_VALUE && high != Null.LONG)) {
          return new Longs(column, 1, 0);
        }
        low = low == Null.LONG ? Integer.MIN_VALUE : Math.max(low, Integer.MIN_VALUE + 1L);
        high = high == Null.LONG ? Integer.MIN_VALUE : Math.min(high, Integer.MAX_VALUE);
      }
      return new Longs(column, low, high);
    }

    private long item(int row) {
      return column instanceof LongVector longs ? longs.get(row) : ((IntVector) column).get(row);
    }

    @Override
    boolean holds(int row) {
      long item = item(row);
      return item >= low && item <= high;
    }

    @Override
    int @Nullable [] range() {
      if (column.attribute() != Attribute.SORTED) {
        return null;
      }
      if (low > high) {
        return new int[2];
      }
      int from = below(low);
      return new int[] {from, high == Long.MAX_VALUE ? column.length() : below(high + 1)};
    }

    /** How many items lie below. */
    private int below(long end) {
      int first = 0;
      int last = column.length();
      while (first < last) {
        int middle = (first + last) >>> 1;
        if (item(middle) < end) {
          first = middle + 1;
        } else {
          last = middle;
        }
      }
      return first;
    }

    @Override
    int count(int from, int to) {
      int count = 0;
      for (int at = from; at < to; ) {
        if (column instanceof LongVector longs) {
          int run = Math.min(to - at, longs.run(at));
          count += count(longs.items(at), longs.place(at), run, low, high);
          at += run;
        } else {
          IntVector ints = (IntVector) column;
          int run = Math.min(to - at, ints.run(at));
          count += count(ints.items(at), ints.place(at), run, (int) low, (int) high);
          at += run;
        }
      }
      return count;
    }

    private static int count(long[] items, int place, int length, long low, long high) {
      int count = 0;
      for (int i = place; i < place + length; i++) {
        count += items[i] >= low && items[i] <= high ? 1 : 0;
      }
      return count;
    }

    private static int count(int[] items, int place, int length, int low, int high) {
      int count = 0;
      for (int i = place; i < place + length; i++) {
        count += items[i] >= low && items[i] <= high ? 1 : 0;
      }
      return count;
    }

    @Override
    int select(int from, int to, int[] out) {
      int count = 0;
      for (int row = from; row < to; row++) {
        long item = item(row);
        out[count] = row;
        count += item >= low && item <= high ? 1 : 0;
      }
      return count;
    }
  }

  // ---- floats

  /** From {@code low} to {@code high}, and nulls or not. */
  private static final class Floats extends Filter {
    private final FloatVector column;
    private final double low;
    private final double high;
    private final boolean nulls;

    private Floats(FloatVector column, double low, double high, boolean nulls) {
      this.column = column;
      this.low = low;
      this.high = high;
      this.nulls = nulls;
    }

    /** Nulls are below all else; what is within the tolerance of a bound is equal to it. */
    static @Nullable Floats of(
        FloatVector column, Compare.@Nullable Op op, double from, double to) {
      if (Double.isNaN(from) || Double.isNaN(to)) {
        return null;
      }
      double least = Double.NEGATIVE_INFINITY;
      double most = Double.POSITIVE_INFINITY;
      if (op == null) {
        return new Floats(column, leastLike(from), mostLike(to), false);
      }
      double low = op.less ? least : op.equal ? leastLike(from) : next(mostLike(from));
      double high = op.greater ? most : op.equal ? mostLike(from) : -next(-leastLike(from));
      boolean none =
          (op == Compare.Op.LESS && from == least) || (op == Compare.Op.GREATER && from == most);
      return none
          ? new Floats(column, most, least, op.less)
          : new Floats(column, low, high, op.less);
    }

    private static double next(double item) {
      return Math.nextUp(item);
    }

    /** The greatest number that counts as equal to this one. */
    private static double mostLike(double item) {
      if (Double.isInfinite(item) || item == 0) {
        return item + 0.0;
      }
      double like = item;
      double unlike = item + Math.abs(item) * (4 * Compare.TOLERANCE);
      if (Double.isInfinite(unlike)) {
        unlike = Double.POSITIVE_INFINITY;
      }
      long low = Order.key(like);
      long high = Order.key(unlike);
      while (high - low > 1) {
        long middle = (low + high) >> 1;
        if (Compare.same(ofKey(middle), item)) {
          low = middle;
        } else {
          high = middle;
        }
      }
      return ofKey(low);
    }

    private static double leastLike(double item) {
      return -mostLike(-item);
    }

    /** The double that {@link Order#key} gives this long for. */
    private static double ofKey(long key) {
      return Double.longBitsToDouble(key < 0 ? Long.MIN_VALUE - key : key);
    }

    @Override
    boolean holds(int row) {
      double item = column.get(row);
      return (item >= low && item <= high) || (nulls && Double.isNaN(item));
    }

    @Override
    int count(int from, int to) {
      int count = 0;
      for (int at = from; at < to; ) {
        int run = Math.min(to - at, column.run(at));
        double[] items = column.items(at);
        int place = column.place(at);
        count +=
            nulls
                ? run - countOutside(items, place, run, low, high)
                : countInside(items, place, run, low, high);
        at += run;
      }
      return count;
    }

    private static int countInside(double[] items, int place, int length, double low, double high) {
      int count = 0;
      if (high == Double.POSITIVE_INFINITY) {
        for (int i = place; i < place + length; i++) {
          count += items[i] >= low ? 1 : 0;
        }
        return count;
      }
      for (int i = place; i < place + length; i++) {
        count += items[i] >= low && items[i] <= high ? 1 : 0;
      }
      return count;
    }

    /** Nulls are not counted, for comparing with them is false. */
    private static int countOutside(
        double[] items, int place, int length, double low, double high) {
      int count = 0;
      for (int i = place; i < place + length; i++) {
        count += items[i] < low || items[i] > high ? 1 : 0;
      }
      return count;
    }

    @Override
    int select(int from, int to, int[] out) {
      int count = 0;
      for (int at = from; at < to; ) {
        int run = Math.min(to - at, column.run(at));
        double[] items = column.items(at);
        int place = column.place(at);
        for (int i = 0; i < run; i++) {
          double item = items[place + i];
          out[count] = at + i;
          count += (item >= low && item <= high) || (nulls && Double.isNaN(item)) ? 1 : 0;
        }
        at += run;
      }
      return count;
    }
  }

  // ---- symbols

  /** One of some names. */
  private static final class Names extends Filter {
    private final SymbolVector column;
    private final boolean[] wanted;
    private final int[] codes;

    private Names(SymbolVector column, boolean[] wanted, int[] codes) {
      this.column = column;
      this.wanted = wanted;
      this.codes = codes;
    }

    static Names of(SymbolVector column, Value names) {
      boolean[] wanted = new boolean[column.domainLength()];
      int[] codes = new int[wanted.length];
      int count = 0;
      java.util.Set<String> set = new java.util.HashSet<>(Vectors.symbolNames(names));
      for (int code = 0; code < wanted.length; code++) {
        if (set.contains(column.domainName(code))) {
          wanted[code] = true;
          codes[count++] = code;
        }
      }
      return new Names(column, wanted, Arrays.copyOf(codes, count));
    }

    @Override
    boolean holds(int row) {
      return wanted[column.code(row)];
    }

    @Override
    int @Nullable [] indexed(int from, int to) {
      SymbolIndex index = column.index();
      if (index == null) {
        return null;
      }
      int[][] found = new int[codes.length][];
      int count = 0;
      for (int i = 0; i < codes.length; i++) {
        SymbolIndex.Positions positions = index.of(codes[i]);
        int first = from == 0 ? 0 : positions.below(from);
        int end = to == column.length() ? positions.count() : positions.below(to);
        found[i] = new int[end - first];
        positions.copyTo(first, found[i], 0, end - first);
        count += end - first;
      }
      if (found.length == 1) {
        return found[0];
      }
      if (count > (to - from) / 8) {
        // So many that going through the codes is quicker than sorting.
        return null;
      }
      int[] out = new int[count];
      int at = 0;
      for (int[] rows : found) {
        System.arraycopy(rows, 0, out, at, rows.length);
        at += rows.length;
      }
      Arrays.sort(out);
      return out;
    }

    @Override
    int count(int from, int to) {
      int count = 0;
      IntVector items = column.codes();
      for (int row = from; row < to; row++) {
        count += wanted[items.get(row)] ? 1 : 0;
      }
      return count;
    }

    @Override
    int select(int from, int to, int[] out) {
      int count = 0;
      IntVector items = column.codes();
      for (int row = from; row < to; row++) {
        out[count] = row;
        count += wanted[items.get(row)] ? 1 : 0;
      }
      return count;
    }
  }
}
