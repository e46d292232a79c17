package tickwatch.rdb;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.rdb.store.GrowingTable;
import tickwatch.rdb.store.KeyedTable;
import tickwatch.rdb.store.Retention;
import tickwatch.rdb.store.StoredTable;
import tickwatch.tick.Schema;
import tickwatch.tick.TableSchema;

/**
 * The tables by name, in the order of the tickerplant's schema.
 *
 * <p><b>Threads.</b> One thread defines tables, the one that fills them; any thread looks them up.
 * The map is never changed but replaced, through a volatile field.
 */
final class Database {
  private static final Logger LOG = LoggerFactory.getLogger(Database.class);

  private final Retention keep;
  private final Map<String, TableSchema> schemas = new LinkedHashMap<>();
  private volatile Map<String, StoredTable> tables = Map.of();

  Database(Retention keep) {
    this.keep = keep;
  }

  /**
   * Adds empty tables for those that are not there yet. One that is there and looks different now
   * stays as it is: its rows have the old columns.
   */
  void define(Schema schema) {
    Map<String, StoredTable> defined = new LinkedHashMap<>(tables);
    for (TableSchema table : schema.tables()) {
      TableSchema known = schemas.putIfAbsent(table.name(), table);
      if (known == null) {
        defined.put(table.name(), storedTable(table));
      } else if (!known.equals(table)) {
        LOG.error(
            "the tickerplant has changed a table, whose rows will be refused: restart this rdb:"
                + " table={} was={} is={}",
            table.name(),
            known,
            table);
      }
    }
    tables = Collections.unmodifiableMap(defined);
  }

  private StoredTable storedTable(TableSchema table) {
    return table.keyColumns() == 0
        ? new GrowingTable(table.columns(), table.types(), keep)
        : new KeyedTable(table.columns(), table.types(), table.keyColumns());
  }

  /** The table of that name, or null. */
  @Nullable StoredTable table(String name) {
    return tables.get(name);
  }

  /** All tables by name; never changes. */
  Map<String, StoredTable> tables() {
    return tables;
  }
}
