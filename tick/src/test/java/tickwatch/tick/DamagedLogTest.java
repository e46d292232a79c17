package tickwatch.tick;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tickwatch.ipc.codec.ValueDecoder;
import tickwatch.ipc.codec.ValueEncoder;
import tickwatch.ipc.value.BinaryPrimitive;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.Lambda;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;

/** Whatever bytes of a log were lost or changed, all its other messages are there. */
class DamagedLogTest {
  private static final int HEADER = TickLog.HEADER_BYTES;

  @TempDir Path directory;

  private Path log() {
    return directory.resolve("test2026.11.23");
  }

  private static byte[] encoded(Value message) {
    ByteBuf out = Unpooled.buffer();
    ValueEncoder.encode(message, out);
    return ByteBufUtil.getBytes(out);
  }

  private static byte[] message(String table, Value... columns) {
    return encoded(
        ListVector.of(new SymbolAtom("upd"), new SymbolAtom(table), ListVector.of(columns)));
  }

  private static byte[] trades(int first, int rows) {
    long[] times = new long[rows];
    String[] syms = new String[rows];
    double[] prices = new double[rows];
    for (int row = 0; row < rows; row++) {
      times[row] = 1_000_000_007L * (first + row);
      syms[row] = "SENSOR" + (first + row) % 37;
      prices[row] = Math.sin(first + row);
    }
    return message(
        "trade",
        LongVector.of(QType.TIMESTAMP, times),
        SymbolVector.of(syms),
        FloatVector.of(QType.FLOAT, prices));
  }

  private static byte[] marker(String publisher, long seq) {
    return message(
        "publisher",
        LongVector.of(QType.TIMESTAMP, 1),
        SymbolVector.of(publisher),
        LongVector.of(QType.LONG, seq),
        IntVector.of(QType.INT, 1));
  }

  private static byte[] logOf(List<byte[]> messages) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(TickLog.header().array());
    messages.forEach(bytes::writeBytes);
    return bytes.toByteArray();
  }

  private static List<byte[]> someMessages(int count) {
    List<byte[]> messages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      messages.add(trades(100 * i, 1 + i % 9));
    }
    return messages;
  }

  /** Where each message of the log lies, and its bytes. */
  private static Map<Long, byte[]> found(Path log) {
    Map<Long, byte[]> found = new TreeMap<>();
    TickLog.read(
        log,
        (number, offset, bytes) -> {
          byte[] message = new byte[bytes.remaining()];
          bytes.get(message);
          found.put(offset, message);
          return true;
        });
    return found;
  }

  @Test
  void aLogCutAtAnyByteOfItsLast64KiBKeepsEveryWholeMessage() throws IOException {
    List<byte[]> messages = new ArrayList<>();
    int size = HEADER;
    for (int i = 0; size < 1 << 16; i++) {
      byte[] next = i % 5 == 0 ? marker("feed", i) : trades(i, 1 + i % 40);
      messages.add(next);
      size += next.length;
    }
    byte[] whole = logOf(messages);
    // By the length of the log: what is kept of it, messages whose marker is there included.
    int next = 0;
    int kept = 0;
    int end = HEADER;
    int keptEnd = HEADER;
    for (int length = HEADER; length <= whole.length; length++) {
      while (next < messages.size() && end + messages.get(next).length <= length) {
        end += messages.get(next++).length;
        if (next % 5 != 1) {
          kept = next;
          keptEnd = end;
        }
      }
      TickLog.Tally tally = new TickLog.Tally();
      TickLogScan.scan(
          log(), Channels.newChannel(new ByteArrayInputStream(whole, 0, length)), 1 << 17, tally);
      if (tally.keptMessages != kept || tally.keptBytes != keptEnd || !tally.damage.isEmpty()) {
        assertThat(List.of(tally.keptMessages, tally.keptBytes, tally.damage))
            .as("cut to %d", length)
            .isEqualTo(List.of((long) kept, (long) keptEnd, List.of()));
      }
    }
  }

  private static final long FIRST_SEED = 1000 * Long.getLong("tickwatch.drill.seed", 0);

  @Test
  void bytesChangedAnywhereCostTheMessagesTheyAreInAndNoOther() throws IOException {
    List<byte[]> messages = someMessages(120);
    byte[] whole = logOf(messages);
    // scripts/drill.sh asks for more.
    long rounds = Long.getLong("tickwatch.drill.rounds", 250);
    for (long seed = FIRST_SEED; seed < FIRST_SEED + rounds; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      byte[] damaged = whole.clone();
      int changes = 1 + random.nextInt(6);
      for (int change = 0; change < changes; change++) {
        int at = HEADER + random.nextInt(whole.length - HEADER);
        int length = random.nextBoolean() ? 1 : 1 + random.nextInt(600);
        for (int i = at; i < Math.min(whole.length, at + length); i++) {
          damaged[i] = (byte) random.nextInt();
        }
      }
      Files.write(log(), damaged);

      TickLog.Recovered recovered = TickLog.recover(log());

      Map<Long, byte[]> found = found(log());
      long offset = HEADER;
      for (int m = 0; m < messages.size(); m++) {
        byte[] original = messages.get(m);
        int from = (int) offset;
        if (Arrays.equals(original, Arrays.copyOfRange(damaged, from, from + original.length))) {
          assertThat(found.get(offset)).as("seed %d, message %d", seed, m).isEqualTo(original);
        }
        offset += original.length;
      }
      TickLog.Report after = TickLog.verify(log());
      assertThat(after.contents())
          .as("seed %d", seed)
          .isEqualTo(
              new TickLog.Contents(recovered.messages(), recovered.bytes(), recovered.bytes()));
      byte[] now = Files.readAllBytes(log());
      for (int s = 0; s < recovered.skipped().size(); s++) {
        TickLog.Stretch skipped = recovered.skipped().get(s);
        Path kept = recovered.keptIn().get(s);
        int from = (int) skipped.offset();
        int to = (int) (skipped.offset() + skipped.length());
        assertThat(kept)
            .as("seed %d", seed)
            .hasBinaryContent(Arrays.copyOfRange(damaged, from, to));
        Files.delete(kept);
        // The rest is as it was.
        System.arraycopy(damaged, from, now, from, to - from);
      }
      assertThat(now)
          .as("seed %d", seed)
          .isEqualTo(Arrays.copyOf(damaged, (int) recovered.bytes()));
      Path tail = recovered.tail();
      if (tail != null) {
        Files.delete(tail);
      }
    }
  }

  @Test
  void skippedBytesAreOneMessageThatDoesNothing() throws IOException {
    List<byte[]> messages = someMessages(5);
    byte[] damaged = logOf(messages);
    int at = HEADER + messages.get(0).length;
    damaged[at + 2] = 77;
    Files.write(log(), damaged);

    TickLog.Recovered recovered = TickLog.recover(log());

    int length = messages.get(1).length;
    assertThat(recovered.skipped()).containsExactly(new TickLog.Stretch(at, length));
    assertThat(recovered.messages()).isEqualTo(5);
    byte[] skipped = Files.readAllBytes(log());
    Value message = new ValueDecoder().decode(Unpooled.wrappedBuffer(skipped, at, length), true);
    assertThat(encoded(((ListVector) message).get(0)))
        .isEqualTo(new byte[] {10, 0, 2, 0, 0, 0, '{', '}'});
    TickLog.Report report = TickLog.verify(log());
    assertThat(report.damage()).isEmpty();
    assertThat(report.skipped()).containsExactly(new TickLog.Stretch(at, length));
    assertThat(report.tables()).containsOnlyKeys("trade");

    TickLog.Recovered again = TickLog.recover(log());
    assertThat(again.skipped()).isEmpty();
    assertThat(again.messages()).isEqualTo(5);
    assertThat(Files.readAllBytes(log())).isEqualTo(skipped);
  }

  @Test
  void aCountThatReachesBehindTheEndIsDamageAndNoTornTail() throws IOException {
    List<byte[]> messages = someMessages(50);
    byte[] damaged = logOf(messages);
    int at = HEADER + messages.get(0).length;
    // The first column of the second message claims 16 million rows.
    int count = at + 6 + 5 + 7 + 6 + 2;
    assertThat(damaged[count]).isEqualTo((byte) 2);
    damaged[count + 3] = 1;
    Files.write(log(), damaged);

    TickLog.Recovered recovered = TickLog.recover(log());

    assertThat(recovered.tail()).isNull();
    assertThat(recovered.skipped())
        .containsExactly(new TickLog.Stretch(at, messages.get(1).length));
  }

  @Test
  void aHeaderThatWasDamagedIsMadeAnew() throws IOException {
    byte[] whole = logOf(someMessages(3));
    byte[] damaged = whole.clone();
    damaged[0] = 0;
    Files.write(log(), damaged);

    TickLog.Recovered recovered = TickLog.recover(log());

    assertThat(recovered.messages()).isEqualTo(3);
    assertThat(recovered.skipped()).containsExactly(new TickLog.Stretch(0, 8));
    assertThat(Files.readAllBytes(log())).isEqualTo(whole);
  }

  @Test
  void aPublishersNumberWhoseDataWereDamagedDoesNotCount() throws IOException {
    List<byte[]> messages = new ArrayList<>();
    messages.add(marker("feed", 10));
    messages.add(trades(1, 10));
    messages.add(marker("feed", 20));
    messages.add(trades(11, 10));
    messages.add(marker("other", 3));
    messages.add(trades(90, 1));
    byte[] damaged = logOf(messages);
    int at = HEADER + messages.stream().limit(3).mapToInt(message -> message.length).sum();
    Arrays.fill(damaged, at, at + 40, (byte) 0x55);
    Files.write(log(), damaged);

    assertThat(TickLog.recover(log()).publishers()).isEqualTo(Map.of("feed", 10L, "other", 3L));
    assertThat(TickLog.recover(log()).publishers()).isEqualTo(Map.of("feed", 10L, "other", 3L));
  }

  @Test
  void dataWhoseMarkerWasDamagedAreLeftOutIfTheyWillBeSentAgain() throws IOException {
    List<byte[]> messages = new ArrayList<>();
    messages.add(marker("feed", 10));
    messages.add(trades(1, 10));
    messages.add(marker("feed", 20));
    messages.add(trades(11, 10));
    messages.add(marker("feed", 30));
    messages.add(trades(21, 10));
    byte[] whole = logOf(messages);
    int second = HEADER + messages.get(0).length + messages.get(1).length;
    int third = second + messages.get(2).length + messages.get(3).length;

    // Behind the second number there is a third, so nobody sends 11 to 20 again.
    Files.write(log(), changedAt(whole, second + 2));
    assertThat(TickLog.recover(log()).publishers()).isEqualTo(Map.of("feed", 30L));
    assertThat(TickLog.verify(log()).tables().get("trade"))
        .isEqualTo(new TickLog.TableCount(3, 30));

    Files.write(log(), changedAt(whole, third + 2));
    TickLog.Recovered recovered = TickLog.recover(log());
    assertThat(recovered.publishers()).isEqualTo(Map.of("feed", 20L));
    assertThat(recovered.messages()).isEqualTo(TickLog.count(log()).messages()).isEqualTo(5);
    assertThat(TickLog.verify(log()).tables().get("trade"))
        .isEqualTo(new TickLog.TableCount(2, 20));
  }

  private static byte[] changedAt(byte[] log, int at) {
    byte[] changed = log.clone();
    changed[at] = 77;
    return changed;
  }

  @Test
  void messagesOfOtherTickerplantsAreNoDamage() throws IOException {
    SymbolVector names = SymbolVector.of("time", "sym");
    LongVector times = LongVector.of(QType.TIMESPAN, 1, 2);
    SymbolVector syms = SymbolVector.of("A", "B");
    ListVector columns = ListVector.of(times, syms);
    ListVector row = ListVector.of(new LongAtom(QType.TIMESPAN, 1), new SymbolAtom("A"));
    Table table = new Table(List.of("time", "sym"), List.of(times, syms));
    SymbolAtom upd = new SymbolAtom("upd");
    SymbolAtom trade = new SymbolAtom("trade");
    SymbolAtom ref = new SymbolAtom("ref");
    List<byte[]> messages =
        Stream.of(
                ListVector.of(upd, trade, columns),
                ListVector.of(upd, trade, row),
                ListVector.of(upd, trade, table),
                ListVector.of(upd, trade, new Dictionary(names, row)),
                ListVector.of(upd, ref, new Dictionary(table, table)),
                ListVector.of(new SymbolAtom(".u.upd"), trade, columns),
                ListVector.of(ByteVector.string("upd"), trade, columns),
                ListVector.of(new BinaryPrimitive(28), trade, columns),
                ListVector.of(new Lambda("", "{x insert y}"), trade, columns),
                ListVector.of(new Lambda("", "{x}"), new LongAtom(QType.LONG, 1)),
                ListVector.of(new SymbolAtom("endofperiod"), new LongAtom(QType.LONG, 1)),
                ListVector.of(upd, trade, columns, new LongAtom(QType.LONG, 1)))
            .map(DamagedLogTest::encoded)
            .toList();
    byte[] whole = logOf(messages);
    Files.write(log(), whole);

    TickLog.Recovered recovered = TickLog.recover(log());

    assertThat(recovered.messages()).isEqualTo(messages.size());
    assertThat(Files.readAllBytes(log())).isEqualTo(whole);
    assertThat(TickLog.verify(log()).tables())
        .isEqualTo(
            Map.of(
                "trade", new TickLog.TableCount(9, 16),
                "ref", new TickLog.TableCount(1, 2),
                "(a function without a name)", new TickLog.TableCount(1, 0),
                "endofperiod", new TickLog.TableCount(1, 0)));

    // Damage before each one of them costs no more than one message.
    int at = HEADER;
    for (int m = 0; m + 1 < messages.size(); m++) {
      Files.write(log(), changedAt(whole, at + 2));
      assertThat(TickLog.recover(log()).messages()).as("message %d", m).isEqualTo(messages.size());
      at += messages.get(m).length;
    }
  }

  @Test
  void columnsOfUnequalLengthAreDamage() throws IOException {
    byte[] unequal = message("trade", LongVector.of(QType.LONG, 1, 2), SymbolVector.of("A"));
    Files.write(log(), logOf(List.of(trades(1, 1), unequal, trades(2, 1))));

    TickLog.Report report = TickLog.verify(log());

    assertThat(report.damage())
        .containsExactly(new TickLog.Stretch(HEADER + trades(1, 1).length, unequal.length));
    assertThat(report.messages()).isEqualTo(2);
  }

  @Test
  void aMegabyteOfZerosInTheMiddleIsSkipped() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(logOf(someMessages(10)));
    int at = bytes.size();
    bytes.writeBytes(new byte[3 << 20]);
    someMessages(10).forEach(bytes::writeBytes);
    Files.write(log(), bytes.toByteArray());

    TickLog.Recovered recovered = TickLog.recover(log());

    assertThat(recovered.skipped()).containsExactly(new TickLog.Stretch(at, 3 << 20));
    assertThat(recovered.messages()).isEqualTo(21);
    assertThat(TickLog.verify(log()).tables())
        .isEqualTo(Map.of("trade", new TickLog.TableCount(20, rowsOf(10) * 2)));
  }

  private static long rowsOf(int messages) {
    long rows = 0;
    for (int i = 0; i < messages; i++) {
      rows += 1 + i % 9;
    }
    return rows;
  }

  @Test
  void aCompressedLogIsReadAsItIs() throws IOException {
    Path packed = directory.resolve("test2026.11.22.gz");
    try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      out.write(logOf(someMessages(10)));
    }
    assertThat(TickLog.verify(packed).messages()).isEqualTo(10);
    assertThat(TickLog.verify(packed).contents().isWhole()).isTrue();
  }
}
