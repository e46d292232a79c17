package tickwatch.q;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.Null;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.Vector;

/**
 * Goes once through the rows of groups, for all aggregates that a query asks for together: a block
 * of rows at a time, which is in the cache when the second aggregate looks at it.
 *
 * <p>An aggregate keeps its sums by the rows' keys ({@link Groups#keys}), so no row's group is ever
 * looked up. With several threads each goes through one stretch of rows, and the sums of the
 * stretches are added in their order: the same number of threads gives the same result.
 */
final class Sweep {
  private Sweep() {}

  /**
   * The sums of one aggregate, one place a key.
   *
   * <p><b>Threads.</b> One at a time.
   */
  abstract static class Sums {
    final Groups groups;

    Sums(Groups groups) {
      this.groups = groups;
    }

    /** The same, of no rows yet. */
    abstract Sums fresh();

    /** Takes the rows from {@code from} to {@code to - 1}, at most {@link Vectors#BLOCK}. */
    abstract void add(int from, int to);

    /** Takes what another has summed up, of the rows that follow. */
    abstract void merge(Sums next);

    /** One item a group. */
    abstract Vector result();

    /** Items by keys, put in the order of the groups. */
    final double[] byGroup(double[] byKey) {
      int[] keyOf = groups.keyOf();
      double[] out = new double[groups.count];
      for (int g = 0; g < out.length; g++) {
        out[g] = byKey[keyOf[g]];
      }
      return out;
    }

    final long[] byGroup(long[] byKey) {
      int[] keyOf = groups.keyOf();
      long[] out = new long[groups.count];
      for (int g = 0; g < out.length; g++) {
        out[g] = byKey[keyOf[g]];
      }
      return out;
    }
  }

  /** Sums up all rows of the groups, which are the same for all of these. */
  static void run(Context context, List<? extends Sums> aggregates) {
    if (aggregates.isEmpty()) {
      return;
    }
    Groups groups = aggregates.get(0).groups;
    // Stretches of many keys and few rows would cost more to put together than to go through.
    int parts = Stretches.count(context, groups.length(), groups.keyCount());
    List<List<? extends Sums>> sums = new ArrayList<>(parts);
    sums.add(aggregates);
    for (int part = 1; part < parts; part++) {
      sums.add(aggregates.stream().map(Sums::fresh).toList());
    }
    Stretches.run(
        context,
        groups.length(),
        parts,
        (part, from, to) -> {
          for (Sums aggregate : sums.get(part)) {
            aggregate.add(from, to);
          }
        });
    for (int part = 1; part < parts; part++) {
      for (int a = 0; a < aggregates.size(); a++) {
        aggregates.get(a).merge(sums.get(part).get(a));
      }
    }
  }

  static Vector one(Context context, Sums aggregate) {
    run(context, List.of(aggregate));
    return aggregate.result();
  }

  // ---- reading

  /** A vector of numbers as stretches of doubles, in place where they are doubles. */
  private static final class Doubles {
    private final Vector vector;
    private final double @Nullable [] block;
    double[] items = {};
    int place;

    Doubles(Vector vector) {
      this.vector = vector;
      this.block = vector instanceof FloatVector ? null : new double[Vectors.BLOCK];
    }

    Doubles again() {
      return new Doubles(vector);
    }

    /** Reads from {@code from} on; answers how many items there are, at most {@code count}. */
    int read(int from, int count) {
      double[] copies = block;
      if (copies == null) {
        FloatVector floats = (FloatVector) vector;
        items = floats.items(from);
        place = floats.place(from);
        return Math.min(count, floats.run(from));
      }
      Vectors.readDoubles(vector, from, copies, count);
      items = copies;
      place = 0;
      return count;
    }
  }

  /** A vector of whole numbers as stretches of longs, in place where they are longs. */
  private static final class Longs {
    private final Vector vector;
    private final long @Nullable [] block;
    long[] items = {};
    int place;

    Longs(Vector vector) {
      this.vector = vector;
      this.block = vector instanceof LongVector ? null : new long[Vectors.BLOCK];
    }

    Longs again() {
      return new Longs(vector);
    }

    int read(int from, int count) {
      long[] copies = block;
      if (copies == null) {
        LongVector longs = (LongVector) vector;
        items = longs.items(from);
        place = longs.place(from);
        return Math.min(count, longs.run(from));
      }
      Vectors.readLongs(vector, from, copies, count);
      items = copies;
      place = 0;
      return count;
    }
  }

  // ---- aggregates

  /** {@code sum} and {@code avg} in doubles. */
  static final class DoubleSum extends Sums {
    private final Doubles in;
    private final QType type;
    private final boolean average;
    private final double[] sums;
    private final long[] nulls;

    DoubleSum(Vector vector, Groups groups, QType type, boolean average) {
      this(new Doubles(vector), groups, type, average);
    }

    private DoubleSum(Doubles in, Groups groups, QType type, boolean average) {
      super(groups);
      this.in = in;
      this.type = type;
      this.average = average;
      this.sums = new double[groups.keyCount()];
      this.nulls = new long[groups.keyCount()];
    }

    @Override
    Sums fresh() {
      return new DoubleSum(in.again(), groups, type, average);
    }

    @Override
    void add(int from, int to) {
      IntVector keys = groups.keys();
      for (int at = from; at < to; ) {
        int count = in.read(at, Math.min(to - at, keys.run(at)));
        add(in.items, in.place, keys.items(at), keys.place(at), count, sums, nulls);
        at += count;
      }
    }

    private static void add(
        double[] items,
        int place,
        int[] keys,
        int keyPlace,
        int count,
        double[] sums,
        long[] nulls) {
      for (int i = 0; i < count; i++) {
        double item = items[place + i];
        int key = keys[keyPlace + i];
        if (Double.isNaN(item)) {
          nulls[key]++;
        } else {
          sums[key] += item;
        }
      }
    }

    @Override
    void merge(Sums next) {
      DoubleSum other = (DoubleSum) next;
      for (int key = 0; key < sums.length; key++) {
        sums[key] += other.sums[key];
        nulls[key] += other.nulls[key];
      }
    }

    @Override
    Vector result() {
      double[] out = byGroup(sums);
      if (average) {
        int[] sizes = groups.sizes();
        long[] missing = byGroup(nulls);
        for (int g = 0; g < out.length; g++) {
          long count = sizes[g] - missing[g];
          out[g] = count == 0 ? Null.FLOAT : out[g] / count;
        }
      }
      return Vectors.ofDoubles(type, out, out.length);
    }
  }

  /** {@code sum} of whole numbers. */
  static final class LongSum extends Sums {
    private final Longs in;
    private final QType type;
    private final long[] sums;

    LongSum(Vector vector, Groups groups, QType type) {
      this(new Longs(vector), groups, type);
    }

    private LongSum(Longs in, Groups groups, QType type) {
      super(groups);
      this.in = in;
      this.type = type;
      this.sums = new long[groups.keyCount()];
    }

    @Override
    Sums fresh() {
      return new LongSum(in.again(), groups, type);
    }

    @Override
    void add(int from, int to) {
      IntVector keys = groups.keys();
      for (int at = from; at < to; ) {
        int count = in.read(at, Math.min(to - at, keys.run(at)));
        add(in.items, in.place, keys.items(at), keys.place(at), count, sums);
        at += count;
      }
    }

    private static void add(
        long[] items, int place, int[] keys, int keyPlace, int count, long[] sums) {
      for (int i = 0; i < count; i++) {
        long item = items[place + i];
        if (item != Null.LONG) {
          sums[keys[keyPlace + i]] += item;
        }
      }
    }

    @Override
    void merge(Sums next) {
      LongSum other = (LongSum) next;
      for (int key = 0; key < sums.length; key++) {
        sums[key] += other.sums[key];
      }
    }

    @Override
    Vector result() {
      return Vectors.ofLongs(type, byGroup(sums), groups.count);
    }
  }

  /** {@code min} and {@code max} of doubles. */
  static final class DoubleExtreme extends Sums {
    private final Doubles in;
    private final QType type;
    private final boolean max;
    private final double[] best;

    DoubleExtreme(Vector vector, Groups groups, boolean max) {
      this(new Doubles(vector), groups, vector.type(), max);
    }

    private DoubleExtreme(Doubles in, Groups groups, QType type, boolean max) {
      super(groups);
      this.in = in;
      this.type = type;
      this.max = max;
      this.best = new double[groups.keyCount()];
      Arrays.fill(best, max ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
    }

    @Override
    Sums fresh() {
      return new DoubleExtreme(in.again(), groups, type, max);
    }

    @Override
    void add(int from, int to) {
      IntVector keys = groups.keys();
      for (int at = from; at < to; ) {
        int count = in.read(at, Math.min(to - at, keys.run(at)));
        if (max) {
          most(in.items, in.place, keys.items(at), keys.place(at), count, best);
        } else {
          least(in.items, in.place, keys.items(at), keys.place(at), count, best);
        }
        at += count;
      }
    }

    // A comparison with NaN is false, so nulls are passed over.
    private static void most(
        double[] items, int place, int[] keys, int keyPlace, int count, double[] best) {
      for (int i = 0; i < count; i++) {
        double item = items[place + i];
        int key = keys[keyPlace + i];
        if (item > best[key]) {
          best[key] = item;
        }
      }
    }

    private static void least(
        double[] items, int place, int[] keys, int keyPlace, int count, double[] best) {
      for (int i = 0; i < count; i++) {
        double item = items[place + i];
        int key = keys[keyPlace + i];
        if (item < best[key]) {
          best[key] = item;
        }
      }
    }

    @Override
    void merge(Sums next) {
      double[] theirs = ((DoubleExtreme) next).best;
      for (int key = 0; key < best.length; key++) {
        best[key] = max ? Math.max(best[key], theirs[key]) : Math.min(best[key], theirs[key]);
      }
    }

    @Override
    Vector result() {
      return Vectors.ofDoubles(type, byGroup(best), groups.count);
    }
  }

  /** {@code min} and {@code max} of whole numbers. */
  static final class LongExtreme extends Sums {
    private final Longs in;
    private final QType type;
    private final boolean max;
    private final long none;
    private final long[] best;

    /**
     * @param none the result of no items
     */
    LongExtreme(Vector vector, Groups groups, boolean max, long none) {
      this(new Longs(vector), groups, vector.type(), max, none);
    }

    private LongExtreme(Longs in, Groups groups, QType type, boolean max, long none) {
      super(groups);
      this.in = in;
      this.type = type;
      this.max = max;
      this.none = none;
      this.best = new long[groups.keyCount()];
      Arrays.fill(best, none);
    }

    @Override
    Sums fresh() {
      return new LongExtreme(in.again(), groups, type, max, none);
    }

    @Override
    void add(int from, int to) {
      IntVector keys = groups.keys();
      for (int at = from; at < to; ) {
        int count = in.read(at, Math.min(to - at, keys.run(at)));
        add(in.items, in.place, keys.items(at), keys.place(at), count);
        at += count;
      }
    }

    private void add(long[] items, int place, int[] keys, int keyPlace, int count) {
      for (int i = 0; i < count; i++) {
        long item = items[place + i];
        int key = keys[keyPlace + i];
        if (item != Null.LONG && (max ? item > best[key] : item < best[key])) {
          best[key] = item;
        }
      }
    }

    @Override
    void merge(Sums next) {
      long[] theirs = ((LongExtreme) next).best;
      for (int key = 0; key < best.length; key++) {
        best[key] = max ? Math.max(best[key], theirs[key]) : Math.min(best[key], theirs[key]);
      }
    }

    @Override
    Vector result() {
      return Vectors.ofLongs(type, byGroup(best), groups.count);
    }
  }

  /**
   * {@code var}, {@code dev} and their like: sums of distances from the first item of each group,
   * and of their squares. That item is about as far from the mean as the others, so that little is
   * lost where the mean is subtracted in the end.
   */
  static final class Variance extends Sums {
    /** Of each key: the item that distances are from, their sum, that of their squares, nulls. */
    private static final int WIDTH = 4;

    private final Doubles in;
    private final boolean sample;
    private final boolean root;
    private final double[] sums;

    Variance(Vector vector, Groups groups, boolean sample, boolean root) {
      this(new Doubles(vector), groups, sample, root);
      for (int g = 0; g < groups.count; g++) {
        sums[WIDTH * groups.keyOf()[g]] = start(vector, groups.first[g]);
      }
    }

    private Variance(Doubles in, Groups groups, boolean sample, boolean root) {
      super(groups);
      this.in = in;
      this.sample = sample;
      this.root = root;
      this.sums = new double[WIDTH * groups.keyCount()];
    }

    @Override
    Sums fresh() {
      Variance other = new Variance(in.again(), groups, sample, root);
      for (int at = 0; at < sums.length; at += WIDTH) {
        other.sums[at] = sums[at];
      }
      return other;
    }

    @Override
    void add(int from, int to) {
      IntVector keys = groups.keys();
      for (int at = from; at < to; ) {
        int count = in.read(at, Math.min(to - at, keys.run(at)));
        add(in.items, in.place, keys.items(at), keys.place(at), count, sums);
        at += count;
      }
    }

    private static void add(
        double[] items, int place, int[] keys, int keyPlace, int count, double[] sums) {
      for (int i = 0; i < count; i++) {
        double item = items[place + i];
        int at = WIDTH * keys[keyPlace + i];
        if (Double.isNaN(item)) {
          sums[at + 3]++;
        } else {
          double distance = item - sums[at];
          sums[at + 1] += distance;
          sums[at + 2] += distance * distance;
        }
      }
    }

    @Override
    void merge(Sums next) {
      double[] theirs = ((Variance) next).sums;
      for (int at = 0; at < sums.length; at += WIDTH) {
        for (int i = 1; i < WIDTH; i++) {
          sums[at + i] += theirs[at + i];
        }
      }
    }

    @Override
    Vector result() {
      double[] out = new double[groups.count];
      int[] sizes = groups.sizes();
      for (int g = 0; g < out.length; g++) {
        int at = WIDTH * groups.keyOf()[g];
        double n = sizes[g] - sums[at + 3];
        double squares = Math.max(0, sums[at + 2] - sums[at + 1] * sums[at + 1] / n);
        double by = sample ? n - 1 : n;
        double variance = by <= 0 ? Null.FLOAT : squares / by;
        out[g] = root ? Math.sqrt(variance) : variance;
      }
      return Vectors.ofDoubles(QType.FLOAT, out, out.length);
    }
  }

  /** {@code cor cov wsum wavg} and their like; as {@link Variance}, of two vectors. */
  static final class Pairs extends Sums {
    /**
     * Of each key: the two items that distances are from, x, y, xx, yy, xy, and pairs with nulls.
     */
    private static final int WIDTH = 8;

    private final Doubles left;
    private final Doubles right;
    private final PairAggregate kind;
    private final double[] sums;

    Pairs(PairAggregate kind, Vector x, Vector y, Groups groups) {
      this(kind, new Doubles(x), new Doubles(y), groups);
      if (kind.isCentred()) {
        for (int g = 0; g < groups.count; g++) {
          int at = WIDTH * groups.keyOf()[g];
          sums[at] = start(x, groups.first[g]);
          sums[at + 1] = start(y, groups.first[g]);
        }
      }
    }

    private Pairs(PairAggregate kind, Doubles left, Doubles right, Groups groups) {
      super(groups);
      this.kind = kind;
      this.left = left;
      this.right = right;
      this.sums = new double[WIDTH * groups.keyCount()];
    }

    @Override
    Sums fresh() {
      Pairs other = new Pairs(kind, left.again(), right.again(), groups);
      for (int at = 0; at < sums.length; at += WIDTH) {
        other.sums[at] = sums[at];
        other.sums[at + 1] = sums[at + 1];
      }
      return other;
    }

    @Override
    void add(int from, int to) {
      IntVector keys = groups.keys();
      for (int at = from; at < to; ) {
        int count = left.read(at, Math.min(to - at, keys.run(at)));
        count = right.read(at, count);
        add(
            left.items,
            left.place,
            right.items,
            right.place,
            keys.items(at),
            keys.place(at),
            count,
            sums);
        at += count;
      }
    }

    private static void add(
        double[] x,
        int xPlace,
        double[] y,
        int yPlace,
        int[] keys,
        int keyPlace,
        int count,
        double[] sums) {
      for (int i = 0; i < count; i++) {
        int at = WIDTH * keys[keyPlace + i];
        double p = x[xPlace + i] - sums[at];
        double q = y[yPlace + i] - sums[at + 1];
        if (Double.isNaN(p + q) && (Double.isNaN(x[xPlace + i]) || Double.isNaN(y[yPlace + i]))) {
          sums[at + 7]++;
        } else {
          sums[at + 2] += p;
          sums[at + 3] += q;
          sums[at + 4] += p * p;
          sums[at + 5] += q * q;
          sums[at + 6] += p * q;
        }
      }
    }

    @Override
    void merge(Sums next) {
      double[] theirs = ((Pairs) next).sums;
      for (int at = 0; at < sums.length; at += WIDTH) {
        for (int i = 2; i < WIDTH; i++) {
          sums[at + i] += theirs[at + i];
        }
      }
    }

    @Override
    Vector result() {
      double[] out = new double[groups.count];
      int[] sizes = groups.sizes();
      for (int g = 0; g < out.length; g++) {
        int at = WIDTH * groups.keyOf()[g];
        double n = sizes[g] - sums[at + 7];
        double x = sums[at + 2];
        double y = sums[at + 3];
        out[g] = kind.of(n, x, y, sums[at + 4], sums[at + 5], sums[at + 6]);
      }
      return Vectors.ofDoubles(QType.FLOAT, out, out.length);
    }
  }

  /** The item that distances are taken from. */
  private static double start(Vector vector, int row) {
    double[] item = new double[1];
    Vectors.readDoubles(vector, row, item, 1);
    return Double.isNaN(item[0]) || Double.isInfinite(item[0]) ? 0 : item[0];
  }
}
