package tickwatch.tickerplant;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.ipc.net.Right;
import tickwatch.ipc.value.Attribute;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.ErrorValue;
import tickwatch.ipc.value.IntAtom;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.Null;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.UnaryPrimitive;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;
import tickwatch.q.Globals;
import tickwatch.q.HostFunction;
import tickwatch.q.Interpreter;
import tickwatch.q.Limits;
import tickwatch.q.QError;
import tickwatch.tick.TickLog;
import tickwatch.tick.TickLogException;

/**
 * What a q client finds in a tickerplant: kdb+tick's {@code .u} functions and variables, and the
 * tables of the schema, empty.
 *
 * <pre>
 *  .u.sub[table;syms]     subscribe, in place of what this handle had of the table; ` is all
 *  .u.add[table;syms]     the same, beside what it had
 *  .u.subfrom[tables;syms;from]     subscribe from a message of the log on: everything is sent from
 *                         there, by this tickerplant, which needs no file that the caller can see;
 *                         from is a count as .u.i is, or (date;count) for an earlier day
 *  .u.del[table;handle]   unsubscribe
 *  .u.upd[table;rows]     publish (also as upd, and as .u.pub)
 *  .u.updn[name;seq;table;rows]     publish, numbered
 *  .u.chk[name]           `seq`accepted`refused of a publisher
 *  .u.logbytes[log;offset;most]     bytes of a log, for followers without its file
 *  .u.runs[log]           which runs of the tickerplant wrote a log: its messages when they began
 *  .u.run                 which run this is
 *  .u.end[date]           send .u.end to all subscribers
 *  .u.endofday[]          end the day now
 *  .u.stats[]             what it has done, and for whom: a dictionary of tables
 *  .u.t .u.w .u.i .u.j .u.L .u.l .u.d
 * </pre>
 *
 * <p><b>Rights.</b> Each function checks its own. Other q needs {@link Right#READ}; who has not,
 * may still send text that does what he may, as a subscriber does with {@code (.u.sub[`;`];.u
 * `i`L)}.
 *
 * <p><b>Threads.</b> The event loop's alone, so evaluations are kept short by tight limits.
 */
final class SystemFunctions implements Globals {
  private static final Logger LOG = LoggerFactory.getLogger(SystemFunctions.class);

  /** Longest piece of a log in one answer. */
  static final int MAX_LOG_BYTES = 4 << 20;

  private static final Limits LIMITS =
      new Limits(200_000, 100, 1_000_000, 256L << 20, Duration.ofMillis(250));

  private final Sequencer sequencer;
  private final Ingress ingress;
  private final Map<String, Supplier<@Nullable Value>> variables = new LinkedHashMap<>();
  private final Interpreter interpreter;

  private final KeptLogReader keptLogs = new KeptLogReader();

  private volatile int port;

  // Who is being served.
  private @Nullable Session caller;
  private boolean callerWaits;
  private boolean usedARight;

  SystemFunctions(Sequencer sequencer, Ingress ingress, Statistics statistics) {
    this.sequencer = sequencer;
    this.ingress = ingress;
    this.interpreter = new Interpreter(this, sequencer.clock().clock(), LIMITS);
    function(".u.sub", this::sub);
    function(".u.add", this::add);
    function(".u.del", this::del);
    function(".u.upd", this::upd);
    function("upd", this::upd);
    function(".u.pub", this::upd);
    function(".u.updn", 4, this::updn);
    function(".u.logbytes", 3, this::logBytes);
    function(".u.runs", 1, args -> runs(args.get(0)));
    function(".u.chk", 1, args -> check(args.get(0)));
    function(".u.end", 1, args -> end(args.get(0)));
    function(".u.endofday", 1, args -> endOfDay());
    function(".u.subfrom", 3, this::subscribeFrom);
    function(".u.stats", 1, args -> statistics.value());
    variables.put(".u.t", this::tableNames);
    variables.put(".u.w", this::subscribers);
    variables.put(".u.i", () -> new LongAtom(QType.LONG, sequencer.fanout().published()));
    variables.put(".u.j", () -> new LongAtom(QType.LONG, sequencer.log().messages()));
    variables.put(".u.run", () -> new LongAtom(QType.LONG, sequencer.runNumber()));
    variables.put(".u.L", () -> SymbolAtom.ofText(":" + sequencer.log().path()));
    variables.put(".u.l", () -> new IntAtom(QType.INT, 1));
    variables.put(".u.d", () -> new IntAtom(QType.DATE, sequencer.day()));
    variables.put(".z.w", () -> new IntAtom(QType.INT, caller().connection.handle()));
    variables.put(".z.u", () -> SymbolAtom.ofText(caller().connection.user().name()));
    variables.put("\\p", () -> new IntAtom(QType.INT, port));
    for (PublishedTable table : sequencer.tables().all()) {
      variables.put(table.name(), () -> schema(table));
    }
  }

  /** Says which port {@code \\p} is. */
  void listeningOn(int listening) {
    port = listening;
  }

  private void function(String name, int rank, Function<List<Value>, Value> body) {
    Value function =
        new HostFunction(name, rank) {
          @Override
          public Value apply(List<Value> args) {
            return body.apply(args);
          }
        };
    variables.put(name, () -> function);
  }

  private void function(String name, BiFunction<Value, Value, Value> body) {
    function(name, 2, args -> body.apply(args.get(0), args.get(1)));
  }

  /**
   * Evaluates what a client sent.
   *
   * @throws QError for the client
   */
  Value evaluate(Session session, boolean isSync, Value message) {
    // So that .u.i, .u.L and a new subscription agree.
    sequencer.flush();
    caller = session;
    callerWaits = isSync;
    usedARight = session.connection.user().may(Right.READ);
    try {
      Value answer = evaluate(message);
      if (!usedARight) {
        throw new QError(
            "access", "user \"" + session.connection.user().name() + "\" may not ask questions");
      }
      return answer;
    } finally {
      caller = null;
    }
  }

  /** A function here applied to plain values, which is what most clients send, needs no q. */
  private Value evaluate(Value message) {
    if (message instanceof ListVector list && list.length() > 1) {
      Supplier<@Nullable Value> variable = variables.get(Ingress.name(list.get(0)));
      if (variable != null
          && variable.get() instanceof HostFunction function
          && function.rank() == list.length() - 1) {
        return function.apply(List.of(list.toArray()).subList(1, list.length()));
      }
    }
    return interpreter.value(message);
  }

  private Session caller() {
    if (caller == null) {
      throw new IllegalStateException("nobody is being served");
    }
    return caller;
  }

  private Session callerWith(Right right, String what) {
    Session session = caller();
    Ingress.check(session, right, what);
    usedARight = true;
    return session;
  }

  // ---- variables

  @Override
  public @Nullable Value get(String name) {
    if (name.startsWith(".u.") && caller != null && caller.connection.user().may(Right.SUBSCRIBE)) {
      // Who follows must know where the log is and how far it goes.
      usedARight = true;
    }
    Supplier<@Nullable Value> variable = variables.get(name);
    return variable == null ? null : variable.get();
  }

  @Override
  public void set(String name, Value value) {
    throw new QError("noupdate", "a tickerplant's variables, as " + name + ", cannot be set");
  }

  @Override
  public Collection<String> names() {
    return variables.keySet();
  }

  private Value tableNames() {
    return SymbolVector.of(
        sequencer.tables().all().stream().map(PublishedTable::name).toArray(String[]::new));
  }

  /** A table name for each, with the handle and the syms of each subscriber. */
  private Value subscribers() {
    List<Value> lists = new ArrayList<>();
    for (PublishedTable table : sequencer.tables().all()) {
      List<Value> pairs = new ArrayList<>();
      for (SubscriberGroup group : table.groups) {
        SymFilter filter = group.subscription.get(table.name());
        if (filter != null) {
          addPairs(pairs, group.members, filter);
          addPairs(pairs, group.behind, filter);
        }
      }
      lists.add(ListVector.of(pairs.toArray(Value[]::new)));
    }
    return new Dictionary(tableNames(), ListVector.of(lists.toArray(Value[]::new)));
  }

  private static void addPairs(List<Value> pairs, List<Session> members, SymFilter filter) {
    for (Session member : members) {
      pairs.add(ListVector.of(new IntAtom(QType.INT, member.connection.handle()), filter.value()));
    }
  }

  /** The empty table as kdb+tick hands it out, {@code g#} on sym. */
  private static Value schema(PublishedTable table) {
    Table empty = table.schema.empty();
    List<Vector> columns = new ArrayList<>(empty.columns());
    columns.set(1, columns.get(1).withAttribute(Attribute.GROUPED));
    int keys = table.schema.keyColumns();
    if (keys == 0) {
      return new Table(empty.names(), columns);
    }
    int all = columns.size();
    return new Dictionary(
        new Table(empty.names().subList(0, keys), columns.subList(0, keys)),
        new Table(empty.names().subList(keys, all), columns.subList(keys, all)));
  }

  // ---- subscriptions

  private Value sub(Value table, Value syms) {
    return subscribe(table, syms, false);
  }

  private Value add(Value table, Value syms) {
    return subscribe(table, syms, true);
  }

  private Value subscribe(Value table, Value syms, boolean beside) {
    Session session = subscriber();
    Value answer = subscribeTo(session, table, filter(syms), beside);
    sequencer.fanout().resubscribe(session);
    joined(session, table);
    return answer;
  }

  /** Puts a table, or all of them, into a session's subscription. */
  private Value subscribeTo(Session session, Value table, SymFilter filter, boolean beside) {
    PublishedTable one = table instanceof SymbolAtom name && name.isNull() ? null : wanted(table);
    if (one != null) {
      return subscribe(session, one, filter, beside);
    }
    return subscribe(session, sequencer.tables().all(), filter, beside);
  }

  private static Value subscribe(
      Session session, Collection<PublishedTable> all, SymFilter filter, boolean beside) {
    List<Value> pairs = new ArrayList<>();
    for (PublishedTable each : all) {
      pairs.add(subscribe(session, each, filter, beside));
    }
    return ListVector.of(pairs.toArray(Value[]::new));
  }

  private PublishedTable wanted(Value table) {
    if (!(table instanceof SymbolAtom name)) {
      throw new QError("type", ".u.sub of a table's name of type " + table.typeNumber());
    }
    PublishedTable wanted = sequencer.tables().get(name.name());
    if (wanted == null) {
      throw new QError(name.name(), "no table " + name.text() + " to subscribe to");
    }
    return wanted;
  }

  private Session subscriber() {
    Session session = callerWith(Right.SUBSCRIBE, "subscribe");
    if (session.connection.capability() < 1) {
      throw new QError(
          "type", "a client of capability 0 cannot read timestamps (expected: kdb+ 2.6 or newer)");
    }
    if (!sequencer.flush()) {
      throw new QError("log", String.valueOf(sequencer.failure()));
    }
    return session;
  }

  /** Subscribes to everything from a message of a log on. */
  private Value subscribeFrom(List<Value> args) {
    Session session = subscriber();
    if (!session.subscription.isEmpty() || session.catchUp != null) {
      throw new QError(
          "domain", ".u.subfrom of a connection that subscribes already (expected: a new one)");
    }
    LogPlace from = place(args.get(2));
    SymFilter filter = filter(args.get(1));
    Value answer;
    if (args.get(0) instanceof SymbolVector names) {
      // All of them or, where one is not there, none.
      List<PublishedTable> all = new ArrayList<>();
      for (String name : names.toArray()) {
        all.add(wanted(new SymbolAtom(name)));
      }
      answer = subscribe(session, all, filter, true);
    } else {
      answer = subscribeTo(session, args.get(0), filter, true);
    }
    sequencer.fanout().subscribeFrom(session, from.stretch, from.messages);
    joined(session, args.get(0));
    return answer;
  }

  /** A message of a log: the one behind so many from the start of a stretch. */
  private record LogPlace(LogStretch stretch, long messages) {}

  /** A count of today's messages, or a date and a count. */
  private LogPlace place(Value from) {
    int day = sequencer.day();
    Value count = from;
    if (from instanceof ListVector pair
        && pair.length() == 2
        && pair.get(0) instanceof IntAtom date
        && date.type() == QType.DATE) {
      day = date.value();
      count = pair.get(1);
    }
    long messages = whole(count);
    if (messages < 0
        || day > sequencer.day()
        || (day == sequencer.day() && messages > sequencer.fanout().published())) {
      throw new QError(
          "domain",
          "from message "
              + messages
              + " of a log of "
              + sequencer.fanout().published()
              + " (expected: 0 to that, or of an earlier day)");
    }
    // First, since there may be any number of days between.
    Path first = sequencer.directory().log(day);
    if (day < sequencer.day() && !KeptLog.exists(first)) {
      throw new QError("log", "no log " + first + " (expected: one of a day kept)");
    }
    LogStretch stretch = sequencer.fanout().newestStretch();
    if (stretch.start > TickLog.HEADER_BYTES) {
      stretch = new LogStretch(stretch.log, TickLog.HEADER_BYTES, stretch.start, Null.INT, stretch);
    }
    for (int earlier = sequencer.day() - 1; earlier >= day; earlier--) {
      Path log = sequencer.directory().log(earlier);
      if (KeptLog.exists(log)) {
        long end = Files.isRegularFile(log) ? log.toFile().length() : LogStretch.UNKNOWN;
        stretch = new LogStretch(log, TickLog.HEADER_BYTES, end, earlier, stretch);
      }
    }
    return new LogPlace(stretch, messages);
  }

  private void joined(Session session, Value table) {
    LOG.info(
        "subscriber joined handle={} remote={} user={} tables={} of={} messages={}",
        session.connection.handle(),
        session.connection.remote(),
        session.connection.user().name(),
        session.subscription.size(),
        table instanceof SymbolAtom name && !name.isNull() ? name.text() : "several",
        sequencer.fanout().published());
  }

  private static Value subscribe(
      Session session, PublishedTable table, SymFilter filter, boolean beside) {
    session.subscription.merge(
        table.name(), filter, (before, now) -> beside ? before.or(now) : now);
    return ListVector.of(new SymbolAtom(table.name()), schema(table));
  }

  private static SymFilter filter(Value syms) {
    if (syms instanceof SymbolAtom sym) {
      return SymFilter.of(sym.name());
    }
    if (syms instanceof SymbolVector vector) {
      return SymFilter.of(vector.toArray());
    }
    if (syms == UnaryPrimitive.IDENTITY
        || (syms instanceof ListVector list && list.length() == 0)) {
      return SymFilter.ALL;
    }
    throw new QError("type", "syms of type " + syms.typeNumber() + " (expected: -11 or 11)");
  }

  private Value del(Value table, Value handle) {
    Session session = callerWith(Right.SUBSCRIBE, "subscribe");
    if (!(table instanceof SymbolAtom name)) {
      throw new QError("type", ".u.del of a table's name of type " + table.typeNumber());
    }
    if (handle instanceof IntAtom number && number.value() != session.connection.handle()) {
      Ingress.check(session, Right.ADMIN, "unsubscribe others");
      session = sessionOf(number.value());
    }
    sequencer.flush();
    if (session != null && session.subscription.remove(name.name()) != null) {
      sequencer.fanout().resubscribe(session);
    }
    return UnaryPrimitive.IDENTITY;
  }

  private @Nullable Session sessionOf(int handle) {
    for (Session session : ingress.sessions().values()) {
      if (session.connection.handle() == handle) {
        return session;
      }
    }
    return null;
  }

  // ---- publishing

  private Value upd(Value table, Value rows) {
    Session session = caller();
    Value answer = ingress.update(session, callerWaits, table, rows);
    usedARight = true;
    return answer;
  }

  private Value updn(List<Value> args) {
    Session session = caller();
    Value answer =
        ingress.numberedUpdate(
            session, callerWaits, args.get(0), args.get(1), args.get(2), args.get(3));
    usedARight = true;
    return answer;
  }

  private Value check(Value publisherName) {
    callerWith(Right.PUBLISH, "publish");
    if (!(publisherName instanceof SymbolAtom name)) {
      throw new QError("type", ".u.chk of a publisher of type " + publisherName.typeNumber());
    }
    if (!sequencer.flush()) {
      throw new QError("log", String.valueOf(sequencer.failure()));
    }
    Publisher publisher = sequencer.publishers().known(name.name());
    long[] counts =
        publisher == null
            ? new long[3]
            : new long[] {publisher.seq, publisher.acceptedRows, publisher.refusedRows};
    return new Dictionary(
        SymbolVector.of("seq", "accepted", "refused"), LongVector.of(QType.LONG, counts));
  }

  // ---- the log

  private Path log(Value name) {
    String requested =
        name instanceof SymbolAtom symbol
            ? symbol.text()
            : name instanceof ByteVector text ? text.text() : "";
    Path log = sequencer.directory().find(requested);
    if (log == null) {
      throw new QError(
          "log", "no log \"" + requested + "\" (expected: a name as .u.L gives it, of a day kept)");
    }
    return log;
  }

  private Value runs(Value name) {
    callerWith(Right.SUBSCRIBE, "ask about the log");
    List<LogRuns.Run> runs;
    try {
      runs = LogRuns.read(log(name));
    } catch (TickLogException e) {
      throw new QError("log", String.valueOf(e.getMessage()));
    }
    byte[] changed = new byte[runs.size()];
    for (int i = 0; i < changed.length; i++) {
      changed[i] = (byte) (runs.get(i).isChanged() ? 1 : 0);
    }
    return new Table(
        List.of("run", "messages", "changed"),
        List.of(
            LongVector.of(QType.LONG, runs.stream().mapToLong(LogRuns.Run::id).toArray()),
            LongVector.of(QType.LONG, runs.stream().mapToLong(LogRuns.Run::messages).toArray()),
            ByteVector.of(QType.BOOLEAN, changed)));
  }

  /**
   * Takes a request for bytes of a compressed log, which is answered when it was unpacked.
   *
   * @return false if the message is none
   * @throws QError for the client
   */
  boolean answersLater(Session session, Value message) {
    if (!(message instanceof ListVector list)
        || list.length() != 4
        || !Ingress.name(list.get(0)).equals(".u.logbytes")) {
      return false;
    }
    Ingress.check(session, Right.SUBSCRIBE, "read the log");
    Path log = log(list.get(1));
    if (Files.isRegularFile(log)) {
      return false;
    }
    LogPiece piece = piece(list.get(2), list.get(3));
    keptLogs.read(
        log,
        piece.offset,
        piece.most,
        (bytes, failure) -> {
          if (bytes == null) {
            LOG.warn("tick log {} cannot be read for a follower", log, failure);
            session.connection.respond(new ErrorValue("log"));
          } else {
            session.connection.respond(ByteVector.of(QType.BYTE, bytes));
          }
        });
    return true;
  }

  /** So many bytes of a log at most, from an offset on. */
  private record LogPiece(long offset, int most) {}

  private static LogPiece piece(Value from, Value atMost) {
    long offset = whole(from);
    long most = Math.min(MAX_LOG_BYTES, whole(atMost));
    if (offset < 0 || most < 1) {
      throw new QError(
          "domain", "log bytes from " + offset + ", at most " + most + " (expected: 0, 1 or more)");
    }
    return new LogPiece(offset, (int) most);
  }

  private Value logBytes(List<Value> args) {
    callerWith(Right.SUBSCRIBE, "read the log");
    Path log = log(args.get(0));
    LogPiece piece = piece(args.get(1), args.get(2));
    long offset = piece.offset;
    try (FileChannel in = FileChannel.open(log, StandardOpenOption.READ)) {
      // What is behind the last whole write of today's log does not count yet.
      long end = log.equals(sequencer.log().path()) ? sequencer.log().bytes() : in.size();
      byte[] bytes = new byte[(int) Math.max(0, Math.min(piece.most, end - offset))];
      ByteBuffer into = ByteBuffer.wrap(bytes);
      while (into.hasRemaining()) {
        if (in.read(into, offset + into.position()) < 0) {
          bytes = Arrays.copyOf(bytes, into.position());
          break;
        }
      }
      return ByteVector.of(QType.BYTE, bytes);
    } catch (IOException e) {
      LOG.warn("tick log {} cannot be read for a follower", log, e);
      throw new QError("log", "tick log " + log + " cannot be read: " + e.getMessage());
    }
  }

  private static long whole(Value number) {
    if (number instanceof LongAtom atom) {
      return atom.value();
    }
    if (number instanceof IntAtom atom) {
      return atom.value();
    }
    throw new QError("type", "a number of type " + number.typeNumber() + " (expected: -7)");
  }

  // ---- end of day

  private Value end(Value date) {
    callerWith(Right.ADMIN, "end the day");
    if (!(date instanceof IntAtom day) || day.type() != QType.DATE) {
      throw new QError("type", ".u.end of type " + date.typeNumber() + " (expected: -14)");
    }
    sequencer.flush();
    sequencer.fanout().sendEnd(day.value());
    return UnaryPrimitive.IDENTITY;
  }

  private Value endOfDay() {
    callerWith(Right.ADMIN, "end the day");
    if (!sequencer.endDay(sequencer.day() + 1)) {
      String failure = sequencer.failure();
      throw new QError("log", failure == null ? "the new log cannot be opened" : failure);
    }
    return UnaryPrimitive.IDENTITY;
  }
}
