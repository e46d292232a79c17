package tickwatch.tick;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tickwatch.ipc.value.QType;

/**
 * Finds where an encoded value ends, without building it.
 *
 * <p>The buffers are little-endian (the caller sets the order); indexes are absolute and no
 * position moves. A value is what travels behind a message's header, or one message of a tick log:
 * an atom is a negated type and the item; a vector is a type, an attribute, an int count and the
 * items; lists, dictionaries, tables and functions are made of values.
 *
 * <p>Nesting is bounded by {@value #MAX_DEPTH}; a deeper value counts as malformed.
 */
public final class ValueBytes {
  /** The value goes on behind the limit. */
  public static final int TRUNCATED = -1;

  /** These bytes are no value. */
  public static final int MALFORMED = -2;

  static final int MAX_DEPTH = 64;

  private static final long LOW_BITS = 0x7f7f7f7f7f7f7f7fL;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private ValueBytes() {}

  /**
   * What stands before the columns of a table, which are a general list: a table is a dictionary of
   * its columns by their names.
   *
   * @param columns the names, one char a byte
   */
  public static byte[] tablePrefix(List<String> columns) {
    int names = columns.stream().mapToInt(column -> column.length() + 1).sum();
    ByteBuffer prefix = ByteBuffer.allocate(3 + 6 + names).order(ByteOrder.LITTLE_ENDIAN);
    prefix.put((byte) 98).put((byte) 0).put((byte) 99);
    prefix.put((byte) 11).put((byte) 0).putInt(columns.size());
    for (String column : columns) {
      prefix.put(column.getBytes(StandardCharsets.ISO_8859_1)).put((byte) 0);
    }
    return prefix.array();
  }

  /**
   * The index behind the value that starts at {@code at}.
   *
   * @param limit index behind the last byte that may be read
   * @return {@link #TRUNCATED} or {@link #MALFORMED} where there is no such index
   */
  public static int end(ByteBuffer bytes, int at, int limit) {
    return end(bytes, at, limit, 0);
  }

  private static int end(ByteBuffer bytes, int at, int limit, int depth) {
    if (depth > MAX_DEPTH) {
      return MALFORMED;
    }
    if (at >= limit) {
      return TRUNCATED;
    }
    int type = bytes.get(at);
    if (type < 0) {
      return type == -128 ? MALFORMED : endOfAtom(bytes, -type, at + 1, limit);
    }
    if (type <= 19) {
      return endOfVector(bytes, type, at, limit, depth);
    }
    return switch (type) {
      case 98 -> endOfTable(bytes, at, limit, depth);
      case 99, 127 -> endOfAll(bytes, 2, at + 1, limit, depth);
      case 100 -> endOfLambda(bytes, at, limit, depth);
      case 101, 102, 103 -> limit - at < 2 ? TRUNCATED : at + 2;
      case 104, 105 -> {
        if (limit - at < 5) {
          yield TRUNCATED;
        }
        int count = bytes.getInt(at + 1);
        yield count < 0 ? MALFORMED : endOfAll(bytes, count, at + 5, limit, depth);
      }
      case 106, 107, 108, 109, 110, 111 -> end(bytes, at + 1, limit, depth + 1);
      default -> MALFORMED;
    };
  }

  private static int endOfAtom(ByteBuffer bytes, int number, int at, int limit) {
    QType type = QType.ofNumber(number);
    if (type == null || !type.hasAtoms()) {
      return MALFORMED;
    }
    if (type == QType.SYMBOL) {
      return endOfSymbols(bytes, 1, at, limit);
    }
    return limit - at < type.width() ? TRUNCATED : at + type.width();
  }

  private static int endOfVector(ByteBuffer bytes, int number, int at, int limit, int depth) {
    if (limit - at < 6) {
      return TRUNCATED;
    }
    int count = bytes.getInt(at + 2);
    QType type = QType.ofNumber(number);
    if (count < 0 || type == null || bytes.get(at + 1) < 0 || bytes.get(at + 1) > 4) {
      return MALFORMED;
    }
    if (type == QType.LIST) {
      return endOfAll(bytes, count, at + 6, limit, depth);
    }
    if (type == QType.SYMBOL) {
      return endOfSymbols(bytes, count, at + 6, limit);
    }
    return endOfItems(type.width(), count, at + 6, limit);
  }

  private static int endOfTable(ByteBuffer bytes, int at, int limit, int depth) {
    if (limit - at < 3) {
      return TRUNCATED;
    }
    return bytes.get(at + 2) == 99 ? end(bytes, at + 2, limit, depth + 1) : MALFORMED;
  }

  private static int endOfLambda(ByteBuffer bytes, int at, int limit, int depth) {
    int source = endOfSymbols(bytes, 1, at + 1, limit);
    if (source < 0 || source >= limit) {
      return source < 0 ? source : TRUNCATED;
    }
    return bytes.get(source) == 10 ? end(bytes, source, limit, depth + 1) : MALFORMED;
  }

  private static int endOfAll(ByteBuffer bytes, int count, int at, int limit, int depth) {
    if (count > limit - at) {
      return TRUNCATED;
    }
    int next = at;
    for (int i = 0; i < count && next >= 0; i++) {
      next = end(bytes, next, limit, depth + 1);
    }
    return next;
  }

  /** The index behind {@code count} items of {@code width} bytes. */
  public static int endOfItems(int width, int count, int at, int limit) {
    return (long) width * count > limit - at ? TRUNCATED : at + width * count;
  }

  /**
   * The index behind {@code count} symbols, each ended by a byte 00.
   *
   * @return {@link #TRUNCATED} if the limit comes first
   */
  public static int endOfSymbols(ByteBuffer bytes, int count, int at, int limit) {
    int left = count;
    int next = at;
    // Eight bytes a step: 0x80 stands in exactly those bytes of `zeros` that are 00.
    while (left > 0 && next <= limit - 8) {
      long eight = bytes.getLong(next);
      long zeros = ~(((eight & LOW_BITS) + LOW_BITS) | eight | LOW_BITS);
      int found = Long.bitCount(zeros);
      if (found >= left) {
        for (int i = 1; i < left; i++) {
          zeros &= zeros - 1;
        }
        return next + (Long.numberOfTrailingZeros(zeros) >>> 3) + 1;
      }
      left -= found;
      next += 8;
    }
    while (left > 0) {
      if (next >= limit) {
        return TRUNCATED;
      }
      if (bytes.get(next++) == 0) {
        left--;
      }
    }
    return next;
  }

  /**
   * Whether the bytes at {@code at} are these.
   *
   * @param limit index behind the last byte that may be read
   */
  public static boolean startsWith(ByteBuffer bytes, int at, int limit, byte[] wanted) {
    if (limit - at < wanted.length) {
      return false;
    }
    int last = wanted.length - 8;
    if (last < 0) {
      for (int i = 0; i < wanted.length; i++) {
        if (bytes.get(at + i) != wanted[i]) {
          return false;
        }
      }
      return true;
    }
    for (int i = 0; i < last; i += 8) {
      if (bytes.getLong(at + i) != (long) LONGS.get(wanted, i)) {
        return false;
      }
    }
    // The last eight bytes, some of which may have been looked at.
    return bytes.getLong(at + last) == (long) LONGS.get(wanted, last);
  }
}
