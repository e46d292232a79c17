package tickwatch.tickerplant;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tickwatch.tick.TickLogWriter;

/**
 * What one write brings to the log: whole messages one behind the other, in memory that is used
 * again, and where columns are long those themselves.
 *
 * <pre>
 *   buffer   message message prefix | message prefix | message message
 *   shared                          columns          columns
 * </pre>
 *
 * <p><b>Threads.</b> The event loop's alone.
 */
final class LogBatch {
  private static final int INITIAL_BYTES = 1 << 17;
  private static final int KEPT_BYTES = 1 << 22;

  private ByteBuf buffer = memory(INITIAL_BYTES);
  private ByteBuffer view = viewOf(buffer);
  private int end;
  private int messages;
  private long byteLength;

  /** Columns that lie elsewhere, and where in the buffer each of them belongs. */
  private final List<ByteBuf> shared = new ArrayList<>();

  private int[] sharedAt = new int[16];
  private ByteBuffer[] writes = new ByteBuffer[16];

  /** Memory that lives as long as somebody can reach it: a message may come after the close. */
  private static ByteBuf memory(int capacity) {
    return Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(capacity));
  }

  private static ByteBuffer viewOf(ByteBuf buffer) {
    return buffer.nioBuffer(0, buffer.capacity()).order(ByteOrder.LITTLE_ENDIAN);
  }

  boolean isEmpty() {
    return messages == 0;
  }

  int messages() {
    return messages;
  }

  /** Bytes that the log becomes longer by. */
  long byteLength() {
    return byteLength;
  }

  /** Where the next message is to be written. */
  int end() {
    return end;
  }

  ByteBuf buffer() {
    return buffer;
  }

  /** The bytes of {@link #buffer}, little-endian. */
  ByteBuffer view() {
    return view;
  }

  /**
   * Makes room for so many bytes from {@link #end} on.
   *
   * @return {@link #view}, which may be another one now
   */
  ByteBuffer room(int bytes) {
    if (view.capacity() - end < bytes) {
      ByteBuf larger = memory(Math.max(2 * view.capacity(), Math.addExact(end, bytes)));
      larger.setBytes(0, buffer, 0, end);
      buffer = larger;
      view = viewOf(larger);
    }
    return view;
  }

  /** Messages were written from {@link #end} to {@code newEnd - 1}. */
  void add(int count, int newEnd) {
    messages += count;
    byteLength += newEnd - end;
    end = newEnd;
  }

  /**
   * A message was written from {@link #end} to {@code prefixEnd - 1} up to its columns, which lie
   * elsewhere.
   *
   * @param columns belongs to the batch
   */
  void addShared(int prefixEnd, ByteBuf columns) {
    add(1, prefixEnd);
    byteLength += columns.readableBytes();
    if (shared.size() == sharedAt.length) {
      sharedAt = Arrays.copyOf(sharedAt, 2 * sharedAt.length);
    }
    sharedAt[shared.size()] = end;
    shared.add(columns);
  }

  /** Appends everything to a log, in one write; it stays here. */
  void writeTo(TickLogWriter log) throws IOException {
    if (shared.isEmpty()) {
      writes[0] = view.limit(end).position(0);
      try {
        log.append(writes, 1);
      } finally {
        view.clear();
      }
      return;
    }
    int most = 2 * shared.size() + 1;
    if (most > writes.length) {
      writes = new ByteBuffer[2 * most];
    }
    int count = 0;
    int from = 0;
    for (int s = 0; s < shared.size(); s++) {
      if (sharedAt[s] > from) {
        writes[count++] = view.duplicate().limit(sharedAt[s]).position(from);
      }
      from = sharedAt[s];
      writes[count++] = shared.get(s).nioBuffer();
    }
    if (end > from) {
      writes[count++] = view.duplicate().limit(end).position(from);
    }
    try {
      log.append(writes, count);
    } finally {
      Arrays.fill(writes, 0, count, null);
    }
  }

  /** Forgets everything. */
  void clear() {
    for (int s = 0; s < shared.size(); s++) {
      shared.get(s).release();
    }
    shared.clear();
    messages = 0;
    byteLength = 0;
    end = 0;
    if (buffer.capacity() > KEPT_BYTES) {
      buffer = memory(INITIAL_BYTES);
      view = viewOf(buffer);
    }
  }
}
