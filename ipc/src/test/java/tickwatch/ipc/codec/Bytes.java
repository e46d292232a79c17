package tickwatch.ipc.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.HexFormat;
import tickwatch.ipc.value.Value;

/** What the codec's tests do with bytes all the time. */
final class Bytes {
  /** Gives heap buffers, which need no release. */
  static final ByteBufAllocator HEAP = new UnpooledByteBufAllocator(false);

  private Bytes() {}

  static byte[] ofHex(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  static byte[] encode(Value value) {
    ByteBuf out = Unpooled.buffer();
    ValueEncoder.encode(value, out);
    return ByteBufUtil.getBytes(out);
  }

  static byte[] encodeMessage(MessageType type, Value value) {
    ByteBuf out = Unpooled.buffer();
    ValueEncoder.encodeMessage(type, value, ValueEncoder.CAPABILITY, out);
    return ByteBufUtil.getBytes(out);
  }

  /** The value that these bytes are, and nothing after it. */
  static Value decode(byte[] bytes, boolean littleEndian) {
    ByteBuf in = Unpooled.wrappedBuffer(bytes);
    Value value = new ValueDecoder().decode(in, littleEndian);
    if (in.isReadable()) {
      throw new AssertionError(in.readableBytes() + " bytes left over");
    }
    return value;
  }

  static Value decode(byte[] bytes) {
    return decode(bytes, true);
  }

  static Value decodeHex(String hex) {
    return decode(ofHex(hex));
  }

  static Value decodeMessage(byte[] message) {
    return new ValueDecoder().decodeMessage(Unpooled.wrappedBuffer(message));
  }
}
