package tickwatch.tickerplant;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** Passes bytes on between clients and a server, until it is told to cut all connections. */
final class CuttableProxy implements AutoCloseable {
  private final ServerSocket listening;
  private final int target;
  private final List<Socket> open = new ArrayList<>();
  private volatile boolean blocked;
  private boolean closed;

  CuttableProxy(int target) {
    this.target = target;
    try {
      listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    thread(this::accept);
  }

  private static void thread(Runnable task) {
    Thread thread = new Thread(task, "proxy");
    thread.setDaemon(true);
    thread.start();
  }

  int port() {
    return listening.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listening.accept();
        Socket server;
        if (blocked) {
          client.close();
          continue;
        }
        try {
          server = new Socket(InetAddress.getLoopbackAddress(), target);
        } catch (ConnectException e) {
          client.close();
          continue;
        }
        synchronized (this) {
          open.add(client);
          open.add(server);
        }
        thread(() -> pass(client, server));
        thread(() -> pass(server, client));
      }
    } catch (IOException e) {
      synchronized (this) {
        if (!closed) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private static void pass(Socket from, Socket to) {
    byte[] piece = new byte[8192];
    try (from;
        to;
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        out.write(piece, 0, read);
      }
    } catch (IOException e) {
      // One side is gone, and with it the other.
    }
  }

  /** Cuts all connections there are; new ones are passed on. */
  synchronized void cut() {
    for (Socket socket : open) {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    open.clear();
  }

  /** Cuts all connections, and lets no new ones through until {@link #unblock}. */
  void block() {
    blocked = true;
    cut();
  }

  void unblock() {
    blocked = false;
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    try {
      listening.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cut();
  }
}
