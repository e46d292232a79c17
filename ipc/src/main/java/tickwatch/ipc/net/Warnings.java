package tickwatch.ipc.net;

import java.net.SocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.ipc.codec.CodecException;

/** What goes wrong on connections, said at most once a second for each kind. */
final class Warnings {
  private static final Logger LOG = LoggerFactory.getLogger(Warnings.class);

  private final WarningLimit failures = WarningLimit.onceASecond();
  private final WarningLimit refusals = WarningLimit.onceASecond();
  private final WarningLimit handshakes = WarningLimit.onceASecond();
  private final WarningLimit crowds = WarningLimit.onceASecond();
  private final WarningLimit unsent = WarningLimit.onceASecond();

  /** A bad message, or an exception from a handler; the latter with its stack trace. */
  void connectionFailed(Connection connection, Throwable cause) {
    long more = failures.permit();
    if (more < 0) {
      return;
    }
    if (cause instanceof CodecException) {
      LOG.warn(
          "closed for a bad message: {} keptBack={}: {}", connection, more, cause.getMessage());
    } else {
      LOG.warn("closed for an exception: {} keptBack={}", connection, more, cause);
    }
  }

  void refused(String user, SocketAddress remote) {
    long more = refusals.permit();
    if (more >= 0) {
      LOG.warn("refused: user={} remote={} keptBack={}", user, remote, more);
    }
  }

  void badHandshake(SocketAddress remote, String why) {
    long more = handshakes.permit();
    if (more >= 0) {
      LOG.warn("handshake failed: remote={} keptBack={}: {}", remote, more, why);
    }
  }

  void handshakeFailed(SocketAddress remote, Throwable cause) {
    long more = handshakes.permit();
    if (more >= 0) {
      LOG.warn("handshake failed: remote={} keptBack={}", remote, more, cause);
    }
  }

  void httpFailed(SocketAddress remote, Throwable cause) {
    long more = handshakes.permit();
    if (more >= 0) {
      LOG.warn("no answer to an HTTP request: remote={} keptBack={}", remote, more, cause);
    }
  }

  void gaveWay(int maxConnections, SocketAddress remote) {
    long more = crowds.permit();
    if (more >= 0) {
      LOG.warn(
          "closed in its handshake, to make room for a new connection: maxConnections={} remote={}"
              + " keptBack={}",
          maxConnections,
          remote,
          more);
    }
  }

  void tooMany(int maxConnections, SocketAddress remote) {
    long more = crowds.permit();
    if (more >= 0) {
      LOG.warn(
          "closed a new connection, as many as allowed are open: maxConnections={} remote={}"
              + " keptBack={}",
          maxConnections,
          remote,
          more);
    }
  }

  void notSent(Connection connection, CodecException cause) {
    long more = unsent.permit();
    if (more >= 0) {
      LOG.warn(
          "message not sent: {} capability={} keptBack={}: {}",
          connection,
          connection.capability(),
          more,
          cause.getMessage());
    }
  }
}
