package tickwatch.rdb;

import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.rdb.store.GrowingTable;
import tickwatch.rdb.store.StoredTable;

/**
 * Keeps the indexes of all tables close behind their rows, beside the thread that takes these in. A
 * query that comes in between does what is left itself.
 *
 * <p><b>Threads.</b> One of its own, which looks at the tables every {@value #PAUSE_MILLIS} ms and
 * steps aside for whoever wants the processor.
 */
final class Indexer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Indexer.class);

  private static final int PAUSE_MILLIS = 20;

  private final Database database;
  private final Thread thread;
  private volatile boolean closed;

  private Indexer(Database database) {
    this.database = database;
    this.thread = new Thread(this::run, "rdb-index");
    thread.setDaemon(true);
  }

  static Indexer start(Database database) {
    Indexer indexer = new Indexer(database);
    indexer.thread.start();
    return indexer;
  }

  private void run() {
    while (!closed) {
      for (StoredTable table : database.tables().values()) {
        if (table instanceof GrowingTable growing) {
          catchUp(growing);
        }
      }
      LockSupport.parkNanos(PAUSE_MILLIS * 1_000_000L);
    }
  }

  private static void catchUp(GrowingTable table) {
    try {
      table.catchUp(Thread::yield);
    } catch (OutOfMemoryError e) {
      // A query took it, and fails of it, too; the next turn begins anew.
      LOG.warn("no memory left for an index at the moment");
    }
  }

  /** Ends the thread; what it is at is done in a moment. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
