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

  // Short symbols seen lately, by their bytes: in one of two places each, so that two whose hash
  // is the same do not drive each other out for ever.
  private final long[] recentLow = new long[RECENT];
  private final long[] recentHigh = new long[RECENT];
  private final int[] recentNumber = new int[RECENT];
  private final int[] recentLength = new int[RECENT];
  private int recentGeneration = -1;
  private int found;

  /** Length of the symbol that was found last: the next one is often as long. */
  private int lastLength;

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
    int first = place(low, high);
    int place = recent(first, low, high, length) ? first : first ^ 1;
    if (recentGeneration == generation && recent(place, low, high, length)) {
      found = recentNumber[place];
      return length;
    }
    found = number(bytes, at, at + length);
    if (recentGeneration != generation) {
      recentGeneration = generation;
      Arrays.fill(recentLength, -1);
    }
    place = recentLength[first] >= 0 && recentLength[first ^ 1] < 0 ? first ^ 1 : first;
    recentLow[place] = low;
    recentHigh[place] = high;
    recentNumber[place] = found;
    recentLength[place] = length;
    return length;
  }

  private boolean recent(int place, long low, long high, int length) {
    return recentLow[place] == low && recentHigh[place] == high && recentLength[place] == length;
  }

  private static int place(long low, long high) {
    long mixed = (low ^ (high * 0x9e3779b97f4a7c15L)) * 0x9e3779b97f4a7c15L;
    return (int) (mixed >>> RECENT_SHIFT);
  }

  /** Whether so many symbols can be looked for without any number losing its meaning. */
  boolean hasRoomFor(int symbols) {
    return count + symbols <= MOST_SYMBOLS;
  }

  /**
   * The numbers of symbols that follow each other, for which there {@linkplain #hasRoomFor is
   * room}.
   *
   * @param at where the first one begins
   * @param numbers takes their numbers, from {@code from} on
   * @return the index behind the last one; {@link ValueBytes#TRUNCATED} if they are not whole
   */
  int numbers(ByteBuffer bytes, int at, int end, int[] numbers, int from, int symbols) {
    int next = at;
    int i = 0;
    int length = Math.min(lastLength, Long.BYTES + Long.BYTES - 1);
    int whole = end - 2 * Long.BYTES;
    while (i < symbols) {
      // A guess at the length: that the place of the next symbol need not wait for a search of the
      // end of this one halves the time of a column of names of one length.
      long lowMask = firstBytes(length + 1);
      long highMask = firstBytes(length + 1 - Long.BYTES);
      int guessed = recentGeneration == generation ? symbols : 0;
      while (i < guessed && next <= whole) {
        long low = bytes.getLong(next) & lowMask;
        long high = bytes.getLong(next + Long.BYTES) & highMask;
        int place = place(low, high);
        if (!recent(place, low, high, length)) {
          place ^= 1;
          if (!recent(place, low, high, length)) {
            break;
          }
        }
        numbers[from + i++] = recentNumber[place];
        next += length + 1;
      }
      if (i == symbols) {
        break;
      }
      int shortLength = next <= whole ? findShort(bytes, next) : -1;
      if (shortLength >= 0) {
        length = shortLength;
        numbers[from + i++] = found;
        next += length + 1;
        continue;
      }
      int after = ValueBytes.endOfSymbols(bytes, 1, next, end);
      if (after < 0) {
        return after;
      }
      numbers[from + i++] = number(bytes, next, after - 1);
      next = after;
    }
    lastLength = length;
    return next;
  }

  /** Ones in so many of the first bytes of a little-endian long, and zeros in the others. */
  private static long firstBytes(int bytes) {
    return bytes <= 0 ? 0 : bytes >= Long.BYTES ? -1 : (1L << (bytes << 3)) - 1;
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
