package tickwatch.rdb;

import io.netty.buffer.ByteBuf;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.ipc.codec.CodecException;
import tickwatch.ipc.codec.MessageType;
import tickwatch.ipc.codec.ValueDecoder;
import tickwatch.ipc.net.Connection;
import tickwatch.ipc.net.Right;
import tickwatch.ipc.net.UnreadAnswers;
import tickwatch.ipc.net.WarningLimit;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.ErrorValue;
import tickwatch.ipc.value.Lambda;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Value;
import tickwatch.q.Interpreter;
import tickwatch.q.QError;

/**
 * One client: its queries in their order, one at a time, and its variables.
 *
 * <p><b>Threads.</b> The connection's event loop hands messages in and says when it is closed; a
 * thread of the pool decodes, evaluates and answers. The queue and {@code runner} are guarded by
 * this object's lock; the decoder, the interpreter and the variables belong to whichever thread
 * evaluates, and the lock orders one after the other. The lock is never held while a query runs.
 *
 * <p><b>Lifecycle.</b> Closing interrupts the query that is running, which ends it with {@code
 * stop}, and forgets those that wait.
 */
final class Session {
  private static final Logger LOG = LoggerFactory.getLogger(Session.class);

  /** Asynchronous messages that may wait; with more the socket is not read any further. */
  private static final int MAX_PENDING = 64;

  private static final long MAX_PENDING_BYTES = 16 << 20;
  private static final int LOGGED_CHARS = 500;

  /** With more to be written the next question waits: the upper water mark of a connection. */
  private static final long MAX_UNREAD_BYTES = 1 << 20;

  private static final WarningLimit ERROR_LIMIT = WarningLimit.onceASecond();

  private record Query(MessageType type, ByteBuf message, int bytes) {}

  private final Connection connection;
  private final Executor pool;
  private final QueryStats stats;
  private final QueryLog log;
  private final long maxResultBytes;
  private final ValueDecoder decoder;
  private final SessionGlobals globals;
  private final Interpreter interpreter;
  private final GiveWay giveWay;
  private final QueryMemory memory;
  private final UnreadAnswers unread;

  private final Deque<Query> pending = new ArrayDeque<>();
  private long pendingBytes;
  private boolean paused;
  private boolean scheduled;

  /** A question waits until the client has read of the answers that it has. */
  private boolean unheard;

  private boolean closed;
  private @Nullable Thread runner;

  Session(
      Connection connection,
      RdbState state,
      QueryLimits limits,
      Executor pool,
      QueryStats stats,
      QueryLog log,
      QueryMemory memory,
      UnreadAnswers unread) {
    this.unread = unread;
    this.connection = connection;
    this.memory = memory;
    this.decoder = new ValueDecoder(memory.mostSymbols());
    this.pool = pool;
    this.stats = stats;
    this.log = log;
    this.maxResultBytes = limits.maxResultBytes();
    this.globals = new SessionGlobals(connection, state, log, limits, memory);
    this.giveWay = new GiveWay(state::rowsAreComing);
    this.interpreter = new Interpreter(globals, Clock.systemUTC(), limits.forEvaluator(), giveWay);
  }

  /** Takes a whole message; releases it in the end. */
  synchronized void submit(MessageType type, ByteBuf message) {
    if (closed) {
      message.release();
      return;
    }
    int bytes = message.readableBytes();
    pending.add(new Query(type, message, bytes));
    pendingBytes += bytes;
    if (!paused && (pending.size() > MAX_PENDING || pendingBytes > MAX_PENDING_BYTES)) {
      paused = true;
      connection.setReading(false);
    }
    // Asked here, where answers are written: it cannot change before a water mark is told of.
    unheard = type == MessageType.SYNC && connection.pendingBytes() > MAX_UNREAD_BYTES;
    if (!scheduled && !unheard) {
      schedule();
    }
  }

  /** What waits to be written to the client has fallen below a water mark, or risen. */
  synchronized void hasRead() {
    if (unheard && connection.pendingBytes() <= MAX_UNREAD_BYTES) {
      unheard = false;
      if (!closed && !scheduled && !pending.isEmpty()) {
        schedule();
      }
    }
  }

  /** The connection is gone: nobody waits for answers any more. */
  synchronized void close() {
    closed = true;
    for (Query query : pending) {
      query.message().release();
    }
    pending.clear();
    if (runner != null) {
      runner.interrupt();
    } else {
      globals.forget();
    }
  }

  private void schedule() {
    try {
      pool.execute(this::runNext);
      scheduled = true;
    } catch (RejectedExecutionException e) {
      // The process is shutting down and closes this connection.
      scheduled = false;
    }
  }

  /** Runs one query, and gives way to the other connections before the next. */
  private void runNext() {
    Query query = take();
    if (query == null) {
      return;
    }
    try {
      run(query);
    } finally {
      query.message().release();
      finished();
    }
  }

  private synchronized @Nullable Query take() {
    // A question is the last that waits: nothing comes behind it before it is answered.
    Query query = unheard && pending.size() == 1 ? null : pending.poll();
    if (query == null) {
      scheduled = false;
      return null;
    }
    pendingBytes -= query.bytes();
    if (paused && pending.size() <= MAX_PENDING / 2 && pendingBytes <= MAX_PENDING_BYTES / 2) {
      paused = false;
      connection.setReading(true);
    }
    runner = Thread.currentThread();
    return query;
  }

  private synchronized void finished() {
    runner = null;
    // An interrupt that came too late to stop the query must not stop the next one.
    boolean late = Thread.interrupted();
    if (late && !closed) {
      LOG.debug("an interrupt found no query to stop: handle={}", connection.handle());
    }
    if (closed) {
      globals.forget();
    }
    if (pending.isEmpty() || (unheard && pending.size() == 1)) {
      scheduled = false;
    } else {
      schedule();
    }
  }

  private void run(Query query) {
    long start = System.nanoTime();
    long nanos;
    stats.running.incrementAndGet();
    Value message = null;
    Value answer;
    try {
      if (connection.user().may(Right.READ)) {
        long longest = memory.longestMessage();
        if (query.bytes() > longest) {
          answer =
              failed(
                  "wsfull",
                  "a message of "
                      + query.bytes()
                      + " bytes (at most: "
                      + longest
                      + ", a part of the heap: -Xmx moves it)",
                  null,
                  null);
        } else {
          message = decoder.decodeMessage(query.message());
          globals.begin();
          giveWay.begin();
          interpreter.allow(memory.ofQuery());
          answer = valueOf(message, query.type());
        }
      } else {
        answer = failed("access", "user " + connection.user().name() + " may not read", null, null);
      }
    } catch (CodecException e) {
      LOG.warn(
          "closed for a bad message: handle={} user={} remote={}: {}",
          connection.handle(),
          connection.user().name(),
          connection.remote(),
          e.getMessage());
      connection.close();
      return;
    } catch (OutOfMemoryError e) {
      answer = failed("wsfull", "no memory left to read the query: " + e.getMessage(), null, null);
    } finally {
      nanos = System.nanoTime() - start;
      stats.running.decrementAndGet();
      stats.queries.increment();
      stats.nanos.add(nanos);
      globals.end();
    }
    if (query.type() == MessageType.SYNC) {
      connection.respond(answer);
    }
    unread.answered(connection);
    if (message != null) {
      // Behind the answer, which need not wait for it.
      log.add(
          connection.user().name(),
          connection.handle(),
          asked(message),
          nanos,
          answer instanceof ErrorValue ? 0 : answer.count(),
          answer instanceof ErrorValue error ? error.text() : "");
    }
  }

  private Value valueOf(Value message, MessageType type) {
    try {
      Value result = interpreter.value(message);
      long bytes = type == MessageType.SYNC ? ValueSize.of(result) : 0;
      if (bytes > maxResultBytes) {
        return failed(
            "limit",
            "an answer of about " + bytes + " bytes (at most: " + maxResultBytes + ")",
            message,
            null);
      }
      return result;
    } catch (QError e) {
      return failed(e.word(), String.valueOf(e.getMessage()), message, null);
    } catch (StackOverflowError e) {
      return failed("stack", "functions within functions too deep", message, null);
    } catch (OutOfMemoryError e) {
      return failed("wsfull", "no memory left: " + e.getMessage(), message, null);
    } catch (RuntimeException | LinkageError | AssertionError e) {
      return failed("internal", "a defect in the evaluator", message, e);
    }
  }

  private ErrorValue failed(
      String word, String sentence, @Nullable Value message, @Nullable Throwable defect) {
    stats.errors.increment();
    long keptBack = ERROR_LIMIT.permit();
    if (defect != null) {
      LOG.error(
          "query failed: handle={} user={} error={} query={}: {}",
          connection.handle(),
          connection.user().name(),
          word,
          text(message),
          sentence,
          defect);
    } else if (keptBack >= 0) {
      LOG.info(
          "query failed: handle={} user={} error={} keptBack={} query={}: {}",
          connection.handle(),
          connection.user().name(),
          word,
          keptBack,
          text(message),
          sentence);
    }
    return new ErrorValue(word);
  }

  /** What was asked, for whoever reads a log: on one line, and not all of a long text. */
  private static String text(@Nullable Value message) {
    return message == null ? "-" : '"' + asked(message).replaceAll("\\p{Cntrl}", " ") + '"';
  }

  /** The text that is asked for or applied; what is sent as a symbol, or a dash. */
  private static String asked(Value message) {
    Value first = message instanceof ListVector list && list.length() > 0 ? list.get(0) : message;
    if (first instanceof ByteVector bytes && bytes.type() == QType.CHAR) {
      return bytes.slice(0, Math.min(LOGGED_CHARS, bytes.length())).text();
    }
    if (first instanceof Lambda lambda) {
      return lambda.source().substring(0, Math.min(LOGGED_CHARS, lambda.source().length()));
    }
    return first instanceof SymbolAtom symbol ? symbol.name() : "-";
  }
}
