package tickwatch.tick;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/**
 * Cuts the bytes of a tick log, which come in pieces of any size, into messages.
 *
 * <p>A message must be a list that starts with a function's name, as a symbol or as a string;
 * anything else (a stretch of zeros after a power failure, say) is malformed.
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
    int available = end - start;
    if (available < 7) {
      return available > 0 && bytes.get(start) != 0 ? ValueBytes.MALFORMED : ValueBytes.TRUNCATED;
    }
    int function = bytes.get(start + 6);
    if (bytes.get(start) != 0
        || bytes.getInt(start + 2) < 1
        || (function != -11 && function != 10)) {
      return ValueBytes.MALFORMED;
    }
    int next = ValueBytes.end(bytes, start, end);
    return next < 0 ? next : next - start;
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
