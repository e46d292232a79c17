package tickwatch.ipc.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** HTTP on the port that speaks IPC. */
class HttpAnswerTest {
  private final Recorder recorder = new Recorder();
  private IpcServer server;

  @BeforeEach
  void start() {
    server =
        IpcServer.start(
            IpcServerConfig.defaults(0)
                .withAccess((user, password, remote) -> null)
                .withHttp(
                    path ->
                        switch (path) {
                          case "/health" ->
                              new HttpReply(200, "application/json", "{\"ok\":\"é\"}");
                          case "/broken" -> throw new IllegalStateException("broken");
                          default -> HttpReply.text(503, "not " + path);
                        }),
            recorder);
  }

  @AfterEach
  void close() {
    server.close();
  }

  private HttpResponse<String> get(String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path)).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void answersGetWithoutAUser() throws Exception {
    HttpResponse<String> response = get("/health?verbose=1");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("{\"ok\":\"é\"}");
    assertThat(response.headers().firstValue("content-type")).contains("application/json");
    assertThat(recorder.events).isEmpty();
  }

  @Test
  void passesOnTheStatus() throws Exception {
    HttpResponse<String> response = get("/ready");

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.body()).isEqualTo("not /ready");
  }

  @Test
  void anExceptionIsA500() throws Exception {
    assertThat(get("/broken").statusCode()).isEqualTo(500);
    assertThat(get("/health").statusCode()).isEqualTo(200);
  }

  private String raw(String... pieces) {
    try (RawPeer peer = RawPeer.connect(server.port())) {
      for (String piece : pieces) {
        peer.send(piece);
      }
      return new String(peer.readToEnd(), UTF_8);
    }
  }

  @Test
  void headHasTheLengthAndNoBody() {
    assertThat(raw("HEAD /health HTTP/1.1\r\n\r\n"))
        .startsWith("HTTP/1.1 200 OK\r\n")
        .contains("Content-Length: 11\r\n")
        .endsWith("\r\n\r\n");
  }

  @Test
  void aRequestMayComeInPieces() {
    assertThat(raw("G", "ET", " /hea", "lth HTTP/1.0\r\nHost: x\r", "\n\r", "\n"))
        .startsWith("HTTP/1.1 200 OK\r\n")
        .contains("Connection: close\r\n");
  }

  @Test
  void nonsenseIsA400() {
    assertThat(raw("GET health HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 400 Bad Request\r\n");
    assertThat(raw("GET /health\r\n\r\n")).startsWith("HTTP/1.1 400 Bad Request\r\n");
  }

  @Test
  void anEndlessHeaderIsA431() {
    assertThat(raw("GET /health HTTP/1.1\r\nX: " + "x".repeat(16 << 10)))
        .startsWith("HTTP/1.1 431 ");
  }

  @Test
  void aReasonIsQuotedWhateverItHolds() {
    assertThat(HttpReply.state(503, "waiting", "a \"b\"\n\\").body())
        .isEqualTo("{\"status\":\"waiting\",\"reason\":\"a \\\"b\\\"\\u000a\\\\\"}\n");
    assertThat(HttpReply.state(200, "up", "").body()).isEqualTo("{\"status\":\"up\"}\n");
  }
}
