package tickwatch.tickerplant;

import static org.assertj.core.api.Assertions.assertThat;
import static tickwatch.tickerplant.Plant.symbol;
import static tickwatch.tickerplant.Plant.trades;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tickwatch.ipc.net.Endpoint;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.tick.ProcessReport;

class StatisticsTest {
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

  private static Table table(Value statistics, String name) {
    Dictionary dictionary = (Dictionary) statistics;
    int at = List.of(((SymbolVector) dictionary.keys()).toArray()).indexOf(name);
    return (Table) ((ListVector) dictionary.values()).get(at);
  }

  private static Table rows(Value upd, String table) {
    ListVector message = (ListVector) upd;
    assertThat(message.get(1)).isEqualTo(symbol(table));
    return (Table) message.get(2);
  }

  @Test
  void statisticsAreTablesInADictionary() {
    try (RawClient subscriber = plant.client();
        RawClient publisher = plant.client()) {
      subscriber.subscribe("trade", SymbolVector.of("S1"));
      publisher.async(symbol(".u.upd"), symbol("trade"), trades(0, 3));
      publisher.async(symbol(".u.upd"), symbol("trade"), symbol("wrong"));
      Value statistics = publisher.ask(".u.stats[]");

      Table tables = table(statistics, "tables");
      assertThat(tables.column("messages"))
          .isEqualTo(LongVector.of(QType.LONG, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0));
      assertThat(tables.column("rows"))
          .isEqualTo(LongVector.of(QType.LONG, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0));
      Table subscribers = table(statistics, "subscribers");
      assertThat(subscribers.rowCount()).isEqualTo(1);
      assertThat(subscribers.column("state")).isEqualTo(SymbolVector.of("live"));
      assertThat(subscribers.column("tables")).isEqualTo(ListVector.of(SymbolVector.of("trade")));
      assertThat(table(statistics, "log").column("logged")).isEqualTo(LongVector.of(QType.LONG, 1));
      assertThat(((LongVector) table(statistics, "refused").columns().get(1)).toArray())
          .containsOnlyOnce(1);
      assertThat(((LongVector) table(statistics, "latency").columns().get(4)).toArray())
          .doesNotContain(0);
    }
  }

  @Test
  void metricsTellOfEachSubscriberAndOfLatency() {
    try (RawClient subscriber = plant.client();
        RawClient publisher = plant.client()) {
      subscriber.subscribe("trade", SymbolAtom.NULL);
      publisher.async(symbol(".u.upd"), symbol("trade"), trades(0, 3));
      publisher.chase();
      String metrics = plant.get("/metrics").body();
      assertThat(metrics)
          .containsPattern(
              "tickwatch_tickerplant_subscriber_queued_bytes\\{handle=\"\\d+\",host=\"127.0.0.1\","
                  + "user=\"test\"} 0.0")
          .containsPattern("subscriber_behind_bytes\\{.*} 0.0")
          .contains("tickwatch_tickerplant_rows_total{table=\"trade\"} 3.0")
          .containsPattern("latency_seconds\\{quantile=\"0.99\",stage=\"log\"} \\d")
          .contains("tickwatch_tickerplant_refused_total{reason=\"type\"} 0.0");
    }
    while (plant.get("/metrics").body().contains("subscriber_queued_bytes{")) {
      Thread.onSpinWait();
    }
    assertThat(plant.get("/ready").statusCode()).isEqualTo(200);
    assertThat(plant.get("/health").body()).contains("\"status\":\"up\"");
  }

  @Test
  void theTickerplantBeats() {
    plant.close();
    plant = new Plant(directory, config -> config.withHeartbeat(Duration.ofMillis(20)));
    try (RawClient subscriber = plant.client()) {
      subscriber.subscribe("heartbeat", SymbolAtom.NULL);
      Table first = rows(subscriber.next(), "heartbeat");
      Table second = rows(subscriber.next(), "heartbeat");
      assertThat(first.column("sym")).isEqualTo(SymbolVector.of("tickerplant"));
      assertThat(first.column("port")).isEqualTo(IntVector.of(QType.INT, plant.port()));
      assertThat(first.column("pid"))
          .isEqualTo(LongVector.of(QType.LONG, ProcessHandle.current().pid()));
      long before = ((LongVector) first.columns().get(6)).get(0);
      assertThat(second.column("counter")).isEqualTo(LongVector.of(QType.LONG, before + 1));
    }
  }

  @Test
  void itsWarningsArePublishedWhereItBeatsAndNothingWhereItDoesNot() {
    for (Duration beat : List.of(Duration.ZERO, Duration.ofHours(1))) {
      plant.close();
      plant = new Plant(directory, config -> config.withHeartbeat(beat));
      try (RawClient client = plant.client()) {
        plant.report("warn", "the disk is nearly full");
        // A read may be handled before what another thread asked of the event loop, once.
        client.chase();

        assertThat(client.ask("exec sum rows from .u.stats[][`tables] where table=`logmsg"))
            .isEqualTo(new LongAtom(QType.LONG, beat.isZero() ? 0 : 1));
      }
    }
  }

  @Test
  void otherProcessesReportToIt() {
    Endpoint endpoint = new Endpoint("127.0.0.1", plant.port(), "rdb", "");
    try (RawClient subscriber = plant.client()) {
      subscriber.subscribe("heartbeat", SymbolAtom.NULL);
      subscriber.subscribe("logmsg", SymbolAtom.NULL);
      try (ProcessReport report =
          ProcessReport.start(endpoint, "rdb", () -> 7, Duration.ofHours(1))) {
        Table beat = rows(subscriber.next(), "heartbeat");
        report.log("warn", "the disk is nearly full");
        Table message = rows(subscriber.next(), "logmsg");

        assertThat(beat.column("process")).isEqualTo(SymbolVector.of("rdb"));
        assertThat(beat.column("port")).isEqualTo(IntVector.of(QType.INT, 7));
        assertThat(message.column("level")).isEqualTo(SymbolVector.of("warn"));
        assertThat(message.column("message"))
            .isEqualTo(ListVector.of(ByteVector.string("the disk is nearly full")));
      }
    }
  }
}
