package tickwatch.tick;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One Java string for each symbol seen, found by its bytes.
 *
 * <p>Bounded: a column of ever new symbols empties it now and then, and their strings are made
 * again.
 *
 * <p><b>Threads.</b> One at a time.
 */
final class SymbolIntern {
  private static final int MOST_SYMBOLS = 1 << 16;

  // Open addressing: `slots` holds a symbol's number plus one, 0 where there is none.
  private int[] slots = new int[256];
  private String[] names = new String[128];
  private byte[][] bytesOf = new byte[128][];
  private int count;
  private int generation;

  /** The number of the symbol from {@code at} to {@code end - 1}, its 00 not included. */
  int number(ByteBuffer bytes, int at, int end) {
    int slot = hash(bytes, at, end) & (slots.length - 1);
    while (slots[slot] != 0) {
      int number = slots[slot] - 1;
      byte[] known = bytesOf[number];
      if (known.length == end - at && ValueBytes.startsWith(bytes, at, end, known)) {
        return number;
      }
      slot = (slot + 1) & (slots.length - 1);
    }
    return add(bytes, at, end);
  }

  private int add(ByteBuffer bytes, int at, int end) {
    if (count == MOST_SYMBOLS) {
      slots = new int[256];
      names = new String[128];
      bytesOf = new byte[128][];
      count = 0;
      generation++;
    }
    if (count == names.length) {
      names = Arrays.copyOf(names, 2 * count);
      bytesOf = Arrays.copyOf(bytesOf, 2 * count);
      slots = new int[4 * count];
      for (int number = 0; number < count; number++) {
        ByteBuffer known = ByteBuffer.wrap(bytesOf[number]).order(ByteOrder.LITTLE_ENDIAN);
        place(number, hash(known, 0, bytesOf[number].length));
      }
    }
    byte[] name = new byte[end - at];
    bytes.get(at, name);
    int number = count++;
    bytesOf[number] = name;
    names[number] = new String(name, StandardCharsets.ISO_8859_1);
    place(number, hash(bytes, at, end));
    return number;
  }

  private void place(int number, int hash) {
    int slot = hash & (slots.length - 1);
    while (slots[slot] != 0) {
      slot = (slot + 1) & (slots.length - 1);
    }
    slots[slot] = number + 1;
  }

  private static int hash(ByteBuffer bytes, int at, int end) {
    long hash = (long) end - at;
    int next = at;
    for (; next <= end - 8; next += 8) {
      hash = (hash ^ bytes.getLong(next)) * 0x9e3779b97f4a7c15L;
    }
    for (; next < end; next++) {
      hash = (hash ^ bytes.get(next)) * 0x9e3779b97f4a7c15L;
    }
    return (int) (hash >>> 40) ^ (int) hash;
  }

  /** The symbol of a number, one char a byte. */
  String name(int number) {
    return names[number];
  }

  /** Numbers given out so far are below this. */
  int capacity() {
    return names.length;
  }

  /** Rises whenever the numbers given out lose their meaning. */
  int generation() {
    return generation;
  }
}
