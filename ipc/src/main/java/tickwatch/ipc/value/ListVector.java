package tickwatch.ipc.value;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A vector of any values: q's general list: {@code LIST}.
 *
 * <p>The items lie in one array, or in chunks of {@link Vector#CHUNK} items when they belong to a
 * growing column; either way {@link #get} is one or two array reads and a slice copies nothing. Or
 * they are an {@link AtomRow}, whose atoms are made when they are asked for. Whoever builds a
 * vector gives its arrays away.
 *
 * <p><b>Nulls.</b> An index out of range gives {@code ::}.
 */
public final class ListVector implements Vector {
  private static final Value[] EMPTY = {};

  private final Value[] array;
  private final Value @Nullable [][] chunks;
  private final @Nullable AtomRow row;
  private final int offset;
  private final int length;
  private final Attribute attribute;

  private ListVector(
      Value[] array,
      Value @Nullable [][] chunks,
      @Nullable AtomRow row,
      int offset,
      int length,
      Attribute attribute) {
    this.array = array;
    this.chunks = chunks;
    this.row = row;
    this.offset = offset;
    this.length = length;
    this.attribute = attribute;
  }

  /** The given items, not copied. */
  public static ListVector of(Value... items) {
    return new ListVector(items, null, null, 0, items.length, Attribute.NONE);
  }

  /** The atoms of a row. */
  public static ListVector ofRow(AtomRow row) {
    return new ListVector(EMPTY, null, row, 0, row.length(), Attribute.NONE);
  }

  /** The first {@code length} of the given items, not copied. */
  public static ListVector ofPrefix(Value[] items, int length) {
    if (length < 0 || length > items.length) {
      throw new IndexOutOfBoundsException("length " + length + " of " + items.length + " items");
    }
    return new ListVector(items, null, null, 0, length, Attribute.NONE);
  }

  /**
   * The first {@code length} items of chunks that hold {@link Vector#CHUNK} items each. The chunks
   * may go on growing behind {@code length}; nobody may change what lies before it.
   */
  public static ListVector ofChunks(Value[][] chunks, int length) {
    if (length < 0 || length > (long) chunks.length * CHUNK) {
      throw new IndexOutOfBoundsException("length " + length + " of " + chunks.length + " chunks");
    }
    return new ListVector(EMPTY, chunks, null, 0, length, Attribute.NONE);
  }

  /**
   * The item at {@code index}, 0 to {@code length - 1}; not checked beyond what the arrays
   * themselves check.
   */
  public Value get(int index) {
    int at = offset + index;
    if (row != null) {
      return row.get(at);
    }
    return chunks == null ? array[at] : chunks[at >>> CHUNK_SHIFT][at & CHUNK_MASK];
  }

  /** Copies {@code count} items from {@code from} on into {@code target}. */
  public void copyTo(int from, Value[] target, int targetFrom, int count) {
    Objects.checkFromIndexSize(from, count, length);
    if (row != null) {
      for (int i = 0; i < count; i++) {
        target[targetFrom + i] = row.get(offset + from + i);
      }
      return;
    }
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

  /** What all items lie in if they are atoms without objects, else null. */
  public @Nullable AtomRow row() {
    return row != null && row.length() == length ? row : null;
  }

  /** The item as a column of one row: an atom enlisted, anything else in a general list. */
  public Vector enlist(int index) {
    Value item = item(index);
    return item instanceof Atom atom ? atom.enlist() : of(item);
  }

  /** A fresh array of all items. */
  public Value[] toArray() {
    Value[] items = new Value[length];
    copyTo(0, items, 0, length);
    return items;
  }

  @Override
  public QType type() {
    return QType.LIST;
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
  public ListVector withAttribute(Attribute wanted) {
    return wanted == attribute ? this : new ListVector(array, chunks, row, offset, length, wanted);
  }

  @Override
  public ListVector slice(int from, int to) {
    Objects.checkFromToIndex(from, to, length);
    return new ListVector(array, chunks, row, offset + from, to - from, attribute.ofSlice());
  }

  @Override
  public ListVector at(int[] indexes, int count) {
    Value[] items = new Value[count];
    for (int i = 0; i < count; i++) {
      int index = indexes[i];
      items[i] = index >= 0 && index < length ? get(index) : UnaryPrimitive.IDENTITY;
    }
    return new ListVector(items, null, null, 0, count, Attribute.NONE);
  }

  @Override
  public Value item(int index) {
    Objects.checkIndex(index, length);
    return get(index);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (this == other) {
      return true;
    }
    if (!(other instanceof ListVector that) || that.length != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (!get(i).equals(that.get(i))) {
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
