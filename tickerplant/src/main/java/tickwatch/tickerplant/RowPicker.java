package tickwatch.tickerplant;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.QType;
import tickwatch.tick.ValueBytes;

/**
 * Picks rows out of columns byte for byte: for those who want some syms of a message of many rows.
 *
 * <p>Where the items of a column have no width, as syms and what untyped columns hold, it is found
 * out once a message where each of them begins, however many pick from it.
 *
 * <p><b>Threads.</b> One at a time.
 */
final class RowPicker {
  private static final int VECTOR_HEADER = 6;
  private static final int KEPT_ROWS = 1 << 16;
  private static final int[] NO_ITEMS = {};

  private ByteBuffer bytes = ByteBuffer.allocate(0);
  private int rows;
  private int columnCount;

  // By column: its vector's type, where its items begin, and what they take; 0 if that differs.
  private int[] types = {};
  private int[] starts = {};
  private int[] widths = {};

  /** By column without a width: where each item begins, and behind them where the last one ends. */
  private int[][] itemsAt = {};

  /**
   * Takes columns to pick from.
   *
   * @param columns little-endian; they were checked, and are not copied
   * @param at where their list begins
   * @param end behind its last byte
   */
  void take(PublishedTable table, ByteBuffer columns, int at, int end) {
    bytes = columns;
    rows = PublishedTable.rows(columns, at);
    columnCount = table.columnCount();
    if (types.length < columnCount) {
      types = new int[columnCount];
      starts = new int[columnCount];
      widths = new int[columnCount];
      itemsAt = new int[columnCount][];
      Arrays.fill(itemsAt, NO_ITEMS);
    }
    int next = at + PublishedTable.LIST_HEADER;
    for (int column = 0; column < columnCount; column++) {
      int type = columns.get(next);
      next += VECTOR_HEADER;
      types[column] = type;
      starts[column] = next;
      widths[column] = width(table, column, type);
      next = widths[column] > 0 ? next + widths[column] * rows : findItems(column, next, end);
    }
  }

  private static int width(PublishedTable table, int column, int type) {
    if (table.typeNumber(column) != 0) {
      return table.width(column);
    }
    QType found = QType.ofNumber(type);
    return type == 0 || found == null ? 0 : found.width();
  }

  private int findItems(int column, int start, int end) {
    int[] at = itemsAt[column];
    if (at.length <= rows) {
      at = new int[Math.max(rows + 1, Math.min(KEPT_ROWS, 2 * rows))];
      itemsAt[column] = at;
    }
    boolean isOfSyms = types[column] == QType.SYMBOL.number();
    int next = start;
    for (int row = 0; row < rows; row++) {
      at[row] = next;
      next =
          isOfSyms
              ? ValueBytes.endOfSymbols(bytes, 1, next, end)
              : ValueBytes.end(bytes, next, end);
      if (next < 0) {
        throw new IllegalStateException("columns that were not checked");
      }
    }
    at[rows] = next;
    return next;
  }

  /** Keeps no room for more rows than most messages have; the columns are not used any more. */
  void forget() {
    if (rows > KEPT_ROWS) {
      Arrays.fill(itemsAt, NO_ITEMS);
    }
  }

  int rows() {
    return rows;
  }

  /** What belongs to the sym of a row, or null. */
  <V> @Nullable V ofSym(SymIndex<V> index, int row) {
    int[] syms = itemsAt[1];
    return index.get(bytes, syms[row], syms[row + 1]);
  }

  /** Bytes of the columns of so many rows, the first ones of {@code picked}. */
  int length(int[] picked, int count) {
    int length = PublishedTable.LIST_HEADER;
    for (int column = 0; column < columnCount; column++) {
      length += VECTOR_HEADER + widths[column] * count;
      if (widths[column] == 0) {
        int[] at = itemsAt[column];
        for (int p = 0; p < count; p++) {
          length += at[picked[p] + 1] - at[picked[p]];
        }
      }
    }
    return length;
  }

  /** Writes them, as many bytes as {@link #length} says, in the order of {@code picked}. */
  void write(int[] picked, int count, ByteBuffer out, int outAt) {
    out.putShort(outAt, (short) 0);
    out.putInt(outAt + 2, columnCount);
    int to = outAt + PublishedTable.LIST_HEADER;
    for (int column = 0; column < columnCount; column++) {
      out.putShort(to, (short) types[column]);
      out.putInt(to + 2, count);
      to += VECTOR_HEADER;
      int start = starts[column];
      int width = widths[column];
      if (width == 0) {
        int[] at = itemsAt[column];
        for (int p = 0; p < count; p++) {
          int length = at[picked[p] + 1] - at[picked[p]];
          out.put(to, bytes, at[picked[p]], length);
          to += length;
        }
      } else if (width == 8) {
        for (int p = 0; p < count; p++) {
          out.putLong(to, bytes.getLong(start + 8 * picked[p]));
          to += 8;
        }
      } else {
        for (int p = 0; p < count; p++) {
          out.put(to, bytes, start + width * picked[p], width);
          to += width;
        }
      }
    }
  }
}
