package tickwatch.dashboard;

import org.jspecify.annotations.Nullable;
import tickwatch.ipc.net.Access;
import tickwatch.ipc.net.Endpoint;
import tickwatch.ipc.net.ServerTls;

/**
 * How a dashboard runs.
 *
 * @param listen address to listen on
 * @param port 0 to 65535; 0 takes a free one
 * @param access who may look, and who may say what an anomaly was
 * @param tls null to speak plainly
 * @param tickerplant whom to follow, and to publish feedback to
 * @param rdb whom to ask for older rows, and questions in q; null for nobody
 * @param maxRows rows of a sensor kept for the charts, at most
 * @param maxBytes of all these rows, about
 * @param maxSensors sensors kept; those silent longest go first
 * @param maxAnomalies anomalies kept
 * @param maxClients open connections of browsers
 */
public record DashboardConfig(
    String listen,
    int port,
    Access access,
    @Nullable ServerTls tls,
    Endpoint tickerplant,
    @Nullable Endpoint rdb,
    int maxRows,
    long maxBytes,
    int maxSensors,
    int maxAnomalies,
    int maxClients) {
  public static final int DEFAULT_PORT = 8080;

  public DashboardConfig {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("dashboard.http: " + port + " (expected: 0 to 65535)");
    }
    atLeast("max-rows", maxRows, 64);
    atLeast("max-memory", maxBytes, 1 << 20);
    atLeast("max-sensors", maxSensors, 1);
    atLeast("max-anomalies", maxAnomalies, 1);
    atLeast("max-clients", maxClients, 1);
  }

  private static void atLeast(String name, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(
          "dashboard." + name + ": " + value + " (expected: " + least + " or more)");
    }
  }

  /** Loopback only, anonymous, port 8080, no rdb; 16384 rows of a sensor, 256 MB in all. */
  public static DashboardConfig defaults(Endpoint tickerplant) {
    return new DashboardConfig(
        "127.0.0.1",
        DEFAULT_PORT,
        Access.anonymousLoopback(),
        null,
        tickerplant,
        null,
        1 << 14,
        256L << 20,
        2000,
        1000,
        256);
  }

  public DashboardConfig withListen(String wanted, Access wantedAccess) {
    return new DashboardConfig(
        wanted,
        port,
        wantedAccess,
        tls,
        tickerplant,
        rdb,
        maxRows,
        maxBytes,
        maxSensors,
        maxAnomalies,
        maxClients);
  }

  /** Speaks TLS, and nothing else; null speaks plainly. */
  public DashboardConfig withTls(@Nullable ServerTls wanted) {
    return new DashboardConfig(
        listen,
        port,
        access,
        wanted,
        tickerplant,
        rdb,
        maxRows,
        maxBytes,
        maxSensors,
        maxAnomalies,
        maxClients);
  }

  public DashboardConfig withPort(int wanted) {
    return new DashboardConfig(
        listen,
        wanted,
        access,
        tls,
        tickerplant,
        rdb,
        maxRows,
        maxBytes,
        maxSensors,
        maxAnomalies,
        maxClients);
  }

  public DashboardConfig withRdb(@Nullable Endpoint wanted) {
    return new DashboardConfig(
        listen,
        port,
        access,
        tls,
        tickerplant,
        wanted,
        maxRows,
        maxBytes,
        maxSensors,
        maxAnomalies,
        maxClients);
  }

  public DashboardConfig withMaxRows(int wanted) {
    return new DashboardConfig(
        listen,
        port,
        access,
        tls,
        tickerplant,
        rdb,
        wanted,
        maxBytes,
        maxSensors,
        maxAnomalies,
        maxClients);
  }

  public DashboardConfig withMaxBytes(long wanted) {
    return new DashboardConfig(
        listen,
        port,
        access,
        tls,
        tickerplant,
        rdb,
        maxRows,
        wanted,
        maxSensors,
        maxAnomalies,
        maxClients);
  }

  public DashboardConfig withMaxSensors(int wanted) {
    return new DashboardConfig(
        listen,
        port,
        access,
        tls,
        tickerplant,
        rdb,
        maxRows,
        maxBytes,
        wanted,
        maxAnomalies,
        maxClients);
  }

  public DashboardConfig withMaxClients(int wanted) {
    return new DashboardConfig(
        listen,
        port,
        access,
        tls,
        tickerplant,
        rdb,
        maxRows,
        maxBytes,
        maxSensors,
        maxAnomalies,
        wanted);
  }
}
