package tickwatch.tickerplant;

import static org.assertj.core.api.Assertions.assertThat;
import static tickwatch.tickerplant.Plant.symbol;
import static tickwatch.tickerplant.Plant.trades;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tickwatch.ipc.net.Right;
import tickwatch.ipc.net.User;
import tickwatch.ipc.value.IntAtom;
import tickwatch.ipc.value.ListVector;
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
}
