package tickwatch.tickerplant;

import io.netty.channel.EventLoopGroup;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.ipc.net.Endpoint;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.Null;
import tickwatch.ipc.value.Table;
import tickwatch.q.QError;
import tickwatch.tick.Schema;
import tickwatch.tick.TickListener;
import tickwatch.tick.TickSubscriber;
import tickwatch.tick.TickSubscriberConfig;
import tickwatch.tick.Upd;

/**
 * What makes a tickerplant a chained one: it takes the rows of another tickerplant, this system's
 * or kdb+'s own, of those tables that both have.
 *
 * <p><b>Once.</b> Rows are counted by table and day, and logged under that number as those of the
 * publisher {@code upstream.<table>}. After a restart the other one's logs are replayed, from the
 * first row of the day that the own log is of, and what the own log has is passed over.
 *
 * <p><b>Days</b> end when the other one's do; the own clock ends none.
 *
 * <p><b>When the own log cannot be written</b> nothing is taken: the connection is given up, and
 * tried again.
 *
 * <p><b>Rows that do not fit</b> the own schema are refused, counted and told by {@link #misfits}.
 * Rows that together are longer than the own subscribers take go on in several messages.
 *
 * <p><b>Threads.</b> The event loop's alone.
 */
final class Upstream implements TickListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Upstream.class);

  /** A day is in the upper bits of a row's number, what was counted of it in these. */
  private static final int COUNT_BITS = 40;

  private static final int RETRY_MILLIS = 1000;

  private final Endpoint tickerplant;
  private final EventLoopGroup loops;
  private final Sequencer sequencer;
  private final Refusals refusals;
  private volatile @Nullable TickSubscriber subscriber;
  private volatile boolean isClosed;
  private boolean isHeld;
  private final Map<String, Long> counts = new HashMap<>();
  private int day;
  private boolean hasLog;

  private long refusedRows;
  private String lastRefusal = "";

  /** Why the rows that the other tickerplant has are not all here, or null. */
  private @Nullable String failure;

  /**
   * @param loops the tickerplant's event loop, the only one
   */
  Upstream(Endpoint tickerplant, EventLoopGroup loops, Sequencer sequencer, Refusals refusals) {
    this.tickerplant = tickerplant;
    this.loops = loops;
    this.sequencer = sequencer;
    this.refusals = refusals;
    this.day = sequencer.day();
    this.failure = "the upstream tickerplant " + tickerplant + " was not reached yet";
  }

  /** Why not all rows of the other tickerplant come here, or null; on the event loop. */
  @Nullable String failure() {
    return failure;
  }

  /**
   * Which rows came and were refused since this process started, for people, or null; on the event
   * loop.
   */
  @Nullable String misfits() {
    return refusedRows == 0
        ? null
        : refusedRows
            + " rows of the upstream tickerplant "
            + tickerplant
            + " were refused, the last ones because: "
            + lastRefusal;
  }

  /** Follows the other tickerplant, from the day that the own log is of on. */
  void start() {
    day = sequencer.day();
    counts.clear();
    hasLog = false;
    isHeld = false;
    subscriber =
        TickSubscriber.start(
            new TickSubscriberConfig(tickerplant, List.of(), List.of(), "tickerplant", day),
            loops,
            this);
  }

  /** Takes nothing more until the log can be written, and then what was not taken. */
  private void hold() {
    isHeld = true;
    LOG.warn("rows of the upstream tickerplant wait for the tick log: {}", sequencer.failure());
    stop();
    retryLater();
  }

  private void retryLater() {
    Future<?> unused =
        loops.next().schedule(this::startIfWritable, RETRY_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void startIfWritable() {
    if (isClosed) {
      return;
    }
    if (sequencer.failure() == null) {
      start();
    } else {
      retryLater();
    }
  }

  private void stop() {
    TickSubscriber following = subscriber;
    if (following != null) {
      following.close();
    }
  }

  /** Any thread. */
  @Override
  public void close() {
    isClosed = true;
    stop();
  }

  @Override
  public void subscribed(Schema schema) {
    failure = null;
    for (PublishedTable table : sequencer.tables().all()) {
      if (schema.table(table.name()) == null && table.isWritable()) {
        LOG.debug("table {} is not of the upstream tickerplant", table.name());
      }
    }
  }

  @Override
  public void logOpened(int opened) {
    if (opened == Null.INT) {
      return;
    }
    hasLog = true;
    if (opened != day) {
      day = opened;
      counts.clear();
    }
    // Else what follows goes on where the connection was lost.
    if (opened > sequencer.day()) {
      sequencer.endDay(opened);
    }
  }

  @Override
  public void reset(String why) {
    LOG.warn("rows taken from the upstream tickerplant are no longer in its log: {}", why);
    counts.clear();
  }

  @Override
  public void upd(Upd upd, boolean replayed) {
    PublishedTable table = sequencer.tables().get(upd.table());
    if (table == null || !table.isWritable() || isHeld) {
      return;
    }
    if (sequencer.failure() != null) {
      hold();
      return;
    }
    int rows = upd.rows().rowCount();
    long count = counts.merge(table.name(), (long) rows, Long::sum);
    long seq = ((long) day << COUNT_BITS) | count;
    Publisher publisher = sequencer.publishers().get("upstream." + table.name());
    int fresh = (int) Math.min(rows, seq - publisher.seq);
    if (fresh <= 0) {
      publisher.resentMessages++;
      return;
    }
    add(table, publisher, seq, fresh == rows ? upd.rows() : upd.rows().slice(rows - fresh, rows));
  }

  private void add(PublishedTable table, Publisher publisher, long seq, Table rows) {
    int rowCount = rows.rowCount();
    try {
      ListVector columns = UpdRows.columns(table.schema, rows, sequencer.clock());
      sequencer.addColumns(table, publisher, seq, columns);
      publisher.acceptedRows += rowCount;
    } catch (QError e) {
      if (e.word().equals(Sequencer.TOO_LONG) && rowCount > 1) {
        int half = rowCount / 2;
        add(table, publisher, seq - (rowCount - half), rows.slice(0, half));
        add(table, publisher, seq, rows.slice(half, rowCount));
      } else {
        refuse(publisher, seq, rowCount, e);
      }
    }
  }

  private void refuse(Publisher publisher, long seq, int rowCount, QError why) {
    lastRefusal = String.valueOf(why.getMessage());
    refusedRows += rowCount;
    publisher.refusedRows += rowCount;
    sequencer.addRefusal(publisher, seq);
    refusals.add(Refusals.Reason.ofWord(why.word()), "upstream=" + tickerplant, lastRefusal);
  }

  @Override
  public void batchComplete() {
    sequencer.flush();
  }

  @Override
  public void endOfDay(int ended) {
    // With a log the new one's name follows, and says which day it is now.
    if (!hasLog && ended >= sequencer.day()) {
      // Nobody said when the day of the own log became that one: its rows are told to be of it.
      sequencer.endDay(ended, ended + 1);
      day = sequencer.day();
      counts.clear();
    }
  }

  @Override
  public void disconnected(String why) {
    LOG.warn("upstream tickerplant lost: {}", why);
    failure = "the upstream tickerplant " + tickerplant + " is lost: " + why;
  }
}
