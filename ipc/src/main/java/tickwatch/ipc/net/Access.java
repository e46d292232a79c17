package tickwatch.ipc.net;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Decides who may connect and what they may do.
 *
 * <p><b>Threads.</b> A server asks from several threads at once: from an event loop where {@link
 * #isQuick}, else from threads kept for it.
 */
@FunctionalInterface
public interface Access {
  /**
   * Who this is, or null when refused; a refused client is closed without a byte of an answer.
   *
   * @param user the bytes before the first colon, read as UTF-8 where they are that
   * @param password what follows the first colon; empty where there is none
   * @param remote the client's address
   */
  @Nullable User authenticate(String user, String password, InetSocketAddress remote);

  /** Whether {@link #authenticate} takes microseconds, so that an event loop may call it. */
  default boolean isQuick() {
    return false;
  }

  /** Anyone on this machine may read, subscribe and publish; nobody else may connect. */
  static Access anonymousLoopback() {
    return AnonymousAccess.LOOPBACK;
  }

  /** Anyone from anywhere may read, subscribe and publish. */
  static Access anonymous() {
    return AnonymousAccess.EVERYONE;
  }
}
