package tickwatch.ipc.codec;

import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.AtomRow;
import tickwatch.ipc.value.Attribute;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Value;

/**
 * Rows: general lists of {@value #LEAST_ITEMS} to {@value #MOST_ITEMS} atoms, no guid among them,
 * in up to {@value #MOST_BYTES} bytes. These are first copied into an array: a look into a buffer
 * costs several times one into an array.
 *
 * <p>A stream of rows is a stream of messages {@code (function; table; row)} which begin with the
 * same bytes. The last such beginning is remembered together with what it means, so the next
 * message costs one comparison and its row.
 *
 * <p>Whatever is no such row, or wrong in any way, is left to {@link ValueDecoder}, which reads or
 * refuses it.
 *
 * <p><b>Threads.</b> One.
 */
final class RowReader {
  static final int LEAST_ITEMS = 4;
  static final int MOST_ITEMS = 256;
  static final int MOST_BYTES = 2048;

  private static final int MOST_BEGINNING_BYTES = 256;
  private static final int WIDE_ITEM_BYTES = 1 + Long.BYTES;
  private static final SymbolAtom[] NO_SYMBOLS = {};
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Bytes of an item by its type; 0 where it has no fixed size, or is not kept in a row. */
  private static final byte[] WIDTHS = new byte[Byte.MAX_VALUE + 2];

  static {
    for (QType type : QType.values()) {
      if (type.hasAtoms() && type != QType.GUID) {
        WIDTHS[type.number()] = (byte) type.width();
      }
    }
  }

  /** What messages of rows begin with, up to their row's first item: its bytes and values. */
  private static final class Beginning {
    final byte[] bytes;
    final Value function;
    final Value table;
    final int rowItems;

    Beginning(byte[] bytes, Value function, Value table, int rowItems) {
      this.bytes = bytes;
      this.function = function;
      this.table = table;
      this.rowItems = rowItems;
    }
  }

  private final SymbolCache symbols;

  /** Long enough for an item, or a long, to be read behind the last byte that was copied. */
  private final byte[] bytes = new byte[MOST_BYTES + MOST_ITEMS * (1 + Long.BYTES) + Long.BYTES];

  private final SymbolAtom[] found = new SymbolAtom[MOST_ITEMS];

  /** The types of the last row. Rows that follow each other mostly look alike and share them. */
  private byte[] typeNumbers = {};

  /** Which of the last row's items is its only symbol if all others take eight bytes, else -1. */
  private int onlySymbol = -1;

  private @Nullable Beginning beginning;

  /** Where the last row's items began and ended. */
  private int start;

  private int end;

  RowReader(SymbolCache symbols) {
    this.symbols = symbols;
  }

  /** Where what was read last ends. */
  int end() {
    return end;
  }

  /**
   * Reads {@code count} items of a general list from {@code at} on; {@link #end} is then behind the
   * last.
   *
   * @return null if that is no row
   */
  @Nullable AtomRow read(ByteBuffer in, int at, int count, boolean littleEndian) {
    if (count < LEAST_ITEMS || count > MOST_ITEMS || in.get(at) >= 0) {
      return null;
    }
    int length = Math.min(in.limit() - at, MOST_BYTES);
    in.get(at, bytes, 0, length);
    AtomRow row = read(0, length, count, littleEndian);
    start = at;
    end += at;
    return row;
  }

  /**
   * Reads a whole message if it begins as the last one did that was remembered.
   *
   * @return null if it does not, or is not well-formed
   */
  @Nullable ListVector readMessage(ByteBuf message, int length) {
    Beginning known = beginning;
    if (known == null || length > MOST_BYTES || length <= known.bytes.length) {
      return null;
    }
    message.getBytes(message.readerIndex(), bytes, 0, length);
    boolean littleEndian = bytes[0] == 1;
    int stated = (int) INTS.get(bytes, 4);
    if ((littleEndian ? stated : Integer.reverseBytes(stated)) != length
        || !beginsWith(known.bytes)) {
      return null;
    }
    int from = known.bytes.length;
    AtomRow row = null;
    if (littleEndian && onlySymbol >= 0 && known.rowItems == typeNumbers.length) {
      row = readLikeTheLast(from, length);
    }
    if (row == null) {
      row = read(from, length, known.rowItems, littleEndian);
      if (row == null || end != length) {
        return null;
      }
    }
    return ListVector.of(known.function, known.table, row);
  }

  /** All but the length in the header. */
  private boolean beginsWith(byte[] wanted) {
    byte[] in = bytes;
    if ((int) INTS.get(in, 0) != (int) INTS.get(wanted, 0)) {
      return false;
    }
    int last = wanted.length - Long.BYTES;
    for (int i = Header.BYTES; i < last; i += Long.BYTES) {
      if ((long) LONGS.get(in, i) != (long) LONGS.get(wanted, i)) {
        return false;
      }
    }
    return (long) LONGS.get(in, last) == (long) LONGS.get(wanted, last);
  }

  /** Remembers how this message begins if it is one of a row. */
  void remember(ByteBuffer message, Value value) {
    if (value instanceof ListVector list
        && list.length() == 3
        && list.attribute() == Attribute.NONE
        && list.get(1) instanceof SymbolAtom
        && (list.get(0) instanceof SymbolAtom || list.get(0).type() == QType.CHAR)
        && list.get(2) instanceof AtomRow last
        && last.attribute() == Attribute.NONE
        && start <= MOST_BEGINNING_BYTES) {
      byte[] bytes = new byte[start];
      message.get(0, bytes);
      beginning = new Beginning(bytes, list.get(0), list.get(1), last.length());
    }
  }

  /**
   * A row from {@code from} to {@code limit} of the last one's types, which are one symbol among
   * items of eight bytes: time, sym and numbers; null if it is none, or the symbol is not found at
   * a glance.
   */
  private @Nullable AtomRow readLikeTheLast(int from, int limit) {
    byte[] in = bytes;
    byte[] types = typeNumbers;
    int count = types.length;
    int symbolIndex = onlySymbol;
    int symbolAt = from + symbolIndex * WIDE_ITEM_BYTES;
    long word = (long) LONGS.get(in, symbolAt + 1);
    SymbolAtom symbol = symbols.known(word);
    if (symbol == null) {
      return null;
    }
    // Where the symbol ends follows from where the row does, which is known sooner.
    int next = limit - (count - 1 - symbolIndex) * WIDE_ITEM_BYTES;
    if (next != symbolAt + 2 + SymbolCache.lengthIn(word)) {
      return null;
    }
    long[] bits = new long[count];
    // One question at the end instead of one an item.
    int unlike = 0;
    int at = from;
    for (int i = 0; i < count; i++) {
      unlike |= in[at] + types[i];
      bits[i] = (long) LONGS.get(in, at + 1);
      at += WIDE_ITEM_BYTES;
      if (i == symbolIndex) {
        at = next;
      }
    }
    // The symbol's place among the row's symbols.
    bits[symbolIndex] = 0;
    if (unlike != 0) {
      return null;
    }
    return AtomRow.of(types, bits, symbol, NO_SYMBOLS);
  }

  /** A row of {@code count} items from {@code from} on; {@link #end} is then behind its last. */
  private @Nullable AtomRow read(int from, int limit, int count, boolean littleEndian) {
    byte[] in = bytes;
    byte[] types = typeNumbers.length == count ? typeNumbers : new byte[count];
    long[] bits = new long[count];
    SymbolAtom firstSymbol = SymbolAtom.NULL;
    int symbolCount = 0;
    int at = from;
    for (int i = 0; i < count; i++) {
      int type = -in[at];
      long word = (long) LONGS.get(in, at + 1);
      int width = type > 0 ? WIDTHS[type] : 0;
      if (width == Long.BYTES && littleEndian) {
        bits[i] = word;
        at += WIDE_ITEM_BYTES;
      } else if (type == 11) {
        SymbolAtom symbol = symbols.known(word);
        if (symbol != null) {
          at += 2 + SymbolCache.lengthIn(word);
        } else {
          symbol = readSymbol(at + 1, limit);
          if (symbol == null) {
            return null;
          }
          at = symbols.end();
        }
        if (symbolCount == 0) {
          firstSymbol = symbol;
        } else {
          found[symbolCount] = symbol;
        }
        bits[i] = symbolCount++;
      } else {
        if (width == 0) {
          return null;
        }
        int unused = Long.SIZE - width * Byte.SIZE;
        bits[i] = (littleEndian ? word << unused : Long.reverseBytes(word)) >> unused;
        at += 1 + width;
      }
      if (type != types[i]) {
        if (types == typeNumbers) {
          types = types.clone();
        }
        types[i] = (byte) type;
      }
    }
    if (at > limit) {
      return null;
    }
    end = at;
    if (types != typeNumbers) {
      typeNumbers = types;
      onlySymbol = onlySymbol(types);
    }
    if (symbolCount <= 1) {
      return AtomRow.of(types, bits, firstSymbol, NO_SYMBOLS);
    }
    found[0] = firstSymbol;
    return AtomRow.of(types, bits, firstSymbol, Arrays.copyOf(found, symbolCount));
  }

  /** See the field. */
  private static int onlySymbol(byte[] types) {
    int symbol = -1;
    for (int i = 0; i < types.length; i++) {
      if (types[i] == QType.SYMBOL.number() && symbol < 0) {
        symbol = i;
      } else if (WIDTHS[types[i]] != Long.BYTES) {
        return -1;
      }
    }
    return symbol;
  }

  /** A symbol that is not found at a glance; null if it does not end before {@code limit}. */
  private @Nullable SymbolAtom readSymbol(int at, int limit) {
    for (int i = at; i < limit; i++) {
      if (bytes[i] == 0) {
        ByteBuffer view = ByteBuffer.wrap(bytes, 0, limit).order(ByteOrder.LITTLE_ENDIAN);
        return symbols.read(view, at, true);
      }
    }
    return null;
  }
}
