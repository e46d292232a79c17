package tickwatch.rdb;

import java.util.concurrent.atomic.AtomicLong;
import tickwatch.rdb.store.StoredTable;

/**
 * How queries share the heap with the tables, whatever the limits of each would allow: all that run
 * at a time and all connections' variables together must not leave the tables without room, since
 * the process ends where there is none for a row.
 *
 * <p>A quarter of the heap is left to the rows that come, the sockets and what nobody counts. Of
 * what the tables do not take of the rest, variables get half at most, and the queries that run
 * share what is left.
 *
 * <p><b>Threads.</b> Any.
 */
final class QueryMemory {
  /** So much a query may always take. */
  private static final long LEAST_BYTES = 16 << 20;

  /** What a message takes as values at most, its symbols aside: as many times its length. */
  private static final int VALUES_A_BYTE = 8;

  /** What a different symbol takes at most. */
  private static final int SYMBOL_BYTES = 200;

  private final Database database;
  private final int queries;
  private final long heapBytes;
  private final AtomicLong variableBytes = new AtomicLong();

  /**
   * @param queries that run at a time at most
   */
  QueryMemory(Database database, int queries, long heapBytes) {
    this.database = database;
    this.queries = queries;
    this.heapBytes = heapBytes;
  }

  private long besideTables() {
    long tables = 0;
    for (StoredTable table : database.tables().values()) {
      tables += table.allocatedBytes();
    }
    return Math.max(0, heapBytes / 4 * 3 - tables);
  }

  /** What a query that begins now may allocate. */
  long ofQuery() {
    return Math.max(LEAST_BYTES, (besideTables() - variableBytes.get()) / queries);
  }

  /** What answers may take that were given and are not read. */
  long mostUnread() {
    return Math.max(LEAST_BYTES, besideTables() / 4);
  }

  /** The longest message that may be decoded. */
  long longestMessage() {
    return ofQuery() / VALUES_A_BYTE;
  }

  /** How many different symbols a message may hold, whatever the tables take. */
  int mostSymbols() {
    long bytes = Math.max(LEAST_BYTES, heapBytes / 8 / queries);
    return (int) Math.min(Integer.MAX_VALUE, bytes / SYMBOL_BYTES);
  }

  /** What variables may take more; less than nothing where they take too much already. */
  long leftForVariables() {
    return besideTables() / 2 - variableBytes.get();
  }

  /** Variables take so much more, or less. */
  void variablesGrew(long bytes) {
    variableBytes.addAndGet(bytes);
  }
}
