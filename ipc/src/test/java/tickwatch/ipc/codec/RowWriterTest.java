package tickwatch.ipc.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tickwatch.ipc.value.Attribute;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.FloatAtom;
import tickwatch.ipc.value.IntAtom;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Value;

/** The short way of a row's message gives the bytes of the long way. */
class RowWriterTest {
  private static final int HEAD = 1;

  @Test
  void writesTheBytesOfTheGeneralEncoder() {
    Random random = new Random(20261127);
    int written = 0;
    for (int round = 0; round < 20_000; round++) {
      Value message = message(random);
      ByteBuf out = Unpooled.buffer().writeByte(7);

      boolean isRow = RowWriter.write(HEAD, message, out);

      if (isRow) {
        written++;
        ByteBuf expected = Unpooled.buffer().writeByte(7).writeIntLE(HEAD).writeIntLE(0);
        ValueEncoder.encode(message, expected);
        expected.setIntLE(5, expected.writerIndex() - 1);
        assertThat(ByteBufUtil.hexDump(out))
            .as("round %d: %s", round, message)
            .isEqualTo(ByteBufUtil.hexDump(expected));
      } else {
        assertThat(out.readableBytes()).as("round %d", round).isEqualTo(1);
      }
    }
    assertThat(written).isBetween(5_000, 19_000);
  }

  /** Mostly rows that can be written the short way, with names up to and beyond its limit. */
  private static Value message(Random random) {
    Value[] items = new Value[random.nextInt(20) == 0 ? random.nextInt(80) : 4 + random.nextInt(8)];
    for (int i = 0; i < items.length; i++) {
      items[i] =
          switch (random.nextInt(40)) {
            case 0 -> IntAtom.of(random.nextInt());
            case 1 -> new FloatAtom(QType.DATETIME, random.nextGaussian());
            case 2, 3, 4, 5 -> new SymbolAtom(name(random));
            case 6, 7 -> LongAtom.of(random.nextLong());
            case 8, 9, 10 -> new LongAtom(QType.TIMESTAMP, random.nextLong());
            default -> FloatAtom.of(random.nextGaussian());
          };
    }
    Value function =
        random.nextBoolean() ? new SymbolAtom(name(random)) : ByteVector.string(name(random));
    return ListVector.of(function, new SymbolAtom(name(random)), ListVector.of(items));
  }

  private static String name(Random random) {
    int length = random.nextInt(50) == 0 ? random.nextInt(20) : random.nextInt(10);
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < length; i++) {
      name.append((char) (1 + random.nextInt(255)));
    }
    return name.toString();
  }

  @Test
  void leavesWhatCannotTravelToTheGeneralEncoderWhichSaysWhy() {
    for (String name : new String[] {"a\0b", "a\u0100b"}) {
      ByteBuf out = Unpooled.buffer();
      Value message =
          ListVector.of(
              new SymbolAtom(".u.upd"),
              new SymbolAtom("t"),
              ListVector.of(
                  LongAtom.of(1), new SymbolAtom(name), FloatAtom.of(2), FloatAtom.of(3)));

      assertThatThrownBy(() -> ValueEncoder.encodeMessage(MessageType.ASYNC, message, 3, out))
          .isInstanceOf(CodecException.class)
          .hasMessageContaining("at 1");
      assertThat(out.readableBytes()).isZero();
    }
  }

  @Test
  void leavesAPeerThatKnowsNoTimestampsToTheGeneralEncoder() {
    Value message =
        ListVector.of(
            new SymbolAtom(".u.upd"),
            new SymbolAtom("t"),
            ListVector.of(
                new LongAtom(QType.TIMESTAMP, 1),
                LongAtom.of(2),
                FloatAtom.of(2),
                FloatAtom.of(3)));

    assertThatThrownBy(
            () -> ValueEncoder.encodeMessage(MessageType.ASYNC, message, 0, Unpooled.buffer()))
        .isInstanceOf(CodecException.class);
  }

  @Test
  void leavesListsWithAnAttributeToTheGeneralEncoder() {
    ListVector row =
        ListVector.of(LongAtom.of(1), LongAtom.of(2), FloatAtom.of(2), FloatAtom.of(3));
    Value message =
        ListVector.of(
            new SymbolAtom(".u.upd"), new SymbolAtom("t"), row.withAttribute(Attribute.GROUPED));

    assertThat(RowWriter.write(HEAD, message, Unpooled.buffer())).isFalse();
  }
}
