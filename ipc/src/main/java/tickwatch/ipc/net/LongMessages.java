package tickwatch.ipc.net;

import io.netty.buffer.ByteBuf;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Does what takes long about long messages on a thread of its own, as to unpack them: a megabyte
 * can be a hundred of them when plain, and an event loop has other connections to serve meanwhile.
 *
 * <p>One message at a time, from the beginning of the work until what came of it was handled: so
 * memory for that is bounded.
 *
 * <p><b>Threads.</b> Any may hand in a message.
 */
final class LongMessages implements AutoCloseable {
  /** Messages that are this long when plain, or less, are dealt with where they are read. */
  static final int MOST_AT_ONCE_BYTES = 1 << 20;

  /** Those that are more than this share of the heap when plain are refused. */
  private static final int SHARE_OF_HEAP = 4;

  private final Semaphore turn = new Semaphore(1);
  private final ExecutorService thread;

  LongMessages() {
    ThreadPoolExecutor one =
        new ThreadPoolExecutor(
            1,
            1,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            new DefaultThreadFactory("ipc-long-messages", true));
    one.allowCoreThreadTimeOut(true);
    thread = one;
  }

  /** The longest that a message may become where at most this is allowed. */
  static int mostUnpackedBytes(int maxMessageBytes) {
    return (int) Math.min(maxMessageBytes, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
  }

  /**
   * Does something with a message.
   *
   * @param message released when the work is done
   * @param loop where {@code done} is called with what came of the work, or with why nothing did;
   *     not called at all once the loop has stopped
   */
  <T> void work(
      ByteBuf message,
      Function<ByteBuf, T> work,
      Executor loop,
      BiConsumer<@Nullable T, @Nullable Throwable> done) {
    try {
      thread.execute(() -> workNow(message, work, loop, done));
    } catch (RejectedExecutionException e) {
      // The server is closing, and the connection with it.
      message.release();
    }
  }

  private <T> void workNow(
      ByteBuf message,
      Function<ByteBuf, T> work,
      Executor loop,
      BiConsumer<@Nullable T, @Nullable Throwable> done) {
    turn.acquireUninterruptibly();
    T made = null;
    Throwable failure = null;
    try {
      made = work.apply(message);
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      failure = e;
    } finally {
      message.release();
    }
    T result = made;
    Throwable why = failure;
    try {
      loop.execute(
          () -> {
            try {
              done.accept(result, why);
            } finally {
              turn.release();
            }
          });
    } catch (RejectedExecutionException e) {
      ReferenceCountUtil.release(result);
      turn.release();
    }
  }

  @Override
  public void close() {
    thread.shutdown();
  }
}
