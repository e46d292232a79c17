package tickwatch.ipc.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tickwatch.ipc.value.AtomRow;
import tickwatch.ipc.value.Attribute;
import tickwatch.ipc.value.ByteAtom;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.FloatAtom;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.GuidAtom;
import tickwatch.ipc.value.IntAtom;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.Null;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.RealAtom;
import tickwatch.ipc.value.ShortAtom;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Value;

/** Rows are lists as all others, whichever way they were read. The oracle is the list of atoms. */
class RowReaderTest {
  private static final int MESSAGES = 20_000;

  private final ValueDecoder decoder = new ValueDecoder();

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void aStreamOfRowsIsReadAsTheListsThatWereSent(long seed) {
    Random random = new Random(seed);
    ListVector message = message(random);
    for (int i = 0; i < MESSAGES; i++) {
      if (random.nextInt(4) == 0) {
        message = message(random);
      } else {
        message = ListVector.of(message.get(0), message.get(1), similar(message.get(2), random));
      }
      byte[] bytes =
          random.nextBoolean()
              ? Bytes.encodeMessage(MessageType.ASYNC, message)
              : bigEndianMessage(message);

      Value decoded = decoder.decodeMessage(Unpooled.wrappedBuffer(bytes));

      String what = "seed " + seed + ", number " + i;
      assertThat(decoded).as(what).isEqualTo(message).hasToString(message.toString());
      assertThat(decoded.hashCode()).as(what).isEqualTo(message.hashCode());
      assertThat(Bytes.encodeMessage(MessageType.ASYNC, decoded))
          .as(what)
          .isEqualTo(Bytes.encodeMessage(MessageType.ASYNC, message));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {3, 4})
  void aDecoderThatKnowsTheBeginningSaysOfBrokenMessagesWhatAFreshOneSays(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < MESSAGES; i++) {
      byte[] good = Bytes.encodeMessage(MessageType.ASYNC, message(random));
      byte[] broken =
          random.nextInt(3) == 0
              ? Arrays.copyOf(good, good.length + random.nextInt(20) - random.nextInt(good.length))
              : good.clone();
      for (int changes = random.nextInt(3); changes > 0 && broken.length > 0; changes--) {
        broken[random.nextInt(broken.length)] = (byte) random.nextInt();
      }
      if (random.nextBoolean() && broken.length >= Header.BYTES) {
        Unpooled.wrappedBuffer(broken).setIntLE(4, broken.length);
      }
      decoder.decodeMessage(Unpooled.wrappedBuffer(good));

      assertThat(outcome(decoder, broken))
          .as("seed " + seed + ", number " + i + ": " + Bytes.hex(broken))
          .isEqualTo(outcome(new ValueDecoder(), broken));
    }
  }

  /** Time, sym and numbers are read by a way of their own. */
  @Test
  void anyByteOfTheMostUsualRowMayBeAnotherOne() {
    byte[] good = Bytes.encodeMessage(MessageType.ASYNC, upd(usualRow("omi-1")));
    for (int at = 0; at < good.length; at++) {
      for (int value = 0; value < 256; value++) {
        byte[] other = good.clone();
        other[at] = (byte) value;
        decoder.decodeMessage(Unpooled.wrappedBuffer(good));

        assertThat(outcome(decoder, other))
            .as("byte %d is %d", at, value)
            .isEqualTo(outcome(new ValueDecoder(), other));
      }
    }
  }

  @Test
  void symbolsOfAnyLengthMayFollowEachOtherInTheMostUsualRow() {
    for (int length : new int[] {5, 0, 7, 8, 1, 9, 6, 40, 5, 0, 8}) {
      ListVector message = upd(usualRow("s".repeat(length)));

      assertThat(
              decoder.decodeMessage(
                  Unpooled.wrappedBuffer(Bytes.encodeMessage(MessageType.ASYNC, message))))
          .isEqualTo(message);
    }
  }

  @Test
  void aRowThatIsCutOffIsRefusedAtEveryByte() {
    byte[] good = Bytes.encodeMessage(MessageType.ASYNC, upd(row()));
    decoder.decodeMessage(Unpooled.wrappedBuffer(good));

    for (int length = Header.BYTES + 1; length < good.length; length++) {
      byte[] cutOff = Arrays.copyOf(good, length);
      Unpooled.wrappedBuffer(cutOff).setIntLE(4, length);

      assertThat(outcome(decoder, cutOff)).as("%d bytes", length).isInstanceOf(String.class);
    }
  }

  @Test
  void aRowIsKeptWithoutAtoms() {
    Value decoded = Bytes.decode(Bytes.encode(row()));

    assertThat(decoded).isEqualTo(row());
    assertThat(decoded).isInstanceOf(AtomRow.class);
  }

  @Test
  void aRowWithAGuidOrAVectorIsAListOfValues() {
    for (Value guest : new Value[] {new GuidAtom(1, 2), FloatVector.of(QType.FLOAT, 1, 2)}) {
      Value[] items = row().toArray();
      items[items.length - 1] = guest;
      ListVector list = ListVector.of(items);

      Value decoded = Bytes.decode(Bytes.encode(list));

      assertThat(decoded).isEqualTo(list);
      assertThat(decoded).isNotInstanceOf(AtomRow.class);
    }
  }

  @Test
  void attributesOfARowAndItsMessageAreKept() {
    ListVector row = row().withAttribute(Attribute.SORTED);
    ListVector message = upd(row).withAttribute(Attribute.UNIQUE);
    byte[] bytes = Bytes.encodeMessage(MessageType.ASYNC, message);

    for (int i = 0; i < 2; i++) {
      ListVector decoded = (ListVector) decoder.decodeMessage(Unpooled.wrappedBuffer(bytes));

      assertThat(decoded.attribute()).isEqualTo(Attribute.UNIQUE);
      assertThat(((ListVector) decoded.get(2)).attribute()).isEqualTo(Attribute.SORTED);
    }
  }

  @Test
  void partsOfARowAreTheAtomsThere() {
    ListVector sent = row();
    ListVector decoded = (ListVector) Bytes.decode(Bytes.encode(sent));

    assertThat(decoded.slice(1, 3)).isEqualTo(sent.slice(1, 3));
    assertThat(Bytes.encode(decoded.slice(1, 3))).isEqualTo(Bytes.encode(sent.slice(1, 3)));
    assertThat(decoded.at(new int[] {3, 0, 99}, 3)).isEqualTo(sent.at(new int[] {3, 0, 99}, 3));
    assertThat(decoded.enlist(0)).isEqualTo(LongVector.of(QType.TIMESTAMP, 5));
  }

  @Test
  void aPeerOfLowCapabilityIsNotSentATimestampInARow() {
    ListVector decoded = (ListVector) Bytes.decode(Bytes.encode(row()));

    assertThat(
            org.assertj.core.api.Assertions.catchThrowable(
                () -> ValueEncoder.encode(decoded, 0, Unpooled.buffer())))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("TIMESTAMP");
  }

  private static ListVector row() {
    return ListVector.of(
        new LongAtom(QType.TIMESTAMP, 5),
        new SymbolAtom("omi-1"),
        FloatAtom.of(1.5),
        FloatAtom.of(Double.NaN),
        IntAtom.of(Null.INT));
  }

  private static ListVector usualRow(String sym) {
    return ListVector.of(
        new LongAtom(QType.TIMESTAMP, 5),
        new SymbolAtom(sym),
        FloatAtom.of(1.5),
        new LongAtom(QType.LONG, -7),
        FloatAtom.of(Double.NaN));
  }

  private static ListVector upd(Value rows) {
    return ListVector.of(ByteVector.string(".u.upd"), new SymbolAtom("server"), rows);
  }

  private static ListVector message(Random random) {
    Value function =
        random.nextBoolean() ? ByteVector.string(".u.upd") : new SymbolAtom(symbol(random));
    Value[] items = new Value[random.nextInt(12)];
    Arrays.setAll(items, item -> atom(types(random), random));
    return ListVector.of(function, new SymbolAtom(symbol(random)), ListVector.of(items));
  }

  private static int types(Random random) {
    // A guid now and then, which no row holds.
    int type = 1 + random.nextInt(19);
    return type == 3 ? 9 : type == 2 && random.nextInt(4) > 0 ? 12 : type;
  }

  /** Other items of the same types, but for one now and then. */
  private static ListVector similar(Value row, Random random) {
    Value[] items = ((ListVector) row).toArray();
    Arrays.setAll(
        items,
        item -> atom(random.nextInt(40) == 0 ? types(random) : -items[item].typeNumber(), random));
    return ListVector.of(items);
  }

  private static Value atom(int type, Random random) {
    long bits = random.nextInt(5) == 0 ? Null.LONG : random.nextLong() >> random.nextInt(64);
    QType of = QType.ofNumber(type);
    if (of == null) {
      throw new IllegalArgumentException("type " + type);
    }
    return switch (type) {
      case 2 -> new GuidAtom(bits, ~bits);
      case 5 -> new ShortAtom((short) bits);
      case 8 -> new RealAtom(random.nextFloat());
      case 9, 15 -> new FloatAtom(of, random.nextInt(5) == 0 ? Double.NaN : random.nextGaussian());
      case 11 -> new SymbolAtom(symbol(random));
      case 7, 12, 16 -> new LongAtom(of, bits);
      case 1, 4, 10 -> new ByteAtom(of, (byte) bits);
      default -> new IntAtom(of, (int) bits);
    };
  }

  /** Of few names, or of many; of none to thirty bytes, or of thousands. */
  private static String symbol(Random random) {
    if (random.nextInt(500) == 0) {
      return "long".repeat(600);
    }
    int length = random.nextInt(random.nextBoolean() ? 8 : 30);
    return ("s" + random.nextInt(20) + "-abcdefghijklmnopqrstuvwxyz\u00e4\u00f6")
        .substring(0, length);
  }

  private static byte[] bigEndianMessage(Value value) {
    byte[] body = BigEndianWriter.write(value);
    return io.netty.buffer.ByteBufUtil.getBytes(
        Unpooled.buffer().writeInt(0).writeInt(Header.BYTES + body.length).writeBytes(body));
  }

  /** The value, or what is said against it. */
  private static @Nullable Object outcome(ValueDecoder decoder, byte[] message) {
    try {
      return decoder.decodeMessage(Unpooled.wrappedBuffer(message));
    } catch (CodecException e) {
      return e.getMessage();
    }
  }
}
