package tickwatch.tickerplant;

import static org.assertj.core.api.Assertions.assertThat;
import static tickwatch.tickerplant.Plant.symbol;
import static tickwatch.tickerplant.Plant.trades;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tickwatch.ipc.net.Endpoint;
import tickwatch.ipc.net.EventLoops;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.RealAtom;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Vector;
import tickwatch.tick.FollowersElsewhere;
import tickwatch.tick.TickLog;
import tickwatch.tick.TickSubscriber;
import tickwatch.tick.TickSubscriberConfig;

class FollowingTest {
  @TempDir Path directory;
  private Plant plant;
  private RawClient publisher;
  private EventLoopGroup loops;
  private CuttableProxy proxy;
  private final Followed followed = new Followed();
  private final List<AutoCloseable> open = new ArrayList<>();

  @BeforeEach
  void start() {
    plant = new Plant(directory);
    publisher = plant.client();
    loops = EventLoops.create(1, "follower");
    proxy = new CuttableProxy(plant.port());
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
    publisher.close();
    proxy.close();
    plant.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
  }

  private TickSubscriberConfig config(List<String> tables, List<String> syms) {
    return new TickSubscriberConfig(
        new Endpoint("127.0.0.1", proxy.port(), "follower", ""), tables, syms, "test");
  }

  private TickSubscriber follow() {
    return follow(List.of(), List.of());
  }

  private TickSubscriber follow(List<String> tables, List<String> syms) {
    TickSubscriber subscriber = TickSubscriber.start(config(tables, syms), loops, followed);
    open.add(subscriber);
    return subscriber;
  }

  private void followFromElsewhere() {
    open.add(FollowersElsewhere.start(config(List.of(), List.of()), loops, followed));
  }

  private void publish(int first, int count) {
    publisher.async(symbol(".u.upd"), symbol("trade"), trades(first, count));
  }

  private void publishNumbered(int first, int count) {
    publisher.async(
        symbol(".u.updn"),
        symbol("feed"),
        new LongAtom(QType.LONG, first + count),
        symbol("trade"),
        trades(first, count));
  }

  private static List<Integer> upTo(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  @Test
  void theLogIsReplayedAndThenRowsComeLive() {
    publish(0, 3);
    publish(3, 1);
    publisher.chase();
    TickSubscriber subscriber = follow();
    followed.awaitLive(1);
    assertThat(followed.sizes()).isEqualTo(upTo(4));
    assertThat(followed.replayedRows()).isEqualTo(4);
    assertThat(subscriber.isLive()).isTrue();

    publish(4, 6);
    followed.awaitRows(10);
    assertThat(followed.sizes()).isEqualTo(upTo(10));
    assertThat(followed.replayedRows()).isEqualTo(4);
    int day = TickLog.dayOf("2026.11.23");
    assertThat(followed.events()).containsExactly("subscribed 10", "log " + day, "live");
  }

  @Test
  void theLogIsReplayedOverTheWireWhereItsFileCannotBeSeen() {
    for (int i = 0; i < 300; i++) {
      publish(100 * i, 100);
    }
    publisher.chase();
    followFromElsewhere();
    followed.awaitLive(1);
    publish(30_000, 1);
    followed.awaitRows(30_001);
    assertThat(followed.sizes()).isEqualTo(upTo(30_001));
    assertThat(followed.replayedRows()).isEqualTo(30_000);
  }

  @Test
  void aLostConnectionIsResumedWhereItWas() {
    follow();
    followed.awaitLive(1);
    publish(0, 10);
    followed.awaitRows(10);

    proxy.cut();
    followed.awaitLost(1);
    publish(10, 10);
    followed.awaitRows(20);
    followed.awaitLive(2);
    publish(20, 10);
    followed.awaitRows(30);

    assertThat(followed.sizes()).isEqualTo(upTo(30));
  }

  @Test
  void aRestartedTickerplantIsFollowedOn() {
    follow();
    publishNumbered(0, 10);
    followed.awaitRows(10);
    publisher.close();
    plant.restart();
    publisher = plant.client();
    publishNumbered(0, 10);
    publishNumbered(10, 10);
    followed.awaitRows(20);
    assertThat(followed.sizes()).isEqualTo(upTo(20));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void connectionsCutAtAnyMomentLoseAndDoubleNothing(boolean seesTheFile) {
    int messages = 3_000;
    long seed = 7;
    SplittableRandom random = new SplittableRandom(seed);
    if (seesTheFile) {
      follow();
    } else {
      followFromElsewhere();
    }
    int next = 0;
    int cuts = 0;
    for (int message = 0; message < messages; message++) {
      int rows = 1 + random.nextInt(40);
      publish(next, rows);
      next += rows;
      if (message % 100 == 99) {
        // So that the cuts fall into replays and live times alike.
        publisher.chase();
        if (random.nextBoolean()) {
          followed.awaitLive(cuts + 1);
        }
        proxy.cut();
        cuts = followed.liveTimes();
      }
    }
    publisher.chase();
    followed.awaitRows(next);
    assertThat(followed.sizes()).as("seed %d", seed).isEqualTo(upTo(next));
    assertThat(cuts).isGreaterThan(3);
  }

  @Test
  void someTablesAndSymsAreResumedToo() {
    publish(0, 9);
    publisher.async(
        symbol(".u.upd"),
        symbol("quote"),
        ListVector.of(new LongAtom(QType.TIMESPAN, 1), new SymbolAtom("S1"), new RealAtom(1)));
    publisher.chase();
    follow(List.of("trade"), List.of("S1", "S2"));
    followed.awaitLive(1);
    publish(9, 9);
    followed.awaitRows(12);
    proxy.cut();
    followed.awaitLost(1);
    publish(18, 9);
    followed.awaitRows(18);

    assertThat(followed.sizes())
        .isEqualTo(IntStream.range(0, 27).filter(i -> i % 3 != 0).boxed().toList());
    assertThat(followed.events()).startsWith("subscribed 1");
  }

  @Test
  void allTablesOfSomeSymsCanBeFollowed() {
    publish(0, 3);
    publisher.chase();
    follow(List.of(), List.of("S1"));
    publish(3, 3);
    followed.awaitRows(2);
    assertThat(followed.sizes()).containsExactly(1, 4);
  }

  @Test
  void anEndOfDayIsFollowedLive() {
    follow();
    followed.awaitLive(1);
    publishNumbered(0, 5);
    followed.awaitRows(5);
    plant.clock.set(Plant.NOON.plus(Duration.ofDays(1)));
    publishNumbered(5, 5);
    followed.awaitRows(10);
    proxy.cut();
    followed.awaitLost(1);
    publishNumbered(10, 5);
    followed.awaitRows(15);

    assertThat(followed.sizes()).isEqualTo(upTo(15));
    int day = TickLog.dayOf("2026.11.23");
    assertThat(followed.events())
        .containsSubsequence(
            "log " + day, "live", "end " + day + " after 5", "log " + (day + 1), "disconnected");
  }

  @Test
  void anEndOfDayThatWasMissedIsCaughtUpWith() {
    follow();
    followed.awaitLive(1);
    publishNumbered(0, 5);
    followed.awaitRows(5);
    publishNumbered(5, 5);
    followed.awaitRows(10);
    publisher.close();
    plant.stop();
    followed.awaitLost(1);
    plant.clock.set(Plant.NOON.plus(Duration.ofDays(2)));
    plant.restart();
    publisher = plant.client();
    publishNumbered(10, 5);
    followed.awaitRows(15);

    assertThat(followed.sizes()).isEqualTo(upTo(15));
    int day = TickLog.dayOf("2026.11.23");
    assertThat(followed.events())
        .containsSubsequence("end " + day + " after 10", "log " + (day + 2));
  }

  @Test
  void rowsOfAnOldLogThatWereMissedComeFirst() {
    follow();
    followed.awaitLive(1);
    publish(0, 5);
    followed.awaitRows(5);
    proxy.cut();
    publish(5, 5);
    publisher.chase();
    plant.clock.set(Plant.NOON.plus(Duration.ofDays(1)));
    publish(10, 5);
    publisher.chase();
    plant.clock.set(Plant.NOON.plus(Duration.ofDays(2)));
    publish(15, 5);
    followed.awaitRows(20);
    assertThat(followed.sizes()).isEqualTo(upTo(20));
    int day = TickLog.dayOf("2026.11.23");
    // The connection may have been back in time for some of it.
    assertThat(followed.events())
        .containsSubsequence("end " + day + " after 10", "end " + (day + 1) + " after 15");
  }

  /** Stops the tickerplant, does something to its log, and starts it again. */
  private void restartWith(UnaryOperator<byte[]> change) throws IOException {
    publisher.close();
    plant.stop();
    Files.write(plant.log(), change.apply(plant.logBytes()));
    plant.restart();
    publisher = plant.client();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFollowerThatHadMoreThanTheLogHoldsStartsAnew(boolean seesTheFile) throws Exception {
    if (seesTheFile) {
      follow();
    } else {
      followFromElsewhere();
    }
    followed.awaitLive(1);
    publishNumbered(0, 5);
    publishNumbered(5, 5);
    followed.awaitRows(10);
    // The feed sends again what the tickerplant no longer knows before the follower is back.
    proxy.block();
    followed.awaitLost(1);
    restartWith(log -> Arrays.copyOf(log, log.length - 1));
    publishNumbered(5, 4);
    publishNumbered(9, 4);
    publisher.chase();
    proxy.unblock();
    followed.awaitLive(2);
    publishNumbered(13, 2);
    followed.awaitRows(15);

    assertThat(followed.sizes()).isEqualTo(upTo(15));
    assertThat(followed.events()).containsOnlyOnce("reset");
  }

  @Test
  void aLogCutBetweenTwoMessagesIsNoticedToo() throws Exception {
    follow();
    followed.awaitLive(1);
    publishNumbered(0, 5);
    followed.awaitRows(5);
    int whole = plant.logBytes().length;
    publish(90, 5);
    followed.awaitRows(10);
    restartWith(log -> Arrays.copyOf(log, whole));
    publish(5, 5);
    publish(10, 5);
    followed.awaitLive(2);
    followed.awaitRows(15);

    assertThat(followed.sizes()).isEqualTo(upTo(15));
  }

  @Test
  void severalLossesWhileAFollowerIsAwayAreNoticed() throws Exception {
    follow();
    followed.awaitLive(1);
    publishNumbered(0, 5);
    publishNumbered(5, 5);
    followed.awaitRows(10);
    proxy.block();
    followed.awaitLost(1);
    restartWith(log -> Arrays.copyOf(log, log.length - 1));
    publish(5, 7);
    publisher.chase();
    restartWith(log -> log);
    publish(12, 3);
    publisher.chase();
    proxy.unblock();
    followed.awaitLive(2);

    assertThat(followed.sizes()).isEqualTo(upTo(15));
  }

  @Test
  void aRestartThatLostNothingResetsNobody() throws Exception {
    follow();
    followed.awaitLive(1);
    publishNumbered(0, 5);
    followed.awaitRows(5);
    restartWith(log -> log);
    followed.awaitLive(2);
    publishNumbered(5, 5);
    followed.awaitRows(10);
    restartWith(log -> log);
    followed.awaitLive(3);
    publishNumbered(10, 5);
    followed.awaitRows(15);

    assertThat(followed.sizes()).isEqualTo(upTo(15));
    assertThat(followed.events()).doesNotContain("reset");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aSkippedStretchIsTheSameForAllFollowers(boolean seesTheFile) throws Exception {
    follow();
    followed.awaitLive(1);
    publishNumbered(0, 5);
    followed.awaitRows(5);
    int damagedAt = plant.logBytes().length;
    publishNumbered(5, 5);
    publishNumbered(10, 5);
    followed.awaitRows(15);
    restartWith(
        log -> {
          log[damagedAt + 2] = 77;
          return log;
        });
    publishNumbered(15, 5);
    followed.awaitLive(2);
    followed.awaitRows(20);
    // Only the marker of 5 to 9 was damaged.
    assertThat(followed.sizes()).isEqualTo(upTo(20));
    assertThat(publisher.ask(".u.i")).isEqualTo(new LongAtom(QType.LONG, 8));
    assertThat(TickLog.count(plant.log()).messages()).isEqualTo(8);

    Followed late = new Followed();
    TickSubscriberConfig config = config(List.of(), List.of());
    open.add(
        seesTheFile
            ? TickSubscriber.start(config, loops, late)
            : FollowersElsewhere.start(config, loops, late));
    late.awaitLive(1);
    publishNumbered(20, 5);
    late.awaitRows(25);
    followed.awaitRows(25);
    assertThat(late.sizes()).isEqualTo(upTo(25));
    assertThat(followed.sizes()).isEqualTo(upTo(25));
  }

  /** As kdb+'s own tickerplant logs it, which checks nothing. */
  @Test
  void aMessageThatDoesNotFitItsTableKeepsNoOtherOut() throws Exception {
    publish(0, 5);
    publisher.chase();
    byte[] unfit =
        RawClient.asyncFrame(
            symbol("upd"), symbol("trade"), ListVector.of(LongVector.of(QType.LONG, 1, 2)));
    restartWith(
        log -> {
          byte[] longer = Arrays.copyOf(log, log.length + unfit.length - 8);
          System.arraycopy(unfit, 8, longer, log.length, unfit.length - 8);
          return longer;
        });
    publish(5, 5);
    publisher.chase();
    follow();
    publish(10, 5);
    followed.awaitRows(15);

    assertThat(followed.sizes()).isEqualTo(upTo(15));
  }

  @Test
  void aFollowerPublishesOnItsConnection() throws Exception {
    TickSubscriber subscriber = follow();
    Table rows =
        new Table(
            List.of("time", "sym", "price", "size"),
            Arrays.stream(trades(0, 3).toArray()).map(Vector.class::cast).toList());
    followed.awaitLive(1);

    assertThat(subscriber.lastSeq("me").get(10, TimeUnit.SECONDS)).isZero();
    assertThat(subscriber.publishNumbered("me", 3, "trade", rows)).isTrue();
    assertThat(subscriber.publishNumbered("me", 3, "trade", rows)).isTrue();
    assertThat(subscriber.publish("trade", rows)).isTrue();
    assertThat(subscriber.lastSeq("me").get(10, TimeUnit.SECONDS)).isEqualTo(3);
    followed.awaitRows(6);
    assertThat(followed.sizes()).containsExactly(0, 1, 2, 0, 1, 2);

    plant.stop();
    followed.awaitLost(1);
    assertThat(subscriber.publish("trade", rows)).isFalse();
    assertThat(subscriber.lastSeq("me")).failsWithin(Duration.ofSeconds(10));
  }

  @Test
  void aFollowerWaitsForATickerplantThatIsNotThere() {
    int port = plant.port();
    publisher.close();
    plant.stop();
    TickSubscriberConfig config =
        new TickSubscriberConfig(
            new Endpoint("127.0.0.1", port, "", ""), List.of(), List.of(), "test");
    open.add(TickSubscriber.start(config, loops, followed));
    followed.awaitLost(1);
    plant.restart();
    publisher = plant.client();
    publish(0, 1);
    followed.awaitRows(1);
  }

  @Test
  void aSubscriberThatDoesNotKeepUpIsDisconnectedAndCatchesUp() {
    publisher.close();
    plant.close();
    plant =
        new Plant(
            directory,
            config -> config.withMaxQueueBytes(1 << 16).withSlowPolicy(SlowPolicy.DISCONNECT));
    publisher = plant.client();
    try (RawClient stuck = plant.client()) {
      stuck.subscribe("trade", SymbolAtom.NULL);
      // Far more than the sockets' buffers hold: nobody reads at the other end.
      for (int i = 0; i < 40; i++) {
        publisher.call(symbol(".u.upd"), symbol("trade"), trades(20_000 * i, 20_000));
      }
      assertThat(publisher.ask("count .u.w`trade")).isEqualTo(new LongAtom(QType.LONG, 0));
    }
    proxy.close();
    proxy = new CuttableProxy(plant.port());
    follow();
    followed.awaitRows(800_000);
    assertThat(followed.sizes()).isEqualTo(upTo(800_000));
  }
}
