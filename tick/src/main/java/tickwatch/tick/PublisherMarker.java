package tickwatch.tick;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A message of the table {@code publisher} in a tick log, read in place.
 *
 * <pre>
 *  00 00 03000000 f5 'upd' 00 f5 'publisher' 00
 *    00 00 04000000
 *      0c 00 n  times      0b 00 n  syms 00     07 00 n  seqs     06 00 n  messages
 * </pre>
 */
public final class PublisherMarker {
  /** The table's name. */
  public static final String TABLE = "publisher";

  private static final byte[] PREFIX = TickLog.prefix(TABLE);

  private int rows;
  private String[] names = new String[1];
  private long[] seqs = new long[1];
  private int[] messages = new int[1];

  // A log holds long runs of one publisher: its name is made once.
  private byte[] lastNameBytes = new byte[0];
  private String lastName = "";

  /** Takes the message at {@code start}; false if it is none of this table, or not of its shape. */
  public boolean read(ByteBuffer bytes, int start, int end) {
    if (!ValueBytes.startsWith(bytes, start, end, PREFIX)) {
      return false;
    }
    int at = start + PREFIX.length;
    if (end - at < 12 || bytes.get(at) != 0 || bytes.getInt(at + 2) != 4) {
      return false;
    }
    at += 6;
    int count = bytes.getInt(at + 2);
    if (bytes.get(at) != 12
        || count < 0
        || (at = ValueBytes.endOfItems(8, count, at + 6, end)) < 0) {
      return false;
    }
    if (end - at < 6 || bytes.get(at) != 11 || bytes.getInt(at + 2) != count) {
      return false;
    }
    int symsAt = at + 6;
    int seqsAt = ValueBytes.endOfSymbols(bytes, count, symsAt, end);
    if (seqsAt < 0 || (long) end - seqsAt != 12L + 12L * count) {
      return false;
    }
    int messagesAt = seqsAt + 6 + 8 * count;
    if (bytes.get(seqsAt) != 7
        || bytes.getInt(seqsAt + 2) != count
        || bytes.get(messagesAt) != 6
        || bytes.getInt(messagesAt + 2) != count) {
      return false;
    }
    if (count > names.length) {
      names = new String[count];
      seqs = new long[count];
      messages = new int[count];
    }
    rows = count;
    int sym = symsAt;
    for (int row = 0; row < count; row++) {
      int next = ValueBytes.endOfSymbols(bytes, 1, sym, end);
      names[row] = name(bytes, sym, next - 1);
      seqs[row] = bytes.getLong(seqsAt + 6 + 8 * row);
      messages[row] = bytes.getInt(messagesAt + 6 + 4 * row);
      sym = next;
    }
    return true;
  }

  private String name(ByteBuffer bytes, int from, int to) {
    if (to - from != lastNameBytes.length
        || !ValueBytes.startsWith(bytes, from, to, lastNameBytes)) {
      lastNameBytes = new byte[to - from];
      bytes.get(from, lastNameBytes);
      lastName = new String(lastNameBytes, StandardCharsets.ISO_8859_1);
    }
    return lastName;
  }

  public int rows() {
    return rows;
  }

  /** The publisher, one char a byte. */
  public String name(int row) {
    return names[row];
  }

  /** How far it was accepted. */
  public long seq(int row) {
    return seqs[row];
  }

  /** How many of the messages behind this one are its. */
  public int messages(int row) {
    return messages[row];
  }

  @Override
  public String toString() {
    return "PublisherMarker"
        + Arrays.toString(Arrays.copyOf(names, rows))
        + Arrays.toString(Arrays.copyOf(seqs, rows));
  }
}
