package tickwatch.systemtests;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An HTTP server that takes alerts in the form of Alertmanager's webhooks. */
final class AlertReceiver implements AutoCloseable {
  /** An alert in a message: its status, and the anomaly's id among its annotations. */
  private static final Pattern ALERT =
      Pattern.compile("\"status\":\"(firing|resolved)\",\"labels\".*?\"id\":\"([^\"]+)\"");

  private final HttpServer server;
  private final List<String> taken = new ArrayList<>();

  AlertReceiver() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::take);
    server.start();
  }

  String url() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  /** What was taken, each as id and status. */
  synchronized List<String> taken() {
    return List.copyOf(taken);
  }

  private void take(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    synchronized (this) {
      for (Matcher alert = ALERT.matcher(body); alert.find(); ) {
        taken.add(alert.group(2) + " " + alert.group(1));
      }
    }
    exchange.sendResponseHeaders(200, -1);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
