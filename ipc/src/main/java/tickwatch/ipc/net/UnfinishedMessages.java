package tickwatch.ipc.net;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tickwatch.ipc.codec.CodecException;

/**
 * Bounds the memory of messages that have begun and not ended, over all connections of a server.
 *
 * <p>Where they would take more, those that began first make room: who sends a long message slowly
 * gives way to who sends one quickly. What is kept of the beginning of a message, {@value
 * #FREE_BYTES} bytes, is not counted, so that ordinary publishers never give way; the number of
 * connections bounds it.
 *
 * <p><b>Threads.</b> Any.
 */
final class UnfinishedMessages {
  /** Of one message so many bytes are not counted. */
  static final int FREE_BYTES = 64 << 10;

  /** Who sends a message that is not all there. */
  interface Sender {
    /** Another thread's event loop may call it: forgets the message, which others need room for. */
    void giveWay(CodecException why);
  }

  private final long mostBytes;

  /** What is counted of each, in the order in which they began. */
  private final Map<Sender, Long> counted = new LinkedHashMap<>();

  private long bytes;
  private long gaveWay;

  UnfinishedMessages(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /**
   * A message takes so much memory from now on.
   *
   * @throws CodecException if it is the one that must make room
   */
  void takes(Sender sender, long byteLength) {
    List<Sender> giveWay = new ArrayList<>();
    synchronized (this) {
      long before = counted.getOrDefault(sender, 0L);
      counted.put(sender, Math.max(0, byteLength - FREE_BYTES));
      bytes += Math.max(0, byteLength - FREE_BYTES) - before;
      Iterator<Map.Entry<Sender, Long>> oldest = counted.entrySet().iterator();
      while (bytes > mostBytes && oldest.hasNext()) {
        Map.Entry<Sender, Long> other = oldest.next();
        bytes -= other.getValue();
        giveWay.add(other.getKey());
        oldest.remove();
        gaveWay++;
      }
    }
    CodecException why = null;
    for (Sender other : giveWay) {
      if (other == sender) {
        why = tooMuch();
      } else {
        other.giveWay(tooMuch());
      }
    }
    if (why != null) {
      throw why;
    }
  }

  private CodecException tooMuch() {
    return new CodecException(
        "unfinished messages of all connections would take more than "
            + mostBytes
            + " bytes, and this one began first (expected: messages that are sent without a pause,"
            + " or a higher limit)");
  }

  /** The message is complete, or nobody wants it any more. */
  synchronized void ended(Sender sender) {
    Long before = counted.remove(sender);
    if (before != null) {
      bytes -= before;
    }
  }

  synchronized long bytes() {
    return bytes;
  }

  /** How many messages made room. */
  synchronized long gaveWay() {
    return gaveWay;
  }
}
