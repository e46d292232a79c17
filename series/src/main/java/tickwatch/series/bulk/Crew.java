package tickwatch.series.bulk;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import tickwatch.series.SeriesException;

/**
 * Threads that take numbered units of work, each the next one that nobody has taken.
 *
 * <p>The first failure stops all of them and is thrown by {@link #run}. A unit that must follow the
 * one before it, as writing in order must, waits in {@link Order}.
 */
final class Crew {
  private Crew() {}

  /** One thread's part; made and closed on its thread. */
  interface Member extends AutoCloseable {
    void work(long unit);

    @Override
    default void close() {}
  }

  /** Lets units through in the order of their numbers. */
  static final class Order {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private long next;
    private boolean broken;

    /** Runs the action when all units before this one have run theirs. */
    void inTurn(long unit, Runnable action) {
      lock.lock();
      try {
        while (next != unit && !broken) {
          moved.awaitUninterruptibly();
        }
        if (broken) {
          throw new Stopped();
        }
      } finally {
        lock.unlock();
      }
      action.run();
      lock.lock();
      try {
        next++;
        moved.signalAll();
      } finally {
        lock.unlock();
      }
    }

    private void breakUp() {
      lock.lock();
      try {
        broken = true;
        moved.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /** Another unit has failed; never seen outside. */
  private static final class Stopped extends RuntimeException {
    Stopped() {
      super("another unit failed", null, false, false);
    }
  }

  /**
   * Works on units 0 to {@code units - 1}; returns when all are done.
   *
   * @param members gives each thread its member, by the thread's number
   * @param order the order that units wait in, if they do
   */
  static void run(
      int threads, long units, IntFunction<? extends Member> members, @Nullable Order order) {
    AtomicLong next = new AtomicLong();
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    int crew = (int) Math.max(1, Math.min(threads, units));
    Thread[] others = new Thread[crew - 1];
    for (int i = 1; i < crew; i++) {
      int number = i;
      others[i - 1] =
          new Thread(() -> work(number, next, units, members, failure, order), "series-" + i);
      others[i - 1].setDaemon(true);
      others[i - 1].start();
    }
    work(0, next, units, members, failure, order);
    boolean interrupted = false;
    for (Thread other : others) {
      while (true) {
        try {
          other.join();
          break;
        } catch (InterruptedException e) {
          interrupted = true;
          failure.compareAndSet(null, new SeriesException("interrupted", e));
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    Throwable thrown = failure.get();
    if (thrown instanceof RuntimeException e) {
      throw e;
    }
    if (thrown instanceof Error e) {
      throw e;
    }
  }

  private static void work(
      int number,
      AtomicLong next,
      long units,
      IntFunction<? extends Member> members,
      AtomicReference<@Nullable Throwable> failure,
      @Nullable Order order) {
    try (Member member = members.apply(number)) {
      while (failure.get() == null) {
        if (Thread.currentThread().isInterrupted()) {
          throw new SeriesException("interrupted");
        }
        long unit = next.getAndIncrement();
        if (unit >= units) {
          return;
        }
        member.work(unit);
      }
    } catch (Throwable e) {
      // Also an OutOfMemoryError of one thread must reach the caller, and must not leave the others
      // waiting.
      failure.compareAndSet(null, e);
      if (order != null) {
        order.breakUp();
      }
    }
  }
}
