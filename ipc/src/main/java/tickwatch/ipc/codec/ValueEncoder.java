package tickwatch.ipc.codec;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
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
 * <p>A dictionary is always written as type 99, never as 127, which many clients cannot read. A
 * vector's attribute is written as it stands: whoever set it vouches for it.
 *
 * <p><b>Limits.</b> Values nested more than {@value ValueDecoder#MAX_DEPTH} deep, symbols with a
 * char that is no byte or is 0, functions of a host and values larger than the buffer may become
 * are refused.
 *
 * <p><b>Threads.</b> Stateless; any thread.
 */
public final class ValueEncoder {
  /** What this codec can say at most: guids, but no message above 2 GB. */
  public static final int CAPABILITY = 3;

  /** Up to here a loop beats the two view objects that a bulk copy needs. */
  private static final int FEW_BYTES = 64;

  /** Names up to 23 bytes are copied as 1 to 3 longs. */
  private static final int MAX_PACKED_WORDS = 3;

  private ValueEncoder() {}

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
    int start = out.writerIndex();
    boolean complete = false;
    try {
      write(value, capability, 0, out);
      complete = true;
    } catch (IndexOutOfBoundsException e) {
      throw new CodecException(
          "value: larger than the " + out.maxCapacity() + " bytes that the buffer may hold", e);
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
    int start = out.writerIndex();
    out.writeByte(1).writeByte(type.code()).writeShort(0).writeInt(0);
    boolean complete = false;
    try {
      if (type == MessageType.RESPONSE && value instanceof ErrorValue error) {
        writeError(error, out);
      } else {
        encode(value, capability, out);
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
    out.writeByte(QType.ERROR.number());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      out.writeByte(c == 0 || c > 0xff ? '?' : c);
    }
    out.writeByte(0);
  }

  private static void write(Value value, int capability, int depth, ByteBuf out) {
    // Final classes, so each question is one comparison; what rows are made of comes first.
    if (value instanceof FloatAtom atom) {
      out.writeByte(-atom.type().number()).writeLongLE(Double.doubleToRawLongBits(atom.value()));
    } else if (value instanceof LongAtom atom) {
      checkReadable(atom.type(), capability);
      out.writeByte(-atom.type().number()).writeLongLE(atom.value());
    } else if (value instanceof SymbolAtom atom) {
      out.writeByte(-QType.SYMBOL.number());
      writeName(atom.name(), out);
    } else if (value instanceof IntAtom atom) {
      out.writeByte(-atom.type().number()).writeIntLE(atom.value());
    } else if (value instanceof ByteAtom atom) {
      out.writeByte(-atom.type().number()).writeByte(atom.value());
    } else if (value instanceof ShortAtom atom) {
      out.writeByte(-QType.SHORT.number()).writeShortLE(atom.value());
    } else if (value instanceof RealAtom atom) {
      out.writeByte(-QType.REAL.number()).writeIntLE(Float.floatToRawIntBits(atom.value()));
    } else if (value instanceof GuidAtom atom) {
      checkReadable(QType.GUID, capability);
      out.writeByte(-QType.GUID.number()).writeLong(atom.high()).writeLong(atom.low());
    } else if (value instanceof Vector vector) {
      writeVector(vector, capability, depth, out);
    } else {
      writeComposite(value, capability, depth, out);
    }
  }

  private static void writeVector(Vector value, int capability, int depth, ByteBuf out) {
    QType type = value.type();
    checkReadable(type, capability);
    if (type.width() > 1) {
      reserve(out, 6L + (long) type.width() * value.length());
    }
    writeHead(type, value.attribute(), value.length(), out);
    if (value instanceof FloatVector vector) {
      writeFloats(vector, out);
    } else if (value instanceof LongVector vector) {
      writeLongs(vector, ByteOrder.LITTLE_ENDIAN, out);
    } else if (value instanceof SymbolVector vector) {
      writeSymbols(vector, out);
    } else if (value instanceof IntVector vector) {
      writeInts(vector, out);
    } else if (value instanceof ByteVector vector) {
      writeBytes(vector, out);
    } else if (value instanceof ShortVector vector) {
      writeShorts(vector, out);
    } else if (value instanceof RealVector vector) {
      writeReals(vector, out);
    } else if (value instanceof GuidVector vector) {
      writeLongs(vector.halves(), ByteOrder.BIG_ENDIAN, out);
    } else if (value instanceof ListVector vector) {
      int below = deeper(depth);
      for (int i = 0; i < vector.length(); i++) {
        write(vector.get(i), capability, below, out);
      }
    } else {
      throw cannotTravel(value);
    }
  }

  private static void writeComposite(Value value, int capability, int depth, ByteBuf out) {
    int below = deeper(depth);
    if (value instanceof Table table) {
      writeTable(table, capability, below, out);
    } else if (value instanceof Dictionary dictionary) {
      out.writeByte(QType.DICTIONARY.number());
      write(dictionary.keys(), capability, below, out);
      write(dictionary.values(), capability, below, out);
    } else if (value instanceof UnaryPrimitive primitive) {
      out.writeByte(QType.UNARY.number()).writeByte(primitive.code());
    } else if (value instanceof BinaryPrimitive primitive) {
      out.writeByte(QType.BINARY.number()).writeByte(primitive.code());
    } else if (value instanceof IteratorPrimitive primitive) {
      out.writeByte(QType.ITERATOR.number()).writeByte(primitive.code());
    } else if (value instanceof Lambda lambda) {
      out.writeByte(QType.LAMBDA.number());
      writeName(lambda.namespace(), out);
      writeHead(QType.CHAR, Attribute.NONE, lambda.source().length(), out);
      writeChars("lambda", lambda.source(), false, out);
    } else if (value instanceof Projection projection) {
      writeParts(projection, projection.parts(), capability, below, out);
    } else if (value instanceof Composition composition) {
      writeParts(composition, composition.parts(), capability, below, out);
    } else if (value instanceof Derived derived) {
      out.writeByte(derived.typeNumber());
      write(derived.function(), capability, below, out);
    } else if (value instanceof ErrorValue error) {
      throw new CodecException("error '" + error.text() + " (expected: only on top of a response)");
    } else {
      throw cannotTravel(value);
    }
  }

  private static void writeTable(Table table, int capability, int depth, ByteBuf out) {
    int columns = table.columns().size();
    long rowBytes = 0;
    for (int i = 0; i < columns; i++) {
      rowBytes += table.columns().get(i).type().width();
    }
    // One growth of the buffer instead of one a column.
    long bytes = rowBytes * table.rowCount() + 16L * columns;
    if (bytes <= out.maxWritableBytes()) {
      out.ensureWritable((int) bytes);
    }
    out.writeByte(QType.TABLE.number())
        .writeByte(table.attribute().code())
        .writeByte(QType.DICTIONARY.number());
    writeHead(QType.SYMBOL, Attribute.NONE, columns, out);
    for (int i = 0; i < columns; i++) {
      writeName(table.names().get(i), out);
    }
    writeHead(QType.LIST, Attribute.NONE, columns, out);
    int below = deeper(depth);
    for (int i = 0; i < columns; i++) {
      writeVector(table.columns().get(i), capability, below, out);
    }
  }

  private static void writeParts(
      Value value, List<Value> parts, int capability, int depth, ByteBuf out) {
    out.writeByte(value.typeNumber()).writeIntLE(parts.size());
    for (int i = 0; i < parts.size(); i++) {
      write(parts.get(i), capability, depth, out);
    }
  }

  private static void writeHead(QType type, Attribute attribute, int count, ByteBuf out) {
    out.writeByte(type.number()).writeByte(attribute.code()).writeIntLE(count);
  }

  private static void writeLongs(LongVector vector, ByteOrder order, ByteBuf out) {
    int count = vector.length();
    int bytes = count * Long.BYTES;
    if (inBulk(bytes, out)) {
      vector.copyTo(0, view(out, bytes, order).asLongBuffer(), count);
      out.writerIndex(out.writerIndex() + bytes);
    } else if (order == ByteOrder.LITTLE_ENDIAN) {
      for (int i = 0; i < count; i++) {
        out.writeLongLE(vector.get(i));
      }
    } else {
      for (int i = 0; i < count; i++) {
        out.writeLong(vector.get(i));
      }
    }
  }

  private static void writeFloats(FloatVector vector, ByteBuf out) {
    int count = vector.length();
    int bytes = count * Double.BYTES;
    if (inBulk(bytes, out)) {
      vector.copyTo(0, view(out, bytes, ByteOrder.LITTLE_ENDIAN).asDoubleBuffer(), count);
      out.writerIndex(out.writerIndex() + bytes);
    } else {
      for (int i = 0; i < count; i++) {
        out.writeLongLE(Double.doubleToRawLongBits(vector.get(i)));
      }
    }
  }

  private static void writeInts(IntVector vector, ByteBuf out) {
    int count = vector.length();
    int bytes = count * Integer.BYTES;
    if (inBulk(bytes, out)) {
      vector.copyTo(0, view(out, bytes, ByteOrder.LITTLE_ENDIAN).asIntBuffer(), count);
      out.writerIndex(out.writerIndex() + bytes);
    } else {
      for (int i = 0; i < count; i++) {
        out.writeIntLE(vector.get(i));
      }
    }
  }

  private static void writeReals(RealVector vector, ByteBuf out) {
    int count = vector.length();
    int bytes = count * Float.BYTES;
    if (inBulk(bytes, out)) {
      vector.copyTo(0, view(out, bytes, ByteOrder.LITTLE_ENDIAN).asFloatBuffer(), count);
      out.writerIndex(out.writerIndex() + bytes);
    } else {
      for (int i = 0; i < count; i++) {
        out.writeIntLE(Float.floatToRawIntBits(vector.get(i)));
      }
    }
  }

  private static void writeShorts(ShortVector vector, ByteBuf out) {
    int count = vector.length();
    int bytes = count * Short.BYTES;
    if (inBulk(bytes, out)) {
      vector.copyTo(0, view(out, bytes, ByteOrder.LITTLE_ENDIAN).asShortBuffer(), count);
      out.writerIndex(out.writerIndex() + bytes);
    } else {
      for (int i = 0; i < count; i++) {
        out.writeShortLE(vector.get(i));
      }
    }
  }

  private static void writeBytes(ByteVector vector, ByteBuf out) {
    int count = vector.length();
    reserve(out, count);
    if (inBulk(count, out)) {
      vector.copyTo(0, view(out, count, ByteOrder.LITTLE_ENDIAN), count);
      out.writerIndex(out.writerIndex() + count);
    } else {
      for (int i = 0; i < count; i++) {
        out.writeByte(vector.get(i));
      }
    }
  }

  private static boolean inBulk(int bytes, ByteBuf out) {
    return bytes > FEW_BYTES && out.nioBufferCount() == 1;
  }

  /** The next {@code bytes} bytes to be written; room for them has been reserved. */
  private static ByteBuffer view(ByteBuf out, int bytes, ByteOrder order) {
    return out.nioBuffer(out.writerIndex(), bytes).order(order);
  }

  private static void writeSymbols(SymbolVector vector, ByteBuf out) {
    int count = vector.length();
    if (vector.domainLength() <= count / 4 && writePacked(vector, out)) {
      return;
    }
    for (int i = 0; i < count; i++) {
      writeName(vector.get(i), out);
    }
  }

  /**
   * Writes the items of a small domain: each name is turned into bytes once, then copied for each
   * item as whole longs, of which the next item overwrites what was too much.
   *
   * @return whether it did: long or unwritable names are left to the slow way
   */
  private static boolean writePacked(SymbolVector vector, ByteBuf out) {
    int domainLength = vector.domainLength();
    int longest = 0;
    for (int code = 0; code < domainLength; code++) {
      longest = Math.max(longest, vector.domainName(code).length());
    }
    int words = longest / Long.BYTES + 1;
    long room = (long) vector.length() * (longest + 1) + (long) words * Long.BYTES;
    if (words > MAX_PACKED_WORDS || room > out.maxWritableBytes()) {
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
    out.ensureWritable((int) room);
    int at = out.writerIndex();
    IntVector codes = vector.codes();
    int count = codes.length();
    for (int i = 0; i < count; i++) {
      int word = codes.get(i) * words;
      long bytes = packed[word];
      out.setLongLE(at, bytes);
      for (int more = 1; more < words && bytes >>> 56 != 0; more++) {
        bytes = packed[word + more];
        at += Long.BYTES;
        out.setLongLE(at, bytes);
      }
      // The bytes of the name that are in this long, and the terminator.
      at += Long.BYTES + 1 - (Long.numberOfLeadingZeros(bytes) >>> 3);
    }
    out.writerIndex(at);
    return true;
  }

  private static void writeName(String name, ByteBuf out) {
    writeChars("symbol", name, true, out);
    out.writeByte(0);
  }

  private static void writeChars(String what, String chars, boolean terminated, ByteBuf out) {
    int length = chars.length();
    reserve(out, length + 1L);
    int at = out.writerIndex();
    for (int i = 0; i < length; i++) {
      char c = chars.charAt(i);
      if (c > 0xff || (terminated && c == 0)) {
        throw new CodecException(
            what + ": char " + (int) c + " at " + i + " (expected: one char a byte, none 0)");
      }
      out.setByte(at + i, c);
    }
    out.writerIndex(at + length);
  }

  private static void reserve(ByteBuf out, long bytes) {
    if (bytes > out.maxWritableBytes()) {
      throw new CodecException(
          "value: "
              + bytes
              + " more bytes (expected: <= "
              + out.maxWritableBytes()
              + ", the room left in the message)");
    }
    out.ensureWritable((int) bytes);
  }

  private static int deeper(int depth) {
    if (depth >= ValueDecoder.MAX_DEPTH) {
      throw new CodecException(
          "nesting: more than " + depth + " levels (expected: <= " + ValueDecoder.MAX_DEPTH + ")");
    }
    return depth + 1;
  }

  private static void checkReadable(QType type, int capability) {
    if (capability >= CAPABILITY) {
      return;
    }
    int needed = type == QType.GUID ? 3 : type == QType.TIMESTAMP || type == QType.TIMESPAN ? 1 : 0;
    if (capability < needed) {
      throw new CodecException(
          "type "
              + type
              + " for a peer of capability "
              + capability
              + " (expected: "
              + needed
              + " or more)");
    }
  }

  private static CodecException cannotTravel(Value value) {
    return new CodecException(
        value.getClass().getSimpleName() + " of type " + value.type() + " cannot travel");
  }
}
