package tickwatch.rdb;

import static org.assertj.core.api.Assertions.assertThat;

import com.kx.c;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tickwatch.ipc.net.Endpoint;
import tickwatch.ipc.value.Vector;
import tickwatch.rdb.store.Retention;
import tickwatch.tick.fixtures.FakeTickerplant;

/** The whole process over real sockets, with a tickerplant that is a few lines long. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class RdbTest {
  @TempDir Path directory;

  @Test
  void replaysTheLogAndGoesOnLiveWithEachRowOnce() throws Exception {
    try (FakeTickerplant tickerplant = tickerplant(0)) {
      for (int row = 0; row < 100; row++) {
        tickerplant.publish("trade", TestServer.tradeRows(row, 1));
      }
      tickerplant.publish("trade", TestServer.tradeRows(100, 900));
      try (Rdb rdb = Rdb.start(config(tickerplant.port()))) {
        awaitReady(rdb);
        assertThat(prices(rdb)).isEqualTo(upTo(1_000));

        for (int row = 1_000; row < 1_200; row += 2) {
          tickerplant.publish("trade", TestServer.tradeRows(row, 2));
        }
        awaitCount(rdb, 1_200);
        assertThat(prices(rdb)).isEqualTo(upTo(1_200));
        assertThat(query(rdb, ".u.i")).isEqualTo(201L);
      }
      try (Rdb restarted = Rdb.start(config(tickerplant.port()))) {
        awaitReady(restarted);
        assertThat(prices(restarted)).isEqualTo(upTo(1_200));
      }
    }
  }

  @Test
  void startsBeforeItsTickerplantAndSaysWhatItWaitsFor() throws Exception {
    int port = freePort();
    try (Rdb rdb = Rdb.start(config(port))) {
      assertThat(get(rdb, "/health")).startsWith("503").contains("waiting for the tickerplant");
      assertThat(get(rdb, "/ready")).startsWith("503");
      assertThat(query(rdb, "tables[]")).isEqualTo(new String[0]);
      assertThat(query(rdb, ".u.ready")).isEqualTo(false);

      try (FakeTickerplant tickerplant = tickerplant(port)) {
        tickerplant.publish("trade", TestServer.tradeRows(0, 5));
        awaitReady(rdb);
        assertThat(get(rdb, "/health")).startsWith("200");
        assertThat(query(rdb, ".u.ready")).isEqualTo(true);
        assertThat(prices(rdb)).isEqualTo(upTo(5));
      }
    }
  }

  @Test
  void resumesWhereItWasWhenTheTickerplantComesBack() throws Exception {
    try (FakeTickerplant first = tickerplant(0);
        Rdb rdb = Rdb.start(config(first.port()))) {
      awaitReady(rdb);
      first.publish("trade", TestServer.tradeRows(0, 10));
      awaitCount(rdb, 10);
      first.die();
      await("not ready", () -> get(rdb, "/ready").startsWith("503"));
      assertThat(prices(rdb)).isEqualTo(upTo(10));

      try (FakeTickerplant second = tickerplant(first.port())) {
        second.publish("trade", TestServer.tradeRows(10, 10));
        awaitReady(rdb);
        second.publish("trade", TestServer.tradeRows(20, 10));
        awaitCount(rdb, 30);
        assertThat(prices(rdb)).isEqualTo(upTo(30));
      }
    }
  }

  @Test
  void keepsWhatItIsToldToKeep() throws Exception {
    try (FakeTickerplant tickerplant = tickerplant(0)) {
      tickerplant.publish("trade", TestServer.tradeRows(0, 1_000));
      RdbConfig lastMinute =
          config(tickerplant.port())
              .withKeep(new Retention(Duration.ofMinutes(1), Long.MAX_VALUE, Long.MAX_VALUE));
      try (Rdb rdb = Rdb.start(lastMinute)) {
        awaitReady(rdb);

        assertThat(query(rdb, "exec (first price;last price;count i) from trade"))
            .isEqualTo(new Object[] {939.0, 999.0, 61L});
      }
    }
  }

  /** A row of trade is 28 bytes and comes a second after the one before. */
  @ParameterizedTest
  @CsvSource({"150000rows, 150000", "150000s, 150001", "8MB, 0"})
  void letsGoOfTheOldestRowsWhileRowsComeAndQueriesRun(String keep, long kept) throws Exception {
    int rows = 600_000;
    try (FakeTickerplant tickerplant = tickerplant(0);
        Rdb rdb = Rdb.start(config(tickerplant.port()).withKeep(Retention.parse(keep)))) {
      awaitReady(rdb);
      c client = new c("localhost", rdb.port(), "test:");
      Thread publisher =
          new Thread(
              () -> {
                for (int row = 0; row < rows; row += 5_000) {
                  tickerplant.publish("trade", TestServer.tradeRows(row, 5_000));
                }
              });
      publisher.start();
      try {
        double newest = -1;
        while (newest < rows - 1) {
          double[] prices = (double[]) client.k("exec price from trade");
          if (prices.length > 0) {
            // Whatever has left meanwhile: rows without a gap, and never older than before.
            double last = prices[prices.length - 1];
            assertThat(last).isGreaterThanOrEqualTo(newest);
            assertThat(last - prices[0] + 1).isEqualTo(prices.length);
            assertThat(prices.length).isLessThanOrEqualTo(kept == 0 ? rows : (int) kept);
            newest = last;
          }
        }
        long count = (Long) client.k("count trade");
        long bytes = columnBytes(rdb);
        if (kept > 0) {
          assertThat(count).isEqualTo(kept);
        } else {
          assertThat(count).isBetween(100_000L, (8L << 20) / 28);
          assertThat(bytes).isLessThanOrEqualTo(8 << 20);
        }
        assertThat(bytes)
            .as("what is kept, and what lies unused in the first and the last chunk")
            .isLessThanOrEqualTo(33 * (count + 2 * Vector.CHUNK));
      } finally {
        publisher.join();
        client.close();
      }
    }
  }

  private static long columnBytes(Rdb rdb) throws IOException {
    Matcher matcher =
        Pattern.compile("tickwatch_rdb_column_bytes\\{table=\"trade\"\\} (\\S+)")
            .matcher(get(rdb, "/metrics"));
    assertThat(matcher.find()).isTrue();
    return (long) Double.parseDouble(matcher.group(1));
  }

  @Test
  void emptiesItsTablesAtTheEndOfADayWhereThatIsWanted() throws Exception {
    try (FakeTickerplant tickerplant = tickerplant(0);
        Rdb rdb = Rdb.start(config(tickerplant.port()).withEndOfDay(EndOfDay.CLEAR))) {
      awaitReady(rdb);
      tickerplant.publish("trade", TestServer.tradeRows(0, 10));
      awaitCount(rdb, 10);

      tickerplant.endDay(9_000);

      awaitCount(rdb, 0);
    }
  }

  private FakeTickerplant tickerplant(int port) throws IOException {
    return new FakeTickerplant(
        port, directory.resolve("test2026.01.02"), TestServer.TRADE, TestServer.STATUS);
  }

  private static RdbConfig config(int tickerplantPort) {
    return RdbConfig.defaults(new Endpoint("localhost", tickerplantPort, "rdb", "")).withPort(0);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static void awaitReady(Rdb rdb) throws Exception {
    await("ready", () -> get(rdb, "/ready").startsWith("200"));
  }

  private static void awaitCount(Rdb rdb, long rows) throws Exception {
    await(rows + " rows", () -> query(rdb, "count trade").equals(rows));
  }

  /** Asks again and again; each question is a round trip. */
  private static void await(String what, Callable<Boolean> question) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!question.call()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
    }
  }

  private static double[] prices(Rdb rdb) throws Exception {
    return (double[]) query(rdb, "exec price from trade");
  }

  private static double[] upTo(int count) {
    return IntStream.range(0, count).asDoubleStream().toArray();
  }

  private static Object query(Rdb rdb, String text) throws Exception {
    c client = new c("localhost", rdb.port(), "test:");
    try {
      return client.k(text);
    } finally {
      client.close();
    }
  }

  /** The status and the body. */
  private static String get(Rdb rdb, String path) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection)
            URI.create("http://localhost:" + rdb.port() + path).toURL().openConnection();
    int status = connection.getResponseCode();
    try (InputStream body =
        status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
      return status + " " + new String(body.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
