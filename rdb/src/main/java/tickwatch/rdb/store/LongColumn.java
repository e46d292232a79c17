package tickwatch.rdb.store;

import java.util.Arrays;
import java.util.function.IntFunction;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.Vector;

/** A growing {@link LongVector}. */
final class LongColumn extends Column {
  private final QType type;
  private long[][] chunks = new long[1][];
  private int chunkCount;

  LongColumn(QType type) {
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
      chunks[chunk] = new long[capacity];
      chunkCount++;
      return full;
    }
    if (chunks[chunk].length >= capacity) {
      return false;
    }
    long[] grown = Arrays.copyOf(chunks[chunk], capacity);
    chunks = chunks.clone();
    chunks[chunk] = grown;
    return true;
  }

  @Override
  void write(Vector items, int from, int chunk, int at, int count) {
    LongVector source = (LongVector) items;
    if (count == 1) {
      chunks[chunk][at] = source.get(from);
    } else {
      source.copyTo(from, chunks[chunk], at, count);
    }
  }

  long get(int index) {
    return chunks[index >>> Vector.CHUNK_SHIFT][index & Vector.CHUNK_MASK];
  }

  @Override
  void dropChunks(int count) {
    chunks = Arrays.copyOfRange(chunks, count, Math.max(count + 1, chunks.length));
    chunkCount -= count;
  }

  @Override
  IntFunction<Vector> frame() {
    long[][] held = chunks;
    return length -> LongVector.ofChunks(type, held, length);
  }

  @Override
  int itemBytes() {
    return Long.BYTES;
  }
}
