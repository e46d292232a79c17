package tickwatch.tickerplant;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.tick.ValueBytes;

/**
 * Hands messages to the subscribers once the log has them.
 *
 * <pre>
 *   gathered ──▶ logged ──▶ groups ──▶ queue of each member      immediate
 *   gathered ──▶ logged ──▶ TableBatch ──(timer)──▶ groups ──▶   batched
 *                  │
 *                  └─ log ──▶ LogFeed ──▶ a subscriber whose queue was full
 * </pre>
 *
 * <p><b>A slow subscriber.</b> When more would wait for it than the limit, nothing more is queued:
 * it is behind, at the place of the log up to which it was served, and {@link LogFeed} feeds it
 * from there. So memory for it is bounded, and it gets every message once, in order.
 *
 * <p><b>Invariants.</b> {@link LogStretch#end} of the newest stretch is where what live subscribers
 * were given ends; {@link #published} counts the messages up to there.
 *
 * <p><b>Threads.</b> The event loop's alone.
 */
final class Fanout {
  private static final Logger LOG = LoggerFactory.getLogger(Fanout.class);

  /** More than this is published before the batch's time. */
  private static final long MAX_BATCH_BYTES = 16 << 20;

  private static final long MIN_UNREAD_BYTES = 32 << 20;
  private static final long SAY_AGAIN_NANOS = 60_000_000_000L;

  private final PublishedTables tables;
  private final Segments memory;
  private final SlowPolicy slowPolicy;
  private final long maxQueueBytes;
  private final Duration batchInterval;
  private final Map<Map<String, SymFilter>, SubscriberGroup> groups = new LinkedHashMap<>();
  private final List<SubscriberGroup> touched = new ArrayList<>();
  private final RowPicker picker = new RowPicker();

  /** Those for whom rows of the message at hand were picked. */
  private final List<SubscriberGroup> picking = new ArrayList<>();

  private final SubscriberGroup.Queueing queueing = this::mayQueue;

  private LogStretch stretch;
  private long published;
  private long logged;
  private long loggedBytes;

  // Batched publishing.
  private final Map<PublishedTable, TableBatch> batches = new LinkedHashMap<>();
  private final List<ByteBuf> publications = new ArrayList<>();
  private long batchBytes;
  private boolean isClosed;

  private final LogFeed feed;

  long disconnectedAsSlow;
  long fellBehind;

  Fanout(
      PublishedTables tables,
      ByteBufAllocator allocator,
      SlowPolicy slowPolicy,
      long maxQueueBytes,
      int mostSymbols,
      Duration batchInterval,
      Path log,
      long logBytes,
      long messages) {
    this.tables = tables;
    this.memory = new Segments(allocator);
    this.slowPolicy = slowPolicy;
    this.maxQueueBytes = maxQueueBytes;
    this.batchInterval = batchInterval;
    this.stretch = new LogStretch(log, logBytes);
    this.published = messages;
    this.logged = messages;
    this.loggedBytes = logBytes;
    feed =
        new LogFeed(
            tables.all().toArray(PublishedTable[]::new), allocator, mostSymbols, this::isLive);
    if (isBatching()) {
      for (PublishedTable table : tables.all()) {
        batches.put(table, new TableBatch(table, allocator));
      }
    }
  }

  boolean isBatching() {
    return !batchInterval.isZero();
  }

  /**
   * Starts to serve those who are behind.
   *
   * @param flush logs what is gathered; false if the log cannot be written
   */
  void start(EventLoop eventLoop, BooleanSupplier flush) {
    feed.start(eventLoop, flush);
  }

  Duration batchInterval() {
    return batchInterval;
  }

  /** More than may ever wait for a subscriber that behaves, whatever it asks besides. */
  long mostUnreadBytes() {
    return Math.max(MIN_UNREAD_BYTES, 2 * maxQueueBytes);
  }

  /** Messages of today's log that live subscribers have been given: {@code .u.i}. */
  long published() {
    return published;
  }

  /** Subscribers that are fed from the log. */
  int behind() {
    return feed.behind();
  }

  // ---- gathering

  /**
   * Takes a message whose columns lie in a buffer that will be used again.
   *
   * @param view the same bytes as {@code buffer}, little-endian
   */
  void message(
      PublishedTable table, int rows, ByteBuf buffer, ByteBuffer view, int columnsAt, int length) {
    if (isBatching()) {
      batch(table, rows, buffer, view, columnsAt, length);
      return;
    }
    List<SubscriberGroup> ofAll = table.groupsOfAll;
    for (int g = 0; g < ofAll.size(); g++) {
      SubscriberGroup group = ofAll.get(g);
      if (!group.members.isEmpty()) {
        touch(group).add(table, view, columnsAt, length);
      }
    }
    if (!table.isFiltered()) {
      return;
    }
    if (rows > 1) {
      pick(table, buffer, view, columnsAt, length);
      return;
    }
    int symAt = table.symOfRowAt(columnsAt);
    int symEnd = ValueBytes.endOfSymbols(view, 1, symAt, columnsAt + length);
    List<SubscriberGroup> interested = table.groupsBySym().get(view, symAt, symEnd);
    if (interested != null) {
      for (int g = 0; g < interested.size(); g++) {
        SubscriberGroup group = interested.get(g);
        if (!group.members.isEmpty()) {
          touch(group).add(table, view, columnsAt, length);
        }
      }
    }
  }

  /**
   * Takes single rows, as {@link #message} takes each.
   *
   * @param at where what the log gets of them begins in the buffer
   */
  void rows(RowRun run, ByteBuf buffer, ByteBuffer view, int at) {
    PublishedTable table = run.table();
    boolean isNumbered = run.publisher() != null;
    if (isBatching() || table.isFiltered() || (isNumbered && tables.ofPublishers().isFiltered())) {
      oneByOne(run, buffer, view, at);
      return;
    }
    for (int g = 0; g < table.groupsOfAll.size(); g++) {
      SubscriberGroup group = table.groupsOfAll.get(g);
      if (!group.members.isEmpty()) {
        boolean withMarkers = isNumbered && group.wantsAll(tables.ofPublishers());
        touch(group).add(run.frames(withMarkers, true));
      }
    }
    if (!isNumbered) {
      return;
    }
    for (int g = 0; g < tables.ofPublishers().groupsOfAll.size(); g++) {
      SubscriberGroup group = tables.ofPublishers().groupsOfAll.get(g);
      if (!group.members.isEmpty() && !group.wantsAll(table)) {
        touch(group).add(run.frames(true, false));
      }
    }
  }

  private void oneByOne(RowRun run, ByteBuf buffer, ByteBuffer view, int at) {
    Publisher publisher = run.publisher();
    int from = at;
    for (int row = 0; row < run.rows(); row++) {
      if (publisher != null) {
        int markerAt = from + Publisher.COLUMNS_AT;
        message(tables.ofPublishers(), 1, buffer, view, markerAt, publisher.columnsLength());
      }
      int columnsAt = from + run.columnsAt();
      from = at + run.end(row);
      message(run.table(), 1, buffer, view, columnsAt, from - columnsAt);
    }
  }

  /** Hands rows to those who want some of their syms. */
  private void pick(PublishedTable table, ByteBuf columns, ByteBuffer view, int at, int length) {
    picker.take(table, view, at, at + length);
    SymIndex<List<SubscriberGroup>> bySym = table.groupsBySym();
    for (int row = 0; row < picker.rows(); row++) {
      List<SubscriberGroup> interested = picker.ofSym(bySym, row);
      if (interested != null) {
        for (int g = 0; g < interested.size(); g++) {
          SubscriberGroup group = interested.get(g);
          if (!group.members.isEmpty() && group.pick(row)) {
            picking.add(group);
          }
        }
      }
    }
    for (int g = 0; g < picking.size(); g++) {
      SubscriberGroup group = picking.get(g);
      if (group.hasPickedAll(picker) && length > Sequencer.SHARE_BYTES) {
        touch(group).addShared(table, columns, at, length);
      } else {
        touch(group).addPicked(table, picker, view, at, length);
      }
    }
    picking.clear();
    picker.forget();
  }

  /** Takes a message whose columns are worth sharing; they are retained as often as needed. */
  void shared(PublishedTable table, int rows, ByteBuf source, int at, int length) {
    if (isBatching()) {
      batch(table, rows, source, viewOf(source), at, length);
    } else {
      hand(table, source, at, length);
    }
  }

  private void hand(PublishedTable table, ByteBuf source, int at, int length) {
    for (int g = 0; g < table.groupsOfAll.size(); g++) {
      SubscriberGroup group = table.groupsOfAll.get(g);
      if (!group.members.isEmpty()) {
        touch(group).addShared(table, source, at, length);
      }
    }
    if (table.isFiltered()) {
      pick(table, source, viewOf(source), at, length);
    }
  }

  private static ByteBuffer viewOf(ByteBuf buffer) {
    return buffer.nioBuffer(0, buffer.capacity()).order(ByteOrder.LITTLE_ENDIAN);
  }

  private SubscriberGroup touch(SubscriberGroup group) {
    if (!group.touched) {
      group.touched = true;
      touched.add(group);
    }
    return group;
  }

  private void batch(
      PublishedTable table, int rows, ByteBuf source, ByteBuffer view, int at, int length) {
    if (isClosed) {
      return;
    }
    batchOf(table).add(source, view, at, length, rows);
    batchBytes += length;
  }

  private TableBatch batchOf(PublishedTable table) {
    TableBatch batch = batches.get(table);
    if (batch == null) {
      throw new IllegalStateException("no batch of table " + table.name());
    }
    return batch;
  }

  // ---- publishing

  /**
   * The log has everything that was taken; publishes it, or keeps it for the batch.
   *
   * @param messages how many the log holds now
   * @param bytes how long it is now
   */
  void logged(long messages, long bytes) {
    logged = messages;
    loggedBytes = bytes;
    if (isBatching()) {
      batches.values().forEach(TableBatch::commit);
      if (batchBytes > MAX_BATCH_BYTES) {
        publish();
      }
    } else {
      handOut();
    }
  }

  /** Forgets what was taken and is not logged. */
  void discard() {
    if (isBatching()) {
      batches.values().forEach(TableBatch::rollBack);
    }
    for (int g = 0; g < touched.size(); g++) {
      touched.get(g).clear();
    }
    touched.clear();
  }

  /** Publishes the batch, a message a table; everything taken must be logged. */
  void publish() {
    if (!isBatching() || published == logged || isClosed) {
      return;
    }
    for (TableBatch batch : batches.values()) {
      batch.drainTo(publications);
      for (int p = 0; p < publications.size(); p++) {
        ByteBuf columns = publications.get(p);
        hand(batch.table(), columns, 0, columns.readableBytes());
        columns.release();
      }
      publications.clear();
    }
    batchBytes = 0;
    handOut();
  }

  private void handOut() {
    for (int g = 0; g < touched.size(); g++) {
      touched.get(g).flush(queueing);
    }
    touched.clear();
    published = logged;
    stretch.end = loggedBytes;
  }

  // ---- end of day

  /**
   * The day is over and another log begins; everything taken must be logged.
   *
   * @param messages in the new log
   * @param bytes of it
   */
  void dayEnded(int day, Path newLog, long messages, long bytes) {
    publish();
    sendEnd(day, newLog, bytes);
    published = messages;
    logged = messages;
    loggedBytes = bytes;
  }

  /** Sends {@code .u.end} of a day to each subscriber once; everything taken must be logged. */
  void sendEnd(int day) {
    publish();
    sendEnd(day, stretch.log, stretch.end);
  }

  private void sendEnd(int day, Path nextLog, long nextStart) {
    for (SubscriberGroup group : List.copyOf(groups.values())) {
      for (Session member : List.copyOf(group.members)) {
        member.connection.send(LogFeed.endMessage(day));
      }
    }
    // Those behind are told when they come to this place of the log.
    stretch = stretch.endedBy(day, nextLog, nextStart);
  }

  // ---- subscriptions

  /**
   * Puts a session into the group of those who subscribe to the same, from here on; everything
   * taken must be logged.
   */
  void resubscribe(Session session) {
    CatchUp catchUp = session.catchUp;
    leaveGroup(session);
    Map<String, SymFilter> wanted = Map.copyOf(session.subscription);
    if (catchUp != null) {
      catchUp.changeAt(stretch, wanted);
      joinBehind(session);
    } else if (!wanted.isEmpty()) {
      SubscriberGroup group = group(wanted);
      group.members.add(session);
      session.group = group;
    }
  }

  private void joinBehind(Session session) {
    SubscriberGroup group = group(Map.copyOf(session.subscription));
    group.behind.add(session);
    session.group = group;
  }

  /**
   * Feeds a session from a place of the log on; it must not be behind already.
   *
   * @param from that stretch of the log, of which the newest is one of those that follow
   * @param skip messages from the stretch's start that it does not want
   */
  void subscribeFrom(Session session, LogStretch from, long skip) {
    leaveGroup(session);
    joinBehind(session);
    // The answer to the subscription comes first.
    feed.begin(session, from, from.start, skip, 0);
  }

  LogStretch newestStretch() {
    return stretch;
  }

  private SubscriberGroup group(Map<String, SymFilter> wanted) {
    SubscriberGroup group = groups.get(wanted);
    if (group == null) {
      group = new SubscriberGroup(wanted, memory);
      groups.put(wanted, group);
      for (String name : wanted.keySet()) {
        PublishedTable table = tables.get(name);
        if (table != null) {
          table.add(group);
        }
      }
    }
    return group;
  }

  private void leaveGroup(Session session) {
    SubscriberGroup group = session.group;
    if (group == null) {
      return;
    }
    session.group = null;
    group.members.remove(session);
    group.behind.remove(session);
    if (group.members.isEmpty() && group.behind.isEmpty()) {
      groups.remove(group.subscription);
      for (PublishedTable table : tables.all()) {
        table.remove(group);
      }
    }
  }

  /** Forgets a closed connection. */
  void closed(Session session) {
    leaveGroup(session);
    feed.forget(session);
  }

  /** What the log, read for subscribers, was found to be damaged with; null if nothing was. */
  @Nullable String damage() {
    return feed.damage();
  }

  // ---- slow subscribers

  /** Whether more may be queued for a live subscriber; if not, it has been dealt with. */
  private boolean mayQueue(Session member, int more) {
    long queued = member.connection.pendingBytes();
    if (queued + more <= maxQueueBytes || queued == 0) {
      return true;
    }
    if (slowPolicy == SlowPolicy.LOG) {
      fellBehind(member, queued);
      return false;
    }
    disconnectedAsSlow++;
    LOG.warn(
        "subscriber too slow, disconnected {} queuedBytes={} limit={}: it catches up from the log"
            + " when it comes back; --max-queue moves the limit, --slow log keeps it connected",
        member,
        queued,
        maxQueueBytes);
    member.connection.close();
    return false;
  }

  private void fellBehind(Session member, long queued) {
    SubscriberGroup group = member.group;
    if (group == null) {
      return;
    }
    group.members.remove(member);
    fellBehind++;
    member.timesBehind++;
    if (member.mayBeSaid(SAY_AGAIN_NANOS)) {
      member.saidBehind = true;
      LOG.warn(
          "subscriber too slow, fed from the log {} queuedBytes={} limit={} times={}: it misses"
              + " nothing; --max-queue moves the limit",
          member,
          queued,
          maxQueueBytes,
          member.timesBehind);
    }
    group.behind.add(member);
    feed.begin(member, stretch, stretch.end, 0, queued);
  }

  /** The queue of a subscriber became shorter. */
  void writable(Session session) {
    feed.feed(session);
  }

  /** All that was published is queued: from here on the subscriber is live. */
  private void isLive(Session session) {
    SubscriberGroup group = session.group;
    if (group != null) {
      group.behind.remove(session);
      if (session.subscription.isEmpty()) {
        leaveGroup(session);
      } else {
        group.members.add(session);
      }
    }
  }

  /** Ends the thread that reads the log; what comes from now on is dropped. */
  void close() {
    isClosed = true;
    feed.close();
    memory.release();
    batches.values().forEach(TableBatch::release);
  }
}
