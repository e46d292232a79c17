package tickwatch.tickerplant;

import static org.assertj.core.api.Assertions.assertThat;
import static tickwatch.tickerplant.Plant.symbol;
import static tickwatch.tickerplant.Plant.trades;

import com.kx.c;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tickwatch.ipc.codec.Compression;
import tickwatch.ipc.codec.MessageType;
import tickwatch.ipc.codec.ValueEncoder;
import tickwatch.ipc.value.Attribute;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.Epoch;
import tickwatch.ipc.value.FloatAtom;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.IntAtom;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.RealAtom;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;
import tickwatch.tick.TickLog;

class PublishingTest {
  private static final String HEAD = "ff01000000000000";

  /** (`upd;`trade;(enlist 1000;enlist `S1;enlist 0.5;enlist 1i)) as kdb+ would write it. */
  private static final String TRADE_1 =
      "00 00 03000000  f5 75706400  f5 747261646500"
          + "  00 00 04000000"
          + "  0c 00 01000000 e803000000000000"
          + "  0b 00 01000000 533100"
          + "  09 00 01000000 000000000000e03f"
          + "  06 00 01000000 01000000";

  /** The same as a subscriber gets it: upd of the table. */
  private static final String UPD_1 =
      "01 00 00 00 6c000000"
          + "  00 00 03000000  f5 75706400  f5 747261646500"
          + "  62 00 63  0b 00 04000000 74696d6500 73796d00 707269636500 73697a6500"
          + "  00 00 04000000"
          + "  0c 00 01000000 e803000000000000"
          + "  0b 00 01000000 533100"
          + "  09 00 01000000 000000000000e03f"
          + "  06 00 01000000 01000000";

  @TempDir Path directory;
  private Plant plant;
  private RawClient subscriber;
  private RawClient publisher;

  @BeforeEach
  void start() {
    plant = new Plant(directory);
    subscriber = plant.client();
    subscriber.subscribe("trade", SymbolAtom.NULL);
    publisher = plant.client();
  }

  @AfterEach
  void stop() {
    publisher.close();
    subscriber.close();
    plant.close();
  }

  private static byte[] hex(String hex) {
    return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
  }

  private void assertTrade1Arrived() {
    assertThat(subscriber.frame()).isEqualTo(hex(UPD_1));
    assertThat(plant.logBytes()).isEqualTo(hex(HEAD + TRADE_1));
  }

  private static ListVector row1() {
    return ListVector.of(
        new LongAtom(QType.TIMESTAMP, 1000),
        new SymbolAtom("S1"),
        new FloatAtom(QType.FLOAT, 0.5),
        new IntAtom(QType.INT, 1));
  }

  @Test
  void columnsAreLoggedAsColumnsAndPublishedAsATable() {
    publisher.async(symbol(".u.upd"), symbol("trade"), trades(1, 1));
    assertTrade1Arrived();
  }

  @Test
  void aRowOfAtomsIsColumnsOfOneRow() {
    publisher.async(symbol(".u.upd"), symbol("trade"), row1());
    assertTrade1Arrived();
  }

  @Test
  void theFunctionMayBeNamedByASymbolOrAString() {
    for (Value function :
        List.of(
            symbol("upd"),
            ByteVector.string("upd"),
            ByteVector.string(".u.upd"),
            symbol(".u.upd"))) {
      publisher.async(function, symbol("trade"), row1());
      assertThat(subscriber.frame()).isEqualTo(hex(UPD_1));
    }
    assertThat(plant.logBytes()).isEqualTo(hex(HEAD + TRADE_1 + TRADE_1 + TRADE_1 + TRADE_1));
  }

  @Test
  void aSynchronousUpdateIsAnsweredWhenItIsInTheLog() {
    Value answer = publisher.call(symbol(".u.upd"), symbol("trade"), row1());
    assertThat(plant.logBytes()).isEqualTo(hex(HEAD + TRADE_1));
    assertThat(answer.typeNumber()).isEqualTo(101);
    assertThat(subscriber.frame()).isEqualTo(hex(UPD_1));
  }

  @Test
  void aTableIsTaken() {
    ListVector columns = trades(1, 1);
    publisher.async(
        symbol(".u.upd"),
        symbol("trade"),
        new Table(
            List.of("time", "sym", "price", "size"),
            Arrays.stream(columns.toArray()).map(Vector.class::cast).toList()));
    assertTrade1Arrived();
  }

  @Test
  void aTableOfOtherColumnOrderIsTaken() {
    ListVector columns = trades(1, 1);
    publisher.async(
        symbol(".u.upd"),
        symbol("trade"),
        new Table(
            List.of("size", "sym", "price", "time"),
            List.of(
                (Vector) columns.get(3),
                (Vector) columns.get(1),
                (Vector) columns.get(2),
                (Vector) columns.get(0))));
    assertTrade1Arrived();
  }

  @Test
  void aRowsDictionaryIsTaken() {
    publisher.async(
        symbol(".u.upd"),
        symbol("trade"),
        new Dictionary(SymbolVector.of("time", "sym", "price", "size"), row1()));
    assertTrade1Arrived();
  }

  @Test
  void aKeyedTableIsTaken() {
    ListVector columns = trades(1, 1);
    publisher.async(
        symbol(".u.upd"),
        symbol("trade"),
        new Dictionary(
            new Table(List.of("sym"), List.of((Vector) columns.get(1))),
            new Table(
                List.of("time", "price", "size"),
                List.of(
                    (Vector) columns.get(0), (Vector) columns.get(2), (Vector) columns.get(3)))));
    assertTrade1Arrived();
  }

  @Test
  void aGeneralListOfAtomsStandsForItsColumn() {
    // As a client sends Object[] columns: sym and size are lists of one atom, not vectors.
    publisher.sendHex(
        "01 00 00 00 54000000  00 00 03000000  f5 2e752e75706400  f5 747261646500"
            + "  00 00 04000000"
            + "  0c 00 01000000 e803000000000000"
            + "  00 00 01000000 f5 533100"
            + "  09 00 01000000 000000000000e03f"
            + "  00 00 01000000 fa 01000000");
    assertTrade1Arrived();
  }

  @Test
  void attributesOfColumnsAreNotPassedOn() {
    ListVector columns = trades(1, 1);
    publisher.async(
        symbol(".u.upd"),
        symbol("trade"),
        ListVector.of(
            ((Vector) columns.get(0)).withAttribute(Attribute.SORTED),
            columns.get(1),
            columns.get(2),
            columns.get(3)));
    assertTrade1Arrived();
  }

  @Test
  void anOmittedTimeIsStamped() {
    publisher.async(
        symbol(".u.upd"),
        symbol("trade"),
        ListVector.of(
            SymbolVector.of("A", "B"),
            FloatVector.of(QType.FLOAT, 1, 2),
            IntVector.of(QType.INT, 3, 4)));
    publisher.async(
        symbol(".u.upd"),
        symbol("trade"),
        ListVector.of(
            new SymbolAtom("C"), new FloatAtom(QType.FLOAT, 3), new IntAtom(QType.INT, 5)));

    long now = Epoch.timestampOf(Plant.NOON);
    assertThat(columnsOf(subscriber.next()).get(0))
        .isEqualTo(LongVector.of(QType.TIMESTAMP, now, now));
    assertThat(columnsOf(subscriber.next()).get(0)).isEqualTo(LongVector.of(QType.TIMESTAMP, now));
  }

  @Test
  void anOmittedTimespanIsTheTimeOfDay() {
    subscriber.subscribe("quote", SymbolAtom.NULL);
    publisher.async(
        symbol(".u.upd"), symbol("quote"), ListVector.of(new SymbolAtom("C"), new RealAtom(1.5f)));

    assertThat(columnsOf(subscriber.next()).get(0))
        .isEqualTo(LongVector.of(QType.TIMESPAN, 12 * 3_600_000_000_000L));
  }

  @Test
  void anUntypedColumnTakesStringsAndLists() {
    subscriber.subscribe("note", SymbolAtom.NULL);
    ListVector texts = ListVector.of(ByteVector.string("first"), ByteVector.string(""));
    publisher.async(
        symbol(".u.upd"),
        symbol("note"),
        ListVector.of(LongVector.of(QType.TIMESTAMP, 1, 2), SymbolVector.of("A", "B"), texts));
    publisher.async(
        symbol(".u.upd"),
        symbol("note"),
        ListVector.of(
            new LongAtom(QType.TIMESTAMP, 3),
            new SymbolAtom("C"),
            FloatVector.of(QType.FLOAT, 1.5, 2.5)));

    assertThat(columnsOf(subscriber.next()).get(2)).isEqualTo(texts);
    assertThat(columnsOf(subscriber.next()).get(2))
        .isEqualTo(ListVector.of(FloatVector.of(QType.FLOAT, 1.5, 2.5)));
  }

  @Test
  void noRowsAreNoMessage() {
    publisher.async(symbol(".u.upd"), symbol("trade"), trades(1, 0));
    publisher.async(symbol(".u.upd"), symbol("trade"), row1());
    assertTrade1Arrived();
  }

  @Test
  void largeColumnsAreTheSameInLogAndMessage() {
    int rows = 40_000;
    publisher.async(symbol(".u.upd"), symbol("trade"), row1());
    publisher.async(symbol(".u.upd"), symbol("trade"), trades(0, rows));
    publisher.async(symbol(".u.upd"), symbol("trade"), row1());

    assertThat(subscriber.frame()).isEqualTo(hex(UPD_1));
    byte[] frame = subscriber.frame();
    assertThat(subscriber.frame()).isEqualTo(hex(UPD_1));
    byte[] small = hex(TRADE_1);
    int prefix = 17;
    int framePrefix = hex(UPD_1).length - (small.length - prefix);
    byte[] log = plant.logBytes();
    int from = 8 + small.length + prefix;
    assertThat(Arrays.copyOfRange(log, from, log.length - small.length))
        .isEqualTo(Arrays.copyOfRange(frame, framePrefix, frame.length));
    assertThat(ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN).getInt(4))
        .isEqualTo(frame.length);
  }

  @Test
  void bigEndianPublishersGiveTheSameBytes() throws Exception {
    c javakdb = new c("localhost", plant.port(), "kx:");
    javakdb.ks(
        ".u.upd",
        "trade",
        new Object[] {
          new Instant[] {Instant.parse("2000-01-01T00:00:00.000001Z")},
          new String[] {"S1"},
          new double[] {0.5},
          new int[] {1}
        });
    assertTrade1Arrived();
    javakdb.ks(
        ".u.upd",
        "trade",
        new Object[] {Instant.parse("2000-01-01T00:00:00.000001Z"), "S1", 0.5, 1});
    assertThat(subscriber.frame()).isEqualTo(hex(UPD_1));
    javakdb.close();
    assertThat(plant.logBytes()).isEqualTo(hex(HEAD + TRADE_1 + TRADE_1));
  }

  @Test
  void compressedMessagesAreTaken() {
    int rows = 2_000;
    ListVector columns =
        ListVector.of(
            LongVector.of(QType.TIMESTAMP, new long[rows]),
            SymbolVector.of(Collections.nCopies(rows, "A").toArray(String[]::new)),
            FloatVector.of(QType.FLOAT, new double[rows]),
            IntVector.of(QType.INT, new int[rows]));
    ByteBuf plain = Unpooled.buffer();
    ValueEncoder.encodeMessage(
        MessageType.ASYNC, ListVector.of(symbol(".u.upd"), symbol("trade"), columns), 3, plain);
    ByteBuf compressed = Compression.compress(plain, ByteBufAllocator.DEFAULT);
    assertThat(compressed.getByte(2)).as("compressed").isEqualTo((byte) 1);

    publisher.send(ByteBufUtil.getBytes(compressed));

    assertThat(columnsOf(subscriber.next())).isEqualTo(columns);
  }

  @Test
  void messagesOfOneReadArriveInOrder() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    int messages = 500;
    for (int i = 0; i < messages; i++) {
      ByteBuf one = Unpooled.buffer();
      ValueEncoder.encodeMessage(
          MessageType.ASYNC,
          ListVector.of(symbol(".u.upd"), symbol("trade"), trades(i, 1 + i % 3)),
          3,
          one);
      all.writeBytes(ByteBufUtil.getBytes(one));
    }
    publisher.send(all.toByteArray());

    for (int i = 0; i < messages; i++) {
      assertThat(columnsOf(subscriber.next())).isEqualTo(trades(i, 1 + i % 3));
    }
  }

  @Test
  void rowsAfterTheFirstAreTheSameInLogAndMessageWhateverTheirSymsAndTables() {
    List<ListVector> rows = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      rows.add(
          ListVector.of(
              new LongAtom(QType.TIMESTAMP, i),
              new SymbolAtom("s".repeat(i % 11)),
              new FloatAtom(QType.FLOAT, i / 2.0),
              new IntAtom(QType.INT, -i)));
      publisher.async(symbol(".u.upd"), symbol("trade"), rows.get(i));
      // As long as a row, and none.
      publisher.async(
          symbol(".u.upd"),
          symbol("trade"),
          ListVector.of(
              new LongAtom(QType.TIMESTAMP, i),
              new SymbolAtom("s".repeat(i % 11)),
              new FloatAtom(QType.FLOAT, i / 2.0),
              new RealAtom(-i)));
    }

    for (ListVector row : rows) {
      ListVector columns = columnsOf(subscriber.next());
      for (int column = 0; column < row.length(); column++) {
        assertThat(((Vector) columns.get(column)).item(0)).isEqualTo(row.get(column));
      }
    }
    assertThat(TickLog.verify(plant.log()).messages()).isEqualTo(200);
  }

  /** The columns of an upd message. */
  private static ListVector columnsOf(Value upd) {
    ListVector message = (ListVector) upd;
    assertThat(message.get(0)).isEqualTo(symbol("upd"));
    return ListVector.of(((Table) message.get(2)).columns().toArray(Value[]::new));
  }
}
