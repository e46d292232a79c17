package tickwatch.ipc.value;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A vector of single bytes: {@code BOOLEAN, BYTE, CHAR}.
 *
 * <p>The items lie in one array, or in chunks of {@link Vector#CHUNK} items when they belong to a
 * growing column; either way {@link #get} is one or two array reads and a slice copies nothing.
 * Whoever builds a vector gives its arrays away.
 *
 * <p><b>Nulls.</b> A blank is the null char; booleans and bytes have none.
 */
public final class ByteVector implements Vector {
  private static final byte[] EMPTY = {};

  private final QType type;
  private final byte[] array;
  private final byte @Nullable [][] chunks;
  private final int offset;
  private final int length;
  private final Attribute attribute;

  private ByteVector(
      QType type,
      byte[] array,
      byte @Nullable [][] chunks,
      int offset,
      int length,
      Attribute attribute) {
    if (type != QType.BOOLEAN && type != QType.BYTE && type != QType.CHAR) {
      throw new IllegalArgumentException("ByteVector of type " + type);
    }
    this.type = type;
    this.array = array;
    this.chunks = chunks;
    this.offset = offset;
    this.length = length;
    this.attribute = attribute;
  }

  /** The given items, not copied. */
  public static ByteVector of(QType type, byte... items) {
    return new ByteVector(type, items, null, 0, items.length, Attribute.NONE);
  }

  /** The char vector of a Java string, in UTF-8. */
  public static ByteVector string(String text) {
    return of(QType.CHAR, text.getBytes(StandardCharsets.UTF_8));
  }

  /** The bytes read as UTF-8 text. */
  public String text() {
    return new String(toArray(), StandardCharsets.UTF_8);
  }

  /** The first {@code length} of the given items, not copied. */
  public static ByteVector ofPrefix(QType type, byte[] items, int length) {
    if (length < 0 || length > items.length) {
      throw new IndexOutOfBoundsException("length " + length + " of " + items.length + " items");
    }
    return new ByteVector(type, items, null, 0, length, Attribute.NONE);
  }

  /**
   * The first {@code length} items of chunks that hold {@link Vector#CHUNK} items each. The chunks
   * may go on growing behind {@code length}; nobody may change what lies before it.
   */
  public static ByteVector ofChunks(QType type, byte[][] chunks, int length) {
    if (length < 0 || length > (long) chunks.length * CHUNK) {
      throw new IndexOutOfBoundsException("length " + length + " of " + chunks.length + " chunks");
    }
    return new ByteVector(type, EMPTY, chunks, 0, length, Attribute.NONE);
  }

  /**
   * The item at {@code index}, 0 to {@code length - 1}; not checked beyond what the arrays
   * themselves check.
   */
  public byte get(int index) {
    int at = offset + index;
    return chunks == null ? array[at] : chunks[at >>> CHUNK_SHIFT][at & CHUNK_MASK];
  }

  /** Copies {@code count} items from {@code from} on into {@code target}. */
  public void copyTo(int from, byte[] target, int targetFrom, int count) {
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
  public void copyTo(int from, ByteBuffer target, int count) {
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
  public byte[] toArray() {
    byte[] items = new byte[length];
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
  public ByteVector withAttribute(Attribute wanted) {
    return wanted == attribute ? this : new ByteVector(type, array, chunks, offset, length, wanted);
  }

  @Override
  public ByteVector slice(int from, int to) {
    Objects.checkFromToIndex(from, to, length);
    return new ByteVector(type, array, chunks, offset + from, to - from, attribute.ofSlice());
  }

  @Override
  public ByteVector at(int[] indexes, int count) {
    byte[] items = new byte[count];
    for (int i = 0; i < count; i++) {
      int index = indexes[i];
      items[i] = index >= 0 && index < length ? get(index) : (byte) (type == QType.CHAR ? ' ' : 0);
    }
    return new ByteVector(type, items, null, 0, count, Attribute.NONE);
  }

  @Override
  public Value item(int index) {
    Objects.checkIndex(index, length);
    return new ByteAtom(type, get(index));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (this == other) {
      return true;
    }
    if (!(other instanceof ByteVector that) || that.length != length || that.type != type) {
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
