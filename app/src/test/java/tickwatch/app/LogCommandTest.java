package tickwatch.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tickwatch.ipc.codec.ValueEncoder;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.tick.TickLog;

class LogCommandTest {
  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return Main.run(
        List.of(args), Map.of(), folder, new PrintWriter(out, true), new PrintWriter(err, true));
  }

  private static byte[] trade(int row) {
    ByteBuf bytes = Unpooled.buffer();
    ValueEncoder.encode(
        ListVector.of(
            new SymbolAtom("upd"),
            new SymbolAtom("trade"),
            ListVector.of(
                LongVector.of(QType.TIMESTAMP, row, row + 1),
                SymbolVector.of("A", "B"),
                FloatVector.of(QType.FLOAT, row, 0.5))),
        bytes);
    return ByteBufUtil.getBytes(bytes);
  }

  /** Three messages of two rows. */
  private byte[] bytes() {
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    log.writeBytes(TickLog.header().array());
    for (int row = 0; row < 3; row++) {
      log.writeBytes(trade(row));
    }
    return log.toByteArray();
  }

  private Path whole() throws IOException {
    return Files.write(folder.resolve("market2026.11.23"), bytes());
  }

  private Path damaged() throws IOException {
    byte[] bytes = bytes();
    bytes[8 + trade(0).length + 2] = 77;
    return Files.write(folder.resolve("market2026.11.23"), bytes);
  }

  @Test
  void aWholeLogIsVerifiedAndCounted() throws IOException {
    Path log = whole();
    assertThat(run("log", "verify", log.toString())).isZero();
    assertThat(out.toString())
        .contains(log + ": whole, 3 messages, " + bytes().length + " bytes")
        .containsPattern("trade +3 messages +6 rows");
    out.getBuffer().setLength(0);
    assertThat(run("log", "count", log.toString())).isZero();
    assertThat(out).hasToString("3" + System.lineSeparator());
  }

  @Test
  void damageIsSaidWithItsPlaceAndHowToGoOn() throws IOException {
    Path log = damaged();
    assertThat(run("log", "verify", log.toString())).isEqualTo(1);
    int at = 8 + trade(0).length;
    assertThat(out.toString())
        .contains("damaged, 2 messages")
        .contains("damaged: " + trade(1).length + " bytes from offset " + at + " on")
        .contains("tickwatch log repair " + log);
    out.getBuffer().setLength(0);
    assertThat(run("log", "count", log.toString())).isEqualTo(1);
    assertThat(out).hasToString("1 " + at + System.lineSeparator());
  }

  @Test
  void whatIsFoundCanBeHadAsJson() throws IOException {
    assertThat(run("log", "verify", "--json", damaged().toString())).isEqualTo(1);
    assertThat(parsed(out.toString())).isEqualTo(1);
    assertThat(out.toString())
        .contains("\"whole\":false,\"messages\":2", "\"trade\":{\"messages\":2,\"rows\":4}")
        .contains("\"damage\":[{\"offset\":" + (8 + trade(0).length));
  }

  @Test
  void aDumpSaysWhatItLeavesOut() throws IOException {
    Path log = damaged();
    Files.write(log, new byte[] {0, 0, 3}, StandardOpenOption.APPEND);

    assertThat(run("log", "dump", log.toString())).isEqualTo(1);

    assertThat(out.toString().lines()).hasSize(2);
    assertThat(err.toString().lines())
        .containsExactly(
            "damaged: " + trade(1).length + " bytes from offset " + (8 + trade(0).length) + " on",
            "damaged: 3 bytes from offset " + bytes().length + " on");
  }

  /** How many JSON values the text holds. */
  private static int parsed(String json) throws IOException {
    int values = 0;
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        parser.skipChildren();
        values++;
      }
    }
    return values;
  }

  @Test
  void aLogIsRepairedInPlace() throws IOException {
    Path log = damaged();
    assertThat(run("log", "repair", log.toString())).isZero();
    assertThat(out.toString())
        .contains("skipped " + trade(1).length + " bytes", ".damaged-", "whole, 3 messages");
    assertThat(run("log", "verify", log.toString())).isZero();
    assertThat(out.toString()).contains("skipped by an earlier recovery");
  }

  @Test
  void aCopyCanBeRepairedInstead() throws IOException {
    byte[] before = Files.readAllBytes(damaged());
    Path log = folder.resolve("market2026.11.23");
    Path copy = folder.resolve("mended");
    assertThat(run("log", "repair", log.toString(), "--out", copy.toString())).isZero();
    assertThat(log).hasBinaryContent(before);
    assertThat(TickLog.count(copy))
        .isEqualTo(new TickLog.Contents(3, before.length, before.length));
    assertThat(run("log", "repair", log.toString(), "--out", copy.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("there is already a file");
  }

  @Test
  void aLogThatATickerplantWritesIsLeftAlone() throws IOException {
    Path log = damaged();
    byte[] before = Files.readAllBytes(log);
    try (FileChannel lockFile =
            FileChannel.open(
                folder.resolve("market.lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock held = lockFile.lock()) {
      assertThat(held.isValid()).isTrue();
      assertThat(run("log", "repair", log.toString())).isEqualTo(2);
    }
    assertThat(err.toString()).contains("a tickerplant is writing");
    assertThat(log).hasBinaryContent(before);
  }

  @Test
  void messagesArePrintedOneALine() throws IOException {
    assertThat(run("log", "dump", whole().toString())).isZero();
    assertThat(err.toString()).isEmpty();
    assertThat(out.toString().lines())
        .hasSize(3)
        .first()
        .asString()
        .isEqualTo(
            "0 8 (`upd;`trade;(2000.01.01D00:00:00.000000000"
                + " 2000.01.01D00:00:00.000000001;`A`B;0 0.5))");
  }

  @Test
  void someMessagesArePrintedAsJson() throws IOException {
    assertThat(run("log", "dump", whole().toString(), "--json", "--from", "1", "--limit", "1"))
        .isZero();
    assertThat(parsed(out.toString())).isEqualTo(1);
    assertThat(out.toString())
        .startsWith("{\"message\":1,\"offset\":" + (8 + trade(0).length) + ",\"function\":\"upd\"")
        .contains("\"table\":\"trade\",\"columns\":[[", "[\"A\",\"B\"],[1");
    out.getBuffer().setLength(0);
    assertThat(run("log", "dump", whole().toString(), "--table", "quote")).isZero();
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void aCompressedLogIsReadAndRepairedIntoACopy() throws IOException {
    Path packed = folder.resolve("market2026.11.22.gz");
    try (OutputStream to = new GZIPOutputStream(Files.newOutputStream(packed))) {
      to.write(Files.readAllBytes(damaged()));
    }
    assertThat(run("log", "count", packed.toString())).isEqualTo(1);
    assertThat(run("log", "repair", packed.toString())).isEqualTo(2);
    Path copy = folder.resolve("mended");
    assertThat(run("log", "repair", packed.toString(), "--out", copy.toString())).isZero();
    assertThat(run("log", "count", copy.toString())).isZero();
  }

  @Test
  void ofACompressedLogThatIsCutShortWhatCanBeUnpackedIsReadAndSaved() throws IOException {
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    log.writeBytes(TickLog.header().array());
    for (int row = 0; row < 200_000; row++) {
      log.writeBytes(trade(row * 7919));
    }
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream to = new GZIPOutputStream(packed)) {
      to.write(log.toByteArray());
    }
    Path half = folder.resolve("market2026.11.22.gz");
    Files.write(half, Arrays.copyOf(packed.toByteArray(), packed.size() / 2));

    assertThat(run("log", "verify", half.toString())).isEqualTo(1);
    assertThat(out.toString())
        .containsPattern("damaged, \\d{5,6} messages")
        .contains("cannot be unpacked: it ends too early");
    long readable = TickLog.verify(half).messages();
    assertThat(readable).isGreaterThan(50_000);

    out.getBuffer().setLength(0);
    assertThat(run("log", "dump", half.toString(), "--from", Long.toString(readable - 1)))
        .isEqualTo(1);
    assertThat(out.toString().lines()).hasSize(1);

    Path copy = folder.resolve("mended");
    assertThat(run("log", "repair", half.toString(), "--out", copy.toString())).isZero();
    assertThat(TickLog.verify(copy).messages()).isEqualTo(readable);
    assertThat(TickLog.verify(copy).isWhole()).isTrue();
  }

  @Test
  void aCopyIsNotNamedAsIfItWereCompressed() throws IOException {
    Path copy = folder.resolve("mended.gz");
    assertThat(run("log", "repair", damaged().toString(), "--out", copy.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("the copy is not compressed", "mended.gz");
    assertThat(copy).doesNotExist();
  }

  @Test
  void messagesThatHoldTablesAreDumpedByTheirTable() throws IOException {
    ByteBuf bytes = Unpooled.buffer().writeBytes(TickLog.header().array());
    ValueEncoder.encode(
        ListVector.of(
            new SymbolAtom("upd"),
            new SymbolAtom("quote"),
            new Table(
                List.of("sym", "bid"),
                List.of(SymbolVector.of("A", "B"), FloatVector.of(QType.FLOAT, 1, 2)))),
        bytes);
    Path log = Files.write(folder.resolve("market2026.11.23"), ByteBufUtil.getBytes(bytes));

    assertThat(run("log", "dump", "--json", "--table", "quote", log.toString())).isZero();

    assertThat(out.toString())
        .contains("\"table\":\"quote\",\"rows\":[{\"sym\":\"A\",\"bid\":1.0}");
  }

  @Test
  void aFileThatCannotBeUsedDoesNotKeepTheOthersFromBeingRead() throws IOException {
    Path missing = folder.resolve("nosuch");
    Path log = whole();

    assertThat(run("log", "count", missing.toString(), folder.toString(), log.toString()))
        .isEqualTo(2);

    assertThat(out).hasToString(log + ": 3" + System.lineSeparator());
    assertThat(err.toString().lines())
        .containsExactly(
            "tickwatch log count: tick log " + missing + " cannot be read: there is no " + missing,
            "tickwatch log count: tick log " + folder + " cannot be read: Is a directory");
  }

  @Test
  void aFileThatIsNoLogIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("notes.txt"), "nothing of this is a log");
    for (String what : List.of("verify", "count", "dump", "repair")) {
      assertThat(run("log", what, file.toString())).as(what).isEqualTo(2);
    }
    assertThat(err.toString()).contains("is no tick log");
    assertThat(file).hasContent("nothing of this is a log");
    assertThat(run("log", "verify", folder.resolve("nosuch").toString())).isEqualTo(2);
    assertThat(run("log")).isEqualTo(2);
    assertThat(err.toString()).contains("say what to do: verify, count, dump or repair");
  }
}
