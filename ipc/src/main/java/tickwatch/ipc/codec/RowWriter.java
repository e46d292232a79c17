package tickwatch.ipc.codec;

import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import tickwatch.ipc.value.AtomRow;
import tickwatch.ipc.value.Attribute;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.FloatAtom;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Value;

/**
 * Messages {@code (function; table; row)} whose row is {@value #LEAST_ITEMS} to {@value
 * #MOST_ITEMS} floats, longs, times and short symbols: what feeds send most. They are put together
 * in an array, which goes into the buffer at once: a put into a buffer costs several times one into
 * an array.
 *
 * <p>Whatever is no such message, or cannot travel, is left to {@link ValueEncoder}.
 *
 * <p><b>Threads.</b> Nothing is kept between calls; any thread.
 */
final class RowWriter {
  private static final int LEAST_ITEMS = 4;
  private static final int MOST_ITEMS = 64;

  private static final int MOST_NAME_BYTES = 15;

  /** A name with its type and terminator; numbers are shorter. */
  private static final int MOST_ITEM_BYTES = 2 + MOST_NAME_BYTES;

  /** The type, attribute and length of a list or string. */
  private static final int LIST_HEAD_BYTES = 6;

  private static final int MOST_BEGINNING_BYTES =
      Header.BYTES
          + LIST_HEAD_BYTES
          + LIST_HEAD_BYTES
          + MOST_NAME_BYTES
          + MOST_ITEM_BYTES
          + LIST_HEAD_BYTES;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private RowWriter() {}

  /**
   * Appends the message with its header.
   *
   * @param head the first four bytes of the header
   * @return false if it is no such message; nothing is written then
   */
  static boolean write(int head, Value value, ByteBuf out) {
    if (!(value instanceof ListVector message)
        || message.length() != 3
        || message.attribute() != Attribute.NONE
        || !(message.get(2) instanceof ListVector row)
        || row instanceof AtomRow
        || row.attribute() != Attribute.NONE
        || row.length() < LEAST_ITEMS
        || row.length() > MOST_ITEMS) {
      return false;
    }
    byte[] bytes = new byte[MOST_BEGINNING_BYTES + row.length() * MOST_ITEM_BYTES];
    INTS.set(bytes, 0, head);
    // The array is full of zeros, and so are a list's type and attribute.
    INTS.set(bytes, Header.BYTES + 2, message.length());
    int at = function(message.get(0), bytes, Header.BYTES + LIST_HEAD_BYTES);
    if (at < 0 || !(message.get(1) instanceof SymbolAtom table)) {
      return false;
    }
    at = name(table.name(), bytes, at);
    if (at < 0) {
      return false;
    }
    INTS.set(bytes, at + 2, row.length());
    at = items(row, bytes, at + LIST_HEAD_BYTES);
    if (at < 0 || at > out.maxWritableBytes()) {
      return false;
    }
    INTS.set(bytes, 4, at);
    out.writeBytes(bytes, 0, at);
    return true;
  }

  /** Where the next byte goes; -1 if an item is not one of those that are written here. */
  private static int items(ListVector row, byte[] bytes, int from) {
    int at = from;
    int count = row.length();
    for (int i = 0; i < count; i++) {
      Value item = row.get(i);
      if (item instanceof FloatAtom atom) {
        bytes[at] = (byte) -atom.type().number();
        LONGS.set(bytes, at + 1, Double.doubleToRawLongBits(atom.value()));
        at += 1 + Long.BYTES;
      } else if (item instanceof LongAtom atom) {
        bytes[at] = (byte) -atom.type().number();
        LONGS.set(bytes, at + 1, atom.value());
        at += 1 + Long.BYTES;
      } else if (item instanceof SymbolAtom atom) {
        at = name(atom.name(), bytes, at);
        if (at < 0) {
          return -1;
        }
      } else {
        return -1;
      }
    }
    return at;
  }

  private static int function(Value value, byte[] bytes, int at) {
    if (value instanceof SymbolAtom symbol) {
      return name(symbol.name(), bytes, at);
    }
    if (!(value instanceof ByteVector text)
        || text.type() != QType.CHAR
        || text.attribute() != Attribute.NONE
        || text.length() > MOST_NAME_BYTES) {
      return -1;
    }
    bytes[at] = (byte) QType.CHAR.number();
    INTS.set(bytes, at + 2, text.length());
    for (int i = 0; i < text.length(); i++) {
      bytes[at + LIST_HEAD_BYTES + i] = text.get(i);
    }
    return at + LIST_HEAD_BYTES + text.length();
  }

  private static int name(String name, byte[] bytes, int at) {
    int length = name.length();
    if (length > MOST_NAME_BYTES) {
      return -1;
    }
    bytes[at] = (byte) -QType.SYMBOL.number();
    int all = 0;
    for (int i = 0; i < length; i++) {
      char c = name.charAt(i);
      // A 0 sets the high bits, a char that is no byte the ninth or a higher one.
      all |= c | (c - 1);
      bytes[at + 1 + i] = (byte) c;
    }
    return all >>> Byte.SIZE == 0 ? at + 2 + length : -1;
  }
}
