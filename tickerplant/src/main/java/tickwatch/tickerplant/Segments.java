package tickwatch.tickerplant;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * Memory for what is queued for subscribers.
 *
 * <p>A few large buffers are kept and used again as soon as the sockets have taken what was in
 * them, so that a stream that flows writes into the same memory all the time. The allocator would
 * give it memory that is fresh, and zeroed, every now and then.
 *
 * <p><b>Threads.</b> The event loop's alone.
 */
final class Segments {
  /** The largest that is asked for. */
  static final int MAX_BYTES = 1 << 18;

  private static final int SMALLEST_KEPT_BYTES = 1 << 15;
  private static final int MOST_KEPT = 16;

  private final ByteBufAllocator allocator;

  /** Those whose only reference is the one held here are free. */
  private final ByteBuf[] kept = new ByteBuf[MOST_KEPT];

  private int count;

  Segments(ByteBufAllocator allocator) {
    this.allocator = allocator;
  }

  /** An empty direct buffer of at least this many bytes. */
  ByteBuf take(int bytes) {
    if (bytes < SMALLEST_KEPT_BYTES || bytes > MAX_BYTES) {
      return allocator.directBuffer(bytes);
    }
    // Always the first, whose memory the caches are most likely to have.
    for (int i = 0; i < count; i++) {
      if (kept[i].refCnt() == 1) {
        return kept[i].clear().retain();
      }
    }
    if (count == MOST_KEPT) {
      return allocator.directBuffer(bytes);
    }
    ByteBuf fresh = allocator.directBuffer(MAX_BYTES, MAX_BYTES);
    kept[count++] = fresh;
    return fresh.retain();
  }

  void release() {
    while (count > 0) {
      kept[--count].release();
    }
  }
}
