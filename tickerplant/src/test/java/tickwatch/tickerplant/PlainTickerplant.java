package tickwatch.tickerplant;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import tickwatch.ipc.codec.MessageType;
import tickwatch.ipc.codec.ValueDecoder;
import tickwatch.ipc.codec.ValueEncoder;
import tickwatch.ipc.net.Connection;
import tickwatch.ipc.net.ConnectionHandler;
import tickwatch.ipc.net.IpcServer;
import tickwatch.ipc.net.IpcServerConfig;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.ErrorValue;
import tickwatch.ipc.value.IntAtom;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.UnaryPrimitive;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;
import tickwatch.tick.Schema;
import tickwatch.tick.TickLog;

/**
 * Says and does what kdb+'s own tickerplant does, and nothing more: no run, no log over the wire,
 * rows published with their upd as a table.
 */
final class PlainTickerplant implements ConnectionHandler, AutoCloseable {
  private final Schema schema;
  private final IpcServer server;
  private final List<Connection> subscribers = new CopyOnWriteArrayList<>();
  private Path log;
  private long messages;

  /** Whether it says where its log is; if not, it is one that has none. */
  volatile boolean tellsLog = true;

  /**
   * @param logged rows of {@code trade} that its log has already
   * @param port 0 takes a free one
   */
  PlainTickerplant(Path log, Schema schema, ListVector logged, int port) throws IOException {
    this.schema = schema;
    this.log = begin(log);
    append(logged);
    server = IpcServer.start(IpcServerConfig.defaults(port), this);
  }

  private static Path begin(Path log) throws IOException {
    ByteBuffer header = TickLog.header();
    byte[] bytes = new byte[header.remaining()];
    header.get(bytes);
    return Files.write(log, bytes);
  }

  boolean hasSubscribers() {
    return !subscribers.isEmpty();
  }

  int port() {
    return server.port();
  }

  @Override
  public synchronized void message(
      Connection connection, MessageType type, ByteBuf buffer, int start, int length) {
    Value asked = new ValueDecoder().decodeMessage(buffer.slice(start, length));
    String text = asked instanceof ByteVector chars ? chars.text() : "";
    Value answer;
    if (text.contains(".u.sub")) {
      subscribers.add(connection);
      Value tables =
          ListVector.of(
              schema.tables().stream()
                  .map(table -> (Value) ListVector.of(new SymbolAtom(table.name()), table.empty()))
                  .toArray(Value[]::new));
      // A name that a dictionary has not gives a null.
      answer = ListVector.of(tables, ListVector.of(count(), name(), UnaryPrimitive.IDENTITY));
    } else {
      answer =
          text.equals(".u.L")
              ? name()
              : text.isEmpty() ? UnaryPrimitive.IDENTITY : new ErrorValue(text);
    }
    if (type == MessageType.SYNC) {
      connection.respond(answer);
    }
  }

  private Value count() {
    return new LongAtom(QType.LONG, messages);
  }

  private Value name() {
    return tellsLog ? SymbolAtom.ofText(":" + log) : SymbolAtom.NULL;
  }

  synchronized void publish(ListVector columns) throws IOException {
    append(columns);
    Table rows =
        new Table(
            Objects.requireNonNull(schema.table("trade")).columns(),
            Stream.of(columns.toArray()).map(column -> (Vector) column).toList());
    send(ListVector.of(new SymbolAtom("upd"), new SymbolAtom("trade"), rows));
  }

  private void append(ListVector columns) throws IOException {
    ByteBuf bytes = Unpooled.buffer();
    ValueEncoder.encode(
        ListVector.of(new SymbolAtom("upd"), new SymbolAtom("trade"), columns), bytes);
    byte[] message = new byte[bytes.readableBytes()];
    bytes.readBytes(message);
    Files.write(log, message, StandardOpenOption.APPEND);
    messages++;
  }

  /** Ends the day of its log, and goes on in another one. */
  synchronized void endDay(Path next) throws IOException {
    int day = TickLog.dayOf(log.toString());
    log = begin(next);
    messages = 0;
    sendEnd(day);
  }

  void sendEnd(int day) {
    send(ListVector.of(new SymbolAtom(".u.end"), new IntAtom(QType.DATE, day)));
  }

  private void send(Value message) {
    subscribers.forEach(subscriber -> subscriber.send(message));
  }

  @Override
  public void close() {
    server.close();
  }
}
