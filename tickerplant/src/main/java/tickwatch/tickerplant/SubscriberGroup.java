package tickwatch.tickerplant;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All connections that subscribe to exactly the same. Their bytes are made once: what one read
 * brought is gathered here and handed to each of them in one go.
 *
 * <p><b>Threads.</b> The event loop's alone.
 */
final class SubscriberGroup {
  private static final int MIN_SEGMENT_BYTES = 512;

  /** Room for so many rows that were picked is kept. */
  private static final int KEPT_ROWS = 1 << 16;

  /** By table; never changes. */
  final Map<String, SymFilter> subscription;

  /** Those who are live. */
  final List<Session> members = new ArrayList<>();

  /** Those who are fed from the log. */
  final List<Session> behind = new ArrayList<>();

  private final Segments memory;

  // What was gathered since the last flush: whole segments, then the one being written.
  private final List<ByteBuf> segments = new ArrayList<>();
  private @Nullable ByteBuf open;
  private ByteBuffer openView = ByteBuffer.allocate(0);
  private int openEnd;
  private int gatheredBytes;
  private int lastFlushBytes;
  boolean touched;

  // The rows of the message at hand that it gets.
  private int[] picked = {};
  private int pickedRows;

  SubscriberGroup(Map<String, SymFilter> subscription, Segments memory) {
    this.subscription = Map.copyOf(subscription);
    this.memory = memory;
  }

  /** What it wants of a table that it subscribes to. */
  SymFilter filter(PublishedTable table) {
    SymFilter filter = subscription.get(table.name());
    if (filter == null) {
      throw new IllegalStateException("no subscription to " + table.name());
    }
    return filter;
  }

  boolean wantsAll(PublishedTable table) {
    SymFilter filter = subscription.get(table.name());
    return filter != null && filter.isAll();
  }

  /**
   * Gathers columns that lie in a buffer that will be used again.
   *
   * @param columns copied from {@code at} to {@code at + length - 1}
   */
  void add(PublishedTable table, ByteBuffer columns, int at, int length) {
    startFrame(table, length, length);
    openView.put(openEnd, columns, at, length);
    openEnd += length;
  }

  /** Gathers whole messages. */
  void add(RowRun.Block messages) {
    room(messages.length);
    openView.put(openEnd, messages.bytes, 0, messages.length);
    openEnd += messages.length;
    gatheredBytes += messages.length;
  }

  /**
   * Gathers columns that are worth sharing instead of copying.
   *
   * @param columns retained here as often as needed
   */
  void addShared(PublishedTable table, ByteBuf columns, int at, int length) {
    startFrame(table, length, 0);
    closeSegment();
    segments.add(columns.retainedSlice(at, length));
    nonePicked();
  }

  private void startFrame(PublishedTable table, int length, int copied) {
    byte[] prefix = table.framePrefix;
    room(prefix.length + copied);
    openView.put(openEnd, prefix);
    openView.putInt(openEnd + 4, prefix.length + length);
    openEnd += prefix.length;
    gatheredBytes += prefix.length + length;
  }

  /**
   * Picks a row of the message at hand, behind those picked before.
   *
   * @return whether it is the first one
   */
  boolean pick(int row) {
    if (pickedRows == picked.length) {
      picked = Arrays.copyOf(picked, Math.max(16, 2 * pickedRows));
    }
    picked[pickedRows++] = row;
    return pickedRows == 1;
  }

  boolean hasPickedAll(RowPicker picker) {
    return pickedRows == picker.rows();
  }

  /**
   * Gathers the rows that were picked; none are picked then.
   *
   * @param columns all of the message, from {@code at} to {@code at + length - 1}
   */
  void addPicked(PublishedTable table, RowPicker picker, ByteBuffer columns, int at, int length) {
    if (hasPickedAll(picker)) {
      add(table, columns, at, length);
    } else {
      int pickedLength = picker.length(picked, pickedRows);
      startFrame(table, pickedLength, pickedLength);
      picker.write(picked, pickedRows, openView, openEnd);
      openEnd += pickedLength;
    }
    nonePicked();
  }

  private void nonePicked() {
    pickedRows = 0;
    if (picked.length > KEPT_ROWS) {
      picked = new int[0];
    }
  }

  private void room(int bytes) {
    if (open != null && openView.capacity() - openEnd >= bytes) {
      return;
    }
    closeSegment();
    // As much as the last flush took, so that a steady stream needs one segment a flush.
    int expected = lastFlushBytes + (lastFlushBytes >> 2);
    ByteBuf fresh =
        memory.take(
            Math.max(bytes, Math.max(MIN_SEGMENT_BYTES, Math.min(Segments.MAX_BYTES, expected))));
    open = fresh;
    openView = fresh.nioBuffer(0, fresh.capacity()).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void closeSegment() {
    if (open != null) {
      segments.add(open.writerIndex(openEnd));
      open = null;
      openEnd = 0;
    }
  }

  /** Hands everything gathered to each member whose queue takes it. */
  void flush(Queueing queueing) {
    closeSegment();
    lastFlushBytes = gatheredBytes;
    // A write can close a connection, which takes it out of the list.
    for (int m = members.size() - 1; m >= 0; m--) {
      if (m >= members.size()) {
        continue;
      }
      Session member = members.get(m);
      if (!queueing.mayQueue(member, gatheredBytes)) {
        continue;
      }
      boolean last = m == 0;
      for (int s = 0; s < segments.size(); s++) {
        ByteBuf segment = segments.get(s);
        member.connection.write(last ? segment.retain() : segment.retainedDuplicate());
      }
      member.connection.flush();
    }
    clear();
  }

  /** Forgets everything gathered. */
  void clear() {
    closeSegment();
    for (int s = 0; s < segments.size(); s++) {
      segments.get(s).release();
    }
    segments.clear();
    gatheredBytes = 0;
    touched = false;
  }

  /** Decides about a subscriber that does not keep up. */
  interface Queueing {
    /** Whether this much more may be queued for it; if not, the decider has dealt with it. */
    boolean mayQueue(Session member, int moreBytes);
  }
}
