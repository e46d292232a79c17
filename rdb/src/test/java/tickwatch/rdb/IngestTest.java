package tickwatch.rdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.Table;
import tickwatch.rdb.store.Retention;
import tickwatch.rdb.store.StoredTable;
import tickwatch.tick.Schema;
import tickwatch.tick.TableSchema;
import tickwatch.tick.Upd;

final class IngestTest {
  private final Database database = new Database(Retention.ALL);
  private final Ingest ingest = new Ingest(database, EndOfDay.KEEP, "localhost:5010");
  private final RdbHttp http = new RdbHttp(database, ingest, () -> 7, new QueryStats());

  @Test
  void waitsForTheTickerplantThenReplaysThenIsReady() {
    assertThat(http.get("/health").status()).isEqualTo(503);
    assertThat(http.get("/health").body())
        .contains("\"reason\":\"waiting for the tickerplant at localhost:5010\"");
    assertThat(http.get("/ready").status()).isEqualTo(503);

    ingest.subscribed(Schema.of(List.of(TestServer.TRADE)));
    assertThat(http.get("/health").status()).isEqualTo(200);
    assertThat(http.get("/ready").status()).isEqualTo(503);
    assertThat(http.get("/ready").body()).contains("replaying the tick log");

    ingest.upd(new Upd("trade", TestServer.tradeRows(0, 3)), true);
    ingest.live();
    assertThat(http.get("/health").status()).isEqualTo(200);
    assertThat(http.get("/ready").status()).isEqualTo(200);
    assertThat(trade().rowCount()).isEqualTo(3);

    ingest.disconnected("\"broken\" pipe");
    assertThat(http.get("/health").status()).isEqualTo(503);
    assertThat(http.get("/health").body()).contains("\\\"broken\\\" pipe");
    assertThat(http.get("/ready").status()).isEqualTo(503);
  }

  @Test
  void rowsAreSeenWhenAllThatWereAtHandHaveBeenTaken() {
    ingest.subscribed(Schema.of(List.of(TestServer.TRADE, TestServer.STATUS)));

    ingest.upd(new Upd("trade", TestServer.tradeRows(0, 3)), false);
    ingest.upd(new Upd("trade", TestServer.tradeRows(3, 1)), false);
    assertThat(trade().rowCount()).isZero();
    ingest.batchComplete();

    assertThat(trade().rowCount()).isEqualTo(4);
    assertThat(trade().snapshot()).isEqualTo(TestServer.tradeRows(0, 4));
  }

  @Test
  void rowsThatDoNotFitAreCountedAndSpoilTheHealth() {
    ingest.subscribed(Schema.of(List.of(TestServer.TRADE)));
    ingest.live();
    Table odd = new Table(List.of("x"), List.of(LongVector.of(QType.LONG, 1)));

    ingest.upd(new Upd("trade", odd), false);
    ingest.upd(new Upd("quote", odd), false);
    ingest.upd(new Upd("trade", TestServer.tradeRows(0, 1)), false);
    ingest.batchComplete();

    assertThat(trade().rowCount()).isEqualTo(1);
    assertThat(ingest.refused()).isEqualTo(2);
    assertThat(http.get("/health").status()).isEqualTo(503);
    assertThat(http.get("/health").body())
        .contains("2 messages do not fit, the last one: table quote: there is no table of this");
  }

  @Test
  void aReconnectKeepsTheRowsAndAddsNewTables() {
    ingest.subscribed(Schema.of(List.of(TestServer.TRADE)));
    ingest.upd(new Upd("trade", TestServer.tradeRows(0, 3)), false);
    ingest.batchComplete();

    ingest.disconnected("gone");
    TableSchema changed =
        new TableSchema("trade", List.of("time", "sym"), List.of(QType.TIMESTAMP, QType.SYMBOL), 0);
    ingest.subscribed(Schema.of(List.of(changed, TestServer.STATUS)));

    assertThat(trade().snapshot()).isEqualTo(TestServer.tradeRows(0, 3));
    assertThat(database.tables().keySet()).containsExactly("trade", "status");
  }

  @Test
  void theEndOfADayEmptiesTheTablesOnlyWhereThatIsWanted() {
    ingest.subscribed(Schema.of(List.of(TestServer.TRADE)));
    ingest.upd(new Upd("trade", TestServer.tradeRows(0, 3)), false);
    ingest.endOfDay(9_000);
    assertThat(trade().rowCount()).isEqualTo(3);

    Database other = new Database(Retention.ALL);
    Ingest clearing = new Ingest(other, EndOfDay.CLEAR, "localhost:5010");
    clearing.subscribed(Schema.of(List.of(TestServer.TRADE)));
    clearing.upd(new Upd("trade", TestServer.tradeRows(0, 3)), false);
    clearing.endOfDay(9_000);
    clearing.upd(new Upd("trade", TestServer.tradeRows(7, 2)), false);
    clearing.batchComplete();

    StoredTable table = Objects.requireNonNull(other.table("trade"));
    assertThat(table.snapshot()).isEqualTo(TestServer.tradeRows(7, 2));
  }

  @Test
  void metricsCountRowsByTable() {
    ingest.subscribed(Schema.of(List.of(TestServer.TRADE)));
    ingest.upd(new Upd("trade", TestServer.tradeRows(0, 3)), false);
    ingest.batchComplete();

    String metrics = http.get("/metrics").body();

    assertThat(metrics)
        .contains("tickwatch_rdb_rows{table=\"trade\"} 3.0")
        .contains("tickwatch_rdb_messages_total 7.0")
        .contains("tickwatch_rdb_ingest_lag_seconds")
        .contains("tickwatch_rdb_query_seconds_count 0")
        .contains("tickwatch_rdb_query_errors_total 0.0")
        .contains("jvm_memory_used_bytes");
    ingest.subscribed(Schema.of(List.of(TestServer.TRADE, TestServer.STATUS)));
    assertThat(http.get("/metrics").body()).contains("tickwatch_rdb_rows{table=\"status\"} 0.0");
    assertThat(http.get("/nosuch").status()).isEqualTo(404);
  }

  private StoredTable trade() {
    return Objects.requireNonNull(database.table("trade"));
  }
}
