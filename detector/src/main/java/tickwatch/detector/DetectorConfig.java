package tickwatch.detector;

import java.nio.file.Path;
import java.util.function.Consumer;
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
 * @param ensembleOfModel whether sensors that the model's ensemble knows are judged by it; if not,
 *     its network judges alone, or with what is learnt
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
    @Nullable Learning learning,
    boolean ensembleOfModel) {
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
        defaultNativeCache(),
        PipelineFile.none(),
        null,
        null,
        true);
  }

  /** Without a network: each sensor learns from its own first rows. */
  public static DetectorConfig learning(Endpoint tickerplant, Learning learning) {
    return defaults(tickerplant, Path.of("."))
        .with(
            change -> {
              change.model = null;
              change.learning = learning;
            });
  }

  public DetectorConfig withTable(@Nullable String wanted) {
    return with(change -> change.table = wanted);
  }

  public DetectorConfig withListen(String wanted) {
    return with(change -> change.listen = wanted);
  }

  public DetectorConfig withPort(int wanted) {
    return with(change -> change.port = wanted);
  }

  public DetectorConfig withAccess(Access wanted) {
    return with(change -> change.access = wanted);
  }

  public DetectorConfig withAnomalies(Path wanted) {
    return with(change -> change.anomalies = wanted);
  }

  public DetectorConfig withState(Path wanted) {
    return with(change -> change.state = wanted);
  }

  /** In the home directory: {@code .cache/tickwatch/djl}. */
  public static Path defaultNativeCache() {
    return Path.of(System.getProperty("user.home", "."), ".cache", "tickwatch", "djl");
  }

  public DetectorConfig withNativeCache(Path wanted) {
    return with(change -> change.nativeCache = wanted);
  }

  public DetectorConfig withPipeline(PipelineFile wanted) {
    return with(change -> change.pipeline = wanted);
  }

  /** Speaks TLS, and nothing else; null speaks plainly. */
  public DetectorConfig withTls(@Nullable ServerTls wanted) {
    return with(change -> change.tls = wanted);
  }

  public DetectorConfig withLearning(@Nullable Learning wanted) {
    return with(change -> change.learning = wanted);
  }

  public DetectorConfig withEnsembleOfModel(boolean wanted) {
    return with(change -> change.ensembleOfModel = wanted);
  }

  private DetectorConfig with(Consumer<Change> what) {
    Change change = new Change(this);
    what.accept(change);
    return new DetectorConfig(
        change.tickerplant,
        change.model,
        change.table,
        change.listen,
        change.port,
        change.access,
        change.anomalies,
        change.state,
        change.nativeCache,
        change.pipeline,
        change.tls,
        change.learning,
        change.ensembleOfModel);
  }

  /** All of it, to be changed. */
  private static final class Change {
    private final Endpoint tickerplant;
    private @Nullable Path model;
    private @Nullable String table;
    private String listen;
    private int port;
    private Access access;
    private Path anomalies;
    private Path state;
    private Path nativeCache;
    private PipelineFile pipeline;
    private @Nullable ServerTls tls;
    private @Nullable Learning learning;
    private boolean ensembleOfModel;

    Change(DetectorConfig config) {
      this.tickerplant = config.tickerplant;
      this.model = config.model;
      this.table = config.table;
      this.listen = config.listen;
      this.port = config.port;
      this.access = config.access;
      this.anomalies = config.anomalies;
      this.state = config.state;
      this.nativeCache = config.nativeCache;
      this.pipeline = config.pipeline;
      this.tls = config.tls;
      this.learning = config.learning;
      this.ensembleOfModel = config.ensembleOfModel;
    }
  }
}
