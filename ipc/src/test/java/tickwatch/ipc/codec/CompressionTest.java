package tickwatch.ipc.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.Value;

class CompressionTest {
  private static final int LIMIT = 1 << 20;

  static IntStream kinds() {
    return IntStream.range(0, 60);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void messagesOfAllKindsOfRepetitionComeBack(int seed) {
    Random random = new Random(seed);
    byte[][] phrases = new byte[1 + random.nextInt(3)][];
    for (int i = 0; i < phrases.length; i++) {
      // From single bytes in a row to runs longer than one item can say.
      phrases[i] = new byte[seed % 3 == 0 ? 1 : 25 + random.nextInt(600)];
      random.nextBytes(phrases[i]);
    }
    ByteBuf repeated = Unpooled.buffer();
    while (repeated.readableBytes() < 5000) {
      byte[] phrase = phrases[random.nextInt(phrases.length)];
      for (int times = random.nextInt(60); times > 0; times--) {
        repeated.writeBytes(phrase);
      }
      repeated.writeByte(random.nextInt());
    }
    byte[] items = ByteBufUtil.getBytes(repeated);
    byte[] message = Bytes.encodeMessage(MessageType.SYNC, ByteVector.of(QType.BYTE, items));

    ByteBuf compressed = compress(Unpooled.wrappedBuffer(message));

    assertThat(compressed.readableBytes()).isLessThan(message.length / 2);
    assertThat(compressed.getByte(2)).isEqualTo((byte) 1);
    assertThat(ByteBufUtil.getBytes(decompress(compressed))).isEqualTo(message);
    ByteBuf direct = Unpooled.directBuffer().writeBytes(compressed.duplicate());
    assertThat(ByteBufUtil.getBytes(decompress(direct))).isEqualTo(message);
    ByteBuf plainDirect = Unpooled.directBuffer().writeBytes(message);
    assertThat(ByteBufUtil.getBytes(compress(plainDirect)))
        .isEqualTo(ByteBufUtil.getBytes(compressed));
    direct.release();
    plainDirect.release();
  }

  @Test
  void theByteOrderOfAMessageIsThatOfItsCompressedForm() {
    byte[] payload = BigEndianWriter.write(ByteVector.of(QType.BYTE, new byte[5000]));
    ByteBuf message =
        Unpooled.buffer()
            .writeInt(0x00020000)
            .writeInt(Header.BYTES + payload.length)
            .writeBytes(payload);

    ByteBuf compressed = compress(message);

    assertThat(compressed.getInt(4)).isEqualTo(compressed.readableBytes()).isLessThan(200);
    assertThat(compressed.getInt(8)).isEqualTo(message.readableBytes());
    assertThat(ByteBufUtil.getBytes(decompress(compressed)))
        .isEqualTo(ByteBufUtil.getBytes(message));
  }

  @Test
  void shortMessagesAndThoseThatWouldNotShrinkStayAsTheyAre() {
    byte[] noise = new byte[50_000];
    new Random(1).nextBytes(noise);
    for (Value value :
        new Value[] {
          ByteVector.of(QType.BYTE, new byte[2000 - 14]), ByteVector.of(QType.BYTE, noise)
        }) {
      ByteBuf message = Unpooled.wrappedBuffer(Bytes.encodeMessage(MessageType.SYNC, value));

      ByteBuf same = compress(message);

      assertThat(same).isSameAs(message);
      assertThat(same.refCnt()).isEqualTo(2);
    }
    ByteBuf longer =
        Unpooled.wrappedBuffer(
            Bytes.encodeMessage(MessageType.SYNC, ByteVector.of(QType.BYTE, new byte[2001 - 14])));
    assertThat(compress(longer).readableBytes()).isLessThan(100);
  }

  @Test
  void aPlainMessageIsGivenBackAsItIs() {
    ByteBuf message = Unpooled.wrappedBuffer(Bytes.ofHex("010000000d000000fa01000000"));

    ByteBuf same = decompress(message);

    assertThat(same).isSameAs(message);
    assertThat(same.refCnt()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // flags 0 and literals, to be read beside the broken ones below: a good message
        "0d000000 00 fa01000000 | ''",
        "0d000000 00 fa010000 | compressed data: ends at byte 12 of the plain message (expected: 13)",
        "0d000000 00 fa0100000000 | compressed data: 1 bytes after the last item (expected: none)",
        "08000000 00 fa01000000 | 'length when plain: 8 (expected: 9 to 734, for 18 compressed bytes and a limit of 1048576)'",
        "ffffffff 00 fa01000000 | 'length when plain: -1 (expected: 9 to 734, for 18 compressed bytes and a limit of 1048576)'",
        "df020000 00 fa01000000 | 'length when plain: 735 (expected: 9 to 734, for 18 compressed bytes and a limit of 1048576)'",
        "0d000000 01 0005 | 'compressed data: run from position 0 of the table, which is not yet set'",
        "0d000000 04 fa01 fb | 'compressed data: ends at byte 10 of the plain message (expected: 13)'",
        "0d000000 02 01 0005 | 'compressed data: run from position 0 of the table, which is not yet set'",
        "0d000000 08 010101 0001 | 'compressed data: run of 3 bytes (expected: <= 2, what is left of the plain message)'",
        "0d000000 08 010101 0000 | ''",
      })
  void brokenDataIsRefused(String afterHeader, String sentence) {
    String rest = afterHeader.replace(" ", "");
    String length = HexFormat.of().toHexDigits(Integer.reverseBytes(8 + rest.length() / 2));
    ByteBuf message = Unpooled.wrappedBuffer(Bytes.ofHex("01000100" + length + rest));
    if (sentence.isEmpty()) {
      assertThat(decompress(message).readableBytes()).isEqualTo(13);
    } else {
      assertThatThrownBy(() -> decompress(message))
          .isInstanceOf(CodecException.class)
          .hasMessage(sentence);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "010001000d0000000d000000 | 'message length: 13 (expected: 12, the bytes at hand)'",
        "010001000c0000000d000000 | 'compressed message: 12 bytes (expected: more than 12)'",
        "010001000b0000000d0000 | 'compressed message: 11 bytes (expected: more than 12)'",
      })
  void brokenHeadsAreRefused(String hex, String sentence) {
    assertThatThrownBy(() -> decompress(Unpooled.wrappedBuffer(Bytes.ofHex(hex))))
        .isInstanceOf(CodecException.class)
        .hasMessage(sentence);
  }

  @Test
  void aBombIsRefusedBeforeMemoryIsTakenForIt() {
    // 2 GB, for a connection that would allow them.
    byte[] bomb = Bytes.ofHex("0100010040000000" + "ffffff7f" + "ff".repeat(52));

    long allocated =
        Allocation.of(
            () ->
                assertThatThrownBy(
                        () ->
                            Compression.decompress(
                                Unpooled.wrappedBuffer(bomb), Integer.MAX_VALUE, Bytes.HEAP))
                    .isInstanceOf(CodecException.class)
                    .hasMessageStartingWith("length when plain: 2147483647 (expected: 9 to 6300,"));

    assertThat(allocated).isLessThan(500_000);
  }

  @Test
  void aClaimThatTheDataDoesNotKeepGetsLittleMemory() {
    // A megabyte of literals that claims to become the 120 megabytes of runs only.
    ByteBuf liar = Unpooled.buffer(1 << 20).writeInt(0x01000100).writeIntLE(1 << 20);
    liar.writeIntLE(120 << 20).writeZero((1 << 20) - liar.writerIndex());

    long allocated =
        Allocation.of(
            () ->
                assertThatThrownBy(() -> Compression.decompress(liar, 1 << 28, Bytes.HEAP))
                    .isInstanceOf(CodecException.class)
                    .hasMessageStartingWith("compressed data: ends at byte"));

    assertThat(allocated).isLessThan(10 << 20);
  }

  @Test
  void theLimitOfTheConnectionHoldsForThePlainForm() {
    ByteBuf compressed =
        compress(
            Unpooled.wrappedBuffer(
                Bytes.encodeMessage(
                    MessageType.SYNC, ByteVector.of(QType.BYTE, new byte[10_000]))));

    assertThat(Compression.decompress(compressed, 10_014, Bytes.HEAP).readableBytes())
        .isEqualTo(10_014);
    assertThatThrownBy(() -> Compression.decompress(compressed, 10_013, Bytes.HEAP))
        .isInstanceOf(CodecException.class)
        .hasMessageStartingWith("length when plain: 10014 (expected: 9 to 10013,");
  }

  private static ByteBuf compress(ByteBuf message) {
    return Compression.compress(message, Bytes.HEAP);
  }

  private static ByteBuf decompress(ByteBuf message) {
    return Compression.decompress(message, LIMIT, Bytes.HEAP);
  }
}
