package tickwatch.rdb.store;

import java.util.Arrays;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.Vector;

/** A growing {@link LongVector}. */
final class LongColumn extends Column {
  private final QType type;
  private long[][] chunks = new long[1][];
  private int chunkCount;

  /** The chunk that was reserved last, which is where items go. */
  private long[] last = {};

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
      last = new long[capacity];
      chunks[chunk] = last;
      chunkCount++;
      return full;
    }
    if (chunks[chunk].length >= capacity) {
      return false;
    }
    long[] grown = Arrays.copyOf(chunks[chunk], capacity);
    chunks = chunks.clone();
    chunks[chunk] = grown;
    last = grown;
    return true;
  }

  @Override
  boolean write(Vector items, int from, int at, int count) {
    if (!(items instanceof LongVector source) || source.type() != type) {
      return false;
    }
    if (count == 1) {
      last[at] = source.get(from);
    } else {
      source.copyTo(from, last, at, count);
    }
    return true;
  }

  /** The array behind a chunk, to be written by the writer alone. */
  long[] chunk(int chunk) {
    return chunks[chunk];
  }

  long get(int index) {
    return chunks[index >>> Vector.CHUNK_SHIFT][index & Vector.CHUNK_MASK];
  }

  @Override
  long[] last() {
    return last;
  }

  @Override
  void dropChunks(int count) {
    chunks = Arrays.copyOfRange(chunks, count, Math.max(count + 1, chunks.length));
    chunkCount -= count;
  }

  @Override
  Frame frame() {
    long[][] held = chunks;
    return (from, to) -> LongVector.ofChunks(type, held, to).slice(from, to);
  }

  @Override
  int itemBytes() {
    return Long.BYTES;
  }
}
