package tickwatch.tickerplant;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.ipc.codec.CodecException;
import tickwatch.ipc.codec.MessageType;
import tickwatch.ipc.codec.ValueDecoder;
import tickwatch.ipc.net.Connection;
import tickwatch.ipc.net.ConnectionHandler;
import tickwatch.ipc.net.Right;
import tickwatch.ipc.net.UnreadAnswers;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.ErrorValue;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.UnaryPrimitive;
import tickwatch.ipc.value.Value;
import tickwatch.q.QError;
import tickwatch.tick.MessageView;
import tickwatch.tick.ValueBytes;

/**
 * Takes messages in.
 *
 * <p>An asynchronous little-endian update whose bytes are already what the log holds is checked in
 * place, and no object is built:
 *
 * <pre>
 *   01 00 00 00 length                                                  header
 *   00 00 03000000  f5 '.u.upd' 00               f5 table 00  columns   or 'upd', or a string
 *   00 00 05000000  f5 '.u.updn' 00  f5 publisher 00  f9 seq  f5 table 00  columns
 * </pre>
 *
 * <p>Where it says columns there may be a row of atoms, or a table with the schema's columns in
 * their order. All of them may come without their time, and get the present one.
 *
 * <p>Everything else is decoded, beside the event loop if it is long. An update becomes columns,
 * which are encoded once; whatever is no update is evaluated as q.
 *
 * <p><b>Threads.</b> The event loop's alone.
 */
final class Ingress implements ConnectionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(Ingress.class);

  private static final int HEADER_BYTES = 8;

  /** Longer messages are decoded beside the event loop. */
  static final int MOST_AT_ONCE_BYTES = 1 << 20;

  /** Of the memory, answers that are not read may take one part in so many. */
  private static final int UNREAD_SHARE = 8;

  /**
   * Of the memory, a message that is decoded may be one part in so many: as values it may be eight
   * times as long, and an answer to it as long again.
   */
  private static final int DECODED_SHARE = 16;

  /** Different symbols of a decoded message may take an eighth of the memory. */
  private static final int BYTES_FOR_A_SYMBOL = 8 * 200;

  /** So many are always taken. */
  private static final int FEW_SYMBOLS = 1 << 16;

  private static final String NO_TABLE = "no table ";

  private static final byte[] UPD_SYMBOL = ascii("\u00f5.u.upd\0");
  private static final byte[] PLAIN_UPD_SYMBOL = ascii("\u00f5upd\0");
  private static final byte[] UPD_STRING = ascii("\n\0\6\0\0\0.u.upd");
  private static final byte[] PLAIN_UPD_STRING = ascii("\n\0\3\0\0\0upd");
  private static final byte[] UPDN_SYMBOL = ascii("\u00f5.u.updn\0");
  private static final byte[] UPDN_STRING = ascii("\n\0\7\0\0\0.u.updn");
  private static final long UPD_SYMBOL_BITS =
      ByteBuffer.wrap(UPD_SYMBOL).order(ByteOrder.LITTLE_ENDIAN).getLong(0);

  private static byte[] ascii(String bytes) {
    return bytes.getBytes(StandardCharsets.ISO_8859_1);
  }

  private final Sequencer sequencer;
  private final Refusals refusals;
  private final ValueDecoder decoder;
  private final Statistics statistics;
  private final SystemFunctions functions;
  private final Map<Connection, Session> sessions = new HashMap<>();

  private @Nullable Session lastSession;

  private final MessageView view = new MessageView();
  private final UnreadAnswers unreadAnswers;
  private final long mostDecodedBytes;
  private final int mostSymbols;

  long receivedMessages;
  long receivedBytes;

  Ingress(Sequencer sequencer, Refusals refusals, TickerplantConfig config) {
    this.sequencer = sequencer;
    this.unreadAnswers =
        new UnreadAnswers(
            () -> config.memoryBytes() / UNREAD_SHARE,
            // What waits for a subscriber up to its queue's limit is no answer.
            connection ->
                session(connection).isSubscribed()
                    ? Math.max(UnreadAnswers.FREE_BYTES, config.maxQueueBytes())
                    : UnreadAnswers.FREE_BYTES);
    this.mostSymbols = mostSymbols(config.memoryBytes());
    this.decoder = new ValueDecoder(mostSymbols);
    this.mostDecodedBytes = config.memoryBytes() / DECODED_SHARE;
    this.refusals = refusals;
    this.statistics = new Statistics(sequencer, this, refusals);
    this.functions = new SystemFunctions(sequencer, this, statistics);
  }

  static int mostSymbols(long memoryBytes) {
    return (int)
        Math.min(Integer.MAX_VALUE, Math.max(FEW_SYMBOLS, memoryBytes / BYTES_FOR_A_SYMBOL));
  }

  Map<Connection, Session> sessions() {
    return sessions;
  }

  /** Whether a long message is being decoded. */
  boolean isBusyAside() {
    for (Session session : sessions.values()) {
      if (session.isBusyAside) {
        return true;
      }
    }
    return false;
  }

  Statistics statistics() {
    return statistics;
  }

  SystemFunctions functions() {
    return functions;
  }

  @Override
  public void opened(Connection connection) {
    sessions.put(connection, new Session(connection));
  }

  private Session session(Connection connection) {
    Session last = lastSession;
    if (last != null && last.connection == connection) {
      return last;
    }
    Session session = sessions.get(connection);
    if (session == null) {
      throw new IllegalStateException("a message of a connection that is not open");
    }
    lastSession = session;
    return session;
  }

  @Override
  public int messages(Connection connection, ByteBuf buffer, int start, int end) {
    Session session = session(connection);
    RowShapes shapes = session.shapesIfAny();
    if (shapes == null) {
      return start;
    }
    int rows = sequencer.addRows(shapes, view.of(buffer), start, end);
    if (rows == 0) {
      return start;
    }
    int length = sequencer.lengthOfRows();
    receivedMessages += rows;
    receivedBytes += length;
    session.hasGathered = true;
    return start + length;
  }

  @Override
  public void message(
      Connection connection, MessageType type, ByteBuf buffer, int start, int length) {
    Session session = session(connection);
    receivedMessages++;
    receivedBytes += length;
    if (type == MessageType.ASYNC
        && session.mayPublish
        && takeInPlace(session, buffer, start, start + length)) {
      return;
    }
    if (type == MessageType.SYNC) {
      checkThatItReads(connection);
    }
    if (length > mostDecodedBytes) {
      refuse(session, type, tooLong(length));
    } else if (length <= MOST_AT_ONCE_BYTES) {
      takeDecoded(session, type, decoder.decodeMessage(buffer.slice(start, length)));
    } else {
      session.isBusyAside = true;
      connection.aside(
          buffer,
          start,
          length,
          // Another thread's decoder.
          bytes -> new ValueDecoder(mostSymbols).decodeMessage(bytes),
          value -> {
            session.isBusyAside = false;
            takeDecoded(session, type, value);
          });
    }
  }

  private QError tooLong(int byteLength) {
    return new QError(
        "wsfull",
        "a message of %d bytes (expected: %d at most, a part of the heap, where it must be decoded: -Xmx moves it)"
            .formatted(byteLength, mostDecodedBytes));
  }

  /** Who asks on and on without reading the answers would fill the memory with them. */
  private void checkThatItReads(Connection connection) {
    long unread = connection.pendingBytes();
    long most = sequencer.fanout().mostUnreadBytes();
    if (unread > most) {
      throw new CodecException(
          "another question while " + unread + " bytes are not read (expected: <= " + most + ")");
    }
  }

  @Override
  public void readComplete(Connection connection) {
    // The buffer may be used for something else before the next message.
    view.forget();
    boolean isLogged = sequencer.flush();
    Session session = sessions.get(connection);
    if (session != null) {
      if (!isLogged && session.hasGathered) {
        sequencer.outage().hold(session);
      }
      session.hasGathered = false;
    }
  }

  @Override
  public void writabilityChanged(Connection connection) {
    Session session = sessions.get(connection);
    if (session != null) {
      sequencer.fanout().writable(session);
    }
  }

  @Override
  public void closed(Connection connection, @Nullable Throwable cause) {
    // What came before a message that broke the connection is as good as any.
    sequencer.flush();
    Session session = sessions.remove(connection);
    if (lastSession == session) {
      lastSession = null;
    }
    if (session == null) {
      return;
    }
    unreadAnswers.closed(connection);
    if (session.isSubscribed()) {
      LOG.info(
          "subscriber left handle={} remote={} why={}",
          connection.handle(),
          connection.remote(),
          cause == null ? "closed" : cause.toString());
    } else if (cause != null) {
      LOG.warn(
          "connection lost handle={} remote={} why={}",
          connection.handle(),
          connection.remote(),
          cause.toString());
    }
    sequencer.closed(session);
  }

  // ---- in place

  /** Takes an update if its bytes can be shared as they are; false if it must be decoded. */
  private boolean takeInPlace(Session session, ByteBuf buffer, int start, int end) {
    if (end - start < HEADER_BYTES + 6 + 8) {
      return false;
    }
    ByteBuffer bytes = view.of(buffer);
    int at = start + HEADER_BYTES;
    if (bytes.get(start) != 1 || bytes.getShort(at) != 0) {
      return false;
    }
    int items = bytes.getInt(at + 2);
    at += 6;
    Publisher publisher = null;
    long seq = 0;
    int seqAt = start;
    if (items == 3) {
      if (bytes.getLong(at) == UPD_SYMBOL_BITS) {
        at += 8;
      } else {
        at = afterName(bytes, at, end);
        if (at < 0) {
          return false;
        }
      }
    } else if (items == 5) {
      at = afterNumberedName(bytes, at, end);
      if (at < 0 || end - at < 2 || bytes.get(at) != -11) {
        return false;
      }
      int nameEnd = ValueBytes.endOfSymbols(bytes, 1, at + 1, end);
      if (nameEnd < 0 || end - nameEnd < 9 || bytes.get(nameEnd) != -7) {
        return false;
      }
      publisher = publisher(session, bytes, at + 1, nameEnd);
      if (publisher == null) {
        return false;
      }
      seqAt = nameEnd + 1;
      seq = bytes.getLong(seqAt);
      at = nameEnd + 9;
    } else {
      return false;
    }
    if (end - at < 2 || bytes.get(at) != -11) {
      return false;
    }
    int tableEnd = ValueBytes.endOfSymbols(bytes, 1, at + 1, end);
    if (tableEnd < 0 || end - tableEnd < 12) {
      return false;
    }
    PublishedTable table = table(session, bytes, at + 1, tableEnd);
    if (table == null) {
      return false;
    }
    int rowsAt = table.columnsOfTable(bytes, tableEnd, end);
    if (rowsAt < 0) {
      return false;
    }
    int firstColumn = bytes.get(rowsAt + 6);
    boolean isRow = firstColumn < 0;
    if (!isRow && table.endOfColumns(bytes, rowsAt, end) != end) {
      return false;
    }
    int rows = isRow ? 1 : PublishedTable.rows(bytes, rowsAt);
    session.hasGathered = true;
    if (publisher != null && seq <= publisher.seq) {
      // A resend; whether it is in order any more does not matter.
      publisher.resentMessages++;
      return true;
    }
    long columnsLength = isRow ? table.rowRoom(end - rowsAt) : end - rowsAt;
    if (!isRow && table.lacksTime(bytes.getInt(rowsAt + 2))) {
      columnsLength += PublishedTable.timesLength(rows);
    }
    QError tooLong = sequencer.tooLong(table, rows, columnsLength);
    if (tooLong != null) {
      refused(session, MessageType.ASYNC, tooLong);
      if (publisher != null) {
        publisher.refusedRows += rows;
        sequencer.addRefusal(publisher, seq);
      }
      return true;
    }
    if (isRow) {
      if (!sequencer.addRow(table, publisher, seq, bytes, rowsAt, end)) {
        return false;
      }
    } else {
      sequencer.addColumns(table, publisher, seq, rows, buffer, rowsAt, end - rowsAt);
    }
    if (publisher != null) {
      publisher.acceptedRows += rows;
    }
    if (isRow && !table.hasUntypedColumns()) {
      learn(session.shapes(), table, publisher, bytes, start, seqAt, rowsAt);
    }
    return true;
  }

  private static void learn(
      RowShapes shapes,
      PublishedTable table,
      @Nullable Publisher publisher,
      ByteBuffer bytes,
      int start,
      int seqAt,
      int rowAt) {
    boolean lacksTime = table.lacksTime(bytes.getInt(rowAt + 2));
    if (shapes.wants(table, publisher, lacksTime, RowShape.startLength(start, rowAt))) {
      shapes.add(new RowShape(table, publisher, bytes, start, seqAt, rowAt));
    }
  }

  private static int afterName(ByteBuffer bytes, int at, int end) {
    if (ValueBytes.startsWith(bytes, at, end, PLAIN_UPD_SYMBOL)) {
      return at + PLAIN_UPD_SYMBOL.length;
    }
    if (ValueBytes.startsWith(bytes, at, end, UPD_STRING)) {
      return at + UPD_STRING.length;
    }
    return ValueBytes.startsWith(bytes, at, end, PLAIN_UPD_STRING)
        ? at + PLAIN_UPD_STRING.length
        : -1;
  }

  private static int afterNumberedName(ByteBuffer bytes, int at, int end) {
    if (ValueBytes.startsWith(bytes, at, end, UPDN_SYMBOL)) {
      return at + UPDN_SYMBOL.length;
    }
    return ValueBytes.startsWith(bytes, at, end, UPDN_STRING) ? at + UPDN_STRING.length : -1;
  }

  private @Nullable PublishedTable table(Session session, ByteBuffer bytes, int at, int symbolEnd) {
    PublishedTable last = session.lastTable;
    if (last != null && last.isNamed(bytes, at, symbolEnd)) {
      return last;
    }
    PublishedTable table = sequencer.tables().get(bytes, at, symbolEnd);
    if (table != null && table.isWritable()) {
      session.lastTable = table;
      return table;
    }
    return null;
  }

  private @Nullable Publisher publisher(Session session, ByteBuffer bytes, int at, int symbolEnd) {
    Publisher last = session.lastPublisher;
    if (last != null && last.isNamed(bytes, at, symbolEnd)) {
      return last;
    }
    byte[] name = new byte[symbolEnd - at - 1];
    if (name.length == 0) {
      return null;
    }
    bytes.get(at, name);
    Publisher publisher = sequencer.publishers().get(new String(name, StandardCharsets.ISO_8859_1));
    session.lastPublisher = publisher;
    return publisher;
  }

  // ---- decoded

  private void takeDecoded(Session session, MessageType type, Value value) {
    try {
      if (type == MessageType.SYNC && functions.answersLater(session, value)) {
        return;
      }
      Value answer = take(session, type == MessageType.SYNC, value);
      if (type == MessageType.SYNC) {
        session.connection.respond(answer);
        unreadAnswers.answered(session.connection);
      }
    } catch (QError e) {
      refuse(session, type, e);
    }
  }

  private void refuse(Session session, MessageType type, QError e) {
    refused(session, type, e);
    if (type == MessageType.SYNC) {
      session.connection.respond(new ErrorValue(e.word()));
      unreadAnswers.answered(session.connection);
    }
  }

  private void refused(Session session, MessageType type, QError e) {
    String why = String.valueOf(e.getMessage());
    refusals.add(
        why.startsWith(NO_TABLE) ? Refusals.Reason.TABLE : Refusals.Reason.ofWord(e.word()),
        session,
        (type == MessageType.SYNC ? "sync, " : "async, ") + why);
  }

  /** Does what a message asks for. */
  private Value take(Session session, boolean isSync, Value value) {
    if (value instanceof ListVector list && list.length() > 0) {
      String name = name(list.get(0));
      if (list.length() == 3 && (name.equals(".u.upd") || name.equals("upd"))) {
        return update(session, isSync, list.get(1), list.get(2));
      }
      if (list.length() == 5 && name.equals(".u.updn")) {
        return numberedUpdate(session, isSync, list.get(1), list.get(2), list.get(3), list.get(4));
      }
    } else if (value == UnaryPrimitive.IDENTITY
        || (value instanceof ByteVector text && text.type() == QType.CHAR && text.length() == 0)) {
      // What clients send to see that everything before it was handled: that is, logged.
      checkWritable(isSync);
      return UnaryPrimitive.IDENTITY;
    }
    return functions.evaluate(session, isSync, value);
  }

  /** The function's name, as a symbol or a string gives it; empty if neither. */
  static String name(Value function) {
    if (function instanceof SymbolAtom symbol) {
      return symbol.name();
    }
    return function instanceof ByteVector text && text.type() == QType.CHAR ? text.text() : "";
  }

  /**
   * {@code .u.upd}: an update in any of its forms.
   *
   * @param isSync whether the caller waits to hear that it is in the log
   */
  Value update(Session session, boolean isSync, Value tableName, Value rows) {
    checkMayPublish(session);
    PublishedTable table = publishableTable(tableName);
    checkWritable(isSync);
    add(session, isSync, table, null, 0, rows);
    return UnaryPrimitive.IDENTITY;
  }

  /** {@code .u.updn}: an update that its publisher has numbered. */
  Value numberedUpdate(
      Session session, boolean isSync, Value publisherName, Value seq, Value table, Value rows) {
    checkMayPublish(session);
    if (!(publisherName instanceof SymbolAtom name)
        || name.isNull()
        || !(seq instanceof LongAtom number)
        || number.type() != QType.LONG) {
      throw new QError(
          "type",
          ".u.updn of a publisher of type "
              + publisherName.typeNumber()
              + " and a number of type "
              + seq.typeNumber()
              + " (expected: a symbol that is not empty, a long)");
    }
    Publisher publisher = sequencer.publishers().get(name.name());
    if (number.value() <= publisher.seq) {
      publisher.resentMessages++;
      return UnaryPrimitive.IDENTITY;
    }
    checkWritable(isSync);
    try {
      add(session, isSync, publishableTable(table), publisher, number.value(), rows);
    } catch (QError e) {
      if (!e.word().equals("log")) {
        publisher.refusedRows += rowsRefused(rows);
        sequencer.addRefusal(publisher, number.value());
        if (isSync) {
          sequencer.flush();
        }
      }
      throw e;
    }
    return UnaryPrimitive.IDENTITY;
  }

  private static int rowsRefused(Value rows) {
    if (rows instanceof ListVector list && list.length() > 0) {
      return list.get(0).count();
    }
    return rows instanceof Table table ? table.rowCount() : 1;
  }

  private static void checkMayPublish(Session session) {
    if (!session.mayPublish) {
      throw new QError(
          "access", "user \"" + session.connection.user().name() + "\" may not publish");
    }
  }

  private PublishedTable publishableTable(Value tableName) {
    if (!(tableName instanceof SymbolAtom symbol)) {
      throw new QError(
          "type", "a table's name of type " + tableName.typeNumber() + " (expected: -11)");
    }
    PublishedTable table = sequencer.tables().get(symbol.name());
    if (table == null) {
      throw new QError(symbol.name(), NO_TABLE + symbol.text() + " in the schema");
    }
    if (!table.isWritable()) {
      throw new QError("access", "table " + symbol.text() + " is written by the tickerplant alone");
    }
    return table;
  }

  /** A caller who waits is told at once that the log is not writable; others are held. */
  private void checkWritable(boolean isSync) {
    if (isSync && !sequencer.flush()) {
      throw new QError("log", String.valueOf(sequencer.failure()));
    }
  }

  private void add(
      Session session,
      boolean isSync,
      PublishedTable table,
      @Nullable Publisher publisher,
      long seq,
      Value rows) {
    ListVector columns = UpdRows.columns(table.schema, rows, sequencer.clock());
    int rowCount = columns.get(0).count();
    sequencer.addColumns(table, publisher, seq, columns);
    if (isSync && !sequencer.flush()) {
      sequencer.discard(table, rowCount);
      throw new QError("log", String.valueOf(sequencer.failure()));
    }
    session.hasGathered = true;
    if (publisher != null) {
      publisher.acceptedRows += rowCount;
    }
    session.lastTable = table;
  }

  /** Throws unless the user has the right. */
  static void check(Session session, Right right, String what) {
    if (!session.connection.user().may(right)) {
      throw new QError(
          "access", "user \"" + session.connection.user().name() + "\" may not " + what);
    }
  }
}
