package tickwatch.ipc.net;

import java.util.concurrent.CompletableFuture;
import tickwatch.ipc.value.Value;

/** A connection that this process opened. */
public interface ClientConnection extends Connection {
  /**
   * Sends a synchronous message. Several may be under way; answers come in the order of the
   * requests. Any thread may call.
   *
   * @return completes on the event loop: do not block in what depends on it. Fails with {@link
   *     RemoteError} when the peer answers with an error, with {@link NetException} when the
   *     connection is or gets lost, with {@link tickwatch.ipc.codec.CodecException} when the peer's
   *     capability cannot hold the query
   */
  CompletableFuture<Value> request(Value query);
}
