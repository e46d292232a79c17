package tickwatch.q;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolIndex;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Vector;

/**
 * Rows put into groups of the same keys. Groups are numbered from 0 in the order they first occur,
 * unless {@linkplain #sorted(List) sorted}.
 *
 * <p>Every row has a key's number, {@link #keys}: for symbols simply their codes, so that grouping
 * by a symbol column looks at no row. {@link #keyOf} says which key each group has; a key that no
 * row has belongs to no group. With an index of the column the first and the last row of each group
 * and its size are known, too; else they are found when asked for.
 */
final class Groups {
  private static final int SMALL_RANGE = 1 << 16;

  final int count;

  /** The first row of each group. */
  final int[] first;

  private final IntVector keys;
  private final int keyCount;
  private final int[] keyOf;

  private int @Nullable [] last;
  private int @Nullable [] sizes;
  private int @Nullable [] ids;
  private int @Nullable [] rows;
  private int @Nullable [] offsets;

  private Groups(IntVector keys, int keyCount, int[] keyOf, int[] first) {
    this.keys = keys;
    this.keyCount = keyCount;
    this.keyOf = keyOf;
    this.count = keyOf.length;
    this.first = first;
  }

  /**
   * Groups of the same numbers.
   *
   * @param ids of each row, 0 to {@code count} - 1
   * @param first the first row of each group, perhaps with more behind
   */
  static Groups ofIds(int[] ids, int count, int[] first) {
    Groups groups =
        new Groups(
            IntVector.of(QType.INT, ids),
            count,
            Vectors.range(count),
            first.length == count ? first : Arrays.copyOf(first, count));
    groups.ids = ids;
    return groups;
  }

  static Groups of(Vector keys) {
    if (keys instanceof SymbolVector symbols) {
      SymbolVector unique = Vectors.uniqueDomain(symbols);
      SymbolIndex index = unique.index();
      return index == null ? ofCodes(unique) : ofIndex(unique, index);
    }
    String[] texts = keys instanceof ListVector list ? Vectors.texts(list) : null;
    return texts == null ? ofLongs(Order.keys(keys)) : ofTexts(texts);
  }

  /** The groups of columns, numbered by their keys from the least to the greatest. */
  static Groups sorted(List<Vector> columns) {
    if (columns.size() == 1
        && columns.get(0) instanceof SymbolVector symbols
        && symbols.hasUniqueDomain()) {
      SymbolIndex index = symbols.index();
      if (index != null) {
        return byName(symbols, index);
      }
    }
    return of(columns).inOrderOf(columns);
  }

  /** Groups by several columns: by the first two, then by those groups and the third, and so on. */
  static Groups of(List<Vector> columns) {
    if (columns.isEmpty()) {
      throw QError.length(0, 1);
    }
    Groups groups = of(columns.get(0));
    for (int c = 1; c < columns.size(); c++) {
      Groups next = of(columns.get(c));
      int[] left = groups.ids();
      int[] right = next.ids();
      long[] keys = new long[left.length];
      Meter.here().pass(keys.length);
      for (int i = 0; i < keys.length; i++) {
        keys[i] = (long) left[i] * next.count + right[i];
      }
      groups = ofLongs(keys);
    }
    return groups;
  }

  private static Groups ofIndex(SymbolVector symbols, SymbolIndex index) {
    int names = symbols.domainLength();
    int[] firsts = new int[names];
    int[] lasts = new int[names];
    int[] counts = new int[names];
    index.ends(counts, firsts, lasts);
    long[] order = new long[names];
    int count = 0;
    for (int code = 0; code < names; code++) {
      if (counts[code] > 0) {
        order[count++] = ((long) firsts[code] << 32) | code;
      }
    }
    Arrays.sort(order, 0, count);
    int[] keyOf = new int[count];
    for (int g = 0; g < count; g++) {
      keyOf[g] = (int) order[g];
    }
    return ofEnds(symbols, keyOf, counts, firsts, lasts);
  }

  /** Groups numbered by their names, which the index knows the order of. */
  private static Groups byName(SymbolVector symbols, SymbolIndex index) {
    int names = symbols.domainLength();
    int[] firsts = new int[names];
    int[] lasts = new int[names];
    int[] counts = new int[names];
    index.ends(counts, firsts, lasts);
    int[] keyOf = new int[names];
    int count = 0;
    for (int code : index.codesByName()) {
      if (counts[code] > 0) {
        keyOf[count++] = code;
      }
    }
    keyOf = count == names ? keyOf : Arrays.copyOf(keyOf, count);
    return ofEnds(symbols, keyOf, counts, firsts, lasts);
  }

  private static Groups ofEnds(
      SymbolVector symbols, int[] keyOf, int[] counts, int[] firsts, int[] lasts) {
    Groups groups =
        new Groups(symbols.codes(), symbols.domainLength(), keyOf, picked(firsts, keyOf));
    groups.last = picked(lasts, keyOf);
    groups.sizes = picked(counts, keyOf);
    return groups;
  }

  private static int[] picked(int[] items, int[] indexes) {
    int[] out = new int[indexes.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = items[indexes[i]];
    }
    return out;
  }

  private static Groups ofCodes(SymbolVector symbols) {
    int length = symbols.length();
    IntVector codes = symbols.codes();
    int names = symbols.domainLength();
    int[] firsts = new int[names];
    Arrays.fill(firsts, -1);
    int[] keyOf = new int[Math.min(names, length)];
    int count = 0;
    // Once every name was met there is nothing new to come.
    for (int i = 0; i < length && count < keyOf.length; i++) {
      int code = codes.get(i);
      if (firsts[code] < 0) {
        firsts[code] = i;
        keyOf[count++] = code;
      }
    }
    keyOf = Arrays.copyOf(keyOf, count);
    return new Groups(codes, names, keyOf, picked(firsts, keyOf));
  }

  static Groups ofLongs(long[] keys) {
    long least = Long.MAX_VALUE;
    long greatest = Long.MIN_VALUE;
    Meter.here().pass(keys.length);
    boolean ascends = true;
    long before = Long.MIN_VALUE;
    for (long key : keys) {
      least = Math.min(least, key);
      greatest = Math.max(greatest, key);
      ascends &= key >= before;
      before = key;
    }
    if (ascends) {
      return ofRuns(keys);
    }
    long range = greatest - least;
    return range >= 0
            && range < Math.max(SMALL_RANGE, 2L * keys.length)
            && range < Integer.MAX_VALUE - 8
        ? ofRange(keys, least, (int) range + 1)
        : ofHash(keys);
  }

  private static Groups ofTexts(String[] keys) {
    Map<String, Integer> numbers = new HashMap<>();
    int[] ids = new int[keys.length];
    int[] first = new int[keys.length];
    Meter meter = Meter.here();
    for (int i = 0; i < ids.length; i++) {
      meter.pass();
      int next = numbers.size();
      Integer known = numbers.putIfAbsent(keys[i], next);
      if (known == null) {
        first[next] = i;
      }
      ids[i] = known == null ? next : known;
    }
    return ofIds(ids, numbers.size(), first);
  }

  /** Keys that ascend: a group is a run. */
  private static Groups ofRuns(long[] keys) {
    int[] ids = new int[keys.length];
    int[] first = new int[Math.min(keys.length, 64)];
    int count = 0;
    for (int i = 0; i < keys.length; i++) {
      if (i == 0 || keys[i] != keys[i - 1]) {
        if (count == first.length) {
          first = Arrays.copyOf(first, 2 * count);
        }
        first[count++] = i;
      }
      ids[i] = count - 1;
    }
    return ofIds(ids, count, first);
  }

  private static Groups ofRange(long[] keys, long least, int range) {
    int[] numbers = new int[range];
    Arrays.fill(numbers, -1);
    int[] ids = new int[keys.length];
    int[] first = new int[Math.min(range, keys.length)];
    int count = 0;
    Meter meter = Meter.here();
    for (int i = 0; i < keys.length; i++) {
      meter.pass();
      int at = (int) (keys[i] - least);
      int number = numbers[at];
      if (number < 0) {
        number = count++;
        numbers[at] = number;
        first[number] = i;
      }
      ids[i] = number;
    }
    return ofIds(ids, count, first);
  }

  private static Groups ofHash(long[] keys) {
    LongTable table = new LongTable(keys.length);
    int[] ids = new int[keys.length];
    int[] first = new int[Math.min(keys.length, 1024)];
    Meter meter = Meter.here();
    for (int i = 0; i < keys.length; i++) {
      meter.pass();
      int number = table.add(keys[i]);
      ids[i] = number;
      if (number >= first.length) {
        first = Arrays.copyOf(first, 2 * first.length);
      }
      if (table.wasAdded()) {
        first[number] = i;
      }
    }
    return ofIds(ids, table.size(), first);
  }

  /** The same groups, numbered by their keys from the least to the greatest. */
  private Groups inOrderOf(List<Vector> columns) {
    List<Vector> distinct = columns.stream().map(c -> Vectors.at(c, first, count)).toList();
    int[] order = Order.ascending(distinct);
    Groups out = new Groups(keys, keyCount, picked(keyOf, order), picked(first, order));
    out.last = last == null ? null : picked(last, order);
    out.sizes = sizes == null ? null : picked(sizes, order);
    return out;
  }

  // ---- keys

  /** How many rows there are. */
  int length() {
    return keys.length();
  }

  /** The number of each row's key, 0 to {@link #keyCount} - 1. */
  IntVector keys() {
    return keys;
  }

  int keyCount() {
    return keyCount;
  }

  /** The key of each group. */
  int[] keyOf() {
    return keyOf;
  }

  // ---- groups

  /** For each row the number of its group. */
  int[] ids() {
    int[] known = ids;
    if (known == null) {
      int[] groupOf = new int[keyCount];
      for (int g = 0; g < count; g++) {
        groupOf[keyOf[g]] = g;
      }
      known = keys.toArray();
      for (int i = 0; i < known.length; i++) {
        known[i] = groupOf[known[i]];
      }
      ids = known;
    }
    return known;
  }

  /** The last row of each group. */
  int[] last() {
    int[] known = last;
    if (known == null) {
      int[] lasts = new int[keyCount];
      Arrays.fill(lasts, -1);
      int found = 0;
      for (int i = keys.length() - 1; i >= 0 && found < count; i--) {
        int key = keys.get(i);
        if (lasts[key] < 0) {
          lasts[key] = i;
          found++;
        }
      }
      known = picked(lasts, keyOf);
      last = known;
    }
    return known;
  }

  /** How many rows each group has. */
  int[] sizes() {
    int[] known = sizes;
    if (known == null) {
      int[] counts = new int[keyCount];
      int length = keys.length();
      for (int from = 0; from < length; ) {
        int[] items = keys.items(from);
        int place = keys.place(from);
        int run = keys.run(from);
        for (int i = place; i < place + run; i++) {
          counts[items[i]]++;
        }
        from += run;
      }
      known = picked(counts, keyOf);
      sizes = known;
    }
    return known;
  }

  /** Where the rows of each group start in {@link #rows}; one more than there are groups. */
  int[] offsets() {
    int[] known = offsets;
    if (known == null) {
      int[] counts = sizes();
      known = new int[count + 1];
      for (int g = 0; g < count; g++) {
        known[g + 1] = known[g] + counts[g];
      }
      offsets = known;
    }
    return known;
  }

  /** All rows, group by group, in order within each. */
  int[] rows() {
    int[] known = rows;
    if (known == null) {
      int[] next = offsets().clone();
      int[] groupOf = ids();
      known = new int[groupOf.length];
      Meter.here().pass(known.length);
      for (int i = 0; i < groupOf.length; i++) {
        known[next[groupOf[i]]++] = i;
      }
      rows = known;
    }
    return known;
  }

  int size(int group) {
    return sizes()[group];
  }

  /** The rows of one group. */
  int[] rows(int group) {
    int[] starts = offsets();
    return Arrays.copyOfRange(rows(), starts[group], starts[group + 1]);
  }
}
