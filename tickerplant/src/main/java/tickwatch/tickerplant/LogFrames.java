package tickwatch.tickerplant;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.Map;
import tickwatch.ipc.codec.CodecException;
import tickwatch.ipc.codec.ValueDecoder;
import tickwatch.ipc.value.Table;
import tickwatch.tick.TickLog;
import tickwatch.tick.TickLogException;
import tickwatch.tick.ValueBytes;

/**
 * Reads a log as the messages of a subscriber: each message of the log is one {@code upd} with a
 * table, or none if the subscription has nothing of it.
 *
 * <p><b>Threads.</b> One at a time.
 */
final class LogFrames {
  private static final int READ_BYTES = 1 << 18;
  private static final int KEPT_BYTES = 1 << 22;

  private final PublishedTable[] tables;
  private final ByteBufAllocator allocator;
  private final ValueDecoder decoder;
  private final RowPicker picker = new RowPicker();
  private ByteBuffer bytes = direct(READ_BYTES);

  /**
   * @param mostSymbols different ones in a message that has to be decoded: one with more does not
   *     fit
   */
  LogFrames(PublishedTable[] tables, ByteBufAllocator allocator, int mostSymbols) {
    this.decoder = new ValueDecoder(mostSymbols);
    this.tables = tables.clone();
    this.allocator = allocator;
  }

  private static ByteBuffer direct(int capacity) {
    return ByteBuffer.allocateDirect(capacity).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The columns of a row that a foreign tickerplant logged as atoms. */
  private ByteBuffer rowColumns = ByteBuffer.allocate(0);

  /**
   * What a read gave.
   *
   * @param frames whole messages with their headers, perhaps none; the caller releases it
   * @param offset behind the last message of the log that was looked at
   * @param messages of the log that were looked at
   * @param leftOut of them, those that do not fit the schema: kdb+ logs what it is sent, and a disk
   *     may change what was logged
   */
  record Piece(ByteBuf frames, long offset, long messages, long leftOut) {}

  /**
   * Reads whole messages: about {@value #READ_BYTES} bytes of the log, but at least one message.
   *
   * @param offset where a message begins
   * @param end where one ends, in front of which reading stops
   * @param skip of the first messages, how many are only counted
   * @throws TickLogException if the bytes there are no messages
   */
  Piece read(FileChannel log, long offset, long end, long skip, Map<String, SymFilter> subscription)
      throws IOException {
    int filled = fill(log, offset, end, 0);
    ByteBuf frames = allocator.directBuffer(filled + filled / 2);
    try {
      int at = 0;
      long messages = 0;
      long leftOut = 0;
      while (true) {
        int next = ValueBytes.end(bytes, at, filled);
        if (next == ValueBytes.MALFORMED) {
          throw new TickLogException("no message at byte " + (offset + at));
        }
        if (next < 0) {
          if (messages > 0 || offset + filled >= end) {
            break;
          }
          grow(filled);
          filled = fill(log, offset, end, filled);
          continue;
        }
        if (messages >= skip) {
          leftOut += write(at, next, subscription, frames) ? 0 : 1;
        }
        messages++;
        at = next;
      }
      if (at == 0 && filled > 0) {
        throw new TickLogException("no whole message between " + offset + " and " + end);
      }
      return new Piece(frames.retain(), offset + at, messages, leftOut);
    } finally {
      frames.release();
      if (bytes.capacity() > KEPT_BYTES) {
        bytes = direct(READ_BYTES);
      }
    }
  }

  /** Reads to the buffer's end, or to the end given; returns how much is there. */
  private int fill(FileChannel log, long offset, long end, int filled) throws IOException {
    int wanted = (int) Math.min(bytes.capacity(), end - offset);
    bytes.limit(wanted).position(filled);
    while (bytes.hasRemaining()) {
      if (log.read(bytes, offset + bytes.position()) < 0) {
        throw new EOFException("the log ends before byte " + end);
      }
    }
    bytes.clear();
    return wanted;
  }

  private void grow(int filled) {
    if (bytes.capacity() > Integer.MAX_VALUE / 2) {
      throw new TickLogException("a message longer than " + filled + " bytes");
    }
    ByteBuffer larger = direct(2 * bytes.capacity());
    larger.put(0, bytes, 0, filled);
    bytes = larger;
  }

  /** Makes what a subscriber gets of a message; false if it does not fit the schema. */
  private boolean write(int at, int end, Map<String, SymFilter> subscription, ByteBuf frames) {
    for (PublishedTable table : tables) {
      if (ValueBytes.startsWith(bytes, at, end, table.logPrefix)) {
        SymFilter filter = subscription.get(table.name());
        return filter == null || write(table, filter, at + table.logPrefix.length, end, frames);
      }
    }
    return TickLog.isSkipped(bytes, at, end);
  }

  /** False if these are no rows of the table. */
  private boolean write(
      PublishedTable table, SymFilter filter, int columnsAt, int end, ByteBuf out) {
    ByteBuffer columns = bytes;
    int at = columnsAt;
    int columnsEnd = end;
    // The log has the times of all rows.
    if (end - at < 6 || bytes.getInt(at + 2) != table.columnCount()) {
      return false;
    }
    if (end - at > 6 && bytes.get(at + 6) < 0) {
      if (rowColumns.capacity() < table.rowRoom(end - at)) {
        rowColumns =
            ByteBuffer.allocate(2 * table.rowRoom(end - at)).order(ByteOrder.LITTLE_ENDIAN);
      }
      columnsEnd = table.writeRow(bytes, at, end, 0, rowColumns, 0);
      if (columnsEnd < 0) {
        return false;
      }
      columns = rowColumns;
      at = 0;
    }
    boolean isChecked = table.endOfColumns(columns, at, columnsEnd) == columnsEnd;
    if (isChecked) {
      if (filter.isAll()) {
        writeAll(table, columns, at, columnsEnd, out);
      } else {
        writePicked(table, filter, columns, at, columnsEnd, out);
      }
      return true;
    }
    Table rows;
    try {
      rows =
          table.decode(
              decoder, Unpooled.wrappedBuffer(columns.duplicate().limit(columnsEnd).position(at)));
    } catch (CodecException | IllegalArgumentException | ClassCastException e) {
      return false;
    }
    if (!table.fits(rows)) {
      return false;
    }
    Table selected = filter.select(rows);
    if (selected.rowCount() > 0) {
      table.writeFrame(selected, out);
    }
    return true;
  }

  private static void writeAll(
      PublishedTable table, ByteBuffer columns, int at, int end, ByteBuf out) {
    table.writeFrameStart(out, end - at);
    out.writeBytes(columns.duplicate().limit(end).position(at));
  }

  /** Writes the rows that a filter lets through, if any. */
  private void writePicked(
      PublishedTable table, SymFilter filter, ByteBuffer columns, int at, int end, ByteBuf out) {
    picker.take(table, columns, at, end);
    int rows = picker.rows();
    int[] picked = new int[rows];
    int count = 0;
    for (int row = 0; row < rows; row++) {
      if (picker.ofSym(filter.index(), row) != null) {
        picked[count++] = row;
      }
    }
    if (count > 0 && count == rows) {
      writeAll(table, columns, at, end, out);
    } else if (count > 0) {
      int length = picker.length(picked, count);
      table.writeFrameStart(out, length);
      out.ensureWritable(length);
      int from = out.writerIndex();
      ByteBuffer view = out.nioBuffer(from, length).order(ByteOrder.LITTLE_ENDIAN);
      picker.write(picked, count, view, 0);
      out.writerIndex(from + length);
    }
    picker.forget();
  }
}
