package tickwatch.ipc.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.kx.c;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tickwatch.ipc.value.ByteAtom;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.FloatAtom;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.GuidAtom;
import tickwatch.ipc.value.GuidVector;
import tickwatch.ipc.value.IntAtom;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.RealAtom;
import tickwatch.ipc.value.RealVector;
import tickwatch.ipc.value.ShortAtom;
import tickwatch.ipc.value.ShortVector;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;

/** KX's own Java interface, which writes big-endian, as the other end of the wire. */
class JavakdbTest {
  private static final UUID GUID = UUID.fromString("0a369037-75d3-b24d-6721-5a1d44d4bed5");
  private static final long NANOS_OF_2000 = 946_684_800_000_000_000L;

  private final c kdb = new c();

  /** The same value in its terms and in ours. */
  record Pair(Object theirs, Value ours) {}

  static Pair[] pairs() {
    return new Pair[] {
      new Pair(true, ByteAtom.TRUE),
      new Pair((byte) 42, new ByteAtom(QType.BYTE, (byte) 42)),
      new Pair((short) -2, new ShortAtom((short) -2)),
      new Pair(7, IntAtom.of(7)),
      new Pair(Long.MIN_VALUE, LongAtom.of(Long.MIN_VALUE)),
      new Pair(1.5f, new RealAtom(1.5f)),
      new Pair(Double.NaN, FloatAtom.of(Double.NaN)),
      new Pair(-0.25, FloatAtom.of(-0.25)),
      new Pair('x', new ByteAtom(QType.CHAR, (byte) 'x')),
      new Pair("sym", new SymbolAtom("sym")),
      new Pair(GUID, GuidAtom.of(GUID)),
      new Pair(
          Instant.parse("2014-06-23T11:34:39.412345678Z"),
          new LongAtom(QType.TIMESTAMP, 1_403_523_279_412_345_678L - NANOS_OF_2000)),
      new Pair(LocalDate.of(2000, 1, 11), new IntAtom(QType.DATE, 10)),
      new Pair(LocalTime.of(0, 0, 1), new IntAtom(QType.TIME, 1000)),
      new Pair(new c.Month(13), new IntAtom(QType.MONTH, 13)),
      new Pair(new c.Minute(14), new IntAtom(QType.MINUTE, 14)),
      new Pair(new c.Second(15), new IntAtom(QType.SECOND, 15)),
      new Pair(new c.Timespan(16), new LongAtom(QType.TIMESPAN, 16)),
      new Pair(new boolean[] {true, false}, ByteVector.of(QType.BOOLEAN, (byte) 1, (byte) 0)),
      new Pair(new byte[] {1, -1}, ByteVector.of(QType.BYTE, (byte) 1, (byte) -1)),
      new Pair(
          new short[] {1, 2, 3, 4, 5},
          ShortVector.of((short) 1, (short) 2, (short) 3, (short) 4, (short) 5)),
      new Pair(new int[] {1, 2, 3, 4, 5, 6}, IntVector.of(QType.INT, 1, 2, 3, 4, 5, 6)),
      new Pair(new long[] {1, 2, 3, 4, 5, 6}, LongVector.of(QType.LONG, 1, 2, 3, 4, 5, 6)),
      new Pair(new float[] {1, 2, 3, 4, 5, 6}, RealVector.of(1, 2, 3, 4, 5, 6)),
      new Pair(new double[] {1, 2, 3, 4, 5, 6}, FloatVector.of(QType.FLOAT, 1, 2, 3, 4, 5, 6)),
      new Pair("text".toCharArray(), ByteVector.string("text")),
      new Pair(
          new String[] {"a", "", "longer than eight", "a"},
          SymbolVector.of("a", "", "longer than eight", "a")),
      new Pair(
          new UUID[] {GUID, GUID, GUID},
          GuidVector.of(
              LongVector.of(
                  QType.LONG,
                  GUID.getMostSignificantBits(),
                  GUID.getLeastSignificantBits(),
                  GUID.getMostSignificantBits(),
                  GUID.getLeastSignificantBits(),
                  GUID.getMostSignificantBits(),
                  GUID.getLeastSignificantBits()))),
      new Pair(
          new Object[] {1L, 2L, new Object[] {"a", 1.0}},
          ListVector.of(
              LongAtom.of(1), LongAtom.of(2), ListVector.of(new SymbolAtom("a"), FloatAtom.of(1)))),
      new Pair(
          new c.Dict(new String[] {"a", "b"}, new int[] {1, 2}),
          new Dictionary(SymbolVector.of("a", "b"), IntVector.of(QType.INT, 1, 2))),
      new Pair(
          new c.Flip(
              new c.Dict(
                  new String[] {"a", "b"}, new Object[] {new int[] {1, 2}, new double[] {3, 4}})),
          new Table(
              List.of("a", "b"),
              List.of(IntVector.of(QType.INT, 1, 2), FloatVector.of(QType.FLOAT, 3, 4)))),
    };
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void whatItWritesIsRead(Pair pair) throws Exception {
    byte[] message = kdb.serialize(1, pair.theirs(), false);

    assertThat(message[0]).as("big-endian").isZero();
    assertThat(Bytes.decodeMessage(message)).isEqualTo(pair.ours());
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void whatIsWrittenItReads(Pair pair) throws Exception {
    byte[] message = Bytes.encodeMessage(MessageType.RESPONSE, pair.ours());

    Object theirs = kdb.deserialize(message);

    // It has no equality of its own for tables, dictionaries and arrays; its bytes have.
    assertThat(theirs).hasSameClassAs(pair.theirs());
    assertThat(kdb.serialize(1, theirs, false)).isEqualTo(kdb.serialize(1, pair.theirs(), false));
  }

  @Test
  void whatItCompressesIsRead() throws Exception {
    double[] items = new double[2000];
    Arrays.fill(items, 0.5);
    c compressing = new c();
    compressing.zip(true);
    byte[] message = compressing.serialize(1, items, true);
    assertThat(message[2]).as("compressed").isEqualTo((byte) 1);

    Value value =
        new ValueDecoder()
            .decodeMessage(
                Compression.decompress(Unpooled.wrappedBuffer(message), 1 << 20, Bytes.HEAP));

    assertThat(value).isEqualTo(FloatVector.of(QType.FLOAT, items));
  }

  @Test
  void whatIsCompressedItReads() throws Exception {
    long[] items = new long[5000];
    Arrays.setAll(items, i -> i / 50);
    byte[] message = Bytes.encodeMessage(MessageType.RESPONSE, LongVector.of(QType.LONG, items));

    byte[] compressed =
        ByteBufUtil.getBytes(Compression.compress(Unpooled.wrappedBuffer(message), Bytes.HEAP));

    assertThat(compressed).hasSizeLessThan(message.length / 2);
    assertThat((long[]) kdb.deserialize(compressed)).isEqualTo(items);
  }
}
