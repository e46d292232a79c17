package tickwatch.systemtests;

import com.kx.c;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A subscriber as KX's own Java client makes one, in a thread of its own: it looks whether row
 * numbers come in order, each once, and how old rows are that were stamped when they were sent.
 *
 * <p>When it is disconnected it subscribes again, from the start of the day's log on, and leaves
 * out what it has.
 */
final class Reader implements AutoCloseable {
  private final int port;
  private final Thread thread;

  private List<Long> ages = new ArrayList<>();
  private boolean isPaused;
  private boolean isClosed;
  private long next;
  private long wrong;
  private int disconnects;
  private c connection;

  Reader(int port) {
    this.port = port;
    connection = subscribed();
    thread = new Thread(this::read, "reader");
    thread.start();
  }

  private c subscribed() {
    try {
      c opened = new c("localhost", port);
      opened.k(".u.subfrom", "plant", "", 0L);
      return opened;
    } catch (c.KException | IOException e) {
      throw new IllegalStateException("no subscription", e);
    }
  }

  private void read() {
    while (awaitTurn()) {
      try {
        take(connection.k());
      } catch (c.KException | IOException e) {
        reconnect();
      }
    }
  }

  private synchronized boolean awaitTurn() {
    while (isPaused && !isClosed) {
      try {
        wait();
      } catch (InterruptedException e) {
        return false;
      }
    }
    return !isClosed;
  }

  private synchronized void reconnect() {
    if (!isClosed) {
      disconnects++;
      connection = subscribed();
    }
  }

  private synchronized void take(Object message) {
    Object[] upd = (Object[]) message;
    if (!upd[0].equals("upd")) {
      return;
    }
    c.Flip rows = (c.Flip) upd[2];
    try {
      Instant[] times = (Instant[]) rows.at("time");
      long[] numbers = (long[]) rows.at("row");
      for (long number : numbers) {
        if (number == next) {
          next++;
        } else if (number > next || disconnects == 0) {
          wrong++;
        }
      }
      ages.add(Duration.between(times[times.length - 1], Instant.now()).toNanos());
    } catch (RuntimeException e) {
      wrong++;
    }
  }

  /** Stops to read: what comes stays in the sockets. */
  synchronized void pause() {
    isPaused = true;
  }

  synchronized void goOn() {
    isPaused = false;
    notifyAll();
  }

  /** How many rows came, all numbers from 0 on. */
  synchronized long rows() {
    return next;
  }

  /** Rows that came too early, or twice over one connection. */
  synchronized long wrong() {
    return wrong;
  }

  synchronized int disconnects() {
    return disconnects;
  }

  /** How old rows were that came since the last call, in nanoseconds: ascending. */
  synchronized long[] takeAges() {
    long[] sorted = ages.stream().mapToLong(Long::longValue).toArray();
    ages = new ArrayList<>();
    Arrays.sort(sorted);
    return sorted;
  }

  @Override
  public void close() throws IOException {
    synchronized (this) {
      isClosed = true;
      notifyAll();
    }
    connection.close();
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
