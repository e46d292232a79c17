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
  private static final int RECENT = 1 << 12;
  private static final int RECENT_SHIFT = 64 - 12;
  private static final int PLACE_SHIFT = 2;
  private static final int LOW = 0;
  private static final int HIGH = 1;
  private static final int LENGTH_AND_NUMBER = 2;
  private static final long FREE = -1L;

  /**
   * Short symbols seen lately, by their bytes: in one of two places each, so that two whose hash is
   * the same do not drive each other out for ever. A place is four longs, half a cache line: eight
   * bytes, seven more, and the length above the number; the fourth is not used.
   */
  private final long[] recent = new long[RECENT << PLACE_SHIFT];

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
    int place = place(low, high);
    if (recentGeneration == generation) {
      long known = recent(place, low, high, length);
      if (known == FREE) {
        known = recent(otherOf(place), low, high, length);
      }
      if (known != FREE) {
        found = (int) known;
        return length;
      }
    }
    found = number(bytes, at, at + length);
    if (recentGeneration != generation) {
      recentGeneration = generation;
      Arrays.fill(recent, FREE);
    }
    if (recent[place + LENGTH_AND_NUMBER] != FREE
        && recent[otherOf(place) + LENGTH_AND_NUMBER] == FREE) {
      place = otherOf(place);
    }
    recent[place + LOW] = low;
    recent[place + HIGH] = high;
    recent[place + LENGTH_AND_NUMBER] = (long) length << Integer.SIZE | found;
    return length;
  }

  /** The length and the number of the symbol in this place, or {@link #FREE} if it is another. */
  private long recent(int place, long low, long high, int length) {
    long lengthAndNumber = recent[place + LENGTH_AND_NUMBER];
    return recent[place + LOW] == low
            && recent[place + HIGH] == high
            && (int) (lengthAndNumber >>> Integer.SIZE) == length
        ? lengthAndNumber
        : FREE;
  }

  private static int place(long low, long high) {
    long mixed = (low ^ Long.rotateLeft(high, 29)) * 0x9e3779b97f4a7c15L;
    return (int) (mixed >>> RECENT_SHIFT) << PLACE_SHIFT;
  }

  private static int otherOf(int place) {
    return place ^ (1 << PLACE_SHIFT);
  }

  /** Whether so many symbols can be looked for without any number losing its meaning. */
  boolean hasRoomFor(int symbols) {
    return count + symbols <= MOST_SYMBOLS;
  }

  /**
   * The codes of symbols that follow each other, for which there {@linkplain #hasRoomFor is room}.
   *
   * @param at where the first one begins
   * @param codeOf codes by a symbol's number; negative, or beyond the end, where there is none yet
   * @param codes takes their codes, from {@code from} on, and {@code ~number} where there is none
   * @return the index behind the last one; {@link ValueBytes#TRUNCATED} if they are not whole
   */
  int codes(ByteBuffer bytes, int at, int end, int[] codeOf, int[] codes, int from, int symbols) {
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
        long known = recent(place, low, high, length);
        if (known == FREE) {
          known = recent(otherOf(place), low, high, length);
          if (known == FREE) {
            break;
          }
        }
        codes[from + i++] = codeOrNumber(codeOf, (int) known);
        next += length + 1;
      }
      if (i == symbols) {
        break;
      }
      int shortLength = next <= whole ? findShort(bytes, next) : -1;
      if (shortLength >= 0) {
        length = shortLength;
        codes[from + i++] = codeOrNumber(codeOf, found);
        next += length + 1;
        continue;
      }
      int after = ValueBytes.endOfSymbols(bytes, 1, next, end);
      if (after < 0) {
        return after;
      }
      codes[from + i++] = codeOrNumber(codeOf, number(bytes, next, after - 1));
      next = after;
    }
    lastLength = length;
    return next;
  }

  private static int codeOrNumber(int[] codeOf, int number) {
    int code = number < codeOf.length ? codeOf[number] : -1;
    return code < 0 ? ~number : code;
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
