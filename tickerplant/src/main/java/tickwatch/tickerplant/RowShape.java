package tickwatch.tickerplant;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import tickwatch.tick.ValueBytes;

/**
 * What a publisher's single rows have in common: every byte of their messages but the values.
 *
 * <p>One row that was checked with care is the pattern of those that follow. A message is compared
 * with it eight bytes at a time, the values masked out; then its values are put where the log has
 * them.
 *
 * <pre>
 *   message  header ('.u.upd'; table; ( -12 time             -11 sym 00             -9 value ..))
 *   mask     ff..ff                     ff  00..00           ff  00..ff             ff 00..00
 *   log             ('upd';    table; (  12 00 01000000 time  11 00 01000000 sym 00  9 00 ..
 * </pre>
 *
 * <p>Syms are as long as the pattern's, and have no 00 in them. The work is done in arrays and by
 * loops that do not count by one, of which the compiler makes less than half the instructions that
 * it makes of direct buffers and of counted loops of so few turns.
 *
 * <p><b>Threads.</b> The event loop's alone.
 */
final class RowShape {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int WORD = 8;
  private static final long LOW_BITS = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;

  /** Bytes of a value, no more than a word of them, and where they go. */
  private record Move(int from, int to, int bytes) {
    long mask() {
      return -1L >>> (64 - 8 * bytes);
    }
  }

  final PublishedTable table;

  /** Bytes of a message. */
  final int length;

  /** Where the columns begin in the log's message. */
  final int columnsAt;

  /** Bytes of the log's message. */
  final int logLength;

  /** Of each word of a message what must stand there, then which of its bits matter. */
  private final long[] pattern;

  // The message that is looked at, and the log's, with a word behind them.
  private final byte[] message;
  private final byte[] log;

  // Where whole words, parts of words, and parts of syms are in the message, then in the log's.
  private final int[] words;
  private final int[] parts;
  private final long[] partMasks;
  private final int[] texts;
  private final long[] textMasks;

  private RowShape(
      PublishedTable table,
      int length,
      long[] pattern,
      byte[] log,
      List<Move> values,
      List<Move> texts) {
    this.table = table;
    this.length = length;
    this.columnsAt = table.logPrefix.length;
    this.logLength = log.length;
    this.pattern = pattern;
    this.message = new byte[WORD * pattern.length / 2 + WORD];
    this.log = Arrays.copyOf(log, log.length + WORD);
    List<Move> whole = values.stream().filter(move -> move.bytes == WORD).toList();
    List<Move> partial = values.stream().filter(move -> move.bytes < WORD).toList();
    this.words = places(whole);
    this.parts = places(partial);
    this.partMasks = partial.stream().mapToLong(Move::mask).toArray();
    this.texts = places(texts);
    this.textMasks = texts.stream().mapToLong(Move::mask).toArray();
  }

  private static int[] places(List<Move> moves) {
    return moves.stream().flatMapToInt(move -> IntStream.of(move.from, move.to)).toArray();
  }

  /**
   * The shape of a row that was accepted.
   *
   * @param bytes the message is those from {@code start} to {@code end - 1}
   * @param rowAt where its list of atoms begins
   */
  static RowShape of(PublishedTable table, ByteBuffer bytes, int start, int rowAt, int end) {
    int length = end - start;
    int prefix = table.logPrefix.length;
    ByteBuffer room =
        ByteBuffer.allocateDirect(prefix + table.rowRoom(end - rowAt))
            .order(ByteOrder.LITTLE_ENDIAN);
    room.put(0, table.logPrefix);
    byte[] log = new byte[table.writeRow(bytes, rowAt, end, room, prefix)];
    room.get(0, log);
    byte[] message = new byte[(length + WORD - 1) / WORD * WORD];
    byte[] mask = new byte[message.length];
    bytes.get(start, message, 0, length);
    Arrays.fill(mask, 0, length, (byte) -1);
    List<Move> values = new ArrayList<>();
    List<Move> texts = new ArrayList<>();
    int from = rowAt - start + 6;
    int to = prefix + 6;
    for (int column = 0; column < table.columnCount(); column++) {
      from += 1;
      to += 6;
      int width = table.width(column);
      int symEnd = width > 0 ? 0 : ValueBytes.endOfSymbols(bytes, 1, start + from, end) - start;
      // A sym's 00 belongs to the pattern.
      int value = width > 0 ? width : symEnd - from - 1;
      for (int at = 0; at < value; at += WORD) {
        Move move = new Move(from + at, to + at, Math.min(WORD, value - at));
        (width > 0 ? values : texts).add(move);
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
    return new RowShape(table, length, pattern, log, values, texts);
  }

  /** Whether the message of {@link #length} bytes from {@code start} on is one of these. */
  boolean fits(ByteBuffer bytes, int start) {
    bytes.get(start, message, 0, length);
    long wrong = 0;
    int at = 0;
    for (int word = 0; word != pattern.length; word += 2) {
      wrong |= ((long) LONGS.get(message, at) & pattern[word + 1]) ^ pattern[word];
      at += WORD;
    }
    for (int text = 0; text != texts.length; text += 2) {
      long eight = (long) LONGS.get(message, texts[text]) | ~textMasks[text >> 1];
      wrong |= (eight - LOW_BITS) & ~eight & HIGH_BITS;
    }
    return wrong == 0;
  }

  /**
   * Writes the log's message of the message that {@link #fits} was asked about.
   *
   * @param out takes {@link #logLength} bytes from {@code outAt} on
   */
  void write(ByteBuffer out, int outAt) {
    for (int word = 0; word != words.length; word += 2) {
      LONGS.set(log, words[word + 1], (long) LONGS.get(message, words[word]));
    }
    move(parts, partMasks);
    move(texts, textMasks);
    out.put(outAt, log, 0, logLength);
  }

  private void move(int[] places, long[] masks) {
    for (int place = 0; place != places.length; place += 2) {
      long mask = masks[place >> 1];
      long value = (long) LONGS.get(message, places[place]) & mask;
      int to = places[place + 1];
      LONGS.set(log, to, ((long) LONGS.get(log, to) & ~mask) | value);
    }
  }
}
