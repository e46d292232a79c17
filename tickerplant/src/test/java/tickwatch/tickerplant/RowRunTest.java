package tickwatch.tickerplant;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tickwatch.ipc.codec.MessageType;
import tickwatch.ipc.codec.ValueEncoder;
import tickwatch.ipc.value.FloatAtom;
import tickwatch.ipc.value.IntAtom;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Value;
import tickwatch.tick.PublisherMarker;
import tickwatch.tick.Schema;
import tickwatch.tick.SystemTables;
import tickwatch.tick.TableSchema;

/** What looks at one message after the other, and at every byte, is the oracle. */
class RowRunTest {
  private static final long TIME = 0x0102030405060708L;
  private static final DayClock CLOCK =
      new DayClock(Clock.fixed(Plant.NOON, ZoneOffset.UTC), ZoneOffset.UTC, Duration.ZERO);
  private static final long NOW = CLOCK.timestamp();

  private final PublishedTable trade =
      table(
          Schema.parse(
                  "trade:([]time:`timestamp$();sym:`symbol$();a:`float$();b:`float$();c:`long$();"
                      + "d:`float$();size:`int$();ex:`symbol$();e:`float$())",
                  "test")
              .table("trade"));
  private final PublishedTable other =
      table(
          Schema.parse("quote:([]time:`timestamp$();sym:`symbol$();bid:`float$())", "test")
              .table("quote"));
  private final PublishedTable publishers =
      table(SystemTables.schema().table(PublisherMarker.TABLE));
  private final Publisher alice = new Publisher(publishers, "alice");
  private final Publisher bob = new Publisher(publishers, "bob");

  private final RowRun run = new RowRun();
  private final RowShapes known = new RowShapes();

  private static PublishedTable table(@Nullable TableSchema schema) {
    if (schema == null) {
      throw new AssertionError("no such table");
    }
    return new PublishedTable(schema);
  }

  /** A message and where its parts are. */
  private static final class Sent {
    final byte[] bytes;
    final byte[] unharmed;
    final PublishedTable table;
    final @Nullable Publisher publisher;
    final int seqAt;
    final int rowAt;

    Sent(PublishedTable table, @Nullable Publisher publisher, long seq, Value... row) {
      this.table = table;
      this.publisher = publisher;
      List<Value> list = new ArrayList<>();
      if (publisher == null) {
        list.add(new SymbolAtom(".u.upd"));
      } else {
        list.add(new SymbolAtom(".u.updn"));
        list.add(new SymbolAtom(publisher.name));
        list.add(new LongAtom(QType.LONG, seq));
      }
      list.add(new SymbolAtom(table.name()));
      ListVector atoms = ListVector.of(row);
      list.add(atoms);
      unharmed = frame(ListVector.of(list.toArray(Value[]::new)));
      bytes = unharmed.clone();
      rowAt = unharmed.length - (frame(atoms).length - 8);
      seqAt = rowAt - (table.name().length() + 2) - 8;
    }

    private static byte[] frame(Value value) {
      ByteBuf out = Unpooled.buffer();
      ValueEncoder.encodeMessage(MessageType.ASYNC, value, 3, out);
      return ByteBufUtil.getBytes(out);
    }

    ByteBuffer view() {
      return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    boolean lacksTime() {
      return table.lacksTime(view().getInt(rowAt + 2));
    }

    long seq() {
      return view().getLong(seqAt);
    }

    /** The columns of the row, or null if this is none, or not to that table by that publisher. */
    byte @Nullable [] columns() {
      byte[] before = Arrays.copyOf(bytes, rowAt);
      if (publisher != null) {
        System.arraycopy(unharmed, seqAt, before, seqAt, 8);
      }
      if (!Arrays.equals(before, 0, rowAt, unharmed, 0, rowAt)) {
        return null;
      }
      ByteBuffer out =
          ByteBuffer.allocate(table.rowRoom(bytes.length)).order(ByteOrder.LITTLE_ENDIAN);
      int end = table.writeRow(view(), rowAt, bytes.length, NOW, out, 0);
      return end < 0 ? null : Arrays.copyOf(out.array(), end);
    }

    RowShape shape() {
      return new RowShape(table, publisher, view(), 0, seqAt, rowAt);
    }
  }

  private static Value sym(SplittableRandom random, int most) {
    byte[] name = new byte[random.nextInt(most + 1)];
    for (int i = 0; i < name.length; i++) {
      name[i] = (byte) (1 + random.nextInt(255));
    }
    return new SymbolAtom(new String(name, StandardCharsets.ISO_8859_1));
  }

  private Sent message(SplittableRandom random, long seq) {
    Publisher publisher = new Publisher[] {null, alice, bob}[random.nextInt(3)];
    if (random.nextInt(8) == 0) {
      return new Sent(
          other,
          publisher,
          seq,
          new LongAtom(QType.TIMESTAMP, random.nextLong()),
          sym(random, 2),
          FloatAtom.of(random.nextDouble()));
    }
    List<Value> row = new ArrayList<>();
    if (random.nextInt(3) > 0) {
      row.add(new LongAtom(QType.TIMESTAMP, random.nextLong()));
    }
    row.addAll(
        List.of(
            sym(random, 3),
            FloatAtom.of(random.nextDouble()),
            FloatAtom.of(random.nextDouble()),
            new LongAtom(QType.LONG, random.nextLong()),
            FloatAtom.of(random.nextDouble()),
            new IntAtom(QType.INT, random.nextInt()),
            sym(random, 12),
            FloatAtom.of(random.nextDouble())));
    return new Sent(trade, publisher, seq, row.toArray(Value[]::new));
  }

  /** Runs of messages of one kind, some of them harmed, some numbered as others before. */
  private List<Sent> stream(SplittableRandom random, int count) {
    List<Sent> messages = new ArrayList<>();
    while (messages.size() < count) {
      long seed = random.nextLong();
      for (int alike = random.nextInt(12); alike >= 0; alike--) {
        long seq = messages.size() + 1L - (random.nextInt(10) == 0 ? random.nextInt(5) : 0);
        // The same seed gives the same kind; now and then the row is another one.
        Sent sent = message(new SplittableRandom(seed), seq);
        if (random.nextInt(4) > 0 && !sent.lacksTime()) {
          sent.view().putLong(sent.rowAt + 7, random.nextLong());
        }
        if (random.nextInt(5) == 0) {
          for (int changes = random.nextInt(2); changes >= 0; changes--) {
            byte change = random.nextBoolean() ? 0 : (byte) random.nextInt();
            sent.bytes[random.nextInt(sent.bytes.length)] = change;
          }
        }
        messages.add(sent);
      }
    }
    return messages;
  }

  private static byte[] frame(PublishedTable table, byte[] columns) {
    return concatenated(table.framePrefixOf(columns.length), columns);
  }

  private static byte[] concatenated(byte[]... parts) {
    ByteBuf all = Unpooled.buffer();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return ByteBufUtil.getBytes(all);
  }

  private static byte[] bytes(RowRun.Block block) {
    return Arrays.copyOf(block.bytes, block.length);
  }

  @Test
  void whateverCameOnlyRowsAreTakenAndTheLogAndSubscribersGetOfThemWhatTheyWouldOneByOne() {
    int inRuns = 0;
    int longest = 0;
    for (int round = 0; round < 40; round++) {
      SplittableRandom random = new SplittableRandom(round);
      List<Sent> messages = stream(random, 500);
      byte[] all = concatenated(messages.stream().map(sent -> sent.bytes).toArray(byte[][]::new));
      ByteBuffer view =
          ByteBuffer.allocateDirect(all.length).order(ByteOrder.LITTLE_ENDIAN).put(0, all);
      alice.seq = 0;
      bob.seq = 0;
      int at = 0;
      int message = 0;
      while (message < messages.size()) {
        int end = random.nextInt(20) == 0 ? Math.min(at + 200, all.length) : all.length;
        int rows = end - at < 8 ? 0 : run.take(known, view, at, end, TIME, CLOCK);
        if (rows > 0) {
          inRuns += rows;
          longest = Math.max(longest, rows);
          assertThat(run.length()).isLessThanOrEqualTo(end - at);
          at += check("round " + round, messages.subList(message, message + rows));
          message += rows;
        } else {
          Sent slowly = messages.get(message++);
          at += slowly.bytes.length;
          takeSlowly(slowly);
        }
      }
    }
    assertThat(inRuns).isGreaterThan(5_000);
    assertThat(longest).isGreaterThan(5);
  }

  private void takeSlowly(Sent sent) {
    if (sent.columns() == null) {
      return;
    }
    if (sent.publisher != null) {
      if (sent.seq() <= sent.publisher.seq) {
        return;
      }
      sent.publisher.seq = sent.seq();
    }
    if (known.wants(
        sent.table, sent.publisher, sent.lacksTime(), RowShape.startLength(0, sent.rowAt))) {
      known.add(sent.shape());
    }
  }

  /** Compares a run with its messages, and takes them; the bytes of them. */
  private int check(String where, List<Sent> messages) {
    Sent first = messages.get(0);
    Publisher publisher = first.publisher;
    ByteBuf log = Unpooled.buffer();
    ByteBuf rows = Unpooled.buffer();
    ByteBuf markers = Unpooled.buffer();
    ByteBuf both = Unpooled.buffer();
    int length = 0;
    for (Sent sent : messages) {
      byte[] columns = sent.columns();
      if (columns == null) {
        throw new AssertionError(where + ": taken, and no row");
      }
      assertThat(sent.table).as(where).isSameAs(first.table);
      assertThat(sent.publisher).as(where).isSameAs(publisher);
      length += sent.bytes.length;
      if (publisher != null) {
        assertThat(sent.seq()).as(where).isGreaterThan(publisher.seq);
        publisher.seq = sent.seq();
        byte[] marker = publisher.marker(TIME, 1);
        log.writeBytes(marker);
        byte[] frame =
            frame(publishers, Arrays.copyOfRange(marker, Publisher.COLUMNS_AT, marker.length));
        markers.writeBytes(frame);
        both.writeBytes(frame);
      }
      log.writeBytes(sent.table.logPrefix).writeBytes(columns);
      rows.writeBytes(frame(sent.table, columns));
      both.writeBytes(frame(sent.table, columns));
    }
    assertThat(run.table()).as(where).isSameAs(first.table);
    assertThat(run.publisher()).as(where).isSameAs(publisher);
    assertThat(run.length()).as(where).isEqualTo(length);
    assertThat(bytes(run.logged())).as(where).isEqualTo(ByteBufUtil.getBytes(log));
    assertThat(bytes(run.frames(false, true))).as(where).isEqualTo(ByteBufUtil.getBytes(rows));
    if (publisher != null) {
      assertThat(run.lastSeq()).as(where).isEqualTo(publisher.seq);
      assertThat(bytes(run.frames(true, false))).as(where).isEqualTo(ByteBufUtil.getBytes(markers));
      assertThat(bytes(run.frames(true, true))).as(where).isEqualTo(ByteBufUtil.getBytes(both));
    }
    return length;
  }

  @Test
  void aRowOfWhichTooMuchIsMadeIsLeftToWhoLooksAtOneMessage() {
    StringBuilder columns = new StringBuilder("wide:([]time:`timestamp$();sym:`symbol$()");
    List<Value> row = new ArrayList<>();
    row.add(new LongAtom(QType.TIMESTAMP, 1));
    row.add(new SymbolAtom("s"));
    for (int column = 0; column < 400; column++) {
      columns.append(";").append("c".repeat(100)).append(column).append(":`float$()");
      row.add(FloatAtom.of(column));
    }
    PublishedTable wide = table(Schema.parse(columns + ")", "test").table("wide"));
    Sent sent = new Sent(wide, null, 0, row.toArray(Value[]::new));
    known.add(sent.shape());

    assertThat(run.take(known, sent.view(), 0, sent.bytes.length, TIME, CLOCK)).isZero();
  }

  @Test
  void rowsThatFillWhatIsReadAtOnceAreTakenToTheLast() {
    // 2, 4, 8 .. of them are as long as a piece that is read.
    for (int length = 128; length <= 2048; length *= 2) {
      Sent shorter = quote("");
      Sent sent = quote("x".repeat(length - shorter.bytes.length));
      assertThat(sent.bytes.length).isEqualTo(length);
      known.add(sent.shape());
      int count = 8192 / length;
      ByteBuffer all = ByteBuffer.allocate(8192).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < count; i++) {
        all.put(sent.bytes);
      }
      int at = 0;
      while (at < 8192) {
        int rows = run.take(known, all, at, 8192, TIME, CLOCK);
        assertThat(rows).isPositive();
        at += check("length " + length, Collections.nCopies(rows, sent));
      }
    }
  }

  private Sent quote(String sym) {
    return new Sent(
        other, null, 0, new LongAtom(QType.TIMESTAMP, 1), new SymbolAtom(sym), FloatAtom.of(0.5));
  }
}
