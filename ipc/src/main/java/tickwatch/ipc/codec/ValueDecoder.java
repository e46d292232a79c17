package tickwatch.ipc.codec;

import io.netty.buffer.ByteBuf;
import tickwatch.ipc.value.Value;

/** Bytes to values. */
public final class ValueDecoder {
  public ValueDecoder() {}

  /**
   * Reads exactly one value at the reader index; bytes behind it are the caller's business.
   *
   * @throws CodecException if the bytes are no value; the reader index is then anywhere
   */
  public Value decode(ByteBuf in, boolean littleEndian) {
    throw new UnsupportedOperationException();
  }

  /**
   * Reads a whole message that is not compressed, header included, from the reader index to the
   * last readable byte. An error may stand on top of a response only.
   *
   * @throws CodecException if the bytes are not exactly one message; the reader index is then
   *     anywhere
   */
  public Value decodeMessage(ByteBuf message) {
    throw new UnsupportedOperationException();
  }
}
