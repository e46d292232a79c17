package tickwatch.rdb.store;

import java.util.Arrays;
import java.util.function.IntFunction;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.ShortVector;
import tickwatch.ipc.value.Vector;

/** A growing {@link ShortVector}. */
final class ShortColumn extends Column {
  private short[][] chunks = new short[1][];
  private int chunkCount;

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
      chunks[chunk] = new short[capacity];
      chunkCount++;
      return full;
    }
    if (chunks[chunk].length >= capacity) {
      return false;
    }
    short[] grown = Arrays.copyOf(chunks[chunk], capacity);
    chunks = chunks.clone();
    chunks[chunk] = grown;
    return true;
  }

  @Override
  void write(Vector items, int from, int chunk, int at, int count) {
    ShortVector source = (ShortVector) items;
    if (count == 1) {
      chunks[chunk][at] = source.get(from);
    } else {
      source.copyTo(from, chunks[chunk], at, count);
    }
  }

  @Override
  void dropChunks(int count) {
    chunks = Arrays.copyOfRange(chunks, count, Math.max(count + 1, chunks.length));
    chunkCount -= count;
  }

  @Override
  IntFunction<Vector> frame() {
    short[][] held = chunks;
    return length -> ShortVector.ofChunks(held, length);
  }

  @Override
  int itemBytes() {
    return Short.BYTES;
  }
}
