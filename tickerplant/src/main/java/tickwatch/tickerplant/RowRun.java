package tickwatch.tickerplant;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Single rows of one {@link RowShape} that lie back to back in what a socket brought.
 *
 * <p>They are looked at, and what the log and the subscribers get of them is made, in arrays that
 * all fit into a core's first cache; from there it goes on in one piece.
 *
 * <p><b>Threads.</b> The event loop's alone.
 */
final class RowRun {
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int READ_BYTES = 1 << 12;
  private static final int MADE_BYTES = 1 << 14;
  private static final int MOST_ROWS = 256;

  /** Where the length stands in a message. */
  private static final int LENGTH_AT = 4;

  /** What was made of all rows of the run. */
  static final class Block {
    final byte[] bytes = new byte[MADE_BYTES + RowShape.SLACK];
    int length;
    private boolean isMade;
  }

  private final byte[] read = new byte[READ_BYTES + RowShape.SLACK];
  private int nextRead = READ_BYTES;

  private @Nullable RowShape shape;
  private int rows;
  private int length;
  private long lastSeq;

  private final Block logged = new Block();

  /** Where each row ends in what the log gets. */
  private final int[] ends = new int[MOST_ROWS];

  private final Block[] frames = {new Block(), new Block(), new Block()};

  /**
   * Takes the rows that the next messages are: of one shape, and with numbers that go up.
   *
   * @param start where the first message begins
   * @param end behind the last byte that is there
   * @param time the timestamp of the markers, if there are any
   * @param clock which says the time of rows that come without
   * @return how many there are; if none, it cannot be said what the first message is
   */
  int take(RowShapes known, ByteBuffer bytes, int start, int end, long time, DayClock clock) {
    rows = 0;
    length = 0;
    int first = bytes.getInt(start + LENGTH_AT);
    if (first > READ_BYTES || first > end - start) {
      return 0;
    }
    // Where shapes are not known every other time, what lies behind would be copied in vain.
    int available = Math.min(Math.min(end - start, READ_BYTES), Math.max(nextRead, first));
    bytes.get(start, read, 0, available);
    shape = known.of(read, 0);
    if (shape != null) {
      write(shape, available, time, shape.lacksTime ? shape.table.timeNow(clock) : 0);
    }
    nextRead = Math.min(READ_BYTES, 2 * length);
    return rows;
  }

  /** Writes what the log gets of the rows that begin what was read. */
  private void write(RowShape of, int available, long time, long stamp) {
    Publisher publisher = of.publisher;
    long seq = publisher == null ? 0 : publisher.seq;
    int at = 0;
    int made = 0;
    int room = MADE_BYTES;
    int count = 0;
    do {
      int byteLength = (int) INTS.get(read, at + LENGTH_AT);
      if (byteLength > available - at || of.mostMade(byteLength) > room) {
        break;
      }
      if (publisher != null) {
        long number = of.seq(read, at);
        if (number <= seq) {
          break;
        }
        seq = number;
      }
      int next = of.write(read, at, byteLength, time, stamp, logged.bytes, made);
      if (next == RowShape.NOT_OF_THIS_SHAPE) {
        break;
      }
      room -= of.mostMade(byteLength);
      made = next;
      ends[count++] = made;
      at += byteLength;
      lastSeq = seq;
    } while (count < MOST_ROWS && available - at >= of.startLength && of.begins(read, at));
    rows = count;
    length = at;
    logged.length = made;
    for (Block block : frames) {
      block.isMade = false;
    }
  }

  int rows() {
    return rows;
  }

  /** Bytes of all messages of the run. */
  int length() {
    return length;
  }

  private RowShape shape() {
    RowShape of = shape;
    if (of == null) {
      throw new IllegalStateException("no rows were taken");
    }
    return of;
  }

  PublishedTable table() {
    return shape().table;
  }

  @Nullable Publisher publisher() {
    return shape().publisher;
  }

  /** The publisher's number of the last row. */
  long lastSeq() {
    return lastSeq;
  }

  /** Where a row's columns begin in what the log gets of it. */
  int columnsAt() {
    return shape().columnsAt;
  }

  /** Where a row ends in what the log gets of them all. */
  int end(int row) {
    return ends[row];
  }

  /** What the log gets. */
  Block logged() {
    return logged;
  }

  /**
   * What subscribers get of what the log got; made once.
   *
   * @param ofMarkers whether they get the markers, of which there must be some, and
   * @param ofRows the rows
   */
  Block frames(boolean ofMarkers, boolean ofRows) {
    Block block = frames[ofMarkers ? ofRows ? 2 : 1 : 0];
    if (block.isMade) {
      return block;
    }
    block.isMade = true;
    RowShape of = shape();
    Publisher publisher = ofMarkers ? of.publisher : null;
    byte[] bytes = block.bytes;
    int from = 0;
    int to = 0;
    for (int row = 0; row < rows; row++) {
      if (publisher != null) {
        to = put(publisher.framePrefix(), 0, publisher.framePrefix().length, bytes, to);
        int markerEnd = from + publisher.markerBytes();
        to = put(logged.bytes, from + Publisher.COLUMNS_AT, markerEnd, bytes, to);
      }
      if (ofRows) {
        to = of.writeFrame(logged.bytes, from, ends[row], bytes, to);
      }
      from = ends[row];
    }
    block.length = to;
    return block;
  }

  private static int put(byte[] source, int from, int end, byte[] bytes, int to) {
    System.arraycopy(source, from, bytes, to, end - from);
    return to + end - from;
  }
}
