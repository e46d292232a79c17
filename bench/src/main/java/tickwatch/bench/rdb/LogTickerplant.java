package tickwatch.bench.rdb;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import tickwatch.ipc.codec.MessageType;
import tickwatch.ipc.codec.ValueEncoder;
import tickwatch.ipc.net.Connection;
import tickwatch.ipc.net.ConnectionHandler;
import tickwatch.ipc.net.IpcServer;
import tickwatch.ipc.net.IpcServerConfig;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Value;
import tickwatch.tick.TableSchema;
import tickwatch.tick.TickLog;
import tickwatch.tick.TickLogWriter;

/** As much of a tickerplant as it takes to have an rdb replay a log of readings. */
public final class LogTickerplant implements ConnectionHandler, AutoCloseable {
  static final TableSchema SCHEMA = new TableSchema("readings", Readings.NAMES, Readings.TYPES, 0);

  private final Path log;
  private final long messages;
  private final IpcServer server;

  /** Writes a log of these rows, so many a message, and listens. */
  public LogTickerplant(Path log, Readings rows, int batch) throws IOException {
    this.log = log;
    this.messages = (rows.count + batch - 1L) / batch;
    ByteBuffer header = TickLog.header();
    byte[] start = new byte[header.remaining()];
    header.get(start);
    Files.write(log, start);
    try (TickLogWriter writer = TickLogWriter.open(log, start.length)) {
      ByteBuf bytes = Unpooled.directBuffer(1 << 22);
      for (int from = 0; from < rows.count; from += batch) {
        Value columns =
            ListVector.of(
                rows.rows(from, Math.min(batch, rows.count - from))
                    .columns()
                    .toArray(Value[]::new));
        ValueEncoder.encode(
            ListVector.of(new SymbolAtom("upd"), new SymbolAtom("readings"), columns), bytes);
        if (bytes.readableBytes() > 1 << 21 || from + batch >= rows.count) {
          writer.append(new ByteBuffer[] {bytes.nioBuffer()}, 1);
          bytes.clear();
        }
      }
      bytes.release();
    }
    this.server = IpcServer.start(IpcServerConfig.defaults(0), this);
  }

  public int port() {
    return server.port();
  }

  @Override
  public void message(
      Connection connection, MessageType type, ByteBuf buffer, int start, int length) {
    if (type == MessageType.SYNC) {
      Value tables = ListVector.of(ListVector.of(new SymbolAtom("readings"), SCHEMA.empty()));
      connection.respond(
          ListVector.of(
              tables,
              ListVector.of(new LongAtom(QType.LONG, messages), SymbolAtom.ofText(":" + log))));
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
