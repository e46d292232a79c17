package tickwatch.rdb;

import org.jspecify.annotations.Nullable;
import tickwatch.ipc.net.Access;
import tickwatch.ipc.net.Endpoint;
import tickwatch.ipc.net.IpcServerConfig;
import tickwatch.ipc.net.ServerTls;
import tickwatch.rdb.store.Retention;

/**
 * How an rdb runs.
 *
 * @param listen address to listen on
 * @param port 0 to 65535; 0 takes a free one
 * @param tickerplant where it is, and as whom to log in
 * @param keep which rows stay in memory
 * @param endOfDay what happens when the tickerplant ends a day
 * @param access who may connect; a query needs the right to read
 * @param queries what queries may take
 * @param maxMessageBytes longest query taken
 */
public record RdbConfig(
    String listen,
    int port,
    Endpoint tickerplant,
    Retention keep,
    EndOfDay endOfDay,
    Access access,
    QueryLimits queries,
    int maxMessageBytes,
    @Nullable ServerTls tls) {
  public static final int DEFAULT_PORT = 5011;

  public RdbConfig {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("rdb.port: " + port + " (expected: 0 to 65535)");
    }
  }

  /** Loopback only, anonymous, port 5011, keeps all rows, {@link QueryLimits#defaults}. */
  public static RdbConfig defaults(Endpoint tickerplant) {
    return new RdbConfig(
        "127.0.0.1",
        DEFAULT_PORT,
        tickerplant,
        Retention.ALL,
        EndOfDay.KEEP,
        Access.anonymousLoopback(),
        QueryLimits.defaults(),
        IpcServerConfig.DEFAULT_MAX_MESSAGE_BYTES,
        null);
  }

  public RdbConfig withListen(String wanted) {
    return new RdbConfig(
        wanted, port, tickerplant, keep, endOfDay, access, queries, maxMessageBytes, tls);
  }

  public RdbConfig withPort(int wanted) {
    return new RdbConfig(
        listen, wanted, tickerplant, keep, endOfDay, access, queries, maxMessageBytes, tls);
  }

  public RdbConfig withKeep(Retention wanted) {
    return new RdbConfig(
        listen, port, tickerplant, wanted, endOfDay, access, queries, maxMessageBytes, tls);
  }

  public RdbConfig withEndOfDay(EndOfDay wanted) {
    return new RdbConfig(
        listen, port, tickerplant, keep, wanted, access, queries, maxMessageBytes, tls);
  }

  public RdbConfig withAccess(Access wanted) {
    return new RdbConfig(
        listen, port, tickerplant, keep, endOfDay, wanted, queries, maxMessageBytes, tls);
  }

  public RdbConfig withQueries(QueryLimits wanted) {
    return new RdbConfig(
        listen, port, tickerplant, keep, endOfDay, access, wanted, maxMessageBytes, tls);
  }

  /** Speaks TLS, and nothing else; null speaks plainly. */
  public RdbConfig withTls(@Nullable ServerTls wanted) {
    return new RdbConfig(
        listen, port, tickerplant, keep, endOfDay, access, queries, maxMessageBytes, wanted);
  }
}
