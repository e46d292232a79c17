package tickwatch.series.npy;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;
import tickwatch.series.SeriesException;

/**
 * One stretch of a file in memory at a time.
 *
 * <p>A mapping of the whole file would let the process's resident memory grow to the file's size; a
 * window is unmapped before the next is mapped. Unmapping at once needs {@code
 * sun.misc.Unsafe.invokeCleaner} on Java 17; where that is missing the garbage collector does it
 * later.
 *
 * <p><b>Threads.</b> One thread.
 */
final class MappedWindow {
  /**
   * Bytes of a window: measured, 16 MB was as fast as larger ones and 1.3 times as fast as 1 MB.
   */
  static final int BYTES = 16 << 20;

  private static final @Nullable Object UNSAFE;
  private static final @Nullable Method INVOKE_CLEANER;

  static {
    Object unsafe = null;
    Method invokeCleaner = null;
    try {
      Class<?> type = Class.forName("sun.misc.Unsafe");
      Field field = type.getDeclaredField("theUnsafe");
      field.setAccessible(true);
      unsafe = field.get(null);
      invokeCleaner = type.getMethod("invokeCleaner", ByteBuffer.class);
    } catch (ReflectiveOperationException | RuntimeException e) {
      unsafe = null;
    }
    UNSAFE = unsafe;
    INVOKE_CLEANER = invokeCleaner;
  }

  private final FileChannel channel;
  private final String origin;
  private final long end;
  private @Nullable ByteBuffer window;
  private long start;

  /**
   * @param end bytes of the file that are used
   */
  MappedWindow(FileChannel channel, long end, String origin) {
    this.channel = channel;
    this.end = end;
    this.origin = origin;
  }

  /** The bytes from {@code position} to {@code position + byteCount}, valid until the next call. */
  ByteBuffer at(long position, int byteCount) {
    ByteBuffer current = window;
    if (current == null || position < start || position + byteCount > start + current.capacity()) {
      current = move(position, byteCount);
    }
    int offset = (int) (position - start);
    return current.slice(offset, byteCount).order(ByteOrder.LITTLE_ENDIAN);
  }

  private ByteBuffer move(long position, int byteCount) {
    close();
    long length = Math.min(Math.max(BYTES, byteCount), end - position);
    try {
      if (channel.size() < end) {
        throw shrunk(null);
      }
      ByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, position, length);
      window = mapped;
      start = position;
      return mapped;
    } catch (IOException e) {
      throw new SeriesException(origin + ": cannot be mapped into memory: " + e.getMessage(), e);
    }
  }

  /** What reading a window beyond the end of a file that somebody cut meanwhile is called. */
  SeriesException shrunk(@Nullable Throwable cause) {
    String message = origin + ": became shorter while it was read";
    return cause == null ? new SeriesException(message) : new SeriesException(message, cause);
  }

  void close() {
    ByteBuffer old = window;
    window = null;
    if (old != null && UNSAFE != null && INVOKE_CLEANER != null) {
      try {
        INVOKE_CLEANER.invoke(UNSAFE, old);
      } catch (IllegalAccessException | InvocationTargetException e) {
        // The garbage collector unmaps it then.
        return;
      }
    }
  }
}
