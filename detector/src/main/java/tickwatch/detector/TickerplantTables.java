package tickwatch.detector;

import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tickwatch.ipc.net.ClientConnection;
import tickwatch.ipc.net.ConnectionHandler;
import tickwatch.ipc.net.Endpoint;
import tickwatch.ipc.net.IpcClient;
import tickwatch.ipc.net.IpcServerConfig;
import tickwatch.ipc.net.RemoteError;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;
import tickwatch.tick.Schema;
import tickwatch.tick.SystemTables;
import tickwatch.tick.TableSchema;

/**
 * The tables that a tickerplant has.
 *
 * @param ofData all but the system's own
 * @param ofPeopleAndTargets of what people say and of what alert targets took, those that it has
 */
record TickerplantTables(Schema ofData, List<String> ofPeopleAndTargets) {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  /**
   * Asks for them, on a connection of its own.
   *
   * @throws ExecutionException if it cannot be reached
   * @throws TimeoutException if it does not answer
   * @throws DetectorException if it refuses to say, or is no tickerplant
   */
  static TickerplantTables ask(Endpoint tickerplant, EventLoopGroup loops)
      throws ExecutionException, InterruptedException, TimeoutException {
    ConnectionHandler ignoring = (from, type, buffer, start, length) -> {};
    ClientConnection connection =
        IpcClient.connect(
                tickerplant, TIMEOUT, IpcServerConfig.DEFAULT_MAX_MESSAGE_BYTES, loops, ignoring)
            .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    try {
      return of(connection, tickerplant);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RemoteError refused) {
        throw new DetectorException(
            "the tickerplant at "
                + at(tickerplant)
                + " refuses to say its schema: '"
                + refused.text()
                + " (expected: the right to read; see --users there)",
            refused);
      }
      throw e;
    } finally {
      connection.close();
    }
  }

  /** Where it is, without who asks. */
  static String at(Endpoint tickerplant) {
    return tickerplant.host() + ":" + tickerplant.port();
  }

  private static TickerplantTables of(ClientConnection connection, Endpoint tickerplant)
      throws ExecutionException, InterruptedException, TimeoutException {
    Value names = ask(connection, ".u.t");
    if (!(names instanceof SymbolVector tables)) {
      throw new DetectorException(
          "what answers at "
              + at(tickerplant)
              + " is no tickerplant: .u.t is of type "
              + names.type());
    }
    List<TableSchema> found = new ArrayList<>();
    List<String> also = new ArrayList<>();
    for (int i = 0; i < tables.length(); i++) {
      String table = tables.get(i);
      if (table.equals(Follower.FEEDBACK) || table.equals(AlertRows.ALERT)) {
        also.add(table);
      }
      if (SystemTables.contains(table)) {
        continue;
      }
      Value empty = ask(connection, "0#" + table);
      if (empty instanceof Table rows) {
        List<QType> types = rows.columns().stream().map(Vector::type).toList();
        found.add(new TableSchema(table, rows.names(), types, 0));
      }
    }
    return new TickerplantTables(Schema.of(found), List.copyOf(also));
  }

  private static Value ask(ClientConnection connection, String q)
      throws ExecutionException, InterruptedException, TimeoutException {
    return connection.request(ByteVector.string(q)).get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
  }
}
