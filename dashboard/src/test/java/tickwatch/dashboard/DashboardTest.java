package tickwatch.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tickwatch.ipc.net.ClientTls;
import tickwatch.ipc.net.Endpoint;
import tickwatch.ipc.net.Right;
import tickwatch.ipc.net.ServerTls;
import tickwatch.ipc.net.Users;
import tickwatch.tick.SystemTables;
import tickwatch.tick.TableSchema;
import tickwatch.tick.fixtures.FakeTickerplant;

@Timeout(60)
class DashboardTest {
  @TempDir private Path directory;
  private FakeTickerplant tickerplant;
  private Dashboard dashboard;
  private final HttpClient http = HttpClient.newHttpClient();

  @BeforeEach
  void start() throws IOException {
    tickerplant = tickerplant(0);
    dashboard = Dashboard.start(config());
  }

  private FakeTickerplant tickerplant(int port) throws IOException {
    List<TableSchema> all = new java.util.ArrayList<>(SystemTables.schema().tables());
    all.add(Stream.PLANT);
    return new FakeTickerplant(
        port, directory.resolve("plant2026.11.23"), all.toArray(TableSchema[]::new));
  }

  private DashboardConfig config() {
    return DashboardConfig.defaults(Endpoint.parse("localhost:" + tickerplant.port())).withPort(0);
  }

  @AfterEach
  void stop() {
    dashboard.close();
    tickerplant.close();
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(
          request.timeout(Duration.ofSeconds(10)).build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + dashboard.port() + path));
  }

  private HttpResponse<String> get(String path) {
    return send(request(path));
  }

  private HttpResponse<String> feedback(String body) {
    return send(
        request("/api/feedback")
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private void awaitState(String part) {
    await().atMost(Duration.ofSeconds(20)).until(() -> get("/api/state").body().contains(part));
  }

  /** Reads server-sent events until one holds a text; that event. */
  private String awaitEvent(BufferedReader events, String part) throws IOException {
    for (String line = events.readLine(); line != null; line = events.readLine()) {
      if (line.contains(part)) {
        return line;
      }
    }
    throw new AssertionError("the stream ended without " + part);
  }

  private BufferedReader stream(String query) throws IOException {
    HttpResponse<java.io.InputStream> answer;
    try {
      answer =
          http.send(request("/stream" + query).build(), HttpResponse.BodyHandlers.ofInputStream());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    assertThat(answer.headers().firstValue("Content-Type"))
        .hasValue("text/event-stream; charset=utf-8");
    return new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
  }

  @Test
  void servesThePageWithAPolicyThatForbidsForeignScripts() {
    HttpResponse<String> page = get("/");

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
        .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
        .doesNotContain("unsafe");
    assertThat(page.body()).doesNotContain("http://", "https://", "onclick=", "style=");
    assertThat(get("/vendor/uplot-1.6.32/uplot.js").statusCode()).isEqualTo(200);
    assertThat(get("/../pom.xml").statusCode()).isEqualTo(404);
  }

  @Test
  void sendsAFileAgainOnlyWhenItChanged() {
    String tag = get("/main.js").headers().firstValue("ETag").orElseThrow();

    HttpResponse<String> again = send(request("/main.js").header("If-None-Match", tag));

    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
  }

  @Test
  void streamsRowsThatWereLoggedBeforeAndThatCome() throws IOException {
    tickerplant.publish("plant", Stream.rows("a", 0, 50));
    try (BufferedReader events = stream("?sensor=plant/a&rows=100&px=400")) {
      awaitEvent(events, "\"next\":50,");
      tickerplant.publish("plant", Stream.rows("a", 50, 53));

      assertThat(awaitEvent(events, "\"next\":53,")).contains("\"r\":[50,51,52]");
    }
  }

  @Test
  void eventsOfferTheMarkToGoOnFrom() throws IOException {
    tickerplant.publish("plant", Stream.rows("a", 0, 50));
    tickerplant.publish("score", Stream.scores("a", 0, 50));
    awaitState("\"verdicts\":50");
    String mark;
    try (BufferedReader events = stream("?sensor=plant/a&rows=100&px=400")) {
      mark = awaitEvent(events, "id: ").substring("id: ".length());
    }
    tickerplant.publish("plant", Stream.rows("a", 50, 53));
    awaitState("\"rows\":53");

    try (BufferedReader events = stream("?sensor=plant/a&rows=100&px=400&mark=" + mark)) {
      assertThat(awaitEvent(events, "\"next\":53,")).contains("\"r\":[50,51,52]");
    }
  }

  @Test
  void streamsTheSameByWebSocketAndAnswersItsEnd() throws Exception {
    tickerplant.publish("plant", Stream.rows("a", 0, 50));
    SocketFrames frames = new SocketFrames();
    WebSocket socket =
        http.newWebSocketBuilder()
            .buildAsync(socketAddress("/stream?sensor=plant/a&rows=100&px=400"), frames)
            .get(10, TimeUnit.SECONDS);
    frames.await("\"next\":50,");
    tickerplant.publish("plant", Stream.rows("a", 50, 53));

    assertThat(frames.await("\"next\":53,")).contains("\"mark\":", "\"r\":[50,51,52]");
    socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(10, TimeUnit.SECONDS);
    frames.closed.get(10, TimeUnit.SECONDS);
  }

  private URI socketAddress(String path) {
    return URI.create("ws://localhost:" + dashboard.port() + path);
  }

  /** The frames that a WebSocket brings, put together where they come in parts. */
  private static final class SocketFrames implements WebSocket.Listener {
    final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final BlockingQueue<String> whole = new LinkedBlockingQueue<>();
    private final StringBuilder parts = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(
        WebSocket socket, CharSequence data, boolean isLast) {
      parts.append(data);
      if (isLast) {
        whole.add(parts.toString());
        parts.setLength(0);
      }
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
      closed.complete(status);
      return null;
    }

    String await(String part) throws InterruptedException {
      for (String frame = whole.poll(10, TimeUnit.SECONDS);
          frame != null;
          frame = whole.poll(10, TimeUnit.SECONDS)) {
        if (frame.contains(part)) {
          return frame;
        }
      }
      throw new AssertionError("no frame with " + part);
    }
  }

  @Test
  void goesOnWithoutAGapWhenTheTickerplantComesBack() throws IOException {
    tickerplant.publish("plant", Stream.rows("a", 0, 50));
    awaitState("\"rows\":50");
    int port = tickerplant.port();
    tickerplant.die();
    await().atMost(Duration.ofSeconds(20)).until(() -> get("/health").statusCode() == 503);

    tickerplant = tickerplant(port);
    tickerplant.publish("plant", Stream.rows("a", 50, 60));

    awaitState("\"rows\":60");
    assertThat(get("/ready").statusCode()).isEqualTo(200);
  }

  @Test
  void publishesFeedbackAndShowsItOnceItIsRecorded() throws IOException {
    tickerplant.publish("anomaly", Stream.anomaly("a", "plant.a.7", "open", 7, 8));
    awaitState("plant.a.7");

    HttpResponse<String> sent =
        feedback("{\"id\":\"plant.a.7\",\"verdict\":\"falseAlarm\",\"note\":\"it was <b>me</b>\"}");

    assertThat(sent.statusCode()).isEqualTo(202);
    awaitState("\"verdict\":\"falseAlarm\",\"user\":\"anonymous\",\"note\":\"it was <b>me</b>\"");
  }

  @Test
  void refusesFeedbackThatIsNoneOfTheFiveOrOnNothing() {
    tickerplant.publish("anomaly", Stream.anomaly("a", "plant.a.7", "open", 7, 8));
    awaitState("plant.a.7");

    assertThat(feedback("{\"id\":\"plant.a.7\",\"verdict\":\"maybe\"}").body())
        .contains("expected: one of confirmed, expected, falseAlarm, newTrend, unresolved");
    assertThat(feedback("{\"id\":\"nothing\",\"verdict\":\"confirmed\"}").statusCode())
        .isEqualTo(404);
    assertThat(feedback("[[[[[[1]]]]]]").statusCode()).isEqualTo(400);
  }

  @Test
  void saysWhatIsWrongWithWhatCannotBeRead() throws IOException {
    for (String path : new String[] {"/%zz", "/api/sensors?find=%zz", "/stream?sensor=%e"}) {
      assertThat(raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n"))
          .as(path)
          .contains(" 400 ");
    }
    assertThat(feedback("{\"id\":").body())
        .contains("expected a JSON object of texts: Unexpected end-of-input")
        .doesNotContain("Source");
  }

  @Test
  void timesBeyondAnyRowTakeAllRowsInOrNone() {
    tickerplant.publish("plant", Stream.rows("a", 0, 50));
    awaitState("plant/a");
    String[] rows = new String[3];
    String[][] stretches = {{"-Infinity", "Infinity"}, {"-1e300", "9e18"}, {"9e17", "1e300"}};
    for (int i = 0; i < rows.length; i++) {
      rows[i] =
          get("/api/moved?sensor=plant/a&from=" + stretches[i][0] + "&to=" + stretches[i][1])
              .body()
              .replaceAll(",.*", "");
    }

    assertThat(rows).containsExactly("{\"rows\":50", "{\"rows\":50", "{\"rows\":0");
  }

  @Test
  void saysThatNothingWasRecordedWhileTheTickerplantIsAway() {
    tickerplant.publish("anomaly", Stream.anomaly("a", "plant.a.7", "open", 7, 8));
    awaitState("plant.a.7");
    tickerplant.die();
    await().atMost(Duration.ofSeconds(20)).until(() -> get("/health").statusCode() == 503);

    assertThat(feedback("{\"id\":\"plant.a.7\",\"verdict\":\"confirmed\"}").statusCode())
        .isEqualTo(503);
  }

  @Test
  void keepsOutPagesOfOtherSites() throws IOException {
    assertThat(send(request("/api/state").header("Sec-Fetch-Site", "cross-site")).statusCode())
        .isEqualTo(403);
    HttpRequest.Builder foreign =
        request("/api/feedback")
            .header("Origin", "http://evil.example")
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{}"));
    assertThat(send(foreign).statusCode()).isEqualTo(403);
    HttpRequest.Builder form =
        request("/api/feedback")
            .header("Content-Type", "text/plain")
            .POST(HttpRequest.BodyPublishers.ofString("{}"));
    assertThat(send(form).statusCode()).isEqualTo(403);
    assertThat(raw("GET /api/state HTTP/1.1\r\nHost: rebound.example\r\n\r\n")).contains(" 403 ");
    assertThat(
            raw(
                String.join(
                    "\r\n",
                    "GET /stream HTTP/1.1",
                    "Host: localhost",
                    "Origin: http://evil.example",
                    "Connection: Upgrade",
                    "Upgrade: websocket",
                    "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
                    "",
                    "")))
        .contains(" 403 ");
  }

  private String raw(String request) throws IOException {
    try (Socket socket = new Socket("localhost", dashboard.port())) {
      OutputStream out = socket.getOutputStream();
      out.write(request.getBytes(StandardCharsets.US_ASCII));
      out.flush();
      return new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
          .readLine();
    }
  }

  @Test
  void asksForAPasswordWhereThereAreUsers() throws IOException {
    Path users = directory.resolve("users");
    Files.writeString(
        users,
        Users.line("eve", "secret".toCharArray(), EnumSet.of(Right.READ, Right.SUBSCRIBE)) + "\n");
    dashboard.close();
    dashboard = Dashboard.start(config().withListen("127.0.0.1", Users.load(users)));
    String eve =
        "Basic "
            + Base64.getEncoder().encodeToString("eve:secret".getBytes(StandardCharsets.UTF_8));

    assertThat(get("/").statusCode()).isEqualTo(401);
    assertThat(send(request("/").header("Authorization", "Basic bm9ib2R5Og==")).statusCode())
        .isEqualTo(401);
    assertThat(send(request("/").header("Authorization", eve)).statusCode()).isEqualTo(200);
    HttpRequest.Builder publishing =
        request("/api/feedback")
            .header("Authorization", eve)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{}"));
    assertThat(send(publishing).body()).contains("lacks the right to publish");
    assertThat(get("/health").statusCode()).as("needs no password").isNotEqualTo(401);
  }

  @Test
  void requestsThatComeTogetherAreAnsweredInTheirOrder() throws IOException {
    Path users = directory.resolve("users");
    Files.writeString(
        users, Users.line("eve", "secret".toCharArray(), EnumSet.of(Right.READ)) + "\n");
    dashboard.close();
    dashboard = Dashboard.start(config().withListen("127.0.0.1", Users.load(users)));
    String eve = Base64.getEncoder().encodeToString("eve:secret".getBytes(StandardCharsets.UTF_8));

    try (Socket socket = new Socket("localhost", dashboard.port())) {
      // The first takes as long as a password takes, the second nothing.
      socket
          .getOutputStream()
          .write(
              ("GET /api/user HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic "
                      + eve
                      + "\r\n\r\nGET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(answers).containsSubsequence("\"name\":\"eve\"", "\"status\":");
    }
  }

  @Test
  void everyMemberOfTheStateIsDocumented() throws IOException {
    awaitState("\"state\":\"live\"");
    tickerplant.publish("heartbeat", Stream.heartbeat("feed", 1, 0, 1));
    awaitState("\"name\":\"feed\"");
    String documented = Files.readString(Path.of("../docs/dashboard.md"));

    JsonNode stats = new ObjectMapper().readTree(get("/api/state").body()).path("stats");

    assertThat(stats.fieldNames()).toIterable().hasSizeGreaterThan(20);
    assertThat(stats.fieldNames())
        .toIterable()
        .allSatisfy(member -> assertThat(documented).contains("`" + member + "`"));
    assertThat(stats.path("processes").path(0).fieldNames())
        .toIterable()
        .allSatisfy(member -> assertThat(documented).contains("`" + member + "`"));
  }

  @Test
  void tellsWhoOneIsAndWhatOneMay() {
    assertThat(get("/api/user").body())
        .isEqualTo("{\"name\":\"\",\"rights\":[\"read\",\"subscribe\",\"publish\"]}");
  }

  @Test
  void speaksTlsAndNothingElse() throws Exception {
    Certificate certificate = new Certificate(directory);
    dashboard.close();
    dashboard =
        Dashboard.start(
            config().withTls(ServerTls.of(certificate.certificate(), certificate.key())));
    HttpClient secure =
        HttpClient.newBuilder()
            .sslContext(ClientTls.trusting(certificate.certificate()).javaContext())
            .build();

    HttpResponse<String> page =
        secure.send(
            HttpRequest.newBuilder(URI.create("https://localhost:" + dashboard.port() + "/"))
                .build(),
            HttpResponse.BodyHandlers.ofString());

    assertThat(page.body()).contains("<title>tickwatch</title>");
    HttpResponse<String> plain = get("/");
    assertThat(plain.statusCode()).isEqualTo(400);
    assertThat(plain.body()).contains("https://");
  }

  @Test
  void aBrowserThatReadsNothingHoldsUpNobody() throws IOException {
    tickerplant.publish("plant", Stream.rows("a", 0, 4000));
    awaitState("\"rows\":4000");
    try (Socket deaf = new Socket()) {
      deaf.setReceiveBufferSize(4096);
      deaf.connect(new java.net.InetSocketAddress("localhost", dashboard.port()));
      deaf.getOutputStream()
          .write(
              "GET /stream?sensor=plant/a&rows=4000&px=4000 HTTP/1.1\r\nHost: localhost\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      try (BufferedReader events = stream("?sensor=plant/a&rows=100&px=400")) {
        // A verdict on the first row makes the whole window change, again and again.
        int rounds = 0;
        while (skipped() == 0 && rounds < 2000) {
          tickerplant.publish("score", Stream.scores("a", 0, 4000));
          rounds++;
          awaitEvent(events, "data:");
        }
        tickerplant.publish("plant", Stream.rows("a", 4000, 4001));
        awaitEvent(events, "\"next\":4001,");
      }
      assertThat(skipped()).isPositive();
    }
  }

  private double skipped() {
    return get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("tickwatch_dashboard_frames_skipped_total"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }
}
