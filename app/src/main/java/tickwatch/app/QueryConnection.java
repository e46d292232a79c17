package tickwatch.app;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.codec.MessageType;
import tickwatch.ipc.net.ClientConnection;
import tickwatch.ipc.net.Connection;
import tickwatch.ipc.net.ConnectionHandler;
import tickwatch.ipc.net.Endpoint;
import tickwatch.ipc.net.IpcClient;
import tickwatch.ipc.net.NetException;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.Value;

/**
 * A connection that asks one question at a time, and is opened again where it was lost.
 *
 * <p>Where the thread is interrupted while it waits for an answer, the connection is closed, which
 * ends the query over there; what was a variable of that connection is gone.
 *
 * <p><b>Threads.</b> One asks.
 */
final class QueryConnection implements QueryPrompt.Asker, ConnectionHandler, AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(10);

  private final Endpoint endpoint;
  private final Duration timeout;
  private final EventLoopGroup loops;
  private volatile @Nullable ClientConnection connection;
  private volatile boolean lost;

  /**
   * @param timeout how long to wait for an answer
   */
  QueryConnection(Endpoint endpoint, Duration timeout, EventLoopGroup loops) {
    this.endpoint = endpoint;
    this.timeout = timeout;
    this.loops = loops;
  }

  /**
   * Connects, if there is no connection.
   *
   * @throws ExecutionException with what is in the way
   */
  ClientConnection connect() throws InterruptedException, ExecutionException {
    ClientConnection open = connection;
    if (open == null || lost) {
      lost = false;
      connection = null;
      open = IpcClient.connect(endpoint, CONNECT, Integer.MAX_VALUE, loops, this).get();
      connection = open;
    }
    return open;
  }

  @Override
  public Value ask(String text) throws InterruptedException, ExecutionException, TimeoutException {
    CompletableFuture<Value> answer = connect().request(ByteVector.string(text));
    try {
      return answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      // What a closed connection has asked is ended over there.
      close();
      throw e;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof NetException) {
        lost = true;
      }
      throw e;
    }
  }

  /** Whether the next question opens a connection, whose variables are its own. */
  @Override
  public boolean isLost() {
    return lost || connection == null;
  }

  @Override
  public void close() {
    ClientConnection open = connection;
    connection = null;
    if (open != null) {
      open.close();
    }
  }

  @Override
  public void message(Connection from, MessageType type, ByteBuf buffer, int start, int length) {
    // nothing was subscribed to
  }

  @Override
  public void closed(Connection from, @Nullable Throwable cause) {
    // One that was given up for another may go later than the other came.
    if (from == connection) {
      lost = true;
    }
  }
}
