package tickwatch.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tickwatch.ipc.net.Endpoint;
import tickwatch.ipc.value.FloatAtom;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Value;
import tickwatch.tick.TableSchema;

class FeedTest {
  private static final TableSchema BOILER =
      new TableSchema(
          "boiler",
          List.of("time", "sym", "level", "valve"),
          List.of(QType.TIMESTAMP, QType.SYMBOL, QType.FLOAT, QType.LONG),
          0);

  @TempDir Path folder;

  private final FakeTickerplant tickerplant = new FakeTickerplant(BOILER);

  @AfterEach
  void stop() {
    tickerplant.close();
  }

  private Path csv(String name, int rows) throws IOException {
    StringBuilder text = new StringBuilder("ts,level,valve\n");
    for (int i = 0; i < rows; i++) {
      text.append(String.format("2026-01-01T00:%02d:%02dZ,%d.5,%d%n", i / 60, i % 60, i, 1000 + i));
    }
    return Files.writeString(folder.resolve(name), text);
  }

  private static List<Value> levels(int rows) {
    return IntStream.range(0, rows)
        .<Value>mapToObj(i -> new FloatAtom(QType.FLOAT, i + 0.5))
        .toList();
  }

  private FeedConfig config(Path... files) {
    return FeedConfig.of(tickerplant.endpoint(), "boiler", CsvOptions.of(List.of(files)));
  }

  /** A config with some of its parts replaced. */
  private static FeedConfig with(
      FeedConfig c, Pacing pacing, int batch, boolean loop, long limit, boolean strict) {
    return new FeedConfig(
        c.tickerplant(),
        c.table(),
        c.source(),
        pacing,
        batch,
        loop,
        limit,
        c.stampNow(),
        strict,
        c.name(),
        Duration.ofMillis(200));
  }

  private static FeedConfig batches(FeedConfig config, int batch) {
    return with(config, new Pacing.FullSpeed(), batch, false, 0, false);
  }

  @Test
  void sendsEveryRowWithItsTimeItsSymAndTheTypesOfTheTable() throws IOException {
    FeedSummary summary = new Feed(batches(config(csv("b-1.csv", 250)), 100)).run();

    assertThat(tickerplant.column("level")).isEqualTo(levels(250));
    assertThat(tickerplant.column("valve").get(249)).isEqualTo(new LongAtom(QType.LONG, 1249));
    assertThat(tickerplant.column("sym")).containsOnly(new SymbolAtom("b-1"));
    long firstOf2026 = (26L * 365 + 7) * 86_400 * 1_000_000_000;
    assertThat(tickerplant.column("time").get(61))
        .isEqualTo(new LongAtom(QType.TIMESTAMP, firstOf2026 + 61_000_000_000L));
    assertThat(tickerplant.rowsOfMessages()).containsExactly(100, 100, 50);
    assertThat(tickerplant.positions()).containsExactly(100L, 200L, 250L);
    assertThat(summary.sent()).isEqualTo(250);
    assertThat(summary.accepted()).isEqualTo(250);
    assertThat(summary.refused()).isZero();
    assertThat(summary.wasComplete()).isFalse();
  }

  @Test
  void secondRunOfACompleteReplaySendsNothingAndSaysSo() throws IOException {
    Path file = csv("b-1.csv", 20);
    new Feed(config(file)).run();

    FeedSummary again = new Feed(config(file)).run();

    assertThat(again.wasComplete()).isTrue();
    assertThat(again.resumedAfter()).isEqualTo(20);
    assertThat(tickerplant.column("level")).hasSize(20);
  }

  @Test
  void laterRunGoesOnBehindWhatAnEarlierOneSent() throws IOException {
    Path file = csv("b-1.csv", 100);
    new Feed(with(config(file), new Pacing.FullSpeed(), 7, false, 40, false)).run();

    FeedSummary rest = new Feed(batches(config(file), 7)).run();

    assertThat(rest.resumedAfter()).isEqualTo(40);
    assertThat(rest.sent()).isEqualTo(60);
    assertThat(tickerplant.column("level")).isEqualTo(levels(100));
  }

  @Test
  void rowsThatADyingTickerplantHadNotLoggedAreSentAgainAndNoOthers() throws Exception {
    tickerplant.dieAfter(10);
    CompletableFuture<FeedSummary> run = run(new Feed(batches(config(csv("b-1.csv", 300)), 10)));
    tickerplant.awaitDeath();

    tickerplant.restartWithout(3);

    FeedSummary summary = result(run);
    assertThat(tickerplant.column("level")).isEqualTo(levels(300));
    assertThat(summary.sent()).isEqualTo(300);
    assertThat(summary.accepted()).isEqualTo(300);
  }

  @Test
  void waitsForAsLongAsTheTickerplantCannotWriteItsLog() throws IOException {
    tickerplant.failToLog(3);

    FeedSummary summary = new Feed(batches(config(csv("b-1.csv", 300)), 10)).run();

    assertThat(summary.accepted()).isEqualTo(300);
    assertThat(tickerplant.column("level")).isEqualTo(levels(300));
  }

  @Test
  void survivesSeveralDeathsOfTheTickerplant() throws Exception {
    tickerplant.dieAfter(4);
    CompletableFuture<FeedSummary> run = run(new Feed(batches(config(csv("b-1.csv", 300)), 10)));
    for (int death = 0; death < 3; death++) {
      tickerplant.awaitDeath();
      tickerplant.restartWithout(death);
      tickerplant.dieAfter(5);
    }
    tickerplant.awaitDeath();
    tickerplant.restartWithout(0);

    assertThat(result(run).sent()).isEqualTo(300);
    assertThat(tickerplant.column("level")).isEqualTo(levels(300));
  }

  @Test
  void badLinesAreSkippedAndCountedOnceAlsoWhenTheFileIsReadAgain() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("b-1.csv"),
            """
            ts,level,valve
            2026-01-01T00:00:00Z,0.5,1
            2026-01-01T00:00:01Z,high,1
            2026-01-01T00:00:02Z,1.5,1
            2026-01-01T00:00:03Z,1.5
            2026-01-01T00:00:04Z,2.5,1
            yesterday,2.5,1
            2026-01-01T00:00:05Z,3.5,1.5
            2026-01-01T00:00:06Z,3.5,1
            """);
    tickerplant.dieAfter(3);
    CompletableFuture<FeedSummary> run = run(new Feed(batches(config(file), 1)));
    tickerplant.awaitDeath();
    tickerplant.restartWithout(2);

    FeedSummary summary = result(run);
    assertThat(tickerplant.column("level")).isEqualTo(levels(4));
    assertThat(tickerplant.positions()).containsExactly(1L, 3L, 5L, 8L);
    assertThat(summary.skipped()).isEqualTo(4);
  }

  @Test
  void strictStopsAtTheFirstBadLineAfterHavingSentWhatCameBefore() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("b-1.csv"),
            "ts,level,valve\n2026-01-01,0.5,1\n2026-01-02,1.5,1\n2026-01-03,x,1\n2026-01-04,3.5,1\n");
    Feed feed = new Feed(with(config(file), new Pacing.FullSpeed(), 100, false, 0, true));

    assertThatThrownBy(feed::run)
        .isInstanceOf(FeedException.class)
        .hasMessageContaining("b-1.csv:4: level \"x\" is not a number")
        .extracting(e -> ((FeedException) e).kind())
        .isEqualTo(FeedException.Kind.BAD_DATA);
    assertThat(tickerplant.column("level")).isEqualTo(levels(2));
  }

  @Test
  void refusedRowsAreCounted() throws IOException {
    tickerplant.refuse(true);

    FeedSummary summary = new Feed(config(csv("b-1.csv", 20))).run();

    assertThat(summary.sent()).isEqualTo(20);
    assertThat(summary.refused()).isEqualTo(20);
    assertThat(summary.accepted()).isZero();
  }

  @Test
  void rowsRefusedBeforeTheConnectionBrokeAreCountedToo() throws Exception {
    tickerplant.refuse(true);
    tickerplant.dieAfter(2);
    Feed feed = new Feed(batches(config(csv("b-1.csv", 50)), 10));
    CompletableFuture<FeedSummary> run = CompletableFuture.supplyAsync(feed::run);
    tickerplant.awaitDeath();
    tickerplant.dieAfter(Integer.MAX_VALUE);

    FeedSummary summary = run.get(20, TimeUnit.SECONDS);

    assertThat(summary.sent()).isEqualTo(50);
    assertThat(summary.refused()).isEqualTo(50);
    assertThat(summary.accepted()).isZero();
  }

  @Test
  void strictStopsWhenRowsAreRefused() throws IOException {
    tickerplant.refuse(true);
    Feed feed =
        new Feed(with(config(csv("b-1.csv", 20)), new Pacing.FullSpeed(), 10, false, 0, true));

    assertThatThrownBy(feed::run).hasMessageContaining("refused 20 rows");
  }

  @Test
  void filesAreMergedByTimeAndTheEarlierFileComesFirstAtEqualTimes() throws IOException {
    Path a = csv("a.csv", 3);
    Path b = csv("b.csv", 3);

    new Feed(config(b, a)).run();

    assertThat(tickerplant.column("sym").stream().map(FeedTest::name))
        .containsExactly("b", "a", "b", "a", "b", "a");
  }

  @Test
  void intervalSendsOneRowOfEachSymAMessage() throws IOException {
    FeedConfig config = config(csv("a.csv", 4), csv("b.csv", 4), csv("c.csv", 2));

    new Feed(with(config, new Pacing.Interval(Duration.ofMillis(1)), 0, false, 0, false)).run();

    assertThat(tickerplant.rowsOfMessages()).containsExactly(3, 3, 2, 2);
  }

  @Test
  void loopShiftsEachPassByTheSpanAndOneStepAndResumesInAnyPass() throws IOException {
    Path file = csv("b-1.csv", 4);
    FeedConfig loop = with(config(file), new Pacing.FullSpeed(), 3, true, 10, false);
    new Feed(loop).run();
    FeedConfig longer = with(config(file), new Pacing.FullSpeed(), 3, true, 23, false);

    FeedSummary summary = new Feed(longer).run();

    assertThat(summary.resumedAfter()).isEqualTo(10);
    assertThat(summary.sent()).isEqualTo(13);
    List<Long> seconds = new ArrayList<>();
    long first = ((LongAtom) tickerplant.column("time").get(0)).value();
    for (Value time : tickerplant.column("time")) {
      seconds.add((((LongAtom) time).value() - first) / 1_000_000_000);
    }
    assertThat(seconds).isEqualTo(IntStream.range(0, 23).mapToObj(i -> (long) i).toList());
    assertThat(tickerplant.column("level").get(22)).isEqualTo(new FloatAtom(QType.FLOAT, 2.5));
  }

  @Test
  void loopOverNoGoodRowStopsInsteadOfTurningForEver() throws IOException {
    Path file = Files.writeString(folder.resolve("b-1.csv"), "ts,level,valve\nx,1,1\n");

    assertThatThrownBy(new Feed(with(config(file), new Pacing.FullSpeed(), 1, true, 0, false))::run)
        .hasMessageContaining("nothing to loop");
  }

  @Test
  void stampNowGivesRowsTheTimeOfSendingAndNeedsNoTimeColumn() throws IOException {
    Path file = Files.writeString(folder.resolve("b-1.csv"), "level,valve\n0.5,1\n1.5,2\n");
    FeedConfig c = config(file);
    FeedConfig stamped =
        new FeedConfig(
            c.tickerplant(),
            c.table(),
            c.source(),
            c.pacing(),
            0,
            false,
            0,
            true,
            false,
            null,
            Duration.ofSeconds(1));
    long before = nowSince2000();

    new Feed(stamped).run();

    assertThat(tickerplant.column("level")).isEqualTo(levels(2));
    assertThat(((LongAtom) tickerplant.column("time").get(1)).value())
        .isBetween(before, nowSince2000());
  }

  private static long nowSince2000() {
    var now = java.time.Instant.now();
    return (now.getEpochSecond() - 946_684_800L) * 1_000_000_000L + now.getNano();
  }

  @Test
  void fileWithoutAColumnOfTheTableIsRefusedBeforeAnythingIsSent() throws IOException {
    Path file =
        Files.writeString(folder.resolve("b-1.csv"), "ts,label,levle,valve\n2026-01-01,0,1,1\n");

    assertThatThrownBy(new Feed(config(file))::run)
        .hasMessageContaining("has no column level")
        .hasMessageContaining("label, levle");
    assertThat(tickerplant.positions()).isEmpty();
  }

  @Test
  void unknownTableIsSaidWithThoseThereAre() throws IOException {
    FeedConfig config =
        FeedConfig.of(tickerplant.endpoint(), "kettle", CsvOptions.of(List.of(csv("b-1.csv", 1))));

    assertThatThrownBy(new Feed(config)::run)
        .hasMessageContaining("no table kettle (it has: boiler, score)");
  }

  @Test
  void feedThatIsNotLetInSaysWhoItWas() throws IOException {
    tickerplant.lockOut();

    assertThatThrownBy(new Feed(config(csv("b-1.csv", 1)))::run)
        .hasMessageContaining("does not let anonymous in");
  }

  @Test
  void missingTickerplantIsSaidAfterTheTimeGivenToWait() throws IOException {
    tickerplant.stop();

    assertThatThrownBy(new Feed(batches(config(csv("b-1.csv", 1)), 1))::run)
        .hasMessageContaining("no tickerplant at " + tickerplant.endpoint());
  }

  @Test
  void anotherPublisherOfTheSameNameIsNoticed() throws IOException {
    FeedConfig config = config(csv("b-1.csv", 500));
    Feed feed =
        new Feed(
            batches(config, 100),
            (rows, read, total) -> {
              if (rows >= 100) {
                tickerplant.reached(10_000);
              }
            });

    assertThatThrownBy(feed::run).hasMessageContaining("another process publishes as");
  }

  @Test
  void closeSendsWhatIsAtHandAndReturnsFromRun() throws Exception {
    Feed feed =
        new Feed(
            with(
                config(csv("b-1.csv", 1000)),
                new Pacing.Interval(Duration.ofHours(1)),
                0,
                false,
                0,
                false));
    tickerplant.dieAfter(Integer.MAX_VALUE);
    CompletableFuture<FeedSummary> run = run(feed);
    while (tickerplant.positions().isEmpty()) {
      Thread.onSpinWait();
    }

    feed.close();

    FeedSummary summary = result(run);
    assertThat(summary.sent()).isEqualTo(1);
    assertThat(summary.accepted()).isEqualTo(1);
  }

  @Test
  void publisherNameDependsOnTableFilesAndChoiceAlone() throws IOException {
    Path file = csv("omi-1.csv", 1);
    FeedConfig config = config(file);

    String name = config.publisherName();

    assertThat(name).matches("feed-boiler-omi-1-[0-9a-f]{8}");
    assertThat(with(config, new Pacing.Rate(5), 3, true, 9, true).publisherName()).isEqualTo(name);
    CsvOptions part =
        new CsvOptions(
            List.of(file), null, CsvOptions.Sym.DEFAULT, new CsvOptions.Only("split", "test"));
    Endpoint endpoint = tickerplant.endpoint();
    assertThat(FeedConfig.of(endpoint, "boiler", part).publisherName()).isNotEqualTo(name);
    assertThat(FeedConfig.of(endpoint, "kettle", config.source()).publisherName())
        .isNotEqualTo(name);
  }

  private static String name(Value sym) {
    return ((SymbolAtom) sym).name();
  }

  private static CompletableFuture<FeedSummary> run(Feed feed) {
    return CompletableFuture.supplyAsync(feed::run);
  }

  private static FeedSummary result(CompletableFuture<FeedSummary> run)
      throws InterruptedException, ExecutionException, TimeoutException {
    return run.get(20, TimeUnit.SECONDS);
  }
}
