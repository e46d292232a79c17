package tickwatch.ipc.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tickwatch.ipc.value.ErrorValue;
import tickwatch.ipc.value.Value;

/** Bytes that kdb+ and its clients made, read and written again. */
class GoldenTest {
  static List<Golden.Line> plain() {
    return Golden.plain();
  }

  static List<Golden.Line> compressed() {
    return Golden.compressed();
  }

  static List<Golden.Line> invalid() {
    return Golden.invalid();
  }

  @Test
  void thereAreManyOfThem() {
    assertThat(Golden.plain()).hasSizeGreaterThan(340);
    assertThat(Golden.compressed()).hasSize(23);
    assertThat(Golden.invalid()).hasSize(3);
  }

  @ParameterizedTest
  @MethodSource("plain")
  void comesBackByteForByte(Golden.Line line) {
    Value value = decode(line);

    byte[] again = encode(line, value);

    if (line.isDecodeOnly()) {
      assertThat(again).isNotEqualTo(line.bytes());
      assertThat(Bytes.decode(Bytes.encode(value))).isEqualTo(value);
    } else {
      assertThat(Bytes.hex(again)).isEqualTo(Bytes.hex(line.bytes()));
    }
  }

  @ParameterizedTest
  @MethodSource("plain")
  void isReadFromADirectBufferInTwoPieces(Golden.Line line) {
    if (isError(line)) {
      return;
    }
    Value value = decode(line);
    byte[] payload = line.payload();
    for (int split = 0; split <= Math.min(payload.length, 300); split++) {
      ByteBuf pieces =
          Unpooled.wrappedBuffer(
              Unpooled.directBuffer().writeBytes(payload, 0, split),
              Unpooled.directBuffer().writeBytes(payload, split, payload.length - split));

      assertThat(new ValueDecoder().decode(pieces, true)).isEqualTo(value);

      assertThat(pieces.isReadable()).isFalse();
      pieces.release();
    }
  }

  @ParameterizedTest
  @MethodSource("plain")
  void isRefusedWithAnyNumberOfBytesMissing(Golden.Line line) {
    byte[] payload = line.payload();
    ValueDecoder decoder = new ValueDecoder();
    for (int length = 0; length < payload.length; length++) {
      ByteBuf cut = Unpooled.wrappedBuffer(payload, 0, length);

      assertThatThrownBy(() -> decoder.decode(cut, true)).isInstanceOf(CodecException.class);

      assertThat(cut.readerIndex()).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("plain")
  void meansTheSameBigEndian(Golden.Line line) {
    if (isError(line)) {
      return;
    }
    Value value = decode(line);

    Value fromBigEndian = Bytes.decode(BigEndianWriter.write(value), false);

    assertThat(fromBigEndian).isEqualTo(value);
    assertThat(Bytes.encode(fromBigEndian)).isEqualTo(Bytes.encode(value));
  }

  @ParameterizedTest
  @MethodSource("compressed")
  void isDecompressedToTheBytesThatWentIn(Golden.Line line) {
    ByteBuf plain = decompress(line.bytes());

    String[] words = line.note().replace(";", "").split(" ", -1);
    assertThat(line.note()).matches("decode-only: compressed; \\d+ bytes plain, CRC-32 [0-9a-f]+");
    assertThat(plain.readableBytes()).isEqualTo(Header.BYTES + Integer.parseInt(words[2]));
    CRC32 crc = new CRC32();
    crc.update(ByteBufUtil.getBytes(plain, Header.BYTES, plain.readableBytes() - Header.BYTES));
    assertThat(Long.toHexString(crc.getValue())).isEqualTo(words[6].replaceFirst("^0+", ""));
    assertThat(plain.getByte(2)).isZero();
    byte[] bytes = ByteBufUtil.getBytes(plain);
    Value value = new ValueDecoder().decodeMessage(plain);
    assertThat(Bytes.encodeMessage(MessageType.ASYNC, value)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @MethodSource("compressed")
  void isCompressedToTheSameBytesAgain(Golden.Line line) {
    ByteBuf plain = decompress(line.bytes());

    ByteBuf compressed = Compression.compress(plain, Bytes.HEAP);

    assertThat(ByteBufUtil.hexDump(compressed)).isEqualTo(Bytes.hex(line.bytes()));
  }

  @Test
  void theCompressedAndTheirPlainFormsAgree() {
    List<Golden.Line> plain =
        Golden.plain().stream().filter(line -> line.file().equals("compressed-plain")).toList();
    assertThat(plain).hasSize(12);
    for (Golden.Line line : plain) {
      Golden.Line compressed =
          Golden.compressed().stream()
              .filter(other -> other.expression().equals(line.expression()))
              .findFirst()
              .orElseThrow();
      byte[] message = ByteBufUtil.getBytes(decompress(compressed.bytes()));
      assertThat(Arrays.copyOfRange(message, Header.BYTES, message.length))
          .isEqualTo(line.payload());
    }
  }

  @ParameterizedTest
  @MethodSource("invalid")
  void isRefused(Golden.Line line) {
    assertThatThrownBy(() -> Bytes.decodeMessage(line.bytes())).isInstanceOf(CodecException.class);
  }

  private static boolean isError(Golden.Line line) {
    return line.payload()[0] == -128;
  }

  private static Value decode(Golden.Line line) {
    if (line.isMessage()) {
      return Bytes.decodeMessage(line.bytes());
    }
    return isError(line)
        ? Bytes.decodeMessage(withHeader(line.bytes()))
        : Bytes.decode(line.bytes());
  }

  private static byte[] encode(Golden.Line line, Value value) {
    if (line.isMessage()) {
      return Bytes.encodeMessage(
          Header.read(Unpooled.wrappedBuffer(line.bytes()), 0, Integer.MAX_VALUE).type(), value);
    }
    if (value instanceof ErrorValue) {
      byte[] message = Bytes.encodeMessage(MessageType.RESPONSE, value);
      return Arrays.copyOfRange(message, Header.BYTES, message.length);
    }
    return Bytes.encode(value);
  }

  private static byte[] withHeader(byte[] payload) {
    return ByteBufUtil.getBytes(
        Unpooled.buffer()
            .writeByte(1)
            .writeByte(MessageType.RESPONSE.code())
            .writeShort(0)
            .writeIntLE(Header.BYTES + payload.length)
            .writeBytes(payload));
  }

  private static ByteBuf decompress(byte[] message) {
    return Compression.decompress(Unpooled.wrappedBuffer(message), 1 << 20, Bytes.HEAP);
  }
}
