package tickwatch.tickerplant;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.ipc.codec.ValueEncoder;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.tick.PublisherMarker;
import tickwatch.tick.Schema;
import tickwatch.tick.TableSchema;
import tickwatch.tick.TickLog;
import tickwatch.tick.TickLogException;
import tickwatch.tick.TickLogWriter;
import tickwatch.tick.ValueBytes;

/**
 * The one order of all messages: checked messages are gathered, written to the log in one write,
 * then handed to the subscribers.
 *
 * <p><b>Invariants.</b> Nothing is published that is not in the log. {@link #messages} counts what
 * the log holds, and is exact whenever nothing is gathered: who asks for it flushes first.
 *
 * <p><b>When the log cannot be written</b> what was gathered stays, nothing is published, and
 * whoever sends more is not read from any longer; every {@value #RETRY_MILLIS} ms the write is
 * tried again. So a full disk loses nothing that was sent asynchronously: it waits here and in the
 * publishers' sockets.
 *
 * <p><b>Threads.</b> The event loop's alone, but for the thread that forces the log.
 */
final class Sequencer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Sequencer.class);

  private static final int RETRY_MILLIS = 100;
  private static final int FORCE_MILLIS = 100;
  private static final int INITIAL_BYTES = 1 << 17;
  private static final int KEPT_BYTES = 1 << 22;

  /** What one read gathers is flushed at this size even if the read goes on. */
  private static final int FLUSH_BYTES = 1 << 20;

  /**
   * Columns of more bytes than this are shared by the log and all subscribers, those of less are
   * copied, once for the log and once for each group. A copy of 82 kB costs less than what a
   * segment of its own does to the gathering writes and to the read buffers that it keeps (150 to
   * 180 µs against 200 to 350 µs a message).
   */
  static final int SHARE_BYTES = 1 << 17;

  private final LogDirectory directory;
  private final LogOpener logs;
  private final DayClock clock;
  private final LogSync sync;
  private final ByteBufAllocator allocator;
  private final Map<String, PublishedTable> tables = new LinkedHashMap<>();
  private final PublishedTable publisherTable;
  private final Map<String, Publisher> publishers = new HashMap<>();
  private final Fanout fanout;

  // The log.
  private final long runNumber = new SplittableRandom().nextLong(1, 1_000_000_000_000_000_000L);
  private TickLogWriter log;
  private final LogKeeper keeper;
  private int day;
  private long endOfDayMillis;

  /** Whether another tickerplant ends the days, not the clock. */
  private final boolean followsDays;

  private long messages;
  private @Nullable String failure;
  private boolean retryScheduled;
  private final List<Session> held = new ArrayList<>();
  private @Nullable EventLoop loop;
  private @Nullable ExecutorService forcer;
  private boolean isForcing;

  /** Up to where the log is known to be on the disk; kept for {@link LogSync#INTERVAL} alone. */
  private long forcedBytes;

  /** Whether the last force failed, so that nobody knows what the disk has behind that. */
  private boolean isUnforced;

  // What was gathered: runs of `gathered`, between them the columns that are shared.
  private ByteBuf gathered;
  private ByteBuffer view;
  private int end;
  private int gatheredMessages;
  private long gatheredBytes;
  private long gatheredAt;
  private long gatheredAtNanos;
  private int[] runEnds = new int[16];
  private final List<ByteBuf> shared = new ArrayList<>();
  private ByteBuffer[] writes = new ByteBuffer[16];
  private final List<Publisher> gatheredPublishers = new ArrayList<>();
  private final RowRun run = new RowRun();

  // For those who look.
  long logWrites;
  long logWriteNanos;
  long logFailures;
  final Latency logLatency = new Latency();
  final Latency throughLatency = new Latency();
  long totalMessages;

  /** Opens a recovered log of this length for appending. */
  interface LogOpener {
    TickLogWriter open(Path log, long bytes);
  }

  Sequencer(
      Schema schema,
      LogDirectory directory,
      LogOpener logs,
      DayClock clock,
      ByteBufAllocator allocator,
      TickerplantConfig config) {
    this.directory = directory;
    this.logs = logs;
    this.clock = clock;
    this.sync = config.sync();
    this.followsDays = config.upstream() != null;
    this.allocator = allocator;
    for (TableSchema table : schema.tables()) {
      tables.put(table.name(), new PublishedTable(table));
    }
    PublishedTable ofPublishers = tables.get(PublisherMarker.TABLE);
    if (ofPublishers == null) {
      throw new IllegalArgumentException("a schema without the table publisher");
    }
    publisherTable = ofPublishers;
    gathered = buffer(INITIAL_BYTES);
    view = viewOf(gathered);
    day = firstDay();
    endOfDayMillis = endOfDayMillis(day);
    log = openLog(day);
    keeper = new LogKeeper(directory, config.keepLogs());
    fanout =
        new Fanout(
            tables,
            publisherTable,
            allocator,
            config.slowPolicy(),
            config.maxQueueBytes(),
            config.batchInterval(),
            log.path(),
            log.bytes(),
            messages);
  }

  /** Memory that lives as long as somebody can reach it: a message may come after the close. */
  private static ByteBuf buffer(int capacity) {
    return Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(capacity));
  }

  private static ByteBuffer viewOf(ByteBuf buffer) {
    return buffer.nioBuffer(0, buffer.capacity()).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Today, unless there is a log of a later day: a day that has ended stays so over a restart. The
   * last day there is a log of, where another tickerplant ends the days: it may have rows of that
   * day that are missing here.
   */
  private int firstDay() {
    int today = clock.day();
    Path latest = directory.latest();
    int last = latest == null ? today : LogDirectory.dayOf(latest);
    if (followsDays && latest != null && !TickLog.isCompressed(latest)) {
      return last;
    }
    if (last > today) {
      LOG.warn(
          "tick log {} is of a later day than today and goes on: the day was ended early, or a clock"
              + " was wrong; if it was, move the file away and start again",
          latest);
    }
    return Math.max(today, last);
  }

  /** Recovers the log of a day and takes what it says of publishers. */
  private TickLogWriter openLog(int wanted) {
    long startedAt = System.nanoTime();
    Path path = directory.log(wanted);
    TickLog.Recovered recovered = recover(path);
    recovered
        .publishers()
        .forEach(
            (name, seq) -> {
              Publisher publisher = publisher(name);
              publisher.seq = Math.max(publisher.seq, seq);
              publisher.loggedSeq = publisher.seq;
            });
    addRun(path, recovered);
    TickLogWriter opened = logs.open(path, recovered.bytes());
    messages = recovered.messages();
    forcedBytes = recovered.bytes();
    LOG.info(
        "tick log open path={} messages={} bytes={} publishers={} ms={}",
        path,
        recovered.messages(),
        recovered.bytes(),
        recovered.publishers().size(),
        (System.nanoTime() - startedAt) / 1_000_000);
    return opened;
  }

  private static TickLog.Recovered recover(Path path) {
    TickLog.Recovered recovered = TickLog.recover(path);
    for (int s = 0; s < recovered.skipped().size(); s++) {
      TickLog.Stretch skipped = recovered.skipped().get(s);
      LOG.warn(
          "tick log {} is damaged: skipped {} bytes from offset {} on, kept them in {}; the messages"
              + " that stood there are lost, all others are there",
          path,
          skipped.length(),
          skipped.offset(),
          recovered.keptIn().get(s).getFileName());
    }
    if (recovered.tail() != null) {
      LOG.warn(
          "tick log {} is cut off after message {}: kept {} bytes, moved the last {} to {}",
          path,
          recovered.messages(),
          recovered.bytes(),
          recovered.tailBytes(),
          recovered.tail().getFileName());
    }
    return recovered;
  }

  /** Notes, for followers, that this run writes the log from here on. */
  private void addRun(Path path, TickLog.Recovered recovered) {
    try {
      LogRuns.add(
          path, new LogRuns.Run(runNumber, recovered.messages(), !recovered.skipped().isEmpty()));
    } catch (TickLogException e) {
      LOG.warn("followers will read the log from its start when they come back path={}", path, e);
    }
  }

  private long endOfDayMillis(int ofDay) {
    return followsDays ? Long.MAX_VALUE : clock.endOfDayMillis(ofDay);
  }

  /** Starts the timers; before that, nothing is retried, forced or rolled by itself. */
  void start(EventLoop eventLoop) {
    loop = eventLoop;
    fanout.start(eventLoop, this::flush);
    if (fanout.isBatching()) {
      repeat(eventLoop, this::publishBatch, fanout.batchInterval().toMillis());
    }
    if (messages == 0) {
      carryPublishersOver();
    }
    keeper.dayBegan(day);
    repeat(eventLoop, this::checkDay, 1_000);
    if (sync == LogSync.INTERVAL) {
      forcer =
          Executors.newSingleThreadExecutor(
              task -> {
                Thread thread = new Thread(task, "tick log force");
                thread.setDaemon(true);
                return thread;
              });
      repeat(eventLoop, this::forceInBackground, FORCE_MILLIS);
    }
  }

  /** What a task throws is said, and does not end its repetition. */
  static void repeat(EventLoop eventLoop, Runnable task, long millis) {
    Future<?> unused =
        eventLoop.scheduleAtFixedRate(
            () -> {
              try {
                task.run();
              } catch (RuntimeException e) {
                LOG.error("a repeated task of the tickerplant failed", e);
              }
            },
            millis,
            millis,
            TimeUnit.MILLISECONDS);
  }

  private void publishBatch() {
    if (flush()) {
      fanout.publish();
    }
  }

  /** A new log begins with how far each publisher was accepted, which only the last one knows. */
  private void carryPublishersOver() {
    List<Path> ended = directory.endedBefore(day);
    if (!ended.isEmpty()) {
      publishersOf(ended.get(0))
          .forEach(
              (name, seq) -> {
                Publisher publisher = publisher(name);
                publisher.seq = Math.max(publisher.seq, seq);
                publisher.loggedSeq = publisher.seq;
              });
    }
    logPublishers();
  }

  private Map<String, Long> publishersOf(Path ended) {
    if (TickLog.isCompressed(ended)) {
      return TickLog.verify(ended).publishers();
    }
    TickLog.Recovered recovered = recover(ended);
    addRun(ended, recovered);
    return recovered.publishers();
  }

  // ---- what there is

  Collection<PublishedTable> tables() {
    return tables.values();
  }

  @Nullable PublishedTable table(String name) {
    return tables.get(name);
  }

  /** The table whose name (with its 00) lies there, or null. */
  @Nullable PublishedTable table(ByteBuffer bytes, int at, int symbolEnd) {
    for (PublishedTable table : tables.values()) {
      if (isSymbol(bytes, at, symbolEnd, table.symbol)) {
        return table;
      }
    }
    return null;
  }

  /** Whether the bytes from {@code at} to {@code symbolEnd - 1} are this symbol with its 00. */
  static boolean isSymbol(ByteBuffer bytes, int at, int symbolEnd, byte[] symbol) {
    return symbolEnd - at == symbol.length && ValueBytes.startsWith(bytes, at, symbolEnd, symbol);
  }

  /** The publisher of that name, known or not. */
  Publisher publisher(String name) {
    return publishers.computeIfAbsent(name, unknown -> new Publisher(publisherTable, unknown));
  }

  @Nullable Publisher knownPublisher(String name) {
    return publishers.get(name);
  }

  Collection<Publisher> publishers() {
    return publishers.values();
  }

  /** Where messages go once they are logged. */
  Fanout fanout() {
    return fanout;
  }

  /** Messages in the log, those gathered not counted. */
  long messages() {
    return messages;
  }

  /** Tells this run of the tickerplant from all others. */
  long run() {
    return runNumber;
  }

  int day() {
    return day;
  }

  Path logPath() {
    return log.path();
  }

  long logBytes() {
    return log.bytes();
  }

  /** Why nothing is accepted at present, or null. */
  @Nullable String failure() {
    return failure;
  }

  LogDirectory directory() {
    return directory;
  }

  DayClock clock() {
    return clock;
  }

  // ---- gathering

  /**
   * Gathers a row that lies there as atoms.
   *
   * @param publisher whose it is; null if it has no name
   * @param seq the publisher's number of it
   * @return false if it is not exactly a row of the table; nothing is gathered then
   */
  boolean addRow(
      PublishedTable table,
      @Nullable Publisher publisher,
      long seq,
      ByteBuffer bytes,
      int at,
      int rowEnd) {
    beginBatch();
    int markerBytes = publisher == null ? 0 : publisher.markerBytes();
    int prefixBytes = table.logPrefix.length;
    room(markerBytes + prefixBytes + table.rowRoom(rowEnd - at));
    int messageAt = end + markerBytes;
    int columnsAt = messageAt + prefixBytes;
    int columnsEnd = table.writeRow(bytes, at, rowEnd, view, columnsAt);
    if (columnsEnd < 0) {
      return false;
    }
    if (publisher != null) {
      addMarker(publisher, seq, 1);
    }
    view.put(messageAt, table.logPrefix);
    add(table, 1, columnsAt, columnsEnd);
    flushIfMany();
    return true;
  }

  /**
   * Gathers rows of a known shape that lie there; see {@link RowRun#take}.
   *
   * @return how many; {@link #lengthOfRows} says how long they are
   */
  int addRows(RowShapes known, ByteBuffer bytes, int start, int limit) {
    beginBatch();
    int rows = run.take(known, bytes, start, limit, gatheredAt);
    if (rows == 0) {
      return 0;
    }
    RowRun.Block logged = run.logged();
    room(logged.length);
    view.put(end, logged.bytes, 0, logged.length);
    Publisher publisher = run.publisher();
    if (publisher != null) {
      publisher.seq = run.lastSeq();
      publisher.acceptedRows += rows;
      touch(publisher);
      count(publisherTable, rows, rows, rows * publisher.markerBytes());
      count(run.table(), rows, rows, logged.length - rows * publisher.markerBytes());
    } else {
      count(run.table(), rows, rows, logged.length);
    }
    fanout.rows(run, gathered, view, end);
    end += logged.length;
    flushIfMany();
    return rows;
  }

  /** Bytes of the messages that {@link #addRows} took. */
  int lengthOfRows() {
    return run.length();
  }

  /**
   * Gathers columns that were checked.
   *
   * @param publisher as in {@link #addRow}
   * @param seq as in {@link #addRow}
   * @param source whose bytes from {@code at} on are exactly the columns; retained if they are many
   */
  void addColumns(
      PublishedTable table,
      @Nullable Publisher publisher,
      long seq,
      int rows,
      ByteBuf source,
      int at,
      int length) {
    beginBatch();
    if (rows == 0) {
      if (publisher != null) {
        addMarker(publisher, seq, 0);
      }
      return;
    }
    if (publisher != null) {
      addMarker(publisher, seq, 1);
    }
    int prefixBytes = table.logPrefix.length;
    if (length <= SHARE_BYTES) {
      room(prefixBytes + length);
      view.put(end, table.logPrefix);
      gathered.setBytes(end + prefixBytes, source, at, length);
      add(table, rows, end + prefixBytes, end + prefixBytes + length);
      flushIfMany();
      return;
    }
    room(prefixBytes);
    view.put(end, table.logPrefix);
    end += prefixBytes;
    if (shared.size() == runEnds.length) {
      runEnds = Arrays.copyOf(runEnds, 2 * runEnds.length);
    }
    runEnds[shared.size()] = end;
    shared.add(source.retainedSlice(at, length));
    count(table, 1, rows, prefixBytes + length);
    fanout.shared(table, rows, source, at, length);
    flushIfMany();
  }

  /** Logs and publishes rows of the tickerplant's own, without their time. */
  void publishOwn(String tableName, ListVector rows) {
    PublishedTable table = tables.get(tableName);
    if (table == null || failure != null) {
      return;
    }
    ListVector columns = UpdRows.columns(table.schema, rows, clock);
    ByteBuf encoded = allocator.directBuffer();
    try {
      ValueEncoder.encode(columns, encoded);
      addColumns(table, null, 0, columns.get(0).count(), encoded, 0, encoded.readableBytes());
    } finally {
      encoded.release();
    }
    flush();
  }

  /** Gathers that a publisher's message was refused: its number counts, and nothing follows. */
  void addRefusal(Publisher publisher, long seq) {
    beginBatch();
    addMarker(publisher, seq, 0);
  }

  private void addMarker(Publisher publisher, long seq, int following) {
    publisher.seq = seq;
    byte[] marker = publisher.marker(gatheredAt, following);
    room(marker.length);
    view.put(end, marker);
    touch(publisher);
    add(publisherTable, 1, end + Publisher.COLUMNS_AT, end + marker.length);
  }

  private void touch(Publisher publisher) {
    int known = gatheredPublishers.size();
    if (known == 0 || gatheredPublishers.get(known - 1) != publisher) {
      gatheredPublishers.add(publisher);
    }
  }

  /** The message from {@link #end} to {@code columnsEnd} is there: hands it to the groups. */
  private void add(PublishedTable table, int rows, int columnsAt, int columnsEnd) {
    count(table, 1, rows, columnsEnd - end);
    end = columnsEnd;
    fanout.message(table, rows, gathered, view, columnsAt, columnsEnd - columnsAt);
  }

  private void count(PublishedTable table, int messages, int rows, int bytes) {
    gatheredMessages += messages;
    gatheredBytes += bytes;
    table.acceptedMessages += messages;
    table.acceptedRows += rows;
    table.acceptedBytes += bytes;
  }

  private void flushIfMany() {
    if (gatheredBytes > FLUSH_BYTES && failure == null) {
      flush();
    }
  }

  private void beginBatch() {
    if (gatheredMessages == 0) {
      if (clock.millis() >= endOfDayMillis) {
        checkDay();
      }
      gatheredAt = clock.timestamp();
      gatheredAtNanos = System.nanoTime();
    }
  }

  private void room(int bytes) {
    if (view.capacity() - end >= bytes) {
      return;
    }
    int capacity = Math.max(2 * view.capacity(), Math.addExact(end, bytes));
    ByteBuf larger = buffer(capacity);
    larger.setBytes(0, gathered, 0, end);
    gathered = larger;
    view = viewOf(larger);
  }

  // ---- log, then publish

  /**
   * Writes what was gathered to the log and hands it to the subscribers.
   *
   * @return false if the log cannot be written; everything stays gathered then
   */
  boolean flush() {
    if (gatheredMessages == 0) {
      return failure == null;
    }
    if (failure != null) {
      return false;
    }
    long startedAt = System.nanoTime();
    long before = log.bytes();
    try {
      writeLog();
    } catch (IOException e) {
      fail("written", "make room on its file system", e);
      return false;
    }
    if (sync == LogSync.ALWAYS) {
      try {
        log.force();
      } catch (IOException e) {
        // Nobody knows what the disk has: it is written anew.
        log.cutBackTo(before);
        fail("forced to the disk", "look after its disk", e);
        return false;
      }
    }
    logWrites++;
    long took = System.nanoTime() - startedAt;
    logWriteNanos += took;
    logLatency.record(took);
    messages += gatheredMessages;
    totalMessages += gatheredMessages;
    for (int p = 0; p < gatheredPublishers.size(); p++) {
      Publisher publisher = gatheredPublishers.get(p);
      publisher.loggedSeq = publisher.seq;
    }
    forgetGathered();
    fanout.logged(messages, log.bytes());
    throughLatency.record(System.nanoTime() - gatheredAtNanos);
    return true;
  }

  private void writeLog() throws IOException {
    int runs = shared.size() + 1;
    if (runs == 1) {
      writes[0] = view.limit(end).position(0);
      try {
        log.append(writes, 1);
      } finally {
        view.clear();
      }
      return;
    }
    if (2 * runs > writes.length) {
      writes = new ByteBuffer[4 * runs];
    }
    int count = 0;
    int from = 0;
    for (int run = 0; run < runs; run++) {
      int to = run < shared.size() ? runEnds[run] : end;
      if (to > from) {
        writes[count++] = view.duplicate().limit(to).position(from);
      }
      from = to;
      if (run < shared.size()) {
        writes[count++] = shared.get(run).nioBuffer();
      }
    }
    log.append(writes, count);
    Arrays.fill(writes, 0, count, null);
  }

  private void forgetGathered() {
    for (int s = 0; s < shared.size(); s++) {
      shared.get(s).release();
    }
    shared.clear();
    gatheredPublishers.clear();
    gatheredMessages = 0;
    gatheredBytes = 0;
    end = 0;
    if (gathered.capacity() > KEPT_BYTES) {
      gathered = buffer(INITIAL_BYTES);
      view = viewOf(gathered);
    }
  }

  /** Forgets what was gathered since the last flush, after that one synchronous message failed. */
  void discard(PublishedTable table, int rows) {
    for (Publisher publisher : gatheredPublishers) {
      publisher.seq = publisher.loggedSeq;
    }
    table.acceptedRows -= rows;
    table.acceptedMessages--;
    forgetGathered();
    fanout.discard();
  }

  private void fail(String what, String remedy, IOException e) {
    logFailures++;
    failure =
        "the tick log "
            + log.path()
            + " cannot be "
            + what
            + ": "
            + e.getMessage()
            + ". Nothing is accepted until it can: "
            + remedy;
    if (logFailures == 1 || !retryScheduled) {
      LOG.error("{}", failure, e);
    }
    if (loop != null) {
      retryScheduled = true;
      Future<?> unused = loop.schedule(this::retry, RETRY_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void retry() {
    if (isUnforced) {
      // The system may have given up what it could not write: it is written anew.
      long from = forcedBytes;
      inBackground(log, unforced -> unforced.rewrite(from));
      return;
    }
    failure = null;
    if (!flush()) {
      return;
    }
    retryScheduled = false;
    LOG.info("tick log written again path={} held={}", log.path(), held.size());
    List<Session> waiting = List.copyOf(held);
    held.clear();
    for (Session session : waiting) {
      session.held = false;
      session.connection.setReading(true);
    }
  }

  /** Reads nothing more from a connection until the log can be written. */
  void hold(Session session) {
    if (!session.held) {
      session.held = true;
      held.add(session);
      session.connection.setReading(false);
    }
  }

  private void forceInBackground() {
    if (isForcing || failure != null || log.bytes() == forcedBytes) {
      return;
    }
    inBackground(log, TickLogWriter::force);
  }

  /** Something that ends with the log on the disk. */
  private interface Forcing {
    void force(TickLogWriter log) throws IOException;
  }

  private void inBackground(TickLogWriter forced, Forcing how) {
    ExecutorService executor = forcer;
    EventLoop on = loop;
    if (executor == null || on == null) {
      return;
    }
    isForcing = true;
    long upTo = forced.bytes();
    executor.execute(
        () -> {
          IOException why = null;
          try {
            how.force(forced);
          } catch (IOException e) {
            why = e;
          }
          IOException failed = why;
          try {
            on.execute(() -> wasForced(forced, upTo, failed));
          } catch (RejectedExecutionException e) {
            LOG.debug("tick log forced while the tickerplant was closing", e);
          }
        });
  }

  private void wasForced(TickLogWriter forced, long upTo, @Nullable IOException failed) {
    isForcing = false;
    if (failed instanceof ClosedChannelException) {
      LOG.debug("tick log closed while it was forced", failed);
    } else if (failed != null && forced != log) {
      LOG.error("tick log {} cannot be forced to the disk", forced.path(), failed);
    } else if (failed != null) {
      isUnforced = true;
      fail("forced to the disk", "look after its disk", failed);
    } else if (forced == log) {
      forcedBytes = upTo;
      if (isUnforced) {
        isUnforced = false;
        retry();
      }
    }
  }

  // ---- end of day

  /** Ends the day if the clock says so; a clock that goes back changes nothing. */
  void checkDay() {
    int today = clock.day();
    if (today > day && !followsDays) {
      endDay(today);
    }
  }

  /** Tells subscribers that the day is over and goes on in a new log; false if it cannot. */
  boolean endDay(int newDay) {
    return endDay(day, newDay);
  }

  /**
   * Tells subscribers that a day is over and goes on in a new log.
   *
   * @param endedDay what they are told; not before the log's day
   * @return false if the log cannot be written or the new one not opened; all is as before then
   */
  boolean endDay(int endedDay, int newDay) {
    if (!flush()) {
      return false;
    }
    TickLogWriter ended = log;
    long endedMessages = messages;
    try {
      log = openLog(newDay);
    } catch (TickLogException e) {
      LOG.error("the day cannot be ended, the log of the last one goes on day={}", day, e);
      endOfDayMillis = clock.millis() + 1000;
      return false;
    }
    day = newDay;
    endOfDayMillis = endOfDayMillis(newDay);
    fanout.dayEnded(endedDay, log.path(), messages, log.bytes());
    try {
      if (sync != LogSync.NONE) {
        ended.force();
      }
      ended.close();
    } catch (IOException e) {
      LOG.error("tick log {} cannot be forced to the disk", ended.path(), e);
    }
    LOG.info("end of day log={} messages={}", ended.path(), endedMessages);
    logPublishers();
    keeper.dayBegan(day);
    return true;
  }

  private void logPublishers() {
    if (publishers.isEmpty()) {
      return;
    }
    int count = publishers.size();
    long[] times = new long[count];
    String[] names = new String[count];
    long[] seqs = new long[count];
    int row = 0;
    for (Publisher publisher : publishers.values()) {
      times[row] = clock.timestamp();
      names[row] = publisher.name;
      seqs[row++] = publisher.loggedSeq;
    }
    ByteBuf columns = allocator.directBuffer();
    try {
      ValueEncoder.encode(
          ListVector.of(
              LongVector.of(QType.TIMESTAMP, times),
              SymbolVector.of(names),
              LongVector.of(QType.LONG, seqs),
              IntVector.of(QType.INT, new int[count])),
          columns);
      addColumns(publisherTable, null, 0, count, columns, 0, columns.readableBytes());
    } finally {
      columns.release();
    }
    flush();
  }

  /** Forgets a closed connection. */
  void closed(Session session) {
    fanout.closed(session);
    held.remove(session);
  }

  /** Writes what was gathered, forces the log unless {@link LogSync#NONE}, and closes it. */
  @Override
  public void close() {
    keeper.close();
    if (forcer != null) {
      forcer.shutdown();
    }
    if (!flush()) {
      LOG.error("messages lost that could not be logged messages={}", gatheredMessages);
    }
    try {
      if (sync != LogSync.NONE) {
        log.force();
      }
    } catch (IOException e) {
      LOG.error("tick log {} cannot be forced to the disk", log.path(), e);
    }
    log.close();
    fanout.publish();
    fanout.close();
    failure = "the tickerplant is closing";
  }
}
