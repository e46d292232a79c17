package tickwatch.q;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Goes through many rows a block at a time, each thread through one stretch of them. The thread
 * that asks takes the first stretch; the others are of the common pool.
 */
final class Stretches {
  /** Rows that are worth a thread. */
  private static final int FEWEST_ROWS = 1 << 17;

  private static final int ROWS_BETWEEN_CHECKS = 1 << 16;

  /** What is done with a block of rows. */
  interface Body {
    void block(int part, int from, int to);
  }

  private Stretches() {}

  /**
   * Into how many stretches to divide rows.
   *
   * @param items what each stretch would have to hold of its own
   */
  static int count(Context context, int rows, int items) {
    long each = Math.max(FEWEST_ROWS, 4L * items);
    return (int) Math.max(1, Math.min(context.limits.threads(), rows / each));
  }

  /** Where a stretch begins; stretches are about as long as each other. */
  static int start(int rows, int parts, int part) {
    return (int) ((long) rows * part / parts) / Vectors.BLOCK * Vectors.BLOCK;
  }

  /**
   * Calls the body for every block of the rows, stretch by stretch; blocks of one stretch follow
   * each other.
   *
   * @throws QError {@code stop} when time is up or the thread was interrupted
   */
  static void run(Context context, int rows, int parts, Body body) {
    run(context, rows, parts, Vectors.BLOCK, body);
  }

  /**
   * As {@link #run(Context, int, int, Body)}.
   *
   * @param block rows in a block, a multiple of {@link Vectors#BLOCK}: many where a block need not
   *     fit into a cache
   */
  static void run(Context context, int rows, int parts, int block, Body body) {
    AtomicBoolean stop = new AtomicBoolean();
    ForkJoinTask<?>[] others = new ForkJoinTask<?>[parts - 1];
    for (int part = 1; part < parts; part++) {
      int mine = part;
      others[part - 1] =
          ForkJoinPool.commonPool()
              .submit(() -> stretch(context, rows, parts, mine, block, body, stop));
    }
    try {
      stretch(context, rows, parts, 0, block, body, stop);
    } catch (RuntimeException e) {
      stop.set(true);
      for (ForkJoinTask<?> other : others) {
        other.quietlyJoin();
      }
      throw e;
    }
    for (ForkJoinTask<?> other : others) {
      join(other, stop);
    }
  }

  private static void join(ForkJoinTask<?> other, AtomicBoolean stop) {
    try {
      other.get();
    } catch (InterruptedException e) {
      stop.set(true);
      other.quietlyJoin();
      Thread.currentThread().interrupt();
      throw new QError("stop", "the evaluation was interrupted");
    } catch (ExecutionException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof QError error) {
          throw error;
        }
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private static void stretch(
      Context context, int rows, int parts, int part, int block, Body body, AtomicBoolean stop) {
    int end = part == parts - 1 ? rows : start(rows, parts, part + 1);
    int unchecked = 0;
    for (int from = start(rows, parts, part); from < end; from += block) {
      unchecked += block;
      if (unchecked >= ROWS_BETWEEN_CHECKS) {
        unchecked = 0;
        context.checkTime();
        if (stop.get()) {
          return;
        }
      }
      body.block(part, from, Math.min(end, from + block));
    }
  }
}
