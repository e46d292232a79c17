package tickwatch.tickerplant;

import static org.assertj.core.api.Assertions.assertThat;
import static tickwatch.tickerplant.Plant.symbol;
import static tickwatch.tickerplant.Plant.trades;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tickwatch.ipc.codec.MessageType;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.ErrorValue;
import tickwatch.ipc.value.IntAtom;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.Lambda;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.UnaryPrimitive;
import tickwatch.ipc.value.Value;
import tickwatch.tick.TickLog;

class SubscriptionTest {
  private static final int TABLES = 3 + 7;

  @TempDir Path directory;
  private Plant plant;
  private RawClient client;

  @BeforeEach
  void start() {
    plant = new Plant(directory);
    client = plant.client();
  }

  @AfterEach
  void stop() {
    client.close();
    plant.close();
  }

  private void publish(int first, int count) {
    try (RawClient publisher = plant.client()) {
      publisher.async(symbol(".u.upd"), symbol("trade"), trades(first, count));
      publisher.chase();
    }
  }

  private static Table rows(Value upd) {
    return (Table) ((ListVector) upd).get(2);
  }

  private static ListVector list(Value value) {
    assertThat(value).isInstanceOf(ListVector.class);
    return (ListVector) value;
  }

  // ---- r.q's question

  /** The part of r.q's answer that says where the log is. */
  private String where(long messages) {
    byte[] path = (":" + plant.log()).getBytes(StandardCharsets.UTF_8);
    byte[] count = new byte[8];
    count[0] = (byte) messages;
    HexFormat hex = HexFormat.of();
    return "000002000000" + "f9" + hex.formatHex(count) + "f5" + hex.formatHex(path) + "00";
  }

  private static final String TRADE_PAIR =
      "000002000000 f5 747261646500"
          + "6200 63 0b0004000000 74696d6500 73796d00 707269636500 73697a6500 000004000000"
          + "0c0000000000 0b0400000000 090000000000 060000000000";

  @Test
  void rqsQuestionIsAnsweredInItsShape() {
    client.send(MessageType.SYNC, ByteVector.string("(.u.sub[`;`];.u `i`L)"));
    ListVector answer = list(client.next());

    assertThat(answer.length()).isEqualTo(2);
    ListVector pairs = list(answer.get(0));
    assertThat(pairs.length()).isEqualTo(TABLES);
    for (int i = 0; i < TABLES; i++) {
      ListVector pair = list(pairs.get(i));
      assertThat(pair.get(0)).isInstanceOf(SymbolAtom.class);
      assertThat(((Table) pair.get(1)).rowCount()).isZero();
    }
    assertThat(answer.get(1))
        .isEqualTo(ListVector.of(new LongAtom(QType.LONG, 0), new SymbolAtom(":" + plant.log())));
  }

  @Test
  void oneTableIsAnsweredByteForByte() {
    publish(0, 5);
    client.send(MessageType.SYNC, ByteVector.string("(.u.sub[`trade;`];.u `i`L)"));
    byte[] frame = client.frame();

    String expected = ("000002000000" + TRADE_PAIR + where(1)).replace(" ", "");
    assertThat(HexFormat.of().formatHex(frame, 8, frame.length)).isEqualTo(expected);
    assertThat(frame[1]).isEqualTo((byte) 2);
  }

  @Test
  void severalTablesAreAListOfPairsByteForByte() {
    client.send(MessageType.SYNC, ByteVector.string("(.u.sub[;`]each `trade`trade;.u `i`L)"));
    byte[] frame = client.frame();

    String expected =
        ("000002000000" + "000002000000" + TRADE_PAIR + TRADE_PAIR + where(0)).replace(" ", "");
    assertThat(HexFormat.of().formatHex(frame, 8, frame.length)).isEqualTo(expected);
  }

  @Test
  void noTablesAreAnEmptyList() {
    client.send(MessageType.SYNC, ByteVector.string("(.u.sub[;`]each 0#`;.u `i`L)"));
    byte[] frame = client.frame();

    String expected = ("000002000000" + "000000000000" + where(0)).replace(" ", "");
    assertThat(HexFormat.of().formatHex(frame, 8, frame.length)).isEqualTo(expected);
  }

  @Test
  void theDirectoryThatRqGoesToExists() {
    Value path = client.ask(".u.L");
    String name = ((SymbolAtom) path).name();
    assertThat(Path.of(name.substring(1, name.length() - 10))).isDirectory();
    assertThat(Files.exists(Path.of(name.substring(1)))).isTrue();
  }

  // ---- what other subscribers send

  @Test
  void everyKnownWayToSubscribeIsUnderstood() {
    for (String text :
        List.of(
            "(.u.sub[`trade;`S0`S1];.u `i`L)",
            ".u.sub[`;`]",
            "(.u.sub[`;`])",
            "(.u.sub[;`] each .u.t;`.u `i`L)",
            "$[`m in key`.u;.u.m;.u.sub[`trade;`]]")) {
      assertThat(client.ask(text)).as(text).isNotInstanceOf(ErrorValue.class);
      assertThat(client.ask("count .u.w`trade")).as(text).isEqualTo(new LongAtom(QType.LONG, 1));
    }
    for (Value[] call :
        new Value[][] {
          {ByteVector.string(".u.sub"), symbol("trade"), symbol("")},
          {symbol(".u.sub"), symbol(""), symbol("")},
          {symbol(".u.add"), symbol("trade"), SymbolVector.of("S0")},
          {new Lambda("", "{(.u.sub[;`] each .u.t;`.u `i`L)}"), UnaryPrimitive.IDENTITY},
          {ByteVector.string("{.u.sub[;`]each x}"), SymbolVector.of("trade", "quote")},
          {new Lambda("", "{@[value;`tptype;`standard]}"), symbol("")},
          {new Lambda("", "{key `.u.w}"), symbol("")},
          {
            new Lambda("", "{[t;s] `schemas`log`date!(.u.sub\\:[t;s];.u`i`L;.u `d)}"),
            SymbolVector.of("trade"),
            symbol("")
          },
        }) {
      assertThat(client.call(call)).as("%s", List.of(call)).isNotInstanceOf(ErrorValue.class);
    }
  }

  @Test
  void anAsynchronousSubscriptionIsOneToo() {
    client.async(ByteVector.string(".u.sub"), symbol("trade"), symbol(""));
    client.chase();
    publish(0, 1);
    assertThat(rows(client.next()).rowCount()).isEqualTo(1);
  }

  @Test
  void aFeedMayPublishByText() {
    assertThat(client.ask(".u.upd[`trade;(2000.01.01D00:00:01;`A;1.5;7i)]"))
        .isNotInstanceOf(ErrorValue.class);
    client.asyncText("upd[`trade;(2000.01.01D00:00:01 2000.01.01D00:00:02;`A`B;1.5 2.5;7 8i)]");
    assertThat(client.ask(".u.i")).isEqualTo(new LongAtom(QType.LONG, 2));
  }

  @Test
  void theVariablesOfATickerplantAreThere() {
    client.subscribe("trade", SymbolVector.of("S1"));
    publish(0, 3);
    client.next();

    assertThat(client.ask(".u.i")).isEqualTo(new LongAtom(QType.LONG, 1));
    assertThat(client.ask(".u.d")).isEqualTo(new IntAtom(QType.DATE, TickLog.dayOf("2026.11.23")));
    assertThat(client.ask(".u.t"))
        .isEqualTo(
            SymbolVector.of(
                "trade",
                "quote",
                "note",
                "score",
                "anomaly",
                "alert",
                "feedback",
                "heartbeat",
                "logmsg",
                "publisher"));
    Dictionary subscribers = (Dictionary) client.ask(".u.w");
    ListVector ofTrade = list(list(subscribers.values()).get(0));
    assertThat(list(ofTrade.get(0)).get(1)).isEqualTo(SymbolVector.of("S1"));
    assertThat(client.ask("cols trade")).isEqualTo(SymbolVector.of("time", "sym", "price", "size"));
    assertThat(client.ask("0#trade")).isInstanceOf(Table.class);
  }

  @Test
  void variablesCannotBeSet() {
    assertThat(client.ask("trade:1")).isInstanceOf(ErrorValue.class);
    assertThat(client.ask(".u.i:7")).isInstanceOf(ErrorValue.class);
    assertThat(client.ask(".u.i")).isEqualTo(new LongAtom(QType.LONG, 0));
  }

  @Test
  void anUnknownTableIsSignalledByItsName() {
    assertThat(client.refusal(symbol(".u.sub"), symbol("nosuch"), symbol(""))).isEqualTo("nosuch");
  }

  // ---- what is delivered

  @Test
  void onlyTheSymsAskedForArrive() {
    client.subscribe("trade", SymbolVector.of("S1"));
    publish(0, 6);
    publish(0, 1); // S0 alone: no message at all
    publish(1, 1);

    assertThat(rows(client.next()).column("size")).isEqualTo(IntVector.of(QType.INT, 1, 4));
    assertThat(rows(client.next()).column("size")).isEqualTo(IntVector.of(QType.INT, 1));
  }

  @Test
  void subscribingAgainReplacesAndAddingUnites() {
    client.subscribe("trade", SymbolVector.of("S1"));
    client.subscribe("trade", SymbolVector.of("S2"));
    publish(0, 3);
    assertThat(rows(client.next()).column("sym")).isEqualTo(SymbolVector.of("S2"));

    client.call(symbol(".u.add"), symbol("trade"), SymbolVector.of("S0"));
    publish(0, 3);
    assertThat(rows(client.next()).column("sym")).isEqualTo(SymbolVector.of("S0", "S2"));

    client.call(symbol(".u.add"), symbol("trade"), symbol(""));
    publish(0, 3);
    assertThat(rows(client.next()).rowCount()).isEqualTo(3);
  }

  @Test
  void subscriptionsCanBeTakenBack() {
    client.subscribe("trade", SymbolAtom.NULL);
    client.call(symbol(".u.del"), symbol("trade"), client.ask(".z.w"));
    publish(0, 1);
    client.subscribe("trade", SymbolAtom.NULL);
    publish(5, 1);
    assertThat(rows(client.next()).column("size")).isEqualTo(IntVector.of(QType.INT, 5));
  }

  @Test
  void subscribersOfDifferentThingsGetTheirOwnInOneOrder() {
    try (RawClient all = plant.client();
        RawClient some = plant.client();
        RawClient alsoAll = plant.client()) {
      all.subscribe("", SymbolAtom.NULL);
      alsoAll.subscribe("", SymbolAtom.NULL);
      some.subscribe("trade", SymbolVector.of("S0"));
      for (int i = 0; i < 50; i++) {
        publish(i, 2);
      }
      for (int i = 0; i < 50; i++) {
        assertThat(rows(all.next()).columns().get(3)).isEqualTo(IntVector.of(QType.INT, i, i + 1));
        assertThat(rows(alsoAll.next()).columns().get(3))
            .isEqualTo(IntVector.of(QType.INT, i, i + 1));
        if (i % 3 == 0 || (i + 1) % 3 == 0) {
          assertThat(rows(some.next()).columns().get(3))
              .isEqualTo(IntVector.of(QType.INT, i % 3 == 0 ? i : i + 1));
        }
      }
    }
  }

  @Test
  void aClosedSubscriberIsForgotten() {
    RawClient gone = plant.client();
    gone.subscribe("trade", SymbolAtom.NULL);
    client.subscribe("trade", SymbolAtom.NULL);
    gone.close();
    publish(0, 1);
    client.next();
    publish(1, 1);
    client.next();
    assertThat(client.ask("count .u.w`trade")).isEqualTo(new LongAtom(QType.LONG, 1));
  }

  @Test
  void aClientOfCapabilityZeroCannotSubscribe() {
    try (RawClient old = RawClient.connect(plant.port(), "old:", 0)) {
      assertThat(old.refusal(symbol(".u.sub"), symbol("trade"), symbol(""))).isEqualTo("type");
    }
  }

  // ---- the log over the wire

  @Test
  void theLogCanBeReadOverTheWire() {
    publish(0, 3);
    byte[] log = plant.logBytes();
    Value all =
        client.call(
            symbol(".u.logbytes"),
            client.ask(".u.L"),
            new LongAtom(QType.LONG, 0),
            new LongAtom(QType.LONG, 1 << 20));
    Value middle =
        client.call(
            symbol(".u.logbytes"),
            client.ask(".u.L"),
            new LongAtom(QType.LONG, 8),
            new LongAtom(QType.LONG, 3));
    Value end =
        client.call(
            symbol(".u.logbytes"),
            client.ask(".u.L"),
            new LongAtom(QType.LONG, log.length),
            new LongAtom(QType.LONG, 1));

    assertThat(all).isEqualTo(ByteVector.of(QType.BYTE, log));
    assertThat(middle).isEqualTo(ByteVector.of(QType.BYTE, log[8], log[9], log[10]));
    assertThat(end).isEqualTo(ByteVector.of(QType.BYTE));
  }

  @Test
  void onlyLogsCanBeReadOverTheWire() throws Exception {
    Files.writeString(directory.resolve("log/secret"), "secret");
    for (String name :
        List.of("/etc/passwd", "../market.q", "secret", "market2026.11.24", "market.lock", "")) {
      assertThat(
              client.refusal(
                  symbol(".u.logbytes"),
                  ByteVector.string(name),
                  new LongAtom(QType.LONG, 0),
                  new LongAtom(QType.LONG, 100)))
          .as(name)
          .isEqualTo("log");
    }
  }
}
