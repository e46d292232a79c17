package tickwatch.tick;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import tickwatch.ipc.codec.CodecException;
import tickwatch.ipc.codec.ValueDecoder;
import tickwatch.ipc.codec.ValueEncoder;
import tickwatch.ipc.value.ByteAtom;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.Composition;
import tickwatch.ipc.value.Derived;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.FloatAtom;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.GuidAtom;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.Lambda;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.ShortVector;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.UnaryPrimitive;
import tickwatch.ipc.value.Value;

class ValueBytesTest {
  private static final List<Value> VALUES =
      List.of(
          new ByteAtom(QType.BOOLEAN, (byte) 1),
          new GuidAtom(1, 2),
          new FloatAtom(QType.FLOAT, 1.5),
          new SymbolAtom(""),
          new SymbolAtom("a longer symbol than eight bytes"),
          ByteVector.string(""),
          ByteVector.string("text"),
          ShortVector.of((short) 1, (short) 2, (short) 3),
          IntVector.of(QType.DATE, 1, 2),
          LongVector.of(QType.TIMESTAMP),
          FloatVector.of(QType.FLOAT, 1, 2, 3),
          SymbolVector.of(),
          SymbolVector.of("", "", "abcdefgh", "", "abcdefg", "x"),
          ListVector.of(),
          ListVector.of(new SymbolAtom("upd"), ListVector.of(ByteVector.string("x"))),
          new Table(List.of("a", "b"), List.of(LongVector.of(QType.LONG, 1), SymbolVector.of("s"))),
          new Dictionary(SymbolVector.of("a"), ListVector.of(ByteVector.string("b"))),
          new Lambda("", "{x+y}"),
          UnaryPrimitive.IDENTITY,
          new Derived(1, UnaryPrimitive.IDENTITY),
          new Composition(List.of(UnaryPrimitive.IDENTITY, new Lambda("ns", "{}"))));

  private static byte[] encoded(Value value) {
    ByteBuf out = Unpooled.buffer();
    ValueEncoder.encode(value, out);
    return ByteBufUtil.getBytes(out);
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void theEndOfAValueIsWhereItsBytesEnd() {
    for (Value value : VALUES) {
      byte[] bytes = encoded(value);
      byte[] followed = Arrays.copyOf(bytes, bytes.length + 20);
      assertThat(ValueBytes.end(littleEndian(bytes), 0, bytes.length))
          .as("%s", value)
          .isEqualTo(bytes.length);
      assertThat(ValueBytes.end(littleEndian(followed), 0, followed.length))
          .as("%s with bytes behind it", value)
          .isEqualTo(bytes.length);
    }
  }

  @Test
  void aValueCutShortAnywhereIsTruncated() {
    for (Value value : VALUES) {
      byte[] bytes = encoded(value);
      for (int length = 0; length < bytes.length; length++) {
        assertThat(ValueBytes.end(littleEndian(bytes), 0, length))
            .as("the first %d bytes of %s", length, value)
            .isEqualTo(ValueBytes.TRUNCATED);
      }
    }
  }

  @Test
  void whatTheDecoderTakesEndsWhereTheDecoderSays() {
    long seed = 42;
    SplittableRandom random = new SplittableRandom(seed);
    List<byte[]> good = new ArrayList<>();
    for (Value value : VALUES) {
      good.add(encoded(value));
    }
    int taken = 0;
    for (int round = 0; round < 50_000; round++) {
      byte[] bytes = good.get(random.nextInt(good.size())).clone();
      for (int change = random.nextInt(3); change >= 0; change--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      ByteBuf in = Unpooled.wrappedBuffer(bytes);
      int end = ValueBytes.end(littleEndian(bytes), 0, bytes.length);
      try {
        new ValueDecoder().decode(in, true);
      } catch (CodecException e) {
        continue;
      }
      taken++;
      assertThat(end).as("seed %d round %d", seed, round).isEqualTo(in.readerIndex());
    }
    assertThat(taken).isGreaterThan(1_000);
  }

  @Test
  void endlessNestingIsMalformed() {
    ByteBuffer bytes = ByteBuffer.allocate(6_000).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.remaining() >= 6) {
      bytes.put((byte) 0).put((byte) 0).putInt(1);
    }
    assertThat(ValueBytes.end(bytes, 0, bytes.capacity())).isEqualTo(ValueBytes.MALFORMED);
  }

  @Test
  void negativeCountsAndUnknownTypesAreMalformed() {
    for (int[] bytes :
        new int[][] {
          {6, 0, 0xff, 0xff, 0xff, 0xff},
          {0, 0, 0xff, 0xff, 0xff, 0xff},
          {104, 0xff, 0xff, 0xff, 0xff},
          {3, 0, 1, 0, 0, 0, 0},
          {20, 0, 0, 0, 0, 0},
          {112, 0},
          {0x80, 0x61, 0},
          {98, 0, 11, 0, 0, 0, 0, 0},
        }) {
      byte[] raw = new byte[bytes.length];
      for (int i = 0; i < raw.length; i++) {
        raw[i] = (byte) bytes[i];
      }
      assertThat(ValueBytes.end(littleEndian(raw), 0, raw.length))
          .as("%s", Arrays.toString(bytes))
          .isEqualTo(ValueBytes.MALFORMED);
    }
  }
}
