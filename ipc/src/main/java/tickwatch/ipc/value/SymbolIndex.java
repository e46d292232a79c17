package tickwatch.ipc.value;

/**
 * Where each name of a symbol column stands: what q's grouped attribute keeps beside a column, so
 * that the rows of one name are found without looking at the others.
 *
 * <p><b>Threads.</b> As the vector that it belongs to: it says what held when the vector was made,
 * and never changes.
 */
public interface SymbolIndex {
  /**
   * The positions of a name.
   *
   * @param code of the vector's domain
   */
  Positions of(int code);

  /**
   * The codes of all names of the domain, those that stand nowhere included, in the order of their
   * names. Kept: nobody may change it.
   */
  int[] codesByName();

  /**
   * How often each name stands here, and where first and last, by codes; of a name that stands
   * nowhere only the count is written.
   *
   * @param counts an item for each name of the domain, as the others have
   */
  default void ends(int[] counts, int[] firsts, int[] lasts) {
    for (int code = 0; code < counts.length; code++) {
      Positions positions = of(code);
      int count = positions.count();
      counts[code] = count;
      if (count > 0) {
        firsts[code] = positions.first();
        lasts[code] = positions.last();
      }
    }
  }

  /** The index of the items from {@code from} to {@code to - 1}. */
  default SymbolIndex slice(int from, int to) {
    return new IndexOfSlice(this, from, to);
  }

  /** The positions of one name in its vector, ascending. */
  interface Positions {
    int count();

    /** The {@code k}-th of them, 0 to {@code count() - 1}. */
    int get(int k);

    /** The least of them, of which there is one at least. */
    default int first() {
      return get(0);
    }

    /** The greatest of them, of which there is one at least. */
    default int last() {
      return get(count() - 1);
    }

    /** How many are less than {@code position}. */
    default int below(int position) {
      int low = 0;
      int high = count();
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (get(middle) < position) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }

    /** Copies {@code count} of them from the {@code k}-th on into {@code target}. */
    default void copyTo(int k, int[] target, int targetFrom, int count) {
      for (int i = 0; i < count; i++) {
        target[targetFrom + i] = get(k + i);
      }
    }
  }
}
