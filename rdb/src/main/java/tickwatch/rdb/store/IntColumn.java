package tickwatch.rdb.store;

import java.util.Arrays;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.Vector;

/** A growing {@link IntVector}. */
final class IntColumn extends Column {
  private final QType type;
  private int[][] chunks = new int[1][];
  private int chunkCount;

  /** The chunk that was reserved last, which is where items go. */
  private int[] last = {};

  IntColumn(QType type) {
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
      last = new int[capacity];
      chunks[chunk] = last;
      chunkCount++;
      return full;
    }
    if (chunks[chunk].length >= capacity) {
      return false;
    }
    int[] grown = Arrays.copyOf(chunks[chunk], capacity);
    chunks = chunks.clone();
    chunks[chunk] = grown;
    last = grown;
    return true;
  }

  @Override
  boolean write(Vector items, int from, int at, int count) {
    if (!(items instanceof IntVector source) || source.type() != type) {
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
  int[] chunk(int chunk) {
    return chunks[chunk];
  }

  @Override
  int[] last() {
    return last;
  }

  int get(int index) {
    return chunks[index >>> Vector.CHUNK_SHIFT][index & Vector.CHUNK_MASK];
  }

  /** Replaces the first {@code rows} items by what stands at their place, in chunks of its own. */
  void map(int[] byItem, int rows) {
    chunks = chunks.clone();
    for (int chunk = 0; chunk < chunkCount; chunk++) {
      int[] items = chunks[chunk];
      int[] mapped = new int[items.length];
      int count = Math.min(items.length, rows - (chunk << Vector.CHUNK_SHIFT));
      for (int i = 0; i < count; i++) {
        mapped[i] = byItem[items[i]];
      }
      chunks[chunk] = mapped;
      last = mapped;
    }
  }

  @Override
  void dropChunks(int count) {
    chunks = Arrays.copyOfRange(chunks, count, Math.max(count + 1, chunks.length));
    chunkCount -= count;
  }

  @Override
  Frame frame() {
    int[][] held = chunks;
    return (from, to) -> IntVector.ofChunks(type, held, to).slice(from, to);
  }

  @Override
  int itemBytes() {
    return Integer.BYTES;
  }
}
