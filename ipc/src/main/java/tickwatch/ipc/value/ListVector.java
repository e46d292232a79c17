package tickwatch.ipc.value;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A vector of any values: q's general list: {@code LIST}.
 *
 * <p>The items lie in one array, or in chunks of {@link Vector#CHUNK} items when they belong to a
 * growing column; either way {@link #get} is one or two array reads. Or they are an {@link
 * AtomRow}, whose atoms are made when they are asked for. A slice copies nothing. Whoever builds a
 * vector gives its arrays away.
 *
 * <p><b>Nulls.</b> An index out of range gives {@code ::}.
 */
public abstract sealed class ListVector implements Vector
    permits AtomRow, ListVector.Three, ListVector.Items, ListVector.Chunks {
  /** Where the first item lies in what the items lie in. */
  final int offset;

  private final int length;
  private final Attribute attribute;

  ListVector(int offset, int length, Attribute attribute) {
    this.offset = offset;
    this.length = length;
    this.attribute = attribute;
  }

  /** The given items, not copied. */
  public static ListVector of(Value... items) {
    return new Items(items, 0, items.length, Attribute.NONE);
  }

  /** Three items. */
  public static ListVector of(Value first, Value second, Value third) {
    return new Three(first, second, third, 0, 3, Attribute.NONE);
  }

  /** The first {@code length} of the given items, not copied. */
  public static ListVector ofPrefix(Value[] items, int length) {
    if (length < 0 || length > items.length) {
      throw new IndexOutOfBoundsException("length " + length + " of " + items.length + " items");
    }
    return new Items(items, 0, length, Attribute.NONE);
  }

  /**
   * The first {@code length} items of chunks that hold {@link Vector#CHUNK} items each. The chunks
   * may go on growing behind {@code length}; nobody may change what lies before it.
   */
  public static ListVector ofChunks(Value[][] chunks, int length) {
    if (length < 0 || length > (long) chunks.length * CHUNK) {
      throw new IndexOutOfBoundsException("length " + length + " of " + chunks.length + " chunks");
    }
    return new Chunks(chunks, 0, length, Attribute.NONE);
  }

  /**
   * The item at {@code index}, 0 to {@code length - 1}; not checked beyond what the arrays
   * themselves check.
   */
  public abstract Value get(int index);

  /** What lies where these items do. */
  abstract ListVector part(int offset, int length, Attribute attribute);

  /** Copies {@code count} items from {@code from} on into {@code target}. */
  public void copyTo(int from, Value[] target, int targetFrom, int count) {
    Objects.checkFromIndexSize(from, count, length);
    for (int i = 0; i < count; i++) {
      target[targetFrom + i] = get(from + i);
    }
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

  /**
   * How many lists, dictionaries and tables lie within each other here, this one included: 1 where
   * every item is an atom, a function or a vector of one type. Items are looked at once, however
   * often this is asked and however many lists share them.
   */
  public int depth() {
    return (int) (shape() >>> 32);
  }

  /**
   * How many atoms, functions and vectors of one type a walk through everything in this list would
   * meet: what is shared is met again wherever it lies. {@link Integer#MAX_VALUE} for more.
   */
  public int leaves() {
    return (int) shape();
  }

  /** The depth in the upper half, the leaves in the lower. */
  long shape() {
    int deepest = 0;
    long met = 0;
    for (int i = 0; i < length; i++) {
      long shape = shapeOf(get(i));
      deepest = Math.max(deepest, (int) (shape >>> 32));
      met += (int) shape;
    }
    return shape(1 + deepest, met);
  }

  static long shape(int depth, long leaves) {
    return (long) depth << 32 | Math.min(Integer.MAX_VALUE, leaves);
  }

  private static long shapeOf(Value value) {
    if (value instanceof ListVector list) {
      return list.shape();
    }
    if (value instanceof Dictionary d) {
      long keys = shapeOf(d.keys());
      long values = shapeOf(d.values());
      return shape(1 + (int) (Math.max(keys, values) >>> 32), (long) (int) keys + (int) values);
    }
    if (value instanceof Table table) {
      int deepest = 0;
      long met = 0;
      for (Vector column : table.columns()) {
        long shape = shapeOf(column);
        deepest = Math.max(deepest, (int) (shape >>> 32));
        met += (int) shape;
      }
      return shape(1 + deepest, met);
    }
    return 1;
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
    return wanted == attribute ? this : part(offset, length, wanted);
  }

  @Override
  public ListVector slice(int from, int to) {
    Objects.checkFromToIndex(from, to, length);
    return part(offset + from, to - from, attribute.ofSlice());
  }

  @Override
  public ListVector at(int[] indexes, int count) {
    Value[] items = new Value[count];
    for (int i = 0; i < count; i++) {
      int index = indexes[i];
      items[i] = index >= 0 && index < length ? get(index) : UnaryPrimitive.IDENTITY;
    }
    return of(items);
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

  /** Three items, which most messages are, or a part of them: no array is made for these. */
  static final class Three extends ListVector {
    private final Value first;
    private final Value second;
    private final Value third;

    private Three(
        Value first, Value second, Value third, int offset, int length, Attribute attribute) {
      super(offset, length, attribute);
      this.first = first;
      this.second = second;
      this.third = third;
    }

    @Override
    public Value get(int index) {
      return switch (offset + index) {
        case 0 -> first;
        case 1 -> second;
        case 2 -> third;
        default -> throw new IndexOutOfBoundsException(index);
      };
    }

    @Override
    ListVector part(int offset, int length, Attribute attribute) {
      return new Three(first, second, third, offset, length, attribute);
    }
  }

  /** Items in one array. */
  static final class Items extends ListVector {
    private final Value[] array;
    private long shape;

    private Items(Value[] array, int offset, int length, Attribute attribute) {
      super(offset, length, attribute);
      this.array = array;
    }

    @Override
    public Value get(int index) {
      return array[offset + index];
    }

    @Override
    ListVector part(int offset, int length, Attribute attribute) {
      return new Items(array, offset, length, attribute);
    }

    @Override
    long shape() {
      // Threads that measure at the same time find the same.
      if (shape == 0) {
        shape = super.shape();
      }
      return shape;
    }

    @Override
    public void copyTo(int from, Value[] target, int targetFrom, int count) {
      Objects.checkFromIndexSize(from, count, length());
      System.arraycopy(array, offset + from, target, targetFrom, count);
    }
  }

  /** Items in the chunks of a growing column. */
  static final class Chunks extends ListVector {
    private final Value[][] chunks;
    private long shape;

    private Chunks(Value[][] chunks, int offset, int length, Attribute attribute) {
      super(offset, length, attribute);
      this.chunks = chunks;
    }

    @Override
    public Value get(int index) {
      int at = offset + index;
      return chunks[at >>> CHUNK_SHIFT][at & CHUNK_MASK];
    }

    @Override
    ListVector part(int offset, int length, Attribute attribute) {
      return new Chunks(chunks, offset, length, attribute);
    }

    @Override
    long shape() {
      // Threads that measure at the same time find the same.
      if (shape == 0) {
        shape = super.shape();
      }
      return shape;
    }

    @Override
    public void copyTo(int from, Value[] target, int targetFrom, int count) {
      Objects.checkFromIndexSize(from, count, length());
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
  }
}
