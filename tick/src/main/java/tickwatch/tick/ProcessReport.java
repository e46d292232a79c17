package tickwatch.tick;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.ipc.codec.MessageType;
import tickwatch.ipc.net.ClientConnection;
import tickwatch.ipc.net.Connection;
import tickwatch.ipc.net.ConnectionHandler;
import tickwatch.ipc.net.Endpoint;
import tickwatch.ipc.net.EventLoops;
import tickwatch.ipc.net.IpcClient;
import tickwatch.ipc.net.IpcServerConfig;
import tickwatch.ipc.net.RemoteError;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Value;

/**
 * Says on a tickerplant that this process is alive, and what it has to say: rows of the tables
 * {@code heartbeat}, every so often, and {@code logmsg}, on a connection of their own.
 *
 * <p>While there is no connection beats are left out, and up to {@value #MAX_WAITING} log messages
 * wait. A tickerplant that refuses (no right to publish, or no such table) is not asked again.
 *
 * <p><b>Threads.</b> One event loop of its own; the public methods may be called from any thread.
 */
public final class ProcessReport implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessReport.class);

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final int MAX_WAITING = 1000;

  private final Endpoint tickerplant;
  private final Heartbeat heartbeat;
  private final IntSupplier port;
  private final EventLoopGroup loops;
  private final EventLoop loop;
  private final Backoff backoff = new Backoff(new SplittableRandom());

  // The loop's alone.
  private final Queue<ListVector> waiting = new ArrayDeque<>();
  private @Nullable ClientConnection connection;
  private boolean isBeating;
  private boolean isRefused;
  private long lagNanos;

  private volatile boolean closed;

  private ProcessReport(Endpoint tickerplant, String process, IntSupplier port) {
    this.tickerplant = tickerplant;
    this.heartbeat = new Heartbeat(process);
    this.port = port;
    this.loops = EventLoops.create(1, "report");
    this.loop = loops.next();
  }

  /**
   * Starts to connect and to beat, and returns at once.
   *
   * @param process its role, as {@code rdb}
   * @param port where it listens; 0 if it does not
   * @param interval between two beats
   */
  public static ProcessReport start(
      Endpoint tickerplant, String process, IntSupplier port, Duration interval) {
    ProcessReport report = new ProcessReport(tickerplant, process, port);
    report.loop.execute(report::connect);
    Future<?> unused =
        report.loop.scheduleAtFixedRate(
            report::beat, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    return report;
  }

  /** Publishes a line of the process's log. */
  public void log(String level, String text) {
    if (closed) {
      return;
    }
    try {
      loop.execute(
          () -> {
            if (!isRefused && waiting.size() < MAX_WAITING) {
              waiting.add(heartbeat.message(level, text));
              sendWaiting();
            }
          });
    } catch (RejectedExecutionException e) {
      LOG.debug("log message not published, this process is closing", e);
    }
  }

  private void connect() {
    if (closed || isRefused) {
      return;
    }
    ConnectionHandler reconnecting =
        new ConnectionHandler() {
          @Override
          public void message(
              Connection from,
              MessageType type,
              io.netty.buffer.ByteBuf buffer,
              int start,
              int length) {
            // Nothing was subscribed to.
          }

          @Override
          public void closed(Connection from, @Nullable Throwable cause) {
            connection = null;
            connectLater();
          }
        };
    CompletableFuture<?> unused =
        IpcClient.connect(
                tickerplant,
                CONNECT_TIMEOUT,
                IpcServerConfig.DEFAULT_MAX_MESSAGE_BYTES,
                loop,
                reconnecting)
            .whenComplete(
                (opened, failure) -> {
                  if (failure != null) {
                    connectLater();
                  } else if (closed) {
                    opened.close();
                  } else {
                    connection = opened;
                    backoff.reset();
                    beat();
                    sendWaiting();
                  }
                });
  }

  private void connectLater() {
    if (!closed && !isRefused) {
      Future<?> unused = loop.schedule(this::connect, backoff.nextMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void beat() {
    ClientConnection open = connection;
    if (open == null || isBeating || isRefused) {
      return;
    }
    isBeating = true;
    long sentAt = System.nanoTime();
    CompletableFuture<?> unused =
        open.request(update(Heartbeat.TABLE, heartbeat.next(port.getAsInt(), lagNanos)))
            .whenComplete(
                (answer, failure) -> {
                  isBeating = false;
                  lagNanos = System.nanoTime() - sentAt;
                  Throwable cause =
                      failure instanceof CompletionException ? failure.getCause() : failure;
                  // One whose log cannot be written at present will take the next one.
                  if (cause instanceof RemoteError error && !error.text().equals("log")) {
                    refused(open, cause);
                  }
                });
  }

  private void refused(ClientConnection open, Throwable why) {
    isRefused = true;
    waiting.clear();
    LOG.info(
        "tickerplant {} takes no heartbeats from this process: '{}", tickerplant, why.getMessage());
    open.close();
  }

  private void sendWaiting() {
    ClientConnection open = connection;
    while (open != null && !waiting.isEmpty()) {
      open.send(update(Heartbeat.MESSAGES, waiting.remove()));
    }
  }

  private static Value update(String table, ListVector columns) {
    return ListVector.of(new SymbolAtom(".u.upd"), new SymbolAtom(table), columns);
  }

  /** Ends the connection and the event loop. */
  @Override
  public void close() {
    closed = true;
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2_000);
  }
}
