package tickwatch.bench.pipeline;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tickwatch.bench.pipeline.Processes.Started;
import tickwatch.ipc.codec.MessageType;
import tickwatch.ipc.codec.ValueEncoder;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.Epoch;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Value;

/**
 * What do browsers cost, and how soon does a row show?
 *
 * <p>A real tickerplant and dashboard; 10,000 rows a second of 100 sensors with 8 channels, and
 * 10,000 rows of {@code score} for them, in messages of 100 rows, stamped when they are sent. Then
 * 1, 10 and 100 WebSockets that look at different sensors with 1,000 rows each; then, where there
 * is a chromedriver, one headless Chromium that shows 8 charts of 3,600 rows.
 *
 * <pre>{@code
 * scripts/bench.sh dashboard      # about a minute and a half
 * }</pre>
 */
public final class DashboardBenchmark {
  private static final int SENSORS = 100;
  private static final int CHANNELS = 8;
  private static final int ROWS_A_MESSAGE = 100;
  private static final int MESSAGES_A_SECOND = 100;
  private static final int ROWS_BEFORE = 3600;
  private static final Duration WINDOW = Duration.ofSeconds(10);
  private static final Pattern ANSWER = Pattern.compile("\"value\":\"([^\"]*)\"");

  private final Path project;
  private final HttpClient http = HttpClient.newHttpClient();
  private volatile boolean isStopped;
  private long sequence;

  private DashboardBenchmark(Path project) {
    this.project = project;
  }

  /** Prints Markdown; the argument is the project's directory. */
  public static void main(String[] args) throws Exception {
    new DashboardBenchmark(Path.of(args[0])).run();
  }

  private void run() throws Exception {
    try (Processes processes = new Processes(project)) {
      Path schema = Files.writeString(processes.directory().resolve("plant.q"), schema());
      Started tickerplant =
          processes.tickwatch(
              "tickerplant",
              "--schema",
              schema.toString(),
              "--log-dir",
              processes.directory().resolve("log").toString());
      Started dashboard =
          processes.tickwatch("dashboard", "--tickerplant", "localhost:" + tickerplant.port());
      Thread publisher = new Thread(() -> publish(tickerplant.port()), "publisher");
      publisher.start();
      TimeUnit.SECONDS.sleep(ROWS_BEFORE / MESSAGES_A_SECOND + 4);

      System.out.println(
          "| browsers | rows/s shown | dashboard, cores busy | tickerplant, cores busy | kB/s a browser |"
              + " frames/s a browser | frames skipped |");
      System.out.println("| --- | --- | --- | --- | --- | --- | --- |");
      for (int clients : new int[] {0, 1, 10, 100}) {
        measureClients(clients, dashboard, tickerplant);
      }
      measureBrowser(dashboard.port());
      isStopped = true;
      publisher.join();
    }
  }

  private static String schema() {
    StringBuilder text = new StringBuilder("plant:([]time:`timestamp$();sym:`symbol$()");
    for (int c = 0; c < CHANNELS; c++) {
      text.append(";c").append(c).append(":`float$()");
    }
    return text.append(")\n").toString();
  }

  // ---- the load

  private void publish(int port) {
    try (RawPublisher publisher = new RawPublisher(port, true)) {
      long intervalNanos = TimeUnit.SECONDS.toNanos(1) / MESSAGES_A_SECOND;
      long due = System.nanoTime();
      String[] syms = new String[SENSORS];
      Arrays.setAll(syms, i -> "s" + i);
      while (!isStopped) {
        long time = Epoch.timestampOf(Instant.now());
        double[][] channels = new double[CHANNELS][ROWS_A_MESSAGE];
        for (int c = 0; c < CHANNELS; c++) {
          for (int row = 0; row < ROWS_A_MESSAGE; row++) {
            channels[c][row] =
                50
                    + 10 * Math.sin((sequence + 7L * c + row) / 40.0)
                    + (row * 31L + sequence * 17) % 7;
          }
        }
        publisher.write(ByteBuffer.wrap(Frames.of("plant", time, syms, channels)));
        publisher.write(ByteBuffer.wrap(scores(time, syms, channels)));
        sequence++;
        due += intervalNanos;
        LockSupport.parkNanos(due - System.nanoTime());
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private byte[] scores(long time, String[] syms, double[][] channels) {
    int rows = syms.length;
    long[] times = new long[rows];
    long[] seqs = new long[rows];
    double[] scores = new double[rows];
    double[] thresholds = new double[rows];
    byte[] flags = new byte[rows];
    Value[] expected = new Value[rows];
    Value[] lower = new Value[rows];
    Value[] upper = new Value[rows];
    Value[] shares = new Value[rows];
    double[] share = new double[CHANNELS];
    Arrays.fill(share, 1.0 / CHANNELS);
    for (int row = 0; row < rows; row++) {
      times[row] = time;
      seqs[row] = sequence;
      scores[row] = 0.5;
      thresholds[row] = 1;
      if (sequence % 500 == 499) {
        scores[row] = 2;
        flags[row] = 1;
      }
      double[] forecast = new double[CHANNELS];
      double[] low = new double[CHANNELS];
      double[] high = new double[CHANNELS];
      for (int c = 0; c < CHANNELS; c++) {
        forecast[c] = channels[c][row] + 0.5;
        low[c] = forecast[c] - 3;
        high[c] = forecast[c] + 3;
      }
      expected[row] = FloatVector.of(QType.FLOAT, forecast);
      lower[row] = FloatVector.of(QType.FLOAT, low);
      upper[row] = FloatVector.of(QType.FLOAT, high);
      shares[row] = FloatVector.of(QType.FLOAT, share);
    }
    String[] sources = new String[rows];
    Arrays.fill(sources, "plant");
    String[] detectors = new String[rows];
    Arrays.fill(detectors, "bench");
    Value columns =
        ListVector.of(
            LongVector.of(QType.TIMESTAMP, times),
            SymbolVector.of(syms),
            SymbolVector.of(sources),
            LongVector.of(QType.LONG, seqs),
            SymbolVector.of(detectors),
            FloatVector.of(QType.FLOAT, scores),
            FloatVector.of(QType.FLOAT, thresholds),
            ByteVector.of(QType.BOOLEAN, flags),
            ListVector.of(expected),
            ListVector.of(lower),
            ListVector.of(upper),
            ListVector.of(shares));
    ByteBuf out = Unpooled.buffer();
    ValueEncoder.encodeMessage(
        MessageType.ASYNC,
        ListVector.of(new SymbolAtom(".u.upd"), new SymbolAtom("score"), columns),
        3,
        out);
    byte[] bytes = new byte[out.readableBytes()];
    out.readBytes(bytes);
    return bytes;
  }

  // ---- many browsers

  private void measureClients(int clients, Started dashboard, Started tickerplant)
      throws IOException, InterruptedException {
    try (Clients all = new Clients(clients, dashboard.port())) {
      all.read(Duration.ofSeconds(2));
      long skippedBefore = metric(dashboard.port(), "tickwatch_dashboard_frames_skipped_total");
      long framesBefore = metric(dashboard.port(), "tickwatch_dashboard_frames_total");
      long rowsBefore = metric(dashboard.port(), "tickwatch_dashboard_rows_total");
      Duration dashboardBefore = dashboard.cpu();
      Duration tickerplantBefore = tickerplant.cpu();
      long start = System.nanoTime();
      long bytes = all.read(WINDOW);
      double seconds = (System.nanoTime() - start) / 1e9;
      double dashboardCpu = dashboard.cpu().minus(dashboardBefore).toNanos() / 1e9 / seconds;
      double tickerplantCpu = tickerplant.cpu().minus(tickerplantBefore).toNanos() / 1e9 / seconds;
      long skipped =
          metric(dashboard.port(), "tickwatch_dashboard_frames_skipped_total") - skippedBefore;
      long frames = metric(dashboard.port(), "tickwatch_dashboard_frames_total") - framesBefore;
      long rows = metric(dashboard.port(), "tickwatch_dashboard_rows_total") - rowsBefore;
      int divisor = Math.max(1, clients);
      System.out.printf(
          Locale.ROOT,
          "| %d | %.0f | %.2f | %.2f | %.1f | %.1f | %d |%n",
          clients,
          rows / seconds,
          dashboardCpu,
          tickerplantCpu,
          bytes / seconds / divisor / 1000,
          frames / seconds / divisor,
          skipped);
    }
  }

  private long metric(int port, String name) throws IOException, InterruptedException {
    String text =
        http.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/metrics")).build(),
                HttpResponse.BodyHandlers.ofString())
            .body();
    return text.lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(name.length() + 1)))
        .sum();
  }

  /** WebSockets that take whatever comes and look at none of it. */
  private static final class Clients implements AutoCloseable {
    private final Selector selector = Selector.open();
    private final ByteBuffer taken = ByteBuffer.allocateDirect(1 << 16);

    Clients(int count, int port) throws IOException {
      for (int i = 0; i < count; i++) {
        SocketChannel channel =
            SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.write(
            ByteBuffer.wrap(
                ("GET /stream?sensor=plant/s"
                        + i % SENSORS
                        + "&rows=1000&px=800 HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
                        + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII)));
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ);
      }
    }

    /** Bytes that came in this time. */
    long read(Duration time) throws IOException {
      long until = System.nanoTime() + time.toNanos();
      long bytes = 0;
      while (System.nanoTime() < until) {
        selector.select(50);
        for (SelectionKey key : selector.selectedKeys()) {
          taken.clear();
          int read = ((SocketChannel) key.channel()).read(taken);
          if (read < 0) {
            throw new IOException("the dashboard closed a connection");
          }
          bytes += read;
        }
        selector.selectedKeys().clear();
      }
      return bytes;
    }

    @Override
    public void close() throws IOException {
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
      selector.close();
    }
  }

  // ---- one real browser

  private void measureBrowser(int port) throws Exception {
    int driverPort = Processes.freePort();
    Process driver;
    try {
      driver =
          new ProcessBuilder("chromedriver", "--port=" + driverPort)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      System.out.println("\nNo chromedriver here: the page itself was not measured.");
      return;
    }
    try {
      String base = "http://localhost:" + driverPort;
      TimeUnit.SECONDS.sleep(2);
      String answer =
          post(
              base + "/session",
              "{\"capabilities\":{\"alwaysMatch\":{\"goog:chromeOptions\":{\"args\":[\"--headless=new\","
                  + "\"--no-sandbox\",\"--disable-gpu\",\"--no-first-run\",\"--disable-background-networking\","
                  + "\"--disable-component-update\",\"--disable-sync\",\"--window-size=1400,1000\"]}}}}");
      Matcher session = Pattern.compile("\"sessionId\":\"([^\"]*)\"").matcher(answer);
      if (!session.find()) {
        System.out.println("\nChromium does not start: " + answer);
        return;
      }
      String at = base + "/session/" + session.group(1);
      post(at + "/url", "{\"url\":\"http://localhost:" + port + "/?sym=plant/s0&rows=3600\"}");
      TimeUnit.SECONDS.sleep(5);
      script(
          at,
          "window.__at = {r: __tick.renders, m: __tick.renderMillis, f: __tick.frames}; __tick.lags.length = 0; return ''");
      TimeUnit.SECONDS.sleep(15);
      String measured =
          script(
              at,
              "const l = __tick.lags.filter(x => x !== undefined).sort((a, b) => a - b);"
                  + "const n = __tick.renders - __at.r;"
                  + "return [performance.getEntriesByName('first-contentful-paint')[0].startTime, (__tick.renderMillis - __at.m) / n,"
                  + " n / 15, l[l.length >> 1], l[Math.floor(l.length * 0.99)], document.querySelectorAll('#charts .chart').length].map(x => x.toFixed(1)).join(' ')");
      String[] numbers = measured.split(" ", -1);
      System.out.printf(
          "%n| one Chromium, %s charts of 3,600 rows | |%n| --- | --- |%n| first paint after GET / | %s ms |%n"
              + "| script a drawn frame | %s ms |%n| frames drawn a second | %s |%n"
              + "| row sent → its pixels, p50 / p99 | %s / %s ms |%n",
          numbers[5].replace(".0", ""), numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]);
      http.send(
          HttpRequest.newBuilder(URI.create(at)).DELETE().build(),
          HttpResponse.BodyHandlers.discarding());
    } finally {
      driver.destroy();
    }
  }

  private String script(String session, String text) throws IOException, InterruptedException {
    String answer =
        post(
            session + "/execute/sync",
            "{\"script\":\"" + text.replace("\"", "\\\"") + "\",\"args\":[]}");
    Matcher value = ANSWER.matcher(answer);
    if (!value.find()) {
      throw new IOException("the browser answered " + answer);
    }
    return value.group(1);
  }

  private String post(String address, String body) throws IOException, InterruptedException {
    return http.send(
            HttpRequest.newBuilder(URI.create(address))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
