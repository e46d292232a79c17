package tickwatch.rdb.store;

import java.util.Arrays;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.RealVector;
import tickwatch.ipc.value.Vector;

/** A growing {@link RealVector}. */
final class RealColumn extends Column {
  private float[][] chunks = new float[1][];
  private int chunkCount;

  /** The chunk that was reserved last, which is where items go. */
  private float[] last = {};

  @Override
  QType type() {
    return QType.REAL;
  }

  @Override
  boolean reserve(int chunk, int capacity) {
    if (chunk == chunkCount) {
      boolean full = chunk == chunks.length;
      if (full) {
        chunks = Arrays.copyOf(chunks, 2 * chunk);
      }
      last = new float[capacity];
      chunks[chunk] = last;
      chunkCount++;
      return full;
    }
    if (chunks[chunk].length >= capacity) {
      return false;
    }
    float[] grown = Arrays.copyOf(chunks[chunk], capacity);
    chunks = chunks.clone();
    chunks[chunk] = grown;
    last = grown;
    return true;
  }

  @Override
  boolean write(Vector items, int from, int at, int count) {
    if (!(items instanceof RealVector source)) {
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
  float[] last() {
    return last;
  }

  @Override
  void dropChunks(int count) {
    chunks = Arrays.copyOfRange(chunks, count, Math.max(count + 1, chunks.length));
    chunkCount -= count;
  }

  @Override
  Frame frame() {
    float[][] held = chunks;
    return (from, to) -> RealVector.ofChunks(held, to).slice(from, to);
  }

  @Override
  int itemBytes() {
    return Float.BYTES;
  }
}
