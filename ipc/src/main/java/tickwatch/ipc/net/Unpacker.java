package tickwatch.ipc.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.codec.Compression;

/**
 * Unpacks long compressed messages on a thread of its own: a megabyte can be a hundred of them when
 * plain, and an event loop has other connections to serve meanwhile.
 *
 * <p>One plain message at a time, from its unpacking until it was handled: so memory for them is
 * bounded.
 *
 * <p><b>Threads.</b> Any may hand in a message.
 */
final class Unpacker implements AutoCloseable {
  /** Messages that are this long when plain, or less, are unpacked where they are read. */
  static final int MOST_AT_ONCE_BYTES = 1 << 20;

  /** Those that are more than this share of the heap when plain are refused. */
  private static final int SHARE_OF_HEAP = 4;

  private final Semaphore turn = new Semaphore(1);
  private final ExecutorService thread;

  Unpacker() {
    ThreadPoolExecutor one =
        new ThreadPoolExecutor(
            1,
            1,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            new DefaultThreadFactory("ipc-unpack", true));
    one.allowCoreThreadTimeOut(true);
    thread = one;
  }

  /**
   * Unpacks a message.
   *
   * @param packed belongs to the unpacker
   * @param loop where {@code done} is called with the plain message, which is valid during the
   *     call, or with why there is none; not called at all once the loop has stopped
   */
  void unpack(
      ByteBuf packed,
      int maxMessageBytes,
      ByteBufAllocator allocator,
      Executor loop,
      BiConsumer<@Nullable ByteBuf, @Nullable Throwable> done) {
    long heap = Runtime.getRuntime().maxMemory();
    int most = (int) Math.min(maxMessageBytes, heap / SHARE_OF_HEAP);
    try {
      thread.execute(() -> unpackNow(packed, most, allocator, loop, done));
    } catch (RejectedExecutionException e) {
      // The server is closing, and the connection with it.
      packed.release();
    }
  }

  private void unpackNow(
      ByteBuf packed,
      int most,
      ByteBufAllocator allocator,
      Executor loop,
      BiConsumer<@Nullable ByteBuf, @Nullable Throwable> done) {
    turn.acquireUninterruptibly();
    ByteBuf plain = null;
    Throwable failure = null;
    try {
      plain = Compression.decompress(packed, most, allocator);
    } catch (RuntimeException | OutOfMemoryError e) {
      failure = e;
    } finally {
      packed.release();
    }
    ByteBuf unpacked = plain;
    Throwable why = failure;
    try {
      loop.execute(
          () -> {
            try {
              done.accept(unpacked, why);
            } finally {
              handled(unpacked);
            }
          });
    } catch (RejectedExecutionException e) {
      handled(unpacked);
    }
  }

  private void handled(@Nullable ByteBuf plain) {
    if (plain != null) {
      plain.release();
    }
    turn.release();
  }

  @Override
  public void close() {
    thread.shutdown();
  }
}
