package tickwatch.q;

import java.util.Arrays;
import java.util.List;
import tickwatch.ipc.value.Atom;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.GuidAtom;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/**
 * The order of values, and sorting by it: stable, nulls first.
 *
 * <p>Every vector is first turned into longs of the same order ({@link #keys}), so that one sort
 * serves all types: counting where the range is small, else merging.
 */
final class Order {
  private Order() {}

  /** Longs in the order of the items; two are equal exactly where the items are the same. */
  static long[] keys(Vector vector) {
    QType type = vector.type();
    if (Vectors.isIntegral(type)) {
      return Vectors.longs(vector);
    }
    if (Vectors.isFloating(type)) {
      double[] items = Vectors.doubles(vector);
      Meter.here().pass(items.length);
      long[] out = new long[items.length];
      for (int i = 0; i < out.length; i++) {
        out[i] = key(items[i]);
      }
      return out;
    }
    if (vector instanceof SymbolVector symbols) {
      int[] ranks = ranks(symbols);
      long[] out = new long[symbols.length()];
      for (int i = 0; i < out.length; i++) {
        out[i] = ranks[symbols.code(i)];
      }
      return out;
    }
    String[] texts = vector instanceof ListVector list ? Vectors.texts(list) : null;
    return texts == null ? ranked(Vectors.items(vector)) : ranked(texts);
  }

  /** A long in the order of a double; the null is the least, and zero has no sign. */
  static long key(double item) {
    if (Double.isNaN(item)) {
      return Long.MIN_VALUE;
    }
    long bits = Double.doubleToRawLongBits(item == 0 ? 0.0 : item);
    return bits < 0 ? Long.MIN_VALUE - bits : bits;
  }

  /** For each code of the domain, the rank of its name among the names. */
  private static int[] ranks(SymbolVector symbols) {
    int count = symbols.domainLength();
    Integer[] order = new Integer[count];
    for (int i = 0; i < count; i++) {
      order[i] = i;
    }
    Meter meter = Meter.here();
    Arrays.sort(
        order,
        (a, b) -> {
          meter.pass();
          return symbols.domainName(a).compareTo(symbols.domainName(b));
        });
    int[] out = new int[count];
    int rank = -1;
    String last = null;
    for (Integer code : order) {
      String name = symbols.domainName(code);
      if (!name.equals(last)) {
        rank++;
        last = name;
      }
      out[code] = rank;
    }
    return out;
  }

  private static long[] ranked(Value[] items) {
    Integer[] order = new Integer[items.length];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    Meter meter = Meter.here();
    Arrays.sort(
        order,
        (a, b) -> {
          meter.pass();
          return compare(items[a], items[b]);
        });
    long[] out = new long[items.length];
    long rank = 0;
    for (int i = 0; i < order.length; i++) {
      meter.pass();
      if (i > 0 && compare(items[order[i - 1]], items[order[i]]) != 0) {
        rank++;
      }
      out[order[i]] = rank;
    }
    return out;
  }

  /** The same of texts, which compare faster as what they are. */
  private static long[] ranked(String[] texts) {
    Integer[] order = new Integer[texts.length];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    Meter meter = Meter.here();
    Arrays.sort(
        order,
        (a, b) -> {
          meter.pass();
          return texts[a].compareTo(texts[b]);
        });
    long[] out = new long[texts.length];
    long rank = 0;
    for (int i = 0; i < order.length; i++) {
      if (i > 0 && !texts[order[i - 1]].equals(texts[order[i]])) {
        rank++;
      }
      out[order[i]] = rank;
    }
    return out;
  }

  /** Any two values: by type, then item by item. */
  static int compare(Value x, Value y) {
    int byType = Integer.compare(Math.abs(x.typeNumber()), Math.abs(y.typeNumber()));
    if (byType != 0 || x.typeNumber() != y.typeNumber()) {
      return byType != 0 ? byType : Integer.compare(x.typeNumber(), y.typeNumber());
    }
    if (x instanceof SymbolAtom a && y instanceof SymbolAtom b) {
      return a.name().compareTo(b.name());
    }
    if (x instanceof GuidAtom a && y instanceof GuidAtom b) {
      int high = Long.compareUnsigned(a.high(), b.high());
      return high != 0 ? high : Long.compareUnsigned(a.low(), b.low());
    }
    if (x instanceof Atom) {
      return Vectors.isFloating(x.type())
          ? Long.compare(key(Vectors.doubleOf(x)), key(Vectors.doubleOf(y)))
          : Long.compare(Vectors.longOf(x), Vectors.longOf(y));
    }
    if (x instanceof Vector a && y instanceof Vector b) {
      int shorter = Math.min(a.length(), b.length());
      Meter meter = Meter.here();
      for (int i = 0; i < shorter; i++) {
        meter.pass();
        int sign = compare(a.item(i), b.item(i));
        if (sign != 0) {
          return sign;
        }
      }
      return Integer.compare(a.length(), b.length());
    }
    if (x instanceof Dictionary a && y instanceof Dictionary b) {
      int keys = compare(a.keys(), b.keys());
      return keys != 0 ? keys : compare(a.values(), b.values());
    }
    if (x instanceof Table a && y instanceof Table b) {
      return compare(
          ListVector.of(a.columns().toArray(new Value[0])),
          ListVector.of(b.columns().toArray(new Value[0])));
    }
    return x.equals(y) ? 0 : Integer.compare(x.hashCode(), y.hashCode());
  }

  // ---- sorting

  /** The indexes of the items from the least to the greatest. */
  static int[] ascending(Vector vector) {
    return sort(keys(vector), Vectors.range(vector.length()));
  }

  static int[] descending(Vector vector) {
    long[] keys = keys(vector);
    for (int i = 0; i < keys.length; i++) {
      keys[i] = ~keys[i];
    }
    return sort(keys, Vectors.range(keys.length));
  }

  /** The indexes of the rows by their columns, the first column first. */
  static int[] ascending(List<Vector> columns) {
    int[] order = Vectors.range(columns.get(0).length());
    for (int c = columns.size() - 1; c >= 0; c--) {
      order = sort(keys(columns.get(c)), order);
    }
    return order;
  }

  static int[] descending(List<Vector> columns) {
    int[] order = Vectors.range(columns.get(0).length());
    for (int c = columns.size() - 1; c >= 0; c--) {
      long[] keys = keys(columns.get(c));
      for (int i = 0; i < keys.length; i++) {
        keys[i] = ~keys[i];
      }
      order = sort(keys, order);
    }
    return order;
  }

  /** Sorts indexes by the keys of what they point at; those of equal keys stay in place. */
  static int[] sort(long[] keys, int[] order) {
    int count = order.length;
    Meter meter = Meter.here();
    meter.pass(count);
    boolean sorted = true;
    long least = Long.MAX_VALUE;
    long greatest = Long.MIN_VALUE;
    for (int i = 0; i < count; i++) {
      long key = keys[order[i]];
      least = Math.min(least, key);
      greatest = Math.max(greatest, key);
      sorted &= i == 0 || keys[order[i - 1]] <= key;
    }
    if (sorted) {
      return order;
    }
    long range = greatest - least;
    if (range >= 0 && range <= 4L * count + 1024) {
      return countingSort(keys, order, least, (int) range + 1);
    }
    int[] work = order.clone();
    int[] out = order.clone();
    mergeSort(keys, work, out, 0, count, meter);
    return out;
  }

  private static int[] countingSort(long[] keys, int[] order, long least, int range) {
    int[] starts = new int[range + 1];
    for (int index : order) {
      starts[(int) (keys[index] - least) + 1]++;
    }
    for (int i = 0; i < range; i++) {
      starts[i + 1] += starts[i];
    }
    int[] out = new int[order.length];
    for (int index : order) {
      out[starts[(int) (keys[index] - least)]++] = index;
    }
    return out;
  }

  /** Sorts {@code from} to {@code to} of both arrays, which hold the same, into {@code out}. */
  private static void mergeSort(long[] keys, int[] work, int[] out, int from, int to, Meter meter) {
    meter.pass(to - from);
    if (to - from < 16) {
      for (int i = from + 1; i < to; i++) {
        int index = out[i];
        long key = keys[index];
        int j = i - 1;
        while (j >= from && keys[out[j]] > key) {
          out[j + 1] = out[j];
          j--;
        }
        out[j + 1] = index;
      }
      return;
    }
    int middle = (from + to) >>> 1;
    mergeSort(keys, out, work, from, middle, meter);
    mergeSort(keys, out, work, middle, to, meter);
    int left = from;
    int right = middle;
    for (int i = from; i < to; i++) {
      if (right >= to || (left < middle && keys[work[left]] <= keys[work[right]])) {
        out[i] = work[left++];
      } else {
        out[i] = work[right++];
      }
    }
  }

  /** Whether the items never get less. */
  static boolean isAscending(Vector vector) {
    long[] keys = keys(vector);
    for (int i = 1; i < keys.length; i++) {
      if (keys[i - 1] > keys[i]) {
        return false;
      }
    }
    return true;
  }
}
