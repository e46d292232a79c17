package tickwatch.ipc.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** The compression of kdb+ messages. */
public final class Compression {
  private Compression() {}

  /**
   * The compressed form of a message, or the message itself, retained, where it is at most 2000
   * bytes long or would not shrink below half. The message's indexes do not move; the caller
   * releases both.
   */
  public static ByteBuf compress(ByteBuf message, ByteBufAllocator allocator) {
    throw new UnsupportedOperationException();
  }

  /**
   * The plain form, with header, of a compressed message. The message's indexes do not move; the
   * caller releases both.
   *
   * @throws CodecException if the message is not well-formed or would be longer than {@code
   *     maxMessageBytes}
   */
  public static ByteBuf decompress(ByteBuf message, int maxMessageBytes, ByteBufAllocator allocator) {
    throw new UnsupportedOperationException();
  }
}
