package tickwatch.q;

import java.util.Arrays;

/** Numbers distinct longs in the order they come: a hash table with open addressing. */
final class LongTable {
  private long[] keys;
  private int[] numbers;
  private int mask;
  private int size;
  private boolean added;

  LongTable(int expected) {
    int capacity = Integer.highestOneBit(Math.max(16, Math.min(expected, 1 << 12))) << 2;
    keys = new long[capacity];
    numbers = new int[capacity];
    mask = capacity - 1;
  }

  private static int hash(long key) {
    long mixed = key * 0x9E3779B97F4A7C15L;
    return (int) (mixed ^ mixed >>> 32);
  }

  /** The number of a key, a new one where it is not known. */
  int add(long key) {
    int slot = hash(key) & mask;
    while (numbers[slot] != 0) {
      if (keys[slot] == key) {
        added = false;
        return numbers[slot] - 1;
      }
      slot = (slot + 1) & mask;
    }
    keys[slot] = key;
    numbers[slot] = ++size;
    added = true;
    if (2 * size > mask) {
      grow();
    }
    return size - 1;
  }

  /** Whether the last {@link #add} met its key for the first time. */
  boolean wasAdded() {
    return added;
  }

  /** The number of a key, or -1. */
  int get(long key) {
    int slot = hash(key) & mask;
    while (numbers[slot] != 0) {
      if (keys[slot] == key) {
        return numbers[slot] - 1;
      }
      slot = (slot + 1) & mask;
    }
    return -1;
  }

  int size() {
    return size;
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldNumbers = numbers;
    keys = new long[oldKeys.length * 2];
    numbers = new int[keys.length];
    mask = keys.length - 1;
    Arrays.fill(numbers, 0);
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldNumbers[i] != 0) {
        int slot = hash(oldKeys[i]) & mask;
        while (numbers[slot] != 0) {
          slot = (slot + 1) & mask;
        }
        keys[slot] = oldKeys[i];
        numbers[slot] = oldNumbers[i];
      }
    }
  }
}
