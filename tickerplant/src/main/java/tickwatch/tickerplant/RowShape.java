package tickwatch.tickerplant;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a publisher's single rows of a table have in common: every byte of their messages up to the
 * first atom, but the length, and the types of the atoms.
 *
 * <p>One message that was checked with care is the pattern of those that follow. What stands before
 * the row is compared eight bytes at a time; the row itself becomes columns in one pass, whose
 * types are compared on the way.
 *
 * <pre>
 *   message  header  ('.u.upd'; table; (-12 time             -11 sym 00             -9 value ..))
 *   log              ('upd';    table; ( 12 00 01000000 time  11 00 01000000 sym 00  9 00 ..
 * </pre>
 *
 * <p>The number that a publisher with a name gave the message goes into the marker, which the log
 * has before the row. A row that comes without its time gets one.
 *
 * <p>The work is done in arrays, and by loops that do not count by one: the compiler makes fewer
 * than half the instructions of it that it makes of direct buffers and of counted loops of so few
 * turns. Eight bytes are written where fewer are meant; what comes next is written over the rest.
 *
 * <p><b>Threads.</b> The event loop's alone.
 */
final class RowShape {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int WORD = 8;
  private static final int STEP = 4 * WORD;

  /** So many bytes behind a message are read, and behind what is made of it written. */
  static final int SLACK = STEP;

  /** Bytes that are no row of the shape. */
  static final int NOT_OF_THIS_SHAPE = -1;

  private static final int LENGTH_AT = 4;
  private static final int LIST_HEADER = 6;

  // What stands before a value in a message and in the log: its type; its type and one item.
  private static final int ATOM_HEADER = 1;
  private static final int VECTOR_HEADER = 6;
  private static final long ONE_ITEM = 1L << 16;

  // From one value of eight bytes to the next one, in a message and in the log.
  private static final int ATOM = ATOM_HEADER + WORD;
  private static final int VECTOR = VECTOR_HEADER + WORD;

  // Steps that are not one value of so many bytes.
  private static final int SYM = 0;
  private static final int FOUR_WORDS = STEP;

  private static final long LOW_BITS = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;

  final PublishedTable table;

  /** Whose rows these are; null if it has no name. */
  final @Nullable Publisher publisher;

  /** Whether the rows come without their time. */
  final boolean lacksTime;

  /** Bytes of a message before the first atom. */
  final int startLength;

  /** Where the row's columns begin in what the log gets. */
  final int columnsAt;

  /** Of each word of a message's start what must stand there, then which of its bits matter. */
  private final long[] pattern;

  /** Bytes of a message all of whose syms are empty. */
  private final int leastLength;

  /** What is made of a row, for the log or for a subscriber, is longer by this at most. */
  private final int mostMadeMore;

  /** What stands before the first column in the log, the marker included, and some bytes more. */
  private final byte[] logStart;

  private final int logStartLength;

  /** Where the time goes in what the log gets, if the rows come without. */
  private final int stampAt;

  /** Where a publisher's number is in a message. */
  private final int seqFrom;

  // One value, or four of eight bytes each and of the same type: what stands before each in the
  // log, and how many bytes they are.
  private final long[] heads;
  private final int[] widths;

  private final byte[] framePrefix;
  private final int framePrefixLength;

  /**
   * The shape of a row that was accepted.
   *
   * @param publisher whose it is; null if it has no name
   * @param bytes the message begins at {@code start}
   * @param seqAt where the publisher's number stands, if it has a name
   * @param rowAt where its list of atoms begins
   */
  RowShape(
      PublishedTable table,
      @Nullable Publisher publisher,
      ByteBuffer bytes,
      int start,
      int seqAt,
      int rowAt) {
    this.table = table;
    this.publisher = publisher;
    lacksTime = table.lacksTime(bytes.getInt(rowAt + 2));
    startLength = startLength(start, rowAt);
    byte[] first = new byte[whole(startLength, WORD)];
    bytes.get(start, first, 0, startLength);
    byte[] mask = new byte[first.length];
    Arrays.fill(mask, 0, startLength, (byte) -1);
    Arrays.fill(mask, LENGTH_AT, LENGTH_AT + 4, (byte) 0);
    seqFrom = publisher == null ? 0 : seqAt - start;
    if (publisher != null) {
      Arrays.fill(mask, seqFrom, seqFrom + WORD, (byte) 0);
    }
    pattern = new long[2 * first.length / WORD];
    for (int word = 0; word < pattern.length; word += 2) {
      pattern[word + 1] = (long) LONGS.get(mask, word / 2 * WORD);
      pattern[word] = (long) LONGS.get(first, word / 2 * WORD) & pattern[word + 1];
    }
    byte[] marker = publisher == null ? new byte[0] : publisher.marker(0, 1);
    columnsAt = marker.length + table.logPrefix.length;
    stampAt = columnsAt + LIST_HEADER + VECTOR_HEADER;
    logStartLength = columnsAt + LIST_HEADER + (lacksTime ? VECTOR : 0);
    logStart = new byte[whole(logStartLength, STEP)];
    ByteBuffer begun = ByteBuffer.wrap(logStart).order(ByteOrder.LITTLE_ENDIAN);
    begun.put(marker).put(table.logPrefix);
    if (lacksTime) {
      table.writeTimes(1, 0, begun, columnsAt);
    } else {
      begun.putShort((short) 0).putInt(table.columnCount());
    }
    long[] headsOfAll = new long[table.columnCount()];
    int[] widthsOfAll = new int[headsOfAll.length];
    int least = startLength;
    int steps = 0;
    for (int column = lacksTime ? 1 : 0; column < table.columnCount(); steps++) {
      boolean isFour = isFour(table, column);
      headsOfAll[steps] = table.typeNumber(column) | ONE_ITEM;
      widthsOfAll[steps] = isFour ? FOUR_WORDS : table.width(column);
      // Of an empty sym there is its 00.
      least += isFour ? 4 * ATOM : ATOM_HEADER + Math.max(1, table.width(column));
      column += isFour ? 4 : 1;
    }
    heads = Arrays.copyOf(headsOfAll, steps);
    widths = Arrays.copyOf(widthsOfAll, steps);
    leastLength = least;
    byte[] prefix = table.framePrefixOf(0);
    framePrefixLength = prefix.length;
    framePrefix = Arrays.copyOf(prefix, whole(prefix.length, STEP));
    int more = table.columnCount() * (VECTOR_HEADER - ATOM_HEADER) + LIST_HEADER - startLength;
    more += lacksTime ? ATOM : 0;
    int ofMarker =
        publisher == null ? 0 : publisher.framePrefix().length + publisher.columnsLength();
    mostMadeMore = Math.max(columnsAt, ofMarker + prefix.length) + more;
  }

  /** Bytes of a message that begins at {@code start} before the first atom of its row. */
  static int startLength(int start, int rowAt) {
    return rowAt + LIST_HEADER - start;
  }

  private static boolean isFour(PublishedTable table, int column) {
    if (column + 4 > table.columnCount() || table.width(column) != WORD) {
      return false;
    }
    for (int other = column + 1; other < column + 4; other++) {
      if (table.typeNumber(other) != table.typeNumber(column)) {
        return false;
      }
    }
    return true;
  }

  private static int whole(int bytes, int unit) {
    return (bytes + unit - 1) / unit * unit;
  }

  /** Most bytes that the log or a subscriber gets of a message of this length. */
  int mostMade(int length) {
    return length + mostMadeMore;
  }

  /** Whether a message that has the shape's start begins there. */
  boolean begins(byte[] bytes, int start) {
    long wrong = 0;
    int at = start;
    for (int word = 0; word != pattern.length; word += 2) {
      wrong |= ((long) LONGS.get(bytes, at) & pattern[word + 1]) ^ pattern[word];
      at += WORD;
    }
    return wrong == 0;
  }

  /** The publisher's number of a message that {@link #begins} there. */
  long seq(byte[] bytes, int start) {
    return (long) LONGS.get(bytes, start + seqFrom);
  }

  /**
   * Writes what the log gets of a message that {@link #begins} there.
   *
   * @param length of the message, all of which is there and {@link #SLACK} behind it
   * @param time the timestamp that goes into the marker, if there is one
   * @param stamp the time of the row, if it comes without
   * @param out with {@link #SLACK} behind what is written from {@code outAt} on
   * @return the index behind what was written; {@link #NOT_OF_THIS_SHAPE} if the message is not
   *     exactly one row of the table
   */
  int write(byte[] bytes, int start, int length, long time, long stamp, byte[] out, int outAt) {
    int spare = length - leastLength;
    if (spare < 0) {
      return NOT_OF_THIS_SHAPE;
    }
    for (int at = 0; at != logStart.length; at += STEP) {
      int to = outAt + at;
      LONGS.set(out, to, (long) LONGS.get(logStart, at));
      LONGS.set(out, to + WORD, (long) LONGS.get(logStart, at + WORD));
      LONGS.set(out, to + 2 * WORD, (long) LONGS.get(logStart, at + 2 * WORD));
      LONGS.set(out, to + 3 * WORD, (long) LONGS.get(logStart, at + 3 * WORD));
    }
    if (publisher != null) {
      LONGS.set(out, outAt + Publisher.TIME_AT, time);
      LONGS.set(out, outAt + publisher.seqAt(), seq(bytes, start));
    }
    if (lacksTime) {
      LONGS.set(out, outAt + stampAt, stamp);
    }
    int from = start + startLength;
    int to = outAt + logStartLength;
    // An atom's type is the negative of its vector's: the lowest byte of their sum is 0.
    long types = 0;
    for (int step = 0; step != heads.length; step++) {
      long head = heads[step];
      int width = widths[step];
      if (width == FOUR_WORDS) {
        types |=
            ((long) LONGS.get(bytes, from) + head)
                | ((long) LONGS.get(bytes, from + ATOM) + head)
                | ((long) LONGS.get(bytes, from + 2 * ATOM) + head)
                | ((long) LONGS.get(bytes, from + 3 * ATOM) + head);
        LONGS.set(out, to, head);
        LONGS.set(out, to + VECTOR_HEADER, (long) LONGS.get(bytes, from + 1));
        LONGS.set(out, to + VECTOR, head);
        LONGS.set(out, to + VECTOR + VECTOR_HEADER, (long) LONGS.get(bytes, from + ATOM + 1));
        LONGS.set(out, to + 2 * VECTOR, head);
        LONGS.set(
            out, to + 2 * VECTOR + VECTOR_HEADER, (long) LONGS.get(bytes, from + 2 * ATOM + 1));
        LONGS.set(out, to + 3 * VECTOR, head);
        LONGS.set(
            out, to + 3 * VECTOR + VECTOR_HEADER, (long) LONGS.get(bytes, from + 3 * ATOM + 1));
        from += 4 * ATOM;
        to += 4 * VECTOR;
        continue;
      }
      types |= (long) LONGS.get(bytes, from) + head;
      LONGS.set(out, to, head);
      from += ATOM_HEADER;
      to += VECTOR_HEADER;
      if (width == SYM) {
        int symLength = copySym(bytes, from, spare, out, to);
        spare -= symLength;
        if (spare < 0) {
          return NOT_OF_THIS_SHAPE;
        }
        width = symLength + 1;
      } else {
        LONGS.set(out, to, (long) LONGS.get(bytes, from));
        if (width > WORD) {
          LONGS.set(out, to + WORD, (long) LONGS.get(bytes, from + WORD));
        }
      }
      from += width;
      to += width;
    }
    return (types & 0xff) == 0 && from == start + length ? to : NOT_OF_THIS_SHAPE;
  }

  /**
   * Copies a sym and its 00.
   *
   * @param most bytes that it may have
   * @return how many it has, the 00 not counted; more than {@code most} if it is longer than that
   */
  private static int copySym(byte[] bytes, int from, int most, byte[] out, int to) {
    int at = 0;
    while (true) {
      long eight = (long) LONGS.get(bytes, from + at);
      LONGS.set(out, to + at, eight);
      // The lowest bit that is set is that of the first 00.
      long ends = (eight - LOW_BITS) & ~eight & HIGH_BITS;
      if (ends != 0) {
        return at + Long.numberOfTrailingZeros(ends) / WORD;
      }
      at += WORD;
      if (at > most) {
        return at;
      }
    }
  }

  /**
   * Writes what subscribers get of a row, without the marker.
   *
   * @param logged what {@link #write} made is there from {@code from} to {@code end - 1}
   * @param out with {@link #SLACK} behind what is written from {@code outAt} on
   * @return the index behind what was written
   */
  int writeFrame(byte[] logged, int from, int end, byte[] out, int outAt) {
    // Rounded up, since the copy of a few last bytes costs more than that of many.
    System.arraycopy(framePrefix, 0, out, outAt, framePrefix.length);
    int columns = end - from - columnsAt;
    int to = outAt + framePrefixLength;
    INTS.set(out, outAt + LENGTH_AT, framePrefixLength + columns);
    System.arraycopy(logged, from + columnsAt, out, to, whole(columns, STEP));
    return to + columns;
  }
}
