package tickwatch.tickerplant;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import tickwatch.ipc.value.IntVector;
import tickwatch.tick.Schema;
import tickwatch.tick.TickListener;
import tickwatch.tick.Upd;

/** Notes what a follower is told: the sizes of trades, and in which order things happened. */
final class Followed implements TickListener {
  private static final long PATIENCE_SECONDS = 20;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<Integer> sizes = new ArrayList<>();
  private final List<String> events = new ArrayList<>();
  private int liveTimes;
  private int lostTimes;
  private long replayedRows;

  private void change(Runnable note) {
    lock.lock();
    try {
      note.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void subscribed(Schema schema) {
    change(() -> events.add("subscribed " + schema.tables().size()));
  }

  @Override
  public void reset(String why) {
    change(
        () -> {
          sizes.clear();
          replayedRows = 0;
          events.add("reset");
        });
  }

  @Override
  public void logOpened(int day) {
    change(() -> events.add("log " + day));
  }

  @Override
  public void upd(Upd upd, boolean replayed) {
    if (upd.table().equals("trade")) {
      int[] rows = ((IntVector) upd.rows().columns().get(3)).toArray();
      change(
          () -> {
            for (int size : rows) {
              sizes.add(size);
            }
            replayedRows += replayed ? rows.length : 0;
          });
    }
  }

  @Override
  public void live() {
    change(
        () -> {
          liveTimes++;
          events.add("live");
        });
  }

  @Override
  public void endOfDay(int day) {
    change(() -> events.add("end " + day + " after " + sizes.size()));
  }

  @Override
  public void disconnected(String why) {
    change(
        () -> {
          lostTimes++;
          events.add("disconnected");
        });
  }

  private void await(String what, BooleanSupplier condition) {
    long left = TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    lock.lock();
    try {
      while (!condition.getAsBoolean()) {
        if (left <= 0) {
          throw new AssertionError(
              "waited in vain for " + what + ": " + sizes.size() + " rows, " + events);
        }
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    } finally {
      lock.unlock();
    }
  }

  void awaitRows(int count) {
    await(count + " rows", () -> sizes.size() >= count);
  }

  void awaitLive(int times) {
    await("live " + times, () -> liveTimes >= times);
  }

  void awaitLost(int times) {
    await("disconnected " + times, () -> lostTimes >= times);
  }

  void awaitEvent(String event) {
    await(event, () -> events.contains(event));
  }

  List<Integer> sizes() {
    lock.lock();
    try {
      return List.copyOf(sizes);
    } finally {
      lock.unlock();
    }
  }

  List<String> events() {
    lock.lock();
    try {
      return List.copyOf(events);
    } finally {
      lock.unlock();
    }
  }

  int liveTimes() {
    lock.lock();
    try {
      return liveTimes;
    } finally {
      lock.unlock();
    }
  }

  long replayedRows() {
    lock.lock();
    try {
      return replayedRows;
    } finally {
      lock.unlock();
    }
  }
}
