package tickwatch.ipc.net;

import io.netty.channel.EventLoopGroup;

/** A port that speaks kdb+ IPC, and answers HTTP. */
public final class IpcServer implements AutoCloseable {
  private IpcServer() {}

  /**
   * Listens.
   *
   * @throws NetException when the port is taken or there is no such address
   */
  public static IpcServer start(IpcServerConfig config, ConnectionHandler handler) {
    throw new UnsupportedOperationException();
  }

  /** The port it listens on. */
  public int port() {
    throw new UnsupportedOperationException();
  }

  public EventLoopGroup eventLoops() {
    throw new UnsupportedOperationException();
  }

  /** Waits until somebody calls {@link #close}. */
  public void awaitClosed() throws InterruptedException {
    throw new UnsupportedOperationException();
  }

  /** Stops listening, closes all connections and stops the event loops. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
