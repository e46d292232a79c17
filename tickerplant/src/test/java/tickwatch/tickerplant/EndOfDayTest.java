package tickwatch.tickerplant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static tickwatch.tickerplant.Plant.symbol;
import static tickwatch.tickerplant.Plant.trades;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tickwatch.ipc.net.Right;
import tickwatch.ipc.net.User;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.IntAtom;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Value;
import tickwatch.tick.TickLog;

class EndOfDayTest {
  @TempDir Path directory;
  private Plant plant;

  @BeforeEach
  void start() {
    plant = new Plant(directory);
  }

  @AfterEach
  void stop() {
    plant.close();
  }

  private void publish(int first) {
    try (RawClient publisher = plant.client()) {
      publisher.async(symbol(".u.upd"), symbol("trade"), trades(first, 1));
      publisher.chase();
    }
  }

  private static Value end(String date) {
    return ListVector.of(symbol(".u.end"), new IntAtom(QType.DATE, TickLog.dayOf(date)));
  }

  @Test
  void theFirstMessageOfANewDayEndsTheOldOne() {
    try (RawClient subscriber = plant.client()) {
      subscriber.subscribe("", SymbolAtom.NULL);
      publish(1);
      plant.clock.set(Instant.parse("2026-11-24T00:00:00Z"));
      publish(2);

      assertThat(((ListVector) subscriber.next()).get(0)).isEqualTo(symbol("upd"));
      assertThat(subscriber.next()).isEqualTo(end("2026.11.23"));
      assertThat(((ListVector) subscriber.next()).get(0)).isEqualTo(symbol("upd"));
      assertThat(TickLog.count(plant.log()).messages()).isEqualTo(1);
      assertThat(TickLog.count(plant.log("2026.11.24")).messages()).isEqualTo(1);
    }
  }

  @Test
  void aDayEndsWithoutAnyMessage() {
    try (RawClient subscriber = plant.client()) {
      subscriber.subscribe("trade", SymbolAtom.NULL);
      plant.clock.set(Instant.parse("2026-11-24T00:00:01Z"));
      assertThat(subscriber.next()).isEqualTo(end("2026.11.23"));
    }
  }

  @Test
  void aSubscriberOfSeveralTablesIsToldOnce() {
    try (RawClient subscriber = plant.client()) {
      subscriber.subscribe("trade", SymbolAtom.NULL);
      subscriber.subscribe("quote", SymbolAtom.NULL);
      plant.clock.set(Instant.parse("2026-11-24T00:00:00Z"));
      publish(1);

      assertThat(subscriber.next()).isEqualTo(end("2026.11.23"));
      assertThat(((ListVector) subscriber.next()).get(0)).isEqualTo(symbol("upd"));
    }
  }

  @Test
  void aTickerplantAsleepOverTwoMidnightsGoesOnToday() {
    try (RawClient subscriber = plant.client()) {
      subscriber.subscribe("trade", SymbolAtom.NULL);
      plant.clock.set(Instant.parse("2026-11-26T03:00:00Z"));
      publish(1);

      assertThat(subscriber.next()).isEqualTo(end("2026.11.23"));
      subscriber.next();
      assertThat(plant.log("2026.11.26")).exists();
      assertThat(plant.log("2026.11.24")).doesNotExist();
    }
  }

  @Test
  void aClockThatGoesBackChangesNothing() {
    publish(1);
    plant.clock.set(Instant.parse("2026-11-22T23:00:00Z"));
    publish(2);
    plant.clock.set(Plant.NOON);
    publish(3);

    assertThat(TickLog.count(plant.log()).messages()).isEqualTo(3);
    assertThat(plant.log("2026.11.22")).doesNotExist();
  }

  @Test
  void theDayEndsAtMidnightOfTheZone() {
    DayClock day =
        new DayClock(
            Clock.fixed(Instant.parse("2026-11-23T23:30:00Z"), ZoneOffset.UTC),
            ZoneId.of("Europe/Berlin"),
            Duration.ZERO);
    assertThat(day.day()).isEqualTo(TickLog.dayOf("2026.11.24"));
    assertThat(Instant.ofEpochMilli(day.endOfDayMillis(day.day())))
        .isEqualTo(Instant.parse("2026-11-24T23:00:00Z"));
    assertThat(day.timespan()).isEqualTo(Duration.ofMinutes(30).toNanos());
  }

  @Test
  void anOffsetMovesTheEndOfTheDay() {
    // A trading day that ends at 17:00 is seven hours ahead.
    DayClock day =
        new DayClock(
            Clock.fixed(Instant.parse("2026-11-23T17:30:00Z"), ZoneOffset.UTC),
            ZoneOffset.UTC,
            Duration.ofHours(7));
    assertThat(day.day()).isEqualTo(TickLog.dayOf("2026.11.24"));
    assertThat(Instant.ofEpochMilli(day.endOfDayMillis(day.day())))
        .isEqualTo(Instant.parse("2026-11-24T17:00:00Z"));
  }

  @Test
  void aDayOfTwentyThreeHoursEndsAtItsMidnight() {
    DayClock day =
        new DayClock(
            Clock.fixed(Instant.parse("2026-03-29T12:00:00Z"), ZoneOffset.UTC),
            ZoneId.of("Europe/Berlin"),
            Duration.ZERO);
    assertThat(Instant.ofEpochMilli(day.endOfDayMillis(day.day())))
        .isEqualTo(Instant.parse("2026-03-29T22:00:00Z"));
  }

  @Test
  void theDayCanBeEndedFromOutside() {
    plant.close();
    plant =
        new Plant(
            directory,
            config ->
                config.withListen(
                    "127.0.0.1",
                    (user, password, remote) -> new User(user, Set.of(Right.values()))));
    try (RawClient admin = plant.client()) {
      admin.subscribe("trade", SymbolAtom.NULL);
      admin.asyncText(".u.endofday[]");
      assertThat(admin.next()).isEqualTo(end("2026.11.23"));
      publish(1);
      assertThat(TickLog.count(plant.log("2026.11.24")).messages()).isEqualTo(1);
    }
  }

  @Test
  void aDayThatWasEndedStaysSoOverARestartWithAnEarlierClock() {
    try (RawClient publisher = plant.client()) {
      publisher.async(
          symbol(".u.updn"),
          symbol("feed"),
          new LongAtom(QType.LONG, 10),
          symbol("trade"),
          trades(0, 10));
      publisher.chase();
      // The clock is a day ahead for a while.
      plant.clock.set(Plant.NOON.plus(Duration.ofDays(1)));
      publisher.async(
          symbol(".u.updn"),
          symbol("feed"),
          new LongAtom(QType.LONG, 20),
          symbol("trade"),
          trades(10, 10));
      publisher.chase();
    }
    plant.clock.set(Plant.NOON.plus(Duration.ofMinutes(1)));
    plant.restart();

    try (RawClient publisher = plant.client()) {
      Dictionary counts = (Dictionary) publisher.call(symbol(".u.chk"), symbol("feed"));
      assertThat(((LongVector) counts.values()).get(0)).isEqualTo(20);
      assertThat(publisher.ask(".u.d"))
          .isEqualTo(new IntAtom(QType.DATE, TickLog.dayOf("2026.11.24")));
      plant.clock.set(Plant.NOON.plus(Duration.ofDays(2)));
      publish(30);
      assertThat(TickLog.count(plant.log("2026.11.25")).messages()).isEqualTo(2);
    }
  }

  @Test
  void aClockThatJumpsForthAndBackEndsTheDayOnce() {
    try (RawClient subscriber = plant.client()) {
      subscriber.subscribe("trade", SymbolAtom.NULL);
      for (int i = 0; i < 5; i++) {
        plant.clock.set(Instant.parse("2026-11-24T00:00:00Z"));
        publish(2 * i);
        plant.clock.set(Instant.parse("2026-11-23T23:59:59Z"));
        publish(2 * i + 1);
      }
      assertThat(subscriber.next()).isEqualTo(end("2026.11.23"));
      for (int i = 0; i < 10; i++) {
        assertThat(((ListVector) subscriber.next()).get(0)).isEqualTo(symbol("upd"));
      }
    }
    assertThat(TickLog.count(plant.log("2026.11.24")).messages()).isEqualTo(10);
  }

  @Test
  void aTimeOfDayThatTheClockLeavesOutIsWhenItIsPutForward() {
    // Days end at 02:30, which 2026.03.29 does not have in Berlin: at 02:00 it is 03:00.
    Instant change = Instant.parse("2026-03-29T01:00:00Z");
    DayClock before = berlin(change.minusMillis(1));
    DayClock after = berlin(change);
    assertThat(after.day()).isEqualTo(before.day() + 1);
    assertThat(Instant.ofEpochMilli(before.endOfDayMillis(before.day()))).isEqualTo(change);
  }

  @Test
  void aTimeOfDayThatComesTwiceEndsTheDayTheFirstTime() {
    // At 03:00 of 2026.10.25 it is 02:00 again in Berlin.
    DayClock before = berlin(Instant.parse("2026-10-25T00:29:59Z"));
    Instant end = Instant.parse("2026-10-25T00:30:00Z");
    assertThat(berlin(end).day()).isEqualTo(before.day() + 1);
    assertThat(Instant.ofEpochMilli(before.endOfDayMillis(before.day()))).isEqualTo(end);
  }

  private static DayClock berlin(Instant now) {
    return new DayClock(
        Clock.fixed(now, ZoneOffset.UTC),
        ZoneId.of("Europe/Berlin"),
        Duration.ofHours(21).plusMinutes(30));
  }

  @Test
  void oldLogsAreCompressedAndAtLastRemoved() throws IOException {
    plant.close();
    plant = new Plant(directory, config -> config.withKeepLogs(KeepLogs.last(3)));
    byte[] first = new byte[0];
    for (int day = 0; day < 6; day++) {
      plant.clock.set(Plant.NOON.plus(Duration.ofDays(day)));
      try (RawClient publisher = plant.client()) {
        publisher.async(
            symbol(".u.updn"),
            symbol("feed"),
            new LongAtom(QType.LONG, 10L + day),
            symbol("trade"),
            trades(day, 1));
        publisher.chase();
      }
      if (day == 2) {
        first = Files.readAllBytes(plant.log("2026.11.25"));
      }
    }
    await().until(() -> Files.exists(plant.log("2026.11.26.gz")));
    await().until(() -> !Files.exists(plant.log("2026.11.26")));
    await().until(() -> !Files.exists(plant.log("2026.11.24.runs")));

    try (Stream<Path> files = Files.list(directory.resolve("log"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "market",
              "market.lock",
              "market2026.11.25.gz",
              "market2026.11.25.runs",
              "market2026.11.26.gz",
              "market2026.11.26.runs",
              "market2026.11.27",
              "market2026.11.27.runs",
              "market2026.11.28",
              "market2026.11.28.runs");
    }
    try (InputStream packed =
        new GZIPInputStream(Files.newInputStream(plant.log("2026.11.25.gz")))) {
      assertThat(packed.readAllBytes()).isEqualTo(first);
    }
    assertThat(TickLog.verify(plant.log("2026.11.25.gz")).contents().isWhole()).isTrue();
  }

  @Test
  void thePublishersOfACompressedLogAreKnown() throws IOException {
    try (RawClient publisher = plant.client()) {
      publisher.async(
          symbol(".u.updn"),
          symbol("feed"),
          new LongAtom(QType.LONG, 10),
          symbol("trade"),
          trades(0, 10));
      publisher.chase();
    }
    plant.stop();
    try (OutputStream packed =
        new GZIPOutputStream(Files.newOutputStream(plant.log("2026.11.23.gz")))) {
      Files.copy(plant.log(), packed);
    }
    Files.delete(plant.log());
    plant.clock.set(Plant.NOON.plus(Duration.ofDays(5)));
    plant.restart();
    try (RawClient publisher = plant.client()) {
      Dictionary counts = (Dictionary) publisher.call(symbol(".u.chk"), symbol("feed"));
      assertThat(((LongVector) counts.values()).get(0)).isEqualTo(10);
    }
  }
}
