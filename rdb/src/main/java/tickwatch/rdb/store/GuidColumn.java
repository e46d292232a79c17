package tickwatch.rdb.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.GuidVector;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.Vector;

/**
 * A growing {@link GuidVector}. A guid is two longs, so one chunk of the table is two chunks of
 * longs here; the second is empty until the first is full.
 */
final class GuidColumn extends Column {
  private static final long[] NONE = {};

  /** Guids in one of the two. */
  private static final int HALF = Vector.CHUNK / 2;

  private long[][] chunks = new long[2][];
  private int chunkCount;

  @Override
  QType type() {
    return QType.GUID;
  }

  @Override
  boolean reserve(int chunk, int capacity) {
    int first = 2 * chunk;
    if (chunk == chunkCount) {
      boolean full = first == chunks.length;
      if (full) {
        chunks = Arrays.copyOf(chunks, 2 * first);
      }
      chunks[first] = new long[Math.min(2 * capacity, Vector.CHUNK)];
      chunks[first + 1] = capacity > HALF ? new long[2 * (capacity - HALF)] : NONE;
      chunkCount++;
      return full;
    }
    if (chunks[first].length + chunks[first + 1].length >= 2 * capacity) {
      return false;
    }
    long[] low = Arrays.copyOf(chunks[first], Math.min(2 * capacity, Vector.CHUNK));
    long[] high = capacity > HALF ? Arrays.copyOf(chunks[first + 1], 2 * (capacity - HALF)) : NONE;
    chunks = chunks.clone();
    chunks[first] = low;
    chunks[first + 1] = high;
    return true;
  }

  @Override
  boolean write(Vector items, int from, int at, int count) {
    if (!(items instanceof GuidVector source)) {
      return false;
    }
    for (int i = 0; i < count; i++) {
      int half = 2 * (at + i);
      long[] target = chunks[2 * chunkCount - 2 + (half >>> Vector.CHUNK_SHIFT)];
      target[half & Vector.CHUNK_MASK] = source.high(from + i);
      target[(half & Vector.CHUNK_MASK) + 1] = source.low(from + i);
    }
    return true;
  }

  @Override
  @Nullable Object last() {
    return null;
  }

  @Override
  void dropChunks(int count) {
    chunks = Arrays.copyOfRange(chunks, 2 * count, Math.max(2 * count + 2, chunks.length));
    chunkCount -= count;
  }

  @Override
  Frame frame() {
    long[][] held = chunks;
    return (from, to) ->
        GuidVector.of(LongVector.ofChunks(QType.LONG, held, 2 * to)).slice(from, to);
  }

  @Override
  int itemBytes() {
    return 2 * Long.BYTES;
  }
}
