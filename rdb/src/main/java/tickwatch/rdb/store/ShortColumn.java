package tickwatch.rdb.store;

import java.util.Arrays;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.ShortVector;
import tickwatch.ipc.value.Vector;

/** A growing {@link ShortVector}. */
final class ShortColumn extends Column {
  private short[][] chunks = new short[1][];
  private int chunkCount;

  /** The chunk that was reserved last, which is where items go. */
  private short[] last = {};

  @Override
  QType type() {
    return QType.SHORT;
  }

  @Override
  boolean reserve(int chunk, int capacity) {
    if (chunk == chunkCount) {
      boolean full = chunk == chunks.length;
      if (full) {
        chunks = Arrays.copyOf(chunks, 2 * chunk);
      }
      last = new short[capacity];
      chunks[chunk] = last;
      chunkCount++;
      return full;
    }
    if (chunks[chunk].length >= capacity) {
      return false;
    }
    short[] grown = Arrays.copyOf(chunks[chunk], capacity);
    chunks = chunks.clone();
    chunks[chunk] = grown;
    last = grown;
    return true;
  }

  @Override
  boolean write(Vector items, int from, int at, int count) {
    if (!(items instanceof ShortVector source)) {
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
  short[] last() {
    return last;
  }

  @Override
  void dropChunks(int count) {
    chunks = Arrays.copyOfRange(chunks, count, Math.max(count + 1, chunks.length));
    chunkCount -= count;
  }

  @Override
  Frame frame() {
    short[][] held = chunks;
    return (from, to) -> ShortVector.ofChunks(held, to).slice(from, to);
  }

  @Override
  int itemBytes() {
    return Short.BYTES;
  }
}
