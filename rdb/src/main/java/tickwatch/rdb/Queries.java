package tickwatch.rdb;

import io.netty.buffer.ByteBuf;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.ipc.codec.MessageType;
import tickwatch.ipc.net.Connection;
import tickwatch.ipc.net.ConnectionHandler;
import tickwatch.ipc.net.UnreadAnswers;

/**
 * Hands the messages of each connection to its {@link Session}; all sessions share one small pool.
 * Nothing is decoded or evaluated on an event loop.
 */
final class Queries implements ConnectionHandler, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Queries.class);

  /** The evaluator's own depth limit wants about 1 kB a level. */
  private static final long STACK_BYTES = 4 << 20;

  private final RdbState state;
  private final QueryLimits limits;
  private final QueryStats stats;
  private final QueryLog log = new QueryLog(Clock.systemUTC());
  private final QueryMemory memory;
  private final UnreadAnswers unread;
  private final ThreadPoolExecutor pool;
  private final Map<Connection, Session> sessions = new ConcurrentHashMap<>();

  /**
   * @param heapBytes what the process has
   */
  Queries(RdbState state, QueryLimits limits, QueryStats stats, long heapBytes) {
    this.state = state;
    this.limits = limits;
    this.stats = stats;
    this.memory = new QueryMemory(state.database(), limits.threads(), heapBytes);
    this.unread = new UnreadAnswers(memory::mostUnread, connection -> UnreadAnswers.FREE_BYTES);
    AtomicInteger number = new AtomicInteger();
    this.pool =
        new ThreadPoolExecutor(
            limits.threads(),
            limits.threads(),
            1,
            TimeUnit.MINUTES,
            // A session waits here once at most, so connections bound the queue.
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread =
                  new Thread(null, task, "rdb-query-" + number.incrementAndGet(), STACK_BYTES);
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
  }

  /** Makes the first query of a client as quick as the next ones; beside what else goes on. */
  void warmUp() {
    try {
      pool.execute(new WarmUp(limits, pool));
    } catch (RejectedExecutionException e) {
      LOG.debug("closed before it was warm");
    }
  }

  @Override
  public void opened(Connection connection) {
    sessions.put(
        connection, new Session(connection, state, limits, pool, stats, log, memory, unread));
    stats.connections.incrementAndGet();
    LOG.debug(
        "client joined: handle={} user={} remote={}",
        connection.handle(),
        connection.user().name(),
        connection.remote());
  }

  @Override
  public void message(
      Connection connection, MessageType type, ByteBuf buffer, int start, int length) {
    Session session = sessions.get(connection);
    if (session != null) {
      session.submit(type, buffer.retainedSlice(start, length));
    }
  }

  @Override
  public void writabilityChanged(Connection connection) {
    Session session = sessions.get(connection);
    if (session != null) {
      session.hasRead();
    }
  }

  @Override
  public void closed(Connection connection, @Nullable Throwable cause) {
    Session session = sessions.remove(connection);
    if (session != null) {
      session.close();
      unread.closed(connection);
      stats.connections.decrementAndGet();
    }
  }

  /** Stops the queries that run. */
  @Override
  public void close() {
    sessions.values().forEach(Session::close);
    pool.shutdownNow();
  }
}
