package tickwatch.ipc.value;

import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A vector of 64-bit whole numbers: {@code LONG, TIMESTAMP, TIMESPAN}.
 *
 * <p>The items lie in one array, or in chunks of {@link Vector#CHUNK} items when they belong to a
 * growing column; either way {@link #get} is one or two array reads and a slice copies nothing.
 * Whoever builds a vector gives its arrays away.
 *
 * <p><b>Nulls.</b> {@link Null#LONG} is null.
 */
public final class LongVector implements Vector {
  /**
   * What numbers point at.
   *
   * @param table the name of a table
   * @param rows whether they are its row numbers (a link); else they are its keys (a foreign key)
   */
  public record Pointed(String table, boolean rows) {}

  private static final long[] EMPTY = {};

  private final QType type;
  private final long[] array;
  private final long @Nullable [][] chunks;
  private final int offset;
  private final int length;
  private final Attribute attribute;
  private final @Nullable Pointed pointed;

  private LongVector(
      QType type,
      long[] array,
      long @Nullable [][] chunks,
      int offset,
      int length,
      Attribute attribute,
      @Nullable Pointed pointed) {
    if (type != QType.LONG && type != QType.TIMESTAMP && type != QType.TIMESPAN) {
      throw new IllegalArgumentException("LongVector of type " + type);
    }
    this.type = type;
    this.array = array;
    this.chunks = chunks;
    this.offset = offset;
    this.length = length;
    this.attribute = attribute;
    this.pointed = pointed;
  }

  /** The given items, not copied. */
  public static LongVector of(QType type, long... items) {
    return new LongVector(type, items, null, 0, items.length, Attribute.NONE, null);
  }

  /** The first {@code length} of the given items, not copied. */
  public static LongVector ofPrefix(QType type, long[] items, int length) {
    if (length < 0 || length > items.length) {
      throw new IndexOutOfBoundsException("length " + length + " of " + items.length + " items");
    }
    return new LongVector(type, items, null, 0, length, Attribute.NONE, null);
  }

  /**
   * The first {@code length} items of chunks that hold {@link Vector#CHUNK} items each. The chunks
   * may go on growing behind {@code length}; nobody may change what lies before it.
   */
  public static LongVector ofChunks(QType type, long[][] chunks, int length) {
    if (length < 0 || length > (long) chunks.length * CHUNK) {
      throw new IndexOutOfBoundsException("length " + length + " of " + chunks.length + " chunks");
    }
    return new LongVector(type, EMPTY, chunks, 0, length, Attribute.NONE, null);
  }

  /**
   * The item at {@code index}, 0 to {@code length - 1}; not checked beyond what the arrays
   * themselves check.
   */
  public long get(int index) {
    int at = offset + index;
    return chunks == null ? array[at] : chunks[at >>> CHUNK_SHIFT][at & CHUNK_MASK];
  }

  /**
   * The array that the item at {@code index} lies in, for loops over long vectors. Only to be read.
   * The item is at {@link #place}, and as many as {@link #run} follow each other there.
   */
  public long[] items(int index) {
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
  public void copyTo(int from, long[] target, int targetFrom, int count) {
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
  public void copyTo(int from, LongBuffer target, int count) {
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
  public long[] toArray() {
    long[] items = new long[length];
    copyTo(0, items, 0, length);
    return items;
  }

  /** What these point at in a table; null where they are numbers and nothing else. */
  public @Nullable Pointed pointed() {
    return pointed;
  }

  /**
   * The same numbers, pointing into a table. They print so and have a type number of their own; in
   * all else, and on the wire, they are numbers.
   *
   * @param wanted null for plain numbers
   * @throws IllegalArgumentException for numbers that point, where the type is not {@code LONG}
   */
  public LongVector pointing(@Nullable Pointed wanted) {
    if (wanted != null && type != QType.LONG) {
      throw new IllegalArgumentException("pointers of type " + type);
    }
    return Objects.equals(wanted, pointed)
        ? this
        : new LongVector(type, array, chunks, offset, length, attribute, wanted);
  }

  @Override
  public int typeNumber() {
    return pointed == null ? type.number() : QType.ENUMERATION;
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
  public LongVector withAttribute(Attribute wanted) {
    return wanted == attribute
        ? this
        : new LongVector(type, array, chunks, offset, length, wanted, pointed);
  }

  @Override
  public LongVector slice(int from, int to) {
    Objects.checkFromToIndex(from, to, length);
    return new LongVector(
        type, array, chunks, offset + from, to - from, attribute.ofSlice(), pointed);
  }

  @Override
  public LongVector at(int[] indexes, int count) {
    long[] items = new long[count];
    for (int i = 0; i < count; i++) {
      int index = indexes[i];
      items[i] = index >= 0 && index < length ? get(index) : Null.LONG;
    }
    return new LongVector(type, items, null, 0, count, Attribute.NONE, pointed);
  }

  @Override
  public Value item(int index) {
    Objects.checkIndex(index, length);
    return new LongAtom(type, get(index));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (this == other) {
      return true;
    }
    if (!(other instanceof LongVector that) || that.length != length || that.type != type) {
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
