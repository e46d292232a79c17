package tickwatch.tick;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What a message of a tick log must look like, judged by its bytes alone.
 *
 * <p>A list that starts with a function's name, as a symbol or as a string, or with a function: a
 * lambda, or one of two arguments, as {@code (insert; table; columns)}; where it is {@code (name;
 * table; columns)}, all columns of one length. Anything else (a stretch of zeros after a power
 * failure, a count that a disk got wrong) is malformed. kdb+'s format has no checksum, so other
 * bytes inside a number or a name go unnoticed.
 *
 * <p><b>Skipped bytes.</b> Where a log was damaged, recovery makes one message of the damaged bytes
 * that does nothing, here and in q, and leaves what lies behind where it is:
 *
 * <pre>
 *   00 00 02000000  0a 00 02000000 '{}'  04 00 n  n damaged bytes        ("{}";0x...)
 * </pre>
 */
final class LogMessage {
  private static final byte[] SKIPPED = {0, 0, 2, 0, 0, 0, 10, 0, 2, 0, 0, 0, '{', '}', 4, 0};

  /** What a message of skipped bytes needs beside them; none is shorter. */
  static final int SKIPPED_HEAD_BYTES = SKIPPED.length + 4;

  private static final int HEAD_BYTES = 6;
  private static final int SYMBOL = -11;
  private static final int STRING = 10;
  private static final int LAMBDA = 100;
  private static final int BINARY = 102;

  /** The last of q's functions of two arguments, by their codes in a message. */
  private static final int LAST_BINARY = 36;

  /** More arguments than any function of q takes. */
  private static final int MOST_ITEMS = 1 << 16;

  private static final int MOST_NAME_BYTES = 256;

  private LogMessage() {}

  /**
   * The index behind the message that starts at {@code start}.
   *
   * @return {@link ValueBytes#TRUNCATED} or {@link ValueBytes#MALFORMED} where there is none
   */
  static int end(ByteBuffer bytes, int start, int limit) {
    if (limit - start < HEAD_BYTES + 1) {
      return limit > start && bytes.get(start) != 0 ? ValueBytes.MALFORMED : ValueBytes.TRUNCATED;
    }
    int items = bytes.getInt(start + 2);
    int function = bytes.get(start + HEAD_BYTES);
    if (bytes.getShort(start) != 0
        || items < 1
        || items > MOST_ITEMS
        || (function != SYMBOL && function != STRING && function != LAMBDA && function != BINARY)) {
      return ValueBytes.MALFORMED;
    }
    int next = ValueBytes.end(bytes, start + HEAD_BYTES, limit);
    if (next < 0) {
      return next;
    }
    if (items == 3 && next < limit && bytes.get(next) == SYMBOL) {
      next = ValueBytes.endOfSymbols(bytes, 1, next + 1, limit);
      if (next < 0) {
        return next;
      }
      if (next >= limit) {
        return ValueBytes.TRUNCATED;
      }
      return bytes.get(next) == 0
          ? endOfColumns(bytes, next, limit)
          : ValueBytes.end(bytes, next, limit);
    }
    for (int item = 1; item < items && next >= 0; item++) {
      next = ValueBytes.end(bytes, next, limit);
    }
    return next;
  }

  private static int endOfColumns(ByteBuffer bytes, int at, int limit) {
    if (limit - at < HEAD_BYTES + 6) {
      return ValueBytes.end(bytes, at, limit);
    }
    int columns = bytes.getInt(at + 2);
    int next = at + HEAD_BYTES;
    if (columns < 1 || bytes.get(at + 1) != 0) {
      return columns == 0 ? ValueBytes.end(bytes, at, limit) : ValueBytes.MALFORMED;
    }
    // A row is a list of atoms, among which vectors of any length may stand; among columns q takes
    // an atom for as many items as the others have.
    boolean isRow = bytes.get(next) < 0;
    int rows = bytes.getInt(next + 2);
    for (int column = 0; column < columns; column++) {
      if (!isRow && next + 6 <= limit) {
        int type = bytes.get(next);
        if (type > 19 || (type >= 0 && bytes.getInt(next + 2) != rows)) {
          return ValueBytes.MALFORMED;
        }
      }
      next = ValueBytes.end(bytes, next, limit);
      if (next < 0) {
        return next;
      }
    }
    return next;
  }

  /**
   * As {@link #end}, for bytes that are not known to be a message: its function and table must have
   * names that one can read.
   */
  static int endOfNamed(ByteBuffer bytes, int start, int limit) {
    // Most bytes are none of a message's first, so this comes before all else.
    if (limit - start >= 2 && bytes.getShort(start) != 0) {
      return ValueBytes.MALFORMED;
    }
    if (limit - start < HEAD_BYTES + 2) {
      return limit > start && bytes.get(start) != 0 ? ValueBytes.MALFORMED : ValueBytes.TRUNCATED;
    }
    int items = bytes.getInt(start + 2);
    if (items < 1 || items > MOST_ITEMS) {
      return ValueBytes.MALFORMED;
    }
    int at = start + HEAD_BYTES;
    int afterName =
        switch (bytes.get(at)) {
          case SYMBOL -> endOfFunction(bytes, at + 1, limit);
          case STRING -> ValueBytes.end(bytes, at, limit);
          case LAMBDA -> endOfLambda(bytes, at, limit);
          case BINARY -> items == 3 ? endOfBinary(bytes, at, limit) : ValueBytes.MALFORMED;
          default -> ValueBytes.MALFORMED;
        };
    if (afterName >= 0 && items == 3 && afterName < limit && bytes.get(afterName) == SYMBOL) {
      afterName = endOfName(bytes, afterName + 1, limit);
    }
    return afterName < 0 ? afterName : end(bytes, start, limit);
  }

  /** A lambda whose source is one: in braces. */
  private static int endOfLambda(ByteBuffer bytes, int at, int limit) {
    if (limit - at < 2) {
      return ValueBytes.TRUNCATED;
    }
    int source = bytes.get(at + 1) == 0 ? at + 2 : endOfFunction(bytes, at + 1, limit);
    if (source < 0) {
      return source;
    }
    if (limit - source < HEAD_BYTES + 1) {
      return ValueBytes.TRUNCATED;
    }
    return bytes.get(source) == STRING && bytes.get(source + HEAD_BYTES) == '{'
        ? ValueBytes.end(bytes, at, limit)
        : ValueBytes.MALFORMED;
  }

  /** A function of two arguments, and behind it a table's name. */
  private static int endOfBinary(ByteBuffer bytes, int at, int limit) {
    if (limit - at < 3) {
      return ValueBytes.TRUNCATED;
    }
    int code = bytes.get(at + 1);
    return code >= 0 && code <= LAST_BINARY && bytes.get(at + 2) == SYMBOL
        ? at + 2
        : ValueBytes.MALFORMED;
  }

  /** A name in q: letters, digits, underscores and dots. */
  private static int endOfFunction(ByteBuffer bytes, int at, int limit) {
    for (int next = at; next < limit; next++) {
      int c = bytes.get(next);
      if (c == 0) {
        return next == at ? ValueBytes.MALFORMED : next + 1;
      }
      boolean isPartOfName =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '.'
              || c == '_';
      if (!isPartOfName) {
        return ValueBytes.MALFORMED;
      }
    }
    return ValueBytes.TRUNCATED;
  }

  private static int endOfName(ByteBuffer bytes, int at, int limit) {
    int most = Math.min(limit, at + MOST_NAME_BYTES);
    for (int next = at; next < most; next++) {
      int c = bytes.get(next);
      if (c == 0) {
        return next == at ? ValueBytes.MALFORMED : next + 1;
      }
      // Names in other scripts are UTF-8, whose bytes are negative here.
      if ((c > 0 && c < ' ') || c == 127) {
        return ValueBytes.MALFORMED;
      }
    }
    return most == limit ? ValueBytes.TRUNCATED : ValueBytes.MALFORMED;
  }

  /** Whether the message at {@code start} is one of skipped bytes. */
  static boolean isSkipped(ByteBuffer bytes, int start, int end) {
    return ValueBytes.startsWith(bytes, start, end, SKIPPED);
  }

  /**
   * What makes a message of the damaged bytes, written over their first {@value
   * #SKIPPED_HEAD_BYTES}.
   *
   * @param length of the whole message, at least {@value #SKIPPED_HEAD_BYTES}
   */
  static ByteBuffer skippedHead(int length) {
    ByteBuffer head = ByteBuffer.allocate(SKIPPED_HEAD_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    return head.put(SKIPPED).putInt(length - SKIPPED_HEAD_BYTES).flip();
  }
}
