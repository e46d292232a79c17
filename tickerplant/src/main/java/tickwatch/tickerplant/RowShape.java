package tickwatch.tickerplant;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tickwatch.tick.ValueBytes;

/**
 * What a publisher's single rows have in common: every byte of their messages but the values.
 *
 * <p>One row that was checked with care is the pattern of those that follow. A message is compared
 * with it eight bytes at a time, the values masked out; then its values are put into a copy of what
 * the log got of that row.
 *
 * <pre>
 *   message  header ('.u.upd'; table; ( -12 time             -11 sym 00             -9 value ..))
 *   mask     ff..ff                     ff  00..00           ff  00..ff             ff 00..00
 *   log             ('upd';    table; (  12 00 01000000 time  11 00 01000000 sym 00  9 00 ..
 * </pre>
 *
 * <p>Syms are as long as the pattern's, and have no 00 in them. The number that a publisher with a
 * name gave the message is a value too; it goes into the marker, which the log has before the row.
 *
 * <p>The work is done in arrays, some steps at a time, and by loops that do not count by one: the
 * compiler makes fewer than half the instructions of it that it makes of direct buffers and of
 * counted loops of so few turns.
 *
 * <p><b>Threads.</b> The event loop's alone.
 */
final class RowShape {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int WORD = 8;
  private static final int STEP = 4 * WORD;

  /** So many bytes behind a message are read, and behind what the log gets written. */
  static final int SLACK = STEP;

  // From one value of eight bytes to the next one, in a message and in the log.
  private static final int ATOM = 1 + WORD;
  private static final int VECTOR = 6 + WORD;

  private static final long LOW_BITS = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;

  /**
   * Bytes of a value, no more than a word of them.
   *
   * @param from where they are in a message
   * @param to where they go, behind the beginning of the columns
   */
  private record Move(int from, int to, int bytes, boolean isText) {
    long mask() {
      return -1L >>> (64 - 8 * bytes);
    }

    boolean isWhole() {
      return bytes == WORD && !isText;
    }
  }

  final PublishedTable table;

  /** Whose rows these are; null if it has no name. */
  final @Nullable Publisher publisher;

  /** Bytes of a message. */
  final int length;

  /** What stands before the columns in a subscriber's message. */
  final byte[] framePrefix;

  /** Where the row's columns begin in what the log gets. */
  final int columnsAt;

  /** No more bytes than this are made of a row, for the log or for a subscriber. */
  final int mostMade;

  /** Another shape that messages may have; see {@link RowShapes}. */
  @Nullable RowShape next;

  /** Of each word of a message what must stand there, then which of its bits matter. */
  private final long[] pattern;

  /** What the log got of the first row: the marker, if there is one, and the row. */
  private final byte[] logged;

  /** Where a publisher's number is in a message. */
  private final int seqFrom;

  // Where four values of eight bytes each that follow each other begin: in a message, and behind
  // the beginning of the columns.
  private final int[] fours;

  // Where other values are, or parts of them: in a message, and behind the beginning of the
  // columns; and which bits of the word there are theirs, and what the others are. A word may reach
  // into the next value, so their order matters.
  private final int[] places;
  private final long[] bits;

  // Where parts of syms are in a message, and which bits of the word there are theirs.
  private final int[] texts;
  private final long[] textMasks;

  private RowShape(
      PublishedTable table,
      @Nullable Publisher publisher,
      int length,
      int seqFrom,
      long[] pattern,
      byte[] columns,
      List<Move> moves) {
    this.table = table;
    this.publisher = publisher;
    this.length = length;
    this.seqFrom = seqFrom;
    this.pattern = pattern;
    byte[] marker = publisher == null ? new byte[0] : publisher.marker(0, 1);
    columnsAt = marker.length + table.logPrefix.length;
    logged = new byte[columnsAt + columns.length];
    ByteBuffer.wrap(logged).put(marker).put(table.logPrefix).put(columns);
    framePrefix = table.framePrefixOf(columns.length);
    int ofMarker = publisher == null ? 0 : publisher.framePrefix().length;
    mostMade = ofMarker + framePrefix.length + logged.length;
    List<Move> starts = startsOfFours(moves);
    List<Move> others = new ArrayList<>(moves);
    for (Move start : starts) {
      int at = others.indexOf(start);
      others.subList(at, at + 4).clear();
    }
    fours = places(starts);
    places = places(others);
    byte[] behind = Arrays.copyOf(columns, columns.length + WORD);
    bits = new long[places.length];
    for (int m = 0; m < others.size(); m++) {
      long mask = others.get(m).mask();
      bits[2 * m] = mask;
      bits[2 * m + 1] = (long) LONGS.get(behind, others.get(m).to) & ~mask;
    }
    List<Move> ofSyms = moves.stream().filter(Move::isText).toList();
    texts = ofSyms.stream().mapToInt(Move::from).toArray();
    textMasks = ofSyms.stream().mapToLong(Move::mask).toArray();
  }

  /** The first of each four whole values that follow each other. */
  private static List<Move> startsOfFours(List<Move> moves) {
    List<Move> starts = new ArrayList<>();
    int at = 0;
    while (at + 4 <= moves.size()) {
      Move start = moves.get(at);
      boolean isFour = start.isWhole();
      for (int i = 1; i < 4; i++) {
        Move other = moves.get(at + i);
        isFour &= other.isWhole() && other.from == start.from + i * ATOM;
      }
      if (isFour) {
        starts.add(start);
      }
      at += isFour ? 4 : 1;
    }
    return starts;
  }

  private static int[] places(List<Move> moves) {
    return moves.stream().flatMapToInt(move -> IntStream.of(move.from, move.to)).toArray();
  }

  /**
   * The shape of a row that was accepted.
   *
   * @param publisher whose it is; null if it has no name
   * @param bytes the message is those from {@code start} to {@code end - 1}
   * @param seqAt where the publisher's number stands, if it has a name
   * @param rowAt where its list of atoms begins
   */
  static RowShape of(
      PublishedTable table,
      @Nullable Publisher publisher,
      ByteBuffer bytes,
      int start,
      int seqAt,
      int rowAt,
      int end) {
    int length = end - start;
    ByteBuffer room =
        ByteBuffer.allocate(table.rowRoom(end - rowAt)).order(ByteOrder.LITTLE_ENDIAN);
    byte[] columns = new byte[table.writeRow(bytes, rowAt, end, room, 0)];
    room.get(0, columns);
    byte[] message = new byte[(length + STEP - 1) / STEP * STEP];
    byte[] mask = new byte[message.length];
    bytes.get(start, message, 0, length);
    Arrays.fill(mask, 0, length, (byte) -1);
    if (publisher != null) {
      Arrays.fill(mask, seqAt - start, seqAt - start + WORD, (byte) 0);
    }
    List<Move> moves = new ArrayList<>();
    int from = rowAt - start + 6;
    int to = 6;
    for (int column = 0; column < table.columnCount(); column++) {
      from += 1;
      to += 6;
      int width = table.width(column);
      int symEnd = width > 0 ? 0 : ValueBytes.endOfSymbols(bytes, 1, start + from, end) - start;
      // A sym's 00 belongs to the pattern.
      int value = width > 0 ? width : symEnd - from - 1;
      for (int at = 0; at < value; at += WORD) {
        moves.add(new Move(from + at, to + at, Math.min(WORD, value - at), width == 0));
      }
      Arrays.fill(mask, from, from + value, (byte) 0);
      int taken = width > 0 ? width : value + 1;
      from += taken;
      to += taken;
    }
    long[] pattern = new long[2 * message.length / WORD];
    for (int word = 0; word < pattern.length; word += 2) {
      pattern[word + 1] = (long) LONGS.get(mask, word / 2 * WORD);
      pattern[word] = (long) LONGS.get(message, word / 2 * WORD) & pattern[word + 1];
    }
    return new RowShape(
        table, publisher, length, publisher == null ? 0 : seqAt - start, pattern, columns, moves);
  }

  /** Bytes that the log gets of a row. */
  int logLength() {
    return logged.length;
  }

  /**
   * Whether the message of {@link #length} bytes that begins there is one of these.
   *
   * @param bytes with {@link #SLACK} behind the message
   */
  boolean fits(byte[] bytes, int start) {
    long wrong = 0;
    int at = start;
    for (int word = 0; word != pattern.length; word += 8) {
      wrong |=
          (((long) LONGS.get(bytes, at) & pattern[word + 1]) ^ pattern[word])
              | (((long) LONGS.get(bytes, at + WORD) & pattern[word + 3]) ^ pattern[word + 2])
              | (((long) LONGS.get(bytes, at + 2 * WORD) & pattern[word + 5]) ^ pattern[word + 4])
              | (((long) LONGS.get(bytes, at + 3 * WORD) & pattern[word + 7]) ^ pattern[word + 6]);
      at += STEP;
    }
    for (int text = 0; text != texts.length; text++) {
      long eight = (long) LONGS.get(bytes, start + texts[text]) | ~textMasks[text];
      wrong |= (eight - LOW_BITS) & ~eight & HIGH_BITS;
    }
    return wrong == 0;
  }

  /** The publisher's number of a message that {@link #fits}. */
  long seq(byte[] bytes, int start) {
    return (long) LONGS.get(bytes, start + seqFrom);
  }

  /**
   * Writes what the log gets of a message that {@link #fits}.
   *
   * @param time the timestamp that goes into the marker, if there is one
   * @param out with {@link #SLACK} behind what is written from {@code outAt} on
   */
  void write(byte[] bytes, int start, long time, byte[] out, int outAt) {
    System.arraycopy(logged, 0, out, outAt, logged.length);
    if (publisher != null) {
      LONGS.set(out, outAt + Publisher.TIME_AT, time);
      LONGS.set(out, outAt + publisher.seqAt(), seq(bytes, start));
    }
    int columns = outAt + columnsAt;
    for (int place = 0; place != places.length; place += 2) {
      long value = (long) LONGS.get(bytes, start + places[place]) & bits[place];
      LONGS.set(out, columns + places[place + 1], value | bits[place + 1]);
    }
    for (int four = 0; four != fours.length; four += 2) {
      int from = start + fours[four];
      int to = columns + fours[four + 1];
      LONGS.set(out, to, (long) LONGS.get(bytes, from));
      LONGS.set(out, to + VECTOR, (long) LONGS.get(bytes, from + ATOM));
      LONGS.set(out, to + 2 * VECTOR, (long) LONGS.get(bytes, from + 2 * ATOM));
      LONGS.set(out, to + 3 * VECTOR, (long) LONGS.get(bytes, from + 3 * ATOM));
    }
  }
}
