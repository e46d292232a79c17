package tickwatch.dashboard.web;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.jspecify.annotations.Nullable;
import tickwatch.dashboard.watch.Board;
import tickwatch.ipc.net.HttpReply;

/**
 * {@code /health}, {@code /ready} and {@code /metrics}.
 *
 * <p>Health is 200 while the tickerplant is followed, 503 with the reason while it is not; ready is
 * 200 once the log is replayed.
 */
final class Health {
  private final Board board;
  private final Streams streams;
  private @Nullable PrometheusMeterRegistry registry;

  Health(Board board, Streams streams) {
    this.board = board;
    this.streams = streams;
  }

  /** The answer for a path; null if it is none of these three. */
  @Nullable HttpReply get(String path) {
    return switch (path) {
      case "/health" ->
          board.state().equals("live")
              ? said(200, "up")
              : said(board.state().equals("replaying") ? 200 : 503, board.state());
      case "/ready" -> board.state().equals("live") ? said(200, "ready") : said(503, "not ready");
      case "/metrics" -> HttpReply.metrics(metrics());
      default -> null;
    };
  }

  private HttpReply said(int status, String word) {
    String reason = board.why().isEmpty() ? "the tickerplant: " + board.state() : board.why();
    return HttpReply.state(status, word, status == 200 ? "" : reason);
  }

  private String metrics() {
    PrometheusMeterRegistry meters = registry;
    if (meters == null) {
      meters = newRegistry();
      registry = meters;
    }
    return meters.scrape();
  }

  private PrometheusMeterRegistry newRegistry() {
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    FunctionCounter.builder("tickwatch.dashboard.rows", board, Board::rowCount)
        .description("Rows followed since the start, replayed ones included")
        .register(meters);
    FunctionCounter.builder("tickwatch.dashboard.verdicts", board, Board::verdictCount)
        .description("Rows of score followed since the start")
        .register(meters);
    FunctionCounter.builder("tickwatch.dashboard.verdicts.lost", board, Board::lostVerdicts)
        .description("Rows of score whose own row was not here")
        .register(meters);
    FunctionCounter.builder("tickwatch.dashboard.anomalies", board, Board::anomalyCount)
        .description("Anomalies since the start")
        .register(meters);
    Gauge.builder("tickwatch.dashboard.sensors", board, Board::sensorCount)
        .description("Sensors kept")
        .register(meters);
    Gauge.builder("tickwatch.dashboard.live", board, b -> b.state().equals("live") ? 1 : 0)
        .description("1 while rows arrive as they are published")
        .register(meters);
    Gauge.builder("tickwatch.dashboard.streams", streams, Streams::count)
        .description("Browsers that follow the stream")
        .register(meters);
    FunctionCounter.builder("tickwatch.dashboard.frames", streams, Streams::framesSent)
        .description("Frames sent to browsers")
        .register(meters);
    FunctionCounter.builder("tickwatch.dashboard.frames.skipped", streams, Streams::framesSkipped)
        .description("Frames left out since a browser was slow; its next one covers them")
        .register(meters);
    FunctionCounter.builder("tickwatch.dashboard.sent", streams, Streams::bytesSent)
        .baseUnit("bytes")
        .description("Sent in frames")
        .register(meters);
    FunctionCounter.builder("tickwatch.dashboard.disconnected", streams, Streams::disconnected)
        .description("Browsers that took nothing for a minute")
        .register(meters);
    new JvmMemoryMetrics().bindTo(meters);
    return meters;
  }
}
