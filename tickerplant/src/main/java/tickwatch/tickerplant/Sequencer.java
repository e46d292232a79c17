package tickwatch.tickerplant;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.ipc.codec.ValueEncoder;
import tickwatch.ipc.value.ListVector;
import tickwatch.q.QError;
import tickwatch.tick.Schema;
import tickwatch.tick.TickLogException;

/**
 * The one order of all messages: checked messages are gathered, written to the log in one write,
 * then handed to the subscribers.
 *
 * <pre>
 *   addRow, addRows, addColumns ──▶ LogBatch ──flush──▶ DayLog ──▶ Fanout ──▶ subscribers
 *                                                         │
 *                                      cannot be written: LogOutage, then again
 * </pre>
 *
 * <p><b>Invariants.</b> Nothing is published that is not in the log. {@link DayLog#messages} counts
 * what the log holds, and is exact whenever nothing is gathered: who asks for it flushes first.
 *
 * <p><b>When the log cannot be written</b> what was gathered stays, nothing is published, and
 * whoever sends more is not read from any longer; every {@value LogOutage#RETRY_MILLIS} ms the
 * write is tried again. So a full disk loses nothing that was sent asynchronously: it waits here
 * and in the publishers' sockets.
 *
 * <p><b>Threads.</b> The event loop's alone.
 */
final class Sequencer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Sequencer.class);

  private static final int FORCE_MILLIS = 100;
  private static final int DAY_MILLIS = 1000;

  /** What one read gathers is flushed at this size even if the read goes on. */
  private static final int FLUSH_BYTES = 1 << 20;

  /** The word for rows that make a longer message than subscribers take. */
  static final String TOO_LONG = "limit";

  /**
   * Columns of more bytes than this are shared by the log and all subscribers, those of less are
   * copied, once for the log and once for each group. A copy of 82 kB costs less than what a
   * segment of its own does to the gathering writes and to the read buffers that it keeps (150 to
   * 180 µs against 200 to 350 µs a message).
   */
  static final int SHARE_BYTES = 1 << 17;

  private final LogDirectory directory;
  private final DayLog.Opener logs;
  private final DayClock clock;
  private final LogSync sync;
  private final ByteBufAllocator allocator;
  private final PublishedTables tables;
  private final Publishers publishers;
  private final int mostMessageBytes;
  private final Fanout fanout;

  private final long runNumber = new SplittableRandom().nextLong(1, 1_000_000_000_000_000_000L);
  private final CurrentDay day;
  private DayLog log;
  private final LogKeeper keeper;
  private final LogOutage outage = new LogOutage();
  private @Nullable LogForcer forcer;

  private final LogBatch batch = new LogBatch();
  private final RowRun run = new RowRun();

  // When the first message of the batch came.
  private long gatheredAt;
  private long gatheredAtNanos;

  // For those who look.
  long logWrites;
  long logWriteNanos;
  final Latency logLatency = new Latency();
  final Latency throughLatency = new Latency();

  Sequencer(
      Schema schema,
      LogDirectory directory,
      DayLog.Opener logs,
      DayClock clock,
      ByteBufAllocator allocator,
      TickerplantConfig config) {
    this.directory = directory;
    this.logs = logs;
    this.clock = clock;
    this.sync = config.sync();
    this.allocator = allocator;
    mostMessageBytes = config.maxMessageBytes();
    tables = new PublishedTables(schema);
    publishers = new Publishers(tables.ofPublishers());
    day = new CurrentDay(clock, directory, config.upstream() == null);
    log = openLog(day.number());
    keeper = new LogKeeper(directory, config.keepLogs());
    fanout =
        new Fanout(
            tables,
            allocator,
            config.slowPolicy(),
            config.maxQueueBytes(),
            Ingress.mostSymbols(config.memoryBytes()),
            config.batchInterval(),
            log.path(),
            log.bytes(),
            log.messages());
  }

  /** Recovers the log of a day and takes what it says of publishers. */
  private DayLog openLog(int wanted) {
    DayLog opened = DayLog.open(directory.log(wanted), runNumber, sync, logs);
    publishers.recovered(opened.publishers());
    return opened;
  }

  /** Starts the timers; before that, nothing is retried, forced or rolled by itself. */
  void start(EventLoop eventLoop) {
    outage.start(eventLoop, this::retry);
    fanout.start(eventLoop, this::flush);
    if (fanout.isBatching()) {
      RepeatedTask.start(eventLoop, this::publishBatch, fanout.batchInterval().toMillis());
    }
    if (sync == LogSync.INTERVAL) {
      LogForcer started = new LogForcer(eventLoop, log, outage, this::retry);
      forcer = started;
      RepeatedTask.start(eventLoop, started::force, FORCE_MILLIS);
    }
    keeper.dayBegan(day.number());
    RepeatedTask.start(eventLoop, this::checkDay, DAY_MILLIS);
  }

  private void publishBatch() {
    if (flush()) {
      fanout.publish();
    }
  }

  // ---- what there is

  PublishedTables tables() {
    return tables;
  }

  Publishers publishers() {
    return publishers;
  }

  /** Where messages go once they are logged. */
  Fanout fanout() {
    return fanout;
  }

  /** The log that is written at present; what is gathered is not in it. */
  DayLog log() {
    return log;
  }

  /** Whether the log can be written, and who waits for it. */
  LogOutage outage() {
    return outage;
  }

  /** Why nothing is accepted at present, or null. */
  @Nullable String failure() {
    return outage.why();
  }

  /** Tells this run of the tickerplant from all others. */
  long runNumber() {
    return runNumber;
  }

  /** The day that the log is of. */
  int day() {
    return day.number();
  }

  LogDirectory directory() {
    return directory;
  }

  DayClock clock() {
    return clock;
  }

  // ---- gathering

  /**
   * Gathers a row that lies there as atoms; it gets a time if it has none.
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
    ByteBuffer view = batch.room(markerBytes + prefixBytes + table.rowRoom(rowEnd - at));
    int messageAt = batch.end() + markerBytes;
    int columnsAt = messageAt + prefixBytes;
    long time = table.lacksTime(bytes.getInt(at + 2)) ? table.timeNow(clock) : 0;
    int columnsEnd = table.writeRow(bytes, at, rowEnd, time, view, columnsAt);
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
    int rows = run.take(known, bytes, start, limit, gatheredAt, clock);
    if (rows == 0) {
      return 0;
    }
    RowRun.Block logged = run.logged();
    int at = batch.end();
    ByteBuffer view = batch.room(logged.length);
    view.put(at, logged.bytes, 0, logged.length);
    Publisher publisher = run.publisher();
    if (publisher == null) {
      run.table().accepted(rows, rows, logged.length);
      batch.add(rows, at + logged.length);
    } else {
      publisher.seq = run.lastSeq();
      publisher.acceptedRows += rows;
      publishers.gathered(publisher);
      int markerBytes = rows * publisher.markerBytes();
      tables.ofPublishers().accepted(rows, rows, markerBytes);
      run.table().accepted(rows, rows, logged.length - markerBytes);
      batch.add(2 * rows, at + logged.length);
    }
    fanout.rows(run, batch.buffer(), view, at);
    flushIfMany();
    return rows;
  }

  /** Bytes of the messages that {@link #addRows} took. */
  int lengthOfRows() {
    return run.length();
  }

  /**
   * Gathers columns that were checked; they get a time if they have none.
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
    if (publisher != null) {
      addMarker(publisher, seq, rows == 0 ? 0 : 1);
    }
    if (rows == 0) {
      return;
    }
    boolean lacksTime = table.lacksTime(source.getIntLE(at + 2));
    int columnsLength =
        lacksTime ? Math.toIntExact(length + PublishedTable.timesLength(rows)) : length;
    int prefixBytes = table.logPrefix.length;
    boolean isShared = columnsLength > SHARE_BYTES;
    ByteBuffer view = batch.room(prefixBytes + (isShared ? 0 : columnsLength));
    view.put(batch.end(), table.logPrefix);
    int columnsAt = batch.end() + prefixBytes;
    if (isShared) {
      ByteBuf columns;
      if (lacksTime) {
        columns = allocator.directBuffer(columnsLength).writerIndex(columnsLength);
        ByteBuffer columnsView = columns.nioBuffer().order(ByteOrder.LITTLE_ENDIAN);
        addTimes(table, rows, source, at, length, columns, columnsView, 0);
      } else {
        columns = source.retainedSlice(at, length);
      }
      batch.addShared(columnsAt, columns);
      table.accepted(1, rows, prefixBytes + columnsLength);
      fanout.shared(table, rows, columns, 0, columnsLength);
    } else {
      if (lacksTime) {
        addTimes(table, rows, source, at, length, batch.buffer(), view, columnsAt);
      } else {
        batch.buffer().setBytes(columnsAt, source, at, length);
      }
      add(table, rows, columnsAt, columnsAt + columnsLength);
    }
    flushIfMany();
  }

  /** Copies columns that lack their time, and gives them one. */
  private void addTimes(
      PublishedTable table,
      int rows,
      ByteBuf source,
      int at,
      int length,
      ByteBuf out,
      ByteBuffer outView,
      int outAt) {
    int columnsAt = table.writeTimes(rows, table.timeNow(clock), outView, outAt);
    int skipped = PublishedTable.LIST_HEADER;
    out.setBytes(columnsAt, source, at + skipped, length - skipped);
  }

  /**
   * Gathers columns of the table's types.
   *
   * @param publisher as in {@link #addRow}
   * @param seq as in {@link #addRow}
   * @throws QError {@link #TOO_LONG} if no subscriber would take them; nothing is gathered then
   */
  void addColumns(
      PublishedTable table, @Nullable Publisher publisher, long seq, ListVector columns) {
    addColumns(table, publisher, seq, columns, mostMessageBytes);
  }

  private void addColumns(
      PublishedTable table,
      @Nullable Publisher publisher,
      long seq,
      ListVector columns,
      int mostBytes) {
    ByteBuf encoded = allocator.directBuffer();
    try {
      ValueEncoder.encode(columns, encoded);
      int rows = columns.get(0).count();
      QError tooLong = tooLong(table, rows, encoded.readableBytes(), mostBytes);
      if (tooLong != null) {
        throw tooLong;
      }
      addColumns(table, publisher, seq, rows, encoded, 0, encoded.readableBytes());
    } finally {
      encoded.release();
    }
  }

  /**
   * Why rows are refused whose message is longer than subscribers take, which it may be although
   * the one that brought them is not: it has the columns' names, and their times.
   *
   * @param columnsLength bytes of the columns, their times included
   * @return null if it is not
   */
  @Nullable QError tooLong(PublishedTable table, int rows, long columnsLength) {
    return tooLong(table, rows, columnsLength, mostMessageBytes);
  }

  private static @Nullable QError tooLong(
      PublishedTable table, int rows, long columnsLength, int mostBytes) {
    long byteLength = table.framePrefix.length + columnsLength;
    return byteLength <= mostBytes
        ? null
        : new QError(
            TOO_LONG,
            "%d rows of table %s, %d bytes as subscribers get them (expected: %d at most, as --max-message says)"
                .formatted(rows, table.name(), byteLength, mostBytes));
  }

  /** Logs and publishes rows of the tickerplant's own, without their time. */
  void publishOwn(String tableName, ListVector rows) {
    PublishedTable table = tables.get(tableName);
    if (table == null || outage.why() != null) {
      return;
    }
    addOwn(table, UpdRows.columns(table.schema, rows, clock));
    flush();
  }

  /** The tickerplant's own rows are taken however small {@code --max-message} is. */
  private void addOwn(PublishedTable table, ListVector columns) {
    addColumns(table, null, 0, columns, Integer.MAX_VALUE);
  }

  /** Gathers that a publisher's message was refused: its number counts, and nothing follows. */
  void addRefusal(Publisher publisher, long seq) {
    beginBatch();
    addMarker(publisher, seq, 0);
  }

  private void addMarker(Publisher publisher, long seq, int following) {
    publisher.seq = seq;
    byte[] marker = publisher.marker(gatheredAt, following);
    batch.room(marker.length).put(batch.end(), marker);
    publishers.gathered(publisher);
    int at = batch.end();
    add(tables.ofPublishers(), 1, at + Publisher.COLUMNS_AT, at + marker.length);
  }

  /** A message was written behind the batch: takes it in and hands it to the groups. */
  private void add(PublishedTable table, int rows, int columnsAt, int columnsEnd) {
    table.accepted(1, rows, columnsEnd - batch.end());
    batch.add(1, columnsEnd);
    fanout.message(table, rows, batch.buffer(), batch.view(), columnsAt, columnsEnd - columnsAt);
  }

  private void flushIfMany() {
    if (batch.byteLength() > FLUSH_BYTES && outage.why() == null) {
      flush();
    }
  }

  private void beginBatch() {
    if (batch.isEmpty()) {
      if (day.mayBeOver()) {
        checkDay();
      }
      gatheredAt = clock.timestamp();
      gatheredAtNanos = System.nanoTime();
    }
  }

  // ---- log, then publish

  /**
   * Writes what was gathered to the log and hands it to the subscribers.
   *
   * @return false if the log cannot be written; everything stays gathered then
   */
  boolean flush() {
    if (outage.why() != null) {
      return false;
    }
    if (batch.isEmpty()) {
      return true;
    }
    long startedAt = System.nanoTime();
    try {
      log.append(batch);
    } catch (LogFailure e) {
      outage.began(e);
      return false;
    }
    logWrites++;
    long took = System.nanoTime() - startedAt;
    logWriteNanos += took;
    logLatency.record(took);
    publishers.logged();
    batch.clear();
    fanout.logged(log.messages(), log.bytes());
    throughLatency.record(System.nanoTime() - gatheredAtNanos);
    return true;
  }

  /** Forgets what was gathered since the last flush, after that one synchronous message failed. */
  void discard(PublishedTable table, int rows) {
    table.acceptedRows -= rows;
    table.acceptedMessages--;
    publishers.discarded();
    batch.clear();
    fanout.discard();
  }

  /** Tries again what failed. */
  private void retry() {
    if (forcer != null && forcer.hasFailed()) {
      forcer.rewrite();
      return;
    }
    outage.attempted();
    if (flush()) {
      outage.ended(log);
    }
  }

  // ---- end of day

  /** Ends the day if it is over. */
  private void checkDay() {
    if (day.isOver()) {
      endDay(clock.day());
    }
  }

  /** Tells subscribers that the day is over and goes on in a new log; false if it cannot. */
  boolean endDay(int newDay) {
    return endDay(day.number(), newDay);
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
    DayLog ended = log;
    try {
      log = openLog(newDay);
    } catch (TickLogException e) {
      LOG.error("the day cannot be ended, the log of the last one goes on day={}", day.number(), e);
      day.goesOn();
      return false;
    }
    day.begin(newDay);
    if (forcer != null) {
      forcer.opened(log);
    }
    fanout.dayEnded(endedDay, log.path(), log.messages(), log.bytes());
    ended.close();
    LOG.info("end of day log={} messages={}", ended.path(), ended.messages());
    logPublishers();
    keeper.dayBegan(newDay);
    return true;
  }

  /**
   * Begins a new log with how far each publisher was accepted, which only the last one knows. To be
   * called before the first message comes, by the thread that made this.
   *
   * @throws TickLogException if the last log cannot be read
   */
  void carryPublishersOver() {
    if (log.messages() > 0) {
      return;
    }
    List<Path> ended = directory.endedBefore(day.number());
    if (!ended.isEmpty()) {
      publishers.recovered(LogRecovery.publishersOf(ended.get(0), runNumber));
    }
    logPublishers();
  }

  private void logPublishers() {
    if (!publishers.all().isEmpty()) {
      addOwn(tables.ofPublishers(), publishers.rows(clock.timestamp()));
      flush();
    }
  }

  /** Forgets a closed connection. */
  void closed(Session session) {
    fanout.closed(session);
    outage.closed(session);
  }

  /** Writes what was gathered, forces the log unless {@link LogSync#NONE}, and closes it. */
  @Override
  public void close() {
    keeper.close();
    if (forcer != null) {
      forcer.close();
    }
    if (!flush()) {
      LOG.error("messages lost that could not be logged messages={}", batch.messages());
    }
    log.close();
    fanout.publish();
    fanout.close();
    outage.closing();
  }
}
