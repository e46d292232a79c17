package tickwatch.feed;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import tickwatch.ipc.codec.MessageType;
import tickwatch.ipc.codec.ValueDecoder;
import tickwatch.ipc.net.Access;
import tickwatch.ipc.net.Connection;
import tickwatch.ipc.net.ConnectionHandler;
import tickwatch.ipc.net.Endpoint;
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
 * As much of a tickerplant as a feed sees: it keeps the rows of numbered messages in order and can
 * die, come back on the same port, forget its latest messages and refuse rows. Its state survives
 * its death, as a log does.
 */
final class FakeTickerplant implements ConnectionHandler, AutoCloseable {
  private final TableSchema schema;
  private final List<Vector[]> messages = new ArrayList<>();
  private final List<Long> positions = new ArrayList<>();
  private final List<String> publishers = new ArrayList<>();
  private final ValueDecoder decoder = new ValueDecoder();
  private CountDownLatch died = new CountDownLatch(1);
  private IpcServer server;
  private int port;
  private long position;
  private long accepted;
  private long refused;
  private int dieAfter = Integer.MAX_VALUE;
  private boolean refusing;
  private int failures;

  FakeTickerplant(TableSchema schema) {
    this.schema = schema;
    this.server = start(0, Access.anonymousLoopback());
    this.port = server.port();
  }

  private IpcServer start(int wanted, Access access) {
    return IpcServer.start(IpcServerConfig.defaults(wanted).withAccess(access), this);
  }

  Endpoint endpoint() {
    return new Endpoint("127.0.0.1", port, "", "");
  }

  /** From now on lets nobody in. */
  void lockOut() {
    server.close();
    server = start(port, (user, password, remote) -> null);
  }

  /** Closes the connection that brings this many more messages, after having taken them. */
  synchronized void dieAfter(int more) {
    dieAfter = more;
    died = new CountDownLatch(1);
  }

  void awaitDeath() throws InterruptedException {
    CountDownLatch latch;
    synchronized (this) {
      latch = died;
    }
    if (!latch.await(10, TimeUnit.SECONDS)) {
      throw new AssertionError("the tickerplant did not get as many messages as it wanted");
    }
  }

  void stop() {
    server.close();
  }

  /** Starts again with all that was taken, as from a log, but for the last messages. */
  void restartWithout(int lostMessages) {
    server.close();
    synchronized (this) {
      for (int i = 0; i < lostMessages; i++) {
        messages.remove(messages.size() - 1);
        positions.remove(positions.size() - 1);
      }
      position = positions.isEmpty() ? 0 : positions.get(positions.size() - 1);
      accepted = 0;
      refused = 0;
      dieAfter = Integer.MAX_VALUE;
    }
    server = start(port, Access.anonymousLoopback());
  }

  synchronized void refuse(boolean wanted) {
    refusing = wanted;
  }

  /** Answers the next questions as one that cannot write its log. */
  synchronized void failToLog(int times) {
    failures = times;
  }

  synchronized void reached(long wanted) {
    position = wanted;
  }

  synchronized List<Integer> rowsOfMessages() {
    return messages.stream().map(columns -> columns[0].length()).toList();
  }

  synchronized List<String> publishers() {
    return publishers.stream().distinct().toList();
  }

  synchronized List<Long> positions() {
    return List.copyOf(positions);
  }

  /** All values of a column, in order. */
  synchronized List<Value> column(String name) {
    int at = schema.columns().indexOf(name);
    List<Value> all = new ArrayList<>();
    for (Vector[] columns : messages) {
      for (int i = 0; i < columns[at].length(); i++) {
        all.add(columns[at].item(i));
      }
    }
    return all;
  }

  @Override
  public synchronized void message(
      Connection connection, MessageType type, ByteBuf buffer, int start, int length) {
    Value value = decoder.decodeMessage(buffer.slice(start, length));
    if (type == MessageType.SYNC) {
      connection.respond(answer(value));
      return;
    }
    if (dieAfter <= 0) {
      return;
    }
    take((ListVector) value);
    if (--dieAfter == 0) {
      connection.close();
      died.countDown();
    }
  }

  private void take(ListVector message) {
    assertThatIsSymbol(message.get(0), ".u.updn");
    assertThatIsSymbol(message.get(3), schema.name());
    long number = ((LongAtom) message.get(2)).value();
    if (number <= position) {
      return;
    }
    position = number;
    ListVector columns = (ListVector) message.get(4);
    Vector[] all = new Vector[columns.length()];
    for (int i = 0; i < all.length; i++) {
      all[i] = (Vector) columns.get(i);
      if (all[i].type() != schema.types().get(i)) {
        throw new AssertionError(schema.columns().get(i) + " came as " + all[i].type());
      }
    }
    if (refusing) {
      refused += all[0].length();
      return;
    }
    accepted += all[0].length();
    messages.add(all);
    positions.add(number);
    publishers.add(((SymbolAtom) message.get(1)).name());
  }

  private static void assertThatIsSymbol(Value value, String expected) {
    if (!value.equals(new SymbolAtom(expected))) {
      throw new AssertionError(value + " instead of the symbol " + expected);
    }
  }

  private Value answer(Value question) {
    if (question instanceof ListVector list && list.get(0).equals(new SymbolAtom(".u.chk"))) {
      if (failures > 0) {
        failures--;
        return new ErrorValue("log");
      }
      return new Dictionary(
          SymbolVector.of("seq", "accepted", "refused"),
          LongVector.of(QType.LONG, position, accepted, refused));
    }
    String text = question instanceof ByteVector q ? q.text() : "";
    if (text.equals("0#" + schema.name())) {
      Table empty = schema.empty();
      return empty;
    }
    return text.equals("tables[]")
        ? SymbolVector.of(schema.name(), "score")
        : new ErrorValue(text.startsWith("0#") ? text.substring(2) : "nyi");
  }

  @Override
  public void close() {
    server.close();
  }
}
