package tickwatch.ipc.codec;

import io.netty.buffer.ByteBuf;
import tickwatch.ipc.value.Value;

/** Values to bytes, little-endian. */
public final class ValueEncoder {
  /** What this codec can say at most: guids, but no message above 2 GB. */
  public static final int CAPABILITY = 3;

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
    throw new UnsupportedOperationException();
  }

  /**
   * Appends a whole message, not compressed. An error may stand on top of a response only.
   *
   * @throws CodecException as {@link #encode(Value, int, ByteBuf)}
   */
  public static void encodeMessage(MessageType type, Value value, int capability, ByteBuf out) {
    throw new UnsupportedOperationException();
  }
}
