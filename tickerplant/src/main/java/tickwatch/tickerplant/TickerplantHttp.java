package tickwatch.tickerplant;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.net.HttpHandler;
import tickwatch.ipc.net.HttpReply;
import tickwatch.ipc.net.IpcServer;

/**
 * {@code /health}, {@code /ready} and {@code /metrics}.
 *
 * <p>The hot path counts in plain fields; the meters only read them, on the event loop. They are
 * made when somebody first asks, so that starting does not wait for them.
 */
final class TickerplantHttp implements HttpHandler {
  private final Sequencer sequencer;
  private final Ingress ingress;
  private final Refusals refusals;
  private volatile @Nullable IpcServer server;
  private volatile @Nullable Upstream upstream;
  private @Nullable PrometheusMeterRegistry registry;
  private final Map<String, MultiGauge> perSubscriber = new HashMap<>();

  TickerplantHttp(Sequencer sequencer, Ingress ingress, Refusals refusals) {
    this.sequencer = sequencer;
    this.ingress = ingress;
    this.refusals = refusals;
  }

  /** Whose numbers are shown besides; to be called once it listens. */
  void serve(IpcServer listening) {
    server = listening;
  }

  /** Whose rows are taken; to be called where there is another tickerplant above. */
  void follow(Upstream followed) {
    upstream = followed;
  }

  @Override
  public HttpReply get(String path) {
    return switch (path) {
      case "/health", "/ready" -> health();
      case "/metrics" -> HttpReply.metrics(scrape());
      default -> HttpReply.text(404, "not found: /health, /ready and /metrics are here\n");
    };
  }

  private HttpReply health() {
    String failure = sequencer.failure();
    if (failure == null) {
      failure = sequencer.fanout().damage();
    }
    if (failure != null) {
      return HttpReply.state(503, "down", failure);
    }
    Upstream following = upstream;
    if (following == null) {
      return HttpReply.state(200, "up", "");
    }
    failure = following.failure();
    if (failure != null) {
      return HttpReply.state(503, "waiting", failure);
    }
    String misfits = following.misfits();
    return misfits == null
        ? HttpReply.state(200, "up", "")
        : HttpReply.state(200, "degraded", misfits);
  }

  private String scrape() {
    PrometheusMeterRegistry meters = registryOfMeters();
    List<Session> subscribers = ingress.statistics().sessions();
    of(meters, "queued.bytes", "bytes that wait for a subscriber")
        .register(rows(subscribers, session -> session.connection.pendingBytes()), true);
    of(meters, "behind.bytes", "bytes of the log that a subscriber is behind")
        .register(rows(subscribers, Statistics::bytesBehind), true);
    return meters.scrape();
  }

  private MultiGauge of(MeterRegistry meters, String name, String description) {
    return perSubscriber.computeIfAbsent(
        name,
        unknown ->
            MultiGauge.builder("tickwatch.tickerplant.subscriber." + name)
                .description(description)
                .register(meters));
  }

  private static List<MultiGauge.Row<?>> rows(
      List<Session> subscribers, ToLongFunction<Session> number) {
    List<MultiGauge.Row<?>> rows = new ArrayList<>();
    for (Session session : subscribers) {
      rows.add(
          MultiGauge.Row.of(
              Tags.of(
                  "handle",
                  String.valueOf(session.connection.handle()),
                  "user",
                  session.connection.user().name(),
                  "host",
                  session.connection.remote().getHostString()),
              number.applyAsLong(session)));
    }
    return rows;
  }

  private PrometheusMeterRegistry registryOfMeters() {
    PrometheusMeterRegistry meters = registry;
    if (meters == null) {
      meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
      register(meters);
      IpcServer listening = server;
      if (listening != null) {
        register(meters, listening);
      }
      registry = meters;
    }
    return meters;
  }

  private void register(MeterRegistry meters) {
    for (PublishedTable table : sequencer.tables().all()) {
      Tags tags = Tags.of("table", table.schema.name());
      counter(meters, "messages", "messages accepted", tags, table, t -> t.acceptedMessages);
      counter(meters, "rows", "rows accepted", tags, table, t -> t.acceptedRows);
      counter(meters, "bytes", "bytes accepted, as logged", tags, table, t -> t.acceptedBytes);
    }
    for (Refusals.Reason reason : Refusals.Reason.values()) {
      counter(
          meters,
          "refused",
          "messages refused",
          Tags.of("reason", reason.name().toLowerCase(Locale.ROOT)),
          refusals,
          r -> r.total(reason));
    }
    Tags none = Tags.empty();
    counter(meters, "received", "messages received", none, ingress, i -> i.receivedMessages);
    counter(meters, "received.bytes", "bytes received", none, ingress, i -> i.receivedBytes);
    counter(meters, "log.writes", "writes to the log", none, sequencer, s -> s.logWrites);
    counter(
        meters,
        "log.write.seconds",
        "time spent writing the log",
        none,
        sequencer,
        s -> s.logWriteNanos / 1e9);
    counter(
        meters,
        "log.failures",
        "writes to the log that failed",
        none,
        sequencer.outage(),
        LogOutage::failures);
    counter(
        meters,
        "slow.disconnects",
        "subscribers disconnected because they did not keep up",
        none,
        sequencer.fanout(),
        f -> f.disconnectedAsSlow);
    counter(
        meters,
        "slow.behind",
        "times that a subscriber did not keep up and was fed from the log",
        none,
        sequencer.fanout(),
        f -> f.fellBehind);
    gauge(
        meters,
        "subscribers.behind",
        "subscribers that are fed from the log",
        sequencer.fanout(),
        Fanout::behind);
    latency(meters, "log", sequencer.logLatency);
    latency(meters, "through", sequencer.throughLatency);
    gauge(
        meters,
        "published.messages",
        "messages of today's log that live subscribers were given",
        sequencer.fanout(),
        Fanout::published);
    gauge(meters, "log.bytes", "length of today's log", sequencer, s -> s.log().bytes());
    gauge(meters, "log.messages", "messages in today's log", sequencer, s -> s.log().messages());
    gauge(
        meters,
        "subscribers",
        "connections that subscribe",
        ingress,
        i -> i.sessions().values().stream().filter(Session::isSubscribed).count());
    gauge(meters, "connections", "open connections", ingress, i -> i.sessions().size());
    gauge(
        meters,
        "queued.bytes",
        "bytes that wait for the slowest subscriber",
        ingress,
        i ->
            i.sessions().values().stream()
                .mapToLong(session -> session.connection.pendingBytes())
                .max()
                .orElse(0));
  }

  private static void register(MeterRegistry meters, IpcServer server) {
    gauge(
        meters,
        "unfinished.bytes",
        "memory of messages that have begun and not ended",
        server,
        IpcServer::unfinishedBytes);
    counter(
        meters,
        "unfinished.refused",
        "connections closed because unfinished messages took too much memory",
        Tags.empty(),
        server,
        IpcServer::unfinishedGaveWay);
  }

  private static void latency(MeterRegistry meters, String stage, Latency latency) {
    for (double quantile : new double[] {0.5, 0.99, 0.999, 1}) {
      Gauge.builder(
              "tickwatch.tickerplant.latency.seconds", latency, l -> l.quantile(quantile) / 1e9)
          .description("log: a write to the log; through: from a read to the subscribers' queues")
          .tags("stage", stage, "quantile", String.valueOf(quantile))
          .register(meters);
    }
  }

  private static <T> void counter(
      MeterRegistry meters,
      String name,
      String description,
      Tags tags,
      T source,
      ToDoubleFunction<T> count) {
    FunctionCounter.builder("tickwatch.tickerplant." + name, source, count)
        .description(description)
        .tags(tags)
        .register(meters);
  }

  private static <T> void gauge(
      MeterRegistry meters, String name, String description, T source, ToDoubleFunction<T> value) {
    Gauge.builder("tickwatch.tickerplant." + name, source, value)
        .description(description)
        .register(meters);
  }
}
