package tickwatch.tick;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Vector;

/**
 * Puts the rows of messages that follow each other and are of one table together into one {@link
 * Upd}, straight from their bytes: a stream of single rows costs its readers no object a row.
 *
 * <p>Takes the shape that this system's tickerplant logs and publishes: little-endian columns of
 * exactly the schema's types. What it does not take, the decoder does.
 *
 * <p><b>Threads.</b> One at a time.
 */
final class UpdAssembler {
  private static final int HEADER_BYTES = 8;

  /** Rows put together at most. */
  static final int MOST_ROWS = 1 << 16;

  /** One table of the schema, and its rows that were not taken out yet. */
  private static final class Pending {
    final TableSchema schema;
    final byte[] prefix;
    final byte[] tablePrefix;
    final ColumnBuilder[] columns;
    int rows;
    int messages;

    Pending(TableSchema schema, ColumnBuilder[] columns) {
      this.schema = schema;
      this.columns = columns;
      this.prefix = TickLog.prefix(schema.name());
      this.tablePrefix = tablePrefix(schema);
    }

    private static byte[] tablePrefix(TableSchema schema) {
      ByteArrayOutputStream prefix = new ByteArrayOutputStream();
      prefix.writeBytes(new byte[] {98, 0, 99, 11, 0});
      int columns = schema.columns().size();
      for (int shift = 0; shift < 32; shift += 8) {
        prefix.write(columns >>> shift);
      }
      for (String column : schema.columns()) {
        prefix.writeBytes(column.getBytes(StandardCharsets.ISO_8859_1));
        prefix.write(0);
      }
      return prefix.toByteArray();
    }
  }

  private final List<Pending> tables = new ArrayList<>();
  private @Nullable Pending current;

  /** The last message looked at: its table, and where its columns begin. */
  private @Nullable Pending found;

  private int columnsAt;

  UpdAssembler(Schema schema) {
    SymbolIntern symbols = new SymbolIntern();
    for (TableSchema table : schema.tables()) {
      ColumnBuilder[] columns = new ColumnBuilder[table.types().size()];
      boolean isTyped = true;
      for (int column = 0; column < columns.length; column++) {
        ColumnBuilder builder = ColumnBuilder.of(table.types().get(column), symbols);
        if (builder == null) {
          isTyped = false;
          break;
        }
        columns[column] = builder;
      }
      if (isTyped) {
        tables.add(new Pending(table, columns));
      }
    }
  }

  /**
   * Looks at a message of the log.
   *
   * @return its rows, or -1 if it must be decoded
   */
  int lookAtLogged(ByteBuffer bytes, int start, int end) {
    Pending table = table(bytes, start, end);
    return table == null ? -1 : lookAtColumns(table, bytes, start + table.prefix.length, end);
  }

  /**
   * Looks at a live message, header included.
   *
   * @return its rows, or -1 if it must be decoded
   */
  int lookAtLive(ByteBuffer bytes, int start, int end) {
    if (end - start < HEADER_BYTES || bytes.get(start) != 1) {
      return -1;
    }
    Pending table = table(bytes, start + HEADER_BYTES, end);
    if (table == null) {
      return -1;
    }
    int at = start + HEADER_BYTES + table.prefix.length;
    if (!ValueBytes.startsWith(bytes, at, end, table.tablePrefix)) {
      return -1;
    }
    return lookAtColumns(table, bytes, at + table.tablePrefix.length, end);
  }

  private @Nullable Pending table(ByteBuffer bytes, int at, int end) {
    Pending last = found;
    if (last != null && ValueBytes.startsWith(bytes, at, end, last.prefix)) {
      return last;
    }
    for (int t = 0; t < tables.size(); t++) {
      if (ValueBytes.startsWith(bytes, at, end, tables.get(t).prefix)) {
        return tables.get(t);
      }
    }
    return null;
  }

  private int lookAtColumns(Pending table, ByteBuffer bytes, int at, int end) {
    found = table;
    columnsAt = at;
    if (end - at < 12
        || bytes.getShort(at) != 0
        || bytes.getInt(at + 2) != table.columns.length
        || bytes.get(at + 6) != table.columns[0].typeNumber) {
      return -1;
    }
    int rows = bytes.getInt(at + 8);
    return rows >= 0 && rows <= MOST_ROWS ? rows : -1;
  }

  /** The table of the message that was looked at. */
  String table() {
    if (found == null) {
      throw new IllegalStateException("no message was looked at");
    }
    return found.schema.name();
  }

  /** Whether the message that was looked at can be put to the rows that are there. */
  boolean fits(int rows) {
    return current == null || (current == found && current.rows + rows <= MOST_ROWS);
  }

  /**
   * Adds the message that was looked at, and that fits.
   *
   * @return false if its columns are not those of the schema; nothing is added then
   */
  boolean add(ByteBuffer bytes, int end, int rows) {
    Pending table = found;
    if (table == null) {
      throw new IllegalStateException("no message was looked at");
    }
    int next = columnsAt + 6;
    for (ColumnBuilder column : table.columns) {
      if (end - next < 6
          || bytes.get(next) != column.typeNumber
          || bytes.get(next + 1) != 0
          || bytes.getInt(next + 2) != rows) {
        return false;
      }
      next = column.put(bytes, next + 6, end, table.rows, rows);
      if (next < 0) {
        return false;
      }
    }
    if (next != end) {
      return false;
    }
    table.rows += rows;
    table.messages++;
    current = table;
    return true;
  }

  /** Messages that {@link #take} will give the rows of. */
  int messages() {
    return current == null ? 0 : current.messages;
  }

  /** Takes the rows out; null if there are none. */
  @Nullable Upd take() {
    Pending table = current;
    current = null;
    if (table == null) {
      return null;
    }
    List<Vector> columns = new ArrayList<>(table.columns.length);
    for (ColumnBuilder column : table.columns) {
      columns.add(column.build(table.rows));
    }
    table.rows = 0;
    table.messages = 0;
    return new Upd(table.schema.name(), new Table(table.schema.columns(), columns));
  }
}
