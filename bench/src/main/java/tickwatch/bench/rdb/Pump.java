package tickwatch.bench.rdb;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import tickwatch.ipc.codec.MessageType;
import tickwatch.ipc.codec.ValueEncoder;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.Null;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Value;

/**
 * A tickerplant without a log: it answers one subscriber and then sends it bytes that were encoded
 * before, as fast as it takes them or at a pace.
 */
final class Pump implements AutoCloseable {
  private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  private final CountDownLatch subscribed = new CountDownLatch(1);
  private volatile Socket socket = new Socket();

  Pump() throws IOException {
    Thread thread = new Thread(this::serve, "pump");
    thread.setDaemon(true);
    thread.start();
  }

  int port() {
    return server.getLocalPort();
  }

  /**
   * Single-row and other messages as the tickerplant sends them: {@code (`upd;`readings;table)}.
   */
  static byte[] frames(Readings rows, int from, int to, int batch) {
    ByteBuf bytes = Unpooled.buffer(1 << 20);
    for (int row = from; row < to; row += batch) {
      ValueEncoder.encodeMessage(
          MessageType.ASYNC,
          ListVector.of(
              new SymbolAtom("upd"),
              new SymbolAtom("readings"),
              rows.rows(row, Math.min(batch, to - row))),
          3,
          bytes);
    }
    byte[] out = new byte[bytes.readableBytes()];
    bytes.readBytes(out);
    return out;
  }

  private void serve() {
    try {
      Socket accepted = server.accept();
      accepted.setTcpNoDelay(true);
      DataInputStream in = new DataInputStream(accepted.getInputStream());
      while (in.readByte() != 0) {
        // The credentials and the capability, which do not matter here.
      }
      OutputStream out = accepted.getOutputStream();
      out.write(3);
      socket = accepted;
      while (true) {
        byte[] header = in.readNBytes(8);
        if (header.length < 8) {
          return;
        }
        int length = 0;
        for (int i = 7; i >= 4; i--) {
          length = (length << 8) | (header[i] & 255);
        }
        in.readNBytes(length - 8);
        if (header[1] == 1) {
          out.write(answer());
          subscribed.countDown();
        }
      }
    } catch (IOException e) {
      // The subscriber or this pump was closed.
    }
  }

  private static byte[] answer() {
    Value tables =
        ListVector.of(ListVector.of(new SymbolAtom("readings"), LogTickerplant.SCHEMA.empty()));
    ByteBuf bytes = Unpooled.buffer();
    ValueEncoder.encodeMessage(
        MessageType.RESPONSE,
        ListVector.of(tables, ListVector.of(new LongAtom(QType.LONG, Null.LONG), SymbolAtom.NULL)),
        3,
        bytes);
    byte[] out = new byte[bytes.readableBytes()];
    bytes.readBytes(out);
    return out;
  }

  void awaitSubscriber() throws InterruptedException {
    subscribed.await();
  }

  void send(byte[] frames, int from, int length) throws IOException {
    socket.getOutputStream().write(frames, from, length);
  }

  @Override
  public void close() throws IOException {
    server.close();
    socket.close();
  }
}
