package tickwatch.detector;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.ipc.value.Table;

/**
 * What a detector publishes of one source, each row exactly once whatever dies.
 *
 * <p>Every published row has a number that follows from the row of the log it was found in, so a
 * detector that reads the log again gives the same rows the same numbers. The tickerplant remembers
 * the number of the last message it accepted and ignores what is not above it. After each connect
 * it is asked for that number: what is not above it is dropped, the rest is sent, in order; a
 * message accepted in part (cut otherwise before the restart) is trimmed. Until the answer is there
 * nothing is sent. Messages are kept until an answer confirms them.
 *
 * <p>Nothing piles up while the tickerplant is away, since the rows come from it too.
 *
 * <p><b>Threads.</b> Any; it locks itself, since the answers may come on another thread.
 */
final class Outbox {
  private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

  private static final long CONFIRM_EVERY_ROWS = 10_000;
  private static final long CONFIRM_EVERY_NANOS = 1_000_000_000L;

  /** The way to the tickerplant. */
  interface Link {
    /** False if there is no connection. */
    boolean send(String publisher, long seq, String table, Table rows);

    /** The number of the publisher's last accepted message, 0 if there is none. */
    CompletableFuture<Long> lastSeq(String publisher);
  }

  /** Rows for one table, with a number each, rising. */
  private static final class Message {
    final String table;
    final Table rows;
    final long[] numbers;

    Message(String table, Table rows, long[] numbers) {
      this.table = table;
      this.rows = rows;
      this.numbers = numbers;
    }

    long last() {
      return numbers[numbers.length - 1];
    }
  }

  private static final long SAY_AGAIN_NANOS = 60_000_000_000L;

  private final String publisher;
  private final Link link;

  /** Sent on this connection, not yet confirmed; all before {@link #unsent}. */
  private Deque<Message> sent = new ArrayDeque<>();

  private Deque<Message> unsent = new ArrayDeque<>();
  private long accepted = Long.MIN_VALUE;

  /** Counts connections, so that an answer that comes too late is known as such. */
  private long connection;

  private boolean open;
  private boolean asking;
  private long rowsSinceAsked;
  private long askedAtNanos;

  /** Since it was last said what was accepted. */
  private long failures;

  private long saidAtNanos;

  Outbox(String publisher, Link link) {
    this.publisher = publisher;
    this.link = link;
  }

  /** There is a connection, a new one: asks where the tickerplant stands and goes on from there. */
  synchronized void connected() {
    disconnected();
    ask();
  }

  synchronized void disconnected() {
    connection++;
    open = false;
    asking = false;
    sent.addAll(unsent);
    unsent = sent;
    sent = new ArrayDeque<>();
  }

  /**
   * Publishes rows.
   *
   * @param numbers one a row, rising, above all given before
   */
  synchronized void offer(String table, Table rows, long[] numbers) {
    Message message = trimmed(new Message(table, rows, numbers));
    if (message == null) {
      return;
    }
    unsent.add(message);
    rowsSinceAsked += numbers.length;
    if (open) {
      sendUnsent();
    }
    boolean askedLongAgo = System.nanoTime() - askedAtNanos >= CONFIRM_EVERY_NANOS;
    if (askedLongAgo || (open && rowsSinceAsked >= CONFIRM_EVERY_ROWS)) {
      ask();
    }
  }

  /** Rows not yet confirmed. */
  synchronized long unconfirmedRows() {
    long count = 0;
    for (Message message : sent) {
      count += message.numbers.length;
    }
    for (Message message : unsent) {
      count += message.numbers.length;
    }
    return count;
  }

  /** The number of the last row known to be accepted; the least long before that is known. */
  synchronized long accepted() {
    return accepted;
  }

  private @Nullable Message trimmed(Message message) {
    if (message.last() <= accepted) {
      return null;
    }
    int from = 0;
    while (message.numbers[from] <= accepted) {
      from++;
    }
    if (from == 0) {
      return message;
    }
    int to = message.numbers.length;
    return new Message(
        message.table, message.rows.slice(from, to), Arrays.copyOfRange(message.numbers, from, to));
  }

  private void ask() {
    if (asking) {
      return;
    }
    asking = true;
    rowsSinceAsked = 0;
    askedAtNanos = System.nanoTime();
    long asked = connection;
    CompletableFuture<Long> unused =
        link.lastSeq(publisher)
            .whenComplete(
                (seq, failure) -> {
                  if (failure == null) {
                    answered(asked, seq);
                  } else {
                    failed(asked, failure);
                  }
                });
  }

  private synchronized void failed(long asked, Throwable failure) {
    if (asked != connection) {
      return;
    }
    asking = false;
    failures++;
    // It is asked several times a second for as long as the tickerplant's disk is full.
    long now = System.nanoTime();
    if (failures == 1 || now - saidAtNanos > SAY_AGAIN_NANOS) {
      saidAtNanos = now;
      LOG.warn(
          "the tickerplant does not say what it accepted publisher={} publishing={} times={}: {}",
          publisher,
          open,
          failures,
          failure.toString());
    }
  }

  private synchronized void answered(long asked, long seq) {
    if (asked != connection) {
      return;
    }
    asking = false;
    if (failures > 1) {
      LOG.info("the tickerplant says again what it accepted publisher={}", publisher);
    }
    failures = 0;
    accepted = Math.max(accepted, seq);
    while (!sent.isEmpty() && sent.getFirst().last() <= seq) {
      sent.removeFirst();
    }
    if (!open) {
      Deque<Message> left = new ArrayDeque<>();
      for (Message message : unsent) {
        Message trimmed = trimmed(message);
        if (trimmed != null) {
          left.add(trimmed);
        }
      }
      unsent = left;
      open = true;
      LOG.info(
          "publishing publisher={} accepted={} messagesWaiting={}", publisher, seq, left.size());
      sendUnsent();
    }
  }

  private void sendUnsent() {
    for (Message message = unsent.peekFirst(); message != null; message = unsent.peekFirst()) {
      if (!link.send(publisher, message.last(), message.table, message.rows)) {
        open = false;
        return;
      }
      sent.add(unsent.removeFirst());
    }
  }
}
