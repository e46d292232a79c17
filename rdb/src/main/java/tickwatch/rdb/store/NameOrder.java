package tickwatch.rdb.store;

import java.util.Arrays;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * The codes of a domain's names in the order of the names: what {@code by sym} sorts its groups by,
 * kept so that no query sorts. Only names that have come since are sorted, and merged into the
 * rest.
 *
 * <p><b>Threads.</b> Any. The order is worked out by the first who asks; two may, with the same
 * result.
 */
final class NameOrder {
  static final NameOrder NONE = new NameOrder(new String[0], 0, null);

  private final String[] names;
  private final int count;

  /** The order of some of the first names, which is known. */
  private final int[] known;

  private volatile int @Nullable [] codes;

  private NameOrder(String[] names, int count, @Nullable NameOrder before) {
    this.names = names;
    this.count = count;
    int[] sorted = before == null ? null : before.codes;
    this.known = sorted != null ? sorted : before == null ? new int[0] : before.known;
  }

  /** The order of these names, of which this is the order of the first ones. */
  NameOrder with(String[] more, int wanted) {
    return new NameOrder(more, wanted, this);
  }

  int[] codes() {
    int[] sorted = codes;
    if (sorted == null) {
      sorted = merged(newCodes());
      codes = sorted;
    }
    return sorted;
  }

  private Integer[] newCodes() {
    Integer[] fresh = new Integer[count - known.length];
    for (int i = 0; i < fresh.length; i++) {
      fresh[i] = known.length + i;
    }
    Arrays.sort(fresh, Comparator.comparing(code -> names[code]));
    return fresh;
  }

  private int[] merged(Integer[] fresh) {
    int[] out = new int[count];
    int old = 0;
    int next = 0;
    for (int i = 0; i < count; i++) {
      boolean takeOld =
          next == fresh.length
              || (old < known.length && names[known[old]].compareTo(names[fresh[next]]) < 0);
      out[i] = takeOld ? known[old++] : fresh[next++];
    }
    return out;
  }
}
