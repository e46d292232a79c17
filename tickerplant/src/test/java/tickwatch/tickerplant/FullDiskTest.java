package tickwatch.tickerplant;

import static org.assertj.core.api.Assertions.assertThat;
import static tickwatch.tickerplant.Plant.symbol;
import static tickwatch.tickerplant.Plant.trades;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
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
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.ErrorValue;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Table;
import tickwatch.tick.FullDisk;
import tickwatch.tick.ProcessReport;
import tickwatch.tick.TickLog;

class FullDiskTest {
  @TempDir Path directory;
  private final FullDisk disk = new FullDisk();
  private Plant plant;
  private RawClient subscriber;
  private RawClient publisher;

  @BeforeEach
  void start() {
    plant = new Plant(directory, config -> config, disk::open);
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

  private void publish(RawClient client, int row) {
    client.async(symbol(".u.upd"), symbol("trade"), trades(row, 1));
  }

  private int health() throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + plant.port() + "/health"))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .statusCode();
  }

  private List<Integer> received(int count) {
    List<Integer> sizes = new ArrayList<>();
    while (sizes.size() < count) {
      Table rows = (Table) ((ListVector) subscriber.next()).get(2);
      for (int size : ((IntVector) rows.columns().get(3)).toArray()) {
        sizes.add(size);
      }
    }
    return sizes;
  }

  @Test
  void whatIsNotLoggedIsNotPublishedUntilThereIsRoom() throws Exception {
    publish(publisher, 0);
    publisher.chase();
    disk.room(10);
    publish(publisher, 1);
    publish(publisher, 2);
    // Another publisher hears of it only because the first one's rows wait.
    try (RawClient other = plant.client()) {
      assertThat(firstRefusal(other)).isEqualTo("log");
      assertThat(health()).isEqualTo(503);
      assertThat(TickLog.count(plant.log()).messages()).isEqualTo(1);
      assertThat(TickLog.count(plant.log()).isWhole()).isTrue();
      disk.room(Long.MAX_VALUE);

      assertThat(received(3)).isEqualTo(IntStream.range(0, 3).boxed().toList());
      assertThat(health()).isEqualTo(200);
      publish(publisher, 3);
      assertThat(received(1)).containsExactly(3);
      assertThat(TickLog.count(plant.log()).messages()).isEqualTo(4);
    }
  }

  /** The first rows that wait make the log fail; until they came, a chase is answered. */
  private String firstRefusal(RawClient client) {
    while (true) {
      if (client.ask("") instanceof ErrorValue error) {
        return error.text();
      }
    }
  }

  @Test
  void aPublisherWhoWaitsIsToldAtOnceAndNothingOfItStays() {
    disk.room(10);
    assertThat(publisher.refusal(symbol(".u.upd"), symbol("trade"), trades(1, 1))).isEqualTo("log");
    assertThat(
            publisher.refusal(
                symbol(".u.updn"),
                symbol("feed"),
                new LongAtom(QType.LONG, 7),
                symbol("trade"),
                trades(2, 1)))
        .isEqualTo("log");
    disk.room(Long.MAX_VALUE);
    while (publisher.ask("") instanceof ErrorValue) {
      // The next attempt comes within a tenth of a second.
    }
    Dictionary counts = (Dictionary) publisher.call(symbol(".u.chk"), symbol("feed"));
    assertThat(counts.values()).isEqualTo(LongVector.of(QType.LONG, 0, 0, 0));
    publisher.call(symbol(".u.upd"), symbol("trade"), trades(3, 1));
    assertThat(received(1)).containsExactly(3);
    assertThat(TickLog.count(plant.log()).messages()).isEqualTo(1);
  }

  @Test
  void aProcessWhoseHeartbeatWasRefusedBeatsOnWhenThereIsRoom() {
    try (RawClient listener = plant.client()) {
      listener.subscribe("heartbeat", SymbolAtom.NULL);
      disk.room(10);
      assertThat(publisher.refusal(symbol(".u.upd"), symbol("trade"), trades(1, 1)))
          .isEqualTo("log");
      long before = refused();
      ProcessReport report =
          ProcessReport.start(
              new Endpoint("127.0.0.1", plant.port(), "", ""),
              "rdb",
              () -> 0,
              Duration.ofMillis(20));
      try {
        while (refused() == before) {
          Thread.onSpinWait();
        }
        disk.room(Long.MAX_VALUE);
        assertThat(((ListVector) listener.next()).get(1)).isEqualTo(symbol("heartbeat"));
      } finally {
        report.close();
      }
    }
  }

  private long refused() {
    return ((LongAtom) publisher.ask("exec sum messages from .u.stats[][`refused]")).value();
  }
}
