package tickwatch.tick;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Vector;

/**
 * Puts the rows of messages that follow each other and are of one table together into one {@link
 * Upd}, straight from their bytes: a stream of single rows costs its readers no object a row.
 *
 * <p>The rows of the table {@code publisher}, one before each message of who numbers them, are put
 * together apart from the others, so that they do not part what belongs together; they come out
 * behind the rows among which they stood.
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

    /** What stands in the log before the first column. */
    final byte[] columnsPrefix;

    final byte[] tablePrefix;
    final ColumnBuilder[] columns;
    final boolean isOfPublishers;

    /** Where the listener wants the rows, if it wants them anywhere. */
    final @Nullable RowSpace space;

    int rows;
    int messages;

    /** Whether the rows are put into the space. */
    boolean isLent;

    /** Where the first row is, in the columns' arrays. */
    int first;

    /** Single rows that there is room for. */
    int room;

    /** Rows that were taken out last. */
    int lastRows;

    Pending(TableSchema schema, ColumnBuilder[] columns, @Nullable RowSpace space) {
      this.schema = schema;
      this.space = space;
      this.columns = columns;
      this.prefix = TickLog.prefix(schema.name());
      this.columnsPrefix =
          ByteBuffer.allocate(prefix.length + 6)
              .order(ByteOrder.LITTLE_ENDIAN)
              .put(prefix)
              .putShort((short) 0)
              .putInt(columns.length)
              .array();
      this.tablePrefix = ValueBytes.tablePrefix(schema.columns());
      this.isOfPublishers = schema.name().equals(PublisherMarker.TABLE);
    }
  }

  private final List<Pending> tables = new ArrayList<>();
  private @Nullable Pending current;
  private @Nullable Pending publishers;

  /** The last message looked at: its table, and where its columns begin. */
  private @Nullable Pending found;

  private int columnsAt;
  private int messagesOfRun;

  /**
   * @param spaceOf where rows of a table are to be put, or null where they are to be taken out
   */
  UpdAssembler(Schema schema, Function<TableSchema, @Nullable RowSpace> spaceOf) {
    SymbolIntern symbols = new SymbolIntern();
    ItemViews views = new ItemViews();
    for (TableSchema table : schema.tables()) {
      ColumnBuilder[] columns = new ColumnBuilder[table.types().size()];
      boolean isTyped = true;
      for (int column = 0; column < columns.length; column++) {
        ColumnBuilder builder = ColumnBuilder.of(table.types().get(column), symbols, views);
        if (builder == null) {
          isTyped = false;
          break;
        }
        columns[column] = builder;
      }
      if (isTyped) {
        // A guid is two items, and its chunks are not arrays of one.
        boolean hasSpace = !table.types().contains(QType.GUID);
        tables.add(new Pending(table, columns, hasSpace ? spaceOf.apply(table) : null));
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
    return looked().schema.name();
  }

  /** Whether the message that was looked at can be put to the rows that are there. */
  boolean fits(int rows) {
    Pending table = looked();
    if (table.isLent) {
      return table.rows + rows <= table.room && isNext(table);
    }
    // What goes over the end of a space is taken out at once: the next message fits again.
    return table.rows + rows <= MOST_ROWS
        && isNext(table)
        && (table.space == null || table.messages == 0);
  }

  private boolean isNext(Pending table) {
    return table.isOfPublishers || current == null || current == table;
  }

  /**
   * Adds the message that was looked at, and that fits.
   *
   * @return false if its columns are not those of the schema, or do not end at {@code end}; nothing
   *     is added then
   */
  boolean add(ByteBuffer bytes, int end, int rows) {
    boolean fits = put(bytes, end, rows) == end;
    if (fits) {
      added(rows);
    } else {
      notAdded();
    }
    return fits;
  }

  /**
   * Adds the message that was looked at, and that fits, wherever it ends.
   *
   * @param limit index behind the last byte that may be read
   * @return the index behind the message; negative if it is not all there, or its columns are not
   *     those of the schema: nothing is added then
   */
  int addNext(ByteBuffer bytes, int limit, int rows) {
    int end = put(bytes, limit, rows);
    if (end >= 0) {
      added(rows);
    } else {
      notAdded();
    }
    return end;
  }

  private void added(int rows) {
    Pending table = looked();
    table.rows += rows;
    table.messages++;
    if (table.isOfPublishers) {
      publishers = table;
    } else {
      current = table;
    }
  }

  /** The space is not held for nothing: others may put rows there, or empty it. */
  private void notAdded() {
    Pending table = looked();
    if (table.messages == 0) {
      empty(table);
    }
  }

  /**
   * Adds messages of one row each, as many as follow each other and are of the table that was
   * looked at last.
   *
   * @param at where the first of them would begin
   * @param most at most this many
   * @return the index behind the last one; {@link #messagesOfRun} says how many there were
   */
  int addRun(ByteBuffer bytes, int at, int limit, long most) {
    Pending table = looked();
    byte[] prefix = table.columnsPrefix;
    int behind = at;
    int added = 0;
    int mostRows = table.isLent ? table.room : MOST_ROWS;
    while (added < most
        && table.rows < mostRows
        && ValueBytes.startsWith(bytes, behind, limit, prefix)) {
      int end = putRow(table, bytes, behind + prefix.length, limit);
      if (end < 0) {
        break;
      }
      table.rows++;
      added++;
      behind = end;
    }
    table.messages += added;
    messagesOfRun = added;
    return behind;
  }

  int messagesOfRun() {
    return messagesOfRun;
  }

  private Pending looked() {
    Pending table = found;
    if (table == null) {
      throw new IllegalStateException("no message was looked at");
    }
    return table;
  }

  private int put(ByteBuffer bytes, int limit, int rows) {
    Pending table = looked();
    if (table.messages == 0 && table.space != null) {
      lend(table, table.space, rows);
    }
    int next = columnsAt + 6;
    return rows == 1 ? putRow(table, bytes, next, limit) : put(table, bytes, next, limit, rows);
  }

  /** Has the table's rows put into a space, if it has room for these. */
  private static void lend(Pending table, RowSpace space, int rows) {
    int room = space.open(Math.max(1, rows));
    if (room < rows) {
      return;
    }
    table.isLent = true;
    table.first = space.first();
    table.room = room;
    for (int column = 0; column < table.columns.length; column++) {
      table.columns[column].lend(space, column);
    }
  }

  private static int putRow(Pending table, ByteBuffer bytes, int at, int limit) {
    int row = table.rows;
    ColumnBuilder[] columns = table.columns;
    if (row >= table.room) {
      makeRoom(table);
    }
    int next = at;
    for (int column = 0; column < columns.length && next >= 0; column++) {
      next = ColumnBuilder.putOne(columns[column], bytes, next, limit, table.first + row);
    }
    return next;
  }

  private static void makeRoom(Pending table) {
    table.room = Math.max(table.lastRows, 2 * table.rows + 1);
    for (ColumnBuilder column : table.columns) {
      column.makeRoom(table.room);
    }
  }

  private static int put(Pending table, ByteBuffer bytes, int at, int limit, int rows) {
    int next = at;
    for (ColumnBuilder column : table.columns) {
      if (limit - next < 6
          || bytes.get(next) != column.typeNumber
          || bytes.get(next + 1) != 0
          || bytes.getInt(next + 2) != rows) {
        return ValueBytes.MALFORMED;
      }
      next = column.put(bytes, next + 6, limit, table.first + table.rows, rows);
      if (next < 0) {
        return next;
      }
    }
    return next;
  }

  /** Messages whose rows come next; 0 if there are none. */
  int messages() {
    Pending next = next();
    return next == null ? 0 : next.messages;
  }

  private @Nullable Pending next() {
    return current == null ? publishers : current;
  }

  /**
   * Hands the rows of the next table over: to {@link TickListener#put} where they lie in its space,
   * else to {@link TickListener#upd}.
   */
  void deliver(TickListener listener, boolean replayed) {
    Pending table = removeNext();
    int rows = table.rows;
    if (table.isLent) {
      empty(table);
      listener.put(table.schema.name(), rows);
      return;
    }
    List<Vector> columns = new ArrayList<>(table.columns.length);
    for (ColumnBuilder column : table.columns) {
      columns.add(column.take(rows));
    }
    table.lastRows = rows;
    empty(table);
    listener.upd(
        new Upd(table.schema.name(), new Table(table.schema.columns(), columns)), replayed);
  }

  private Pending removeNext() {
    Pending table = next();
    if (table == null) {
      throw new IllegalStateException("there are no rows");
    }
    if (table.isOfPublishers) {
      publishers = null;
    } else {
      current = null;
    }
    return table;
  }

  private static void empty(Pending table) {
    if (table.isLent) {
      for (ColumnBuilder column : table.columns) {
        column.giveBack();
      }
      table.isLent = false;
      table.first = 0;
    }
    table.room = 0;
    table.rows = 0;
    table.messages = 0;
  }

  /** Forgets the rows that were put together. */
  void discard() {
    while (next() != null) {
      empty(removeNext());
    }
  }
}
