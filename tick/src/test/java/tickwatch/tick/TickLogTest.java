package tickwatch.tick;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tickwatch.ipc.codec.ValueEncoder;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.Null;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Value;

class TickLogTest {
  private static final byte[] HEADER = {(byte) 0xff, 1, 0, 0, 0, 0, 0, 0};

  @TempDir Path directory;

  private Path logOf(byte[]... messages) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(HEADER);
    for (byte[] message : messages) {
      bytes.writeBytes(message);
    }
    return Files.write(directory.resolve("test2026.11.23"), bytes.toByteArray());
  }

  private static byte[] message(String table, Value... columns) {
    ByteBuf out = Unpooled.buffer();
    ValueEncoder.encode(
        ListVector.of(new SymbolAtom("upd"), new SymbolAtom(table), ListVector.of(columns)), out);
    return ByteBufUtil.getBytes(out);
  }

  private static byte[] trade(int row) {
    return message(
        "trade",
        LongVector.of(QType.TIMESTAMP, row),
        SymbolVector.of("S" + row),
        FloatVector.of(QType.FLOAT, row));
  }

  private static byte[] marker(String publisher, long seq, int messages) {
    return message(
        "publisher",
        LongVector.of(QType.TIMESTAMP, 0),
        SymbolVector.of(publisher),
        LongVector.of(QType.LONG, seq),
        IntVector.of(QType.INT, messages));
  }

  @Test
  void aNewLogHoldsKdbsEightBytes() throws IOException {
    Path log = directory.resolve("deeper/test2026.11.23");

    TickLog.Recovered recovered = TickLog.recover(log);

    assertThat(Files.readAllBytes(log)).isEqualTo(HEADER);
    assertThat(recovered)
        .isEqualTo(new TickLog.Recovered(0, 8, Map.of(), List.of(), List.of(), null, 0));
  }

  @Test
  void theWriterAppendsMessagesBehindWhatIsThere() throws IOException {
    Path log = logOf(trade(1));
    TickLog.Recovered recovered = TickLog.recover(log);
    try (TickLogWriter writer = TickLogWriter.open(log, recovered.bytes())) {
      writer.append(new ByteBuffer[] {ByteBuffer.wrap(trade(2)), ByteBuffer.wrap(trade(3))}, 2);
      writer.append(new ByteBuffer[] {ByteBuffer.wrap(trade(4))}, 1);
      assertThat(writer.bytes()).isEqualTo(Files.size(log));
    }
    assertThat(TickLog.count(log))
        .isEqualTo(new TickLog.Contents(4, Files.size(log), Files.size(log)));
    assertThat(Files.readAllBytes(log))
        .isEqualTo(Files.readAllBytes(logOf(trade(1), trade(2), trade(3), trade(4))));
  }

  @Test
  void aLogCutOffAnywhereKeepsEveryWholeMessage() throws IOException {
    byte[][] messages = {
      trade(1), trade(22), trade(333), message("note", LongVector.of(QType.LONG))
    };
    byte[] whole = Files.readAllBytes(logOf(messages));
    for (int length = 0; length <= whole.length; length++) {
      Path log = Files.write(directory.resolve("cut2026.11.23"), Arrays.copyOf(whole, length));
      int expectedMessages = 0;
      int expectedBytes = 8;
      for (byte[] message : messages) {
        if (expectedBytes + message.length > length) {
          break;
        }
        expectedBytes += message.length;
        expectedMessages++;
      }

      TickLog.Recovered recovered = TickLog.recover(log);

      assertThat(recovered.messages()).as("cut to %d", length).isEqualTo(expectedMessages);
      assertThat(recovered.bytes()).as("cut to %d", length).isEqualTo(expectedBytes);
      assertThat(Files.readAllBytes(log))
          .as("cut to %d", length)
          .isEqualTo(Arrays.copyOf(whole, expectedBytes));
      int moved = length < 8 ? length : length - expectedBytes;
      assertThat(recovered.tailBytes()).as("cut to %d", length).isEqualTo(moved);
      Path tail = recovered.tail();
      if (moved == 0) {
        assertThat(tail).isNull();
      } else {
        assertThat(tail).isNotNull();
        assertThat(Files.readAllBytes(tail))
            .as("cut to %d", length)
            .isEqualTo(Arrays.copyOfRange(whole, length - moved, length));
        Files.delete(tail);
      }
    }
  }

  @Test
  void countingSaysWhereTheDamageBegins() throws IOException {
    Path log = logOf(trade(1), trade(2), Arrays.copyOf(trade(3), 10));
    long good = 8L + trade(1).length + trade(2).length;

    assertThat(TickLog.count(log)).isEqualTo(new TickLog.Contents(2, good, good + 10));
    assertThat(Files.size(log)).isEqualTo(good + 10);
  }

  @Test
  void tailsOfSeveralRecoveriesAreAllKept() throws IOException {
    Path first = TickLog.recover(logOf(trade(1), new byte[] {1})).tail();
    Path second = TickLog.recover(logOf(trade(1), new byte[] {2, 2})).tail();

    assertThat(first).hasBinaryContent(new byte[] {1});
    assertThat(second).hasBinaryContent(new byte[] {2, 2}).isNotEqualTo(first);
  }

  @Test
  void zerosBehindTheLastMessageAreNoMessages() throws IOException {
    Path log = logOf(trade(1), new byte[100]);

    assertThat(TickLog.recover(log).messages()).isEqualTo(1);
    assertThat(Files.size(log)).isEqualTo(8 + trade(1).length);
  }

  @Test
  void aMarkerWithoutItsMessageIsCutOff() throws IOException {
    Path log = logOf(marker("feed", 10, 1), trade(1), marker("feed", 20, 1));

    TickLog.Recovered recovered = TickLog.recover(log);

    assertThat(recovered.messages()).isEqualTo(2);
    assertThat(recovered.publishers()).isEqualTo(Map.of("feed", 10L));
    assertThat(Files.readAllBytes(log))
        .isEqualTo(Files.readAllBytes(logOf(marker("feed", 10, 1), trade(1))));
  }

  @Test
  void aMarkerWhoseMessageIsTornIsCutOffWithIt() throws IOException {
    Path log = logOf(marker("feed", 10, 1), Arrays.copyOf(trade(1), 20));

    TickLog.Recovered recovered = TickLog.recover(log);

    assertThat(recovered.messages()).isZero();
    assertThat(recovered.publishers()).isEmpty();
    assertThat(Files.readAllBytes(log)).isEqualTo(HEADER);
  }

  @Test
  void theLastNumberOfEachPublisherIsRecovered() throws IOException {
    byte[] carriedOver =
        message(
            "publisher",
            LongVector.of(QType.TIMESTAMP, 0, 0),
            SymbolVector.of("feed", "detector"),
            LongVector.of(QType.LONG, 5, 77),
            IntVector.of(QType.INT, 0, 0));
    Path log = logOf(carriedOver, marker("feed", 6, 1), trade(1), marker("feed", 9, 0), trade(2));

    assertThat(TickLog.recover(log).publishers()).isEqualTo(Map.of("feed", 9L, "detector", 77L));
  }

  @Test
  void aMessageLongerThanAPieceIsWhole() throws IOException {
    byte[] large =
        message(
            "trade",
            LongVector.of(QType.LONG, new long[300_000]),
            FloatVector.of(QType.FLOAT, new double[300_000]));
    Path log = logOf(trade(1), large, trade(2));

    assertThat(TickLog.count(log).messages()).isEqualTo(3);
  }

  @Test
  void aFileThatIsNoLogIsRefusedAndLeftAlone() throws IOException {
    Path file = Files.writeString(directory.resolve("test2026.11.23"), "something else");

    assertThatThrownBy(() -> TickLog.recover(file))
        .isInstanceOf(TickLogException.class)
        .hasMessageContaining("is no tick log");
    assertThat(file).hasContent("something else");
  }

  @Test
  void theDayIsInTheLastTenCharacters() {
    assertThat(TickLog.dayOf("/data/plant2000.01.02")).isEqualTo(1);
    assertThat(TickLog.path(directory, "plant", 1)).isEqualTo(directory.resolve("plant2000.01.02"));
    for (String none : List.of("", "/data/plant", "plant2000.13.02", "plant2000.1.2")) {
      assertThat(TickLog.dayOf(none)).as(none).isEqualTo(Null.INT);
    }
  }

  @Test
  void aWriteThatFailsHalfWayLeavesWholeMessagesOnly() throws IOException {
    Path log = logOf(trade(1));
    TickLogWriter writer = TickLogWriter.open(log, Files.size(log));
    writer.close();

    assertThatThrownBy(() -> writer.append(new ByteBuffer[] {ByteBuffer.wrap(trade(2))}, 1))
        .isInstanceOf(IOException.class);
    assertThat(TickLog.count(log).messages()).isEqualTo(1);
  }
}
