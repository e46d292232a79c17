package tickwatch.tickerplant;

import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.net.Access;
import tickwatch.ipc.net.Endpoint;
import tickwatch.ipc.net.IpcServerConfig;
import tickwatch.ipc.net.ServerTls;

/**
 * How a tickerplant runs.
 *
 * @param schema the q file that defines the tables; its stem names the logs
 * @param logDir where the logs go: {@code <logDir>/<schema name><YYYY.MM.DD>}
 * @param listen address to listen on
 * @param port 0 takes a free one
 * @param access who may connect, and what for
 * @param sync when the log is forced to the disk
 * @param zone where the day ends at midnight
 * @param endOfDayOffset added to the local time before its date is taken: with {@code -PT17H} days
 *     end at 17:00
 * @param keepLogs how long the logs of ended days are kept
 * @param heartbeat how often it publishes a row of {@code heartbeat}; zero for never
 * @param batchInterval how often rows are published, together; zero publishes each message at once
 * @param slowPolicy what becomes of a subscriber for which more waits than that
 * @param maxQueueBytes bytes that may wait for one subscriber
 * @param maxMessageBytes longest message taken
 * @param maxConnections connections at a time
 * @param tls null to speak plainly
 * @param upstream the tickerplant whose rows this one takes, a chained one; null for none
 */
public record TickerplantConfig(
    Path schema,
    Path logDir,
    String listen,
    int port,
    Access access,
    LogSync sync,
    ZoneId zone,
    Duration endOfDayOffset,
    KeepLogs keepLogs,
    Duration heartbeat,
    Duration batchInterval,
    SlowPolicy slowPolicy,
    long maxQueueBytes,
    int maxMessageBytes,
    int maxConnections,
    @Nullable ServerTls tls,
    @Nullable Endpoint upstream) {
  /** 16 MiB. */
  public static final long DEFAULT_MAX_QUEUE_BYTES = 16L << 20;

  public TickerplantConfig {
    if (maxQueueBytes < 1 << 16) {
      throw new IllegalArgumentException(
          "maxQueueBytes: " + maxQueueBytes + " (expected: 65536 or more)");
    }
    if (batchInterval.isNegative() || (!batchInterval.isZero() && batchInterval.toMillis() < 1)) {
      throw new IllegalArgumentException(
          "batchInterval: " + batchInterval + " (expected: a millisecond or more, or zero)");
    }
  }

  /** Loopback, anonymous, the log not forced, local midnight, 16 MiB a subscriber. */
  public static TickerplantConfig defaults(Path schema, Path logDir, int port) {
    IpcServerConfig server = IpcServerConfig.defaults(port);
    return new TickerplantConfig(
        schema,
        logDir,
        server.listen(),
        port,
        server.access(),
        LogSync.NONE,
        ZoneId.systemDefault(),
        Duration.ZERO,
        KeepLogs.ALL,
        Duration.ZERO,
        Duration.ZERO,
        SlowPolicy.LOG,
        DEFAULT_MAX_QUEUE_BYTES,
        server.maxMessageBytes(),
        server.maxConnections(),
        null,
        null);
  }

  /** Listens on this address and lets these in. */
  public TickerplantConfig withListen(String wanted, Access who) {
    return new TickerplantConfig(
        schema,
        logDir,
        wanted,
        port,
        who,
        sync,
        zone,
        endOfDayOffset,
        keepLogs,
        heartbeat,
        batchInterval,
        slowPolicy,
        maxQueueBytes,
        maxMessageBytes,
        maxConnections,
        tls,
        upstream);
  }

  public TickerplantConfig withSync(LogSync wanted) {
    return new TickerplantConfig(
        schema,
        logDir,
        listen,
        port,
        access,
        wanted,
        zone,
        endOfDayOffset,
        keepLogs,
        heartbeat,
        batchInterval,
        slowPolicy,
        maxQueueBytes,
        maxMessageBytes,
        maxConnections,
        tls,
        upstream);
  }

  /** Ends the day at midnight of this zone, moved by this offset. */
  public TickerplantConfig withEndOfDay(ZoneId where, Duration offset) {
    return new TickerplantConfig(
        schema,
        logDir,
        listen,
        port,
        access,
        sync,
        where,
        offset,
        keepLogs,
        heartbeat,
        batchInterval,
        slowPolicy,
        maxQueueBytes,
        maxMessageBytes,
        maxConnections,
        tls,
        upstream);
  }

  /** Publishes a row of {@code heartbeat} this often; zero for never. */
  public TickerplantConfig withHeartbeat(Duration wanted) {
    return new TickerplantConfig(
        schema,
        logDir,
        listen,
        port,
        access,
        sync,
        zone,
        endOfDayOffset,
        keepLogs,
        wanted,
        batchInterval,
        slowPolicy,
        maxQueueBytes,
        maxMessageBytes,
        maxConnections,
        tls,
        upstream);
  }

  /** Publishes the rows of an interval together; zero publishes each message at once. */
  public TickerplantConfig withBatchInterval(Duration wanted) {
    return new TickerplantConfig(
        schema,
        logDir,
        listen,
        port,
        access,
        sync,
        zone,
        endOfDayOffset,
        keepLogs,
        heartbeat,
        wanted,
        slowPolicy,
        maxQueueBytes,
        maxMessageBytes,
        maxConnections,
        tls,
        upstream);
  }

  public TickerplantConfig withSlowPolicy(SlowPolicy wanted) {
    return new TickerplantConfig(
        schema,
        logDir,
        listen,
        port,
        access,
        sync,
        zone,
        endOfDayOffset,
        keepLogs,
        heartbeat,
        batchInterval,
        wanted,
        maxQueueBytes,
        maxMessageBytes,
        maxConnections,
        tls,
        upstream);
  }

  public TickerplantConfig withKeepLogs(KeepLogs wanted) {
    return new TickerplantConfig(
        schema,
        logDir,
        listen,
        port,
        access,
        sync,
        zone,
        endOfDayOffset,
        wanted,
        heartbeat,
        batchInterval,
        slowPolicy,
        maxQueueBytes,
        maxMessageBytes,
        maxConnections,
        tls,
        upstream);
  }

  public TickerplantConfig withMaxQueueBytes(long wanted) {
    return new TickerplantConfig(
        schema,
        logDir,
        listen,
        port,
        access,
        sync,
        zone,
        endOfDayOffset,
        keepLogs,
        heartbeat,
        batchInterval,
        slowPolicy,
        wanted,
        maxMessageBytes,
        maxConnections,
        tls,
        upstream);
  }

  /** Takes messages of this length and this many connections at most. */
  public TickerplantConfig withLimits(int messageBytes, int connections) {
    return new TickerplantConfig(
        schema,
        logDir,
        listen,
        port,
        access,
        sync,
        zone,
        endOfDayOffset,
        keepLogs,
        heartbeat,
        batchInterval,
        slowPolicy,
        maxQueueBytes,
        messageBytes,
        connections,
        tls,
        upstream);
  }

  /** Speaks TLS, and nothing else; null speaks plainly. */
  public TickerplantConfig withTls(@Nullable ServerTls wanted) {
    return new TickerplantConfig(
        schema,
        logDir,
        listen,
        port,
        access,
        sync,
        zone,
        endOfDayOffset,
        keepLogs,
        heartbeat,
        batchInterval,
        slowPolicy,
        maxQueueBytes,
        maxMessageBytes,
        maxConnections,
        wanted,
        upstream);
  }

  /** Takes the rows of this tickerplant; null takes those of publishers alone. */
  public TickerplantConfig withUpstream(@Nullable Endpoint wanted) {
    return new TickerplantConfig(
        schema,
        logDir,
        listen,
        port,
        access,
        sync,
        zone,
        endOfDayOffset,
        keepLogs,
        heartbeat,
        batchInterval,
        slowPolicy,
        maxQueueBytes,
        maxMessageBytes,
        maxConnections,
        tls,
        wanted);
  }
}
