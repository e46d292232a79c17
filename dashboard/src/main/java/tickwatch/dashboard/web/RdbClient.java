package tickwatch.dashboard.web;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.codec.MessageType;
import tickwatch.ipc.net.ClientConnection;
import tickwatch.ipc.net.Connection;
import tickwatch.ipc.net.ConnectionHandler;
import tickwatch.ipc.net.Endpoint;
import tickwatch.ipc.net.IpcClient;
import tickwatch.ipc.net.NetException;
import tickwatch.ipc.net.RemoteError;
import tickwatch.ipc.value.Value;

/**
 * Asks the rdb. Each question has a connection of its own: none waits for another, and one that
 * takes too long is stopped by closing its connection. A further connection, on which nothing is
 * asked, tells whether the rdb is there.
 *
 * <p><b>Threads.</b> The event loop's alone.
 */
final class RdbClient {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
  private static final int MAX_ANSWER_BYTES = 64 << 20;
  private static final int MAX_QUESTIONS = 8;
  private static final int RETRY_SECONDS = 3;

  private final @Nullable Endpoint endpoint;
  private final EventLoopGroup loops;
  private final Duration timeout;
  private int asked;
  private boolean isThere;
  private String why = "not connected yet";
  private boolean isClosed;
  private @Nullable ClientConnection watching;

  RdbClient(@Nullable Endpoint endpoint, EventLoopGroup loops, Duration timeout) {
    this.endpoint = endpoint;
    this.loops = loops;
    this.timeout = timeout;
  }

  boolean isConfigured() {
    return endpoint != null;
  }

  boolean isThere() {
    return isThere;
  }

  String why() {
    return why;
  }

  /** Connects to see whether somebody is there, again and again. */
  void watch() {
    if (endpoint == null || isClosed) {
      return;
    }
    CompletableFuture<ClientConnection> unused =
        IpcClient.connect(endpoint, CONNECT_TIMEOUT, MAX_ANSWER_BYTES, loops, new Watching())
            .whenComplete(
                (connection, failure) -> {
                  if (failure != null) {
                    gone(reason(failure));
                  } else if (isClosed) {
                    connection.close();
                  } else {
                    watching = connection;
                    isThere = true;
                    why = "";
                  }
                });
  }

  private void gone(String reason) {
    isThere = false;
    watching = null;
    why = reason;
    if (!isClosed) {
      Future<?> unused = loops.next().schedule(this::watch, RETRY_SECONDS, TimeUnit.SECONDS);
    }
  }

  private final class Watching implements ConnectionHandler {
    @Override
    public void message(Connection from, MessageType type, ByteBuf buffer, int start, int length) {}

    @Override
    public void closed(Connection from, @Nullable Throwable cause) {
      if (from == watching) {
        gone("the rdb closed the connection");
      }
    }
  }

  private static final class Nobody implements ConnectionHandler {
    @Override
    public void message(Connection from, MessageType type, ByteBuf buffer, int start, int length) {}
  }

  static String reason(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null && cause instanceof CompletionException) {
      cause = cause.getCause();
    }
    return cause instanceof RemoteError error
        ? "'" + error.text()
        : String.valueOf(cause.getMessage());
  }

  /** Asks one question; fails with what the rdb said, or why it said nothing. */
  CompletableFuture<Value> ask(Value question) {
    if (endpoint == null) {
      return CompletableFuture.failedFuture(
          new NetException("no rdb is configured (start the dashboard with --rdb HOST:PORT)"));
    }
    if (asked >= MAX_QUESTIONS) {
      return CompletableFuture.failedFuture(
          new NetException(asked + " questions are being answered: try again in a moment"));
    }
    asked++;
    CompletableFuture<Value> answer =
        IpcClient.connect(endpoint, CONNECT_TIMEOUT, MAX_ANSWER_BYTES, loops, new Nobody())
            .thenCompose(
                connection ->
                    connection
                        .request(question)
                        .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                        .whenComplete((value, failure) -> connection.close()));
    return answer.whenCompleteAsync((value, failure) -> asked--, loops.next());
  }

  void close() {
    isClosed = true;
    ClientConnection open = watching;
    if (open != null) {
      open.close();
    }
  }
}
