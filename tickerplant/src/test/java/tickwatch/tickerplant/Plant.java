package tickwatch.tickerplant;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.UnaryOperator;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Value;
import tickwatch.tick.Schema;
import tickwatch.tick.TableSchema;
import tickwatch.tick.TickLogWriter;

/** A tickerplant of small tables, on a free port, by a clock that a test sets. */
final class Plant implements AutoCloseable {
  static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

  static final Schema SCHEMA =
      Schema.of(
          List.of(
              new TableSchema(
                  "trade",
                  List.of("time", "sym", "price", "size"),
                  List.of(QType.TIMESTAMP, QType.SYMBOL, QType.FLOAT, QType.INT),
                  0),
              new TableSchema(
                  "quote",
                  List.of("time", "sym", "bid"),
                  List.of(QType.TIMESPAN, QType.SYMBOL, QType.REAL),
                  0),
              new TableSchema(
                  "note",
                  List.of("time", "sym", "text"),
                  List.of(QType.TIMESTAMP, QType.SYMBOL, QType.LIST),
                  0)));

  final Path directory;
  final SettableClock clock = new SettableClock(NOON);
  private final UnaryOperator<TickerplantConfig> config;
  private final DayLog.Opener logs;
  private Tickerplant tickerplant;

  Plant(Path directory) {
    this(directory, UnaryOperator.identity());
  }

  Plant(Path directory, UnaryOperator<TickerplantConfig> config) {
    this(directory, config, TickLogWriter::open);
  }

  Plant(Path directory, UnaryOperator<TickerplantConfig> config, DayLog.Opener logs) {
    this.logs = logs;
    this.directory = directory;
    this.config = config;
    this.tickerplant = start(0);
  }

  private Tickerplant start(int port) {
    return Tickerplant.start(
        config.apply(
            TickerplantConfig.defaults(
                    directory.resolve("market.q"), directory.resolve("log"), port)
                .withEndOfDay(ZoneOffset.UTC, Duration.ZERO)),
        SCHEMA,
        clock,
        logs);
  }

  /** Closes and starts again on the same port. */
  void restart() {
    int port = port();
    tickerplant.close();
    tickerplant = start(port);
  }

  void stop() {
    tickerplant.close();
  }

  int port() {
    return tickerplant.port();
  }

  /** As the process does with its log's lines. */
  void report(String level, String text) {
    tickerplant.report(level, text);
  }

  RawClient client() {
    return RawClient.connect(port());
  }

  /** What it answers to an HTTP request. */
  HttpResponse<String> get(String path) {
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path)).build(),
              HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  Path log() {
    return log("2026.11.23");
  }

  Path log(String date) {
    return directory.resolve("log/market" + date);
  }

  byte[] logBytes() {
    try {
      return Files.readAllBytes(log());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Columns of trade: rows numbered from {@code first}. */
  static ListVector trades(int first, int count) {
    long[] times = new long[count];
    String[] syms = new String[count];
    double[] prices = new double[count];
    int[] sizes = new int[count];
    for (int i = 0; i < count; i++) {
      times[i] = 1_000L * (first + i);
      syms[i] = "S" + (first + i) % 3;
      prices[i] = (first + i) / 2.0;
      sizes[i] = first + i;
    }
    return ListVector.of(
        LongVector.of(QType.TIMESTAMP, times),
        SymbolVector.of(syms),
        FloatVector.of(QType.FLOAT, prices),
        IntVector.of(QType.INT, sizes));
  }

  static Value symbol(String name) {
    return new SymbolAtom(name);
  }

  @Override
  public void close() {
    tickerplant.close();
  }

  /** A clock that stands still until it is set. */
  static final class SettableClock extends Clock {
    private volatile Instant now;

    SettableClock(Instant start) {
      now = start;
    }

    void set(Instant instant) {
      now = instant;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }
}
