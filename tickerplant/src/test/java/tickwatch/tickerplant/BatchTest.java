package tickwatch.tickerplant;

import static org.assertj.core.api.Assertions.assertThat;
import static tickwatch.tickerplant.Plant.symbol;
import static tickwatch.tickerplant.Plant.trades;

import io.netty.channel.EventLoopGroup;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tickwatch.ipc.net.Endpoint;
import tickwatch.ipc.net.EventLoops;
import tickwatch.ipc.value.ByteVector;
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
import tickwatch.tick.FollowersElsewhere;
import tickwatch.tick.TickSubscriber;
import tickwatch.tick.TickSubscriberConfig;

@SuppressWarnings("NullAway.Init") // each test starts with its own interval
class BatchTest {
  /** So long that only an end of day publishes. */
  private static final Duration NEVER = Duration.ofHours(1);

  @TempDir Path directory;
  private final List<AutoCloseable> open = new ArrayList<>();
  private Plant plant;
  private RawClient publisher;

  private void start(Duration batch) {
    plant = new Plant(directory, config -> config.withBatchInterval(batch));
    open.add(plant);
    publisher = plant.client();
    open.add(0, publisher);
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private void publish(int first, int count) {
    publisher.async(symbol(".u.upd"), symbol("trade"), trades(first, count));
  }

  /** The day's end publishes what is there. */
  private void endDay() {
    publisher.chase();
    plant.clock.set(plant.clock.instant().plus(Duration.ofDays(1)));
    publisher.chase();
  }

  private static Value count(long n) {
    return new LongAtom(QType.LONG, n);
  }

  private static Table rows(Value upd, String table) {
    ListVector list = (ListVector) upd;
    assertThat(list.get(1)).isEqualTo(symbol(table));
    return (Table) list.get(2);
  }

  private static boolean isEnd(Value message) {
    return ((ListVector) message).get(0).equals(symbol(".u.end"));
  }

  @Test
  void rowsAreLoggedAtOnceAndPublishedTogetherTableByTable() {
    start(NEVER);
    try (RawClient subscriber = plant.client()) {
      subscriber.subscribe("", SymbolAtom.NULL);
      Value quote =
          ListVector.of(new LongAtom(QType.TIMESPAN, 1), new SymbolAtom("S1"), new RealAtom(1));
      publisher.async(symbol(".u.upd"), symbol("quote"), quote);
      publish(0, 3);
      publisher.async(symbol(".u.upd"), symbol("quote"), quote);
      publish(3, 1);
      publish(4, 5);
      publisher.chase();
      assertThat(publisher.ask(".u.i,.u.j")).isEqualTo(LongVector.of(QType.LONG, 0, 5));
      endDay();

      // In the schema's order, whatever came first.
      assertThat(rows(subscriber.next(), "trade").column("size"))
          .isEqualTo(IntVector.of(QType.INT, IntStream.range(0, 9).toArray()));
      assertThat(rows(subscriber.next(), "quote").rowCount()).isEqualTo(2);
      assertThat(isEnd(subscriber.next())).isTrue();
    }
  }

  @Test
  void theTimerPublishes() {
    start(Duration.ofMillis(20));
    try (RawClient subscriber = plant.client()) {
      subscriber.subscribe("trade", SymbolAtom.NULL);
      publish(0, 3);
      assertThat(rows(subscriber.next(), "trade").rowCount()).isEqualTo(3);
      publish(3, 1);
      assertThat(rows(subscriber.next(), "trade").rowCount()).isEqualTo(1);
      assertThat(publisher.ask(".u.i,.u.j")).isEqualTo(LongVector.of(QType.LONG, 2, 2));
    }
  }

  @Test
  void whoSubscribesInTheMiddleOfABatchIsToldTheCountBeforeItAndGetsAllOfIt() {
    start(NEVER);
    publish(0, 2);
    publisher.chase();
    try (RawClient subscriber = plant.client()) {
      Value answer = subscriber.ask("(.u.sub[`trade;`];.u.i;.u.j)");
      assertThat(((ListVector) answer).get(1)).isEqualTo(count(0));
      assertThat(((ListVector) answer).get(2)).isEqualTo(count(1));
      publish(2, 2);
      endDay();
      assertThat(rows(subscriber.next(), "trade").column("size"))
          .isEqualTo(IntVector.of(QType.INT, 0, 1, 2, 3));
    }
  }

  @Test
  void filtersHoldForBatches() {
    start(NEVER);
    try (RawClient subscriber = plant.client();
        RawClient other = plant.client()) {
      subscriber.subscribe("trade", SymbolVector.of("S1"));
      other.subscribe("trade", SymbolVector.of("nosuch"));
      publish(0, 3);
      publish(3, 3);
      endDay();
      assertThat(rows(subscriber.next(), "trade").column("size"))
          .isEqualTo(IntVector.of(QType.INT, 1, 4));
      assertThat(isEnd(other.next())).isTrue();
    }
  }

  private void publishNote(Value times, Value syms, Value texts) {
    publisher.async(symbol(".u.upd"), symbol("note"), ListVector.of(times, syms, texts));
  }

  @Test
  void textsArePutTogetherAndATypedColumnStaysByItself() {
    start(NEVER);
    try (RawClient subscriber = plant.client()) {
      subscriber.subscribe("note", SymbolAtom.NULL);
      LongVector time = LongVector.of(QType.TIMESTAMP, 1);
      SymbolVector sym = SymbolVector.of("a");
      ListVector ab = ListVector.of(ByteVector.string("ab"));
      ListVector cd = ListVector.of(ByteVector.string("cd"));
      publishNote(time, sym, ab);
      publishNote(time, sym, cd);
      // Both are logged before the typed column comes, which closes what is logged on its own.
      publisher.chase();
      publishNote(time, sym, LongVector.of(QType.LONG, 7));
      publishNote(time, sym, ab);
      publisher.chase();
      endDay();

      assertThat(rows(subscriber.next(), "note").column("text"))
          .isEqualTo(ListVector.of(ByteVector.string("ab"), ByteVector.string("cd")));
      assertThat(rows(subscriber.next(), "note").column("text"))
          .isEqualTo(LongVector.of(QType.LONG, 7));
      assertThat(rows(subscriber.next(), "note").column("text")).isEqualTo(ab);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void connectionsCutAtAnyMomentLoseAndDoubleNothing(boolean seesTheFile) throws Exception {
    start(Duration.ofMillis(3));
    EventLoopGroup loops = EventLoops.create(1, "follower");
    CuttableProxy proxy = new CuttableProxy(plant.port());
    Followed followed = new Followed();
    TickSubscriberConfig config =
        new TickSubscriberConfig(
            new Endpoint("127.0.0.1", proxy.port(), "follower", ""), List.of(), List.of(), "test");
    AutoCloseable follower =
        seesTheFile
            ? TickSubscriber.start(config, loops, followed)
            : FollowersElsewhere.start(config, loops, followed);
    long seed = 11;
    SplittableRandom random = new SplittableRandom(seed);
    int next = 0;
    int cuts = 0;
    for (int message = 0; message < 2_000; message++) {
      int rows = 1 + random.nextInt(40);
      publish(next, rows);
      next += rows;
      if (message % 100 == 99) {
        publisher.chase();
        if (random.nextBoolean()) {
          followed.awaitLive(cuts + 1);
        }
        if (message == 999) {
          endDay();
        }
        proxy.cut();
        cuts = followed.liveTimes();
      }
    }
    followed.awaitRows(next);
    follower.close();
    proxy.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
    assertThat(followed.sizes())
        .as("seed %d", seed)
        .isEqualTo(IntStream.range(0, next).boxed().toList());
    assertThat(cuts).isGreaterThan(2);
  }
}
