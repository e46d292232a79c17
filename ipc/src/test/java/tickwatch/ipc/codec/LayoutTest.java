package tickwatch.ipc.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tickwatch.ipc.value.Attribute;
import tickwatch.ipc.value.BinaryPrimitive;
import tickwatch.ipc.value.ByteAtom;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.Composition;
import tickwatch.ipc.value.Derived;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.ErrorValue;
import tickwatch.ipc.value.FloatAtom;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.Function;
import tickwatch.ipc.value.GuidAtom;
import tickwatch.ipc.value.GuidVector;
import tickwatch.ipc.value.IntAtom;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.IteratorPrimitive;
import tickwatch.ipc.value.Lambda;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.Null;
import tickwatch.ipc.value.Projection;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.RealAtom;
import tickwatch.ipc.value.RealVector;
import tickwatch.ipc.value.ShortAtom;
import tickwatch.ipc.value.ShortVector;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.UnaryPrimitive;
import tickwatch.ipc.value.Value;

/** What the bytes of each type mean, written out. */
class LayoutTest {
  static Stream<Arguments> layouts() {
    return Stream.of(
        layout("ff01", ByteAtom.TRUE),
        layout("fe 0a369037 75d3b24d 6721 5a1d44d4bed5", guid()),
        layout("fc2a", new ByteAtom(QType.BYTE, (byte) 42)),
        layout("fb0080", new ShortAtom(Null.SHORT)),
        layout("fa01000000", IntAtom.of(1)),
        layout("f90000000000000080", LongAtom.of(Null.LONG)),
        layout("f80000b040", new RealAtom(5.5f)),
        layout("f80000c0ff", new RealAtom(Null.REAL)),
        layout("f7000000000000f07f", FloatAtom.of(Double.POSITIVE_INFINITY)),
        layout("f7000000000000f8ff", FloatAtom.of(Null.FLOAT)),
        layout("f661", new ByteAtom(QType.CHAR, (byte) 'a')),
        layout("f500", SymbolAtom.NULL),
        layout("f5c3a900", SymbolAtom.ofText("é")),
        layout("f428bfce2735ece907", new LongAtom(QType.TIMESTAMP, 570246540884361000L)),
        layout("f3ffffffff", new IntAtom(QType.MONTH, -1)),
        layout("f200000080", new IntAtom(QType.DATE, Null.INT)),
        layout("f1000000000000e03f", new FloatAtom(QType.DATETIME, 0.5)),
        layout("f00100000000000000", new LongAtom(QType.TIMESPAN, 1)),
        layout("ef02000000", new IntAtom(QType.MINUTE, 2)),
        layout("ee03000000", new IntAtom(QType.SECOND, 3)),
        layout("ed04000000", new IntAtom(QType.TIME, 4)),
        layout("0100020000000100", ByteVector.of(QType.BOOLEAN, (byte) 1, (byte) 0)),
        layout(
            "020001000000 0a369037 75d3b24d 6721 5a1d44d4bed5",
            GuidVector.of(LongVector.of(QType.LONG, guid().high(), guid().low()))),
        layout("05000100000002 01", ShortVector.of((short) 258)),
        layout(
            "060102000000 01000000 02000000",
            IntVector.of(QType.INT, 1, 2).withAttribute(Attribute.SORTED)),
        layout("0800010000000000b040", RealVector.of(5.5f)),
        layout("0f0001000000000000000000e03f", FloatVector.of(QType.DATETIME, 0.5)),
        layout("0a0003000000616200", ByteVector.of(QType.CHAR, (byte) 'a', (byte) 'b', (byte) 0)),
        layout("0b000300000061000061 00", SymbolVector.of("a", "", "a")),
        layout("0b0400000000", SymbolVector.of().withAttribute(Attribute.GROUPED)),
        layout("000000000000", ListVector.of()),
        layout("000002000000 fa01000000 fa02000000", ListVector.of(IntAtom.of(1), IntAtom.of(2))),
        layout(
            "63 0b000100000061 00 060001000000 01000000",
            new Dictionary(SymbolVector.of("a"), IntVector.of(QType.INT, 1))),
        layout(
            "6200 63 0b000100000061 00 000001000000 060001000000 02000000",
            new Table(List.of("a"), List.of(IntVector.of(QType.INT, 2)))),
        layout("6200 63 0b0000000000 000000000000", new Table(List.of(), List.of())),
        layout(
            "63 6201 63 0b000100000061 00 000001000000 060001000000 02000000"
                + "6200 63 0b000100000062 00 000001000000 060001000000 03000000",
            new Dictionary(
                new Table(List.of("a"), List.of(IntVector.of(QType.INT, 2)), Attribute.SORTED),
                new Table(List.of("b"), List.of(IntVector.of(QType.INT, 3))))),
        layout("64 6400 0a0003000000 7b787d", new Lambda("d", "{x}")),
        layout("6500", UnaryPrimitive.IDENTITY),
        layout("65ff", UnaryPrimitive.ELIDED),
        layout("6601", new BinaryPrimitive(1)),
        layout("6703", new IteratorPrimitive(3)),
        layout(
            "68 03000000 6601 65ff fa05000000",
            new Projection(List.of(new BinaryPrimitive(1), UnaryPrimitive.ELIDED, IntAtom.of(5)))),
        layout(
            "69 02000000 6502 6503",
            new Composition(List.of(new UnaryPrimitive(2), new UnaryPrimitive(3)))),
        layout("6a 6601", new Derived(0, new BinaryPrimitive(1))),
        layout("6e 6601", new Derived(4, new BinaryPrimitive(1))),
        layout("6f 6f 6601", new Derived(5, new Derived(5, new BinaryPrimitive(1)))));
  }

  private static Arguments layout(String hex, Value value) {
    return Arguments.of(hex.replace(" ", ""), value);
  }

  private static GuidAtom guid() {
    return GuidAtom.of(UUID.fromString("0a369037-75d3-b24d-6721-5a1d44d4bed5"));
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void isReadAndWrittenAsSpecified(String hex, Value value) {
    assertThat(Bytes.decodeHex(hex)).isEqualTo(value);
    assertThat(Bytes.hex(Bytes.encode(value))).isEqualTo(hex);
  }

  @Test
  void attributesSurviveThoughEqualityIgnoresThem() {
    Value sorted = Bytes.decodeHex("060102000000 01000000 02000000");

    assertThat(((IntVector) sorted).attribute()).isEqualTo(Attribute.SORTED);
    assertThat(sorted).isEqualTo(IntVector.of(QType.INT, 1, 2));
  }

  @Test
  void aSortedDictionaryIsReadAsADictionaryAndNeverWritten() {
    Value value = Bytes.decodeHex("7f 0b010100000061 00 060001000000 02000000");

    assertThat(value).isEqualTo(new Dictionary(SymbolVector.of("a"), IntVector.of(QType.INT, 2)));
    assertThat(Bytes.encode(value)[0]).isEqualTo((byte) 99);
  }

  @Test
  void aListOfAtomsOfOneTypeStaysAList() {
    assertThat(Bytes.decodeHex("000001000000 fa01000000"))
        .isEqualTo(ListVector.of(IntAtom.of(1)))
        .isNotEqualTo(IntVector.of(QType.INT, 1));
  }

  @Test
  void aMessageIsAHeaderAndAValue() {
    byte[] message = Bytes.encodeMessage(MessageType.ASYNC, IntAtom.of(1));

    assertThat(Bytes.hex(message)).isEqualTo("010000000d000000fa01000000");
    assertThat(Bytes.decodeMessage(message)).isEqualTo(IntAtom.of(1));
    assertThat(Bytes.hex(Bytes.encodeMessage(MessageType.SYNC, IntAtom.of(1))))
        .startsWith("01010000");
  }

  @Test
  void aBigEndianMessageSaysItsLengthBigEndian() {
    assertThat(Bytes.decodeMessage(Bytes.ofHex("000200000000000dfa00000001")))
        .isEqualTo(IntAtom.of(1));
  }

  @Test
  void anErrorStandsOnTopOfAResponseOnly() {
    byte[] response = Bytes.encodeMessage(MessageType.RESPONSE, new ErrorValue("type"));

    assertThat(Bytes.hex(response)).isEqualTo("010200000e000000807479706500");
    assertThat(Bytes.decodeMessage(response)).isEqualTo(new ErrorValue("type"));
    assertThatThrownBy(() -> Bytes.encodeMessage(MessageType.SYNC, new ErrorValue("type")))
        .isInstanceOf(CodecException.class)
        .hasMessage("error 'type (expected: only on top of a response)");
    assertThatThrownBy(
            () -> Bytes.encodeMessage(MessageType.RESPONSE, ListVector.of(new ErrorValue("x"))))
        .isInstanceOf(CodecException.class);
  }

  @Test
  void anErrorTextThatIsNoBytesIsStillSent() {
    byte[] response = Bytes.encodeMessage(MessageType.RESPONSE, new ErrorValue("a\0\u20acé"));

    assertThat(Bytes.decodeMessage(response)).isEqualTo(new ErrorValue("a??é"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 6})
  void aPeerGetsOnlyTheTypesItsCapabilityIncludes(int capability) {
    for (QType type : RandomValues.ATOM_TYPES) {
      RandomValues random = new RandomValues(capability);
      int needed =
          type == QType.GUID ? 3 : type == QType.TIMESTAMP || type == QType.TIMESPAN ? 1 : 0;
      for (Value value :
          List.of(
              random.atom(type),
              random.vector(type, 2),
              ListVector.of(ListVector.of(random.vector(type, 2))))) {
        ByteBuf out = Unpooled.buffer().writeByte(7);
        if (capability < needed) {
          assertThatThrownBy(() -> ValueEncoder.encode(value, capability, out))
              .isInstanceOf(CodecException.class)
              .hasMessage(
                  "type "
                      + type
                      + " for a peer of capability "
                      + capability
                      + " (expected: "
                      + needed
                      + " or more)");
          assertThat(out.writerIndex()).as("buffer as it was").isEqualTo(1);
        } else {
          ValueEncoder.encode(value, capability, out);
          assertThat(new ValueDecoder().decode(out.skipBytes(1), true)).isEqualTo(value);
        }
      }
    }
  }

  @Test
  void symbolsThatWouldNotComeBackAreRefused() {
    for (String name : List.of("a\0b", "\u20ac")) {
      for (Value value :
          List.of(
              new SymbolAtom(name),
              SymbolVector.of(name),
              SymbolVector.of(Collections.nCopies(50, name).toArray(new String[0])),
              new Table(List.of(name), List.of(ListVector.of())),
              new Lambda(name, "{}"))) {
        ByteBuf out = Unpooled.buffer().writeByte(7);

        assertThatThrownBy(() -> ValueEncoder.encodeMessage(MessageType.ASYNC, value, 3, out))
            .isInstanceOf(CodecException.class)
            .hasMessageContaining("symbol: char " + (int) name.charAt(name.length() > 1 ? 1 : 0));

        assertThat(out.writerIndex()).isEqualTo(1);
      }
    }
    assertThatThrownBy(() -> Bytes.encode(new Lambda("", "{\u20ac}")))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("lambda: char 8364 at 1");
  }

  @Test
  void aFunctionOfTheHostCannotTravel() {
    record HostFunction(QType type) implements Function {}

    assertThatThrownBy(() -> Bytes.encode(ListVector.of(new HostFunction(QType.LAMBDA))))
        .isInstanceOf(CodecException.class)
        .hasMessage("HostFunction of type LAMBDA cannot travel");
  }

  @Test
  void aValueTooLargeForTheBufferIsRefused() {
    ByteBuf out = Unpooled.buffer(8, 100).writeByte(7);
    LongVector longs = LongVector.of(QType.LONG, new long[12]);
    Value atoms = ListVector.of(Collections.nCopies(12, LongAtom.of(1)).toArray(new Value[0]));
    Value symbols = SymbolVector.of(Collections.nCopies(60, "a").toArray(new String[0]));
    for (Value value :
        List.of(longs, atoms, symbols, ByteVector.string("x".repeat(94)), bigTable())) {
      assertThatThrownBy(() -> ValueEncoder.encode(value, out)).isInstanceOf(CodecException.class);
      assertThat(out.writerIndex()).isEqualTo(1);
    }
    ValueEncoder.encode(ByteVector.string("x".repeat(93)), out);
    assertThat(out.writerIndex()).isEqualTo(100);
  }

  private static Table bigTable() {
    return new Table(List.of("a"), List.of(LongVector.of(QType.LONG, new long[12])));
  }

  @Test
  void bytesBehindAValueAreLeftToTheCaller() {
    ByteBuf in = Unpooled.wrappedBuffer(Bytes.ofHex("fa01000000 fa02000000 ff"));
    ValueDecoder decoder = new ValueDecoder();

    assertThat(decoder.decode(in, true)).isEqualTo(IntAtom.of(1));
    assertThat(decoder.decode(in, true)).isEqualTo(IntAtom.of(2));
    assertThat(in.readableBytes()).isEqualTo(1);
  }

  @Test
  void aStepFunctionIsADictionaryForClientsAndItselfWhenSerialised() {
    Dictionary steps =
        new Dictionary(ByteVector.of(QType.BYTE, (byte) 1), ByteVector.string("a"), true);
    ListVector nested = ListVector.of(steps);
    ByteBuf serialised = Unpooled.buffer();
    ValueEncoder.serialise(nested, serialised);

    String list = "000001000000";
    String parts = "04000100000001" + "0a000100000061";
    assertThat(Bytes.hex(Bytes.encode(nested))).isEqualTo(list + "63" + parts);
    assertThat(Bytes.hex(ByteBufUtil.getBytes(serialised)))
        .isEqualTo("010000001d000000" + list + "7f" + parts);
  }
}
