package tickwatch.ipc.value;

import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A vector of 32-bit whole numbers: {@code INT, MONTH, DATE, MINUTE, SECOND, TIME}.
 *
 * <p>The items lie in one array, or in chunks of {@link Vector#CHUNK} items when they belong to a
 * growing column; either way {@link #get} is one or two array reads and a slice copies nothing.
 * Whoever builds a vector gives its arrays away.
 *
 * <p><b>Nulls.</b> {@link Null#INT} is null.
 */
public final class IntVector implements Vector {
  private static final int[] EMPTY = {};

  private final QType type;
  private final int[] array;
  private final int @Nullable [][] chunks;
  private final int offset;
  private final int length;
  private final Attribute attribute;

  private IntVector(
      QType type,
      int[] array,
      int @Nullable [][] chunks,
      int offset,
      int length,
      Attribute attribute) {
    if (type != QType.INT
        && type != QType.MONTH
        && type != QType.DATE
        && type != QType.MINUTE
        && type != QType.SECOND
        && type != QType.TIME) {
      throw new IllegalArgumentException("IntVector of type " + type);
    }
    this.type = type;
    this.array = array;
    this.chunks = chunks;
    this.offset = offset;
    this.length = length;
    this.attribute = attribute;
  }

  /** The given items, not copied. */
  public static IntVector of(QType type, int... items) {
    return new IntVector(type, items, null, 0, items.length, Attribute.NONE);
  }

  /** The first {@code length} of the given items, not copied. */
  public static IntVector ofPrefix(QType type, int[] items, int length) {
    if (length < 0 || length > items.length) {
      throw new IndexOutOfBoundsException("length " + length + " of " + items.length + " items");
    }
    return new IntVector(type, items, null, 0, length, Attribute.NONE);
  }

  /**
   * The first {@code length} items of chunks that hold {@link Vector#CHUNK} items each. The chunks
   * may go on growing behind {@code length}; nobody may change what lies before it.
   */
  public static IntVector ofChunks(QType type, int[][] chunks, int length) {
    if (length < 0 || length > (long) chunks.length * CHUNK) {
      throw new IndexOutOfBoundsException("length " + length + " of " + chunks.length + " chunks");
    }
    return new IntVector(type, EMPTY, chunks, 0, length, Attribute.NONE);
  }

  /**
   * The item at {@code index}, 0 to {@code length - 1}; not checked beyond what the arrays
   * themselves check.
   */
  public int get(int index) {
    int at = offset + index;
    return chunks == null ? array[at] : chunks[at >>> CHUNK_SHIFT][at & CHUNK_MASK];
  }

  /**
   * The array that the item at {@code index} lies in, for loops over long vectors. Only to be read.
   * The item is at {@link #place}, and as many as {@link #run} follow each other there.
   */
  public int[] items(int index) {
    return chunks == null ? array : chunks[(offset + index) >>> CHUNK_SHIFT];
  }

  /** Where the item at {@code index} lies in the array of {@link #items}. */
  public int place(int index) {
    int at = offset + index;
    return chunks == null ? at : at & CHUNK_MASK;
  }

  /** How many items from {@code index} on lie one behind the other in that array. */
  public int run(int index) {
    return chunks == null
        ? length - index
        : Math.min(length - index, CHUNK - ((offset + index) & CHUNK_MASK));
  }

  /** Copies {@code count} items from {@code from} on into {@code target}. */
  public void copyTo(int from, int[] target, int targetFrom, int count) {
    Objects.checkFromIndexSize(from, count, length);
    if (chunks == null) {
      System.arraycopy(array, offset + from, target, targetFrom, count);
      return;
    }
    int at = offset + from;
    int left = count;
    int to = targetFrom;
    while (left > 0) {
      int inChunk = at & CHUNK_MASK;
      int step = Math.min(left, CHUNK - inChunk);
      System.arraycopy(chunks[at >>> CHUNK_SHIFT], inChunk, target, to, step);
      at += step;
      to += step;
      left -= step;
    }
  }

  /** Puts {@code count} items from {@code from} on into {@code target}, at its position. */
  public void copyTo(int from, IntBuffer target, int count) {
    Objects.checkFromIndexSize(from, count, length);
    if (chunks == null) {
      target.put(array, offset + from, count);
      return;
    }
    int at = offset + from;
    int left = count;
    while (left > 0) {
      int inChunk = at & CHUNK_MASK;
      int step = Math.min(left, CHUNK - inChunk);
      target.put(chunks[at >>> CHUNK_SHIFT], inChunk, step);
      at += step;
      left -= step;
    }
  }

  /** A fresh array of all items. */
  public int[] toArray() {
    int[] items = new int[length];
    copyTo(0, items, 0, length);
    return items;
  }

  @Override
  public QType type() {
    return type;
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public Attribute attribute() {
    return attribute;
  }

  @Override
  public IntVector withAttribute(Attribute wanted) {
    return wanted == attribute ? this : new IntVector(type, array, chunks, offset, length, wanted);
  }

  @Override
  public IntVector slice(int from, int to) {
    Objects.checkFromToIndex(from, to, length);
    return new IntVector(type, array, chunks, offset + from, to - from, attribute.ofSlice());
  }

  @Override
  public IntVector at(int[] indexes, int count) {
    int[] items = new int[count];
    for (int i = 0; i < count; i++) {
      int index = indexes[i];
      items[i] = index >= 0 && index < length ? get(index) : Null.INT;
    }
    return new IntVector(type, items, null, 0, count, Attribute.NONE);
  }

  @Override
  public Value item(int index) {
    Objects.checkIndex(index, length);
    return new IntAtom(type, get(index));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (this == other) {
      return true;
    }
    if (!(other instanceof IntVector that) || that.length != length || that.type != type) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (get(i) != that.get(i)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    return 31 * type().hashCode() + Arrays.hashCode(toArray());
  }

  @Override
  public String toString() {
    return type() + Arrays.toString(toArray());
  }
}
