package tickwatch.tickerplant;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.codec.MessageType;
import tickwatch.ipc.codec.ValueDecoder;
import tickwatch.ipc.codec.ValueEncoder;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Vector;
import tickwatch.tick.PublisherMarker;
import tickwatch.tick.TableSchema;
import tickwatch.tick.TickLog;
import tickwatch.tick.ValueBytes;

/**
 * One table of the schema as bytes: what stands before its columns in the log and in a subscriber's
 * message, and the check of columns in place.
 *
 * <pre>
 *   log message       00 00 03000000 f5 'upd' 00 f5 table 00                              columns
 *   subscriber's  hdr 00 00 03000000 f5 'upd' 00 f5 table 00  62 00 63 0b 00 n names..    columns
 * </pre>
 *
 * <p>{@code columns} are the same bytes in both: a general list with a vector for each column of
 * the schema, all of one length, no attributes, little-endian.
 *
 * <p><b>Threads.</b> The event loop's alone, but for the methods that look at bytes.
 */
final class PublishedTable {
  /** Bytes that only the decoder can judge. */
  static final int NOT_IN_PLACE = -1;

  private static final int HEADER_BYTES = 8;

  /** Bytes of a general list before its first item. */
  static final int LIST_HEADER = 6;

  private static final int VECTOR_HEADER = 6;
  private static final int TIME_BYTES = 8;
  private static final byte TABLE = 98;
  private static final long ONE_ITEM = 1L << 16;

  final TableSchema schema;

  /** The name and a 00. */
  final byte[] symbol;

  final byte[] logPrefix;

  /** Everything of a subscriber's message before the columns; its length field is still 0. */
  final byte[] framePrefix;

  /** What stands before the columns of a table that a publisher sends. */
  private final byte[] tablePrefix;

  /** The same of a table without its time. */
  private final byte[] timelessTablePrefix;

  private final int[] types;

  private final int[] widths;

  private final boolean hasUntypedColumns;

  // What was accepted.
  long acceptedMessages;
  long acceptedRows;
  long acceptedBytes;

  /** Those that want some of its rows, or all. */
  final List<SubscriberGroup> groups = new ArrayList<>();

  /** Those that want all of its rows. */
  final List<SubscriberGroup> groupsOfAll = new ArrayList<>();

  /** Those that want the rows of a sym, by sym. */
  private final Map<String, List<SubscriberGroup>> groupsBySym = new HashMap<>();

  /** The same for those who look at bytes; null until it is asked for. */
  private @Nullable SymIndex<List<SubscriberGroup>> bySym;

  PublishedTable(TableSchema schema) {
    this.schema = schema;
    byte[] name = schema.name().getBytes(StandardCharsets.ISO_8859_1);
    symbol = Arrays.copyOf(name, name.length + 1);
    logPrefix = TickLog.prefix(schema.name());
    tablePrefix = ValueBytes.tablePrefix(schema.columns());
    timelessTablePrefix =
        ValueBytes.tablePrefix(schema.columns().subList(1, schema.columns().size()));
    framePrefix = framePrefix(logPrefix, tablePrefix);
    types = schema.types().stream().mapToInt(QType::number).toArray();
    widths = schema.types().stream().mapToInt(QType::width).toArray();
    hasUntypedColumns = schema.types().contains(QType.LIST);
  }

  private static byte[] framePrefix(byte[] logPrefix, byte[] tablePrefix) {
    return ByteBuffer.allocate(HEADER_BYTES + logPrefix.length + tablePrefix.length)
        .put((byte) 1)
        .put(new byte[HEADER_BYTES - 1])
        .put(logPrefix)
        .put(tablePrefix)
        .array();
  }

  String name() {
    return schema.name();
  }

  void add(SubscriberGroup group) {
    groups.add(group);
    bySym = null;
    Set<String> syms = group.filter(this).syms();
    if (syms == null) {
      groupsOfAll.add(group);
    } else {
      syms.forEach(
          sym -> groupsBySym.computeIfAbsent(sym, unknown -> new ArrayList<>()).add(group));
    }
  }

  void remove(SubscriberGroup group) {
    if (!groups.remove(group)) {
      return;
    }
    bySym = null;
    Set<String> syms = group.filter(this).syms();
    if (syms == null) {
      groupsOfAll.remove(group);
      return;
    }
    for (String sym : syms) {
      List<SubscriberGroup> of = groupsBySym.get(sym);
      if (of != null && of.remove(group) && of.isEmpty()) {
        groupsBySym.remove(sym);
      }
    }
  }

  /** Whether somebody wants the rows of some syms only. */
  boolean isFiltered() {
    return !groupsBySym.isEmpty();
  }

  /** Those that want the rows of a sym. */
  SymIndex<List<SubscriberGroup>> groupsBySym() {
    SymIndex<List<SubscriberGroup>> index = bySym;
    if (index == null) {
      index = new SymIndex<>(groupsBySym);
      bySym = index;
    }
    return index;
  }

  /**
   * Where the sym of a single row stands.
   *
   * @param at where its columns begin, which were checked
   */
  int symOfRowAt(int at) {
    return at + LIST_HEADER + VECTOR_HEADER + TIME_BYTES + VECTOR_HEADER;
  }

  /** Writes a subscriber's message up to its columns, which take this many bytes. */
  void writeFrameStart(ByteBuf out, int columnsLength) {
    int at = out.writerIndex();
    out.writeBytes(framePrefix);
    out.setIntLE(at + 4, framePrefix.length + columnsLength);
  }

  /** A subscriber's message up to its columns, which take this many bytes. */
  byte[] framePrefixOf(int columnsLength) {
    byte[] prefix = framePrefix.clone();
    ByteBuffer.wrap(prefix).order(ByteOrder.LITTLE_ENDIAN).putInt(4, prefix.length + columnsLength);
    return prefix;
  }

  /** Writes rows as a subscriber's message. */
  void writeFrame(Table table, ByteBuf out) {
    ValueEncoder.encodeMessage(
        MessageType.ASYNC,
        ListVector.of(new SymbolAtom("upd"), new SymbolAtom(name()), table),
        ValueEncoder.CAPABILITY,
        out);
  }

  /** The rows of columns that were checked. */
  Table decode(ValueDecoder decoder, ByteBuf columns) {
    ListVector list = (ListVector) decoder.decode(columns, true);
    List<Vector> vectors = new ArrayList<>(list.length());
    for (int column = 0; column < list.length(); column++) {
      vectors.add((Vector) list.get(column));
    }
    return new Table(schema.columns(), vectors);
  }

  /** Whether decoded rows have the schema's types. */
  boolean fits(Table rows) {
    for (int column = 0; column < types.length; column++) {
      if (types[column] != 0 && rows.columns().get(column).type().number() != types[column]) {
        return false;
      }
    }
    return true;
  }

  /** Whether publishers may write to it; the table of publishers is the tickerplant's own. */
  boolean isWritable() {
    return !name().equals(PublisherMarker.TABLE);
  }

  /** Whether the bytes from {@code at} to {@code symbolEnd - 1} are its name with its 00. */
  boolean isNamed(ByteBuffer bytes, int at, int symbolEnd) {
    return symbolEnd - at == symbol.length && ValueBytes.startsWith(bytes, at, symbolEnd, symbol);
  }

  /** Counts what was accepted. */
  void accepted(int messages, int rows, int bytes) {
    acceptedMessages += messages;
    acceptedRows += rows;
    acceptedBytes += bytes;
  }

  int columnCount() {
    return types.length;
  }

  /** The type of a column's vector as it stands in its first byte; 0 is any. */
  int typeNumber(int column) {
    return types[column];
  }

  /** Bytes of one item of a column; 0 for a symbol, and where any may come. */
  int width(int column) {
    return widths[column];
  }

  boolean hasUntypedColumns() {
    return hasUntypedColumns;
  }

  /**
   * The index behind a column that was checked.
   *
   * @param at where its vector begins
   */
  int endOfColumn(ByteBuffer bytes, int column, int rowCount, int at, int end) {
    if (types[column] == 0) {
      return ValueBytes.end(bytes, at, end);
    }
    return widths[column] == 0
        ? ValueBytes.endOfSymbols(bytes, rowCount, at + 6, end)
        : at + 6 + widths[column] * rowCount;
  }

  /**
   * The rows of columns that were checked.
   *
   * @param at where the general list begins
   */
  static int rows(ByteBuffer bytes, int at) {
    return bytes.getInt(at + 8);
  }

  /**
   * Where the columns of a table begin that a publisher sends, with the schema's columns in their
   * order, or with all of them but the time.
   *
   * @param at where the value begins
   * @return {@code at} if it is no table; {@link #NOT_IN_PLACE} if it is another one
   */
  int columnsOfTable(ByteBuffer bytes, int at, int end) {
    if (bytes.get(at) != TABLE) {
      return at;
    }
    int count = types.length;
    byte[] prefix = tablePrefix;
    if (!ValueBytes.startsWith(bytes, at, end, prefix)) {
      count--;
      prefix = timelessTablePrefix;
      if (!ValueBytes.startsWith(bytes, at, end, prefix)) {
        return NOT_IN_PLACE;
      }
    }
    int columns = at + prefix.length;
    boolean isWhole =
        end - columns >= LIST_HEADER + VECTOR_HEADER
            && bytes.getInt(columns + 2) == count
            && bytes.get(columns + LIST_HEADER) >= 0;
    return isWhole ? columns : NOT_IN_PLACE;
  }

  /**
   * Whether a row, or columns, of so many items come without their time: they have one item less
   * than the table has columns.
   */
  boolean lacksTime(int items) {
    return items == types.length - 1;
  }

  /** The time that rows without one get. */
  long timeNow(DayClock clock) {
    return types[0] == QType.TIMESPAN.number() ? clock.timespan() : clock.timestamp();
  }

  /** Bytes that the times of so many rows take as a column. */
  static long timesLength(int rows) {
    return VECTOR_HEADER + (long) TIME_BYTES * rows;
  }

  /**
   * Writes how the columns of rows begin that came without their time: the list's start, and the
   * same time for all of them.
   *
   * @return where the columns go that came, without their list's start
   */
  int writeTimes(int rows, long time, ByteBuffer out, int outAt) {
    out.putShort(outAt, (short) 0);
    out.putInt(outAt + 2, types.length);
    out.putShort(outAt + LIST_HEADER, (short) types[0]);
    out.putInt(outAt + LIST_HEADER + 2, rows);
    int to = outAt + LIST_HEADER + VECTOR_HEADER;
    for (int row = 0; row < rows; row++) {
      out.putLong(to, time);
      to += TIME_BYTES;
    }
    return to;
  }

  /**
   * Checks a list of columns in place. The time may be missing; see {@link #lacksTime}.
   *
   * @param at where the general list begins
   * @param end index behind the last byte that may be read
   * @return the index behind the columns; {@link #NOT_IN_PLACE} if these are not exactly the
   *     schema's columns, or hold what only the decoder can judge
   */
  int endOfColumns(ByteBuffer bytes, int at, int end) {
    if (end - at < LIST_HEADER + VECTOR_HEADER || bytes.getShort(at) != 0) {
      return NOT_IN_PLACE;
    }
    int items = bytes.getInt(at + 2);
    int first = lacksTime(items) ? 1 : 0;
    if (items != types.length - first) {
      return NOT_IN_PLACE;
    }
    int next = at + LIST_HEADER;
    int rowCount = bytes.getInt(next + 2);
    if (rowCount < 0) {
      return NOT_IN_PLACE;
    }
    for (int column = first; column < types.length; column++) {
      if (end - next < 6 || bytes.getInt(next + 2) != rowCount || bytes.get(next + 1) != 0) {
        return NOT_IN_PLACE;
      }
      int type = types[column];
      int found = bytes.get(next);
      if (type == 0) {
        next = endOfUntyped(bytes, found, rowCount, next, end);
      } else if (found != type) {
        return NOT_IN_PLACE;
      } else if (widths[column] == 0) {
        next = ValueBytes.endOfSymbols(bytes, rowCount, next + 6, end);
      } else {
        next = ValueBytes.endOfItems(widths[column], rowCount, next + 6, end);
      }
      if (next < 0) {
        return NOT_IN_PLACE;
      }
    }
    return next;
  }

  /** Vectors and lists of vectors and atoms are judged here, all else by the decoder. */
  private static int endOfUntyped(ByteBuffer bytes, int type, int rowCount, int at, int end) {
    if (type > 19 || type < 0) {
      return NOT_IN_PLACE;
    }
    if (type > 0) {
      return ValueBytes.end(bytes, at, end);
    }
    int next = at + 6;
    for (int row = 0; row < rowCount; row++) {
      if (next >= end || bytes.get(next) > 19 || bytes.get(next) == 0) {
        return NOT_IN_PLACE;
      }
      next = ValueBytes.end(bytes, next, end);
      if (next < 0) {
        return NOT_IN_PLACE;
      }
    }
    return next;
  }

  /** Most bytes that {@link #writeRow} makes of a row of this length, with room to spare. */
  int rowRoom(int rowBytes) {
    return rowBytes + VECTOR_HEADER * (types.length + 1) + TIME_BYTES;
  }

  /**
   * Rewrites a row, a list of atoms, as columns of one item. What an untyped column has may be a
   * vector as well; a list of values is left to the decoder.
   *
   * @param at where the general list begins
   * @param end index behind the row's last byte; the row must end there
   * @param time what it gets if it {@link #lacksTime}
   * @param out where the columns go, from {@code outAt} on; there must be {@link #rowRoom}
   * @return the index behind what was written; {@link #NOT_IN_PLACE} if this is not exactly a row
   *     of the schema's types
   */
  int writeRow(ByteBuffer bytes, int at, int end, long time, ByteBuffer out, int outAt) {
    if (end - at < LIST_HEADER || bytes.getShort(at) != 0) {
      return NOT_IN_PLACE;
    }
    int items = bytes.getInt(at + 2);
    int first = lacksTime(items) ? 1 : 0;
    if (items != types.length - first) {
      return NOT_IN_PLACE;
    }
    out.putShort(outAt, (short) 0);
    out.putInt(outAt + 2, types.length);
    int next = at + LIST_HEADER;
    int to = outAt + LIST_HEADER;
    if (first == 1) {
      out.putLong(to, types[0] | ONE_ITEM);
      out.putLong(to + VECTOR_HEADER, time);
      to += VECTOR_HEADER + TIME_BYTES;
    }
    for (int column = first; column < types.length; column++) {
      int type = types[column];
      if (type == 0) {
        int length = lengthOfUntyped(bytes, next, end);
        if (length < 0) {
          return NOT_IN_PLACE;
        }
        // An atom is a vector of itself then, a vector a list of itself.
        int atomType = Math.max(0, -bytes.get(next));
        next += atomType > 0 ? 1 : 0;
        out.putLong(to, atomType | ONE_ITEM);
        to += VECTOR_HEADER;
        out.put(to, bytes, next, length);
        next += length;
        to += length;
        continue;
      }
      if (next >= end || bytes.get(next) != -type) {
        return NOT_IN_PLACE;
      }
      next++;
      // Type, no attribute, one item: 6 bytes, and 2 that what follows overwrites.
      out.putLong(to, type | ONE_ITEM);
      to += 6;
      int width = widths[column];
      if (width == 8) {
        if (end - next < 8) {
          return NOT_IN_PLACE;
        }
        out.putLong(to, bytes.getLong(next));
      } else if (width == 4) {
        if (end - next < 4) {
          return NOT_IN_PLACE;
        }
        out.putInt(to, bytes.getInt(next));
      } else if (width == 0) {
        // Only a symbol has no width.
        int after = ValueBytes.endOfSymbols(bytes, 1, next, end);
        if (after < 0) {
          return NOT_IN_PLACE;
        }
        width = after - next;
        out.put(to, bytes, next, width);
      } else {
        if (end - next < width) {
          return NOT_IN_PLACE;
        }
        out.put(to, bytes, next, width);
      }
      next += width;
      to += width;
    }
    return next == end ? to : NOT_IN_PLACE;
  }

  /**
   * Bytes that an item of an untyped column has in its column's vector: of an atom those behind its
   * type, of a vector all; negative if the decoder has to judge it.
   */
  private static int lengthOfUntyped(ByteBuffer bytes, int at, int end) {
    int type = at < end ? bytes.get(at) : 0;
    if (type > 19 || type == 0) {
      return NOT_IN_PLACE;
    }
    int after = ValueBytes.end(bytes, at, end);
    return after < 0 ? NOT_IN_PLACE : after - at - (type < 0 ? 1 : 0);
  }
}
