package tickwatch.bench.log;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * The floor of a replay: a loop that knows the one shape of message in the file, checks nothing and
 * writes into the same arrays again and again. Symbols are hashed, not looked up.
 */
final class FloorReader {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle DOUBLES =
      MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int COLUMN_HEAD = 6;
  private static final int ARRAY_ROWS = 1 << 16;

  private final byte[] bytes = new byte[1 << 20];
  private final long[] times = new long[ARRAY_ROWS];
  private final int[] syms = new int[ARRAY_ROWS];
  private final double[][] channels = new double[8][ARRAY_ROWS];
  private final int prefixBytes;

  /**
   * @param prefixBytes of a message, before its list of columns
   */
  FloorReader(int prefixBytes) {
    this.prefixBytes = prefixBytes;
  }

  /** Reads a log whose messages hold {@code rows} rows each; how many rows there were. */
  long read(Path log, int rows) throws IOException {
    long all = 0;
    int row = 0;
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    // More than any message of the file needs: what is left is moved to the front and read on.
    int most = prefixBytes + COLUMN_HEAD + 10 * COLUMN_HEAD + rows * (8 + 10 + 8 * 8);
    try (FileChannel in = FileChannel.open(log)) {
      in.position(8);
      int start = 0;
      int end = 0;
      while (true) {
        boolean atEnd = in.position() >= in.size();
        while (end - start >= most || (atEnd && end > start)) {
          if (row + rows > ARRAY_ROWS) {
            row = 0;
          }
          start = message(start, row, rows);
          row += rows;
          all += rows;
        }
        if (atEnd) {
          return all;
        }
        System.arraycopy(bytes, start, bytes, 0, end - start);
        end -= start;
        start = 0;
        buffer.limit(bytes.length).position(end);
        end += Math.max(0, in.read(buffer));
      }
    }
  }

  private int message(int start, int row, int rows) {
    int at = start + prefixBytes + COLUMN_HEAD + COLUMN_HEAD;
    for (int i = 0; i < rows; i++, at += 8) {
      times[row + i] = (long) LONGS.get(bytes, at);
    }
    at += COLUMN_HEAD;
    for (int i = 0; i < rows; i++) {
      int hash = 0;
      while (bytes[at] != 0) {
        hash = hash * 31 + bytes[at++];
      }
      at++;
      syms[row + i] = hash & 1023;
    }
    for (double[] channel : channels) {
      at += COLUMN_HEAD;
      for (int i = 0; i < rows; i++, at += 8) {
        channel[row + i] = (double) DOUBLES.get(bytes, at);
      }
    }
    return at;
  }

  /** Something of all that was read, so that the reading cannot be left out. */
  long blackhole() {
    return times[0] + syms[1] + (long) channels[7][2] + (int) INTS.get(bytes, 0);
  }
}
