package tickwatch.tickerplant;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.ipc.codec.ValueDecoder;
import tickwatch.ipc.value.IntAtom;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.Null;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.tick.TickLogException;

/**
 * Hands messages to the subscribers once the log has them.
 *
 * <pre>
 *   gathered ──▶ logged ──▶ groups ──▶ queue of each member      immediate
 *   gathered ──▶ logged ──▶ TableBatch ──(timer)──▶ groups ──▶   batched
 *                  │
 *                  └─ log ──▶ LogFrames ──▶ a subscriber whose queue was full
 * </pre>
 *
 * <p><b>A slow subscriber.</b> When more would wait for it than the limit, nothing more is queued:
 * it is {@link CatchUp behind}, at the place of the log up to which it was served. When its queue
 * is nearly empty, pieces of the log are read, away from the event loop, made into the same
 * messages, and queued. At the end of what was published it goes live again. So memory for it is
 * bounded, and it gets every message once, in order.
 *
 * <p><b>Invariants.</b> {@link LogStretch#end} of the newest stretch is where what live subscribers
 * were given ends; {@link #published} counts the messages up to there.
 *
 * <p><b>Threads.</b> The event loop's alone; a thread of its own reads the log for those behind.
 */
final class Fanout {
  private static final Logger LOG = LoggerFactory.getLogger(Fanout.class);

  /** A subscriber that is behind gets more while no more than this waits for it. */
  private static final long FEED_BELOW_BYTES = 1 << 20;

  /** So little is read on the event loop, so that a subscriber can go live under load. */
  private static final long READ_AT_ONCE_BYTES = 1 << 18;

  /** More than this is published before the batch's time. */
  private static final long MAX_BATCH_BYTES = 16 << 20;

  private static final long MIN_UNREAD_BYTES = 32 << 20;
  private static final long SAY_AGAIN_NANOS = 60_000_000_000L;
  private static final int RETRY_MILLIS = 100;

  private final Map<String, PublishedTable> tables;
  private final ByteBufAllocator allocator;
  private final Segments memory;
  private final SlowPolicy slowPolicy;
  private final long maxQueueBytes;
  private final Duration batchInterval;
  private final Map<Map<String, SymFilter>, SubscriberGroup> groups = new LinkedHashMap<>();
  private final List<SubscriberGroup> touched = new ArrayList<>();
  private final ValueDecoder decoder = new ValueDecoder();
  private final SubscriberGroup.Queueing queueing = this::mayQueue;

  /** Counts the messages of which rows were selected. */
  private long selected;

  private LogStretch stretch;
  private long published;
  private long logged;
  private long loggedBytes;

  // Batched publishing.
  private final Map<PublishedTable, TableBatch> batches = new LinkedHashMap<>();
  private final List<ByteBuf> publications = new ArrayList<>();
  private long batchBytes;
  private boolean isClosed;

  // Those who are behind.
  private final LogFrames framesHere;
  private final LogFrames framesThere;
  private final ExecutorService reader;
  private @Nullable EventLoop loop;
  private @Nullable BooleanSupplier flushGathered;

  long disconnectedAsSlow;
  long fellBehind;
  private int behind;

  Fanout(
      Map<String, PublishedTable> tables,
      ByteBufAllocator allocator,
      SlowPolicy slowPolicy,
      long maxQueueBytes,
      Duration batchInterval,
      Path log,
      long logBytes,
      long messages) {
    this.tables = tables;
    this.allocator = allocator;
    this.memory = new Segments(allocator);
    this.slowPolicy = slowPolicy;
    this.maxQueueBytes = maxQueueBytes;
    this.batchInterval = batchInterval;
    this.stretch = new LogStretch(log, logBytes);
    this.published = messages;
    this.logged = messages;
    this.loggedBytes = logBytes;
    PublishedTable[] all = tables.values().toArray(PublishedTable[]::new);
    framesHere = new LogFrames(all, allocator);
    framesThere = new LogFrames(all, allocator);
    ThreadPoolExecutor one =
        new ThreadPoolExecutor(
            1,
            1,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "tick log catch-up");
              thread.setDaemon(true);
              return thread;
            });
    one.allowCoreThreadTimeOut(true);
    reader = one;
    if (isBatching()) {
      for (PublishedTable table : tables.values()) {
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
    loop = eventLoop;
    flushGathered = flush;
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
    return behind;
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
    if (table.groupsBySym.isEmpty()) {
      return;
    }
    if (rows > 1) {
      select(table, decode(table, buffer, columnsAt, length));
      return;
    }
    // Most single rows concern few of those who want some syms; only for them it is decoded.
    List<SubscriberGroup> interested = table.groupsBySym.get(table.symOfRow(view, columnsAt));
    if (interested != null) {
      Table decoded = decode(table, buffer, columnsAt, length);
      for (int g = 0; g < interested.size(); g++) {
        select(interested.get(g), table, decoded);
      }
    }
  }

  /** Hands rows to those who want some of their syms. */
  private void select(PublishedTable table, Table rows) {
    SymbolVector syms = (SymbolVector) rows.columns().get(1);
    selected++;
    for (int code = 0; code < syms.domainLength(); code++) {
      List<SubscriberGroup> interested = table.groupsBySym.get(syms.domainName(code));
      if (interested != null) {
        for (int g = 0; g < interested.size(); g++) {
          SubscriberGroup group = interested.get(g);
          if (group.selectedFor != selected) {
            group.selectedFor = selected;
            select(group, table, rows);
          }
        }
      }
    }
  }

  private void select(SubscriberGroup group, PublishedTable table, Table rows) {
    if (!group.members.isEmpty()) {
      touch(group).addSelected(table, rows);
    }
  }

  /** Takes a message whose columns are worth sharing; they are retained as often as needed. */
  void shared(PublishedTable table, int rows, ByteBuf source, int at, int length) {
    if (isBatching()) {
      ByteBuffer view = source.nioBuffer(0, source.capacity()).order(ByteOrder.LITTLE_ENDIAN);
      batch(table, rows, source, view, at, length);
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
    if (!table.groupsBySym.isEmpty()) {
      select(table, decode(table, source, at, length));
    }
  }

  private Table decode(PublishedTable table, ByteBuf columns, int at, int length) {
    return table.decode(decoder, columns.slice(at, length));
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
        member.connection.send(endMessage(day));
      }
    }
    // Those behind are told when they come to this place of the log.
    stretch = stretch.endedBy(day, nextLog, nextStart);
  }

  private static Value endMessage(int day) {
    return ListVector.of(new SymbolAtom(".u.end"), new IntAtom(QType.DATE, day));
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
    session.catchUp = new CatchUp(session, from, from.start, skip);
    behind++;
    EventLoop on = loop;
    if (on != null) {
      // The answer to the subscription comes first.
      on.execute(() -> feed(session));
    }
  }

  LogStretch newestStretch() {
    return stretch;
  }

  private SubscriberGroup group(Map<String, SymFilter> wanted) {
    SubscriberGroup group = groups.get(wanted);
    if (group == null) {
      group = new SubscriberGroup(wanted, allocator, memory);
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
      for (PublishedTable table : tables.values()) {
        table.remove(group);
      }
    }
  }

  /** Forgets a closed connection. */
  void closed(Session session) {
    leaveGroup(session);
    CatchUp catchUp = session.catchUp;
    if (catchUp != null) {
      session.catchUp = null;
      behind--;
      catchUp.close();
    }
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
    member.catchUp = new CatchUp(member, stretch, stretch.end, 0);
    behind++;
    EventLoop on = loop;
    if (queued <= FEED_BELOW_BYTES && on != null) {
      on.execute(() -> feed(member));
    }
    // Else writable() goes on.
  }

  /** The queue of a subscriber became shorter. */
  void writable(Session session) {
    feed(session);
  }

  /** Queues for a subscriber that is behind what its queue has room for. */
  private void feed(Session session) {
    CatchUp catchUp = session.catchUp;
    EventLoop on = loop;
    BooleanSupplier flush = flushGathered;
    if (catchUp == null || catchUp.isReading || catchUp.isFeeding || on == null || flush == null) {
      return;
    }
    // What is queued may be gone at once, which calls this again.
    catchUp.isFeeding = true;
    try {
      feed(session, catchUp, on, flush);
    } finally {
      catchUp.isFeeding = false;
    }
  }

  private void feed(Session session, CatchUp catchUp, EventLoop on, BooleanSupplier flush) {
    while (session.catchUp == catchUp && session.connection.pendingBytes() <= FEED_BELOW_BYTES) {
      long end = catchUp.end();
      if (catchUp.offset() < end) {
        if (catchUp.stretch().next != null || end - catchUp.offset() > READ_AT_ONCE_BYTES) {
          readElsewhere(catchUp, end, on);
          return;
        }
        readHere(catchUp, end);
      } else if (!catchUp.takeChange()) {
        if (catchUp.stretch().next != null) {
          if (catchUp.stretch().endedDay != Null.INT) {
            session.connection.send(endMessage(catchUp.stretch().endedDay));
          }
          catchUp.nextStretch();
        } else if (!goLive(catchUp, on, flush)) {
          return;
        }
      }
    }
  }

  private void readHere(CatchUp catchUp, long end) {
    try {
      LogFrames.Piece piece =
          framesHere.read(
              catchUp.channel(), catchUp.offset(), end, catchUp.skip(), catchUp.subscription());
      queue(catchUp, piece);
    } catch (IOException | RuntimeException e) {
      cannotRead(catchUp, e);
    }
  }

  private void readElsewhere(CatchUp catchUp, long end, EventLoop on) {
    long offset = catchUp.offset();
    long skip = catchUp.skip();
    Map<String, SymFilter> subscription = catchUp.subscription();
    try {
      FileChannel channel = catchUp.channel();
      catchUp.isReading = true;
      reader.execute(
          () -> {
            LogFrames.Piece piece = null;
            Exception failure = null;
            try {
              piece = framesThere.read(channel, offset, end, skip, subscription);
            } catch (IOException | RuntimeException e) {
              failure = e;
            }
            wasRead(catchUp, piece, failure, on);
          });
    } catch (IOException | RejectedExecutionException e) {
      catchUp.isReading = false;
      cannotRead(catchUp, e);
    }
  }

  private void wasRead(
      CatchUp catchUp, LogFrames.@Nullable Piece piece, @Nullable Exception failure, EventLoop on) {
    try {
      on.execute(
          () -> {
            catchUp.isReading = false;
            if (catchUp.isClosed()) {
              if (piece != null) {
                piece.frames().release();
              }
              catchUp.close();
            } else if (piece == null) {
              cannotRead(catchUp, failure == null ? new TickLogException("unknown") : failure);
            } else {
              queue(catchUp, piece);
              feed(catchUp.session);
            }
          });
    } catch (RejectedExecutionException e) {
      if (piece != null) {
        piece.frames().release();
      }
    }
  }

  private void queue(CatchUp catchUp, LogFrames.Piece piece) {
    catchUp.passed(piece);
    catchUp.session.connection.write(piece.frames());
    catchUp.session.connection.flush();
  }

  private void cannotRead(CatchUp catchUp, Exception e) {
    LOG.error(
        "tick log {} cannot be read for a subscriber, which is disconnected {}",
        catchUp.stretch().log,
        catchUp.session,
        e);
    catchUp.session.connection.close();
  }

  /** All that was published is queued: from here on the subscriber is live. */
  private boolean goLive(CatchUp catchUp, EventLoop on, BooleanSupplier flush) {
    Session session = catchUp.session;
    // What is gathered may not have been gathered for this session's group.
    boolean isFlushed = flush.getAsBoolean();
    if (catchUp.stretch().next != null || catchUp.offset() < catchUp.end()) {
      return true;
    }
    if (!isFlushed) {
      Future<?> unused = on.schedule(() -> feed(session), RETRY_MILLIS, TimeUnit.MILLISECONDS);
      return false;
    }
    SubscriberGroup group = session.group;
    session.catchUp = null;
    behind--;
    catchUp.close();
    if (group != null) {
      group.behind.remove(session);
      if (session.subscription.isEmpty()) {
        leaveGroup(session);
      } else {
        group.members.add(session);
      }
    }
    if (session.saidBehind) {
      session.saidBehind = false;
      LOG.info(
          "subscriber live again {} messages={} ms={} times={}",
          session,
          catchUp.messages,
          (System.nanoTime() - catchUp.startedAtNanos) / 1_000_000,
          session.timesBehind);
    }
    return true;
  }

  /** Ends the thread that reads the log; what comes from now on is dropped. */
  void close() {
    isClosed = true;
    reader.shutdownNow();
    memory.release();
    batches.values().forEach(TableBatch::release);
  }
}
