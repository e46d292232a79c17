package tickwatch.detector;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.codec.MessageType;
import tickwatch.ipc.codec.ValueDecoder;
import tickwatch.ipc.codec.ValueEncoder;
import tickwatch.ipc.net.Connection;
import tickwatch.ipc.net.ConnectionHandler;
import tickwatch.ipc.net.IpcServer;
import tickwatch.ipc.net.IpcServerConfig;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.ErrorValue;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;
import tickwatch.tick.TableSchema;

/**
 * As much of a tickerplant as a detector needs: one table, a log file, numbered publishing. It
 * stands here because a process never has another on its class path.
 */
final class FakeTickerplant implements ConnectionHandler, AutoCloseable {
  private final TableSchema schema;
  private final Path log;
  private final IpcServer server;
  private final List<Connection> subscribers = new ArrayList<>();
  private final Map<String, Long> seqs = new HashMap<>();
  private final Map<String, List<Table>> accepted = new HashMap<>();
  private final Map<String, List<String>> columns;
  private long messages;

  /**
   * Listens.
   *
   * @param columns the columns of the tables that can be published to
   */
  FakeTickerplant(int port, TableSchema schema, Path directory, Map<String, List<String>> columns)
      throws IOException {
    this.schema = schema;
    this.columns = columns;
    this.log = directory.resolve("plant2026.11.23");
    Files.write(log, new byte[] {(byte) 0xff, 1, 0, 0, 0, 0, 0, 0});
    this.server = IpcServer.start(IpcServerConfig.defaults(port), this);
  }

  int port() {
    return server.port();
  }

  /** Logs rows and sends them to the subscribers. */
  synchronized void publish(Table rows) {
    Value name = new SymbolAtom(schema.name());
    ByteBuf record = Unpooled.buffer();
    ValueEncoder.encode(
        ListVector.of(
            new SymbolAtom("upd"), name, ListVector.of(rows.columns().toArray(Value[]::new))),
        record);
    try {
      Files.write(log, ByteBufUtil.getBytes(record), StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    messages++;
    for (Connection subscriber : subscribers) {
      subscriber.send(ListVector.of(new SymbolAtom("upd"), name, rows));
    }
  }

  /** Everything accepted for a table, one row each, in order. */
  synchronized List<Table> accepted(String table) {
    List<Table> rows = new ArrayList<>();
    for (Table part : accepted.getOrDefault(table, List.of())) {
      for (int row = 0; row < part.rowCount(); row++) {
        rows.add(part.slice(row, row + 1));
      }
    }
    return rows;
  }

  /** Breaks all connections. */
  synchronized void hangUp() {
    List.copyOf(subscribers).forEach(Connection::close);
  }

  @Override
  public synchronized void message(
      Connection c, MessageType type, ByteBuf buffer, int start, int length) {
    Value value = new ValueDecoder().decodeMessage(buffer.slice(start, length));
    if (type == MessageType.SYNC) {
      c.respond(answer(c, value));
    } else if (value instanceof ListVector list && list.get(0).equals(new SymbolAtom(".u.updn"))) {
      take(list);
    }
  }

  private void take(ListVector message) {
    String publisher = ((SymbolAtom) message.get(1)).name();
    long seq = ((LongAtom) message.get(2)).value();
    String table = ((SymbolAtom) message.get(3)).name();
    if (seq <= seqs.getOrDefault(publisher, 0L)) {
      return;
    }
    seqs.put(publisher, seq);
    List<Vector> vectors = new ArrayList<>();
    for (Value column : ((ListVector) message.get(4)).toArray()) {
      vectors.add((Vector) column);
    }
    List<String> names = columns.get(table);
    if (names == null) {
      throw new IllegalStateException("published to " + table);
    }
    accepted.computeIfAbsent(table, unused -> new ArrayList<>()).add(new Table(names, vectors));
  }

  private Value answer(Connection c, Value query) {
    String text = text(query);
    if (text != null) {
      if (text.isEmpty()) {
        return LongAtom.of(0);
      }
      if (text.equals(".u.t")) {
        return SymbolVector.of("score", schema.name());
      }
      return text.equals("0#" + schema.name()) ? schema.empty() : new ErrorValue(text);
    }
    if (query instanceof ListVector list && list.get(0).equals(new SymbolAtom(".u.chk"))) {
      String publisher = ((SymbolAtom) list.get(1)).name();
      return new Dictionary(
          SymbolVector.of("seq", "accepted", "refused"),
          LongVector.of(QType.LONG, seqs.getOrDefault(publisher, -1L), 0, 0));
    }
    if (query instanceof ListVector list && list.length() == 3) {
      subscribers.add(c);
      return ListVector.of(
          ListVector.of(ListVector.of(new SymbolAtom(schema.name()), schema.empty())),
          ListVector.of(LongAtom.of(messages), SymbolAtom.ofText(":" + log.toAbsolutePath())));
    }
    return new ErrorValue("nyi");
  }

  private static @Nullable String text(Value value) {
    if (!(value instanceof ByteVector chars) || chars.type() != QType.CHAR) {
      return null;
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < chars.length(); i++) {
      text.append((char) (chars.get(i) & 0xff));
    }
    return text.toString();
  }

  @Override
  public synchronized void closed(Connection c, @Nullable Throwable cause) {
    subscribers.remove(c);
  }

  @Override
  public void close() {
    server.close();
  }
}
