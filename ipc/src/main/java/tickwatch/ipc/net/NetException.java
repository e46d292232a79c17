package tickwatch.ipc.net;

import org.jspecify.annotations.Nullable;

/**
 * A server could not listen, a client could not connect, a connection was lost, or a setting of
 * either makes no sense. The message is a sentence for an operator.
 */
public final class NetException extends RuntimeException {
  public NetException(String message) {
    super(message);
  }

  public NetException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
