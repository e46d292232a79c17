package tickwatch.ipc.codec;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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
 * longs. The hash starts from a number that differs from decoder to decoder: a peer cannot choose
 * names that collide.
 *
 * <p><b>Limits.</b> Within one message it grows as the message's own names demand. {@link #trim}
 * empties it when it holds more than {@value #MAX_NAMES} names or {@value #MAX_BYTES} bytes of
 * names, so between messages it takes half a megabyte at most.
 *
 * <p><b>Threads.</b> One.
 */
final class SymbolCache {
  static final int MAX_NAMES = 4096;
  static final int MAX_BYTES = 1 << 16;

  private static final int FIRST_CAPACITY = 64;
  private static final long LOW_BITS = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;

  private final long seed;

  /** Entry + 1 of the name whose hash leads here, 0 for none; at least twice as many as names. */
  private int[] slots = new int[2 * FIRST_CAPACITY];

  private @Nullable SymbolAtom[] atoms = new @Nullable SymbolAtom[FIRST_CAPACITY];
  private long[] firstWords = new long[FIRST_CAPACITY];
  private int[] hashes = new int[FIRST_CAPACITY];

  /** Which vector gave the entry a code last, and the code. */
  private int[] vectorNumbers = new int[FIRST_CAPACITY];

  private int[] codes = new int[FIRST_CAPACITY];

  private int count;
  private int byteCount;
  private int vectorNumber;

  SymbolCache() {
    seed = mix(System.nanoTime() ^ ((long) System.identityHashCode(this) << 32));
  }

  int count() {
    return count;
  }

  /** Called between messages: empties the table when it has become too large. */
  void trim() {
    if (count <= MAX_NAMES && byteCount <= MAX_BYTES) {
      return;
    }
    slots = new int[2 * FIRST_CAPACITY];
    atoms = new @Nullable SymbolAtom[FIRST_CAPACITY];
    firstWords = new long[FIRST_CAPACITY];
    hashes = new int[FIRST_CAPACITY];
    vectorNumbers = new int[FIRST_CAPACITY];
    codes = new int[FIRST_CAPACITY];
    count = 0;
    byteCount = 0;
    vectorNumber = 0;
  }

  /** Reads one symbol and its terminator at the buffer's position. */
  SymbolAtom read(ByteBuffer in, boolean littleEndian) {
    return atom(find(in, littleEndian));
  }

  /** Reads {@code length} symbols, each with its terminator, at the buffer's position. */
  SymbolVector readVector(ByteBuffer in, boolean littleEndian, int length) {
    if (++vectorNumber == 0) {
      Arrays.fill(vectorNumbers, 0);
      vectorNumber = 1;
    }
    int[] items = new int[length];
    String[] domain = new String[Math.min(length, 16)];
    int used = 0;
    for (int i = 0; i < length; i++) {
      int entry = find(in, littleEndian);
      if (vectorNumbers[entry] != vectorNumber) {
        if (used == domain.length) {
          domain = Arrays.copyOf(domain, Math.min(length, 2 * used));
        }
        vectorNumbers[entry] = vectorNumber;
        codes[entry] = used;
        domain[used++] = atom(entry).name();
      }
      items[i] = codes[entry];
    }
    return SymbolVector.ofCodes(domain, used, true, IntVector.of(QType.INT, items));
  }

  private SymbolAtom atom(int entry) {
    SymbolAtom atom = atoms[entry];
    if (atom == null) {
      throw new IllegalStateException("symbol " + entry + " of " + count);
    }
    return atom;
  }

  /** The entry of the symbol at the buffer's position, which moves behind its terminator. */
  private int find(ByteBuffer in, boolean littleEndian) {
    int start = in.position();
    int limit = in.limit();
    int at = start;
    long firstWord = 0;
    long hash = seed;
    while (true) {
      long word;
      int inWord;
      if (limit - at >= Long.BYTES) {
        word = littleEndian ? in.getLong(at) : Long.reverseBytes(in.getLong(at));
        // The lowest high bit that is set here marks the first byte that is 0.
        long zero = (word - LOW_BITS) & ~word & HIGH_BITS;
        if (zero == 0) {
          inWord = Long.BYTES;
        } else {
          inWord = Long.numberOfTrailingZeros(zero) >>> 3;
          word &= (1L << (inWord * Byte.SIZE)) - 1;
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
      hash = mix(hash ^ word);
      at += inWord;
      if (inWord < Long.BYTES) {
        break;
      }
    }
    in.position(at + 1);

    int shortHash = (int) hash;
    int mask = slots.length - 1;
    int slot = shortHash & mask;
    while (true) {
      int entry = slots[slot] - 1;
      if (entry < 0) {
        return add(in, start, at - start, firstWord, shortHash);
      }
      if (hashes[entry] == shortHash
          && firstWords[entry] == firstWord
          && sameName(atom(entry).name(), in, start, at - start)) {
        return entry;
      }
      slot = (slot + 1) & mask;
    }
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

  private int add(ByteBuffer in, int start, int length, long firstWord, int hash) {
    if (count == atoms.length) {
      grow();
    }
    byte[] bytes = new byte[length];
    in.get(start, bytes);
    atoms[count] =
        length == 0
            ? SymbolAtom.NULL
            : new SymbolAtom(new String(bytes, StandardCharsets.ISO_8859_1));
    firstWords[count] = firstWord;
    hashes[count] = hash;
    vectorNumbers[count] = 0;
    byteCount += length;
    put(count);
    return count++;
  }

  private void put(int entry) {
    int mask = slots.length - 1;
    int slot = hashes[entry] & mask;
    while (slots[slot] != 0) {
      slot = (slot + 1) & mask;
    }
    slots[slot] = entry + 1;
  }

  private void grow() {
    int capacity = 2 * count;
    atoms = Arrays.copyOf(atoms, capacity);
    firstWords = Arrays.copyOf(firstWords, capacity);
    hashes = Arrays.copyOf(hashes, capacity);
    vectorNumbers = Arrays.copyOf(vectorNumbers, capacity);
    codes = Arrays.copyOf(codes, capacity);
    slots = new int[2 * capacity];
    for (int entry = 0; entry < count; entry++) {
      put(entry);
    }
  }

  private static long mix(long bits) {
    long mixed = (bits ^ (bits >>> 32)) * 0x9e3779b97f4a7c15L;
    mixed = (mixed ^ (mixed >>> 29)) * 0xbf58476d1ce4e5b9L;
    return mixed ^ (mixed >>> 32);
  }
}
