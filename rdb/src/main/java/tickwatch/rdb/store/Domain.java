package tickwatch.rdb.store;

import java.util.Arrays;

/**
 * The names that a symbol column has seen, each once, in the order they came: what its codes stand
 * for.
 *
 * <p><b>Threads.</b> One writer. {@link #names} may be handed to readers together with the count of
 * that moment: names before it never change.
 */
final class Domain {
  private static final int FREE = -1;

  private String[] names = new String[16];
  private int count;

  /** Open addressing: the code of the name that hashes here or shortly before, or free. */
  private int[] slots = new int[64];

  Domain() {
    Arrays.fill(slots, FREE);
  }

  /** The code of a name, a new one if the name is new. */
  int codeOf(String name) {
    int mask = slots.length - 1;
    int slot = spread(name) & mask;
    while (true) {
      int code = slots[slot];
      if (code == FREE) {
        return add(name, slot);
      }
      if (names[code].equals(name)) {
        return code;
      }
      slot = (slot + 1) & mask;
    }
  }

  private int add(String name, int slot) {
    if (count == names.length) {
      names = Arrays.copyOf(names, 2 * count);
    }
    names[count] = name;
    slots[slot] = count;
    count++;
    if (4 * count > slots.length) {
      rehash(2 * slots.length);
    }
    return count - 1;
  }

  private void rehash(int capacity) {
    int[] wider = new int[capacity];
    Arrays.fill(wider, FREE);
    for (int code = 0; code < count; code++) {
      int slot = spread(names[code]) & (capacity - 1);
      while (wider[slot] != FREE) {
        slot = (slot + 1) & (capacity - 1);
      }
      wider[slot] = code;
    }
    slots = wider;
  }

  private static int spread(String name) {
    int hash = name.hashCode() * 0x9E3779B9;
    return hash ^ (hash >>> 15);
  }

  int count() {
    return count;
  }

  /** The names; those from {@link #count} on are not there yet. */
  String[] names() {
    return names;
  }
}
