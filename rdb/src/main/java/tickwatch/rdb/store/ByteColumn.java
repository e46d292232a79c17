package tickwatch.rdb.store;

import java.util.Arrays;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.Vector;

/** A growing {@link ByteVector}. */
final class ByteColumn extends Column {
  private final QType type;
  private byte[][] chunks = new byte[1][];
  private int chunkCount;

  /** The chunk that was reserved last, which is where items go. */
  private byte[] last = {};

  ByteColumn(QType type) {
    this.type = type;
  }

  @Override
  QType type() {
    return type;
  }

  @Override
  boolean reserve(int chunk, int capacity) {
    if (chunk == chunkCount) {
      boolean full = chunk == chunks.length;
      if (full) {
        chunks = Arrays.copyOf(chunks, 2 * chunk);
      }
      last = new byte[capacity];
      chunks[chunk] = last;
      chunkCount++;
      return full;
    }
    if (chunks[chunk].length >= capacity) {
      return false;
    }
    byte[] grown = Arrays.copyOf(chunks[chunk], capacity);
    chunks = chunks.clone();
    chunks[chunk] = grown;
    last = grown;
    return true;
  }

  @Override
  boolean write(Vector items, int from, int at, int count) {
    if (!(items instanceof ByteVector source) || source.type() != type) {
      return false;
    }
    if (count == 1) {
      last[at] = source.get(from);
    } else {
      source.copyTo(from, last, at, count);
    }
    return true;
  }

  @Override
  byte[] last() {
    return last;
  }

  @Override
  void dropChunks(int count) {
    chunks = Arrays.copyOfRange(chunks, count, Math.max(count + 1, chunks.length));
    chunkCount -= count;
  }

  @Override
  Frame frame() {
    byte[][] held = chunks;
    return (from, to) -> ByteVector.ofChunks(type, held, to).slice(from, to);
  }

  @Override
  int itemBytes() {
    return Byte.BYTES;
  }
}
