package tickwatch.detector;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.net.Access;
import tickwatch.ipc.net.Endpoint;
import tickwatch.ipc.net.ServerTls;

/**
 * What a detector is told at its start.
 *
 * @param tickerplant whom to follow and to publish to
 * @param model a model directory; null for detectors that need no network
 * @param table the table to judge; null takes every table that has the model's channels
 * @param listen the address to listen on
 * @param port 0 to 65535; 0 takes a free one
 * @param access who may connect
 * @param anomalies the file that gets a JSON line for each anomaly that opens or closes
 * @param state the directory for what is remembered over an end of day
 * @param nativeCache where PyTorch's native libraries are unpacked, once (432 MB)
 * @param pipeline rules of events and data health, and who is told
 * @param tls null to speak plainly
 * @param learning what sensors learn from their first rows; null for a model alone
 */
public record DetectorConfig(
    Endpoint tickerplant,
    @Nullable Path model,
    @Nullable String table,
    String listen,
    int port,
    Access access,
    Path anomalies,
    Path state,
    Path nativeCache,
    PipelineFile pipeline,
    @Nullable ServerTls tls,
    @Nullable Learning learning) {
  public DetectorConfig {
    if (model == null && learning == null) {
      throw new IllegalArgumentException("neither a model nor anything to learn");
    }
  }

  public static final int DEFAULT_PORT = 5016;

  /** All defaults: port 5016 on loopback, files under {@code var}, all fitting tables. */
  public static DetectorConfig defaults(Endpoint tickerplant, Path model) {
    return new DetectorConfig(
        tickerplant,
        model,
        null,
        "127.0.0.1",
        DEFAULT_PORT,
        Access.anonymousLoopback(),
        Path.of("var", "log", "anomalies.jsonl"),
        Path.of("var", "state"),
        Path.of(System.getProperty("user.home", "."), ".cache", "tickwatch", "djl"),
        PipelineFile.none(),
        null,
        null);
  }

  /** Without a network: each sensor learns from its own first rows. */
  public static DetectorConfig learning(Endpoint tickerplant, Learning learning) {
    DetectorConfig any = defaults(tickerplant, Path.of("."));
    return new DetectorConfig(
        tickerplant,
        null,
        null,
        any.listen,
        any.port,
        any.access,
        any.anomalies,
        any.state,
        any.nativeCache,
        any.pipeline,
        null,
        learning);
  }

  public DetectorConfig withTable(@Nullable String wanted) {
    return new DetectorConfig(
        tickerplant,
        model,
        wanted,
        listen,
        port,
        access,
        anomalies,
        state,
        nativeCache,
        pipeline,
        tls,
        learning);
  }

  public DetectorConfig withListen(String wanted) {
    return new DetectorConfig(
        tickerplant,
        model,
        table,
        wanted,
        port,
        access,
        anomalies,
        state,
        nativeCache,
        pipeline,
        tls,
        learning);
  }

  public DetectorConfig withPort(int wanted) {
    return new DetectorConfig(
        tickerplant,
        model,
        table,
        listen,
        wanted,
        access,
        anomalies,
        state,
        nativeCache,
        pipeline,
        tls,
        learning);
  }

  public DetectorConfig withAccess(Access wanted) {
    return new DetectorConfig(
        tickerplant,
        model,
        table,
        listen,
        port,
        wanted,
        anomalies,
        state,
        nativeCache,
        pipeline,
        tls,
        learning);
  }

  public DetectorConfig withAnomalies(Path wanted) {
    return new DetectorConfig(
        tickerplant,
        model,
        table,
        listen,
        port,
        access,
        wanted,
        state,
        nativeCache,
        pipeline,
        tls,
        learning);
  }

  public DetectorConfig withState(Path wanted) {
    return new DetectorConfig(
        tickerplant,
        model,
        table,
        listen,
        port,
        access,
        anomalies,
        wanted,
        nativeCache,
        pipeline,
        tls,
        learning);
  }

  public DetectorConfig withNativeCache(Path wanted) {
    return new DetectorConfig(
        tickerplant,
        model,
        table,
        listen,
        port,
        access,
        anomalies,
        state,
        wanted,
        pipeline,
        tls,
        learning);
  }

  public DetectorConfig withPipeline(PipelineFile wanted) {
    return new DetectorConfig(
        tickerplant,
        model,
        table,
        listen,
        port,
        access,
        anomalies,
        state,
        nativeCache,
        wanted,
        tls,
        learning);
  }

  /** Speaks TLS, and nothing else; null speaks plainly. */
  public DetectorConfig withTls(@Nullable ServerTls wanted) {
    return new DetectorConfig(
        tickerplant,
        model,
        table,
        listen,
        port,
        access,
        anomalies,
        state,
        nativeCache,
        pipeline,
        wanted,
        learning);
  }

  public DetectorConfig withLearning(@Nullable Learning wanted) {
    return new DetectorConfig(
        tickerplant,
        model,
        table,
        listen,
        port,
        access,
        anomalies,
        state,
        nativeCache,
        pipeline,
        tls,
        wanted);
  }
}
