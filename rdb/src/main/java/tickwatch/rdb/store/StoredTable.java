package tickwatch.rdb.store;

import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;

/**
 * A table in memory that one thread fills and any thread reads.
 *
 * <p><b>Threads.</b> {@link #append}, {@link #publish} and {@link #clear} belong to one thread, the
 * writer. All else may be called by any thread at any time, waits for nothing and holds nothing up.
 */
public sealed interface StoredTable permits GrowingTable, KeyedTable {
  /**
   * Takes rows; readers see them from the next {@link #publish} on.
   *
   * @param rows the table's columns in their order and types; any vector for an untyped column
   * @throws StoreException if they do not fit; nothing of them was stored
   */
  void append(Table rows);

  /** Shows readers all rows taken so far, whole, and lets go of those that need not be kept. */
  void publish();

  /** Forgets all rows, for readers too. Rows already in a snapshot stay there. */
  void clear();

  /**
   * What was there at the last publication: a {@link Table}, or a dictionary of two tables for a
   * keyed table. Nothing is copied and it never changes.
   */
  Value snapshot();

  /** Rows that readers see. */
  int rowCount();

  /** Rows taken since the start, whether they are still there or not. */
  long rowsTaken();

  /** Bytes that the columns take; an estimate for general lists. */
  long allocatedBytes();
}
