package tickwatch.tickerplant;

import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a tickerplant: what was sent to it is still taken, and what it has is still handed
 * out, within bounds.
 *
 * <p><b>Threads.</b> The event loop's alone.
 */
final class Drain {
  private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

  private static final int LOOK_MILLIS = 10;

  /** So long nothing may have come before the publishers count as silent. */
  private static final long SILENCE_NANOS = 20_000_000L;

  private static final long READ_NANOS = 1_000_000_000L;
  private static final long WRITE_NANOS = 4_000_000_000L;

  private final EventLoop loop;
  private final Sequencer sequencer;
  private final Ingress ingress;
  private final CompletableFuture<Void> done = new CompletableFuture<>();

  private final long startedAt = System.nanoTime();
  private long received = -1;
  private long receivedAt = startedAt;
  private boolean isReading = true;

  private Drain(EventLoop loop, Sequencer sequencer, Ingress ingress) {
    this.loop = loop;
    this.sequencer = sequencer;
    this.ingress = ingress;
  }

  /** Starts; completes when there is nothing more to wait for, or no more time. */
  static CompletableFuture<Void> start(EventLoop loop, Sequencer sequencer, Ingress ingress) {
    Drain drain = new Drain(loop, sequencer, ingress);
    loop.execute(drain::look);
    return drain.done;
  }

  private void look() {
    try {
      if (isReading) {
        read();
      }
      if (!isReading && isWritten()) {
        done.complete(null);
        return;
      }
    } catch (RuntimeException e) {
      done.completeExceptionally(e);
      return;
    }
    Future<?> unused = loop.schedule(this::look, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void read() {
    long now = System.nanoTime();
    if (received != ingress.receivedMessages || ingress.isBusyAside()) {
      received = ingress.receivedMessages;
      receivedAt = now;
    }
    if (now - receivedAt < SILENCE_NANOS && now - startedAt < READ_NANOS) {
      return;
    }
    isReading = false;
    for (Session session : List.copyOf(ingress.sessions().values())) {
      session.connection.setReading(false);
    }
    if (sequencer.flush()) {
      sequencer.fanout().publish();
    }
  }

  private boolean isWritten() {
    int waiting = 0;
    for (Session session : ingress.sessions().values()) {
      if (session.catchUp != null || session.connection.pendingBytes() > 0) {
        waiting++;
      }
    }
    if (waiting > 0 && System.nanoTime() - startedAt > READ_NANOS + WRITE_NANOS) {
      LOG.warn("closing although some do not take what waits for them connections={}", waiting);
      return true;
    }
    return waiting == 0;
  }
}
