package tickwatch.tick;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;

/**
 * Cuts the bytes of a tick log, which come in pieces of any size, into messages.
 *
 * <p><b>Threads.</b> One at a time.
 */
final class TickLogParser {
  private ByteBuffer bytes;
  private int start;
  private int end;

  /**
   * @param pieceBytes room for this much is made at first; it grows when a message is longer
   */
  TickLogParser(int pieceBytes) {
    bytes = ByteBuffer.allocateDirect(pieceBytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Little-endian; the message found by {@link #next} lies at {@link #start}. */
  ByteBuffer bytes() {
    return bytes;
  }

  int start() {
    return start;
  }

  /** Bytes that were added and not consumed. */
  int available() {
    return end - start;
  }

  /**
   * The length of the next message, {@link ValueBytes#TRUNCATED} if it is not all there, or {@link
   * ValueBytes#MALFORMED}.
   */
  int next() {
    int next = LogMessage.end(bytes, start, end);
    return next < 0 ? next : next - start;
  }

  /**
   * As {@link #next}, of a log that may be damaged: its names must be such as one can read.
   *
   * @param skip so many bytes lie before the message
   */
  int nextNamed(int skip) {
    int next = LogMessage.endOfNamed(bytes, start + skip, end);
    return next < 0 ? next : next - start - skip;
  }

  void consume(int length) {
    start += length;
  }

  /** Forgets everything that was added. */
  void clear() {
    start = 0;
    end = 0;
  }

  /**
   * Reads more bytes from a file.
   *
   * @param most at most this many
   * @return how many were read; -1 at the end of the file
   */
  int fill(FileChannel in, long offset, long most) throws IOException {
    makeRoom(1);
    bytes.limit((int) Math.min(bytes.capacity(), end + most)).position(end);
    try {
      int read = in.read(bytes, offset);
      end += Math.max(0, read);
      return read;
    } finally {
      bytes.clear();
    }
  }

  /**
   * Reads more bytes from a channel, as many as there is room for; there is always room for one.
   *
   * @return how many were read; -1 at the end
   */
  int fill(ReadableByteChannel in) throws IOException {
    makeRoom(1);
    bytes.limit(bytes.capacity()).position(end);
    try {
      int read = in.read(bytes);
      end += Math.max(0, read);
      return read;
    } finally {
      bytes.clear();
    }
  }

  /** Adds bytes. */
  void add(byte[] more, int length) {
    makeRoom(length);
    bytes.put(end, more, 0, length);
    end += length;
  }

  private void makeRoom(int wanted) {
    if (start > 0) {
      bytes.put(0, bytes, start, end - start);
      end -= start;
      start = 0;
    }
    if (bytes.capacity() - end >= wanted) {
      return;
    }
    if (end + wanted > TickLog.MAX_MESSAGE_BYTES) {
      throw new TickLogException(
          "a message of the tick log is longer than " + TickLog.MAX_MESSAGE_BYTES + " bytes");
    }
    int capacity = Math.max(2 * bytes.capacity(), end + wanted);
    ByteBuffer larger = ByteBuffer.allocateDirect(capacity).order(ByteOrder.LITTLE_ENDIAN);
    larger.put(0, bytes, 0, end);
    bytes = larger;
  }
}
