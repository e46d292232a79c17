package tickwatch.tickerplant;

import static org.assertj.core.api.Assertions.assertThat;
import static tickwatch.tickerplant.Plant.symbol;
import static tickwatch.tickerplant.Plant.trades;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tickwatch.ipc.net.Endpoint;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Table;

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
    Endpoint upstream = new Endpoint("127.0.0.1", upper.port(), "chained", "");
    return new Plant(directory.resolve("lower"), config -> config.withUpstream(upstream));
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
      if (message.get(0).equals(symbol("upd"))) {
        IntVector sizes = (IntVector) ((Table) message.get(2)).columns().get(3);
        for (int size : sizes.toArray()) {
          read.add(size);
        }
      } else {
        read.add(".u.end");
      }
    }
    return read;
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
}
