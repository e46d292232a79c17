package tickwatch.ipc.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;

/**
 * The compression of kdb+ messages.
 *
 * <pre>
 *   0 .. 7                         8 .. 11            12 ..
 *  +------------------------------+------------------+---------------------------------------+
 *  | header: compressed 1, length | length when plain| groups: flags (byte), 8 items or fewer|
 *  |         of what stands here  | header included  |                                       |
 *  +------------------------------+------------------+---------------------------------------+
 *   flag 0 (the first is the lowest bit): a literal, 1 byte
 *   flag 1: a run, 2 bytes: key, more. Copy the 2 bytes at table[key] and {@code more} after them
 * </pre>
 *
 * <p>The table has 256 positions of the plain message. The pair of bytes at a position is entered
 * under the exclusive or of the two as soon as both are known; the first position is 8, behind the
 * header. Of a run only its first pair is entered, and the pair that a literal before it begins. A
 * run may reach into the bytes that it is itself producing, so it is copied from the front, byte by
 * byte.
 *
 * <p>Source: "Interprocess communication", kdb+ and q documentation; the shape of the stream from
 * the C and Java interfaces that KX publishes.
 *
 * <p><b>Limits.</b> 2 bytes and a flag make 257 at most, so a length when plain of more than
 * {@value #MAX_RATIO} times the bytes at hand is refused at once, and memory is taken only as the
 * plain message really grows. A run from a table position never entered, one beyond the plain
 * length, and bytes after the last item are refused.
 */
public final class Compression {
  /** Messages up to here are never compressed. */
  private static final int WORTH_TRYING = 2000;

  private static final int HEAD = Header.BYTES + Integer.BYTES;
  private static final int MAX_RATIO = 121;
  private static final int LONGEST_RUN = 255;

  /** Bytes of a full group: the flags and eight runs. */
  private static final int GROUP = 17;

  private Compression() {}

  /**
   * The compressed form of a message, or the message itself, retained, where it is at most 2000
   * bytes long or would not shrink below half. The message's indexes do not move; the caller
   * releases both.
   */
  public static ByteBuf compress(ByteBuf message, ByteBufAllocator allocator) {
    int length = message.readableBytes();
    if (length <= WORTH_TRYING) {
      return message.retain();
    }
    byte[] in;
    int base;
    if (message.hasArray()) {
      in = message.array();
      base = message.arrayOffset() + message.readerIndex();
    } else {
      in = new byte[length];
      base = 0;
      message.getBytes(message.readerIndex(), in);
    }
    int limit = length / 2;
    byte[] out = new byte[limit];
    int end = compress(in, base, length, out);
    if (end < 0) {
      return message.retain();
    }
    ByteBuf compressed = allocator.buffer(end);
    boolean littleEndian = in[base] == 1;
    compressed.writeByte(in[base]).writeByte(in[base + 1]).writeByte(1).writeByte(in[base + 3]);
    writeInt(compressed, end, littleEndian);
    writeInt(compressed, length, littleEndian);
    return compressed.writeBytes(out, HEAD, end - HEAD);
  }

  private static void writeInt(ByteBuf out, int value, boolean littleEndian) {
    if (littleEndian) {
      out.writeIntLE(value);
    } else {
      out.writeInt(value);
    }
  }

  /**
   * Writes the groups for a message at {@code base} of {@code in} from {@link #HEAD} on; returns
   * where they end, or -1 when {@code out} is too small.
   */
  private static int compress(byte[] in, int base, int length, byte[] out) {
    int[] table = new int[256];
    int position = Header.BYTES;
    int at = HEAD;
    int literal = 0; // the literal before this item whose pair has not been entered, or 0
    while (position < length) {
      if (at > out.length - GROUP) {
        return -1;
      }
      int flagsAt = at++;
      int flags = 0;
      for (int bit = 1; bit < 256 && position < length; bit <<= 1) {
        int here = base + position;
        int key = 0;
        int earlier = 0;
        if (length - position >= 3) {
          key = (in[here] ^ in[here + 1]) & 0xff;
          earlier = table[key];
        }
        if (literal > 0) {
          table[(in[base + literal] ^ in[base + literal + 1]) & 0xff] = literal;
          literal = 0;
        }
        // Equal first bytes and an equal exclusive or: the second bytes are equal too.
        if (earlier == 0 || in[base + earlier] != in[here]) {
          literal = position;
          out[at++] = in[here];
          position++;
        } else {
          table[key] = position;
          int most = Math.min(LONGEST_RUN, length - position - 2);
          int more = 0;
          while (more < most && in[base + earlier + 2 + more] == in[here + 2 + more]) {
            more++;
          }
          flags |= bit;
          out[at++] = (byte) key;
          out[at++] = (byte) more;
          position += 2 + more;
        }
      }
      out[flagsAt] = (byte) flags;
    }
    return at;
  }

  /**
   * How long a compressed message says that it is when plain; 0 if it is too short to say so.
   *
   * @param message from the reader index on
   */
  public static int plainLength(ByteBuf message) {
    int at = message.readerIndex();
    if (message.readableBytes() < HEAD) {
      return 0;
    }
    boolean littleEndian = message.getByte(at) == 1;
    int lengthAt = at + Header.BYTES;
    return littleEndian ? message.getIntLE(lengthAt) : message.getInt(lengthAt);
  }

  /**
   * The plain form, with header, of a compressed message; a plain message is given back as it is,
   * retained. The message's indexes do not move; the caller releases both.
   *
   * @param message one whole message, from the reader index to the last readable byte
   * @throws CodecException if the message is not well-formed or would be longer than {@code
   *     maxMessageBytes}
   */
  public static ByteBuf decompress(
      ByteBuf message, int maxMessageBytes, ByteBufAllocator allocator) {
    Header header = Header.read(message, message.readerIndex(), Integer.MAX_VALUE);
    if (header.length() != message.readableBytes()) {
      throw new CodecException(
          "message length: "
              + header.length()
              + " (expected: "
              + message.readableBytes()
              + ", the bytes at hand)");
    }
    if (!header.compressed()) {
      return message.retain();
    }
    if (header.length() <= HEAD) {
      throw new CodecException(
          "compressed message: " + header.length() + " bytes (expected: more than " + HEAD + ")");
    }
    int lengthAt = message.readerIndex() + Header.BYTES;
    int plainLength = header.littleEndian() ? message.getIntLE(lengthAt) : message.getInt(lengthAt);
    long most =
        Math.min(maxMessageBytes, Header.BYTES + (long) MAX_RATIO * (header.length() - HEAD));
    if (plainLength <= Header.BYTES || plainLength > most) {
      throw new CodecException(
          "length when plain: "
              + plainLength
              + " (expected: "
              + (Header.BYTES + 1)
              + " to "
              + most
              + ", for "
              + header.length()
              + " compressed bytes and a limit of "
              + maxMessageBytes
              + ")");
    }
    // A sender compresses to below half; the ordinary message is not much smaller than that.
    int firstCapacity = (int) Math.min(plainLength, 8L * header.length());
    ByteBuf plain = allocator.heapBuffer(firstCapacity, plainLength);
    boolean complete = false;
    try {
      plain.writeByte(header.littleEndian() ? 1 : 0).writeByte(header.type().code()).writeShort(0);
      writeInt(plain, plainLength, header.littleEndian());
      decompress(message.nioBuffer().position(HEAD), plain, plainLength);
      complete = true;
    } finally {
      if (!complete) {
        plain.release();
      }
    }
    return plain;
  }

  private static void decompress(ByteBuffer in, ByteBuf plain, int length) {
    byte[] out = plain.array();
    int base = plain.arrayOffset();
    int capacity = plain.capacity();
    int[] table = new int[256];
    int position = Header.BYTES;
    int entered = Header.BYTES; // the first position whose pair has not been entered
    int flags = 0;
    int bit = 256;
    while (position < length) {
      if (capacity - position < 2 + LONGEST_RUN && capacity < length) {
        capacity = (int) Math.min(length, 2L * capacity + LONGEST_RUN);
        plain.writerIndex(position).capacity(capacity);
        out = plain.array();
        base = plain.arrayOffset();
      }
      if (bit == 256) {
        flags = next(in, position, length);
        bit = 1;
      }
      int run = 0;
      if ((flags & bit) == 0) {
        out[base + position] = (byte) next(in, position, length);
        position++;
      } else {
        int key = next(in, position, length);
        run = next(in, position, length);
        int from = table[key];
        if (from == 0) {
          throw new CodecException(
              "compressed data: run from position " + key + " of the table, which is not yet set");
        }
        if (run + 2 > length - position) {
          throw new CodecException(
              "compressed data: run of "
                  + (run + 2)
                  + " bytes (expected: <= "
                  + (length - position)
                  + ", what is left of the plain message)");
        }
        for (int i = 0; i < run + 2; i++) {
          out[base + position + i] = out[base + from + i];
        }
        position += 2;
      }
      while (entered < position - 1) {
        table[(out[base + entered] ^ out[base + entered + 1]) & 0xff] = entered;
        entered++;
      }
      if ((flags & bit) != 0) {
        position += run;
        entered = position;
      }
      bit <<= 1;
    }
    if (in.hasRemaining()) {
      throw new CodecException(
          "compressed data: " + in.remaining() + " bytes after the last item (expected: none)");
    }
    plain.writerIndex(length);
  }

  private static int next(ByteBuffer in, int position, int length) {
    if (!in.hasRemaining()) {
      throw new CodecException(
          "compressed data: ends at byte "
              + position
              + " of the plain message (expected: "
              + length
              + ")");
    }
    return in.get() & 0xff;
  }
}
