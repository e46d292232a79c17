package tickwatch.tickerplant;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Single rows of one table and one publisher that lie back to back in what a socket brought.
 *
 * <p>They are looked at, and what the log and the subscribers get of them is made, in arrays that a
 * core's own cache holds; from there it goes on in one piece.
 *
 * <p><b>Threads.</b> The event loop's alone.
 */
final class RowRun {
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int READ_BYTES = 1 << 13;
  private static final int MADE_BYTES = 1 << 15;
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

  private final RowShape[] shapes = new RowShape[MOST_ROWS];
  private final int[] places = new int[MOST_ROWS];
  private int rows;
  private int length;

  private final Block logged = new Block();
  private final Block[] frames = {new Block(), new Block(), new Block()};

  /** Whether such rows can be in a run: no more may be made of one than there is room for. */
  static boolean canHave(RowShape shape) {
    return shape.length <= READ_BYTES && shape.mostMade <= MADE_BYTES;
  }

  /**
   * Finds the rows that the next messages are: of known shapes, all of one table and one publisher,
   * whose numbers go up.
   *
   * @param start where the first message begins
   * @param end behind the last byte that is there
   * @return how many there are; if none, it cannot be said what the first message is
   */
  int find(RowShapes known, ByteBuffer bytes, int start, int end) {
    rows = 0;
    length = 0;
    int first = bytes.getInt(start + LENGTH_AT);
    if (!known.has(first) || first > end - start) {
      return 0;
    }
    // Where shapes are not known every other time, what lies behind would be copied in vain.
    int available = Math.min(Math.min(end - start, READ_BYTES), Math.max(nextRead, first));
    bytes.get(start, read, 0, available);
    RowShape shape = known.of(read, 0, first, available);
    if (shape == null) {
      nextRead = 0;
      return 0;
    }
    PublishedTable table = shape.table;
    Publisher publisher = shape.publisher;
    long seq = publisher == null ? 0 : publisher.seq;
    int room = MADE_BYTES;
    int count = 0;
    int at = 0;
    while (shape != null
        && shape.table == table
        && shape.publisher == publisher
        && shape.mostMade <= room
        && count < MOST_ROWS) {
      if (publisher != null) {
        long number = shape.seq(read, at);
        if (number <= seq) {
          break;
        }
        seq = number;
      }
      shapes[count] = shape;
      places[count++] = at;
      room -= shape.mostMade;
      at += shape.length;
      shape = known.of(read, at, (int) INTS.get(read, at + LENGTH_AT), available);
    }
    rows = count;
    length = at;
    nextRead = Math.min(READ_BYTES, 2 * at);
    return rows;
  }

  int rows() {
    return rows;
  }

  /** Bytes of all messages of the run. */
  int length() {
    return length;
  }

  PublishedTable table() {
    return shapes[0].table;
  }

  @Nullable Publisher publisher() {
    return shapes[0].publisher;
  }

  /** The publisher's number of the last row. */
  long lastSeq() {
    return shapes[rows - 1].seq(read, places[rows - 1]);
  }

  RowShape shape(int row) {
    return shapes[row];
  }

  /**
   * What the log gets.
   *
   * @param time the timestamp of the markers, if there are any
   */
  Block logged(long time) {
    int at = 0;
    for (int row = 0; row < rows; row++) {
      RowShape shape = shapes[row];
      shape.write(read, places[row], time, logged.bytes, at);
      at += shape.logLength();
    }
    logged.length = at;
    for (Block block : frames) {
      block.isMade = false;
    }
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
    Publisher publisher = ofMarkers ? publisher() : null;
    byte[] bytes = block.bytes;
    int from = 0;
    int to = 0;
    for (int row = 0; row < rows; row++) {
      RowShape shape = shapes[row];
      int next = from + shape.logLength();
      if (publisher != null) {
        to = put(publisher.framePrefix(), 0, publisher.framePrefix().length, bytes, to);
        to =
            put(
                logged.bytes,
                from + Publisher.COLUMNS_AT,
                from + publisher.markerBytes(),
                bytes,
                to);
      }
      if (ofRows) {
        to = put(shape.framePrefix, 0, shape.framePrefix.length, bytes, to);
        to = put(logged.bytes, from + shape.columnsAt, next, bytes, to);
      }
      from = next;
    }
    block.length = to;
    return block;
  }

  private static int put(byte[] source, int from, int end, byte[] bytes, int to) {
    System.arraycopy(source, from, bytes, to, end - from);
    return to + end - from;
  }
}
