package tickwatch.rdb.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Atom;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/** A growing {@link ListVector}: any value an item. */
final class ListColumn extends Column {
  private Value[][] chunks = new Value[1][];

  /** An estimate of what the items of each chunk take, and of all. */
  private long[] bytesOfChunk = new long[1];

  private long outsideBytes;

  private int chunkCount;

  @Override
  QType type() {
    return QType.LIST;
  }

  @Override
  boolean reserve(int chunk, int capacity) {
    if (chunk == chunkCount) {
      boolean full = chunk == chunks.length;
      if (full) {
        bytesOfChunk = Arrays.copyOf(bytesOfChunk, 2 * chunk);
        chunks = Arrays.copyOf(chunks, 2 * chunk);
      }
      chunks[chunk] = new Value[capacity];
      bytesOfChunk[chunk] = 0;
      chunkCount++;
      return full;
    }
    if (chunks[chunk].length >= capacity) {
      return false;
    }
    Value[] grown = Arrays.copyOf(chunks[chunk], capacity);
    chunks = chunks.clone();
    chunks[chunk] = grown;
    return true;
  }

  @Override
  boolean write(Vector items, int from, int at, int count) {
    int chunk = chunkCount - 1;
    Value[] target = chunks[chunk];
    long bytes = 0;
    for (int i = 0; i < count; i++) {
      Value item = items.item(from + i);
      target[at + i] = item;
      bytes += bytesOf(item);
    }
    bytesOfChunk[chunk] += bytes;
    outsideBytes += bytes;
    return true;
  }

  @Override
  @Nullable Object last() {
    return null;
  }

  @Override
  void dropChunks(int count) {
    chunks = Arrays.copyOfRange(chunks, count, Math.max(count + 1, chunks.length));
    for (int chunk = 0; chunk < count; chunk++) {
      outsideBytes -= bytesOfChunk[chunk];
    }
    bytesOfChunk =
        Arrays.copyOfRange(bytesOfChunk, count, Math.max(count + 1, bytesOfChunk.length));
    chunkCount -= count;
  }

  @Override
  Frame frame() {
    Value[][] held = chunks;
    return (from, to) -> ListVector.ofChunks(held, to).slice(from, to);
  }

  @Override
  int itemBytes() {
    return 4;
  }

  @Override
  long outsideBytes() {
    return outsideBytes;
  }

  /** Headers and references as a 64-bit JVM with compressed references lays them out. */
  private static long bytesOf(Value item) {
    if (item instanceof Atom) {
      return 24;
    }
    if (item instanceof ListVector list) {
      long bytes = 64;
      for (int i = 0; i < list.length(); i++) {
        bytes += 4 + bytesOf(list.get(i));
      }
      return bytes;
    }
    return 64 + (long) Math.max(item.type().width(), 4) * item.count();
  }
}
