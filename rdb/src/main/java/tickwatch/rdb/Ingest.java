package tickwatch.rdb;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.ipc.net.WarningLimit;
import tickwatch.rdb.store.GrowingTable;
import tickwatch.rdb.store.StoreException;
import tickwatch.rdb.store.StoredTable;
import tickwatch.tick.RowSpace;
import tickwatch.tick.Schema;
import tickwatch.tick.TableSchema;
import tickwatch.tick.TickListener;
import tickwatch.tick.Upd;

/**
 * Puts what the tickerplant publishes into the tables. Rows become visible when all that were at
 * hand have been taken: a snapshot a socket read, not a row.
 *
 * <p><b>Threads.</b> The subscriber's one thread calls the listener's methods and is thereby the
 * one writer of all tables. The state that others ask for is volatile.
 */
final class Ingest implements TickListener {
  private static final Logger LOG = LoggerFactory.getLogger(Ingest.class);

  /** The exit code that the virtual machine would end with, too. */
  private static final int NO_MEMORY = 3;

  private final Database database;
  private final EndOfDay endOfDay;
  private final WarningLimit refusalLimit = WarningLimit.onceASecond();

  private final List<StoredTable> unpublished = new ArrayList<>();
  private String lastName = "";
  private @Nullable StoredTable lastTable;

  private enum Phase {
    WAITING,
    REPLAYING,
    LIVE
  }

  /**
   * @param waitingFor why rows are not arriving live, or null when they are
   */
  private record Progress(Phase phase, @Nullable String waitingFor) {}

  private volatile Progress progress;

  private final AtomicLong refused = new AtomicLong();
  private volatile long lastReceivedNanos = System.nanoTime();
  private volatile @Nullable String lastRefusal;

  /** What is done when rows arrive live for the first time. */
  private @Nullable Runnable onceLive;

  Ingest(Database database, EndOfDay endOfDay, String tickerplant) {
    this.database = database;
    this.endOfDay = endOfDay;
    this.progress = new Progress(Phase.WAITING, "waiting for the tickerplant at " + tickerplant);
  }

  /** Before the first call of the listener: what its thread runs when it is live for once. */
  void onceLive(Runnable wanted) {
    onceLive = wanted;
  }

  @Override
  public void subscribed(Schema schema) {
    database.define(schema);
    lastTable = null;
    lastName = "";
    progress = new Progress(Phase.REPLAYING, "replaying the tick log");
  }

  @Override
  public void reset(String why) {
    batchComplete();
    database.tables().values().forEach(StoredTable::clear);
    LOG.warn("emptied all tables, to fill them from the tick log again: {}", why);
  }

  @Override
  public void upd(Upd upd, boolean replayed) {
    StoredTable table = tableOf(upd.table());
    if (table == null) {
      refuse(upd, "there is no table of this name");
      return;
    }
    try {
      table.append(upd.rows());
    } catch (StoreException e) {
      refuse(upd, e.getMessage());
      return;
    } catch (OutOfMemoryError e) {
      throw noMemory(e);
    }
    taken(table);
  }

  @Override
  public @Nullable RowSpace space(TableSchema table) {
    return database.table(table.name()) instanceof GrowingTable growing
        ? ending(growing.space(table.columns(), table.types()))
        : null;
  }

  private static @Nullable RowSpace ending(@Nullable RowSpace space) {
    return space == null ? null : new EndingSpace(space);
  }

  /** A space whose opening ends the process where there is no memory. */
  private record EndingSpace(RowSpace space) implements RowSpace {
    @Override
    public int open(int rows) {
      try {
        return space.open(rows);
      } catch (OutOfMemoryError e) {
        throw noMemory(e);
      }
    }

    @Override
    public int first() {
      return space.first();
    }

    @Override
    public Object items(int column) {
      return space.items(column);
    }

    @Override
    public int code(int column, String name) {
      try {
        return space.code(column, name);
      } catch (OutOfMemoryError e) {
        throw noMemory(e);
      }
    }

    @Override
    public Object codesOf(int column) {
      return space.codesOf(column);
    }
  }

  /**
   * Ends the process at once, as a virtual machine does that is told to: a row is missing, and
   * whoever starts it again has it read from the log. A query that finds no memory fails alone.
   */
  private static OutOfMemoryError noMemory(OutOfMemoryError e) {
    try {
      LOG.error("no memory left for a row: ends; give it more (-Xmx), or keep fewer rows (--keep)");
    } finally {
      Runtime.getRuntime().halt(NO_MEMORY);
    }
    return e;
  }

  @Override
  public void put(String table, int rows) {
    if (!(tableOf(table) instanceof GrowingTable growing)) {
      throw new IllegalStateException("table " + table + " has no space");
    }
    try {
      growing.put(rows);
    } catch (OutOfMemoryError e) {
      throw noMemory(e);
    }
    taken(growing);
  }

  private void taken(StoredTable table) {
    if (unpublished.isEmpty() || !unpublished.contains(table)) {
      unpublished.add(table);
    }
  }

  private @Nullable StoredTable tableOf(String name) {
    if (lastTable == null || !name.equals(lastName)) {
      lastTable = database.table(name);
      lastName = name;
    }
    return lastTable;
  }

  private void refuse(Upd upd, @Nullable String why) {
    refused.incrementAndGet();
    lastRefusal = "table " + upd.table() + ": " + why;
    long keptBack = refusalLimit.permit();
    if (keptBack >= 0) {
      LOG.error(
          "rows that the tickerplant published do not fit and are missing here: table={} rows={}"
              + " keptBack={}: {}",
          upd.table(),
          upd.rows().rowCount(),
          keptBack,
          why);
    }
  }

  @Override
  public void batchComplete() {
    if (unpublished.isEmpty()) {
      return;
    }
    try {
      for (int i = 0; i < unpublished.size(); i++) {
        unpublished.get(i).publish();
      }
    } catch (OutOfMemoryError e) {
      throw noMemory(e);
    }
    unpublished.clear();
    lastReceivedNanos = System.nanoTime();
  }

  @Override
  public void live() {
    batchComplete();
    long rows = database.tables().values().stream().mapToLong(StoredTable::rowsTaken).sum();
    LOG.info("caught up with the tickerplant: rows={}", rows);
    progress = new Progress(Phase.LIVE, null);
    Runnable first = onceLive;
    if (first != null) {
      onceLive = null;
      first.run();
    }
  }

  @Override
  public void endOfDay(int day) {
    batchComplete();
    if (endOfDay == EndOfDay.CLEAR) {
      database.tables().values().forEach(StoredTable::clear);
      LOG.info("end of day: emptied all tables: tables={}", database.tables().size());
    }
  }

  @Override
  public void disconnected(String why) {
    batchComplete();
    progress = new Progress(Phase.WAITING, "waiting for the tickerplant: " + why);
  }

  /** Why rows are not arriving live, or null when they are. Any thread. */
  @Nullable String waitingFor() {
    return progress.waitingFor();
  }

  /** Whether rows are coming from the log. Any thread. */
  boolean isReplaying() {
    return progress.phase() == Phase.REPLAYING;
  }

  /** Messages that did not fit their table. Any thread. */
  long refused() {
    return refused.get();
  }

  /** The last of them, or null. Any thread. */
  @Nullable String lastRefusal() {
    return lastRefusal;
  }

  /** When rows last came, by {@link System#nanoTime}; when this was made, if none have. */
  long lastReceivedNanos() {
    return lastReceivedNanos;
  }
}
