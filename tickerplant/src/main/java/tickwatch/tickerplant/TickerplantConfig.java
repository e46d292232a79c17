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
 * How a tickerplant runs: {@link #defaults}, and what differs from them.
 *
 * <p><b>Threads.</b> It never changes: each {@code with} gives another one.
 */
public final class TickerplantConfig implements Cloneable {
  /** 16 MiB. */
  public static final long DEFAULT_MAX_QUEUE_BYTES = 16L << 20;

  private final Path schema;
  private final Path logDir;
  private final int port;

  // Changed in a copy before anybody sees it, and never again.
  private String listen;
  private Access access;
  private @Nullable ServerTls tls;
  private LogSync sync = LogSync.NONE;
  private ZoneId zone = ZoneId.systemDefault();
  private Duration endOfDayOffset = Duration.ZERO;
  private KeepLogs keepLogs = KeepLogs.ALL;
  private Duration heartbeat = Duration.ZERO;
  private Duration batchInterval = Duration.ZERO;
  private SlowPolicy slowPolicy = SlowPolicy.LOG;
  private long maxQueueBytes = DEFAULT_MAX_QUEUE_BYTES;
  private int maxMessageBytes;
  private long maxUnfinishedBytes;
  private long memoryBytes = Runtime.getRuntime().maxMemory();
  private int maxConnections;
  private @Nullable Endpoint upstream;

  private TickerplantConfig(Path schema, Path logDir, int port) {
    this.schema = schema;
    this.logDir = logDir;
    this.port = port;
    IpcServerConfig server = IpcServerConfig.defaults(port);
    listen = server.listen();
    access = server.access();
    maxMessageBytes = server.maxMessageBytes();
    maxUnfinishedBytes = server.maxUnfinishedBytes();
    maxConnections = server.maxConnections();
  }

  /**
   * Loopback, anonymous, the log not forced, local midnight, 16 MiB a subscriber.
   *
   * @param schema the q file that defines the tables; its stem names the logs
   * @param logDir where the logs go: {@code <logDir>/<schema name><YYYY.MM.DD>}
   * @param port 0 takes a free one
   */
  public static TickerplantConfig defaults(Path schema, Path logDir, int port) {
    return new TickerplantConfig(schema, logDir, port);
  }

  private TickerplantConfig copy() {
    try {
      return (TickerplantConfig) clone();
    } catch (CloneNotSupportedException e) {
      throw new AssertionError(e);
    }
  }

  // ---- what may differ

  /** Listens on this address and lets these in. */
  public TickerplantConfig withListen(String address, Access who) {
    TickerplantConfig copy = copy();
    copy.listen = address;
    copy.access = who;
    return copy;
  }

  /** Speaks TLS, and nothing else; null speaks plainly. */
  public TickerplantConfig withTls(@Nullable ServerTls wanted) {
    TickerplantConfig copy = copy();
    copy.tls = wanted;
    return copy;
  }

  /** When the log is forced to the disk. */
  public TickerplantConfig withSync(LogSync wanted) {
    TickerplantConfig copy = copy();
    copy.sync = wanted;
    return copy;
  }

  /**
   * Ends the day at midnight of this zone, moved by this offset.
   *
   * @param offset added to the local time before its date is taken: with {@code -PT17H} days end at
   *     17:00
   */
  public TickerplantConfig withEndOfDay(ZoneId where, Duration offset) {
    TickerplantConfig copy = copy();
    copy.zone = where;
    copy.endOfDayOffset = offset;
    return copy;
  }

  /** How long the logs of ended days are kept. */
  public TickerplantConfig withKeepLogs(KeepLogs wanted) {
    TickerplantConfig copy = copy();
    copy.keepLogs = wanted;
    return copy;
  }

  /** Publishes a row of {@code heartbeat} this often; zero for never. */
  public TickerplantConfig withHeartbeat(Duration wanted) {
    TickerplantConfig copy = copy();
    copy.heartbeat = wanted;
    return copy;
  }

  /**
   * Publishes the rows of an interval together; zero publishes each message at once.
   *
   * @throws IllegalArgumentException for less than a millisecond
   */
  public TickerplantConfig withBatchInterval(Duration wanted) {
    if (wanted.isNegative() || (!wanted.isZero() && wanted.toMillis() < 1)) {
      throw new IllegalArgumentException(
          "batchInterval: " + wanted + " (expected: a millisecond or more, or zero)");
    }
    TickerplantConfig copy = copy();
    copy.batchInterval = wanted;
    return copy;
  }

  /** What becomes of a subscriber for which more waits than {@link #maxQueueBytes}. */
  public TickerplantConfig withSlowPolicy(SlowPolicy wanted) {
    TickerplantConfig copy = copy();
    copy.slowPolicy = wanted;
    return copy;
  }

  /**
   * Bytes that may wait for one subscriber.
   *
   * @throws IllegalArgumentException for less than 64 KiB
   */
  public TickerplantConfig withMaxQueueBytes(long wanted) {
    if (wanted < 1 << 16) {
      throw new IllegalArgumentException("maxQueueBytes: " + wanted + " (expected: 65536 or more)");
    }
    TickerplantConfig copy = copy();
    copy.maxQueueBytes = wanted;
    return copy;
  }

  /** Takes messages of this length and this many connections at most. */
  public TickerplantConfig withLimits(int messageBytes, int connections) {
    TickerplantConfig copy = copy();
    copy.maxMessageBytes = messageBytes;
    copy.maxConnections = connections;
    return copy;
  }

  /** Memory of the messages that have begun and not ended, over all connections. */
  public TickerplantConfig withMaxUnfinishedBytes(long wanted) {
    TickerplantConfig copy = copy();
    copy.maxUnfinishedBytes = wanted;
    return copy;
  }

  /** Takes the rows of this tickerplant; null takes those of publishers alone. */
  public TickerplantConfig withUpstream(@Nullable Endpoint wanted) {
    TickerplantConfig copy = copy();
    copy.upstream = wanted;
    return copy;
  }

  // ---- what is so

  public Path schema() {
    return schema;
  }

  public Path logDir() {
    return logDir;
  }

  public String listen() {
    return listen;
  }

  public int port() {
    return port;
  }

  public Access access() {
    return access;
  }

  public @Nullable ServerTls tls() {
    return tls;
  }

  public LogSync sync() {
    return sync;
  }

  public ZoneId zone() {
    return zone;
  }

  public Duration endOfDayOffset() {
    return endOfDayOffset;
  }

  public KeepLogs keepLogs() {
    return keepLogs;
  }

  public Duration heartbeat() {
    return heartbeat;
  }

  public Duration batchInterval() {
    return batchInterval;
  }

  public SlowPolicy slowPolicy() {
    return slowPolicy;
  }

  public long maxQueueBytes() {
    return maxQueueBytes;
  }

  public int maxMessageBytes() {
    return maxMessageBytes;
  }

  /**
   * The memory there is, of which the limits of decoded messages and of answers that are not read
   * are shares.
   *
   * @param wanted bytes; by default Java's heap
   */
  TickerplantConfig withMemoryBytes(long wanted) {
    TickerplantConfig copy = copy();
    copy.memoryBytes = wanted;
    return copy;
  }

  long memoryBytes() {
    return memoryBytes;
  }

  public long maxUnfinishedBytes() {
    return maxUnfinishedBytes;
  }

  public int maxConnections() {
    return maxConnections;
  }

  public @Nullable Endpoint upstream() {
    return upstream;
  }
}
