package tickwatch.tickerplant;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows of one table from many messages, put together column by column for one publication.
 *
 * <p>Rows count as soon as {@link #commit} says that the log has them; {@link #rollBack} forgets
 * those it has not.
 *
 * <p>A message whose untyped column came as a typed vector is not mixed with others, which would
 * change that column's type: it stays a publication of its own, in order.
 *
 * <p><b>Threads.</b> The event loop's alone.
 */
final class TableBatch {
  private static final int LIST_HEADER = 6;
  private static final int KEPT_BYTES = 1 << 20;

  /**
   * A longer message stays a publication of its own: with others it could become longer than what
   * subscribers take.
   */
  static final int MOST_MERGED_BYTES = 16 << 20;

  private final PublishedTable table;
  private final ByteBufAllocator allocator;
  private final ByteBuf[] columns;
  private final int[] committedBytes;

  /** Publications that are complete, as columns; those before {@link #committedClosed} are safe. */
  private final List<ByteBuf> closed = new ArrayList<>();

  private int committedClosed;
  private int rows;
  private int committedRows;
  private boolean isClean = true;

  TableBatch(PublishedTable table, ByteBufAllocator allocator) {
    this.table = table;
    this.allocator = allocator;
    this.columns = new ByteBuf[table.columnCount()];
    this.committedBytes = new int[columns.length];
    for (int column = 0; column < columns.length; column++) {
      columns[column] = allocator.directBuffer();
    }
  }

  PublishedTable table() {
    return table;
  }

  /**
   * Adds rows that were checked: columns of the table, all of this many rows.
   *
   * @param view the same bytes as {@code source}
   */
  void add(ByteBuf source, ByteBuffer view, int at, int length, int rowCount) {
    isClean = false;
    int end = at + length;
    if (length > MOST_MERGED_BYTES || !isMergeable(view, at, end, rowCount)) {
      close();
      closed.add(allocator.directBuffer(length).writeBytes(source, at, length));
      return;
    }
    int next = at + LIST_HEADER;
    for (int column = 0; column < columns.length; column++) {
      int after = table.endOfColumn(view, column, rowCount, next, end);
      columns[column].writeBytes(source, next + LIST_HEADER, after - next - LIST_HEADER);
      next = after;
    }
    rows += rowCount;
  }

  private boolean isMergeable(ByteBuffer view, int at, int end, int rowCount) {
    if (!table.hasUntypedColumns()) {
      return true;
    }
    int next = at + LIST_HEADER;
    for (int column = 0; column < columns.length; column++) {
      if (table.typeNumber(column) == 0 && view.get(next) != 0) {
        return false;
      }
      next = table.endOfColumn(view, column, rowCount, next, end);
    }
    return true;
  }

  /** The rows put together so far become publications that grow no more. */
  private void close() {
    if (committedRows > 0) {
      // On its own, so that the rest can still be taken back.
      closed.add(committedClosed++, encode(committedRows, committedBytes));
      for (int column = 0; column < columns.length; column++) {
        columns[column].readerIndex(committedBytes[column]).discardReadBytes();
      }
      rows -= committedRows;
    }
    if (rows > 0) {
      int[] ends = new int[columns.length];
      for (int column = 0; column < columns.length; column++) {
        ends[column] = columns[column].writerIndex();
      }
      closed.add(encode(rows, ends));
    }
    clearColumns();
  }

  private ByteBuf encode(int rowCount, int[] ends) {
    int bytes = LIST_HEADER;
    for (int columnBytes : ends) {
      bytes += LIST_HEADER + columnBytes;
    }
    ByteBuf out = allocator.directBuffer(bytes, bytes);
    out.writeShortLE(0).writeIntLE(columns.length);
    for (int column = 0; column < columns.length; column++) {
      out.writeByte(table.typeNumber(column)).writeByte(0).writeIntLE(rowCount);
      out.writeBytes(columns[column], 0, ends[column]);
    }
    return out;
  }

  private void clearColumns() {
    for (int column = 0; column < columns.length; column++) {
      if (columns[column].capacity() > KEPT_BYTES) {
        columns[column].release();
        columns[column] = allocator.directBuffer();
      } else {
        columns[column].clear();
      }
      committedBytes[column] = 0;
    }
    rows = 0;
    committedRows = 0;
  }

  /** The log has everything that was added. */
  void commit() {
    if (isClean) {
      return;
    }
    isClean = true;
    committedClosed = closed.size();
    committedRows = rows;
    for (int column = 0; column < columns.length; column++) {
      committedBytes[column] = columns[column].writerIndex();
    }
  }

  /** Forgets what was added since the last {@link #commit}. */
  void rollBack() {
    if (isClean) {
      return;
    }
    isClean = true;
    while (closed.size() > committedClosed) {
      closed.remove(closed.size() - 1).release();
    }
    rows = committedRows;
    for (int column = 0; column < columns.length; column++) {
      columns[column].writerIndex(committedBytes[column]);
    }
  }

  /** Takes the columns to be published, in order, committed or not; they belong to the caller. */
  void drainTo(List<ByteBuf> publications) {
    close();
    publications.addAll(closed);
    closed.clear();
    committedClosed = 0;
    isClean = true;
  }

  void release() {
    for (ByteBuf column : columns) {
      column.release();
    }
    closed.forEach(ByteBuf::release);
    closed.clear();
  }
}
