package tickwatch.tick;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import tickwatch.ipc.value.Null;
import tickwatch.ipc.value.Table;

/**
 * What a follower has handed to its listener, and up to where in the log that is: the one way to
 * the listener of rows, whether they come live or from a log.
 *
 * <p><b>Threads.</b> The follower's event loop; {@link #applied} may be asked by any.
 */
final class Delivery {
  private final TickListener listener;
  private final Set<String> syms;
  private Schema schema = Schema.of(List.of());
  private UpdAssembler assembler = new UpdAssembler(schema, table -> null);
  private TickPosition position = new TickPosition(null);

  /** The run of the tickerplant that the log is known to hold everything delivered of; or null. */
  private long run = Null.LONG;

  private int lastEndedDay = Integer.MIN_VALUE;
  private boolean isBatchOpen;
  private final AtomicLong applied = new AtomicLong();

  /**
   * @param syms those that are wanted of a log, which has all; empty for all
   */
  Delivery(TickListener listener, Set<String> syms) {
    this.listener = listener;
    this.syms = syms;
  }

  /** Messages handed over since the start. */
  long applied() {
    return applied.get();
  }

  /** What was subscribed to, for the first time or again. */
  void subscribed(Schema to) {
    schema = to;
    listener.subscribed(to);
    assembler = new UpdAssembler(to, listener::space);
  }

  Schema schema() {
    return schema;
  }

  TickPosition position() {
    return position;
  }

  long run() {
    return run;
  }

  /** The log holds everything that was delivered, of this run too. */
  void isOfRun(long newRun) {
    run = newRun;
  }

  // ---- logs

  /** What follows is of another log, of which nothing was delivered yet. */
  void begin(String log) {
    position = new TickPosition(log);
  }

  /** Tells the listener which day's log it is. */
  void logOpened() {
    String log = position.log();
    listener.logOpened(log == null ? Null.INT : TickLog.dayOf(log));
  }

  /** What was delivered is void; the same log follows from its start. */
  void startAnew(String why) {
    assembler.discard();
    isBatchOpen = false;
    position = new TickPosition(position.log());
    listener.reset(why);
    logOpened();
  }

  /** What was delivered is void, and what follows is of another log. */
  void reset(String why) {
    listener.reset(why);
  }

  // ---- rows

  /**
   * Puts a live message to the rows that are put together.
   *
   * @return false if it must be decoded
   */
  boolean addLive(ByteBuffer bytes, int start, int end) {
    int rows = assembler.lookAtLive(bytes, start, end);
    if (rows < 0) {
      return false;
    }
    if (!assembler.fits(rows)) {
      handOver(false);
    }
    if (!assembler.add(bytes, end, rows)) {
      return false;
    }
    position.live(assembler.table(), rows);
    return true;
  }

  /** Delivers rows that came live and were decoded. */
  void live(Upd upd) {
    position.live(upd.table(), upd.rows().rowCount());
    deliver(upd, false);
  }

  /**
   * Puts the next message of the log, and more if they are single rows, to the rows that are put
   * together.
   *
   * @param limit index behind the last byte that may be read
   * @param most at most this many messages
   * @return the index behind them; -1 if the next one is not all there, or must be decoded
   */
  int addLogged(ByteBuffer bytes, int start, int limit, long most) {
    if (!syms.isEmpty()) {
      return -1;
    }
    int rows = assembler.lookAtLogged(bytes, start, limit);
    if (rows < 0 || !position.isFresh(assembler.table())) {
      return -1;
    }
    if (!assembler.fits(rows)) {
      handOver(true);
    }
    int end = assembler.addNext(bytes, limit, rows);
    if (end < 0) {
      return -1;
    }
    int messages = 1;
    if (rows == 1) {
      end = assembler.addRun(bytes, end, limit, most - 1);
      messages += assembler.messagesOfRun();
      rows = messages;
    }
    position.passed(end - start, messages);
    position.read(assembler.table(), rows);
    return end;
  }

  /** Delivers what is new and wanted of a message of the log that was decoded. */
  void logged(Upd upd) {
    Table rows = syms.isEmpty() ? upd.rows() : SymSelection.select(upd.rows(), syms);
    int all = rows.rowCount();
    int fresh = position.read(upd.table(), all);
    if (fresh > 0) {
      deliver(new Upd(upd.table(), fresh == all ? rows : rows.slice(all - fresh, all)), true);
    }
  }

  private void deliver(Upd upd, boolean replayed) {
    applied.incrementAndGet();
    isBatchOpen = true;
    listener.upd(upd, replayed);
  }

  /** Hands over the rows that were put together. */
  void handOver(boolean replayed) {
    for (int messages = assembler.messages(); messages > 0; messages = assembler.messages()) {
      applied.addAndGet(messages);
      isBatchOpen = true;
      assembler.deliver(listener, replayed);
    }
  }

  /** All that is at hand was delivered. */
  void completeBatch(boolean replayed) {
    handOver(replayed);
    if (isBatchOpen) {
      isBatchOpen = false;
      listener.batchComplete();
    }
  }

  /** A day is over; said once. */
  void endDay(int day) {
    if (day > lastEndedDay) {
      lastEndedDay = day;
      completeBatch(false);
      listener.endOfDay(day);
    }
  }
}
