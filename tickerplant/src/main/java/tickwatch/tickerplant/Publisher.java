package tickwatch.tickerplant;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import tickwatch.tick.PublisherMarker;
import tickwatch.tick.TickLog;
import tickwatch.tick.ValueBytes;

/**
 * A publisher that names itself and numbers what it sends.
 *
 * <p><b>Threads.</b> The event loop's alone.
 */
final class Publisher {
  private static final byte[] LOG_PREFIX = TickLog.prefix(PublisherMarker.TABLE);

  /** Where the columns start in {@link #marker}. */
  static final int COLUMNS_AT = LOG_PREFIX.length;

  /** Where the time stands in {@link #marker}. */
  static final int TIME_AT = COLUMNS_AT + 6 + 6;

  /** One char a byte. */
  final String name;

  /** The name and a 00. */
  final byte[] symbol;

  /** The number of the last message accepted or refused, logged or about to be. */
  long seq;

  /** {@link #seq} as the log has it. */
  long loggedSeq;

  // Since this tickerplant started.
  long acceptedRows;
  long refusedRows;
  long resentMessages;

  private final byte[] marker;
  private final ByteBuffer markerView;
  private final int seqAt;
  private final byte[] framePrefix;

  /**
   * A publisher of which nothing was accepted yet.
   *
   * @param table of publishers
   */
  Publisher(PublishedTable table, String name) {
    this.name = name;
    byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
    symbol = Arrays.copyOf(bytes, bytes.length + 1);
    marker = new byte[TIME_AT + 8 + 6 + symbol.length + 6 + 8 + 6 + 4];
    markerView = ByteBuffer.wrap(marker).order(ByteOrder.LITTLE_ENDIAN);
    markerView.put(LOG_PREFIX);
    markerView.put((byte) 0).put((byte) 0).putInt(4);
    markerView.put((byte) 12).put((byte) 0).putInt(1).putLong(0);
    markerView.put((byte) 11).put((byte) 0).putInt(1).put(symbol);
    markerView.put((byte) 7).put((byte) 0).putInt(1);
    seqAt = markerView.position();
    markerView.putLong(0).put((byte) 6).put((byte) 0).putInt(1).putInt(0);
    framePrefix = table.framePrefixOf(columnsLength());
  }

  /** Whether the bytes from {@code at} to {@code symbolEnd - 1} are its name with its 00. */
  boolean isNamed(ByteBuffer bytes, int at, int symbolEnd) {
    return symbolEnd - at == symbol.length && ValueBytes.startsWith(bytes, at, symbolEnd, symbol);
  }

  /**
   * The log message that goes before this publisher's data; valid until the next call.
   *
   * @param time a timestamp
   * @param messages how many messages of data follow, 0 or 1
   */
  byte[] marker(long time, int messages) {
    markerView.putLong(TIME_AT, time);
    markerView.putLong(seqAt, seq);
    markerView.putInt(seqAt + 8 + 6, messages);
    return marker;
  }

  /** Where the number stands in {@link #marker}. */
  int seqAt() {
    return seqAt;
  }

  /** What stands before the marker's columns in a subscriber's message. */
  byte[] framePrefix() {
    return framePrefix;
  }

  /** Bytes of the columns of {@link #marker}. */
  int columnsLength() {
    return marker.length - COLUMNS_AT;
  }

  int markerBytes() {
    return marker.length;
  }
}
