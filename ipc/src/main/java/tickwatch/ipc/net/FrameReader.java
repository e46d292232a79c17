package tickwatch.ipc.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.codec.Header;
import tickwatch.ipc.codec.MessageType;

/**
 * Cuts what a socket reads into messages, wherever it was split.
 *
 * <p>Messages that lie whole in one read are handed on where they lie: no object and no copy a
 * message. Only a message that spans reads is gathered in a buffer of its own. That buffer grows to
 * at most twice what has arrived, and never beyond the length in the header, so that a lying length
 * costs nothing and a long message is copied a constant number of times.
 *
 * <p><b>Threads.</b> One: the event loop.
 */
final class FrameReader {
  /** Who takes the messages. */
  interface Sink {
    /** Whether the next message may come now. */
    boolean isReady();

    /**
     * Offers all messages from {@code start} on, unchecked, before each that comes to {@link
     * #frame}.
     *
     * @return where the first begins that was not taken
     */
    default int frames(ByteBuf buffer, int start, int end) {
      return start;
    }

    /** One whole message, perhaps compressed; the bytes are valid during the call. */
    void frame(MessageType type, ByteBuf buffer, int start, int length);

    /**
     * A message that is not all there is going to take so much memory.
     *
     * @throws tickwatch.ipc.codec.CodecException if that is too much
     */
    default void takes(int byteLength) {}

    /** The message is complete, or nobody wants it any more. */
    default void ended() {}
  }

  private static final int SMALLEST_GATHERED = 256;
  private static final MessageType[] TYPES = MessageType.values();

  /** Bits of the header's first four bytes, read little-endian, that no message has set. */
  private static final long NEVER_SET = 0xff_fe_fc_feL;

  private final ByteBufAllocator allocator;
  private final int maxMessageBytes;
  private final Sink sink;
  private final ArrayDeque<ByteBuf> reads = new ArrayDeque<>();
  private long waitingBytes;
  private @Nullable ByteBuf gathered;
  private int gatheredLength;
  private boolean delivering;
  private boolean closed;

  FrameReader(ByteBufAllocator allocator, int maxMessageBytes, Sink sink) {
    this.allocator = allocator;
    this.maxMessageBytes = maxMessageBytes;
    this.sink = sink;
  }

  /** Takes what one read brought, and its ownership; {@link #deliver} comes next. */
  void add(ByteBuf read) {
    int byteLength = read.readableBytes();
    if (closed || byteLength == 0) {
      read.release();
      return;
    }
    waitingBytes += byteLength;
    if (read.capacity() / 4 > byteLength) {
      // Whoever keeps a message keeps the whole read buffer alive: a queue of rows that came one by
      // one would hold many times its own bytes.
      ByteBuf fitting = allocator.buffer(byteLength, byteLength).writeBytes(read);
      read.release();
      reads.add(fitting);
    } else {
      reads.add(read);
    }
  }

  /**
   * Hands on whole messages for as long as the sink is ready. Called from within the sink it does
   * nothing: the call under way goes on.
   *
   * @throws tickwatch.ipc.codec.CodecException for a header that is none, or is of a message that
   *     is too long; and whatever the sink throws. Only {@link #close} makes sense then
   */
  void deliver() {
    if (delivering) {
      return;
    }
    delivering = true;
    try {
      ByteBuf read = reads.peek();
      while (read != null && !closed && sink.isReady()) {
        int before = read.readableBytes();
        if (gathered == null) {
          cut(read);
        } else {
          gather(read, gathered);
        }
        waitingBytes -= before - read.readableBytes();
        if (!read.isReadable()) {
          reads.remove();
          read.release();
          read = reads.peek();
        }
      }
    } finally {
      delivering = false;
      if (closed) {
        release();
      }
    }
  }

  private void cut(ByteBuf read) {
    int at = read.readerIndex();
    int end = read.writerIndex();
    while (end - at >= Header.BYTES) {
      int taken = sink.frames(read, at, end);
      if (taken > at) {
        at = taken;
        read.readerIndex(at);
        if (closed || !sink.isReady()) {
          return;
        }
        continue;
      }
      long header = read.getLongLE(at);
      int length = lengthOf(header, read, at);
      if (length > end - at) {
        break;
      }
      read.readerIndex(at + length);
      sink.frame(typeOf(header), read, at, length);
      at += length;
      if (closed || !sink.isReady()) {
        return;
      }
    }
    if (at < end) {
      int byteLength = end - at;
      int capacity = Math.max(SMALLEST_GATHERED, byteLength);
      sink.takes(capacity);
      gatheredLength = 0;
      gathered = allocator.buffer(capacity).writeBytes(read, byteLength);
    }
  }

  private void gather(ByteBuf read, ByteBuf target) {
    if (gatheredLength == 0) {
      int missing = Header.BYTES - target.readableBytes();
      if (missing > 0) {
        target.writeBytes(read, Math.min(missing, read.readableBytes()));
      }
      if (target.readableBytes() < Header.BYTES) {
        return;
      }
      gatheredLength = lengthOf(target.getLongLE(0), target, 0);
    }
    int step = Math.min(gatheredLength - target.readableBytes(), read.readableBytes());
    int needed = target.readableBytes() + step;
    if (needed > target.capacity()) {
      // ByteBuf itself grows by 4 MiB at a time once it is large, which would copy a message of
      // 1 GB 128 times over.
      int capacity = (int) Math.min(gatheredLength, Math.max(needed, 2L * target.capacity()));
      sink.takes(capacity);
      target.capacity(capacity);
    }
    target.writeBytes(read, step);
    if (target.readableBytes() == gatheredLength) {
      gathered = null;
      try {
        sink.ended();
        sink.frame(typeOf(target.getLongLE(0)), target, 0, gatheredLength);
      } finally {
        target.release();
      }
    }
  }

  private int lengthOf(long header, ByteBuf buffer, int at) {
    int length = (int) (header >>> 32);
    if ((header & 1) == 0) {
      length = Integer.reverseBytes(length);
    }
    boolean isGood =
        (header & NEVER_SET) == 0
            && (header & 0x300) != 0x300
            && length > Header.BYTES
            && length <= maxMessageBytes;
    return isGood ? length : Header.read(buffer, at, maxMessageBytes).length();
  }

  private static MessageType typeOf(long header) {
    return TYPES[(int) (header >>> 8) & 3];
  }

  boolean isDelivering() {
    return delivering;
  }

  /** Bytes read and not yet looked at. */
  long waitingBytes() {
    return waitingBytes;
  }

  /** Forgets all bytes; from now on all that is added is dropped. */
  void close() {
    closed = true;
    if (!delivering) {
      release();
    }
  }

  private void release() {
    reads.forEach(ByteBuf::release);
    reads.clear();
    waitingBytes = 0;
    if (gathered != null) {
      sink.ended();
      gathered.release();
      gathered = null;
    }
  }
}
