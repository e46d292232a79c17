package tickwatch.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.kx.c;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * A hundred browsers at 10,000 rows a second, forty of which read nothing until all is over: they
 * hold up neither the tickerplant nor each other, and each is told of every anomaly.
 */
@Timeout(240)
class HundredBrowsersTest {
  private static final int QUICK = 60;
  private static final int SLOW = 40;

  /**
   * More bytes than may wait for a subscriber: a dashboard that stopped reading would be noticed.
   */
  private static final int ROWS = 80_000;

  private static final int CHANNELS = 32;
  private static final int ANOMALIES = 400;
  private static final int ANOMALIES_AT_ONCE = 20;
  private static final Pattern ID = Pattern.compile("\"id\":\"(planted\\.\\d+)\"");

  @Test
  void slowNeitherTheTickerplantNorMissAnAnomaly(
      @TempDir(cleanup = CleanupMode.NEVER) Path directory) throws Exception {
    Path schema = directory.resolve("wide.q");
    try (TickSystem system = new TickSystem(directory)) {
      Files.writeString(
          schema, system.output("schema", "--simulate", simulation(), "--table", "wide"));
      system.tickerplant(schema);
      system.rdb();
      system.dashboard();
      HttpClient http = HttpClient.newHttpClient();
      List<QuickBrowser> quick = new ArrayList<>();
      List<SlowBrowser> slow = new ArrayList<>();
      try {
        for (int i = 0; i < QUICK; i++) {
          quick.add(new QuickBrowser(http, system.port("dashboard")));
        }
        for (int i = 0; i < SLOW; i++) {
          slow.add(new SlowBrowser(system.port("dashboard")));
        }
        Set<String> planted = new TreeSet<>();
        system.feed(
            "--simulate",
            simulation(),
            "--table",
            "wide",
            "--rate",
            "10000",
            "--batch",
            "100",
            "--limit",
            String.valueOf(ROWS));
        c publisher = new c("localhost", system.port("tickerplant"));
        while (planted.size() < ANOMALIES) {
          system.awaitRows("wide", (long) planted.size() * ROWS / ANOMALIES);
          publisher.k(".u.upd", "anomaly", anomalies(planted));
        }
        publisher.close();
        assertThat(system.awaitExit("feed")).as(() -> system.outputOf("feed")).isZero();
        system.awaitRows("wide", ROWS);
        await().until(() -> metric(system, "dashboard", "tickwatch_dashboard_rows_total") == ROWS);

        for (QuickBrowser browser : quick) {
          await()
              .atMost(Duration.ofSeconds(60))
              .untilAsserted(() -> assertThat(browser.told).containsAll(planted));
        }
        assertThat(metric(system, "dashboard", "tickwatch_dashboard_frames_skipped_total"))
            .as("frames that the slow ones could not take")
            .isPositive();
        for (SlowBrowser browser : slow) {
          assertThat(browser.readUntilTold(planted)).containsAll(planted);
        }
        assertThat(metric(system, "dashboard", "tickwatch_dashboard_streams")).isEqualTo(100);
        assertThat(
                metric(system, "tickerplant", "tickwatch_tickerplant_rows_total{table=\"wide\"}"))
            .isEqualTo(ROWS);
        assertThat(metric(system, "tickerplant", "tickwatch_tickerplant_slow_behind_total"))
            .as("subscribers that did not keep up")
            .isZero();
        assertThat(metric(system, "tickerplant", "tickwatch_tickerplant_published_messages"))
            .isEqualTo(metric(system, "tickerplant", "tickwatch_tickerplant_log_messages"));
      } finally {
        quick.forEach(browser -> browser.socket.abort());
        for (SlowBrowser browser : slow) {
          browser.socket.close();
        }
      }
    }
  }

  private static String simulation() {
    StringBuilder channels = new StringBuilder();
    for (int channel = 0; channel < CHANNELS; channel++) {
      channels
          .append(channel == 0 ? "" : ",")
          .append("{\"name\":\"c")
          .append(channel)
          .append("\",\"mean\":0,\"std\":1}");
    }
    return "{\"sym\":[\"a\",\"b\"],\"channels\":[" + channels + "]}";
  }

  /** The columns of the next anomalies, as a detector would publish them. */
  private static Object[] anomalies(Set<String> planted) {
    int many = ANOMALIES_AT_ONCE;
    Instant[] times = new Instant[many];
    String[] ids = new String[many];
    double[] numbers = new double[many];
    Object[] channels = new Object[many];
    Object[] shares = new Object[many];
    Object[] causes = new Object[many];
    for (int i = 0; i < many; i++) {
      times[i] = Instant.parse("2026-01-01T00:00:00Z");
      ids[i] = "planted." + (1000 + planted.size());
      planted.add(ids[i]);
      numbers[i] = 1;
      channels[i] = new String[] {"c1", "c2"};
      shares[i] = new double[] {0.7, 0.3};
      causes[i] = "planted by a test".toCharArray();
    }
    return new Object[] {
      times,
      same("a"),
      same("wide"),
      ids,
      same("open"),
      times,
      numbers,
      numbers,
      numbers,
      same("spike"),
      same("c1"),
      numbers,
      numbers,
      numbers,
      numbers,
      channels,
      shares,
      numbers,
      same("test"),
      causes
    };
  }

  private static String[] same(String text) {
    String[] all = new String[ANOMALIES_AT_ONCE];
    java.util.Arrays.fill(all, text);
    return all;
  }

  private static double metric(TickSystem system, String process, String name) {
    String metrics = Objects.requireNonNull(system.get(process, "/metrics")).body();
    return metrics
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + name + " in\n" + metrics));
  }

  private static void ids(CharSequence text, Set<String> told) {
    Matcher found = ID.matcher(text);
    while (found.find()) {
      told.add(found.group(1));
    }
  }

  /** Reads all that comes, by WebSocket. */
  private static final class QuickBrowser implements WebSocket.Listener {
    final Set<String> told = ConcurrentHashMap.newKeySet();
    final WebSocket socket;
    private final StringBuilder frame = new StringBuilder();

    QuickBrowser(HttpClient http, int port) {
      socket =
          http.newWebSocketBuilder()
              .buildAsync(
                  URI.create("ws://localhost:" + port + "/stream?sensor=wide/a&rows=100&px=200"),
                  this)
              .join();
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
      frame.append(text);
      if (last) {
        ids(frame, told);
        frame.setLength(0);
      }
      from.request(1);
      return CompletableFuture.completedFuture(null);
    }
  }

  /** Asks for a wide window by server-sent events, and then reads nothing for a while. */
  private static final class SlowBrowser {
    final Socket socket = new Socket();

    SlowBrowser(int port) throws IOException {
      socket.setReceiveBufferSize(4096);
      socket.connect(new InetSocketAddress("localhost", port));
      socket
          .getOutputStream()
          .write(
              "GET /stream?sensor=wide/a&rows=4000&px=2000 HTTP/1.1\r\nHost: localhost\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
    }

    Set<String> readUntilTold(Set<String> wanted) throws IOException {
      Set<String> told = new HashSet<>();
      BufferedReader events =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      for (String line = events.readLine();
          line != null && !told.containsAll(wanted);
          line = events.readLine()) {
        ids(line, told);
      }
      return told;
    }
  }
}
