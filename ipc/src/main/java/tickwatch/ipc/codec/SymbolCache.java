package tickwatch.ipc.codec;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;

/**
 * The symbols that a decoder has seen, found by their bytes, so that a repeated one allocates
 * nothing: a feed sends the same few names a million times.
 *
 * <p>A table of open addressing. The bytes are taken eight at a time, the first one with the lowest
 * weight; the first eight are kept beside each name, so that comparing most names is comparing two
 * longs. The hash multiplies by a number that differs from decoder to decoder: a peer cannot choose
 * names that collide.
 *
 * <p><b>Limits.</b> Within one message it grows as the message's own names demand, up to the number
 * that it was made for. {@link #trim} empties it when it holds more than {@value #MAX_NAMES} names
 * or {@value #MAX_BYTES} bytes of names, so between messages it takes a megabyte at most.
 *
 * <p><b>Threads.</b> One.
 */
final class SymbolCache {
  static final int MAX_NAMES = 2048;
  static final int MAX_BYTES = 1 << 16;

  /** A power of two. */
  private static final int FIRST_SLOTS = 512;

  /** At least so many slots a name, so that few names are not where they are looked for first. */
  private static final int SLOTS_A_NAME = 16;

  /** And this many where there are so many names that their slots would take the memory. */
  private static final int SLOTS_OF_MANY = 2;

  private static final int MANY_NAMES = 2 * MAX_NAMES;

  private static final int FIRST_NAMES = FIRST_SLOTS / SLOTS_A_NAME;
  private static final int FREE = -1;

  private static final long LOW_BITS = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;

  private final int mostNames;

  /** Odd and unknown to the peer. */
  private final long multiplier = new SplittableRandom().nextLong() | 1;

  /** Which symbol is in each slot, by its number in the order of arrival, or {@link #FREE}. */
  private int[] slots = freeSlots(FIRST_SLOTS);

  /** The first eight bytes of the symbol in each slot, filled up with zeros. */
  private long[] firstWords = new long[FIRST_SLOTS];

  /** The symbol itself in each slot; null where there is none. */
  private @Nullable SymbolAtom[] slotAtoms = new @Nullable SymbolAtom[FIRST_SLOTS];

  /** 64 less the bits of a slot's number. */
  private int shift = shiftFor(FIRST_SLOTS);

  private @Nullable SymbolAtom[] atoms = new @Nullable SymbolAtom[FIRST_NAMES];

  /** The atoms' names. Vectors share this array as their domain, so it only ever grows. */
  private String[] names = new String[FIRST_NAMES];

  /** All bytes of each symbol mixed into one long, which is the first word if there is but one. */
  private long[] keys = new long[FIRST_NAMES];

  /** The number of the vector that gave each symbol a code last (high half), and the code. */
  private long[] stamps = new long[FIRST_NAMES];

  private int count;
  private long byteCount;
  private int vectorNumber;
  private int end;

  /**
   * @param mostNames different ones in one message: each takes up to 200 bytes
   */
  SymbolCache(int mostNames) {
    this.mostNames = mostNames;
  }

  int count() {
    return count;
  }

  /** Called between messages: empties the table when it has become too large. */
  void trim() {
    if (count > MAX_NAMES || byteCount > MAX_BYTES) {
      slots = freeSlots(FIRST_SLOTS);
      firstWords = new long[FIRST_SLOTS];
      slotAtoms = new @Nullable SymbolAtom[FIRST_SLOTS];
      shift = shiftFor(FIRST_SLOTS);
      atoms = new @Nullable SymbolAtom[FIRST_NAMES];
      names = new String[FIRST_NAMES];
      keys = new long[FIRST_NAMES];
      stamps = new long[FIRST_NAMES];
      count = 0;
      byteCount = 0;
    }
  }

  /** Where what was read last ends. */
  int end() {
    return end;
  }

  /** Reads the symbol at {@code at}; {@link #end} is then behind its terminator. */
  SymbolAtom read(ByteBuffer in, int at, boolean littleEndian) {
    return atom(find(in, at, in.limit(), littleEndian));
  }

  /**
   * Reads {@code length} symbols from {@code at} on; {@link #end} is then behind the last. The
   * vector's domain is not larger than the vector.
   */
  SymbolVector readVector(ByteBuffer in, int at, boolean littleEndian, int length) {
    int[] codes = new int[length];
    int limit = in.limit();
    int next = at;
    int step = 0;
    for (int i = 0; i < length; i++) {
      // A short name that is known and in its first slot: nearly all are.
      if (limit - next >= Long.BYTES) {
        long word = littleEndian ? in.getLong(next) : Long.reverseBytes(in.getLong(next));
        long zero = firstZero(word);
        int nameBytes = Long.numberOfTrailingZeros(zero) >>> 3;
        word &= lowBytes(nameBytes);
        int slot = slotOf(word);
        int symbol = slots[slot];
        if (zero != 0 && firstWords[slot] == word && symbol != FREE) {
          codes[i] = symbol;
          // Names in a row are mostly of one length. Moving on by the last step unless this one
          // differs lets the processor begin the next name before it knows the length of this
          // one. Said with one "!=" the compiler would turn it back into an assignment.
          if (nameBytes >= step || nameBytes + 1 < step) {
            step = nameBytes + 1;
          }
          next += step;
          continue;
        }
      }
      codes[i] = find(in, next, limit, littleEndian);
      next = end;
    }
    end = next;
    if (count <= length) {
      return SymbolVector.ofCodes(names, count, true, IntVector.of(QType.INT, codes));
    }
    return withDomainOfItsOwn(codes);
  }

  private SymbolVector withDomainOfItsOwn(int[] codes) {
    if (++vectorNumber < 0) {
      Arrays.fill(stamps, 0);
      vectorNumber = 1;
    }
    String[] domain = new String[Math.min(codes.length, 16)];
    int used = 0;
    for (int i = 0; i < codes.length; i++) {
      int symbol = codes[i];
      long stamp = stamps[symbol];
      if (stamp >>> 32 == vectorNumber) {
        codes[i] = (int) stamp;
      } else {
        if (used == domain.length) {
          domain = Arrays.copyOf(domain, Math.min(codes.length, 2 * used));
        }
        stamps[symbol] = ((long) vectorNumber << 32) | used;
        codes[i] = used;
        domain[used++] = names[symbol];
      }
    }
    return SymbolVector.ofCodes(domain, used, true, IntVector.of(QType.INT, codes));
  }

  private SymbolAtom atom(int symbol) {
    SymbolAtom atom = atoms[symbol];
    if (atom == null) {
      throw new IllegalStateException("symbol " + symbol + " of " + count);
    }
    return atom;
  }

  /** The symbol at {@code at}, which is added if it is new. */
  private int find(ByteBuffer in, int at, int limit, boolean littleEndian) {
    if (limit - at >= Long.BYTES) {
      long word = littleEndian ? in.getLong(at) : Long.reverseBytes(in.getLong(at));
      long zero = firstZero(word);
      if (zero != 0) {
        int nameBytes = Long.numberOfTrailingZeros(zero) >>> 3;
        word &= lowBytes(nameBytes);
        // The word is the whole name: the first word of a longer one has no byte that is 0.
        int slot = slotOf(word);
        while (slots[slot] != FREE) {
          if (firstWords[slot] == word) {
            end = at + nameBytes + 1;
            return slots[slot];
          }
          slot = after(slot);
        }
      } else if (limit - at >= 2 * Long.BYTES) {
        int symbol = findLonger(in, at, word, littleEndian);
        if (symbol != FREE) {
          return symbol;
        }
      }
    }
    return findSlowly(in, at, limit, littleEndian);
  }

  /** The symbol of 8 to 15 bytes at {@code at}, or {@link #FREE} if it is longer or new. */
  private int findLonger(ByteBuffer in, int at, long firstWord, boolean littleEndian) {
    long word = in.getLong(at + Long.BYTES);
    if (!littleEndian) {
      word = Long.reverseBytes(word);
    }
    long zero = firstZero(word);
    if (zero == 0) {
      return FREE;
    }
    int inWord = Long.numberOfTrailingZeros(zero) >>> 3;
    int nameBytes = Long.BYTES + inWord;
    long key = mix(firstWord, word & lowBytes(inWord));
    int slot = slotOf(key);
    while (slots[slot] != FREE) {
      int symbol = slots[slot];
      // Where the first words are the same, the keys are only if the second words are, too.
      if (firstWords[slot] == firstWord
          && keys[symbol] == key
          && names[symbol].length() == nameBytes) {
        end = at + nameBytes + 1;
        return symbol;
      }
      slot = after(slot);
    }
    return FREE;
  }

  /**
   * The symbol that this word begins with, its first byte with the lowest weight; null if it has
   * more than seven bytes, is new, or is not found at once.
   */
  @Nullable SymbolAtom known(long word) {
    if (firstZero(word) == 0) {
      return null;
    }
    long name = word & lowBytes(lengthIn(word));
    int slot = slotOf(name);
    return firstWords[slot] == name ? slotAtoms[slot] : null;
  }

  /** The bytes of a name of up to seven that this word begins with. */
  static int lengthIn(long word) {
    return Long.numberOfTrailingZeros(firstZero(word)) >>> 3;
  }

  private long mix(long key, long word) {
    return Long.rotateLeft(key * multiplier, 32) ^ word;
  }

  private int findSlowly(ByteBuffer in, int start, int limit, boolean littleEndian) {
    int at = start;
    long firstWord = 0;
    long key = 0;
    while (true) {
      long word;
      int inWord;
      if (limit - at >= Long.BYTES) {
        word = littleEndian ? in.getLong(at) : Long.reverseBytes(in.getLong(at));
        long zero = firstZero(word);
        inWord = Long.numberOfTrailingZeros(zero) >>> 3;
        if (zero != 0) {
          word &= lowBytes(inWord);
        }
      } else {
        word = 0;
        inWord = 0;
        while (true) {
          if (at + inWord == limit) {
            throw new CodecException(
                "symbol: "
                    + (limit - start)
                    + " bytes to the end (expected: a zero byte among them)");
          }
          byte b = in.get(at + inWord);
          if (b == 0) {
            break;
          }
          word |= (b & 0xffL) << (inWord * Byte.SIZE);
          inWord++;
        }
      }
      if (at == start) {
        firstWord = word;
      }
      key = mix(key, word);
      at += inWord;
      if (inWord < Long.BYTES) {
        break;
      }
    }
    end = at + 1;
    int slot = slotOf(key);
    while (slots[slot] != FREE) {
      int symbol = slots[slot];
      if (keys[symbol] == key
          && firstWords[slot] == firstWord
          && sameName(names[symbol], in, start, at - start)) {
        return symbol;
      }
      slot = after(slot);
    }
    return add(in, start, at - start, firstWord, key);
  }

  /** Whether the name is these bytes; that the first eight agree is known. */
  private static boolean sameName(String name, ByteBuffer in, int start, int length) {
    if (name.length() != length) {
      return false;
    }
    for (int i = Long.BYTES; i < length; i++) {
      if (name.charAt(i) != (in.get(start + i) & 0xff)) {
        return false;
      }
    }
    return true;
  }

  private int add(ByteBuffer in, int start, int length, long firstWord, long key) {
    if (count == mostNames) {
      throw new CodecException(
          "symbols: more than " + mostNames + " different ones in a message (expected: fewer)");
    }
    if (count == names.length) {
      grow();
    }
    byte[] bytes = new byte[length];
    in.get(start, bytes);
    SymbolAtom atom =
        length == 0
            ? SymbolAtom.NULL
            : new SymbolAtom(new String(bytes, StandardCharsets.ISO_8859_1));
    int symbol = count++;
    atoms[symbol] = atom;
    names[symbol] = atom.name();
    keys[symbol] = key;
    byteCount += length;
    put(symbol, firstWord);
    return symbol;
  }

  private void put(int symbol, long firstWord) {
    int slot = slotOf(keys[symbol]);
    while (slots[slot] != FREE) {
      slot = after(slot);
    }
    slots[slot] = symbol;
    slotAtoms[slot] = atoms[symbol];
    firstWords[slot] = firstWord;
  }

  private void grow() {
    atoms = Arrays.copyOf(atoms, 2 * count);
    names = Arrays.copyOf(names, 2 * count);
    keys = Arrays.copyOf(keys, 2 * count);
    stamps = Arrays.copyOf(stamps, 2 * count);
    int[] oldSlots = slots;
    long[] oldFirstWords = firstWords;
    int slotsOfMany = SLOTS_OF_MANY * names.length;
    slots =
        freeSlots(
            names.length <= MANY_NAMES
                ? 2 * oldSlots.length
                : Math.max(oldSlots.length, slotsOfMany));
    firstWords = new long[slots.length];
    slotAtoms = new @Nullable SymbolAtom[slots.length];
    shift = shiftFor(slots.length);
    for (int slot = 0; slot < oldSlots.length; slot++) {
      if (oldSlots[slot] != FREE) {
        put(oldSlots[slot], oldFirstWords[slot]);
      }
    }
  }

  private static int[] freeSlots(int slotCount) {
    int[] slots = new int[slotCount];
    Arrays.fill(slots, FREE);
    return slots;
  }

  /** The slot where a name is looked for first: the highest bits of the product. */
  private int slotOf(long key) {
    return (int) ((key * multiplier) >>> shift);
  }

  private int after(int slot) {
    return (slot + 1) & (slots.length - 1);
  }

  private static int shiftFor(int slotCount) {
    return Long.SIZE - Integer.numberOfTrailingZeros(slotCount);
  }

  /** A set bit, the lowest one, in the first byte that is 0; no bit if there is none. */
  private static long firstZero(long word) {
    return (word - LOW_BITS) & ~word & HIGH_BITS;
  }

  /** All bits of the lowest {@code count} bytes, 0 to 7. */
  private static long lowBytes(int count) {
    return (1L << (count * Byte.SIZE)) - 1;
  }
}
