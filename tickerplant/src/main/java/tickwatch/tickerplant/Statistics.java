package tickwatch.tickerplant;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/**
 * What a tickerplant says of itself: {@code .u.stats[]}, and a line a minute.
 *
 * <p><b>Threads.</b> The event loop's alone.
 */
final class Statistics {
  private static final Logger LOG = LoggerFactory.getLogger(Statistics.class);

  private final Sequencer sequencer;
  private final Ingress ingress;
  private final Refusals refusals;

  // At the last report.
  private long reportedAtNanos = System.nanoTime();
  private long reportedMessages;
  private long reportedRows;
  private long reportedBytes;
  private long reportedRefused;

  Statistics(Sequencer sequencer, Ingress ingress, Refusals refusals) {
    this.sequencer = sequencer;
    this.ingress = ingress;
    this.refusals = refusals;
  }

  /**
   * A dictionary of tables: {@code tables}, {@code subscribers}, {@code publishers}, {@code log},
   * {@code refused} and {@code latency} (nanoseconds).
   */
  Value value() {
    return new Dictionary(
        SymbolVector.of("tables", "subscribers", "publishers", "log", "refused", "latency"),
        ListVector.of(tables(), subscribers(), publishers(), log(), refused(), latency()));
  }

  private Table tables() {
    Collection<PublishedTable> tables = sequencer.tables().all();
    return new Table(
        List.of("table", "messages", "rows", "bytes", "subscribers"),
        List.of(
            symbols(tables, PublishedTable::name),
            longs(tables, table -> table.acceptedMessages),
            longs(tables, table -> table.acceptedRows),
            longs(tables, table -> table.acceptedBytes),
            longs(
                tables,
                table ->
                    table.groups.stream()
                        .mapToLong(group -> group.members.size() + group.behind.size())
                        .sum())));
  }

  private Table subscribers() {
    List<Session> sessions = sessions();
    return new Table(
        List.of("handle", "user", "host", "port", "state", "queued", "behind", "times", "tables"),
        List.of(
            ints(sessions, session -> session.connection.handle()),
            symbols(sessions, session -> session.connection.user().name()),
            symbols(sessions, session -> session.connection.remote().getHostString()),
            ints(sessions, session -> session.connection.remote().getPort()),
            symbols(sessions, session -> session.catchUp == null ? "live" : "log"),
            longs(sessions, session -> session.connection.pendingBytes()),
            longs(sessions, Statistics::bytesBehind),
            longs(sessions, session -> session.timesBehind),
            ListVector.of(
                sessions.stream()
                    .map(session -> symbols(session.subscription.keySet(), name -> name))
                    .toArray(Value[]::new))));
  }

  /** Those who subscribe to something. */
  List<Session> sessions() {
    List<Session> subscribed = new ArrayList<>();
    for (Session session : ingress.sessions().values()) {
      if (session.isSubscribed()) {
        subscribed.add(session);
      }
    }
    return subscribed;
  }

  static long bytesBehind(Session session) {
    CatchUp catchUp = session.catchUp;
    return catchUp == null ? 0 : catchUp.bytesBehind();
  }

  private Table publishers() {
    Collection<Publisher> publishers = sequencer.publishers().all();
    return new Table(
        List.of("publisher", "seq", "accepted", "refused", "resent"),
        List.of(
            symbols(publishers, publisher -> publisher.name),
            longs(publishers, publisher -> publisher.seq),
            longs(publishers, publisher -> publisher.acceptedRows),
            longs(publishers, publisher -> publisher.refusedRows),
            longs(publishers, publisher -> publisher.resentMessages)));
  }

  private Table log() {
    Fanout fanout = sequencer.fanout();
    return new Table(
        List.of("log", "logged", "published", "bytes", "writes", "failures", "writable"),
        List.of(
            SymbolVector.of(SymbolAtom.ofText(":" + sequencer.log().path()).name()),
            LongVector.of(QType.LONG, sequencer.log().messages()),
            LongVector.of(QType.LONG, fanout.published()),
            LongVector.of(QType.LONG, sequencer.log().bytes()),
            LongVector.of(QType.LONG, sequencer.logWrites),
            LongVector.of(QType.LONG, sequencer.outage().failures()),
            IntVector.of(QType.INT, sequencer.failure() == null ? 1 : 0)));
  }

  private Table refused() {
    List<Refusals.Reason> reasons = List.of(Refusals.Reason.values());
    return new Table(
        List.of("reason", "messages"),
        List.of(
            symbols(reasons, reason -> reason.name().toLowerCase(Locale.ROOT)),
            longs(reasons, refusals::total)));
  }

  private Table latency() {
    List<Latency> kinds = List.of(sequencer.logLatency, sequencer.throughLatency);
    return new Table(
        List.of("stage", "p50", "p99", "p999", "max"),
        List.of(
            SymbolVector.of("log", "through"),
            longs(kinds, latency -> latency.quantile(0.5)),
            longs(kinds, latency -> latency.quantile(0.99)),
            longs(kinds, latency -> latency.quantile(0.999)),
            longs(kinds, Latency::max)));
  }

  private static <T> Vector symbols(Collection<T> of, Function<T, String> name) {
    return SymbolVector.of(of.stream().map(name).toArray(String[]::new));
  }

  private static <T> Vector longs(Collection<T> of, ToLongFunction<T> number) {
    return LongVector.of(QType.LONG, of.stream().mapToLong(number).toArray());
  }

  private static <T> Vector ints(Collection<T> of, ToIntFunction<T> number) {
    return IntVector.of(QType.INT, of.stream().mapToInt(number).toArray());
  }

  /** Says what was done since the last time. */
  void report() {
    long now = System.nanoTime();
    double seconds = Math.max(1e-9, (now - reportedAtNanos) / 1e9);
    long messages = 0;
    long rows = 0;
    long bytes = 0;
    for (PublishedTable table : sequencer.tables().all()) {
      messages += table.acceptedMessages;
      rows += table.acceptedRows;
      bytes += table.acceptedBytes;
    }
    long refused = refusals.total();
    LOG.info(
        "rates messages/s={} rows/s={} kB/s={} refused={} subscribers={} behind={} logMessages={}"
            + " logMicros={} throughMicros={} (p50/p99/max)",
        Math.round((messages - reportedMessages) / seconds),
        Math.round((rows - reportedRows) / seconds),
        Math.round((bytes - reportedBytes) / seconds / 1000),
        refused - reportedRefused,
        sessions().size(),
        sequencer.fanout().behind(),
        sequencer.log().messages(),
        sequencer.logLatency.report(),
        sequencer.throughLatency.report());
    reportedAtNanos = now;
    reportedMessages = messages;
    reportedRows = rows;
    reportedBytes = bytes;
    reportedRefused = refused;
  }
}
