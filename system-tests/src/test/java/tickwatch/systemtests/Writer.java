package tickwatch.systemtests;

import com.kx.c;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A publisher without a name, as KX's own Java client makes one, in a thread of its own: rows of
 * the table {@code junk}, numbered from 0 on in their column {@code number}.
 *
 * <p>One that waits for each answer sends a row that was refused again. One that does not wait
 * sends on.
 */
final class Writer implements AutoCloseable {
  private static final int PAUSE_MILLIS = 1;

  private final c connection;
  private final String sym;
  private final boolean waits;
  private final Thread thread;

  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private volatile boolean isEnding;
  private volatile String failure = "";

  /** Writes on and on. */
  Writer(int port, String sym, boolean waits) {
    this(port, sym, waits, true);
  }

  private Writer(int port, String sym, boolean waits, boolean goesOn) {
    this.sym = sym;
    this.waits = waits;
    try {
      connection = new c("localhost", port);
    } catch (c.KException | IOException e) {
      throw new IllegalStateException("no connection", e);
    }
    thread = new Thread(this::write, "writer " + sym);
    if (goesOn) {
      thread.start();
    }
  }

  /** Writes a row only when it is told to. */
  static Writer idle(int port) {
    return new Writer(port, "idle", true, false);
  }

  /** Writes a row, and waits until it is taken. */
  void writeOne() throws IOException {
    if (!isTaken(new Object[] {sym, (double) sent.get()})) {
      throw new IllegalStateException("a row was refused " + failure);
    }
    sent.incrementAndGet();
  }

  private void write() {
    try {
      while (!isEnding) {
        Object[] row = {sym, (double) sent.get()};
        if (!waits) {
          connection.ks(".u.upd", "junk", row);
          sent.incrementAndGet();
        } else if (isTaken(row)) {
          sent.incrementAndGet();
        } else {
          refused.incrementAndGet();
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (IOException | InterruptedException e) {
      failure = e.toString();
    }
  }

  private boolean isTaken(Object[] row) throws IOException {
    try {
      connection.k(".u.upd", "junk", row);
      return true;
    } catch (c.KException e) {
      if (!"log".equals(e.getMessage())) {
        failure = "'" + e.getMessage();
      }
      return false;
    }
  }

  /** Rows that were sent and not refused. */
  long sent() {
    return sent.get();
  }

  /** How often a row was refused since the log could not be written. */
  long refused() {
    return refused.get();
  }

  /** Ends, and waits until everything sent is dealt with; what went wrong, empty if nothing did. */
  String end() {
    isEnding = true;
    try {
      thread.join();
      connection.k("");
    } catch (c.KException | IOException | InterruptedException e) {
      return failure + e;
    }
    return failure;
  }

  @Override
  public void close() throws IOException {
    isEnding = true;
    connection.close();
  }
}
