package tickwatch.detector.alert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A real HTTP server that takes alerts, or does not, as it is told. */
public final class Receiver implements AutoCloseable {
  /** What it does with a message. */
  public enum Mood {
    TAKES,
    FAILS,
    REFUSES,
    HANGS,
    HANGS_UP
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final List<String> taken = new ArrayList<>();
  private final List<String> paths = new ArrayList<>();
  private final List<String> authorizations = new ArrayList<>();
  private int attempts;
  private volatile Mood mood = Mood.TAKES;

  public Receiver() {
    this(0);
  }

  /** Listens on a port, or on a free one if it is 0. */
  public Receiver(int port) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  public URI url() {
    return URI.create("http://localhost:" + server.getAddress().getPort() + "/hook");
  }

  public int port() {
    return server.getAddress().getPort();
  }

  public void is(Mood next) {
    mood = next;
  }

  /** The bodies that were taken. */
  public synchronized List<JsonNode> taken() {
    List<JsonNode> bodies = new ArrayList<>();
    for (String body : taken) {
      try {
        bodies.add(new ObjectMapper().readTree(body));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return bodies;
  }

  public synchronized List<String> paths() {
    return List.copyOf(paths);
  }

  /** The headers {@code Authorization}, empty for none. */
  public synchronized List<String> authorizations() {
    return List.copyOf(authorizations);
  }

  public synchronized int attempts() {
    return attempts;
  }

  private void handle(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Mood now = mood;
    synchronized (this) {
      attempts++;
      if (now == Mood.TAKES) {
        taken.add(body);
        paths.add(exchange.getRequestURI().getPath());
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        authorizations.add(authorization == null ? "" : authorization);
      }
    }
    switch (now) {
      case TAKES -> answer(exchange, 200, "ok");
      case FAILS -> answer(exchange, 503, "not now");
      case REFUSES -> answer(exchange, 400, "what is that?");
      case HANGS -> awaitClosing();
      case HANGS_UP -> exchange.close();
    }
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private void awaitClosing() {
    try {
      closing.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
