package tickwatch.q;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Vector;

/**
 * Rows put into groups of the same keys: for each row the number of its group, 0 to {@code count -
 * 1}.
 *
 * <p>Groups are numbered in the order they first occur, unless {@link #sorted}.
 */
final class Groups {
  private static final int SMALL_RANGE = 1 << 16;

  final int[] ids;
  final int count;

  /** The first row of each group. */
  final int[] first;

  private int @Nullable [] rows;
  private int @Nullable [] offsets;

  private Groups(int[] ids, int count, int[] first) {
    this.ids = ids;
    this.count = count;
    this.first = first;
  }

  static Groups of(Vector keys) {
    if (keys instanceof SymbolVector symbols) {
      SymbolVector unique = Vectors.uniqueDomain(symbols);
      return ofCodes(unique);
    }
    return ofLongs(Order.keys(keys));
  }

  /** Groups by several columns: by the first two, then by those groups and the third, and so on. */
  static Groups of(List<Vector> columns) {
    Groups groups = of(columns.get(0));
    for (int c = 1; c < columns.size(); c++) {
      Groups next = of(columns.get(c));
      long[] keys = new long[groups.ids.length];
      for (int i = 0; i < keys.length; i++) {
        keys[i] = (long) groups.ids[i] * next.count + next.ids[i];
      }
      groups = ofLongs(keys);
    }
    return groups;
  }

  private static Groups ofCodes(SymbolVector symbols) {
    int length = symbols.length();
    int[] ids = new int[length];
    int[] numbers = new int[symbols.domainLength()];
    Arrays.fill(numbers, -1);
    int[] first = new int[numbers.length];
    int count = 0;
    for (int i = 0; i < length; i++) {
      int code = symbols.code(i);
      int number = numbers[code];
      if (number < 0) {
        number = count++;
        numbers[code] = number;
        first[number] = i;
      }
      ids[i] = number;
    }
    return new Groups(ids, count, Arrays.copyOf(first, count));
  }

  static Groups ofLongs(long[] keys) {
    long least = Long.MAX_VALUE;
    long greatest = Long.MIN_VALUE;
    for (long key : keys) {
      least = Math.min(least, key);
      greatest = Math.max(greatest, key);
    }
    long range = greatest - least;
    return keys.length > 0
            && range >= 0
            && range < Math.max(SMALL_RANGE, 2L * keys.length)
            && range < Integer.MAX_VALUE - 8
        ? ofRange(keys, least, (int) range + 1)
        : ofHash(keys);
  }

  private static Groups ofRange(long[] keys, long least, int range) {
    int[] numbers = new int[range];
    Arrays.fill(numbers, -1);
    int[] ids = new int[keys.length];
    int[] first = new int[Math.min(range, keys.length)];
    int count = 0;
    for (int i = 0; i < keys.length; i++) {
      int at = (int) (keys[i] - least);
      int number = numbers[at];
      if (number < 0) {
        number = count++;
        numbers[at] = number;
        first[number] = i;
      }
      ids[i] = number;
    }
    return new Groups(ids, count, Arrays.copyOf(first, count));
  }

  private static Groups ofHash(long[] keys) {
    LongTable table = new LongTable(keys.length);
    int[] ids = new int[keys.length];
    int[] first = new int[Math.min(keys.length, 1024)];
    for (int i = 0; i < keys.length; i++) {
      int number = table.add(keys[i]);
      ids[i] = number;
      if (number >= first.length) {
        first = Arrays.copyOf(first, 2 * first.length);
      }
      if (table.wasAdded()) {
        first[number] = i;
      }
    }
    return new Groups(ids, table.size(), Arrays.copyOf(first, table.size()));
  }

  /** The same groups, numbered by their keys from the least to the greatest. */
  Groups sorted(List<Vector> columns) {
    List<Vector> keys = columns.stream().map(c -> Vectors.at(c, first, count)).toList();
    int[] order = Order.ascending(keys);
    int[] number = new int[count];
    int[] firsts = new int[count];
    for (int i = 0; i < count; i++) {
      number[order[i]] = i;
      firsts[i] = first[order[i]];
    }
    int[] out = new int[ids.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = number[ids[i]];
    }
    return new Groups(out, count, firsts);
  }

  /** Where the rows of each group start in {@link #rows}; one more than there are groups. */
  int[] offsets() {
    int[] known = offsets;
    if (known == null) {
      known = new int[count + 1];
      for (int id : ids) {
        known[id + 1]++;
      }
      for (int g = 0; g < count; g++) {
        known[g + 1] += known[g];
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
      known = new int[ids.length];
      for (int i = 0; i < ids.length; i++) {
        known[next[ids[i]]++] = i;
      }
      rows = known;
    }
    return known;
  }

  int size(int group) {
    int[] starts = offsets();
    return starts[group + 1] - starts[group];
  }

  /** The rows of one group. */
  int[] rows(int group) {
    int[] starts = offsets();
    return Arrays.copyOfRange(rows(), starts[group], starts[group + 1]);
  }
}
