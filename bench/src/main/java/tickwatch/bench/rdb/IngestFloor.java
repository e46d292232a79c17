package tickwatch.bench.rdb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;

/**
 * The least that it takes to get rows out of a tick log, or off a socket, into columns: a loop that
 * knows the shape of every message and checks nothing, arrays that are large enough from the start,
 * symbols as ints.
 */
final class IngestFloor {
  private static final int VECTOR_HEAD = 6;
  private static final int HEADER = 8;
  private static final int FEW = 8;

  private static final int LONGEST_MESSAGE = 1 << 17;

  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
  private final long[] time;
  private final int[] sym;
  private final double[][] channels;
  private final long[] names = new long[1024];
  private final int[] codes = new int[1024];
  private int known;
  private int rows;

  IngestFloor(int capacity) {
    time = new long[capacity];
    sym = new int[capacity];
    channels = new double[Readings.CHANNELS][capacity];
  }

  /**
   * Reads and takes all messages of a log.
   *
   * @param header bytes before the first message
   * @param prefix bytes of a message before its first column
   * @return how many rows there are now
   */
  int decode(FileChannel log, int header, int prefix) throws IOException {
    rows = 0;
    buffer.clear();
    long position = header;
    while (true) {
      int read = log.read(buffer, position);
      if (read < 0) {
        return rows;
      }
      position += read;
      int at = 0;
      // A message is whole if as many bytes as the longest one has are there, or all of the log.
      int safe = position == log.size() ? buffer.position() : buffer.position() - LONGEST_MESSAGE;
      while (at < safe) {
        at = message(buffer, at + prefix);
      }
      buffer.flip();
      buffer.position(at);
      buffer.compact();
    }
  }

  /**
   * Reads and takes all that a socket brings until it is closed.
   *
   * @param prefix bytes of a message before its first column
   * @return how many rows there are now
   */
  int decode(SocketChannel socket, int prefix) throws IOException {
    rows = 0;
    buffer.clear();
    while (socket.read(buffer) >= 0) {
      int at = 0;
      int end = buffer.position();
      while (end - at >= HEADER && end - at >= buffer.getInt(at + 4)) {
        at = message(buffer, at + prefix);
      }
      buffer.flip();
      buffer.position(at);
      buffer.compact();
    }
    return rows;
  }

  private int message(ByteBuffer bytes, int start) {
    int count = bytes.getInt(start + 2);
    int at = start + VECTOR_HEAD;
    if (count < FEW) {
      for (int i = 0; i < count; i++) {
        time[rows + i] = bytes.getLong(at + 8 * i);
      }
    } else {
      slice(bytes, at, count).asLongBuffer().get(time, rows, count);
    }
    at += 8 * count + VECTOR_HEAD;
    for (int i = 0; i < count; i++) {
      // SENSOR and three digits: the last eight bytes tell names apart.
      sym[rows + i] = code(bytes.getLong(at + 1));
      at += Readings.DOMAIN[0].length() + 1;
    }
    for (double[] channel : channels) {
      at += VECTOR_HEAD;
      if (count < FEW) {
        for (int i = 0; i < count; i++) {
          channel[rows + i] = bytes.getDouble(at + 8 * i);
        }
      } else {
        slice(bytes, at, count).asDoubleBuffer().get(channel, rows, count);
      }
      at += 8 * count;
    }
    rows += count;
    return at;
  }

  private static ByteBuffer slice(ByteBuffer bytes, int at, int count) {
    return bytes.slice(at, 8 * count).order(ByteOrder.LITTLE_ENDIAN);
  }

  private int code(long name) {
    int slot = (int) ((name * 0x9e3779b97f4a7c15L) >>> 54);
    while (names[slot] != name) {
      if (names[slot] == 0) {
        names[slot] = name;
        codes[slot] = known++;
      } else {
        slot = (slot + 1) & 1023;
      }
    }
    return codes[slot];
  }
}
