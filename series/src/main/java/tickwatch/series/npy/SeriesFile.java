package tickwatch.series.npy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import tickwatch.series.DType;
import tickwatch.series.SeriesException;

/**
 * A file of numbers, {@code rows × columns}, open for reading.
 *
 * <p>A {@code .npy} file may have one dimension (one column) or two (rows × columns, in C or
 * Fortran order) and items {@code <f8} or {@code <f4}. A raw file is one column of doubles; its
 * length must be a multiple of 8. A file shorter than its head says is refused, bytes after the
 * last value are left alone, as NumPy does.
 *
 * <p><b>Threads.</b> Any; each needs a {@link Cursor} of its own.
 */
public final class SeriesFile implements AutoCloseable {
  private final FileChannel channel;
  private final String origin;
  private final DType dtype;
  private final long rows;
  private final int columns;
  private final boolean columnsApart;
  private final long dataAt;

  private SeriesFile(
      FileChannel channel,
      String origin,
      DType dtype,
      long rows,
      int columns,
      boolean columnsApart,
      long dataAt) {
    this.channel = channel;
    this.origin = origin;
    this.dtype = dtype;
    this.rows = rows;
    this.columns = columns;
    this.columnsApart = columnsApart;
    this.dataAt = dataAt;
  }

  /** Opens a file; a {@link SeriesException} says what is wrong with it. */
  public static SeriesFile open(Path file, FileFormat format) {
    FileChannel channel;
    try {
      if (Files.isDirectory(file)) {
        throw new SeriesException(file + ": is a directory (expected: a file of numbers)");
      }
      channel = FileChannel.open(file, StandardOpenOption.READ);
    } catch (IOException e) {
      throw new SeriesException(file + ": cannot be read: " + reason(e), e);
    }
    boolean opened = false;
    try {
      SeriesFile series = format == FileFormat.RAW ? raw(channel, file) : npy(channel, file);
      opened = true;
      return series;
    } catch (IOException e) {
      throw new SeriesException(file + ": cannot be read: " + reason(e), e);
    } finally {
      if (!opened) {
        closeQuietly(channel);
      }
    }
  }

  /** The bytes before the values of a file of one column. */
  public static byte[] head(FileFormat format, DType dtype, long rows) {
    return format == FileFormat.RAW ? new byte[0] : NpyHeader.bytes(dtype.descr(), false, rows);
  }

  /**
   * The bytes before a mask of the shape rows × columns, columns one behind the other: NumPy's
   * booleans, or the bits of a column packed into bytes as {@code numpy.packbits} does.
   */
  public static byte[] maskHead(boolean bits, long rows, int columns) {
    String descr = bits ? "|u1" : "|b1";
    long length = bits ? (rows + 7) / 8 : rows;
    return columns == 1
        ? NpyHeader.bytes(descr, false, length)
        : NpyHeader.bytes(descr, true, length, columns);
  }

  private static void closeQuietly(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // The file was only read, and the first error is the one to tell.
      return;
    }
  }

  private static String reason(IOException e) {
    return e instanceof NoSuchFileException
        ? "there is no such file"
        : String.valueOf(e.getMessage());
  }

  private static SeriesFile raw(FileChannel channel, Path file) throws IOException {
    long byteLength = channel.size();
    if (byteLength % DType.F8.bytes() != 0) {
      throw new SeriesException(
          file
              + ": "
              + byteLength
              + " bytes (expected: a multiple of 8; a raw file holds doubles)");
    }
    return new SeriesFile(
        channel, file.toString(), DType.F8, byteLength / DType.F8.bytes(), 1, true, 0);
  }

  private static SeriesFile npy(FileChannel channel, Path file) throws IOException {
    ByteBuffer start = ByteBuffer.allocate((int) Math.min(NpyHeader.ENOUGH, channel.size()));
    int got = 0;
    while (start.hasRemaining() && got >= 0) {
      got = channel.read(start, start.position());
    }
    String origin = file.toString();
    NpyHeader head = NpyHeader.read(start.flip(), origin);
    DType dtype = head.dtype(origin);
    List<Long> shape = head.shape();
    if (shape.isEmpty() || shape.size() > 2) {
      throw new SeriesException(
          origin
              + ": "
              + shape.size()
              + " dimensions (expected: 1, a series, or 2, rows × columns)");
    }
    long rows = shape.get(0);
    long columns = shape.size() == 1 ? 1 : shape.get(1);
    if (columns < 1 || columns > 65_536) {
      throw new SeriesException(origin + ": " + columns + " columns (expected: 1 to 65536)");
    }
    long expected;
    try {
      expected =
          Math.addExact(
              head.byteLength(),
              Math.multiplyExact(Math.multiplyExact(rows, columns), (long) dtype.bytes()));
    } catch (ArithmeticException e) {
      throw new SeriesException(origin + ": shape " + shape + " is more than any file can hold", e);
    }
    if (channel.size() < expected) {
      throw new SeriesException(
          origin
              + ": is cut off: "
              + channel.size()
              + " bytes (expected: "
              + expected
              + " for shape "
              + shape
              + ")");
    }
    return new SeriesFile(
        channel,
        origin,
        dtype,
        rows,
        (int) columns,
        head.fortranOrder() || columns == 1,
        head.byteLength());
  }

  /** The file's name, for messages. */
  public String origin() {
    return origin;
  }

  public DType dtype() {
    return dtype;
  }

  public long rows() {
    return rows;
  }

  public int columns() {
    return columns;
  }

  /** A place to read at, for one thread. */
  public Cursor cursor() {
    return new Cursor();
  }

  @Override
  public void close() {
    closeQuietly(channel);
  }

  /**
   * Reads stretches of a column through one mapped window; several at neighbouring places are
   * cheapest in order.
   *
   * <p><b>Threads.</b> One thread.
   */
  public final class Cursor implements AutoCloseable {
    private final MappedWindow window =
        new MappedWindow(channel, dataAt + rows * columns * dtype.bytes(), origin);

    private final float[] floats = new float[dtype == DType.F4 ? 2048 : 0];

    /** Reads {@code count} values of a column from row {@code from} on; for files of floats. */
    public void read(int column, long from, float[] out, int count) {
      if (dtype != DType.F4) {
        throw new IllegalStateException(origin + ": doubles read as floats");
      }
      stretch(
          column,
          from,
          count,
          (bytes, at, n, step) -> {
            var in = bytes.asFloatBuffer();
            if (step == 1) {
              in.get(out, at, n);
            } else {
              for (int i = 0; i < n; i++) {
                out[at + i] = in.get(i * step);
              }
            }
          });
    }

    /** Reads {@code count} values of a column from row {@code from} on, floats widened. */
    public void read(int column, long from, double[] out, int count) {
      stretch(
          column,
          from,
          count,
          (bytes, at, n, step) -> {
            if (dtype == DType.F4) {
              var in = bytes.asFloatBuffer();
              if (step == 1) {
                widen(in, out, at, n);
              } else {
                for (int i = 0; i < n; i++) {
                  out[at + i] = in.get(i * step);
                }
              }
              return;
            }
            var in = bytes.asDoubleBuffer();
            if (step == 1) {
              in.get(out, at, n);
            } else {
              for (int i = 0; i < n; i++) {
                out[at + i] = in.get(i * step);
              }
            }
          });
    }

    /**
     * Lends {@code count} values of a column from row {@code from} on where they lie in memory,
     * until the borrower returns; for files of floats.
     *
     * @return false, having done nothing, where the values of a column do not lie side by side or
     *     are more than a mapped window
     */
    public boolean lendFloats(int column, long from, int count, Consumer<FloatBuffer> borrower) {
      if (dtype != DType.F4) {
        throw new IllegalStateException(origin + ": doubles lent as floats");
      }
      return lend(column, from, count, bytes -> borrower.accept(bytes.asFloatBuffer()));
    }

    /** The same for files of doubles. */
    public boolean lendDoubles(int column, long from, int count, Consumer<DoubleBuffer> borrower) {
      if (dtype != DType.F8) {
        throw new IllegalStateException(origin + ": floats lent as doubles");
      }
      return lend(column, from, count, bytes -> borrower.accept(bytes.asDoubleBuffer()));
    }

    private boolean lend(int column, long from, int count, Consumer<ByteBuffer> borrower) {
      if (!columnsApart || count > MappedWindow.BYTES / dtype.bytes()) {
        return false;
      }
      stretch(column, from, count, (bytes, at, n, step) -> borrower.accept(bytes));
      return true;
    }

    /** By way of an array that stays in the cache, since buffers are read item by item slowly. */
    private void widen(FloatBuffer in, double[] out, int at, int n) {
      for (int done = 0; done < n; done += floats.length) {
        int step = Math.min(floats.length, n - done);
        in.get(floats, 0, step);
        for (int i = 0; i < step; i++) {
          out[at + done + i] = floats[i];
        }
      }
    }

    private void stretch(int column, long from, int count, Piece piece) {
      Objects.checkIndex(column, columns);
      Objects.checkFromIndexSize(from, count, rows);
      int step = columnsApart ? 1 : columns;
      long first = columnsApart ? column * rows : column;
      // A stretch may be wider than a window where columns are interleaved.
      int most = MappedWindow.BYTES / (step * dtype.bytes());
      for (int done = 0; done < count; done += most) {
        int n = Math.min(most, count - done);
        long item = first + (from + done) * step;
        int byteCount = ((n - 1) * step + 1) * dtype.bytes();
        try {
          piece.take(window.at(dataAt + item * dtype.bytes(), byteCount), done, n, step);
        } catch (InternalError e) {
          // What the JVM makes of the signal for a mapped page whose file has been cut off.
          throw window.shrunk(e);
        }
      }
    }

    @Override
    public void close() {
      window.close();
    }
  }

  @FunctionalInterface
  private interface Piece {
    void take(ByteBuffer bytes, int at, int count, int step);
  }
}
