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
  private static final long LOW_BITS = 0x7f7f7f7f7f7f7f7fL;
  private static final int RECENT = 1 << 10;
  private static final int RECENT_SHIFT = 64 - 10;

  // Short symbols seen lately, by their bytes.
  private final long[] recentLow = new long[RECENT];
  private final long[] recentHigh = new long[RECENT];
  private final int[] recentNumber = new int[RECENT];
  private int recentGeneration = -1;
  private int found;

  // Open addressing: `slots` holds a symbol's number plus one, 0 where there is none.
  private int[] slots = new int[256];
  private String[] names = new String[128];
  private byte[][] bytesOf = new byte[128][];
  private int count;
  private int generation;

  /**
   * Looks for a symbol of up to 15 bytes among those of late; {@link #found} has its number then.
   *
   * @param at where it begins; 16 bytes can be read from there on
   * @return its length without the 00; -1 if it is longer
   */
  int findShort(ByteBuffer bytes, int at) {
    long low = bytes.getLong(at);
    long high = 0;
    int length;
    long zeros = zeros(low);
    if (zeros != 0) {
      length = Long.numberOfTrailingZeros(zeros) >>> 3;
      low &= (1L << (length << 3)) - 1;
    } else {
      high = bytes.getLong(at + Long.BYTES);
      zeros = zeros(high);
      if (zeros == 0) {
        return -1;
      }
      int more = Long.numberOfTrailingZeros(zeros) >>> 3;
      high &= (1L << (more << 3)) - 1;
      length = Long.BYTES + more;
    }
    long mixed = (low ^ (high * 0x9e3779b97f4a7c15L)) * 0x9e3779b97f4a7c15L;
    int place = (int) (mixed >>> RECENT_SHIFT);
    if (recentLow[place] == low
        && recentHigh[place] == high
        && recentNumber[place] >= 0
        && recentGeneration == generation) {
      found = recentNumber[place];
      return length;
    }
    found = number(bytes, at, at + length);
    if (recentGeneration != generation) {
      recentGeneration = generation;
      Arrays.fill(recentNumber, -1);
    }
    recentLow[place] = low;
    recentHigh[place] = high;
    recentNumber[place] = found;
    return length;
  }

  /** 0x80 in exactly those bytes that are 00. */
  private static long zeros(long eight) {
    return ~(((eight & LOW_BITS) + LOW_BITS) | eight | LOW_BITS);
  }

  /** The number of the symbol that was looked for. */
  int found() {
    return found;
  }

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
