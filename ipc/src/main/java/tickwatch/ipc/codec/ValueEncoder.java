package tickwatch.ipc.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import tickwatch.ipc.value.Atom;
import tickwatch.ipc.value.AtomRow;
import tickwatch.ipc.value.Attribute;
import tickwatch.ipc.value.BinaryPrimitive;
import tickwatch.ipc.value.ByteAtom;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.Composition;
import tickwatch.ipc.value.Derived;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.ErrorValue;
import tickwatch.ipc.value.FloatAtom;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.Function;
import tickwatch.ipc.value.GuidAtom;
import tickwatch.ipc.value.GuidVector;
import tickwatch.ipc.value.IntAtom;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.IteratorPrimitive;
import tickwatch.ipc.value.Lambda;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.Projection;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.RealAtom;
import tickwatch.ipc.value.RealVector;
import tickwatch.ipc.value.ShortAtom;
import tickwatch.ipc.value.ShortVector;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.UnaryPrimitive;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/**
 * Values to bytes, little-endian. The layout of each type is in {@link ValueDecoder}, which reads
 * what is written here.
 *
 * <p>A dictionary is written as type 99, a step function too: many clients cannot read its own
 * type, 127. Only {@link #serialise} writes that. A vector's attribute is written as it stands:
 * whoever set it vouches for it.
 *
 * <p><b>Limits.</b> Values nested more than {@value ValueDecoder#MAX_DEPTH} deep, symbols with a
 * char that is no byte or is 0, functions of a host that say nothing to send and values larger than
 * the buffer may become are refused.
 *
 * <p><b>Threads.</b> Nothing is kept between calls; any thread.
 */
public final class ValueEncoder {
  /** What this codec can say at most: guids, but no message above 2 GB. */
  public static final int CAPABILITY = 3;

  /** Room asked for at first; enough for a row, so that one is written through one view. */
  private static final int FIRST_ROOM = 256;

  /** Up to here a loop beats the view object that a bulk copy needs. */
  private static final int FEW_ITEMS = 8;

  /** Names up to 23 bytes are copied as 1 to 3 longs. */
  private static final int MAX_PACKED_WORDS = 3;

  private final ByteBuf out;
  private final int capability;

  /** Whether step functions are written as such. */
  private final boolean withSteps;

  /** The writable bytes of {@code out}: a put into it costs half of one into {@code out}. */
  private ByteBuffer view;

  /** Where the next byte goes in {@code view}, and where that ends. */
  private int at;

  private int limit;

  private ValueEncoder(ByteBuf out, int capability, boolean withSteps) {
    this.out = out;
    this.capability = capability;
    this.withSteps = withSteps;
    out.ensureWritable(Math.min(FIRST_ROOM, out.maxWritableBytes()));
    view = viewOf(out);
    limit = view.limit();
  }

  /**
   * Appends one value, without a header.
   *
   * @throws CodecException if the value cannot travel; the buffer is then as it was
   */
  public static void encode(Value value, ByteBuf out) {
    encode(value, CAPABILITY, out);
  }

  /**
   * Appends one value, without a header, for a peer of the given capability.
   *
   * @throws CodecException if the value cannot travel, or the peer could not read it: below 1 no
   *     timestamp and no timespan, below 3 no guid; the buffer is then as it was
   */
  public static void encode(Value value, int capability, ByteBuf out) {
    encode(value, capability, false, out);
  }

  /** Appends a value that lies so deep within another one. */
  static void encodeWithin(Value value, int depth, int capability, ByteBuf out) {
    ValueEncoder encoder = new ValueEncoder(out, capability, false);
    encoder.write(value, depth);
    encoder.finish();
  }

  /** Appends the items of a vector, which is no list, without its head. */
  static void encodeItems(Vector vector, ByteBuf out) {
    ValueEncoder encoder = new ValueEncoder(out, CAPABILITY, false);
    int first = encoder.take((long) vector.type().width() * vector.length());
    encoder.writeItems(vector, first);
    encoder.finish();
  }

  /**
   * Looks whether all chars of a symbol are bytes.
   *
   * @throws CodecException if one is not, or is 0
   */
  static void checkName(String name) {
    for (int i = 0; i < name.length(); i++) {
      long unused = byteOf("symbol", name, i, 1);
    }
  }

  private static void encode(Value value, int capability, boolean withSteps, ByteBuf out) {
    if (out.nioBufferCount() != 1) {
      ByteBuf inOnePiece = Unpooled.buffer(FIRST_ROOM, out.maxWritableBytes());
      encode(value, capability, withSteps, inOnePiece);
      out.writeBytes(inOnePiece);
      return;
    }
    int start = out.writerIndex();
    boolean complete = false;
    try {
      ValueEncoder encoder = new ValueEncoder(out, capability, withSteps);
      encoder.write(value, 0);
      encoder.finish();
      complete = true;
    } finally {
      if (!complete) {
        out.writerIndex(start);
      }
    }
  }

  /**
   * Appends a whole message, not compressed. An error may stand on top of a response only; a char
   * of its text that is no byte becomes a question mark.
   *
   * @throws CodecException as {@link #encode(Value, int, ByteBuf)}
   */
  public static void encodeMessage(MessageType type, Value value, int capability, ByteBuf out) {
    encodeMessage(type, value, capability, false, out);
  }

  /**
   * Appends a whole asynchronous message, not compressed, in which step functions have their own
   * type, 127: what q's {@code -8!} gives.
   *
   * @throws CodecException as {@link #encode(Value, ByteBuf)}
   */
  public static void serialise(Value value, ByteBuf out) {
    encodeMessage(MessageType.ASYNC, value, CAPABILITY, true, out);
  }

  private static void encodeMessage(
      MessageType type, Value value, int capability, boolean withSteps, ByteBuf out) {
    // Little-endian, the type, not compressed; the length follows when it is known.
    int head = 1 | (type.code() << Byte.SIZE);
    if (capability >= CAPABILITY && RowWriter.write(head, value, out)) {
      return;
    }
    int start = out.writerIndex();
    if (out.maxWritableBytes() < Header.BYTES) {
      throw tooLarge(Header.BYTES, out.maxWritableBytes());
    }
    out.writeLongLE(head);
    boolean complete = false;
    try {
      if (type == MessageType.RESPONSE && value instanceof ErrorValue error) {
        writeError(error, out);
      } else {
        encode(value, capability, withSteps, out);
      }
      complete = true;
    } finally {
      if (!complete) {
        out.writerIndex(start);
      }
    }
    out.setIntLE(start + 4, out.writerIndex() - start);
  }

  private static void writeError(ErrorValue error, ByteBuf out) {
    String text = error.text();
    if (out.maxWritableBytes() < text.length() + 2L) {
      throw tooLarge(text.length() + 2L, out.maxWritableBytes());
    }
    out.writeByte(QType.ERROR.number());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      out.writeByte(c == 0 || c > 0xff ? '?' : c);
    }
    out.writeByte(0);
  }

  private static ByteBuffer viewOf(ByteBuf out) {
    return out.nioBuffer(out.writerIndex(), out.writableBytes()).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void finish() {
    out.writerIndex(out.writerIndex() + at);
  }

  /** Where the next {@code bytes} bytes go, for which there is room then. */
  private int take(long bytes) {
    if (limit - at < bytes) {
      makeRoom(bytes);
    }
    int start = at;
    at = start + (int) bytes;
    return start;
  }

  private void makeRoom(long bytes) {
    finish();
    at = 0;
    if (bytes > out.maxWritableBytes()) {
      throw tooLarge(bytes, out.maxWritableBytes());
    }
    out.ensureWritable((int) bytes);
    view = viewOf(out);
    limit = view.limit();
  }

  /**
   * Writes one value. Final classes are asked for, so each question is one comparison; what rows
   * are made of is written here, the rest elsewhere, so that this is small enough to be inlined.
   */
  private void write(Value value, int depth) {
    if (value instanceof FloatAtom atom) {
      writeAtom(atom.type(), Double.doubleToRawLongBits(atom.value()));
    } else if (value instanceof SymbolAtom atom) {
      writeByte(-QType.SYMBOL.number());
      writeName(atom.name());
    } else if (value instanceof LongAtom atom) {
      checkReadable(atom.type());
      writeAtom(atom.type(), atom.value());
    } else if (value instanceof ListVector list) {
      writeList(list, depth);
    } else if (value instanceof Vector vector) {
      writeVector(vector);
    } else if (value instanceof Atom atom) {
      writeAtom(atom);
    } else {
      writeComposite(value, depth);
    }
  }

  private void writeAtom(QType type, long item) {
    int start = take(1 + Long.BYTES);
    view.put(start, (byte) -type.number());
    view.putLong(start + 1, item);
  }

  private void writeAtom(QType type, int item) {
    int start = take(1 + Integer.BYTES);
    view.put(start, (byte) -type.number());
    view.putInt(start + 1, item);
  }

  private void writeAtom(Atom value) {
    if (value instanceof IntAtom atom) {
      writeAtom(atom.type(), atom.value());
    } else if (value instanceof RealAtom atom) {
      writeAtom(QType.REAL, Float.floatToRawIntBits(atom.value()));
    } else if (value instanceof ByteAtom atom) {
      int start = take(2);
      view.put(start, (byte) -atom.type().number());
      view.put(start + 1, atom.value());
    } else if (value instanceof ShortAtom atom) {
      int start = take(3);
      view.put(start, (byte) -QType.SHORT.number());
      view.putShort(start + 1, atom.value());
    } else if (value instanceof GuidAtom atom) {
      checkReadable(QType.GUID);
      int start = take(17);
      view.put(start, (byte) -QType.GUID.number());
      view.putLong(start + 1, Long.reverseBytes(atom.high()));
      view.putLong(start + 9, Long.reverseBytes(atom.low()));
    } else {
      throw cannotTravel(value);
    }
  }

  private void writeList(ListVector list, int depth) {
    int count = list.length();
    int start = take(6);
    view.putShort(start, (short) (list.attribute().code() << Byte.SIZE));
    view.putInt(start + 2, count);
    int below = deeper(depth);
    if (list instanceof AtomRow row) {
      writeRow(row);
      return;
    }
    for (int i = 0; i < count; i++) {
      write(list.get(i), below);
    }
  }

  private void writeRow(AtomRow row) {
    int count = row.length();
    for (int i = 0; i < count; i++) {
      int type = row.typeNumber(i);
      if (type == 9) {
        writeAtom(QType.FLOAT, row.bits(i));
      } else if (type == 11) {
        writeByte(-type);
        writeName(row.symbol(i).name());
      } else {
        write(row.get(i), 0);
      }
    }
  }

  private void writeVector(Vector value) {
    QType type = value.type();
    int count = value.length();
    checkReadable(type);
    int start = take(6 + (long) type.width() * count);
    view.put(start, (byte) type.number());
    view.put(start + 1, (byte) value.attribute().code());
    view.putInt(start + 2, count);
    writeItems(value, start + 6);
  }

  private void writeItems(Vector value, int first) {
    if (value instanceof SymbolVector vector) {
      writeSymbols(vector);
    } else if (value instanceof ByteVector vector) {
      writeBytes(vector, first);
    } else {
      writeNumbers(value, first);
    }
  }

  private void writeNumbers(Vector value, int first) {
    int count = value.length();
    if (value instanceof FloatVector vector) {
      if (count > FEW_ITEMS) {
        vector.copyTo(0, view.position(first).asDoubleBuffer(), count);
      } else {
        for (int i = 0; i < count; i++) {
          view.putLong(first + i * Double.BYTES, Double.doubleToRawLongBits(vector.get(i)));
        }
      }
    } else if (value instanceof LongVector vector) {
      writeLongs(vector, first);
    } else if (value instanceof IntVector vector) {
      if (count > FEW_ITEMS) {
        vector.copyTo(0, view.position(first).asIntBuffer(), count);
      } else {
        for (int i = 0; i < count; i++) {
          view.putInt(first + i * Integer.BYTES, vector.get(i));
        }
      }
    } else if (value instanceof RealVector vector) {
      if (count > FEW_ITEMS) {
        vector.copyTo(0, view.position(first).asFloatBuffer(), count);
      } else {
        for (int i = 0; i < count; i++) {
          view.putInt(first + i * Float.BYTES, Float.floatToRawIntBits(vector.get(i)));
        }
      }
    } else if (value instanceof ShortVector vector) {
      if (count > FEW_ITEMS) {
        vector.copyTo(0, view.position(first).asShortBuffer(), count);
      } else {
        for (int i = 0; i < count; i++) {
          view.putShort(first + i * Short.BYTES, vector.get(i));
        }
      }
    } else if (value instanceof GuidVector vector) {
      view.order(ByteOrder.BIG_ENDIAN);
      writeLongs(vector.halves(), first);
      view.order(ByteOrder.LITTLE_ENDIAN);
    } else {
      throw cannotTravel(value);
    }
  }

  private void writeLongs(LongVector vector, int first) {
    int count = vector.length();
    if (count > FEW_ITEMS) {
      vector.copyTo(0, view.position(first).asLongBuffer(), count);
    } else {
      for (int i = 0; i < count; i++) {
        view.putLong(first + i * Long.BYTES, vector.get(i));
      }
    }
  }

  private void writeBytes(ByteVector vector, int first) {
    int count = vector.length();
    if (count > FEW_ITEMS) {
      vector.copyTo(0, view.position(first), count);
    } else {
      for (int i = 0; i < count; i++) {
        view.put(first + i, vector.get(i));
      }
    }
  }

  private void writeSymbols(SymbolVector vector) {
    int count = vector.length();
    if (vector.domainLength() <= count / 4 && writePacked(vector)) {
      return;
    }
    for (int i = 0; i < count; i++) {
      writeName(vector.get(i));
    }
  }

  /**
   * Writes the items of a small domain: each name is turned into bytes once, then copied for each
   * item as whole longs, of which the next item overwrites what was too much.
   *
   * @return whether it did: long or unwritable names are left to the slow way
   */
  private boolean writePacked(SymbolVector vector) {
    int domainLength = vector.domainLength();
    int longest = 0;
    for (int code = 0; code < domainLength; code++) {
      longest = Math.max(longest, vector.domainName(code).length());
    }
    int words = longest / Long.BYTES + 1;
    long room = (long) vector.length() * (longest + 1) + (long) words * Long.BYTES;
    if (words > MAX_PACKED_WORDS || room > out.maxWritableBytes() - at) {
      return false;
    }
    long[] packed = new long[domainLength * words];
    for (int code = 0; code < domainLength; code++) {
      String name = vector.domainName(code);
      for (int i = 0; i < name.length(); i++) {
        char c = name.charAt(i);
        if (c == 0 || c > 0xff) {
          return false;
        }
        packed[code * words + (i >>> 3)] |= (long) c << ((i & 7) * Byte.SIZE);
      }
    }
    int next = take(room);
    IntVector codes = vector.codes();
    int count = codes.length();
    for (int i = 0; i < count; i++) {
      int word = codes.get(i) * words;
      long bytes = packed[word];
      view.putLong(next, bytes);
      for (int more = 1; more < words && bytes >>> 56 != 0; more++) {
        bytes = packed[word + more];
        next += Long.BYTES;
        view.putLong(next, bytes);
      }
      // The bytes of the name that are in this long, and the terminator.
      next += Long.BYTES + 1 - (Long.numberOfLeadingZeros(bytes) >>> 3);
    }
    at = next;
    return true;
  }

  private void writeName(String name) {
    int length = name.length();
    if (length < Long.BYTES && limit - at >= Long.BYTES) {
      // All of it as one long, with the terminator; the rest of it is overwritten by what follows.
      long word = 0;
      for (int i = 0; i < length; i++) {
        word |= byteOf("symbol", name, i, 1) << (i * Byte.SIZE);
      }
      view.putLong(at, word);
      at += length + 1;
    } else {
      writeChars("symbol", name, 1);
      writeByte(0);
    }
  }

  private void writeChars(String what, String chars, int least) {
    int length = chars.length();
    int start = take(length);
    int next = 0;
    for (; length - next >= Long.BYTES; next += Long.BYTES) {
      long word = 0;
      for (int i = 0; i < Long.BYTES; i++) {
        word |= byteOf(what, chars, next + i, least) << (i * Byte.SIZE);
      }
      view.putLong(start + next, word);
    }
    for (; next < length; next++) {
      view.put(start + next, (byte) byteOf(what, chars, next, least));
    }
  }

  private static long byteOf(String what, String chars, int index, int least) {
    char c = chars.charAt(index);
    if (c < least || c > 0xff) {
      throw notAByte(what, c, index, least);
    }
    return c;
  }

  private void writeComposite(Value value, int depth) {
    int below = deeper(depth);
    if (value instanceof Table table) {
      writeTable(table, below);
    } else if (value instanceof Dictionary dictionary) {
      boolean isStep = withSteps && dictionary.step();
      writeByte(isStep ? ValueDecoder.SORTED_DICTIONARY : QType.DICTIONARY.number());
      write(dictionary.keys(), below);
      write(dictionary.values(), below);
    } else if (value instanceof UnaryPrimitive primitive) {
      writePrimitive(QType.UNARY, primitive.code());
    } else if (value instanceof BinaryPrimitive primitive) {
      writePrimitive(QType.BINARY, primitive.code());
    } else if (value instanceof IteratorPrimitive primitive) {
      writePrimitive(QType.ITERATOR, primitive.code());
    } else if (value instanceof Lambda lambda) {
      writeByte(QType.LAMBDA.number());
      writeName(lambda.namespace());
      writeHead(QType.CHAR, lambda.source().length());
      writeChars("lambda", lambda.source(), 0);
    } else if (value instanceof Projection projection) {
      writeParts(projection, projection.parts(), below);
    } else if (value instanceof Composition composition) {
      writeParts(composition, composition.parts(), below);
    } else if (value instanceof Derived derived) {
      writeByte(derived.typeNumber());
      write(derived.function(), below);
    } else if (value instanceof ErrorValue error) {
      throw new CodecException("error '" + error.text() + " (expected: only on top of a response)");
    } else if (value instanceof Function function && function.sent() != function) {
      write(function.sent(), below);
    } else {
      throw cannotTravel(value);
    }
  }

  private void writeByte(int number) {
    // Not in one expression: take may exchange the view.
    int start = take(1);
    view.put(start, (byte) number);
  }

  private void writePrimitive(QType type, int code) {
    int start = take(2);
    view.put(start, (byte) type.number());
    view.put(start + 1, (byte) code);
  }

  private void writeTable(Table table, int depth) {
    List<Vector> columns = table.columns();
    long rowBytes = 0;
    for (int i = 0; i < columns.size(); i++) {
      rowBytes += columns.get(i).type().width();
    }
    // One growth of the buffer instead of one a column.
    long bytes = rowBytes * table.rowCount() + 32L * columns.size();
    if (limit - at < bytes && bytes <= out.maxWritableBytes() - at) {
      makeRoom(bytes);
    }
    int start = take(3);
    view.put(start, (byte) QType.TABLE.number());
    view.put(start + 1, (byte) table.attribute().code());
    view.put(start + 2, (byte) QType.DICTIONARY.number());
    writeHead(QType.SYMBOL, columns.size());
    for (int i = 0; i < columns.size(); i++) {
      writeName(table.names().get(i));
    }
    writeHead(QType.LIST, columns.size());
    int below = deeper(depth);
    for (int i = 0; i < columns.size(); i++) {
      write(columns.get(i), below);
    }
  }

  private void writeParts(Value value, List<Value> parts, int depth) {
    int start = take(5);
    view.put(start, (byte) value.typeNumber());
    view.putInt(start + 1, parts.size());
    for (int i = 0; i < parts.size(); i++) {
      write(parts.get(i), depth);
    }
  }

  /** The head of a vector without attribute. */
  private void writeHead(QType type, int count) {
    int start = take(6);
    view.put(start, (byte) type.number());
    view.put(start + 1, (byte) Attribute.NONE.code());
    view.putInt(start + 2, count);
  }

  private static int deeper(int depth) {
    if (depth >= ValueDecoder.MAX_DEPTH) {
      throw new CodecException(
          "nesting: more than " + depth + " levels (expected: <= " + ValueDecoder.MAX_DEPTH + ")");
    }
    return depth + 1;
  }

  private void checkReadable(QType type) {
    if (capability < CAPABILITY) {
      int needed =
          type == QType.GUID ? 3 : type == QType.TIMESTAMP || type == QType.TIMESPAN ? 1 : 0;
      if (capability < needed) {
        throw notReadable(type, needed);
      }
    }
  }

  private CodecException notReadable(QType type, int needed) {
    return new CodecException(
        "type "
            + type
            + " for a peer of capability "
            + capability
            + " (expected: "
            + needed
            + " or more)");
  }

  private static CodecException notAByte(String what, char c, int index, int least) {
    return new CodecException(
        what + ": char " + (int) c + " at " + index + " (expected: " + least + " to 255)");
  }

  private static CodecException tooLarge(long bytes, int room) {
    return new CodecException(
        "value: " + bytes + " more bytes (expected: <= " + room + ", the room left in the buffer)");
  }

  private static CodecException cannotTravel(Value value) {
    return new CodecException(
        value.getClass().getSimpleName() + " of type " + value.type() + " cannot travel");
  }
}
