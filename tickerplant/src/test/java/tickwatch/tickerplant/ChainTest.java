package tickwatch.tickerplant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static tickwatch.tickerplant.Plant.symbol;
import static tickwatch.tickerplant.Plant.trades;

import com.kx.c;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tickwatch.ipc.net.Endpoint;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.IntAtom;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.ShortVector;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.tick.FullDisk;
import tickwatch.tick.TableSchema;
import tickwatch.tick.TickLog;
import tickwatch.tick.fixtures.FakeTickerplant;

/** A tickerplant under another one. */
class ChainTest {
  @TempDir Path directory;
  private Plant upper;
  private Plant lower;
  private RawClient publisher;

  @BeforeEach
  void start() {
    upper = new Plant(directory.resolve("upper"));
    lower = lower();
    publisher = upper.client();
  }

  private Plant lower() {
    return lower(config -> config);
  }

  private Plant lower(UnaryOperator<TickerplantConfig> more) {
    Endpoint upstream = new Endpoint("127.0.0.1", upper.port(), "chained", "");
    return new Plant(
        directory.resolve("lower"), config -> more.apply(config).withUpstream(upstream));
  }

  @AfterEach
  void stop() {
    publisher.close();
    lower.close();
    upper.close();
  }

  private void publish(int first, int count) {
    publisher.async(symbol(".u.upd"), symbol("trade"), trades(first, count));
    publisher.chase();
  }

  private static List<Object> read(RawClient subscriber, int count) {
    List<Object> read = new ArrayList<>();
    while (read.size() < count) {
      ListVector message = (ListVector) subscriber.next();
      read.addAll(message.get(0).equals(symbol("upd")) ? sizes(message) : List.of(".u.end"));
    }
    return read;
  }

  private static List<Object> sizes(ListVector upd) {
    IntVector sizes = (IntVector) ((Table) upd.get(2)).columns().get(3);
    return new ArrayList<>(IntStream.of(sizes.toArray()).boxed().toList());
  }

  private static List<Object> rows(int first, int end) {
    return new ArrayList<>(IntStream.range(first, end).boxed().toList());
  }

  private static void awaitRows(RawClient client, int count) {
    while (!client
        .ask("exec sum rows from .u.stats[][`tables] where table=`trade")
        .equals(client.ask(String.valueOf(count)))) {
      Thread.onSpinWait();
    }
  }

  @Test
  void rowsOfTheUpperOneArePublishedByTheLowerOne() {
    try (RawClient subscriber = lower.client()) {
      subscriber.subscribe("trade", SymbolAtom.NULL);
      publish(0, 5);
      publish(5, 1);
      assertThat(read(subscriber, 6)).isEqualTo(rows(0, 6));
    }
  }

  @Test
  void aLowerOneThatWasAwayTakesWhatItMissedOnce() {
    publish(0, 5);
    try (RawClient client = lower.client()) {
      awaitRows(client, 5);
    }
    lower.close();
    publish(5, 5);
    lower = lower();
    publish(10, 5);
    try (RawClient client = lower.client()) {
      awaitRows(client, 10);
      client.ask(".u.subfrom[`trade;`;0]");
      assertThat(read(client, 15)).isEqualTo(rows(0, 15));
      publish(15, 1);
      assertThat(read(client, 1)).isEqualTo(rows(15, 16));
    }
  }

  @Test
  void daysEndWithTheUpperOnes() {
    try (RawClient subscriber = lower.client()) {
      subscriber.subscribe("trade", SymbolAtom.NULL);
      publish(0, 2);
      assertThat(read(subscriber, 2)).isEqualTo(rows(0, 2));
      // Its own clock ends no day.
      lower.clock.set(Plant.NOON.plus(Duration.ofDays(5)));
      upper.clock.set(Plant.NOON.plus(Duration.ofDays(1)));
      publish(2, 2);
      List<Object> expected = new ArrayList<>(List.of(".u.end"));
      expected.addAll(rows(2, 4));
      assertThat(read(subscriber, 3)).isEqualTo(expected);
      assertThat(lower.log("2026.11.24")).exists();
      assertThat(lower.log("2026.11.28")).doesNotExist();
    }
  }

  @Test
  void anUpperOneThatIsStartedAgainIsFollowedOn() {
    try (RawClient subscriber = lower.client()) {
      subscriber.subscribe("trade", SymbolAtom.NULL);
      publish(0, 5);
      assertThat(read(subscriber, 5)).isEqualTo(rows(0, 5));
      publisher.close();
      upper.restart();
      publisher = upper.client();
      publish(5, 2);
      publish(7, 1);
      assertThat(read(subscriber, 3)).isEqualTo(rows(5, 8));
    }
  }

  @Test
  void itIsNotHealthyWhileTheUpperOneIsAway() {
    await().until(() -> lower.get("/health").statusCode() == 200);
    int port = upper.port();
    upper.stop();

    await().until(() -> lower.get("/health").statusCode() == 503);
    assertThat(lower.get("/ready").body()).contains("upstream tickerplant 127.0.0.1:" + port);
    upper.restart();
    await().until(() -> lower.get("/health").statusCode() == 200);
  }

  @Test
  void whatItMissedOfADayThatEndedMeanwhileComesBeforeTheEndOfThatDay() {
    publish(0, 3);
    try (RawClient client = lower.client()) {
      awaitRows(client, 3);
    }
    lower.close();
    publish(3, 2);
    upper.clock.set(Plant.NOON.plus(Duration.ofDays(1)));
    publish(5, 2);
    upper.clock.set(Plant.NOON.plus(Duration.ofDays(2)));
    publish(7, 1);
    lower = lower();
    // Where it starts matters as little as when.
    lower.clock.set(Plant.NOON.plus(Duration.ofDays(3)));
    try (RawClient client = lower.client();
        RawClient subscriber = lower.client()) {
      awaitRows(client, 5);
      subscriber.ask(".u.subfrom[`trade;`;(2026.11.23;0)]");
      List<Object> expected = rows(0, 5);
      expected.add(".u.end");
      expected.addAll(rows(5, 7));
      expected.add(".u.end");
      expected.add(7);
      assertThat(read(subscriber, 10)).isEqualTo(expected);
    }
    assertThat(TickLog.verify(lower.log()).publishers()).containsKey("upstream.trade");
  }

  @Test
  void whatComesWhileItsLogCannotBeWrittenIsTakenLater() {
    FullDisk disk = new FullDisk();
    lower.close();
    Endpoint upstream = new Endpoint("127.0.0.1", upper.port(), "chained", "");
    lower =
        new Plant(directory.resolve("lower"), config -> config.withUpstream(upstream), disk::open);
    try (RawClient subscriber = lower.client()) {
      subscriber.subscribe("trade", SymbolAtom.NULL);
      publish(0, 2);
      assertThat(read(subscriber, 2)).isEqualTo(rows(0, 2));
      disk.room(0);
      for (int message = 2; message < 50; message++) {
        publish(message, 1);
      }
      await().until(() -> lower.get("/health").statusCode() == 503);
      publish(50, 10);
      disk.room(Long.MAX_VALUE);
      assertThat(read(subscriber, 58)).isEqualTo(rows(2, 60));
    }
  }

  @Test
  void rowsThatTogetherAreLongerThanItsSubscribersTakeGoOnInSeveralMessages() {
    int mostBytes = 4096;
    lower.close();
    lower = lower(config -> config.withLimits(mostBytes, 10));
    publish(0, 1000);
    try (RawClient client = lower.client()) {
      awaitRows(client, 1000);
    }
    lower.restart();
    publish(1000, 1);
    try (RawClient subscriber = lower.client()) {
      subscriber.ask(".u.subfrom[`trade;`;0]");
      List<Object> read = new ArrayList<>();
      while (read.size() < 1001) {
        byte[] frame = subscriber.frame();
        assertThat(frame).hasSizeLessThanOrEqualTo(mostBytes);
        read.addAll(sizes((ListVector) RawClient.value(frame)));
      }
      assertThat(read).isEqualTo(rows(0, 1001));
    }
    assertThat(lower.get("/health").body()).contains("up");
  }

  @Test
  void rowsThatDoNotFitItsSchemaAreCountedAndItsHealthSaysSo() throws Exception {
    TableSchema otherSizes =
        new TableSchema(
            "trade",
            List.of("time", "sym", "price", "size"),
            List.of(QType.TIMESTAMP, QType.SYMBOL, QType.FLOAT, QType.SHORT),
            0);
    try (FakeTickerplant other =
            new FakeTickerplant(0, directory.resolve("sym2026.11.23"), otherSizes);
        Plant chained =
            new Plant(
                directory.resolve("chained"),
                config -> config.withUpstream(new Endpoint("127.0.0.1", other.port(), "", "")))) {
      other.publish(
          "trade",
          ListVector.of(
              LongVector.of(QType.TIMESTAMP, 1, 2),
              SymbolVector.of("A", "B"),
              FloatVector.of(QType.FLOAT, 1, 2),
              ShortVector.of((short) 1, (short) 2)));
      await().until(() -> chained.get("/health").body().contains("degraded"));

      assertThat(chained.get("/health").statusCode()).isEqualTo(200);
      assertThat(chained.get("/health").body())
          .contains("2 rows of the upstream tickerplant 127.0.0.1:" + other.port())
          .contains("column size of table trade");
      assertThat(chained.get("/metrics").body())
          .contains("tickwatch_tickerplant_refused_total{reason=\"type\"} 1.0");
    }
  }

  /** One that says and does what kdb+'s own does; its log has so many trades. */
  private static FakeTickerplant kdb(int port, Path log, int logged) throws IOException {
    FakeTickerplant kdb =
        new FakeTickerplant(port, log, Plant.SCHEMA.tables().toArray(TableSchema[]::new));
    kdb.publish("trade", trades(0, logged));
    return kdb;
  }

  /** As kdb+'s own: its answer has no run, its log no dots in any message, its rows no table. */
  @Test
  void rowsOfKdbsOwnTickerplantAreTakenAndItsDaysEnd() throws Exception {
    Path log = directory.resolve("sym2026.11.23");
    try (FakeTickerplant kdb = kdb(0, log, 2);
        Plant chained =
            new Plant(
                directory.resolve("chained"),
                config -> config.withUpstream(new Endpoint("127.0.0.1", kdb.port(), "", "")));
        RawClient subscriber = chained.client()) {
      try (RawClient client = chained.client()) {
        awaitRows(client, 2);
      }
      subscriber.ask(".u.subfrom[`trade;`;0]");
      assertThat(read(subscriber, 2)).isEqualTo(rows(0, 2));
      kdb.publish("trade", trades(2, 3));
      assertThat(read(subscriber, 3)).isEqualTo(rows(2, 5));
      kdb.endDay(directory.resolve("sym2026.11.24"));
      kdb.publish("trade", trades(5, 1));
      List<Object> expected = new ArrayList<>(List.of(".u.end"));
      expected.add(5);
      assertThat(read(subscriber, 2)).isEqualTo(expected);
      assertThat(chained.log("2026.11.24")).exists();
    }
  }

  /** Over a weekend on which it did not run, say. */
  @Test
  void subscribersAreToldTheDayThatATickerplantWithoutALogSaysIsOver() throws Exception {
    int day = LogDirectory.dayOf(directory.resolve("sym2026.11.23"));
    try (FakeTickerplant kdb = kdb(0, directory.resolve("sym2026.11.23"), 2)) {
      kdb.tellNoLog();
      try (Plant chained =
              new Plant(
                  directory.resolve("chained"),
                  config -> config.withUpstream(new Endpoint("127.0.0.1", kdb.port(), "", "")));
          RawClient subscriber = chained.client()) {
        subscriber.subscribe("trade", symbol(""));
        await().until(kdb::hasSubscribers);
        kdb.publish("trade", trades(2, 1));
        kdb.endDay(day + 3);
        kdb.publish("trade", trades(3, 1));

        assertThat(subscriber.next().toString()).contains("trade");
        ListVector end = (ListVector) subscriber.next();
        assertThat(((IntAtom) end.get(1)).value()).isEqualTo(day + 3);
        assertThat(subscriber.next().toString()).contains("trade");
        assertThat(chained.log("2026.11.27")).exists();
      }
    }
  }

  @Test
  void aLogOfTheSameDayInAnotherPlaceIsTakenOnce() throws Exception {
    Path other = Files.createDirectories(directory.resolve("other")).resolve("sym2026.11.23");
    FakeTickerplant kdb = kdb(0, directory.resolve("sym2026.11.23"), 2);
    int port = kdb.port();
    try (Plant chained =
            new Plant(
                directory.resolve("chained"),
                config -> config.withUpstream(new Endpoint("127.0.0.1", port, "", "")));
        RawClient subscriber = chained.client()) {
      subscriber.subscribe("trade", SymbolAtom.NULL);
      try (RawClient client = chained.client()) {
        awaitRows(client, 2);
      }
      kdb.close();
      kdb = kdb(port, other, 4);
      try (RawClient client = chained.client()) {
        awaitRows(client, 4);
        client.ask(".u.subfrom[`trade;`;0]");
        assertThat(read(client, 4)).isEqualTo(rows(0, 4));
      }
    } finally {
      kdb.close();
    }
  }

  /** What KX's chained tickerplants ask, and what they are sent. */
  @Test
  void kdbsChainedTickerplantsSubscribeAsTheyDoToKdbsOwn() throws Exception {
    c chained = new c("localhost", upper.port(), "kx:");
    try {
      Object[] tables = (Object[]) chained.k(".u.sub[`;`]");
      assertThat(tables).hasSizeGreaterThan(2);
      assertThat(((Object[]) tables[0])[0]).isEqualTo("trade");
      Object[] where = (Object[]) chained.k(".u `i`L");
      assertThat(where[0]).isEqualTo(0L);
      assertThat((String) where[1]).endsWith("market2026.11.23");
      publish(0, 3);
      Object[] upd = (Object[]) chained.k();
      assertThat(upd[0]).isEqualTo("upd");
      assertThat(upd[1]).isEqualTo("trade");
      assertThat(((c.Flip) upd[2]).x).containsExactly("time", "sym", "price", "size");
      upper.clock.set(Plant.NOON.plus(Duration.ofDays(1)));
      publish(3, 1);
      assertThat(((Object[]) chained.k())[0]).isEqualTo(".u.end");
    } finally {
      chained.close();
    }
  }
}
