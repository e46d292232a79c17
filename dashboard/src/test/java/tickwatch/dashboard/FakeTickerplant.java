package tickwatch.dashboard;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.codec.MessageType;
import tickwatch.ipc.codec.ValueDecoder;
import tickwatch.ipc.codec.ValueEncoder;
import tickwatch.ipc.net.Connection;
import tickwatch.ipc.net.ConnectionHandler;
import tickwatch.ipc.net.IpcServer;
import tickwatch.ipc.net.IpcServerConfig;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.UnaryPrimitive;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;
import tickwatch.tick.TableSchema;
import tickwatch.tick.TickLog;

/**
 * As much of a tickerplant as a dashboard needs: a log, the answer to a subscription, {@code upd}
 * to whoever subscribed, and {@code .u.upd} from whoever publishes.
 */
final class FakeTickerplant implements ConnectionHandler, AutoCloseable {
  private final Path log;
  private final List<TableSchema> schemas;
  private final ValueDecoder decoder = new ValueDecoder();
  private final List<Connection> subscribers = new ArrayList<>();
  private final IpcServer server;
  private long messages;

  /** Goes on with a log that is there already. */
  FakeTickerplant(int port, Path log, TableSchema... schemas) throws IOException {
    this.log = log;
    this.schemas = List.of(schemas);
    if (Files.exists(log)) {
      messages = TickLog.count(log).messages();
    } else {
      Files.write(log, TickLog.header().array());
    }
    this.server = IpcServer.start(IpcServerConfig.defaults(port), this);
  }

  int port() {
    return server.port();
  }

  /** Logs rows, and sends them to whoever has subscribed. */
  synchronized void publish(String table, Table rows) {
    ByteBuf bytes = Unpooled.buffer();
    Value columns = ListVector.of(rows.columns().toArray(Value[]::new));
    ValueEncoder.encode(
        ListVector.of(new SymbolAtom("upd"), new SymbolAtom(table), columns), bytes);
    try {
      Files.write(
          log, Arrays.copyOf(bytes.array(), bytes.readableBytes()), StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    messages++;
    for (Connection subscriber : subscribers) {
      subscriber.send(ListVector.of(new SymbolAtom("upd"), new SymbolAtom(table), rows));
    }
  }

  @Override
  public synchronized void message(
      Connection connection, MessageType type, ByteBuf buffer, int start, int length) {
    Value question = decoder.decodeMessage(buffer.slice(start, length));
    if (type != MessageType.SYNC) {
      published(question);
      return;
    }
    if (question instanceof ByteVector text && text.text().contains(".u.sub")) {
      subscribers.add(connection);
      connection.respond(subscription());
    } else {
      connection.respond(UnaryPrimitive.IDENTITY);
    }
  }

  private void published(Value message) {
    if (message instanceof ListVector parts
        && parts.get(1) instanceof SymbolAtom table
        && parts.get(2) instanceof ListVector columns) {
      for (TableSchema schema : schemas) {
        if (schema.name().equals(table.name())) {
          List<Vector> vectors = new ArrayList<>();
          for (int i = 0; i < columns.length(); i++) {
            vectors.add((Vector) columns.get(i));
          }
          publish(table.name(), new Table(schema.columns(), vectors));
        }
      }
    }
  }

  /** As q answers {@code (.u.sub[`;`];.u `i`L)}. */
  private Value subscription() {
    Value[] tables =
        schemas.stream()
            .map(table -> ListVector.of(new SymbolAtom(table.name()), table.empty()))
            .toArray(Value[]::new);
    return ListVector.of(
        ListVector.of(tables),
        ListVector.of(new LongAtom(QType.LONG, messages), SymbolAtom.ofText(":" + log)));
  }

  @Override
  public synchronized void closed(Connection connection, @Nullable Throwable cause) {
    subscribers.remove(connection);
  }

  /** Goes away with all its connections; the log stays. */
  void die() {
    server.close();
  }

  @Override
  public void close() {
    die();
  }
}
