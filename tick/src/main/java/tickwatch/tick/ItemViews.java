package tickwatch.tick;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Copies items of eight bytes, little-endian, out of a buffer from whatever index they begin at,
 * without an object for each copy: a view of the buffer for each of the eight places that an index
 * may have in a word is made once, for as long as the buffer is the same one.
 *
 * <p><b>Threads.</b> One at a time.
 */
final class ItemViews {
  private static final int WORD_SHIFT = 3;
  private static final int WORD_MASK = 7;

  private @Nullable ByteBuffer viewed;
  private final @Nullable LongBuffer[] longs = new @Nullable LongBuffer[WORD_MASK + 1];
  private final @Nullable DoubleBuffer[] doubles = new @Nullable DoubleBuffer[WORD_MASK + 1];

  /** Copies {@code count} longs from {@code at} on. */
  void get(ByteBuffer bytes, int at, long[] target, int from, int count) {
    look(bytes);
    int place = at & WORD_MASK;
    LongBuffer view = longs[place];
    if (view == null) {
      view = from(bytes, place).asLongBuffer();
      longs[place] = view;
    }
    view.get(at >>> WORD_SHIFT, target, from, count);
  }

  /** Copies {@code count} doubles from {@code at} on. */
  void get(ByteBuffer bytes, int at, double[] target, int from, int count) {
    look(bytes);
    int place = at & WORD_MASK;
    DoubleBuffer view = doubles[place];
    if (view == null) {
      view = from(bytes, place).asDoubleBuffer();
      doubles[place] = view;
    }
    view.get(at >>> WORD_SHIFT, target, from, count);
  }

  @SuppressWarnings("ReferenceEquality") // equals would compare the bytes
  private void look(ByteBuffer bytes) {
    if (bytes != viewed) {
      Arrays.fill(longs, null);
      Arrays.fill(doubles, null);
      viewed = bytes;
    }
  }

  private static ByteBuffer from(ByteBuffer bytes, int place) {
    return bytes.duplicate().clear().position(place).slice().order(ByteOrder.LITTLE_ENDIAN);
  }
}
