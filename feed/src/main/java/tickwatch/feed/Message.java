package tickwatch.feed;

import com.kx.c;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Null;

/**
 * The rows of the message being put together, column by column as javakdb wants them. The arrays
 * are used again for the next message; only a message with fewer rows than usual copies them.
 */
final class Message {
  private final TableColumns table;
  private final int capacity;
  private final Object[] columns;
  private int rows;
  private long position;
  private long lastTime = Null.LONG;
  private @Nullable Object lastTimeObject;

  Message(TableColumns table, int capacity) {
    this.table = table;
    this.capacity = capacity;
    this.columns = new Object[table.count()];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = table.kind(i).array(capacity);
    }
  }

  int rows() {
    return rows;
  }

  boolean isFull() {
    return rows == capacity;
  }

  /** The position of the last row. */
  long position() {
    return position;
  }

  /**
   * Adds a row.
   *
   * @param time its time in nanoseconds since 2000, whatever the row says
   */
  void add(Row row, long time, long rowPosition) {
    row.wholes[TableColumns.TIME] = time;
    if (time == lastTime && lastTimeObject != null) {
      // Rows of several sensors share their time, and javakdb's object for it.
      ((Object[]) columns[TableColumns.TIME])[rows] = lastTimeObject;
    } else {
      table.kind(TableColumns.TIME).put(columns[TableColumns.TIME], rows, row, TableColumns.TIME);
      lastTime = time;
      lastTimeObject = ((Object[]) columns[TableColumns.TIME])[rows];
    }
    ((String[]) columns[TableColumns.SYM])[rows] = row.sym;
    for (int i = TableColumns.SYM + 1; i < columns.length; i++) {
      table.kind(i).put(columns[i], rows, row, i);
    }
    rows++;
    position = rowPosition;
  }

  /** Gives all rows this time. */
  void stamp(Instant now) {
    Object[] times = (Object[]) columns[TableColumns.TIME];
    Object time =
        table.kind(TableColumns.TIME) == ColumnKind.TIMESTAMP
            ? now
            : new c.Timespan(
                Math.floorMod(now.getEpochSecond(), 86_400L) * 1_000_000_000L + now.getNano());
    Arrays.fill(times, 0, rows, time);
  }

  /** The columns of all rows, valid until the next row is added. */
  Object[] columns() {
    if (rows == capacity) {
      return columns;
    }
    Object[] first = new Object[columns.length];
    for (int i = 0; i < columns.length; i++) {
      first[i] = table.kind(i).first(columns[i], rows);
    }
    return first;
  }

  void clear() {
    rows = 0;
  }
}
