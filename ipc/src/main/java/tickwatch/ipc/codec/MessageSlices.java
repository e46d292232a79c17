package tickwatch.ipc.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.AtomRow;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/**
 * A long message whose bytes are made as they are wanted, a slice at a time: whoever reads slowly
 * costs the value, which may be a view of a table's rows, and never its bytes beside it.
 *
 * <p>Vectors are cut, wherever in tables, dictionaries and lists of a few items they lie. The rest,
 * as a list of a million strings, is made at once. All that can be wrong with a value is found
 * before the first slice.
 *
 * <p><b>Threads.</b> One at a time; the value must not change meanwhile.
 */
public final class MessageSlices {
  /** About so long is a slice. */
  public static final int SLICE_BYTES = 256 << 10;

  /** Shorter vectors are not cut. */
  private static final int SHORT_BYTES = 32 << 10;

  /** A list of more items is made at once. */
  private static final int FEW_ITEMS = 1024;

  private static final int VECTOR_HEAD_BYTES = 6;

  /** What a symbol is taken for before it is looked at. */
  private static final int NAME_BYTES = 8;

  /**
   * Bytes that are made already, or a vector whose items are to be made; the one or the other.
   *
   * @param itemBytes that an item takes, on average
   */
  private record Part(@Nullable ByteBuf bytes, @Nullable Vector items, int itemBytes) {}

  private final int capability;
  private final ArrayDeque<Part> parts = new ArrayDeque<>();
  private ByteBuf made = Unpooled.buffer();
  private long length;
  private long left;

  /** The next item of the vector that comes first. */
  private int next;

  private MessageSlices(int capability) {
    this.capability = capability;
  }

  /** Whether a value's bytes are more than this, about; a list of many items is never. */
  public static boolean isLonger(Value value, long bytes) {
    return about(value) > bytes;
  }

  private static long about(Value value) {
    if (value instanceof ListVector list) {
      long bytes = 0;
      if (list.length() <= FEW_ITEMS && !(list instanceof AtomRow)) {
        for (int i = 0; i < list.length(); i++) {
          bytes += about(list.get(i));
        }
      }
      return bytes;
    }
    if (value instanceof Vector vector) {
      int width = vector.type().width();
      return (long) (width == 0 ? NAME_BYTES : width) * vector.length();
    }
    if (value instanceof Table table) {
      long bytes = 0;
      for (Vector column : table.columns()) {
        bytes += about(column);
      }
      return bytes;
    }
    return value instanceof Dictionary dictionary
        ? about(dictionary.keys()) + about(dictionary.values())
        : 0;
  }

  /**
   * A whole message, header included, not compressed, for a peer of the given capability.
   *
   * @throws CodecException if the value cannot travel, or the peer could not read it
   */
  public static MessageSlices of(MessageType type, Value value, int capability) {
    MessageSlices slices = new MessageSlices(capability);
    slices.made.writeLongLE(1 | (type.code() << Byte.SIZE));
    ByteBuf head = slices.made;
    slices.add(value, 0);
    slices.end();
    if (slices.length > Integer.MAX_VALUE) {
      throw new CodecException(
          "message: " + slices.length + " bytes (expected: <= " + Integer.MAX_VALUE + ")");
    }
    head.setIntLE(4, (int) slices.length);
    slices.left = slices.length;
    return slices;
  }

  private void add(Value value, int depth) {
    if (value instanceof Table table) {
      made.writeByte(QType.TABLE.number());
      made.writeByte(table.attribute().code());
      made.writeByte(QType.DICTIONARY.number());
      encode(SymbolVector.of(table.names().toArray(String[]::new)), depth);
      made.writeShortLE(0).writeIntLE(table.columns().size());
      for (Vector column : table.columns()) {
        add(column, depth + 2);
      }
    } else if (value instanceof Dictionary dictionary) {
      made.writeByte(QType.DICTIONARY.number());
      add(dictionary.keys(), depth + 1);
      add(dictionary.values(), depth + 1);
    } else if (value instanceof ListVector list
        && !(list instanceof AtomRow)
        && list.length() <= FEW_ITEMS
        && depth < ValueDecoder.MAX_DEPTH) {
      made.writeShortLE(list.attribute().code() << Byte.SIZE).writeIntLE(list.length());
      for (int i = 0; i < list.length(); i++) {
        add(list.get(i), depth + 1);
      }
    } else if (value instanceof Vector vector
        && !(vector instanceof ListVector)
        && about(vector) > SHORT_BYTES) {
      addItems(vector);
    } else {
      encode(value, depth);
    }
  }

  private void encode(Value value, int depth) {
    ValueEncoder.encodeWithin(value, depth, capability, made);
  }

  private void addItems(Vector vector) {
    encode(vector.slice(0, 0), 0);
    int at = made.writerIndex() - VECTOR_HEAD_BYTES;
    made.setByte(at + 1, vector.attribute().code());
    made.setIntLE(at + 2, vector.length());
    end();
    long bytes =
        vector instanceof SymbolVector symbols
            ? bytesOf(symbols)
            : (long) vector.type().width() * vector.length();
    length += bytes;
    parts.add(new Part(null, vector, (int) Math.max(1, bytes / vector.length())));
  }

  /** The bytes that were made are a part. */
  private void end() {
    length += made.readableBytes();
    parts.add(new Part(made, null, 0));
    made = Unpooled.buffer();
  }

  /** What the names take, each with its end; each is looked at once. */
  private static long bytesOf(SymbolVector symbols) {
    int[] bytesOfCode = new int[symbols.domainLength()];
    Arrays.fill(bytesOfCode, -1);
    IntVector codes = symbols.codes();
    long bytes = 0;
    for (int i = 0; i < codes.length(); i++) {
      int code = codes.get(i);
      if (bytesOfCode[code] < 0) {
        String name = symbols.domainName(code);
        ValueEncoder.checkName(name);
        bytesOfCode[code] = name.length() + 1;
      }
      bytes += bytesOfCode[code];
    }
    return bytes;
  }

  /** Of the whole message. */
  public int length() {
    return (int) length;
  }

  /** What is not made yet. */
  public int left() {
    return (int) left;
  }

  /**
   * Appends the next bytes, about {@value #SLICE_BYTES} of them; all that are left if they are
   * fewer. Nothing when there are none.
   */
  public void next(ByteBuf out) {
    int start = out.writerIndex();
    while (out.writerIndex() - start < SLICE_BYTES) {
      Part part = parts.peek();
      if (part == null) {
        break;
      }
      int room = SLICE_BYTES - (out.writerIndex() - start);
      if (part.bytes() != null) {
        out.writeBytes(part.bytes(), Math.min(room, part.bytes().readableBytes()));
        if (!part.bytes().isReadable()) {
          parts.remove();
        }
      } else if (part.items() != null) {
        addSlice(part.items(), Math.max(1, room / part.itemBytes()), out);
      }
    }
    left -= out.writerIndex() - start;
  }

  private void addSlice(Vector items, int most, ByteBuf out) {
    int to = (int) Math.min(items.length(), (long) next + most);
    ValueEncoder.encodeItems(items.slice(next, to), out);
    next = to;
    if (to == items.length()) {
      parts.remove();
      next = 0;
    }
  }
}
