package tickwatch.tickerplant;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import tickwatch.tick.ValueBytes;

/**
 * A map from syms that is asked with the bytes of a sym where they lie, so that nothing is made to
 * ask it. It never changes.
 *
 * <p>Open addressing with linear probing, half full at most; a hash is made of eight bytes a step.
 *
 * <p><b>Threads.</b> Any.
 */
final class SymIndex<V> {
  private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

  /** Each with its 00; null where there is none. */
  private final byte[] @Nullable [] keys;

  private final @Nullable Object[] values;
  private final int mask;

  /** So that nobody can choose syms that all lie in one place. */
  private final long seed = new SplittableRandom().nextLong();

  /**
   * @param bySym syms of one char a byte
   */
  SymIndex(Map<String, V> bySym) {
    int capacity = Integer.highestOneBit(Math.max(4, bySym.size()) * 4 - 1);
    keys = new byte[capacity][];
    values = new Object[capacity];
    mask = capacity - 1;
    bySym.forEach(this::put);
  }

  private void put(String sym, V value) {
    byte[] name = sym.getBytes(StandardCharsets.ISO_8859_1);
    byte[] key = Arrays.copyOf(name, name.length + 1);
    ByteBuffer bytes = ByteBuffer.wrap(key).order(ByteOrder.LITTLE_ENDIAN);
    int slot = slot(hash(bytes, 0, key.length));
    while (keys[slot] != null) {
      slot = (slot + 1) & mask;
    }
    keys[slot] = key;
    values[slot] = value;
  }

  private int slot(long hash) {
    return (int) (hash >>> 32) & mask;
  }

  /**
   * What belongs to a sym, or null.
   *
   * @param bytes little-endian
   * @param at where the sym begins
   * @param end behind its 00
   */
  @SuppressWarnings("unchecked") // only put() writes them
  @Nullable V get(ByteBuffer bytes, int at, int end) {
    int slot = slot(hash(bytes, at, end));
    while (true) {
      byte[] key = keys[slot];
      if (key == null) {
        return null;
      }
      if (key.length == end - at && ValueBytes.startsWith(bytes, at, end, key)) {
        return (V) values[slot];
      }
      slot = (slot + 1) & mask;
    }
  }

  /** Of the bytes with their 00, as if more of these followed. */
  private long hash(ByteBuffer bytes, int at, int end) {
    long hash = seed;
    int next = at;
    for (; end - next >= 8; next += 8) {
      hash = mixed(hash, bytes.getLong(next));
    }
    long rest = 0;
    for (int shift = 0; next < end; next++, shift += 8) {
      rest |= (bytes.get(next) & 0xffL) << shift;
    }
    return mixed(hash, rest);
  }

  private static long mixed(long hash, long eight) {
    long product = (hash ^ eight) * MULTIPLIER;
    return product ^ (product >>> 29);
  }
}
