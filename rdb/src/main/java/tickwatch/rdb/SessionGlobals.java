package tickwatch.rdb;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.net.Connection;
import tickwatch.ipc.net.Right;
import tickwatch.ipc.value.ByteAtom;
import tickwatch.ipc.value.Epoch;
import tickwatch.ipc.value.FloatAtom;
import tickwatch.ipc.value.IntAtom;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.UnaryPrimitive;
import tickwatch.ipc.value.Value;
import tickwatch.q.Globals;
import tickwatch.q.QError;
import tickwatch.rdb.store.StoredTable;

/**
 * The variables that one connection sees: the tables, a few of the host's, and its own.
 *
 * <p>A table is looked up once a query: however often the query names it, it sees the same rows.
 * Tables cannot be assigned, amended or deleted ({@code noupdate}): they are what the tickerplant
 * published. What a client assigns is its own; no other connection sees it, and it goes when the
 * connection closes.
 *
 * <p><b>Threads.</b> One query of a connection is evaluated at a time; calls come from its thread.
 */
final class SessionGlobals implements Globals {
  static final int MAX_VARIABLES = 1_000;

  /** Namespaces of q and of the host, whose names a client may read but not take. */
  private static final Set<String> RESERVED =
      Set.of("z", "Q", "q", "j", "o", "u", "s", "m", "usage");

  private final Connection connection;
  private final RdbState state;
  private final QueryLog log;
  private final long maxBytes;
  private final long maxSentBytes;
  private final QueryMemory memory;

  private final Map<String, Value> seenTables = new HashMap<>();
  private final Map<String, Value> variables = new TreeMap<>();
  private final Map<String, Long> bytesOf = new HashMap<>();
  private long bytes;

  /** What the client had not read when the query began, and what the query has sent it. */
  private long unreadBefore;

  private long sentBytes;

  SessionGlobals(
      Connection connection, RdbState state, QueryLog log, QueryLimits limits, QueryMemory memory) {
    this.memory = memory;
    this.connection = connection;
    this.state = state;
    this.log = log;
    this.maxBytes = limits.maxBytes();
    this.maxSentBytes = Math.min(limits.maxResultBytes(), memory.longestMessage());
  }

  /** A new query begins: it sees the tables as they are now. */
  void begin() {
    seenTables.clear();
    unreadBefore = connection.pendingBytes();
    sentBytes = 0;
  }

  /** The query is over: its snapshots are not needed any more. */
  void end() {
    seenTables.clear();
  }

  @Override
  public @Nullable Value get(String name) {
    Value seen = seenTables.get(name);
    if (seen != null) {
      return seen;
    }
    StoredTable table = state.database().table(name);
    if (table != null) {
      Value snapshot = table.snapshot();
      seenTables.put(name, snapshot);
      return snapshot;
    }
    Value own = variables.get(name);
    return own != null ? own : hostVariable(name);
  }

  private @Nullable Value hostVariable(String name) {
    return switch (name) {
      case ".u.t" -> SymbolVector.of(state.database().tables().keySet().toArray(String[]::new));
      case QueryLog.NAME ->
          connection.user().may(Right.ADMIN)
              ? log.snapshot()
              : log.snapshot(connection.user().name());
      case ".u.i" -> new LongAtom(QType.LONG, state.messages());
      case ".u.ready" -> ByteAtom.of(state.isReady());
      case ".z.w" -> new IntAtom(QType.INT, connection.handle());
      case ".z.u" -> SymbolAtom.ofText(connection.user().name());
      case ".z.a" -> new IntAtom(QType.INT, address(connection.remote().getAddress()));
      case ".z.h" -> SymbolAtom.ofText(state.hostName());
      case ".z.i" -> new IntAtom(QType.INT, (int) ProcessHandle.current().pid());
      case ".z.f" -> SymbolAtom.ofText("tickwatch");
      case ".z.x" -> ListVector.of();
      case ".z.o" -> new SymbolAtom("l64");
      case ".z.K" -> new FloatAtom(QType.FLOAT, 3.6);
      case ".z.k" -> new IntAtom(QType.DATE, Epoch.dayOf(state.startedOn()));
      case "\\p" -> new IntAtom(QType.INT, state.port());
      default -> null;
    };
  }

  /** As q writes it: four bytes in an int; 0 for an IPv6 address. */
  private static int address(@Nullable InetAddress address) {
    byte[] bytes = address == null ? new byte[0] : address.getAddress();
    if (bytes.length != 4) {
      return 0;
    }
    return (bytes[0] & 255) << 24
        | (bytes[1] & 255) << 16
        | (bytes[2] & 255) << 8
        | (bytes[3] & 255);
  }

  @Override
  public void set(String name, Value value) {
    refuseForeign(name);
    long before = bytesOf.getOrDefault(name, 0L);
    long now = ValueSize.of(value);
    if (bytes - before + now > maxBytes) {
      throw new QError(
          "wsfull",
          "the variables of this connection would take "
              + (bytes - before + now)
              + " bytes (at most: "
              + maxBytes
              + ")");
    }
    if (now > before && now - before > memory.leftForVariables()) {
      throw new QError(
          "wsfull",
          "the variables of all connections leave room for "
              + Math.max(0, memory.leftForVariables())
              + " bytes of "
              + (now - before)
              + " (close some, or give this rdb more memory)");
    }
    if (variables.size() >= MAX_VARIABLES && !variables.containsKey(name)) {
      throw new QError(
          "wsfull", "the connection has " + MAX_VARIABLES + " variables, as many as it may");
    }
    variables.put(name, value);
    bytesOf.put(name, now);
    bytes += now - before;
    memory.variablesGrew(now - before);
  }

  @Override
  public void remove(String name) {
    refuseForeign(name);
    if (variables.remove(name) != null) {
      Long freed = bytesOf.remove(name);
      long less = freed == null ? 0 : freed;
      bytes -= less;
      memory.variablesGrew(-less);
    }
  }

  /** The connection is gone, and no query of it runs. */
  void forget() {
    variables.clear();
    bytesOf.clear();
    memory.variablesGrew(-bytes);
    bytes = 0;
  }

  private void refuseForeign(String name) {
    if (state.database().table(name) != null) {
      throw new QError(
          "noupdate", name + " is a table of the tickerplant; give what you make another name");
    }
    if (name.startsWith(".")) {
      int dot = name.indexOf('.', 1);
      String namespace = dot < 0 ? name.substring(1) : name.substring(1, dot);
      if (RESERVED.contains(namespace)) {
        throw new QError("noupdate", name + " belongs to q or to this process");
      }
    }
  }

  /**
   * A message to the client that asks, and to nobody else. It is flushed at once, so that there is
   * nothing left to do for {@code (neg .z.w)[]}.
   */
  @Override
  public void send(long handle, Value message) {
    if (handle != connection.handle()) {
      throw new QError("type", "handle " + handle + " is not the caller's (.z.w is)");
    }
    if (message.equals(UnaryPrimitive.IDENTITY)) {
      return;
    }
    long more = ValueSize.of(message);
    long waiting = unreadBefore + sentBytes + more;
    if (waiting > maxSentBytes) {
      throw new QError(
          "limit",
          "about "
              + waiting
              + " bytes of messages for a client that has not read them (at most: "
              + maxSentBytes
              + ")");
    }
    sentBytes += more;
    connection.send(message);
  }

  @Override
  public Collection<String> names() {
    List<String> names = new ArrayList<>(state.database().tables().keySet());
    names.addAll(variables.keySet());
    names.add(".u.t");
    names.add(".u.i");
    names.add(".u.ready");
    names.add(QueryLog.NAME);
    return names;
  }
}
