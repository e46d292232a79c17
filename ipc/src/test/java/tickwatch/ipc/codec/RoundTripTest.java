package tickwatch.ipc.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/** What is written is read again, for random values of every kind. */
class RoundTripTest {
  private static final int VALUES_A_SEED = 100;

  static LongStream seeds() {
    return LongStream.range(1, 21);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void valuesComeBackAndTheirBytesToo(long seed) {
    RandomValues random = new RandomValues(seed);
    ValueDecoder decoder = new ValueDecoder();
    for (int i = 0; i < VALUES_A_SEED; i++) {
      Value value = random.value(4);
      byte[] bytes = Bytes.encode(value);
      ByteBuf in = Unpooled.wrappedBuffer(bytes);

      Value decoded = decoder.decode(in, true);

      assertThat(in.isReadable()).isFalse();
      assertThat(decoded).isEqualTo(value);
      assertThat(Bytes.encode(decoded)).as("with NaNs and attributes").isEqualTo(bytes);
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void bigEndianBytesGiveTheSameValues(long seed) {
    RandomValues random = new RandomValues(-seed);
    ValueDecoder decoder = new ValueDecoder();
    for (int i = 0; i < VALUES_A_SEED; i++) {
      Value value = random.value(4);

      Value decoded = decoder.decode(Unpooled.wrappedBuffer(BigEndianWriter.write(value)), false);

      assertThat(decoded).isEqualTo(value);
      assertThat(Bytes.encode(decoded)).isEqualTo(Bytes.encode(value));
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void directAndPiecedBuffersGetTheSameBytes(long seed) {
    RandomValues random = new RandomValues(1000 + seed);
    for (int i = 0; i < VALUES_A_SEED; i++) {
      Value value = random.value(3);
      byte[] bytes = Bytes.encode(value);
      ByteBuf direct = PooledByteBufAllocator.DEFAULT.directBuffer(16);
      ByteBuf pieces =
          Unpooled.compositeBuffer()
              .addComponent(true, Unpooled.buffer(3, 3).writeMedium(7))
              .addComponent(true, Unpooled.buffer(5, 5).writeByte(7));

      ValueEncoder.encode(value, direct);
      ValueEncoder.encode(value, pieces);

      assertThat(ByteBufUtil.getBytes(direct)).isEqualTo(bytes);
      assertThat(ByteBufUtil.getBytes(pieces, 4, pieces.readableBytes() - 4)).isEqualTo(bytes);
      direct.release();
      pieces.release();
    }
  }

  @ParameterizedTest
  @EnumSource(QType.class)
  void emptyVectorsOfEveryTypeComeBack(QType type) {
    if (type != QType.LIST && !type.hasAtoms()) {
      return;
    }
    Vector empty =
        type == QType.LIST ? ListVector.of() : new RandomValues(1).vector(type, 3).slice(1, 1);

    assertThat(Bytes.decode(Bytes.encode(empty))).isEqualTo(empty);
    assertThat(Bytes.hex(Bytes.encode(empty)).substring(0, 2))
        .isEqualTo(String.format("%02x", type.number()));
    assertThat(Bytes.encode(empty)).hasSize(6);
  }

  @Test
  void columnsInSeveralChunksAreWrittenAcrossTheirSeams() {
    int length = 2 * Vector.CHUNK + 1000;
    long[][] longs = new long[3][Vector.CHUNK];
    double[][] floats = new double[3][Vector.CHUNK];
    int[][] codes = new int[3][Vector.CHUNK];
    for (int i = 0; i < 3 * Vector.CHUNK; i++) {
      longs[i >> 16][i & 0xffff] = i * 31L;
      floats[i >> 16][i & 0xffff] = i / 7d;
      codes[i >> 16][i & 0xffff] = i % 3;
    }
    String[] domain = {"a", "name of seventeen", ""};
    ListVector columns =
        ListVector.of(
            LongVector.ofChunks(QType.TIMESTAMP, longs, length),
            FloatVector.ofChunks(QType.FLOAT, floats, length),
            SymbolVector.ofCodes(domain, 3, true, IntVector.ofChunks(QType.INT, codes, length)));
    for (int from : new int[] {0, 1, 65_530}) {
      ListVector sliced =
          ListVector.of(
              ((Vector) columns.get(0)).slice(from, length),
              ((Vector) columns.get(1)).slice(from, length),
              ((Vector) columns.get(2)).slice(from, length));

      ListVector decoded = (ListVector) Bytes.decode(Bytes.encode(sliced));

      assertThat(decoded).isEqualTo(sliced);
      LongVector times = (LongVector) decoded.get(0);
      FloatVector numbers = (FloatVector) decoded.get(1);
      SymbolVector symbols = (SymbolVector) decoded.get(2);
      for (int i = 0; i < length - from; i += 997) {
        assertThat(times.get(i)).isEqualTo((from + i) * 31L);
        assertThat(numbers.get(i)).isEqualTo((from + i) / 7d);
        assertThat(symbols.get(i)).isEqualTo(domain[(from + i) % 3]);
      }
    }
  }
}
