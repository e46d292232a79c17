package tickwatch.ipc.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tickwatch.ipc.value.IntAtom;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.Value;

/** Bytes that somebody made to hurt, each refused with a sentence that says what is wrong. */
class HostileBytesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | value: 0 bytes left (expected: 1 or more)",
        "f9010203 | value: 3 bytes left (expected: 8 or more)",
        "06 | value: 0 bytes left (expected: 5 or more)",
        "0600ffffff7f 00000000 | INT count: 2147483647 (expected: 0 to 1, for the 4 bytes left in this message)",
        "0600ffffffff | INT count: -1 (expected: 0 to 0, for the 0 bytes left in this message)",
        "020002000000 0000000000000000 0000000000000000 | GUID count: 2 (expected: 0 to 1, for the 16 bytes left in this message)",
        "000002000000 ff01ff | LIST count: 2 (expected: 0 to 1, for the 3 bytes left in this message)",
        "000002000000 ff01f901 | value: 1 bytes left (expected: 8 or more)",
        "0b0003000000 6100 | SYMBOL count: 3 (expected: 0 to 2, for the 2 bytes left in this message)",
        "0b0002000000 610062 | symbol: 1 bytes to the end (expected: a zero byte among them)",
        "6706 | iterator: 6 (expected: 0 to 5)",
        "f5616263 | symbol: 3 bytes to the end (expected: a zero byte among them)",
        "f56162636465666768696a | symbol: 10 bytes to the end (expected: a zero byte among them)",
        "0605 00000000 | attribute: 5 (expected: 0 to 4)",
        "62ff 63 | attribute: 255 (expected: 0 to 4)",
        "fd00 | type -3 (expected: -19 to 19, 98 to 111 or 127)",
        "0300 00000000 | type 3 (expected: -19 to 19, 98 to 111 or 127)",
        "70 | type 112 (expected: -19 to 19, 98 to 111 or 127)",
        "1400 01000000 00000000 | 'type 20, an enumeration (expected: resolved to symbols before it is sent)'",
        "ec 00000000 | 'type -20, an enumeration (expected: resolved to symbols before it is sent)'",
        "4c00 01000000 00000000 | 'type 76, an enumeration (expected: resolved to symbols before it is sent)'",
        "4d00 01000000 00000000 | 'type 77, which only files hold (expected: a type that can travel)'",
        "6100 01000000 00000000 | 'type 97, which only files hold (expected: a type that can travel)'",
        "807479706500 | error (expected: only on top of a response)",
        "000001000000 807479706500 | error (expected: only on top of a response)",
        "6200 | value: 1 bytes left (expected: 2 or more)",
        "6200 0b | table over type 11 (expected: 99)",
        "6200 7f | table over type 127 (expected: 99)",
        "6200 63 060000000000 000000000000 | 'table names: type 6 (expected: a symbol vector, 11)'",
        "6200 63 0b000100000061 00 060001000000 00000000 | 'table columns: type 6 (expected: a general list, 0)'",
        "6200 63 f53a746573742f00 | 'table names: type -11 (expected: a symbol vector, 11)'",
        "6200 63 0b000200000061006200 000001000000 060000000000 | 'table: 2 names (expected: 1, one a column)'",
        "6200 63 0b000200000061006100 000002000000 060000000000 060000000000 | table: two columns named a",
        "6200 63 0b000100000061 00 000001000000 fa00000000 | column a: type -6 (expected: a vector)",
        "6200 63 0b000200000061006200 000002000000 060001000000 00000000 060000000000 | 'column b: 0 rows (expected: 1, as in a)'",
        "63 fa00000000 fa00000000 | dictionary keys: type -6 (expected: a vector or a table)",
        "63 060000000000 fa00000000 | dictionary values: type -6 (expected: a vector or a table)",
        "63 060001000000 00000000 060000000000 | 'dictionary: 0 values (expected: 1, as many as keys)'",
        "64 00 | value: 0 bytes left (expected: 1 or more)",
        "64 00 f66100 | 'lambda source: type -10 (expected: a char vector, 10)'",
        "65 | value: 0 bytes left (expected: 1 or more)",
        "68 0000 | value: 2 bytes left (expected: 4 or more)",
        "68 ffffffff 6500 | 'PROJECTION count: -1 (expected: 1 to 1, for the 2 bytes left in this message)'",
        "68 00000000 | 'PROJECTION count: 0 (expected: 1 to 0, for the 0 bytes left in this message)'",
        "69 02000000 6500 | 'COMPOSITION count: 2 (expected: 1 to 1, for the 2 bytes left in this message)'",
        "6a | value: 0 bytes left (expected: 1 or more)",
      })
  void isRefusedWithASentence(String hex, String sentence) {
    assertThatThrownBy(() -> Bytes.decodeHex(hex))
        .isInstanceOf(CodecException.class)
        .hasMessage(sentence);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0100000009000000 | message length: 9 (expected: 8, the bytes at hand)",
        "010000 | header: 3 bytes (expected: 8)",
        "020000000d000000fa01000000 | byte order: 2 (expected: 0 big or 1 little)",
        "010300000d000000fa01000000 | 'message type: 3 (expected: 0 async, 1 sync or 2 response)'",
        "010002000d000000fa01000000 | compression: 2 (expected: 0 or 1)",
        "010000010d000000fa01000000 | 'header byte 3: 1 (expected: 0, no message is above 2 GB)'",
        "0100000008000000fa01000000 | 'message length: 8 (expected: 9 to 2147483647, the limit of this connection)'",
        "01000000ffffffff | 'message length: -1 (expected: 9 to 2147483647, the limit of this connection)'",
        "010000000c000000fa01000000 | 'message length: 12 (expected: 13, the bytes at hand)'",
        "010000000e000000fa01000000 | 'message length: 14 (expected: 13, the bytes at hand)'",
        "010001000d000000fa01000000 | message: compressed (expected: a plain one)",
        "010000000e000000fa0100000000 | message: 1 bytes after the value (expected: none)",
        "010200000b000000807479 | 'error text: 2 bytes to the end (expected: a zero byte among them)'",
        "010100000e000000807479706500 | error (expected: only on top of a response)",
      })
  void isNoMessage(String hex, String sentence) {
    assertThatThrownBy(() -> Bytes.decodeMessage(Bytes.ofHex(hex)))
        .isInstanceOf(CodecException.class)
        .hasMessage(sentence);
  }

  @Test
  void aMessageAboveTheLimitIsRefusedFromItsHeader() {
    byte[] header = Bytes.ofHex("0100000001040000");

    assertThatThrownBy(() -> Header.read(Unpooled.wrappedBuffer(header), 0, 1024))
        .isInstanceOf(CodecException.class)
        .hasMessage("message length: 1025 (expected: 9 to 1024, the limit of this connection)");
    assertThat(Header.read(Unpooled.wrappedBuffer(header), 0, 1025))
        .isEqualTo(new Header(true, MessageType.ASYNC, false, 1025));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"000001000000", "6a", "6801000000", "6901000000", "63", "7f", "620063", "6f"})
  void endlessNestingIsRefused(String level) {
    byte[] bytes = HexFormat.of().parseHex(level.repeat(100_000));

    assertThatThrownBy(() -> Bytes.decode(bytes))
        .isInstanceOf(CodecException.class)
        .hasMessageMatching("nesting: more than 100 levels.*|table names.*|table over type.*");
  }

  @Test
  void aHundredLevelsAreReadAndWrittenAndOneMoreIsNot() {
    byte[] atom = Bytes.ofHex("fa01000000");
    byte[] hundred = Bytes.ofHex("000001000000".repeat(100) + Bytes.hex(atom));
    byte[] more = Bytes.ofHex("000001000000".repeat(101) + Bytes.hex(atom));

    Value value = Bytes.decode(hundred);

    assertThat(Bytes.encode(value)).isEqualTo(hundred);
    assertThatThrownBy(() -> Bytes.decode(more))
        .isInstanceOf(CodecException.class)
        .hasMessage("nesting: more than 100 levels (expected: <= 100)");
    assertThatThrownBy(() -> Bytes.encode(ListVector.of(value)))
        .isInstanceOf(CodecException.class)
        .hasMessage("nesting: more than 100 levels (expected: <= 100)");
  }

  @Test
  void aValueNestedFarTooDeepCannotOverflowTheStackOfItsSender() {
    Value value = IntAtom.of(1);
    for (int i = 0; i < 100_000; i++) {
      value = ListVector.of(value);
    }
    Value deep = value;

    assertThatThrownBy(() -> Bytes.encode(deep)).isInstanceOf(CodecException.class);
  }

  @Test
  void listsThatAllClaimTheSameBytesGetNoMemoryForThat() {
    // A hundred lists one in another, each claiming as many items as the rest could hold.
    int size = 1 << 20;
    byte[] bytes = new byte[size];
    for (int level = 0; level < 99; level++) {
      int at = 6 * level;
      int claim = (size - at - 6) / 2;
      bytes[at + 2] = (byte) claim;
      bytes[at + 3] = (byte) (claim >> 8);
      bytes[at + 4] = (byte) (claim >> 16);
    }
    ValueDecoder decoder = new ValueDecoder();
    long allocated =
        Allocation.of(
            () ->
                assertThatThrownBy(() -> decoder.decode(Unpooled.wrappedBuffer(bytes), true))
                    .isInstanceOf(CodecException.class));

    assertThat(allocated).isLessThan(30L * size);
  }

  @Test
  void memoryStaysInProportionToTheBytesOfTheWorstMessages() {
    for (String item :
        new String[] {"ff02", "fb0000", "000000000000", "0b000100000000", "6500", "6aff01"}) {
      int itemBytes = item.length() / 2;
      int count = (1 << 20) / itemBytes;
      byte[] head = Bytes.ofHex("0000" + HexFormat.of().toHexDigits(Integer.reverseBytes(count)));
      byte[] bytes = new byte[head.length + count * itemBytes];
      System.arraycopy(head, 0, bytes, 0, head.length);
      for (int i = 0; i < count; i++) {
        System.arraycopy(Bytes.ofHex(item), 0, bytes, head.length + i * itemBytes, itemBytes);
      }

      long allocated = Allocation.of(() -> Bytes.decode(bytes));

      assertThat(allocated).as(item).isLessThan(24L * bytes.length);
    }
  }
}
