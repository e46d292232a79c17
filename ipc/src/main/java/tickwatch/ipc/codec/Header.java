package tickwatch.ipc.codec;

import io.netty.buffer.ByteBuf;

/**
 * The eight bytes before every message.
 *
 * <pre>
 *   0          1          2            3          4 .. 7               8 ..
 *  +----------+----------+------------+----------+--------------------+-----------+
 *  | byteOrder| type     | compressed | reserved | length, int        | one value |
 *  +----------+----------+------------+----------+--------------------+-----------+
 *    1 little   0 async    0 no         0          whole message,
 *    0 big      1 sync     1 yes                   these 8 included
 *               2 response
 *  (1i, async)  01 00 00 00  0d 00 00 00  fa 01 00 00 00
 * </pre>
 *
 * <p>The byte order holds for all numbers of the message, the length here included. A peer may
 * change it from message to message.
 *
 * <p>Byte 3 and the value 2 of byte 2 belong to messages above 2 GB, which need a capability of 5;
 * they are refused.
 *
 * <p>Source: "Interprocess communication", kdb+ and q documentation.
 *
 * @param length bytes in the whole message, 9 to {@code maxMessageBytes}
 */
public record Header(boolean littleEndian, MessageType type, boolean compressed, int length) {
  public static final int BYTES = 8;

  private static final MessageType[] TYPES = MessageType.values();

  /**
   * Reads the header that starts at index {@code at} of a buffer and moves no index of it.
   *
   * @throws CodecException if there are fewer than 8 bytes, or they are no header, or the message
   *     is longer than {@code maxMessageBytes}
   */
  public static Header read(ByteBuf in, int at, int maxMessageBytes) {
    int available = in.writerIndex() - at;
    if (available < BYTES) {
      throw new CodecException("header: " + available + " bytes (expected: " + BYTES + ")");
    }
    long word = in.getLongLE(at);
    int order = (int) word & 0xff;
    int type = (int) (word >>> 8) & 0xff;
    int compressed = (int) (word >>> 16) & 0xff;
    int reserved = (int) (word >>> 24) & 0xff;
    int lastBytes = (int) (word >>> 32);
    int length = order == 1 ? lastBytes : Integer.reverseBytes(lastBytes);
    if (order > 1
        || type >= TYPES.length
        || compressed > 1
        || reserved != 0
        || length <= BYTES
        || length > maxMessageBytes) {
      throw refused(order, type, compressed, reserved, length, maxMessageBytes);
    }
    return new Header(order == 1, TYPES[type], compressed == 1, length);
  }

  /** Apart, so that what every message goes through is small enough to be inlined. */
  private static CodecException refused(
      int order, int type, int compressed, int reserved, int length, int maxMessageBytes) {
    if (order > 1) {
      return new CodecException("byte order: " + order + " (expected: 0 big or 1 little)");
    }
    if (type >= TYPES.length) {
      return new CodecException(
          "message type: " + type + " (expected: 0 async, 1 sync or 2 response)");
    }
    if (compressed > 1) {
      return new CodecException("compression: " + compressed + " (expected: 0 or 1)");
    }
    if (reserved != 0) {
      return new CodecException(
          "header byte 3: " + reserved + " (expected: 0, no message is above 2 GB)");
    }
    return new CodecException(
        "message length: "
            + length
            + " (expected: "
            + (BYTES + 1)
            + " to "
            + maxMessageBytes
            + ", the limit of this connection)");
  }
}
