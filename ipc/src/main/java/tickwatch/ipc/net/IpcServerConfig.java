package tickwatch.ipc.net;

import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a server listens.
 *
 * @param listen address or host name to listen on; {@code 0.0.0.0} is all of this machine
 * @param port 0 to 65535; 0 takes a free one
 * @param threads event loops; with 1, all connections share one thread
 * @param access who may connect
 * @param maxMessageBytes longest message taken, header included, before and after decompression; of
 *     those who may not publish, {@link #MAX_QUESTION_BYTES} at most
 * @param maxUnfinishedBytes memory of the messages that have begun and not ended, over all
 *     connections; who began first makes room, and is closed
 * @param maxConnections open connections, including those in their handshake; when there is one
 *     more, the oldest handshake that is not finished makes room for it, else it is closed
 * @param handshakeTimeout time for the credentials, or for an HTTP request and its answer
 * @param http answers HTTP on the same port
 * @param tls null to speak plainly
 */
public record IpcServerConfig(
    String listen,
    int port,
    int threads,
    Access access,
    int maxMessageBytes,
    long maxUnfinishedBytes,
    int maxConnections,
    Duration handshakeTimeout,
    HttpHandler http,
    @Nullable ServerTls tls) {
  /** 256 MiB. */
  public static final int DEFAULT_MAX_MESSAGE_BYTES = 256 << 20;

  /**
   * 16 MiB: long enough for any question. A few kilobytes can be a compressed message of a hundred
   * times that; whoever may only ask shall not make the server unpack and look at 256 MiB.
   */
  public static final int MAX_QUESTION_BYTES = 16 << 20;

  public IpcServerConfig {
    if (port < 0 || port > 65535) {
      throw new NetException("port: " + port + " (expected: 0 to 65535)");
    }
    if (threads < 1) {
      throw new NetException("threads: " + threads + " (expected: 1 or more)");
    }
    if (maxMessageBytes < 1024) {
      throw new NetException("maxMessageBytes: " + maxMessageBytes + " (expected: 1024 or more)");
    }
    if (maxUnfinishedBytes < 1 << 20) {
      throw new NetException(
          "maxUnfinishedBytes: " + maxUnfinishedBytes + " (expected: 1048576 or more)");
    }
    if (maxConnections < 1) {
      throw new NetException("maxConnections: " + maxConnections + " (expected: 1 or more)");
    }
    if (handshakeTimeout.isZero() || handshakeTimeout.isNegative()) {
      throw new NetException(
          "handshakeTimeout: " + handshakeTimeout + " (expected: more than nothing)");
    }
  }

  /** The longest message taken from this user. */
  int maxMessageBytes(User user) {
    return user.may(Right.PUBLISH)
        ? maxMessageBytes
        : Math.min(maxMessageBytes, MAX_QUESTION_BYTES);
  }

  /** Half of what the Java process may take for its heap, which is also what it may take beside. */
  public static long defaultMaxUnfinishedBytes() {
    return Runtime.getRuntime().maxMemory() / 2;
  }

  /**
   * Loopback only, anonymous, one event loop, messages of up to 256 MiB, 1024 connections, 10 s for
   * a handshake, no HTTP paths.
   */
  public static IpcServerConfig defaults(int port) {
    return new IpcServerConfig(
        "127.0.0.1",
        port,
        1,
        Access.anonymousLoopback(),
        DEFAULT_MAX_MESSAGE_BYTES,
        defaultMaxUnfinishedBytes(),
        1024,
        Duration.ofSeconds(10),
        HttpHandler.none(),
        null);
  }

  public IpcServerConfig withListen(String wanted) {
    return with(change -> change.listen = wanted);
  }

  public IpcServerConfig withThreads(int wanted) {
    return with(change -> change.threads = wanted);
  }

  public IpcServerConfig withAccess(Access wanted) {
    return with(change -> change.access = wanted);
  }

  public IpcServerConfig withMaxMessageBytes(int wanted) {
    return with(change -> change.maxMessageBytes = wanted);
  }

  public IpcServerConfig withMaxUnfinishedBytes(long wanted) {
    return with(change -> change.maxUnfinishedBytes = wanted);
  }

  public IpcServerConfig withMaxConnections(int wanted) {
    return with(change -> change.maxConnections = wanted);
  }

  public IpcServerConfig withHandshakeTimeout(Duration wanted) {
    return with(change -> change.handshakeTimeout = wanted);
  }

  public IpcServerConfig withHttp(HttpHandler wanted) {
    return with(change -> change.http = wanted);
  }

  /** Speaks TLS, and nothing else; null speaks plainly. */
  public IpcServerConfig withTls(@Nullable ServerTls wanted) {
    return with(change -> change.tls = wanted);
  }

  private IpcServerConfig with(Consumer<Change> what) {
    Change change = new Change(this);
    what.accept(change);
    return new IpcServerConfig(
        change.listen,
        port,
        change.threads,
        change.access,
        change.maxMessageBytes,
        change.maxUnfinishedBytes,
        change.maxConnections,
        change.handshakeTimeout,
        change.http,
        change.tls);
  }

  /** All that may be changed. */
  private static final class Change {
    private String listen;
    private int threads;
    private Access access;
    private int maxMessageBytes;
    private long maxUnfinishedBytes;
    private int maxConnections;
    private Duration handshakeTimeout;
    private HttpHandler http;
    private @Nullable ServerTls tls;

    Change(IpcServerConfig config) {
      this.listen = config.listen;
      this.threads = config.threads;
      this.access = config.access;
      this.maxMessageBytes = config.maxMessageBytes;
      this.maxUnfinishedBytes = config.maxUnfinishedBytes;
      this.maxConnections = config.maxConnections;
      this.handshakeTimeout = config.handshakeTimeout;
      this.http = config.http;
      this.tls = config.tls;
    }
  }
}
